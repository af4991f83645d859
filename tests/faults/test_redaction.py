"""A passage that is taken out while others write, fold, or die: nothing else is lost, and nothing of it stays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

import pytest
from eventsourcing.persistence import StoredEvent

from application.services import Services
from domain.refusal import Refused
from eventlog.commands import CommandContext
from eventlog.marks import MARKS
from eventlog.repeats import ReusedError
from eventlog.sqlite import SQLiteRecorder
from feedback.signal import CommentOnSignal, RedactPassage, texts_of
from projections.engine.verify import verify
from tests.eventlog.test_outrun import before_each
from tests.faults.test_keys import tamper
from tests.feedback.test_signal_handler import COLLEAGUE, IMPROVER, do, log


def redaction(signal_id: UUID, passage: str = "Invented") -> RedactPassage:
    return RedactPassage(signal_id=signal_id, viewer=IMPROVER, passage=passage, texts={})


def texts(services: Services, signal_id: UUID) -> list[str]:
    return list(texts_of(*services.log.opened(signal_id)).values())


def same_as_the_log(services: Services) -> bool:
    services.engine.catch_up(wait=True)
    return list(verify(services.engine)) == [] and list(services.log.unopened()) == []


@pytest.fixture
def signal_id(services: Services) -> UUID:
    return log(services, "Mr Invented has no plan")


def test_what_others_say_meanwhile_is_kept(services: Services, signal_id: UUID) -> None:
    """The key that their text was sealed under is destroyed: it has to be sealed anew along with the rest."""
    said = CommentOnSignal(signal_id=signal_id, viewer=COLLEAGUE, text="Invented told me so")
    with before_each(services.log, "reseal", lambda: do(services, said), 1):
        do(services, redaction(signal_id))
    assert texts(services, signal_id) == ["Mr ▒▒▒ has no plan", "▒▒▒ told me so"]
    assert same_as_the_log(services)


def test_two_that_are_taken_out_at_once_are_both_gone(services: Services, signal_id: UUID) -> None:
    other = redaction(signal_id, "no plan")
    with before_each(services.log, "reseal", lambda: do(services, other), 1):
        do(services, redaction(signal_id))
    assert texts(services, signal_id) == ["Mr ▒▒▒ has ▒▒▒"]
    assert same_as_the_log(services)


def test_sent_twice_it_is_done_once(services: Services, signal_id: UUID) -> None:
    context, command_id = CommandContext(services.clock(), IMPROVER.account_id), uuid4()
    first = services.signal_handler.handle(redaction(signal_id), context, command_id)
    do(services, CommentOnSignal(signal_id=signal_id, viewer=COLLEAGUE, text="thank you"))
    assert services.signal_handler.handle(redaction(signal_id), context, command_id) == first
    assert texts(services, signal_id) == ["Mr ▒▒▒ has no plan", "thank you"]
    with pytest.raises(ReusedError):
        services.signal_handler.handle(
            redaction(signal_id), CommandContext(services.clock(), COLLEAGUE.account_id), command_id
        )
    assert len(services.log.stream(signal_id)) == 3


def test_where_the_key_comes_later_nobody_sees_the_gap(
    sqlite_services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On SQLite the event stands in the log before its key is in place; others fold it and say things in between."""
    services = sqlite_services
    signal_id = log(services, "Mr Invented has no plan")
    with monkeypatch.context() as patched:
        patched.setattr(SQLiteRecorder, "_finish_resealing", lambda _: 0)
        do(services, redaction(signal_id))
        assert texts(services, signal_id) == ["Mr ▒▒▒ has no plan"]
        do(services, CommentOnSignal(signal_id=signal_id, viewer=COLLEAGUE, text="Nobody else knows"))
        do(services, redaction(signal_id, "no plan"))
        assert same_as_the_log(services)
        kept = {key.stream_id: key for key in services.log.keys_kept(None)}
        assert kept.keys() == {signal_id, MARKS}
    services.create()
    assert {key.stream_id: key for key in services.log.keys_kept(None)} == kept
    assert texts(services, signal_id) == ["Mr ▒▒▒ has ▒▒▒", "Nobody else knows"]
    assert same_as_the_log(services)


def test_one_that_died_before_its_event_is_sent_again(
    sqlite_services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = sqlite_services
    signal_id, command_id = log(services, "Mr Invented has no plan"), uuid4()
    context = CommandContext(services.clock(), IMPROVER.account_id)

    def killed(*_: Any, **__: Any) -> Any:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(SQLiteRecorder, "insert_events", killed)
        services.signal_handler.handle(redaction(signal_id), context, command_id)
    services.signal_handler.handle(redaction(signal_id), context, command_id)
    assert texts(services, signal_id) == ["Mr ▒▒▒ has no plan"]
    assert same_as_the_log(services)


def test_the_same_one_in_two_processes_at_once_keeps_the_key_of_the_event(
    sqlite_services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second puts its own key in the place of the one that waits, before the first has stored its event."""
    services = sqlite_services
    signal_id, command_id = log(services, "Mr Invented has no plan"), uuid4()
    context = CommandContext(services.clock(), IMPROVER.account_id)
    insert, inside = SQLiteRecorder.insert_events, False

    def late(recorder: SQLiteRecorder, events: Sequence[StoredEvent], **more: Any) -> Sequence[int] | None:
        nonlocal inside
        if not inside:
            inside = True
            services.signal_handler.handle(redaction(signal_id), context, command_id)
        return insert(recorder, events, **more)

    monkeypatch.setattr(SQLiteRecorder, "insert_events", late)
    services.signal_handler.handle(redaction(signal_id), context, command_id)
    assert len(services.log.stream(signal_id)) == 2
    assert texts(services, signal_id) == ["Mr ▒▒▒ has no plan"]
    assert same_as_the_log(services)


@pytest.mark.parametrize("before", [0, 1])
def test_where_a_text_is_damaged_nothing_is_destroyed(services: Services, signal_id: UUID, before: int) -> None:
    """A backup of the log may still bring it back, as long as its key is there."""
    for _ in range(before):
        do(services, redaction(signal_id))
    tamper(services, signal_id)
    do(services, CommentOnSignal(signal_id=signal_id, viewer=COLLEAGUE, text="Invented told me so"))
    kept = services.log.keys_kept([signal_id])
    with pytest.raises(Refused, match="Some texts of this signal"):
        do(services, redaction(signal_id))
    assert texts(services, signal_id) == ["Invented told me so"]
    assert services.log.keys_kept([signal_id]) == kept


def test_to_ask_for_a_key_looks_through_no_log(sqlite_services: Services) -> None:
    """Keys are asked for with each page that is folded or shown: it must not take longer with each event."""
    recorder = sqlite_services.log._recorder
    asked = f"EXPLAIN QUERY PLAN {recorder._keys_in_force('k.stream_id = ?')}"  # type: ignore[attr-defined]  # the test looks inside
    plan = [row[3] for row in recorder._rows(asked, ["none"])]  # type: ignore[attr-defined]  # the test looks inside
    assert any(step.startswith("SEARCH e ") for step in plan) and any(step.startswith("SEARCH k ") for step in plan)
    assert not any(step.startswith(("SCAN e", "SCAN k")) for step in plan)
