"""After an erasure nobody can read who it was, wherever they look, whenever it was interrupted."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import inspect, text

from application.services import Services
from domain.client import AgreePlanOfAction, ClientErased, ContactRecorded, ErasureReason, RegisterField, evolve
from domain.refusal import Refused
from eventlog.commands import CommandContext, Step
from eventlog.handler import handle_together
from eventlog.log import stamped
from eventlog.recording import StreamErasedError
from projections import caseload, contacts
from projections.engine.rebuild import rebuild
from projections.engine.verify import verify
from tests.conftest import environment
from tests.stories import CLIENT, INTAKE_ON, begin, contact, do

STRINGS = (
    "Anna de Vries",
    "anna@example.org",
    "0612000000",
    "Word ik gehoord",
    "a kitchen of my own",
    "learn Dutch first",
)


def live(services: Services) -> None:
    """A client about whom much is known, by name and in own words."""
    begin(services, name="Anna de Vries", email="anna@example.org", phone="0612000000", client_number="DEMO-77")
    do(services, contact(own_words="Word ik gehoord", note="Anna de Vries called"))
    goal = RegisterField(client_id=CLIENT, field="own_goal", value="a kitchen of my own", known_on=INTAKE_ON)
    do(services, goal)
    do(services, AgreePlanOfAction(client_id=CLIENT, plan="learn Dutch first", agreed_on=INTAKE_ON))
    services.engine.catch_up()


def erase(services: Services) -> None:
    services.erase(CLIENT, ErasureReason.CLIENT_REQUEST, CommandContext(services.clock()), uuid4())


def everything(services: Services) -> str:
    """All tables of the database as text; on SQLite also all bytes of all its files."""
    found = []
    inspector = inspect(services.database.engine)
    with services.database.read() as connection:
        for schema in inspector.get_schema_names():
            if schema in ("information_schema", "pg_catalog"):
                continue
            for table in inspector.get_table_names(schema=schema):
                rows = connection.execute(text(f'SELECT * FROM "{schema}"."{table}"')).all()  # noqa: S608 - the names are ours
                found += [repr([bytes(v) if isinstance(v, memoryview) else v for v in row]) for row in rows]
    if services.settings.is_sqlite:
        for path in services.settings.sqlite_path.parent.iterdir():
            found.append(path.read_bytes().decode("latin-1"))
    return "\n".join(found)


def test_no_table_and_no_file_holds_the_person_afterwards(services: Services) -> None:
    live(services)
    assert any(string in everything(services) for string in STRINGS), "the search finds what is there"
    erase(services)
    after = everything(services)
    assert [string for string in STRINGS if string in after] == []


def test_aggregates_and_read_models_still_fold(services: Services) -> None:
    live(services)
    before = len(services.log.stream(CLIENT))
    erase(services)
    state = evolve(None, services.log.stream(CLIENT))
    assert state is not None
    assert state.erased and state.version == before + 1
    assert list(verify(services.engine)) == []
    rebuild(services.engine)
    assert list(verify(services.engine)) == []
    with services.database.read() as connection:
        row = caseload.client(connection, CLIENT)
        kept = contacts.of_client(connection, CLIENT)
    assert row is not None
    assert row.name is None and row.client.closing_reason == "erased"
    assert len(kept) == 1, "that work was done stays countable"
    assert kept[0].words is None


def test_nothing_can_be_recorded_any_more_whatever_the_way_in(services: Services) -> None:
    live(services)
    erase(services)
    with pytest.raises(Refused, match="erased"):
        do(services, contact())
    version = len(services.log.stream(CLIENT)) + 1
    raw = stamped(
        ClientErased(reason=ErasureReason.COURT_ORDER),
        originator_id=CLIENT,
        originator_version=version,
        recorded_at=services.clock(),
    )
    with pytest.raises(StreamErasedError):
        services.log.append([raw])


def test_erasing_twice_is_refused_and_the_same_id_gets_the_same_answer(services: Services) -> None:
    live(services)
    context, command_id = CommandContext(services.clock()), uuid4()
    first = services.erase(CLIENT, ErasureReason.CLIENT_REQUEST, context, command_id)
    assert services.erase(CLIENT, ErasureReason.CLIENT_REQUEST, context, command_id) == first
    with pytest.raises(Refused, match="erased"):
        erase(services)
    (erasure,) = services.log.erasures()
    assert (erasure.stream_id, erasure.reason) == (CLIENT, "client_request")


def test_an_append_that_was_faster_than_an_erasure_is_erased_with_the_rest(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    live(services)
    erase_in_log, late = services.log.erase, [contact(note="Anna de Vries came by")]

    def outrun(*arguments: Any) -> int:
        # What the erasure was decided on is no longer so.
        if late:
            do(services, late.pop())
        return erase_in_log(*arguments)

    monkeypatch.setattr(services.log, "erase", outrun)
    erase(services)
    events = services.log.stream(CLIENT)
    assert [type(event) for event in events[-2:]] == [ContactRecorded, ClientErased]
    assert [event.originator_version for event in events] == list(range(1, len(events) + 1))
    assert services.log.opener([CLIENT]).value(events[-2], "note") is None
    assert len(services.log.erasures()) == 1
    after = everything(services)
    assert [string for string in STRINGS if string in after] == []
    assert list(verify(services.engine)) == []


@pytest.mark.parametrize("together", [False, True])
def test_a_command_that_an_erasure_was_faster_than_is_refused_as_any_later_one(
    services: Services, monkeypatch: pytest.MonkeyPatch, together: bool
) -> None:
    live(services)
    append, waiting = services.log.append, [ErasureReason.CLIENT_REQUEST]

    def outrun(*arguments: Any) -> Any:
        if waiting:
            services.erase(CLIENT, waiting.pop(), CommandContext(services.clock()), uuid4())
        return append(*arguments)

    monkeypatch.setattr(services.log, "append", outrun)
    command = contact(note="Anna de Vries again")
    with pytest.raises(Refused, match="erased"):
        if together:
            step = Step(command, CommandContext(services.clock()), uuid4())
            handle_together(services.log, [(services.clients, [step])], lambda attempt: None)
        else:
            do(services, command)
    assert isinstance(services.log.stream(CLIENT)[-1], ClientErased)


def test_of_two_who_erase_at_once_one_is_told_that_it_was_done(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    live(services)
    erase_in_log, other = services.log.erase, [uuid4()]

    def outrun(*arguments: Any) -> int:
        if other:
            services.erase_in_log(CLIENT, ErasureReason.COURT_ORDER, CommandContext(services.clock()), other.pop())
        return erase_in_log(*arguments)

    monkeypatch.setattr(services.log, "erase", outrun)
    with pytest.raises(Refused, match="erased"):
        erase(services)
    (erasure,) = services.log.erasures()
    assert erasure.reason == "court_order"
    assert [type(event) for event in services.log.stream(CLIENT)].count(ClientErased) == 1


OTHER_PROCESS = """
import sys
from uuid import UUID, uuid4
from domain.client import Channel, RecordContact
from domain.refusal import Refused
from eventlog.commands import CommandContext
from werkpad.settings import Settings
from werkpad.wiring import build
services = build(Settings.from_environment())
client_id = UUID(sys.argv[1])
event = services.log.stream(client_id)[0]
assert services.clients.state(client_id) is not None
assert services.log.opener([client_id]).value(event, "name") == "Anna de Vries"
print("warm", flush=True)
sys.stdin.readline()
command = RecordContact(client_id=client_id, contact_id=uuid4(), held_on=services.today, channel=Channel.PHONE)
try:
    services.clients.handle(command, CommandContext(services.clock()), uuid4())
    print("recorded")
except Refused:
    print("refused")
print(services.log.opener([client_id]).value(event, "name"))
services.close()
"""


def test_a_warm_cache_in_another_process_refuses_and_opens_nothing(services: Services, database_url: str) -> None:
    live(services)
    other = subprocess.Popen(
        [sys.executable, "-c", OTHER_PROCESS, str(CLIENT)],
        env=os.environ | environment(database_url),
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert other.stdout is not None
    assert other.stdout.readline() == "warm\n"
    erase(services)
    out, _ = other.communicate("go on\n", timeout=30)
    assert out.split() == ["refused", "None"]


KILLED = """
import os, sys
from uuid import UUID, uuid4
from domain.client import ErasureReason
from eventlog import sqlite
from eventlog.commands import CommandContext
from werkpad.settings import Settings
from werkpad.wiring import build
services = build(Settings.from_environment())
steps = {"before": "erase", "between": "finish_erasures", "after": "scrub"}
setattr(sqlite.SQLiteRecorder, steps[sys.argv[2]], lambda *a, **k: os._exit(9))
services.erase(UUID(sys.argv[1]), ErasureReason.CLIENT_REQUEST, CommandContext(services.clock()), uuid4())
"""


@pytest.mark.parametrize(("when", "erased"), [("before", False), ("between", True), ("after", True)])
def test_an_erasure_that_was_killed_is_not_done_or_finished_at_the_next_start(
    make_services: Callable[..., Services], fresh_sqlite: str, when: str, erased: bool
) -> None:
    first = make_services(fresh_sqlite)
    live(first)
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(CLIENT), when], env=os.environ | environment(fresh_sqlite), check=False
    )
    assert killed.returncode == 9
    services = make_services(fresh_sqlite)  # the next start
    state = services.clients.state(CLIENT)
    assert state is not None
    assert state.erased is erased
    event = services.log.stream(CLIENT)[0]
    name = services.log.opener([CLIENT]).value(event, "name")
    assert name == (None if erased else "Anna de Vries")
    services.engine.catch_up()
    assert list(verify(services.engine)) == []
    assert len(services.log.erasures()) == int(erased)


def test_keys_live_in_a_file_of_their_own(sqlite_services: Services) -> None:
    live(sqlite_services)
    assert sqlite_services.settings.vault_path != sqlite_services.settings.sqlite_path
    assert Path(sqlite_services.settings.vault_path).exists()
