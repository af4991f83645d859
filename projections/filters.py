"""Filters on the caseload, as an address carries them: codes, states and bounds, never a person's words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, false, func, not_, or_, select, true

from domain.catalogue import Choice, Choices, DateKind, Field, Number, State, YesNo
from domain.refusal import Refused
from projections.caseload import Scope, caseload, catalogue, is_open, not_seen, state_is, value_is
from projections.data_gaps import data_gaps

# Stands beside the values of a field: nothing is known.
BLANK = "blank"
STATES = ("known", "unknown", "stale", "not_relevant", "declined", "contradictory")
OPERATORS = ("is", "is_not", "between", "before", *STATES)
# What the overview shows beside the fields of the catalogue.
DAYS = {"last_seen": "last_seen_on", "contact_due": "contact_due_on", "intake": "intake_on", "plan": "plan_on"}
QUICK = ("not_seen", "no_plan", "contact_due", "no_track", "never_seen", "quiet")


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
        return catalogue.fields.get(self.key)

    @property
    def protected(self) -> bool:
        """Whether it uses what may never select for a vacancy."""
        return self.field is not None and self.field.protected


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
    field = catalogue[key]
    if operator in STATES:
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
        raise Refused("This is not one of the answers. Choose one of: %(codes)s.",
                      field=field.key, codes=", ".join(known))  # fmt: skip
    return chosen


def _bounds(field: Field, operator: str, values: Sequence[str]) -> Iterable[str]:
    """One or two bounds; of two, one may be empty."""
    wanted = 2 if operator == "between" else 1
    if len(values) != wanted or not any(values):
        raise Refused("Give the bounds to filter between.", field=field.key)
    return [str(field.kind.parse(value)) if value else "" for value in values]


def _on_day(key: str, operator: str, values: Sequence[str]) -> Filter:
    if operator in ("known", "unknown"):
        return Filter(key, operator)
    wanted = {"between": 2, "before": 1}.get(operator)
    if wanted is None or len(values) != wanted or not any(values):
        raise Refused("Give the days to filter between.", field=key)
    for value in filter(None, values):
        _day(value)
    return Filter(key, operator, tuple(values))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused("Write a date like 31-12-1999 or 1999-12-31.") from None


# to SQL


def condition(f: Filter, as_of: date) -> ColumnElement[bool]:
    """The filter on the caseload, as things stand on a day."""
    if f.key in DAYS:
        return _day_condition(f)
    field = catalogue[f.key]
    if f.operator == "contradictory":
        g = data_gaps.c
        return caseload.c.client_id.in_(select(g.client_id).where(g.field == f.key, g.state == State.CONTRADICTORY))
    if f.operator in STATES:
        return state_is(field, State(f.operator), as_of)
    if f.operator == "is":
        return _is(field, f.values, as_of)
    if f.operator == "is_not":
        # One of whom it is unknown is kept: not known to be is not the same as known not to be.
        return not_(func.coalesce(_is(field, f.values, as_of), false()))
    column = caseload.c[f"v_{field.key}"]
    if isinstance(field.kind, Number):
        return _between(column, [int(v) if v else None for v in f.values], column)
    # A day known to the month or the year only is compared as far as it goes.
    shortened = [func.substr(v, 1, func.length(column)) if v else None for v in f.values]
    return column < shortened[0] if f.operator == "before" else _between(column, shortened, column)


def _is(field: Field, values: Sequence[str], as_of: date) -> ColumnElement[bool]:
    return or_(false(), *(_one(field, value, as_of) for value in values))


def _one(field: Field, value: str, as_of: date) -> ColumnElement[bool]:
    if value == BLANK:
        return state_is(field, State.UNKNOWN, as_of)
    held = value_is(field, value == "yes" if isinstance(field.kind, YesNo) else value)
    return func.coalesce(held, false())


def _day_condition(f: Filter) -> ColumnElement[bool]:
    column = caseload.c[DAYS[f.key]]
    if f.operator == "unknown":
        return column.is_(None)
    if f.operator == "known":
        return column.is_not(None)
    days = [_day(v) if v else None for v in f.values]
    return column < days[0] if f.operator == "before" else _between(column, days, column)


def _between(column: Any, bounds: Sequence[Any], given: Any) -> ColumnElement[bool]:
    lower, upper = bounds
    return and_(
        given.is_not(None),
        true() if lower is None else column >= lower,
        true() if upper is None else column <= upper,
    )


def quick(name: str, as_of: date) -> ColumnElement[bool]:
    """One of the filters that coaches use all day."""
    columns = caseload.c
    conditions: dict[str, Callable[[], ColumnElement[bool]]] = {
        "not_seen": lambda: not_seen(as_of),
        "no_plan": lambda: columns.plan_on.is_(None),
        "contact_due": lambda: columns.contact_due_on <= as_of,
        "no_track": lambda: columns.track.is_(None),
        "never_seen": lambda: columns.last_seen_on.is_(None),
        "quiet": lambda: and_(not_seen(as_of), columns.contact_due_on.is_(None)),
    }
    return conditions[name]()


def count_each(
    connection: Connection,
    scope: Scope,
    conditions: Sequence[ColumnElement[bool]],
    wanted: dict[str, ColumnElement[bool]],
) -> dict[str, int]:
    """How many open clients meet the conditions and each of the wanted ones, in one look."""
    if not wanted:
        return {}
    sums = [func.coalesce(func.sum(case((w, 1), else_=0)), 0).label(f"n{n}") for n, w in enumerate(wanted.values())]
    statement = select(*sums).select_from(caseload).where(is_open(), scope.where(), *conditions)
    return dict(zip(wanted, map(int, connection.execute(statement).one()), strict=True))
