"""A command that others outran is decided again, some times, and is stored once or not at all."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from eventsourcing.persistence import IntegrityError, OperationalError

from application.services import Services
from domain.client import CloseClient, ClosingReason, ContactRecorded, EraseClient, ErasureReason, TakeIntake, evolve
from domain.refusal import Refused
from eventlog import handler, observing
from eventlog.commands import Answer, CommandContext, Step
from eventlog.handler import BusyError, Handler, handle_together
from eventlog.keyring import KeyGoneError
from tests.stories import CLIENT, COACH, INTAKE_ON, TEAM, begin, contact, do

OTHER = UUID(int=5)


class Mine:
    """A handler that notes for how long it waited and what it said of its commands."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.pauses: list[int] = []
        self.told: list[tuple[str, str]] = []
        self.handler = Handler(
            services.log, evolve, self.pauses.append, observe=lambda name, outcome, _: self.told.append((name, outcome))
        )

    def step(self, command: Any = None) -> Step[Any]:
        return Step(command or contact(), CommandContext(self.services.clock(), COACH), uuid4())

    def alone(self, *steps: Step[Any]) -> Answer:
        return self.handler.handle_all(steps)

    def together(self, *steps: Step[Any]) -> Answer:
        return handle_together(self.services.log, [(self.handler, steps)], self.pauses.append)


@pytest.fixture
def mine(services: Services) -> Mine:
    begin(services)
    return Mine(services)


@pytest.fixture(params=["alone", "together"])
def send(request: pytest.FixtureRequest, mine: Mine) -> Callable[..., Answer]:
    """Both ways to carry out the commands of one stream."""
    way: Callable[..., Answer] = getattr(mine, request.param)
    return way


@contextmanager
def before_each(where: Any, name: str, rival: Callable[[], object], times: int) -> Iterator[None]:
    """Let somebody else be faster so many times: between what is decided and its being stored."""
    method, left, racing = getattr(where, name), times, False

    def late(*arguments: Any) -> Any:
        nonlocal left, racing
        if left and not racing:
            left, racing = left - 1, True
            try:
                rival()
            finally:
                racing = False
        return method(*arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(where, name, late)
        yield


def contacts(services: Services) -> int:
    return sum(isinstance(event, ContactRecorded) for event in services.log.stream(CLIENT))


def test_it_is_decided_again_on_what_the_others_left(mine: Mine, send: Callable[..., Answer]) -> None:
    step = mine.step()
    with before_each(mine.services.log, "append", lambda: do(mine.services, contact()), 3):
        answer = send(step)
    assert answer == Answer(CLIENT, mine.services.log.head(), 1)
    assert mine.pauses == [1, 2, 3], "it waits before it tries again, and longer each time"
    assert contacts(mine.services) == 4
    assert mine.told == [("RecordContact", observing.ACCEPTED)]


def test_what_the_others_left_may_refuse_it(mine: Mine, send: Callable[..., Answer]) -> None:
    closing = CloseClient(client_id=CLIENT, reason=ClosingReason.JOB, closed_on=mine.services.today)
    step = mine.step()
    with before_each(mine.services.log, "append", lambda: do(mine.services, closing), 1), pytest.raises(Refused):
        send(step)
    assert contacts(mine.services) == 0
    assert mine.told == [("RecordContact", observing.REFUSED)]


def test_outrun_all_the_time_it_is_given_up_and_nothing_is_stored(mine: Mine, send: Callable[..., Answer]) -> None:
    step = mine.step()
    with (
        before_each(mine.services.log, "append", lambda: do(mine.services, contact()), 1000),
        pytest.raises(BusyError, match=r"Nothing was saved"),
    ):
        send(step)
    assert len(mine.pauses) == handler.ATTEMPTS - 1
    assert contacts(mine.services) == handler.ATTEMPTS
    assert mine.services.log.written_by(step.command_id) == []
    assert mine.told == [("RecordContact", observing.BUSY)]


@pytest.mark.parametrize("how", ["erase", "reseal"])
def test_an_erasure_that_is_outrun_all_the_time_is_given_up_and_erases_nothing(mine: Mine, how: str) -> None:
    services, context = mine.services, CommandContext(mine.services.clock())
    if services.settings.is_sqlite and how == "erase":
        pytest.skip("There the tombstone is what counts, and its event follows on whatever came.")
    with (
        before_each(services.log, how, lambda: do(services, contact()), 1000),
        pytest.raises(BusyError, match=r"Nothing was erased"),
    ):
        if how == "erase":
            command = EraseClient(client_id=CLIENT, reason=ErasureReason.COURT_ORDER)
            mine.handler.erase(command, context, uuid4(), "court_order")
        else:
            mine.handler.reseal(contact(), context, uuid4())
    assert services.log.erasures() == []
    assert mine.pauses == list(range(1, handler.ATTEMPTS))
    assert contacts(services) == handler.ATTEMPTS
    assert [outcome for _, outcome in mine.told] == [observing.BUSY]


def test_a_key_that_gets_lost_before_another_takes_its_place_leaves_everything_as_it_was(mine: Mine) -> None:
    """Nobody knows then what was to be kept."""
    services = mine.services

    def lose() -> None:
        if services.settings.is_sqlite:
            with closing(sqlite3.connect(services.settings.vault_path)) as vault:
                vault.execute("DELETE FROM keys")
                vault.commit()
        else:
            with psycopg.connect(services.settings.database_url) as vault:
                vault.execute("DELETE FROM vault.keys")

    recorder = services.log._recorder
    with before_each(recorder, "reseal", lose, 1), pytest.raises(KeyGoneError):
        mine.handler.reseal(contact(note="to be kept"), CommandContext(services.clock(), COACH), uuid4())
    assert (services.log.head(), recorder.all_keys()) == (2, [])
    assert mine.told == [("RecordContact", observing.REFUSED)]


def test_stored_although_the_answer_got_lost_it_is_not_stored_again(
    mine: Mine, send: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The library inserts again when a connection is lost, and what was committed then comes back as a conflict."""
    append, step = mine.services.log.append, mine.step()

    def twice(*arguments: Any) -> Any:
        append(*arguments)
        raise IntegrityError

    monkeypatch.setattr(mine.services.log, "append", twice)
    assert send(step) == Answer(CLIENT, 3, 1)
    assert contacts(mine.services) == 1
    assert mine.pauses == []
    assert mine.told == [("RecordContact", observing.REPEATED)]


def test_a_database_that_fails_is_not_asked_again(
    mine: Mine, send: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> Any:
        raise OperationalError("gone")

    monkeypatch.setattr(mine.services.log, "append", fail)
    with pytest.raises(OperationalError):
        send(mine.step())
    assert mine.pauses == []
    assert mine.told == [("RecordContact", observing.UNAVAILABLE)]


def test_a_repeat_that_its_own_first_time_forbids_gets_the_first_answer(
    mine: Mine, send: Callable[..., Answer]
) -> None:
    step = mine.step(TakeIntake(client_id=OTHER, held_on=INTAKE_ON, team=TEAM))
    first = send(step)
    assert first == send(step) == Answer(OTHER, 3, 1)
    assert mine.told == [("TakeIntake", observing.ACCEPTED), ("TakeIntake", observing.REPEATED)]
    with pytest.raises(Refused):
        send(mine.step(TakeIntake(client_id=OTHER, held_on=INTAKE_ON, team=TEAM)))


def test_several_commands_of_a_stream_build_on_each_other(mine: Mine, send: Callable[..., Answer]) -> None:
    closing = CloseClient(client_id=CLIENT, reason=ClosingReason.JOB, closed_on=mine.services.today)
    with pytest.raises(Refused, match="closed"):
        send(mine.step(closing), mine.step())
    assert mine.services.log.head() == 2
    answer = send(mine.step(), mine.step(closing))
    assert answer == Answer(CLIENT, 4, 2)
    assert [event.originator_version for event in mine.services.log.stream(CLIENT)] == [1, 2, 3, 4]
