"""Nothing in the clear links an account to a signal that it logged without a name, in any table.

From logging to confirming, with all that follows by mail and by reading; and it is told apart from the same life of a
signal with a name, in which the search finds who reported it.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from application import news, news_mail, signal, signal_logging, signal_steps
from application.services import Services
from domain.in_force import declared
from domain.roles import Role, Viewer
from feedback.signal import Help, JudgeHelp, Kind, LogSignal, MoveSignal
from records import people, sessions
from records.people import Account, Team
from tests.conftest import Clock
from tests.faults.mailing import deliver, settings
from tests.post import Post, post_office
from werkpad import servers

TEAM = UUID("aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa")
ANNA, BEN, PIA = (UUID(f"{c * 8}-{c * 4}-4{c * 3}-8{c * 3}-{c * 12}") for c in "bcd")
REPORTER, COLLEAGUE = Viewer(ANNA, Role.WORK_COACH, TEAM), Viewer(BEN, Role.WORK_COACH, TEAM)
PROCESS = Viewer(PIA, Role.PROCESS_MANAGER, None)
IDS = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}")

Dump = list[tuple[str, dict[str, str]]]


@pytest.fixture
def port() -> int:
    return servers.free_port()


@pytest.fixture
def post(port: int) -> Iterator[Post]:
    with post_office(Post(), port) as made:
        yield made


@pytest.fixture
def office(make_services: Callable[..., Services], database_url: str, port: int, post: Post) -> Services:
    services = make_services(database_url, **settings(port))
    with services.database.write() as connection:
        people.add_team(connection, Team(TEAM, "north", "Team north", specialised=False))
        for viewer, name in ((REPORTER, "anna"), (COLLEAGUE, "ben"), (PROCESS, "pia")):
            account = Account(
                viewer.account_id,
                name,
                f"{name} Invented",
                viewer.role,
                viewer.team_id,
                False,
                active=True,
                language=None,
                email=f"{name}@city.example",
            )
            people.add_account(connection, account, "", password_hash="none")
            sessions.begin(connection, f"token of {name}", viewer.account_id, services.clock())
    return services


def live(services: Services, clock: Clock, *, without_name: bool) -> tuple[UUID, set[str]]:
    """A signal from logging to confirming, each step at a moment of its own; its id and those moments."""
    signal_id, moments = uuid4(), set()
    in_force = declared()

    def at_another_moment() -> None:
        clock.now += timedelta(minutes=7, seconds=13)
        services.engine.catch_up()
        moments.add(clock.now.strftime("%H:%M:%S"))

    def reads(viewer: Viewer) -> None:
        at_another_moment()
        signal.one_signal(services, viewer, signal_id, in_force)

    def steps(viewer: Viewer, transition: str) -> None:
        at_another_moment()
        command = MoveSignal(
            signal_id=signal_id, viewer=viewer, transition=transition, reason="A reason", on=services.today
        )
        signal_steps.move_signal(services, viewer, command, uuid4())

    def a_morning() -> None:
        clock.now = (clock.now + timedelta(days=1)).replace(hour=7, minute=0, second=0)
        services.engine.catch_up()
        news_mail.put_digests(services)
        deliver(services)

    at_another_moment()
    command = LogSignal(
        signal_id=signal_id, viewer=REPORTER, kind=Kind.FAULT, page="", seen="Something", without_name=without_name
    )
    signal_logging.log_signal(services, REPORTER, command, None, uuid4())
    reads(REPORTER)
    for transition in ("triage", "ask"):
        steps(PROCESS, transition)
    a_morning()
    reads(REPORTER)
    steps(REPORTER, "answer")
    at_another_moment()
    signal_steps.comment_on_signal(services, REPORTER, signal_id, "One more thing", uuid4())
    for transition in ("discuss", "accept", "plan", "deliver"):
        steps(PROCESS, transition)
    a_morning()
    reads(COLLEAGUE)
    at_another_moment()
    assert news.unheard_ids(services, REPORTER) == {signal_id}
    news.hear_all(services, REPORTER)
    assert news.unheard_ids(services, REPORTER) == set()
    at_another_moment()
    judged = JudgeHelp(signal_id=signal_id, viewer=REPORTER, help=Help.PARTLY, words="A little")
    signal_steps.judge_help(services, REPORTER, judged, uuid4())
    steps(REPORTER, "confirm")
    steps(REPORTER, "reopen")
    at_another_moment()
    signal_steps.redact_passage(services, REPORTER, signal_id, "One more", uuid4())
    a_morning()
    return signal_id, moments


def dump(services: Services) -> Dump:
    """Every row of every table, of the vault too, as whoever has the disk reads it: ids and times as text."""
    found: Dump = []
    if services.settings.is_sqlite:
        for path in (services.settings.sqlite_path, services.settings.vault_path):
            with closing(sqlite3.connect(path)) as connection:
                connection.row_factory = sqlite3.Row
                names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
                for (name,) in names:
                    everything = f'SELECT * FROM "{name}"'  # noqa: S608 - the database's own name
                    rows = connection.execute(everything).fetchall()
                    found += [(name, {key: _told(value) for key, value in dict(row).items()}) for row in rows]
        return found
    with services.database.engine.connect() as connection:
        tables = connection.execute(
            text("SELECT schemaname, tablename FROM pg_tables WHERE schemaname NOT LIKE ALL (ARRAY['pg_%', 'info%'])")
        ).all()
        for schema, name in tables:
            everything = f'SELECT * FROM "{schema}"."{name}"'  # noqa: S608 - the database's own names
            rows = connection.execute(text(everything)).mappings()
            found += [(name, {key: _told(value) for key, value in row.items()}) for row in rows]
    return found


def _told(value: Any) -> str:
    if isinstance(value, bytes | memoryview):
        content = bytes(value)
        return f"{content.hex()} {content.decode('latin-1')}"
    return str(value)


def ids(row: dict[str, str]) -> set[str]:
    return {found.replace("-", "") for value in row.values() for found in IDS.findall(value.lower())}


def names(row: dict[str, str], *whom: str) -> bool:
    said = ids(row)
    return any(who in said or any(who in value for value in row.values()) for who in whom)


def links(rows: Dump, signal_id: UUID) -> set[tuple[str, str]]:
    """The tables whose rows together lead from the reporter to the signal, in one row or in two that share an id."""
    anna = (ANNA.hex, "anna@city.example", "anna invented")
    about_anna = [(table, row) for table, row in rows if names(row, *anna)]
    about_it = [(table, row) for table, row in rows if names(row, signal_id.hex)]
    assert about_anna and about_it
    # What everybody of the team has, and who else does something with signals, leads to nobody.
    common = {TEAM.hex, PIA.hex, BEN.hex}
    return {
        (one, other)
        for one, row in about_anna
        for other, its in about_it
        if row is its or (ids(row) & ids(its)) - common
    }


def test_no_row_and_no_two_that_share_an_id_lead_from_the_reporter_to_the_signal(
    office: Services, clock: Clock, post: Post
) -> None:
    clock.now = clock.now.replace(hour=9, minute=1, second=2)
    signal_id, moments = live(office, clock, without_name=True)
    assert {"anna@city.example", "ben@city.example"} & set(post.addresses) == {"anna@city.example"}, "she heard of it"
    rows = dump(office)
    assert links(rows, signal_id) == set()
    bearing = {
        (table, moment)
        for table, row in rows
        for moment in moments
        if names(row, ANNA.hex) and any(moment in value for value in row.values())
    }
    assert bearing == set()


def test_the_search_finds_who_logged_one_with_a_name(office: Services, clock: Clock, post: Post) -> None:
    signal_id, _ = live(office, clock, without_name=False)
    found = links(dump(office), signal_id)
    assert {one for one, _ in found} >= {"events", "signals"}


def test_the_mails_of_who_logged_it_are_those_of_everybody(office: Services, clock: Clock, post: Post) -> None:
    live(office, clock, without_name=True)
    rows = [row for table, row in dump(office) if table == "outbox" and row["kind"] == "digest"]

    def of(account_id: UUID) -> list[tuple[str, ...]]:
        own = [row for row in rows if names(row, account_id.hex)]
        return sorted(tuple(v for k, v in row.items() if k not in ("message_id", "subject_id")) for row in own)

    assert of(ANNA) == of(BEN) == of(PIA) and len(of(ANNA)) > 1


def test_what_was_read_is_found_by_the_holder_of_the_key_alone(office: Services, clock: Clock, post: Post) -> None:
    signal_id, _ = live(office, clock, without_name=True)
    other = type(office.signal_handler.receipts)("another secret")
    with office.database.read() as connection:
        assert office.signal_handler.receipts.heard(connection, ANNA, [signal_id]).keys() == {signal_id}
        assert other.heard(connection, ANNA, [signal_id]) == {}
