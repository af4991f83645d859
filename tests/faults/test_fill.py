"""The demonstration's city, with its fill killed at any moment: the next fill begins anew, and only where it may."""

from __future__ import annotations

import contextlib
import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from application.services import Services
from database.transactions import Database
from domain.roles import Role
from projections.engine.verify import verify
from records import people, sessions
from tests.conftest import environment
from tests.processes import until
from werkpad.demo.fill import fill, fills
from werkpad.settings import Settings
from werkpad.wiring import build

PATIENCE = 240.0
BEGUN_ANEW = "half a city is thrown away, and begun anew"
# A city of a few streets, and no research data.
FILL = """
from werkpad.demo import city, run
from werkpad.__main__ import main
city.CLIENTS, run._import_research = 40, lambda _services, _now: None
main()
"""


@contextlib.contextmanager
def filling(env: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", FILL, "demo", "--fill"], env=os.environ | env, stderr=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@contextlib.contextmanager
def opened(env: dict[str, str]) -> Iterator[Services]:
    services = build(Settings.from_environment(env))
    services.create()
    yield services
    services.close()


def begins(env: dict[str, str]) -> None:
    with opened(env) as services:
        until(lambda: services.log.head() > 0, "nothing was filled in", PATIENCE)


def completed(env: dict[str, str]) -> str:
    """Fill to the end; what was said."""
    with filling(env) as process:
        _, said = process.communicate(timeout=300)
        assert process.returncode == 0, said
    return said


@pytest.mark.parametrize("kills", [1, pytest.param(12, marks=pytest.mark.slow)])
def test_a_fill_that_is_killed_is_begun_anew(database_url: str, kills: int) -> None:
    env = environment(database_url)
    with filling(env):
        begins(env)
    for _ in range(kills - 1):
        with filling(env) as process, contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(random.Random().uniform(1, 12))  # noqa: S311 - any moment will do
    said = completed(env)
    assert kills > 1 or BEGUN_ANEW in said
    with opened(env) as services:
        head = services.log.head()
        assert list(verify(services.engine)) == []
        with services.database.read() as connection:
            assert {"coach", "admin", "coach-nsw-2"} <= {a.username for a in people.all_accounts(connection)}
        assert services.log.count(head) > 40 * 20
    assert completed(env).strip() == ""
    with opened(env) as services:
        assert services.log.head() == head


def test_a_fill_that_is_killed_before_any_write_is_begun_anew(
    empty_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same without chance: each fill is killed one write later than the last one, in what that one left."""
    settings = Settings.from_environment(environment(empty_database_url))
    fill(settings, lambda _services: None)
    with opened(environment(empty_database_url)) as services, services.database.write() as connection:
        connection.execute(fills.update().values(ended_at=None))
    for writes in count():
        try:
            with monkeypatch.context() as patched:
                patched.setattr(Database, "write", killed_at(writes, Database.write))
                fill(settings, lambda _services: None)
            break
        except KilledError:
            continue
    assert writes > 3
    with opened(environment(empty_database_url)) as services, services.database.read() as connection:
        assert connection.scalar(select(func.count()).where(fills.c.ended_at.is_not(None))) == 1


class KilledError(BaseException):
    """Stands for the end of a process."""


def killed_at(nth: int, write: Callable[..., Any]) -> Callable[..., Any]:
    """A database whose write with that number is not begun any more."""
    left = iter(range(nth, -1, -1))

    def limited(self: Database, **how: Any) -> Any:
        if not next(left):
            raise KilledError
        return write(self, **how)

    return limited


def test_half_a_city_that_people_have_worked_in_is_left_alone(database_url: str) -> None:
    env = environment(database_url)
    with filling(env):
        begins(env)
    with opened(env) as services:
        with services.database.write() as connection:
            coach = people.all_accounts(connection)[0]
            sessions.begin(connection, "a token", coach.account_id, services.clock())
        head = services.log.head()
    with filling(env) as process:
        _, said = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert "people have worked in the half city since. Nothing was thrown away." in said
    with opened(env) as services:
        assert services.log.head() == head


def test_a_database_of_somebody_else_is_not_filled(database_url: str) -> None:
    env = environment(database_url)
    with opened(env) as services, services.database.write() as connection:
        people.add_team(connection, people.Team(uuid4(), "x", "A real team", specialised=False))
        account = people.Account(uuid4(), "admin", "Somebody", Role.ADMINISTRATOR, None, False, True, None)
        people.add_account(connection, account, "a password of theirs")
    assert "The database is in use already; no city is filled in." in completed(env)
    with opened(env) as services, services.database.read() as connection:
        assert [a.full_name for a in people.all_accounts(connection)] == ["Somebody"]
        assert services.log.head() == 0
