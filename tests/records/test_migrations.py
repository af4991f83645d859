"""A database of an earlier version comes along, data and all; one that is new gets what the code declares."""

from __future__ import annotations

import logging
import pkgutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from importlib import import_module
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Date, Integer, MetaData, Table, Uuid, inspect, text

import projections
import records
from application.services import Services
from domain.calendar import Week
from domain.roles import Role
from projections import caseload
from projections.engine.readmodel import bookkeeping, metadata
from projections.engine.rebuild import rebuild
from projections.engine.verify import verify
from records import migrations, notice_choices, notices, people, targets, weekly_lists
from records.schema import metadata as lasting
from tests.stories import CLIENT, COACH, contact, do

FIRST = Path(__file__).parent / "first_version"


def load_sqlite(url: str) -> None:
    path = Path(url.removeprefix("sqlite:///"))
    for file, target in (("sqlite.sql", path), ("sqlite-vault.sql", path.with_name(f"{path.stem}-vault.db"))):
        with closing(sqlite3.connect(target)) as made:
            made.executescript((FIRST / file).read_text())


def load_postgres(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute((FIRST / "postgres.sql").read_bytes())


@pytest.fixture
def first_version(empty_database_url: str, make_services: Callable[..., Services]) -> Iterator[Services]:
    (load_sqlite if empty_database_url.startswith("sqlite") else load_postgres)(empty_database_url)
    yield make_services(empty_database_url)


def test_a_database_of_the_first_version_is_brought_along_with_its_data(first_version: Services) -> None:
    services = first_version
    due = {name for name, f in services.engine.freshness().items() if f.rebuild_due}
    assert due == {"caseload", "contacts", "data_gaps", "signals", "timeline"}, "the start-up check says so"
    with services.database.read() as connection:
        assert caseload.count(connection, caseload.Scope()) == 1, "the old tables go on serving"
        kept = weekly_lists.of_coach(connection, COACH, Week.parse("2026-W47"))
        assert kept is not None
        assert [account.username for account in people.all_accounts(connection)] == ["coach"]
    do(services, contact())
    rebuild(services.engine)
    assert list(verify(services.engine)) == []
    first = services.log.stream(CLIENT)[0]
    assert services.log.opener([CLIENT]).value(first, "name") == "Invented Person"
    assert [e.stream_id for e in services.log.erasures()] == [UUID(int=5)]
    assert len(services.log.stream(CLIENT)) == 7
    assert not inspect(services.database.engine).has_table("caseload_contacts")


def test_who_wanted_no_mails_about_signals_still_gets_none(
    first_version: Services,
) -> None:
    database = first_version.database
    with database.write() as connection:
        wanting = people.Account(UUID(int=7), "wanting", "W", Role.PROCESS_MANAGER, None, False, True, None)
        people.add_account(connection, wanting, "", password_hash="-")
        connection.execute(text("ALTER TABLE accounts DROP COLUMN one_time_password"))
        for column in ("density", "columns", "view_order"):
            connection.execute(text(f"ALTER TABLE preferences DROP COLUMN {column}"))
        for later in (
            "notice_choices",
            "mark_names",
            "seen_in_help",
            "practice",
            "representation_reports",
            "representation_kept",
            "representation_choices",
            "city_letters",
            "figure_targets",
            "invitation_links",
            "invitation_sessions",
        ):
            connection.execute(text(f"DROP TABLE {later}"))
        columns = Column("from_on", Date, primary_key=True), Column("clients", Integer), Column("set_by", Uuid)
        earlier = Table("targets", MetaData(), *columns)
        earlier.create(connection)
        connection.execute(earlier.insert().values(from_on=date(2026, 1, 1), clients=4_000, set_by=COACH))
        connection.execute(text("ALTER TABLE accounts ADD COLUMN news VARCHAR(10) NOT NULL DEFAULT 'digest'"))
        connection.execute(text("UPDATE accounts SET news = 'off' WHERE username <> 'wanting'"))
        connection.execute(text("UPDATE schema_version SET version_num = '0018'"))
    migrations.upgrade(database, first_version.settings.vault_path)
    with database.read() as connection:
        before, after = (account.account_id for account in people.all_accounts(connection))
        for kind in (notices.DIGEST, notices.CLOCKS):
            assert notice_choices.without_mail(connection, kind) == {before}
        for kind in (notices.WEEKLY_LIST, notices.STAND_IN):
            assert notice_choices.without_mail(connection, kind) == set()
        assert notice_choices.of_account(connection, before)[notices.DIGEST] == "app", "it stood in Werkpad"
        assert notice_choices.of_account(connection, after)[notices.DIGEST] == "daily"
        assert not any(each.one_time_password for each in people.all_accounts(connection)), "nobody is held up"
        [target] = targets.all_targets(connection)
        assert (target.figure, target.team_id, target.number, target.set_by) == ("open", None, 4_000, COACH)


def test_bringing_it_along_twice_changes_nothing(first_version: Services) -> None:
    rebuild(first_version.engine)
    before = inspect(first_version.database.engine).get_table_names()
    migrations.upgrade(first_version.database, first_version.settings.vault_path)
    first_version.create()
    assert inspect(first_version.database.engine).get_table_names() == before
    assert not any(f.rebuild_due for f in first_version.engine.freshness().values())


def test_the_steps_make_what_the_code_declares(services: Services) -> None:
    for package in (records, projections):
        for module in pkgutil.iter_modules(package.__path__):
            import_module(f"{package.__name__}.{module.name}")
    declared = MetaData()
    for tables in (lasting, bookkeeping, metadata):
        for table in tables.sorted_tables:
            table.to_metadata(declared)

    def ours(_object: object, name: str | None, kind: str, *_: object) -> bool:
        # The index of words is made in a way of its own, with its column.
        others = ("events", "vault_binding", migrations.VERSION_TABLE, "sqlite_sequence")
        words = (name or "").startswith("signal_words_") or (kind, name) == ("column", "vector")
        return not words and (kind != "table" or name not in others)

    with services.database.read() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": ours, "compare_type": True})
        found = [step for step in compare_metadata(context, declared) if "sqlite_autoindex" not in repr(step)]
    assert found == []


def test_the_head_is_the_last_step() -> None:
    logging.getLogger("alembic").setLevel(logging.WARNING)
    script = ScriptDirectory(str(Path(migrations.__file__).parent))
    assert script.get_current_head() == migrations.HEAD
