"""What goes beyond one stream: duplicates with their voices, signals without a name, passages taken out for good."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from application.services import Services
from domain.refusal import Refused
from domain.roles import Role, Viewer
from eventlog.commands import CommandContext
from eventlog.sqlite import SQLiteRecorder
from feedback import board, news
from feedback.signal import (
    AddNote,
    AssignSignal,
    CommentOnSignal,
    FollowSignal,
    Help,
    JudgeHelp,
    Kind,
    LogSignal,
    MoveSignal,
    RedactPassage,
    Route,
    Signal,
    SignalCommand,
    SignalState,
    SupportSignal,
    nameless,
    texts_of,
)
from projections.engine.verify import verify
from tests.conftest import Clock
from tests.stories import TEAM, stored_rows

COACH = Viewer(UUID(int=1), Role.WORK_COACH, TEAM)
COLLEAGUE = Viewer(UUID(int=2), Role.WORK_COACH, TEAM)
THIRD = Viewer(UUID(int=3), Role.TEAM_MANAGER, TEAM)
IMPROVER = Viewer(UUID(int=4), Role.WORK_COACH, TEAM, improves=True)
PROCESS = Viewer(UUID(int=5), Role.PROCESS_MANAGER, None)


def do(services: Services, command: SignalCommand) -> None:
    services.signal_handler.handle(command, CommandContext(services.clock(), command.viewer.account_id), uuid4())


def log(
    services: Services, seen: str = "Moped licences are not counted", viewer: Viewer = COACH, **more: object
) -> UUID:
    signal_id = uuid4()
    context = CommandContext(services.clock(), viewer.account_id)
    command = LogSignal(signal_id=signal_id, viewer=viewer, kind=Kind.DEFINITION, page="", seen=seen, **more)  # type: ignore[arg-type]  # the test gives what fits
    services.signals.handle(command, nameless(context) if command.without_name else context, uuid4())
    return signal_id


def move(services: Services, signal_id: UUID, *steps: str, viewer: Viewer = PROCESS, **facts: object) -> None:
    given = {"reason": "because", "on": date(2026, 12, 31)} | facts
    for step in steps:
        do(services, MoveSignal(signal_id=signal_id, viewer=viewer, transition=step, **given))  # type: ignore[arg-type]  # the test gives what fits


def row(services: Services, signal_id: UUID) -> board.SignalRow:
    services.engine.catch_up()
    with services.database.read() as connection:
        found = board.signal(connection, signal_id)
    assert found is not None
    return found


def state(services: Services, signal_id: UUID) -> Signal:
    found = services.signals.state(signal_id)
    assert found is not None
    return found


def test_a_duplicate_brings_its_voices_along_and_takes_them_back(services: Services) -> None:
    original, duplicate = log(services), log(services, "AM is missing", COLLEAGUE)
    do(services, SupportSignal(signal_id=original, viewer=THIRD))
    do(services, SupportSignal(signal_id=duplicate, viewer=THIRD))
    do(services, FollowSignal(signal_id=duplicate, viewer=IMPROVER))
    move(services, duplicate, "triage")
    move(services, duplicate, "mark_duplicate", of=original)
    assert row(services, original).support == 2, "the third counts once, the reporter of the duplicate too"
    assert state(services, original).hearers == {v.account_id for v in (COACH, COLLEAGUE, THIRD, IMPROVER)}
    assert row(services, duplicate).duplicate_of == original
    move(services, duplicate, "undo_duplicate")
    assert row(services, original).support == 1
    assert state(services, original).hearers == {COACH.account_id, THIRD.account_id}
    assert (row(services, duplicate).state, row(services, duplicate).duplicate_of) == ("triaged", None)
    assert list(verify(services.engine)) == []


def test_a_chain_of_duplicates_is_refused_and_nothing_half_done(services: Services) -> None:
    first, second, third = log(services), log(services, "two"), log(services, "three")
    for signal_id in (first, second, third):
        move(services, signal_id, "triage")
    move(services, second, "mark_duplicate", of=first)
    head = services.log.head()
    with pytest.raises(Refused, match="itself a duplicate"):
        move(services, third, "mark_duplicate", of=second)
    with pytest.raises(Refused, match="marked as duplicates"):
        move(services, first, "mark_duplicate", of=third)
    with pytest.raises(Refused, match="no such signal"):
        move(services, third, "mark_duplicate", of=uuid4())
    assert services.log.head() == head


def test_who_logged_without_a_name_is_nowhere_to_be_read(services: Services) -> None:
    signal_id = log(services, without_name=True, filter="show=not_seen", route=None)
    found = row(services, signal_id)
    assert (found.reporter, found.logged_by, found.role, found.team_id, found.filter) == (None,) * 5
    assert (found.logged_at.hour, found.logged_at.minute) in {(23, 0), (22, 0)}, "midnight in Amsterdam"
    stored = b"".join(bytes(part) for row in stored_rows(services) for part in row if isinstance(part, bytes))
    assert str(COACH.account_id).encode() not in stored and COACH.account_id.bytes not in stored
    assert services.signal_handler.reporter_of(signal_id) == COACH.account_id
    with services.database.read() as connection:
        for _ in range(2):
            assert services.signal_handler.reported_without_name(connection, [signal_id], COACH.account_id) == {
                signal_id
            }
            assert services.signal_handler.reported_without_name(connection, [signal_id], COLLEAGUE.account_id) == set()
    remembered = repr(services.signal_handler._reporters._marks)
    assert COACH.account_id.hex not in remembered and repr(COACH.account_id.bytes) not in remembered


def test_one_without_a_name_answers_and_confirms_without_a_name(services: Services, clock: Clock) -> None:
    signal_id = log(services, without_name=True)
    clock.now = datetime(2026, 11, 19, 15, 30, tzinfo=UTC)
    move(services, signal_id, "ask")
    with pytest.raises(Refused):
        move(services, signal_id, "answer", viewer=COLLEAGUE)
    move(services, signal_id, "answer", viewer=COACH)
    do(services, CommentOnSignal(signal_id=signal_id, viewer=COACH, text="it is on page two"))
    move(services, signal_id, "triage", "discuss", "accept", "plan", "deliver")
    do(services, JudgeHelp(signal_id=signal_id, viewer=COACH, help=Help.YES))
    assert state(services, signal_id).state is SignalState.CONFIRMED
    events = services.log.stream(signal_id)
    assert {e.actor for e in events} == {None, PROCESS.account_id}
    assert all(e.recorded_at.astimezone(UTC).hour == 23 for e in events if e.actor is None)


def test_a_passage_is_taken_out_for_good(services: Services, tmp_path: Path) -> None:
    signal_id = log(services, "Mr Invented has no plan", expected="that Invented gets one")
    do(services, CommentOnSignal(signal_id=signal_id, viewer=COLLEAGUE, text="Invented told me so"))
    do(services, AddNote(signal_id=signal_id, viewer=IMPROVER, text="nothing about anybody"))
    before = services.log.opener([signal_id])
    do(services, RedactPassage(signal_id=signal_id, viewer=IMPROVER, passage="Invented", texts={}))
    opener = services.log.opener([signal_id])
    texts = texts_of(services.log.stream(signal_id), opener.stream(signal_id))
    assert list(texts.values()) == [
        "Mr ▒▒▒ has no plan",
        "that ▒▒▒ gets one",
        "▒▒▒ told me so",
        "nothing about anybody",
    ]
    assert before.value(services.log.stream(signal_id)[0], "seen") == "Mr Invented has no plan", "as it was sealed"
    assert opener.value(services.log.stream(signal_id)[0], "seen") is None, "its key is gone"
    found = row(services, signal_id)
    assert opener.text(found.seen) == "Mr ▒▒▒ has no plan"
    with services.database.read() as connection:
        assert board.search(connection, "invented", services.log.marks()) == []
        assert [r.signal_id for r in board.search(connection, "plan", services.log.marks())] == [signal_id]
    do(services, CommentOnSignal(signal_id=signal_id, viewer=COACH, text="thank you"))
    do(services, RedactPassage(signal_id=signal_id, viewer=COACH, passage="nothing", texts={}))
    texts = texts_of(services.log.stream(signal_id), services.log.opener([signal_id]).stream(signal_id))
    assert list(texts.values())[3:] == ["▒▒▒ about anybody", "thank you"]
    services.engine.catch_up()
    assert list(verify(services.engine)) == []


def test_a_passage_of_one_without_a_name_keeps_the_reporter_sealed(services: Services) -> None:
    signal_id = log(services, "Anna has no plan", without_name=True)
    do(services, RedactPassage(signal_id=signal_id, viewer=COACH, passage="Anna", texts={}))
    assert services.signal_handler.reporter_of(signal_id) == COACH.account_id
    assert services.log.stream(signal_id)[-1].actor is None


@pytest.mark.parametrize(
    ("viewer", "passage", "sentence"),
    [(COLLEAGUE, "Mopeds", "role"), (IMPROVER, " ", "exactly"), (IMPROVER, "bicycle", "No text")],
)
def test_a_passage_that_is_not_there_or_not_theirs_stays(
    sqlite_services: Services, viewer: Viewer, passage: str, sentence: str
) -> None:
    signal_id = log(sqlite_services)
    with pytest.raises(Refused, match=sentence):
        do(sqlite_services, RedactPassage(signal_id=signal_id, viewer=viewer, passage=passage, texts={}))


def test_help_is_asked_of_those_who_hear_of_it_for_two_weeks(services: Services, clock: Clock) -> None:
    signal_id = log(services)
    do(services, SupportSignal(signal_id=signal_id, viewer=COLLEAGUE))
    with pytest.raises(Refused, match="Nothing was delivered"):
        do(services, JudgeHelp(signal_id=signal_id, viewer=COACH, help=Help.YES))
    move(services, signal_id, "triage", "discuss", "accept", "plan", "deliver")
    with pytest.raises(Refused, match="asked of those"):
        do(services, JudgeHelp(signal_id=signal_id, viewer=THIRD, help=Help.YES))
    do(services, JudgeHelp(signal_id=signal_id, viewer=COLLEAGUE, help=Help.PARTLY, words="on the phone it does not"))
    do(services, JudgeHelp(signal_id=signal_id, viewer=COACH, help=Help.NO))
    found = row(services, signal_id)
    assert (found.helped_yes, found.helped_partly, found.helped_no) == (0, 1, 1)
    assert asked_of(services, COACH) == []
    clock.now = datetime(2026, 12, 3, 12, tzinfo=UTC)
    with pytest.raises(Refused, match="14 days"):
        do(services, JudgeHelp(signal_id=signal_id, viewer=COACH, help=Help.YES))
    move(services, signal_id, "reopen", viewer=COACH)
    assert row(services, signal_id).state == "reopened"


def test_a_redaction_that_was_interrupted_is_finished_at_the_next_start(
    sqlite_services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    services, signal_id = sqlite_services, log(sqlite_services, "Anna has no plan")
    monkeypatch.setattr(SQLiteRecorder, "_finish_resealing", lambda _: 0)
    do(services, RedactPassage(signal_id=signal_id, viewer=IMPROVER, passage="Anna", texts={}))
    monkeypatch.undo()
    services.create()
    opener = services.log.opener([signal_id])
    assert list(texts_of(services.log.stream(signal_id), opener.stream(signal_id)).values()) == ["▒▒▒ has no plan"]
    assert opener.value(services.log.stream(signal_id)[0], "seen") is None


def test_a_duplicate_is_not_supported_any_more(services: Services) -> None:
    original, duplicate = log(services), log(services, "AM is missing", COLLEAGUE)
    do(services, FollowSignal(signal_id=duplicate, viewer=THIRD))
    move(services, duplicate, "triage")
    move(services, duplicate, "mark_duplicate", of=original)
    for command in (SupportSignal, FollowSignal):
        with pytest.raises(Refused, match="repeats another signal"):
            do(services, command(signal_id=duplicate, viewer=IMPROVER))
    do(services, FollowSignal(signal_id=duplicate, viewer=THIRD, back=True))
    assert state(services, duplicate).followers == set()


def heard_of(services: Services, viewer: Viewer) -> set[UUID]:
    services.engine.catch_up()
    with services.database.read() as connection:
        return {
            r.signal_id for r in news.unheard(connection, services.signal_handler, viewer.account_id, services.today)
        }


def asked_of(services: Services, viewer: Viewer) -> list[UUID]:
    services.engine.catch_up()
    with services.database.read() as connection:
        asked = news.asked_whether_it_helped(connection, services.signal_handler, viewer.account_id, services.today)
    return [r.signal_id for r in asked]


def test_one_without_a_name_hears_what_became_of_the_original_and_is_asked_whether_it_helped(
    services: Services,
) -> None:
    own, repeated, original = (
        log(services, without_name=True),
        log(services, without_name=True),
        log(services, viewer=THIRD),
    )
    move(services, own, "triage", "discuss", "accept", "plan", "deliver")
    move(services, repeated, "triage")
    move(services, repeated, "mark_duplicate", of=original)
    assert heard_of(services, COACH) == {own, repeated}
    move(services, original, "triage")
    assert heard_of(services, COACH) == {own, repeated, original}
    with services.database.write() as connection:
        services.signal_handler.receipts.note(
            connection, COACH.account_id, {s: row(services, s).version for s in (own, repeated, original)}
        )
    assert heard_of(services, COACH) == set()
    move(services, original, "discuss")
    assert heard_of(services, COACH) == {original}
    assert heard_of(services, COLLEAGUE) == set()
    assert asked_of(services, COACH) == [own]
    assert asked_of(services, COLLEAGUE) == []
    do(services, JudgeHelp(signal_id=own, viewer=COACH, help=Help.PARTLY))
    assert asked_of(services, COACH) == []


def test_a_colleague_hears_that_a_signal_was_logged_for_them(services: Services) -> None:
    signal_id = log(services, viewer=COACH, colleague=COLLEAGUE)
    assert heard_of(services, COLLEAGUE) == {signal_id}
    assert heard_of(services, COACH) == set()
    with services.database.write() as connection:
        services.signal_handler.receipts.note(connection, COLLEAGUE.account_id, {signal_id: 1})
    assert heard_of(services, COLLEAGUE) == set()


def test_a_chain_of_duplicates_can_t_be_made_in_one_go_either(services: Services) -> None:
    first, second, third = log(services), log(services, "two"), log(services, "three")
    for signal_id in (first, second, third):
        move(services, signal_id, "triage")
    head, context = services.log.head(), CommandContext(services.clock(), PROCESS.account_id)
    marks = [(first, second), (second, third)]
    for order in (marks, marks[::-1]):
        commands = [MoveSignal(signal_id=s, viewer=PROCESS, transition="mark_duplicate", of=of) for s, of in order]
        with pytest.raises(Refused, match="duplicate"):
            services.signal_handler.together(
                [services.signal_handler.parts([command], context, uuid4()) for command in commands]
            )
    assert services.log.head() == head


def test_who_was_given_a_signal_hears_of_it(services: Services, clock: Clock) -> None:
    signal_id = log(services, route=Route(TEAM, IMPROVER.account_id))
    assert heard_of(services, IMPROVER) == {signal_id}
    with services.database.write() as connection:
        services.signal_handler.receipts.note(
            connection, IMPROVER.account_id, {signal_id: row(services, signal_id).version}
        )
    move(services, signal_id, "triage")
    assert heard_of(services, IMPROVER) == set(), "what becomes of it, one hears as a follower"
    do(services, AssignSignal(signal_id=signal_id, viewer=PROCESS, team=None, person=IMPROVER.account_id))
    assert heard_of(services, IMPROVER) == set(), "it was theirs already"
    clock.now = datetime(2027, 3, 1, 12, tzinfo=UTC)
    do(services, AssignSignal(signal_id=signal_id, viewer=PROCESS, team=None, person=THIRD.account_id))
    assert (heard_of(services, THIRD), heard_of(services, IMPROVER)) == ({signal_id}, set())
