"""The terms that everything about registrations is said in."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """How a field stands for a client."""

    KNOWN = "known"
    UNKNOWN = "unknown"
    NOT_RELEVANT = "not_relevant"
    DECLINED = "declined"
    STALE = "stale"
    CONTRADICTORY = "contradictory"


class Source(StrEnum):
    """Where a value came from."""

    INTAKE_FORM = "intake_form"
    QUESTIONNAIRE = "questionnaire"
    CONVERSATION = "conversation"
    IMPORT = "import"


class Track(StrEnum):
    """The kind of service that a client gets."""

    ORIENTATION = "orientation"
    CARE_FIRST = "care_first"
    PARTICIPATION = "participation"
    DEVELOPMENT = "development"
    JOB_READY = "job_ready"
    EXEMPT = "exempt"


# As it goes into JSON; a date is ISO text, and may be known to the month or the year only.
Value = str | int | bool | list[str] | None
