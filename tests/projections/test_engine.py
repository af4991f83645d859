"""Read models are what the log says: page by page, in one pass, from several processes, interrupted or not."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, inspect, update

from application.services import Services
from domain.client import (
    AgreeContactFrequency,
    ClientErased,
    CorrectContact,
    ErasureReason,
    RegisterField,
    StrikeContact,
)
from eventlog.commands import CommandContext
from eventlog.log import stamped
from eventlog.poison import FoldError
from projections import caseload, contacts
from projections.engine import engine, folding, pages, rebuild, staging_tables
from projections.engine.positions import positions
from projections.engine.verify import verify
from tests.conftest import NOW, environment, sqlite_in
from tests.stories import CLIENT, INTAKE_ON, begin, contact, do, tables


def a_life(services: Services, client_id: UUID) -> None:
    begin(services, client_id, name="Invented Person")
    first = uuid4()
    do(services, contact(client_id=client_id, contact_id=first))
    do(services, contact(client_id=client_id))
    do(services, RegisterField(client_id=client_id, field="driving_licence", value=["B"], known_on=INTAKE_ON))
    do(services, AgreeContactFrequency(client_id=client_id, weeks=3, agreed_on=INTAKE_ON))
    do(services, StrikeContact(client_id=client_id, contact_id=first, reason="wrong client"))


def test_catching_up_twice_changes_nothing(services: Services) -> None:
    a_life(services, CLIENT)
    assert services.engine.catch_up() > 0
    once = tables(services)
    assert services.engine.catch_up() == 0
    assert tables(services) == once
    assert all(f.behind == 0 for f in services.engine.freshness().values())


def test_what_is_new_is_folded_into_all_read_models_in_one_transaction(services: Services) -> None:
    begin(services)
    services.engine.catch_up()
    do(services, contact())
    done: list[str] = []
    event.listen(services.database.engine, "before_cursor_execute", lambda *told: done.append(told[2]))
    services.engine.catch_up()
    moved = [statement for statement in done if statement.startswith("UPDATE projection_positions")]
    assert len(moved) == 1
    assert sum("INSERT INTO" in statement for statement in done) >= 3, "several read models have rows of a contact"
    assert list(verify(services.engine)) == []


@pytest.mark.parametrize("few", [0, 100])
@pytest.mark.parametrize("page", [1, 2, 3, 100])
def test_page_by_page_gives_what_one_pass_gives(
    services: Services, monkeypatch: pytest.MonkeyPatch, page: int, few: int
) -> None:
    for n in range(3):
        a_life(services, UUID(int=n + 1))
    monkeypatch.setattr(engine, "PAGE", page)
    monkeypatch.setattr(engine, "FEW", few)
    services.engine.catch_up()
    by_page = tables(services)
    rebuild.rebuild(services.engine)
    assert tables(services) == by_page
    assert list(verify(services.engine)) == []


def test_several_at_once_give_what_one_gives(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(6):
        a_life(services, UUID(int=n + 1))
    monkeypatch.setattr(engine, "PAGE", 3)
    threads = [threading.Thread(target=services.engine.catch_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    services.engine.catch_up(wait=True)
    assert list(verify(services.engine)) == []


def test_verify_names_each_kind_of_difference_and_no_value(services: Services) -> None:
    a_life(services, CLIENT)
    services.engine.catch_up()
    t = caseload.caseload
    with services.database.write() as connection:
        connection.execute(update(t).values(v_driving_licence='["secret"]'))
        connection.execute(contacts.contacts.delete())
        row = dict(connection.execute(t.select()).mappings().one())
        connection.execute(t.insert().values(row | {"client_id": UUID(int=9)}))
    found = [str(difference) for difference in verify(services.engine)]
    assert any("wrong: v_driving_licence" in text for text in found)
    assert any("contacts" in text and "missing" in text for text in found)
    assert any(str(UUID(int=9)) in text and "knows no such row" in text for text in found)
    assert not any("secret" in text for text in found)
    rebuild.rebuild(services.engine)
    assert list(verify(services.engine)) == []


def test_a_rebuild_goes_on_while_events_come_in(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(4):
        a_life(services, UUID(int=n + 1))
    services.engine.catch_up()
    late = UUID(int=77)
    monkeypatch.setattr(folding, "EVENTS_AT_ONCE", 5)
    monkeypatch.setattr(engine, "PAGE", 5)

    def meanwhile(done: int, _: int) -> None:
        if done and services.clients.state(late) is None:
            a_life(services, late)
            services.engine.catch_up()
            services.erase(UUID(int=1), ErasureReason.CLIENT_REQUEST, CommandContext(services.clock()), uuid4())

    rebuild.rebuild(services.engine, progress=meanwhile)
    assert list(verify(services.engine)) == []
    with services.database.read() as connection:
        assert caseload.client(connection, late) is not None
        erased = caseload.client(connection, UUID(int=1))
    assert erased is not None
    assert erased.name is None


def test_an_interrupted_rebuild_leaves_the_served_tables_and_the_next_one_starts_clean(services: Services) -> None:
    a_life(services, CLIENT)
    services.engine.catch_up()
    before = tables(services)

    def interrupt(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuild.rebuild(services.engine, progress=interrupt)
    assert tables(services) == before
    rebuild.rebuild(services.engine)
    assert tables(services) == before


def test_one_rebuild_at_a_time_and_the_next_one_after_it(
    database_url: str, make_services: Callable[..., Services]
) -> None:
    first, second = make_services(database_url), make_services(database_url)
    a_life(first, CLIENT)
    refused = []

    def meanwhile(_done: int, _total: int) -> None:
        with pytest.raises(rebuild.RebuildRunningError):
            rebuild.rebuild(second.engine)
        refused.append(True)

    rebuild.rebuild(first.engine, progress=meanwhile)
    assert refused
    rebuild.rebuild(second.engine)
    rebuild.rebuild(first.engine)


KILLED = """
import os
from projections.engine.rebuild import rebuild
from werkpad.settings import Settings
from werkpad.wiring import build
rebuild(build(Settings.from_environment()).engine, progress=lambda done, total: os.kill(os.getpid(), 9))
"""


def test_a_killed_rebuild_leaves_nothing_that_an_erasure_would_miss(services: Services, database_url: str) -> None:
    a_life(services, CLIENT)
    services.engine.catch_up()
    killed = subprocess.run([sys.executable, "-c", KILLED], env=os.environ | environment(database_url), check=False)
    assert killed.returncode == -9
    left = inspect(services.database.engine).get_table_names()
    assert any(name.endswith(staging_tables.SUFFIX) for name in left)
    services.erase(CLIENT, ErasureReason.CLIENT_REQUEST, CommandContext(services.clock()), uuid4())
    left = inspect(services.database.engine).get_table_names()
    assert not any(name.endswith(staging_tables.SUFFIX) for name in left)
    rebuild.rebuild(services.engine)
    assert list(verify(services.engine)) == []


def test_what_a_rebuild_changed_is_kept_figure_by_figure(services: Services) -> None:
    a_life(services, CLIENT)
    services.engine.catch_up()
    with services.database.write() as connection:
        connection.execute(caseload.caseload.delete())
    changes = rebuild.rebuild(services.engine, ["caseload"])
    assert changes["caseload"]["open_clients"] == [0, 1]
    fresh = services.engine.freshness()["caseload"]
    assert fresh.rebuilt_at is not None
    assert '"open_clients": [0, 1]' in str(fresh.changes)


def test_another_version_in_the_code_makes_a_rebuild_due_and_the_old_one_goes_on_serving(services: Services) -> None:
    a_life(services, CLIENT)
    services.engine.catch_up()
    with services.database.write() as connection:
        connection.execute(update(positions).where(positions.c.projection == "caseload").values(version=0))
    a_life(services, UUID(int=5))
    services.engine.catch_up()
    assert services.engine.freshness()["caseload"].rebuild_due
    with services.database.read() as connection:
        assert caseload.count(connection, caseload.Scope()) == 1
    rebuild.rebuild(services.engine, ["caseload"])
    assert not services.engine.freshness()["caseload"].rebuild_due
    assert list(verify(services.engine)) == []


def test_a_position_beyond_the_log_makes_a_rebuild_due(services: Services) -> None:
    a_life(services, CLIENT)
    services.engine.catch_up()
    with services.database.write() as connection:
        connection.execute(update(positions).values(position=1000))
    assert all(f.rebuild_due for f in services.engine.freshness().values())
    rebuild.rebuild(services.engine)
    assert list(verify(services.engine)) == []


steps = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 5)), min_size=1, max_size=25)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps, page=st.integers(1, 9))
def test_whatever_happens_in_whatever_pages_the_read_models_are_what_the_log_says(
    make_services: Callable[..., Services],
    tmp_path_factory: pytest.TempPathFactory,
    steps: list[tuple[int, int]],
    page: int,
) -> None:
    services = make_services(sqlite_in(tmp_path_factory.mktemp("any")))
    held: dict[UUID, list[UUID]] = {}
    for who, what in steps:
        client_id = UUID(int=who + 1)
        if client_id not in held:
            begin(services, client_id, name="Invented")
            held[client_id] = []
        contact_id = uuid4()
        if what == 0 and held[client_id]:
            do(services, StrikeContact(client_id=client_id, contact_id=held[client_id].pop(), reason="wrong"))
        elif what == 1 and held[client_id]:
            facts = contact(client_id=client_id, contact_id=held[client_id][-1])
            do(
                services,
                CorrectContact(
                    client_id=client_id,
                    contact_id=held[client_id][-1],
                    held_on=INTAKE_ON,
                    channel=facts.channel,
                    reason="x",
                ),
            )
        elif what == 2:
            do(services, RegisterField(client_id=client_id, field="cv", value="2026-01-01", known_on=INTAKE_ON))
        elif what == 3:
            services.engine.catch_up()
        else:
            do(services, contact(client_id=client_id, contact_id=contact_id))
            held[client_id].append(contact_id)
    engine_page, engine.PAGE = engine.PAGE, page
    try:
        services.engine.catch_up()
    finally:
        engine.PAGE = engine_page
    assert list(verify(services.engine)) == []
    services.close()


def test_what_is_shown_is_what_all_read_models_that_can_go_on_have_come_to(sqlite_services: Services) -> None:
    services = sqlite_services
    begin(services)
    services.engine.catch_up()
    assert services.engine.shows(2) and services.engine.shows(0) and not services.engine.shows(3)
    do(services, contact())
    services.engine.catch_up([name for name in services.engine.projections if name != "timeline"])
    assert services.engine.shows(2) and not services.engine.shows(3)
    row = positions.c.projection == "timeline"
    for values, shown in (
        ({"stopped_at": 3}, True),
        ({"stopped_at": None}, False),
        ({"version": -1}, True),
    ):
        with services.database.write() as connection:
            connection.execute(update(positions).where(row).values(**values))
        assert services.engine.shows(3) is shown, values


def test_rows_that_can_not_be_written_are_named_by_the_kind_of_error_alone() -> None:
    """What they hold is personal, and errors end up in logs; so it is with an event that can't be folded."""
    event = stamped(
        ClientErased(reason=ErasureReason.COURT_ORDER), originator_id=CLIENT, originator_version=2, recorded_at=NOW
    )
    assert FoldError(event, ValueError("Anna de Vries")).args == ("client.ClientErased", 2, CLIENT, "ValueError")
    assert str(pages.RowsError(["Anna de Vries"], None, ValueError("Anna de Vries"))) == "ValueError"  # type: ignore[list-item]  # wrong on purpose
