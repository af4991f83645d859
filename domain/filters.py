"""Filters on the caseload, as an address carries them: codes, states and bounds, never a person's words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from domain.catalogue import Choice, Choices, DateKind, Field, Number, YesNo, load
from domain.client.own_notes import OwnMark
from domain.refusal import Refused

# Stands beside the values of a field: nothing is known.
BLANK = "blank"
STATES = ("known", "unknown", "stale", "not_relevant", "declined", "contradictory")
# Missing past its days, out of date or contradictory, of somebody whom a coach is asked about: what figures count.
LISTED = "listed"
OPERATORS = ("is", "is_not", "between", "before", *STATES, LISTED)
# What the overview shows beside the fields of the catalogue.
DAYS = ("last_seen", "contact_due", "intake", "plan", "exempt_until")
_DAY = DateKind()
# What a coach noted and marked for the own order of work: filters of the own caseload alone.
OWN = ("note_due", *(f"mark_{mark}" for mark in OwnMark))
QUICK = (
    "not_seen",
    "no_plan",
    "contact_due",
    "no_track",
    "never_seen",
    "quiet",
    "changed",
    "appointment_today",
    "appointment_this_week",
    "no_appointment",
    # These make up the caseload: each client is in one of them.
    "step_unanswered",
    "in_step",
    "step_end_unknown",
    "step_starts_soon",
    "no_step",
    "no_answer",
    "invitation_expired",
    "new_to_me",
    "consent_due",
    "exemption_ends",
    *OWN,
)


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition: a field or a day of the overview, an operator, and codes, numbers or days as text."""

    key: str
    operator: str
    values: tuple[str, ...] = ()

    def __str__(self) -> str:
        """As it stands in an address."""
        return ":".join(filter(None, (self.key, self.operator, ",".join(self.values))))

    @property
    def field(self) -> Field | None:
        """The field of the catalogue it is about, None for a day of the overview."""
        return load().fields.get(self.key)

    @property
    def protected(self) -> bool:
        """Whether it uses what may never select for a vacancy."""
        return self.field is not None and bool(self.field.protected)


def parse(text: str) -> Filter:
    """A filter from an address, such as `driving_licence:is:B,blank` or `hours_available:between:24,40`.

    Raises:
        Refused: there is no such field or operator, or the values are none of the field's.
    """
    key, _, rest = text.partition(":")
    operator, _, values = rest.partition(":")
    return checked(key, operator, [v for v in values.split(",") if operator == "between" or v])


def checked(key: str, operator: str, values: Sequence[str] = ()) -> Filter:
    """A filter of these parts. Raises Refused when they don't go together."""
    if operator not in OPERATORS:
        raise Refused("A filter is one of: %(operators)s.", field="op", operators=", ".join(OPERATORS))
    if key in DAYS:
        return _on_day(key, operator, values)
    field = load()[key]
    if operator in (LISTED, *STATES):
        return Filter(key, operator)
    if field.sensitive:
        raise Refused("A sensitive field is filtered by its state only.", field=key)
    if operator in operators_of(field):
        if operator in ("between", "before"):
            return Filter(key, operator, tuple(_bounds(field, operator, values)))
        return Filter(key, operator, _codes(field, values))
    raise Refused("This field is filtered by its state only.", field=key)


def operators_of(field: Field) -> tuple[str, ...]:
    """The operators that a field's kind allows, beside the states."""
    if field.sensitive:
        return ()
    if isinstance(field.kind, Choice | Choices | YesNo):
        return ("is", "is_not")
    if isinstance(field.kind, DateKind):
        return ("between", "before")
    return ("between",) if isinstance(field.kind, Number) else ()


def options_of(field: Field) -> tuple[str, ...]:
    """The codes that a field can be filtered by."""
    if field.sensitive:
        return ()
    if isinstance(field.kind, YesNo):
        return ("yes", "no")
    return field.kind.codes if isinstance(field.kind, Choice | Choices) else ()


def _codes(field: Field, values: Sequence[str]) -> tuple[str, ...]:
    known = (*options_of(field), BLANK)
    chosen = tuple(code for code in known if code in values)
    if not chosen or set(values) - set(known):
        raise Refused(
            "This is not one of the answers. Choose one of: %(codes)s.", field=field.key, codes=", ".join(known)
        )
    return chosen


def _bounds(field: Field, operator: str, values: Sequence[str]) -> Iterable[str]:
    """One or two bounds; of two, one may be empty."""
    wanted = 2 if operator == "between" else 1
    if len(values) != wanted or not any(values):
        raise Refused("Enter the lowest and the highest value to filter on.", field=field.key)
    return [str(field.kind.parse(value)) if value else "" for value in values]


def _on_day(key: str, operator: str, values: Sequence[str]) -> Filter:
    if operator in ("known", "unknown"):
        return Filter(key, operator)
    wanted = {"between": 2, "before": 1}.get(operator)
    if wanted is None or len(values) != wanted or not any(values):
        raise Refused("Enter the first and the last day to filter on.", field=key)
    return Filter(key, operator, tuple(value and day_of(value).isoformat() for value in values))


def day_of(text: str) -> date:
    """A day in a filter, written as in a form. Raises Refused for what is none."""
    return date.fromisoformat(str(_DAY.parse(text)))
