"""The figures of dashboards: of each who counts in it, and for which reason others do not, in the order in which it is
asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from domain.catalogue import Track
from domain.client import ClosingReason, IntakeTaken
from explaining import fields
from explaining.defined import BY_KEY
from explaining.life import Life, months_later

Holds = Callable[[Life, date], bool]
SOON = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Step:
    """A reason for which a client does not count, and for whom it does not hold."""

    excluded: str
    passes: Holds


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure: who counts in it, as steps, and how much of each client; `subjects` are the fields and terms by whose
    definition it counts. `median`: the number is the middle of what is counted, not its sum."""

    name: str
    detail: str
    steps: Sequence[Step]
    measure: Callable[[Life, date], int]
    subjects: Sequence[str] = ()
    median: bool = False

    @property
    def key(self) -> str:
        return f"{self.name}:{self.detail}" if self.detail else self.name


class NoSuchFigureError(Exception):
    """There is no figure of this name, or of this field, track or reason."""

    def __init__(self, asked: str) -> None:
        super().__init__(f"There is no figure {asked!r}. Choose one of: {', '.join(NAMES)}.")


def _one(_life: Life, _day: date) -> int:
    return 1


_FILES = (
    Step("application", lambda life, _: life.begun),
    Step("merged", lambda life, _: not life.merged),
)
_OPEN = (
    *_FILES,
    Step("erased", lambda life, _: not life.erased),
    Step("closed", lambda life, _: life.closed_on is None),
)
_COACH = Step("no_coach", lambda life, _: life.coach is not None)
_READABLE = Step("erased_since", lambda life, _: not life.lost)
_PLAIN: dict[str, tuple[Sequence[Step], Sequence[str]]] = {
    "open": ((), ("caseload",)),
    "no_plan": ((Step("has_plan", lambda life, _: life.plan is None),), ("plan_of_action",)),
    "not_seen": (
        (
            Step("not_assigned", lambda life, _: life.not_seen_on is not None),
            Step("seen_in_time", lambda life, day: bool(life.not_seen_on and life.not_seen_on <= day)),
        ),
        ("not_seen", "seen"),
    ),
    "never_seen": ((Step("seen", lambda life, _: life.last_seen_on is None),), ("seen",)),
    "contact_agreed": (
        (_READABLE, Step("no_frequency", lambda life, _: life.contact_due_on is not None)),
        ("contact_due", "seen"),
    ),
    "contact_due": (
        (
            _READABLE,
            Step("no_frequency", lambda life, _: life.contact_due_on is not None),
            Step("not_due_yet", lambda life, day: bool(life.contact_due_on and life.contact_due_on <= day)),
        ),
        ("contact_due", "seen"),
    ),
    "no_track": ((Step("has_track", lambda life, _: life.track is None),), ("service_track",)),
    "without_coach": ((Step("has_coach", lambda life, _: life.coach is None),), ("caseload",)),
    "changed": ((Step("nothing_new", lambda life, _: life.changed_on is not None),), ()),
    "new_to_me": ((_COACH, Step("spoken_since", lambda life, _: is_new(life))), ("seen",)),
    "without_offer": ((Step("offered", lambda life, _: not life.offered),), ()),
}


def is_new(life: Life) -> bool:
    """Not spoken with since they are with this coach; a conversation of the very day counts."""
    since, seen = life.with_coach_since, life.last_seen_on
    return since is not None and (seen is None or since > seen)


def _missing(key: str) -> Figure:
    """Fields on the weekly list: all of them, each counting once, or the clients with one field on it."""
    if not key:
        steps = (*_OPEN, _COACH, _READABLE, Step("nothing_listed", lambda life, day: bool(fields.listed(life, day))))
        return Figure("listed", "", steps, lambda life, day: len(fields.listed(life, day)), ("contradictory",))
    on_it = Step("not_listed", lambda life, day: key in fields.listed(life, day))
    return Figure("listed", key, (*_OPEN, _COACH, _READABLE, on_it), _one, (key, "contradictory"))


def _deadlines(_key: str) -> Figure:
    def count(life: Life, day: date) -> int:
        return len(fields.due_between(life, day, day + SOON))

    steps = (*_OPEN, _COACH, _READABLE, Step("no_deadline", lambda life, day: count(life, day) > 0))
    return Figure("deadlines", "", steps, count)


def _in_state(state: str, key: str) -> Figure:
    there = Step("other_state", lambda life, day: fields.recorded_state(life, key, day) == state)
    return Figure(state, key, (*_OPEN, _READABLE, there), _one, (key,))


def _contradictory(key: str) -> Figure:
    there = Step("other_state", lambda life, _: key in fields.contradicted(life)[0])
    return Figure(fields.CONTRADICTORY, key, (*_OPEN, _READABLE, there), _one, ("contradictory", key))


def _track(track: str) -> Figure:
    there = Step("other_track", lambda life, _: (life.track or "none") == track)
    return Figure("track", track, (*_OPEN, there), _one, ("service_track",))


def _exits(reason: str) -> Figure:
    """Files closed in the twelve months before, by what became of the client."""
    steps = (
        *_FILES,
        Step("no_exit", lambda life, _: life.exit_reason is not None),
        Step("closed_earlier", lambda life, day: bool(life.closed_on and life.closed_on >= months_later(day, -12))),
        Step("other_outcome", lambda life, _: reason in ("", life.exit_reason)),
    )
    return Figure("exits", reason, steps, _one)


def _plan_weeks(_detail: str) -> Figure:
    def weeks(life: Life, _day: date) -> int:
        days: int = (life.plan.agreed_on - life.last(IntakeTaken).held_on).days
        return max(days, 0) // 7

    steps = (*_OPEN, Step("no_plan", lambda life, _: life.plan is not None))
    return Figure("plan_weeks", "", steps, weeks, ("plan_of_action",), median=True)


# What may stand after the colon, but for fields.
DETAILS = {
    "track": frozenset({"none", *(track.value for track in Track)}),
    "exits": frozenset({"", *(reason.value for reason in ClosingReason)}),
}
# Those that are asked of a field, a track or an outcome after a colon.
_OF_FIELD = (*fields.STATES, fields.CONTRADICTORY)
NAMES = (
    *_PLAIN,
    "listed",
    "listed:FIELD",
    "deadlines",
    "track:TRACK",
    "exits",
    "exits:OUTCOME",
    "plan_weeks",
    *(f"{state}:FIELD" for state in _OF_FIELD),
)


def figure(asked: str) -> Figure:
    """A figure by its name, with what it is about after a colon.

    Raises:
        NoSuchFigureError: there is none.
    """
    name, _, detail = asked.partition(":")
    if name in _PLAIN and not detail:
        steps, subjects = _PLAIN[name]
        return Figure(name, "", (*_OPEN, *steps), _one, subjects)
    if name == "listed" and (not detail or detail in BY_KEY):
        return _missing(detail)
    if name == fields.CONTRADICTORY and detail in BY_KEY:
        return _contradictory(detail)
    if name in fields.STATES and detail in BY_KEY:
        return _in_state(name, detail)
    made = {"track": _track, "exits": _exits}.get(name)
    if made and detail in DETAILS[name]:
        return made(detail)
    made = {"deadlines": _deadlines, "plan_weeks": _plan_weeks}.get(name)
    if made and not detail:
        return made(detail)
    raise NoSuchFigureError(asked)
