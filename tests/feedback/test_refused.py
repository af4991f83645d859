"""What is refused of signals and meetings, with which sentence and about which field."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.refusal import Refused
from domain.roles import Role, Viewer
from eventlog.commands import CommandContext, given
from feedback.change import ChangeDelivered, RecordChange
from feedback.meeting import (
    ArrangeAgenda,
    CancelMeeting,
    ConfirmDecisions,
    DecisionsRecorded,
    MeetingCancelled,
    MeetingHeld,
    MeetingPlanned,
    PlanMeeting,
    RecordDecisions,
    evolve_meeting,
)
from feedback.signal import (
    AddNote,
    AssignSignal,
    ClassifySignal,
    CommentOnSignal,
    FollowSignal,
    Help,
    JudgeHelp,
    Kind,
    LogSignal,
    MoveSignal,
    PassageRedacted,
    RedactPassage,
    Signal,
    SignalState,
    SupportSignal,
)
from tests.conftest import NOW

ID, TEAM, OTHER = UUID(int=7), UUID(int=8), UUID(int=9)
TODAY = NOW.date()
REPORTER = Viewer(UUID(int=1), Role.WORK_COACH, TEAM)
COACH = Viewer(UUID(int=2), Role.WORK_COACH, TEAM)
CITY = Viewer(UUID(int=3), Role.PROCESS_MANAGER, None)
ADMIN = Viewer(UUID(int=4), Role.ADMINISTRATOR, None)
IMPROVER = Viewer(UUID(int=5), Role.WORK_COACH, TEAM, improves=True)
AT = CommandContext(NOW, CITY.account_id)
OPEN, TRIAGED, DELIVERED, CONFIRMED = (SignalState(s) for s in ("logged", "triaged", "delivered", "confirmed"))


def signal(state: SignalState = OPEN, **more: Any) -> Signal:
    return Signal(ID, 3, state, OPEN, reporter=REPORTER.account_id, kind=Kind.IDEA, **more)


def by(viewer: Viewer, **more: Any) -> dict[str, Any]:
    return {"signal_id": ID, "viewer": viewer, **more}


def meeting(*events: Any) -> Any:
    return given(evolve_meeting, ID, [MeetingPlanned(team=TEAM, held_on=TODAY, begins="", place=""), *events])


def log(viewer: Viewer = REPORTER, **more: Any) -> LogSignal:
    return LogSignal(**by(viewer), kind=Kind.IDEA, page="", seen="It", **more)


def redact(passage: str, viewer: Viewer = CITY, **texts: str | None) -> RedactPassage:
    return RedactPassage(**by(viewer), passage=passage, texts={"1.seen": "Jan has no CV", **texts})


RECORDED = DecisionsRecorded(present=[CITY.account_id, IMPROVER.account_id], decisions=[], remarks=None, reasons=None)
HELD, CANCELLED = MeetingHeld(present=[], decisions=[], remarks=None), MeetingCancelled()
OF_MEETING = {"meeting_id": ID, "viewer": CITY}
PLAN = PlanMeeting(**OF_MEETING, team=TEAM, held_on=TODAY)
RECORD = RecordDecisions(**OF_MEETING, present=[CITY.account_id, OTHER], decisions=[])
REST: dict[str, Any] = {"title_en": "a", "title_nl": "b", "text_en": "c", "text_nl": "d", "signals": []}
TOLD: dict[str, tuple[Any, Any, str, str | None]] = {
    "logged twice": (signal(), log(), "This signal has already been logged.", None),
    "logged by who logs none": (None, log(ADMIN), "In your role you can't log signals.", None),
    "for who logs none": (None, log(colleague=ADMIN), "This colleague doesn't work with signals.", "colleague"),
    "for a colleague, without a name": (None, log(colleague=COACH, without_name=True), "not both", "colleague"),
    "no such signal": (None, SupportSignal(**by(COACH)), "no such signal", None),
    "the own one supported": (signal(), SupportSignal(**by(REPORTER)), "This is your own signal.", None),
    "the own one followed": (signal(), FollowSignal(**by(REPORTER)), "This is your own signal: you hear", None),
    "supported by who logs none": (signal(), SupportSignal(**by(ADMIN)), "can't support signals", None),
    "followed by who logs none": (signal(), FollowSignal(**by(ADMIN)), "can't follow signals", None),
    "a duplicate supported": (signal(duplicate_of=OTHER), SupportSignal(**by(COACH)), "Support that one", None),
    "a duplicate followed": (signal(duplicate_of=OTHER), FollowSignal(**by(COACH)), "Follow that one", None),
    "commented by who logs none": (signal(), CommentOnSignal(**by(ADMIN), text="So"), "can't comment", None),
    "noted by who triages none": (signal(), AddNote(**by(COACH), text="So"), "can't write notes", None),
    "moved by who triages none": (signal(), AssignSignal(**by(COACH), team=None), "can't move signals", None),
    "classified by who triages none": (
        signal(),
        ClassifySignal(**by(COACH), kind=Kind.FAULT, field=None),
        "can't change the subject of a signal",
        None,
    ),
    "classified when it was answered": (
        signal(CONFIRMED),
        ClassifySignal(**by(CITY), kind=Kind.FAULT, field=None),
        "its subject stays as it is",
        None,
    ),
    "no passage": (signal(), redact("  "), "Enter the passage exactly as it appears in the signal.", "passage"),
    "not that passage": (signal(), redact("Piet has"), "No text of this signal has this passage.", "passage"),
    "a text that can't be opened": (signal(), redact("Jan has", **{"2.text": None}), "would be lost", None),
    "redacted by who may not": (signal(), redact("Jan has", COACH), "can't redact what others wrote", None),
    "a step that is none": (signal(), MoveSignal(**by(CITY), transition="x"), "no such step", "transition"),
    "a duplicate of nothing": (
        signal(TRIAGED),
        MoveSignal(**by(CITY), transition="mark_duplicate", reason="so"),
        "Enter the signal that it repeats.",
        "of",
    ),
    "a duplicate of itself": (
        signal(TRIAGED),
        MoveSignal(**by(CITY), transition="mark_duplicate", reason="so", of=ID),
        "A signal can't repeat itself.",
        "of",
    ),
    "planned for no day": (
        signal(SignalState.ACCEPTED),
        MoveSignal(**by(CITY), transition="plan", reason="so"),
        "Enter the day for which it is planned.",
        "on",
    ),
    "planned for a day in the past": (
        signal(SignalState.ACCEPTED),
        MoveSignal(**by(CITY), transition="plan", reason="so", on=TODAY - timedelta(days=1)),
        "Choose today or a later day.",
        "on",
    ),
    "planned for ever": (
        signal(SignalState.ACCEPTED),
        MoveSignal(**by(CITY), transition="plan", reason="so", on=date(9999, 1, 1)),
        "years ahead",
        "on",
    ),
    "judged by who does not hear of it": (
        signal(DELIVERED, delivered_on=TODAY),
        JudgeHelp(**by(COACH), help=Help.YES),
        "asked of those who logged",
        None,
    ),
    "judged before it was delivered": (
        signal(),
        JudgeHelp(**by(REPORTER), help=Help.YES),
        "Nothing was delivered",
        None,
    ),
    "judged too late": (
        signal(DELIVERED, delivered_on=TODAY - timedelta(days=15)),
        JudgeHelp(**by(REPORTER), help=Help.YES),
        "until 14 days after delivery",
        None,
    ),
    "no such meeting": (None, ArrangeAgenda(**OF_MEETING, order=[]), "There is no such meeting.", None),
    "planned by who leads none": (
        None,
        PlanMeeting(meeting_id=ID, viewer=COACH, team=TEAM, held_on=TODAY),
        "The improvement team of that team does this.",
        "team",
    ),
    "planned for another team": (
        None,
        PlanMeeting(meeting_id=ID, viewer=IMPROVER, team=OTHER, held_on=TODAY),
        "The improvement team of that team does this.",
        "team",
    ),
    "arranged by who leads none": (
        meeting(),
        ArrangeAgenda(meeting_id=ID, viewer=COACH, order=[]),
        "The improvement team of that team does this.",
        None,
    ),
    "a meeting on no day": (None, PlanMeeting(**OF_MEETING, team=TEAM, held_on=None), "Enter a day", "held_on"),
    "a meeting yesterday": (
        None,
        PlanMeeting(**OF_MEETING, team=TEAM, held_on=TODAY - timedelta(days=1)),
        "Choose today or a later day.",
        "held_on",
    ),
    "a meeting in the year 9999": (
        None,
        PlanMeeting(**OF_MEETING, team=TEAM, held_on=date(9999, 1, 1)),
        "years ahead",
        "held_on",
    ),
    "decided by one": (
        meeting(),
        RecordDecisions(**OF_MEETING, present=[CITY.account_id] * 2, decisions=[]),
        "at least two people",
        "present",
    ),
    "recorded by who was away": (
        meeting(),
        RecordDecisions(**OF_MEETING, present=[OTHER, COACH.account_id], decisions=[]),
        "Only somebody who attended can record",
        "present",
    ),
    "recorded ahead of the day": (
        given(
            evolve_meeting,
            ID,
            [MeetingPlanned(team=TEAM, held_on=TODAY + timedelta(days=1), begins="", place="")],
        ),
        RECORD,
        "This meeting is still to come.",
        None,
    ),
    "arranged when it was recorded": (
        meeting(RECORDED),
        ArrangeAgenda(**OF_MEETING, order=[]),
        "Somebody else who attended",
        None,
    ),
    "moved when it was recorded": (meeting(RECORDED), PLAN, "Somebody else who attended", None),
    "confirmed before it was recorded": (
        meeting(),
        ConfirmDecisions(**OF_MEETING, recorded=2),
        "Nothing was recorded of this meeting yet.",
        None,
    ),
    **{
        f"{type(command).__name__} when it was {word}": (meeting(event), command, sentence, None)
        for word, event, sentence in (
            ("held", HELD, "This meeting has been held; its minutes can't be changed."),
            ("cancelled", CANCELLED, "This meeting was cancelled."),
        )
        for command in (
            PLAN,
            RECORD,
            ArrangeAgenda(**OF_MEETING, order=[]),
            CancelMeeting(**OF_MEETING),
            ConfirmDecisions(**OF_MEETING, recorded=2),
        )
    },
    "told twice": (
        object(),
        RecordChange(change_id=ID, viewer=CITY, **REST),
        "This has already been recorded.",
        None,
    ),
    "told by who decides nothing": (
        None,
        RecordChange(change_id=ID, viewer=COACH, **REST),
        "In your role you can't write in the changelog.",
        None,
    ),
}


@pytest.mark.parametrize("name", TOLD)
def test_what_can_not_be_is_told_and_of_which_field(name: str) -> None:
    state, command, sentence, field = TOLD[name]
    with pytest.raises(Refused) as refused:
        list(command.decide(state, AT))
    assert sentence in str(refused.value)
    assert refused.value.field == field


def test_what_just_can_be_is_done() -> None:
    on_the_last_day = signal(DELIVERED, delivered_on=TODAY - timedelta(days=14))
    assert JudgeHelp(**by(REPORTER), help=Help.NO).decide(on_the_last_day, AT)
    assert MoveSignal(**by(CITY), transition="plan", reason="so", on=TODAY).decide(signal(SignalState.ACCEPTED), AT)
    assert PLAN.decide(None, AT) == [MeetingPlanned(team=TEAM, held_on=TODAY, begins="", place="")]
    assert CancelMeeting(**OF_MEETING).decide(meeting(RECORDED), AT) == [MeetingCancelled()]
    assert RECORD.decide(meeting(RECORDED), AT)
    for team in (TEAM, None):
        assert PlanMeeting(meeting_id=ID, viewer=IMPROVER, team=team, held_on=TODAY).decide(None, AT)
    delivered = RecordChange(change_id=ID, viewer=CITY, **REST | {"signals": [OTHER]}).decide(None, AT)
    assert delivered == [ChangeDelivered(**REST | {"signals": [OTHER]}, delivered_on=TODAY)]


def test_support_and_following_are_given_once_and_taken_back_once() -> None:
    for command, kept in ((SupportSignal, "supporters"), (FollowSignal, "followers")):
        has = signal(**{kept: {COACH.account_id}})
        assert len(command(**by(COACH)).decide(signal(), AT)) == 1
        assert command(**by(COACH)).decide(has, AT) == []
        assert command(**by(COACH), back=True).decide(signal(), AT) == []
        assert len(command(**by(COACH), back=True).decide(has, AT)) == 1
        duplicate = signal(duplicate_of=OTHER, **{kept: {COACH.account_id}})
        assert len(command(**by(COACH), back=True).decide(duplicate, AT)) == 1


def test_a_passage_is_taken_out_of_each_text_and_the_last_that_was_said_is_kept_apart() -> None:
    texts = {"1.expected": "A CV", "2.reason": "Ask Jan has it", "3.text": "No", "4.reason": "Done"}
    command = redact(" Jan has ", **texts)
    (redacted,) = command.decide(signal(), AT)
    assert isinstance(redacted, PassageRedacted)
    told = dict(redacted.texts)
    assert told.keys() == {"1.seen", *texts}
    assert "Jan" not in repr(told)
    assert (redacted.seen, redacted.expected, redacted.last) == (told["1.seen"], "A CV", "Done")
    assert told["1.seen"].endswith(" no CV") and told["2.reason"].startswith("Ask ") and told["3.text"] == "No"
