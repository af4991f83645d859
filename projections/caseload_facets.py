"""Facets of a caseload: how many clients each value and each state of each field would leave, beside other filters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, case, func, literal_column, select

from domain.catalogue import Choice, Choices, Field, State, YesNo, load
from domain.filters import BLANK, Filter
from projections.caseload_states import counted, joined, letters, written
from projections.caseload_table import Scope, caseload, is_open, value_column
from projections.data_gaps_tables import data_gaps, is_contradictory
from projections.filters import DAYS, condition

# Stands in no code of a choice, nor in the JSON of several.
BETWEEN = "|"


@dataclass(frozen=True, slots=True)
class Facet:
    """How many clients have each state of a field, and each of its values; of a day known and unknown."""

    states: Counter[str] = field(default_factory=Counter)
    values: Counter[str] = field(default_factory=Counter)


def facets(
    connection: Connection,
    scope: Scope,
    filters: Sequence[Filter],
    beside: Sequence[ColumnElement[bool]],
    as_of: date,
) -> Mapping[str, Facet]:
    """By field, and day of the overview, whom each choice leaves of the open clients that the other filters leave.

    One look for all that nothing is filtered by, and one for each that something is.
    """
    filtered = list(dict.fromkeys(f.key for f in filters))
    found: dict[str, Facet] = {}
    everything = [*DAYS, *load().fields]
    for keys in ([key for key in everything if key not in filtered], *([key] for key in filtered)):
        others = [condition(f, as_of) for f in filters if f.key not in keys]
        found |= _counted(connection, keys, [is_open(), scope.where(), *beside, *others], as_of)
    return found


def _counted(
    connection: Connection, keys: Sequence[str], conditions: Sequence[ColumnElement[bool]], as_of: date
) -> dict[str, Facet]:
    """One look at the clients, of each with all states in one text and all values in another, and one at those of whom
    something is contradictory."""
    fields = _fields(keys)
    days = [key for key in keys if key in DAYS]
    valued = [each for each in fields if _valued(each)]
    states = written(connection, _states_of, tuple(keys), as_of)
    values = written(connection, _values_of, tuple(keys)) if valued else literal_column("''")
    rows = connection.execute(select(states, values).where(*conditions)).all()
    found = {key: Facet() for key in keys}
    of_keys = counted([*fields, *days], (row[0] for row in rows))
    for key, counts in zip([*(each.key for each in fields), *days], of_keys, strict=True):
        found[key].states.update({state.value: number for state, number in counts.items()})
        if blank := counts[State.UNKNOWN]:
            found[key].values[BLANK] = blank
    of_values = zip(*(row[1].split(BETWEEN) for row in rows), strict=True)
    # Without clients there are no columns of values.
    for each, texts in zip(valued, of_values, strict=bool(rows and valued)):
        _add_values(found[each.key], each, Counter(texts))
    if fields:
        g = data_gaps.c
        contradictory = (
            select(g.field, func.count())
            .where(g.client_id.in_(select(caseload.c.client_id).where(*conditions)), is_contradictory())
            .where(g.field.in_([each.key for each in fields]))
            .group_by(g.field)
        )
        for key, number in connection.execute(contradictory):
            found[key].states["contradictory"] = number
    return found


def _states_of(keys: Sequence[str], as_of: date) -> ColumnElement[Any]:
    """The letters of fields, and of days after them."""
    return joined([*letters(_fields(keys), as_of), *(_letter_of_day(key) for key in keys if key in DAYS)])


def _values_of(keys: Sequence[str]) -> ColumnElement[Any]:
    return joined([_as_text(each) for each in _fields(keys) if _valued(each)], BETWEEN)


def _fields(keys: Sequence[str]) -> list[Field]:
    fields = load().fields
    return [fields[key] for key in keys if key in fields]


def _letter_of_day(key: str) -> ColumnElement[Any]:
    return case((caseload.c[DAYS[key]].is_not(None), literal_column("'k'")), else_=literal_column("'u'"))


def _valued(each: Field) -> bool:
    return not each.sensitive and isinstance(each.kind, Choice | Choices | YesNo)


def _as_text(each: Field) -> Any:
    """A value as text; none at all is nothing."""
    column = value_column(each)
    if isinstance(each.kind, YesNo):
        return case((column.is_(True), "yes"), (column.is_(False), "no"), else_="")
    return func.coalesce(column, "")


def _add_values(facet: Facet, each: Field, texts: Counter[str]) -> None:
    several = isinstance(each.kind, Choices)
    for text, number in texts.items():
        for code in (msgspec.json.decode(text) if several else [text]) if text else []:
            facet.values[code] += number
