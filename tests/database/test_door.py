"""The door of a log: who may write when, who is writing, who is there, and which log it is; on both kinds."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import msgspec
import pytest

from application.services import Services
from database.door import MAINTENANCE, OPEN, RESTORING, ClosedError, Door, FileDoor, ReplacedError, State
from domain.client import ErasureReason
from eventlog.commands import CommandContext
from tests.conftest import NOW
from tests.stories import CLIENT, begin, contact, do


@pytest.fixture
def door(services: Services) -> Door:
    return services.door


@contextmanager
def somebody_writes(services: Services) -> Iterator[Callable[[], None]]:
    """Another thread in the middle of a transaction; what is given ends it."""
    inside, enough = threading.Event(), threading.Event()

    def write() -> None:
        with services.database.write():
            inside.set()
            enough.wait(20)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        assert inside.wait(20)
        yield enough.set
    finally:
        enough.set()
        thread.join()


def test_a_new_door_is_open(door: Door) -> None:
    assert door.read() == door.look() == door.glance() == State()
    assert door.read().sentence == "Werkpad is open."
    assert door.writers() == []
    door.judge_start()


@pytest.mark.parametrize(
    "state",
    [
        State(kind=MAINTENANCE, incarnation="second", since=NOW),
        State(kind=RESTORING, stage="loading", touched=True, command="werkpad restore x", afterwards=MAINTENANCE),
        State(kind=RESTORING, stage="loading", touched=False),
    ],
)
def test_whatever_is_put_is_read(services: Services, door: Door, state: State) -> None:
    door.change(state)
    assert door.read() == door.look() == door.glance() == state
    assert door.seen == state.incarnation
    with pytest.raises(ClosedError) as closed, services.database.write():
        pass
    assert closed.value.state == state
    with pytest.raises(ClosedError):
        begin(services)
    if state.kind == RESTORING:
        with pytest.raises(ClosedError):
            door.judge_start()
    else:
        door.judge_start()
    door.change(State(incarnation=state.incarnation))
    begin(services)


def test_set_up_may_write_in_maintenance_and_within_a_restore_nobody(services: Services, door: Door) -> None:
    door.change(State(kind=MAINTENANCE))
    with door.setting_up():
        with door.setting_up(), services.database.write():
            pass
        door.change(State(kind=RESTORING))
        with pytest.raises(ClosedError), services.database.write():
            pass
        door.change(State(kind=MAINTENANCE))
    with pytest.raises(ClosedError), services.database.write():
        pass
    with pytest.raises(ClosedError):
        begin(services)


@pytest.mark.parametrize("what", ["record", "erase", "reseal", "rotate"])
def test_nothing_of_the_log_is_written_in_maintenance(services: Services, door: Door, what: str) -> None:
    begin(services, name="Anna de Vries")
    context, before = CommandContext(NOW), services.log.head()
    door.change(State(kind=MAINTENANCE))
    with pytest.raises(ClosedError):
        match what:
            case "record":
                do(services, contact())
            case "erase":
                services.erase(CLIENT, ErasureReason.COURT_ORDER, context, uuid4())
            case "reseal":
                services.clients.reseal(contact(), context, uuid4())
            case _:
                services.log.rotate_key(lambda done, total: None)
    door.change(State())
    assert services.log.head() == before
    assert services.log.erasures() == []
    assert services.log.opener([CLIENT]).value(services.log.stream(CLIENT)[0], "name") == "Anna de Vries"


def test_what_was_decided_on_another_log_is_not_recorded(services: Services, door: Door) -> None:
    begin(services)
    seen = services.log.seen
    door.judge(door.look(), seen)
    door.change(State(incarnation="another"))
    with pytest.raises(ReplacedError):
        door.judge(door.look(), seen)
    assert door.seen == "another"
    do(services, contact())


def test_whoever_writes_is_seen_and_waited_for(services: Services, door: Door) -> None:
    with somebody_writes(services) as end:
        assert len(door.writers()) == 1
        assert len(door.drain(patience=0.2)) == 1, "who is still there in the end"
        threading.Timer(0.3, end).start()
        assert door.drain(patience=20) == []
    assert door.writers() == []


def test_one_who_writes_within_what_is_written_waits_for_nobody(services: Services, door: Door) -> None:
    with door.held():
        with door.held():
            begin(services)
        if services.settings.is_sqlite:
            assert door.writers() == ["a process that writes"], "the outer one holds on"
    assert door.writers() == []


def test_a_door_that_is_shut_meanwhile_lets_those_end_who_are_in(services: Services, door: Door) -> None:
    with somebody_writes(services):
        door.change(State(kind=MAINTENANCE))
        assert len(door.writers()) == 1
        with pytest.raises(ClosedError), door.held(), services.database.write():
            pass
    assert door.drain(patience=5) == []


# files


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "werkpad.db"


def test_others_are_those_who_have_it_open_and_not_those_who_were_killed(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    doors = []
    for name in ("worker", "web", "beat"):
        monkeypatch.setenv("PGAPPNAME", name)
        doors.append(FileDoor(place))
    assert [door.others() for door in doors] == [["beat", "web"], ["beat", "worker"], ["web", "worker"]]
    assert doors[0].alone(patience=0) == ["beat", "web"]
    # What a process leaves that was killed: a file that nobody holds.
    left = place.with_name(f"{place.name}.here.1-gone")
    left.write_text("killed")
    assert doors[0].others() == ["beat", "web"] and not left.exists()
    left.write_text("killed")
    FileDoor(place).close()
    assert not left.exists(), "whoever comes next sweeps it away"
    for door in doors[1:]:
        door.close()
        door.close()
    assert doors[0].alone(patience=0) == []
    doors[0].close()
    assert [p.name for p in place.parent.iterdir() if ".here." in p.name] == []


def test_a_state_that_can_not_be_read_is_that_of_a_restore(place: Path) -> None:
    door = FileDoor(place)
    place.with_name(f"{place.name}.door").write_bytes(b"{")
    found = door.read()
    assert (found.kind, found.stage, found.touched) == (RESTORING, "unknown", True)
    assert "werkpad restore" in found.sentence
    door.close()


def test_states_are_kept_as_they_were_written_by_any_version() -> None:
    assert msgspec.json.encode(State()) == b"{}"
    assert State() == State(OPEN, "", None, "", False, "", OPEN)
    assert msgspec.json.decode(b'{"kind":"maintenance"}', type=State) == State(kind=MAINTENANCE)
    assert (OPEN, MAINTENANCE, RESTORING) == ("open", "maintenance", "restoring")
