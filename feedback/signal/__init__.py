"""A signal: what somebody saw on a page and expected instead, and its way to an answer."""

from feedback.signal.aggregate import (
    ENDED,
    Kind,
    Signal,
    SignalCommand,
    SignalEvent,
    SignalState,
    Within,
    evolve_signal,
    nameless,
)
from feedback.signal.assigning import AssignSignal, SignalAssigned
from feedback.signal.classifying import ClassifySignal, SignalClassified
from feedback.signal.helping import ASKED_FOR, Help, HelpJudged, JudgeHelp, asked_until
from feedback.signal.logging import LogSignal, Route, SignalLogged
from feedback.signal.redaction import PassageRedacted, RedactPassage, all_texts, texts_of
from feedback.signal.steps import (
    TRANSITIONS,
    Acting,
    DuplicateUndone,
    MoveSignal,
    QuestionDropped,
    ReporterAnswered,
    ReporterAsked,
    SignalAccepted,
    SignalConfirmed,
    SignalDeclined,
    SignalDelivered,
    SignalDiscussed,
    SignalMarkedDuplicate,
    SignalMoved,
    SignalPlanned,
    SignalReopened,
    SignalTriaged,
    Transition,
    open_transitions,
)
from feedback.signal.talking import AddNote, CommentOnSignal, NoteAdded, SignalCommented
from feedback.signal.voices import (
    CarryVoices,
    FollowSignal,
    SignalFollowed,
    SignalSupported,
    SignalUnfollowed,
    SupportSignal,
    SupportWithdrawn,
    VoicesCarriedOver,
    VoicesTakenBack,
)

SIGNAL_EVENTS: tuple[type[SignalEvent], ...] = (
    SignalLogged,
    SignalAssigned,
    SignalClassified,
    SignalSupported,
    SupportWithdrawn,
    SignalFollowed,
    SignalUnfollowed,
    VoicesCarriedOver,
    VoicesTakenBack,
    SignalCommented,
    NoteAdded,
    HelpJudged,
    PassageRedacted,
    *dict.fromkeys(t.event for t in TRANSITIONS.values()),
)

__all__ = [
    "ASKED_FOR", "ENDED", "SIGNAL_EVENTS", "TRANSITIONS", "Acting", "AddNote", "AssignSignal", "CarryVoices",
    "ClassifySignal", "CommentOnSignal", "DuplicateUndone", "FollowSignal", "Help", "HelpJudged", "JudgeHelp", "Kind",
    "LogSignal", "MoveSignal", "NoteAdded", "PassageRedacted", "QuestionDropped", "RedactPassage", "ReporterAnswered",
    "ReporterAsked", "Route", "Signal", "SignalAccepted", "SignalAssigned", "SignalClassified", "SignalCommand",
    "SignalCommented", "SignalConfirmed", "SignalDeclined", "SignalDelivered", "SignalDiscussed", "SignalEvent",
    "SignalFollowed", "SignalLogged", "SignalMarkedDuplicate", "SignalMoved", "SignalPlanned", "SignalReopened",
    "SignalState", "SignalSupported", "SignalTriaged", "SignalUnfollowed", "SupportSignal", "SupportWithdrawn",
    "Transition", "VoicesCarriedOver", "VoicesTakenBack", "Within", "all_texts", "asked_until", "evolve_signal", "nameless",
    "open_transitions", "texts_of",
]  # fmt: skip
