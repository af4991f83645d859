"""Every page that asks for numbers of clients beyond those the viewer may see is known to the attack by differences.

What a page asks of the database is listened to: a number of clients, or of those who reported, that is not bound to the
viewer's own team, clients, or to the one client the page is about. Such a page stands in `SURFACES`, where
`tests/application/test_differences.py` reads it, or in `NONE_TOLD` with why nothing of it can be worked out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import event

from domain.calendar import Week
from projections import weekly_figures
from projections.engine.readmodel import bookkeeping, metadata
from tests.application.surfaces import NONE_TOLD, SURFACES
from tests.conftest import Clock
from tests.web.conftest import Town
from tests.web.test_doors import doors, expected

# Whose rows are clients, or numbers of them; and signals, where the team or role of those who reported is asked for.
TABLES = [
    table.name
    for table in (*metadata.sorted_tables, *bookkeeping.sorted_tables)
    if {"client_id", "team_id", "figures"} & {column.name for column in table.columns} and table.name != "signals"
]
NUMBERS = re.compile(r"\b(count|sum|avg)\s*\(|weekly_figures\.number|what_ifs\.figures", re.IGNORECASE)
OF_TABLES = re.compile(rf"\b(FROM|JOIN)\s+({'|'.join(TABLES)})\b")
OF_REPORTERS = re.compile(r"SELECT .*signals\.(team_id|role).*count\(", re.IGNORECASE | re.DOTALL)


@contextmanager
def listened(town: Town) -> Iterator[list[tuple[str, str]]]:
    """Each statement for numbers of clients or reporters, with all that is bound in it."""
    heard: list[tuple[str, str]] = []

    def hear(_connection: object, _cursor: object, statement: str, bound: object, *_: object) -> None:
        if (OF_TABLES.search(statement) and NUMBERS.search(statement)) or OF_REPORTERS.search(statement):
            heard.append((statement, str(bound)))

    event.listen(town.services.database.engine, "before_cursor_execute", hear)
    yield heard
    event.remove(town.services.database.engine, "before_cursor_execute", hear)


def beyond_ones_own(town: Town, who: str, address: str) -> list[str]:
    """The statements of a page for numbers that are bound neither to the viewer nor to what the page is about."""
    account = town.accounts[who]
    about = re.findall(r"/clients/([0-9a-f-]{36})", address)
    own = [id_.hex for id_ in (account.account_id, account.team_id, *map(UUID, about)) if id_ is not None]
    visitor = town.visit(who)
    with listened(town) as heard:
        visitor.client.get(address)
    return [statement for statement, bound in heard if not any(id_ in bound.replace("-", "") for id_ in own)]


@pytest.mark.parametrize("who", ["stranger", "quality", "manager", "process", "privacy", "admin"])
def test_every_page_with_numbers_beyond_ones_own_is_known(town: Town, clock: Clock, who: str) -> None:
    pages = {door.split()[0]: address for door, address in doors(town).items() if door.endswith(" GET")}
    clock.now += timedelta(days=7)
    town.services.engine.catch_up()
    weekly_figures.build(town.services.engine, Week.latest(clock.now))
    let_in = expected()
    found = {
        page: statements
        for page, address in pages.items()
        if let_in[f"{page} GET"][who] == 0 and (statements := beyond_ones_own(town, who, address))
    }
    assert found.keys() <= SURFACES.keys() | NONE_TOLD.keys(), {
        page: statements for page, statements in found.items() if page not in SURFACES and page not in NONE_TOLD
    }
