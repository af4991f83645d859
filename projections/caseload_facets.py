"""Facets of a caseload: how many clients each value and each state of each field would leave, beside other filters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import CTE, ColumnElement, Connection, Text, case, cast, func, literal, null, select, union_all

from domain.catalogue import Choice, Choices, Field, State, YesNo
from domain.filters import BLANK, Filter
from projections.caseload_table import STATES, Scope, caseload, catalogue, is_open
from projections.data_gaps_tables import data_gaps
from projections.filters import DAYS, condition

_STATE, _PASSED, _VALUE = "s_", "p_", "v_"


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
    everything = [*DAYS, *catalogue.fields]
    for keys in ([key for key in everything if key not in filtered], *([key] for key in filtered)):
        others = [condition(f, as_of) for f in filters if f.key not in keys]
        found |= _counted(connection, keys, [is_open(), scope.where(), *beside, *others], as_of)
    return found


def _counted(
    connection: Connection, keys: Sequence[str], conditions: Iterable[ColumnElement[bool]], as_of: date
) -> dict[str, Facet]:
    fields = [catalogue.fields[key] for key in keys if key in catalogue.fields]
    days = [key for key in keys if key in DAYS]
    base = _base(fields, days, conditions, as_of)
    parts = [
        select(literal(key).label("key"), *columns, func.count())
        .select_from(base)
        .group_by(*(column for column in columns if column.name in base.c))
        for key, columns in _groups(base, fields, days)
    ]
    found = {key: Facet() for key in keys}
    for key, state, passed, value, number in connection.execute(union_all(*parts)):
        _add(found[key], key, state, bool(passed), value, number)
    if fields:
        g = data_gaps.c
        contradictory = (
            select(g.field, func.count())
            .where(g.client_id.in_(select(base.c.client_id)), g.state == State.CONTRADICTORY)
            .where(g.field.in_([each.key for each in fields]))
            .group_by(g.field)
        )
        for key, number in connection.execute(contradictory):
            found[key].states["contradictory"] = number
    return found


def _base(fields: Sequence[Field], days: Sequence[str], conditions: Iterable[ColumnElement[bool]], as_of: date) -> CTE:
    """The clients, of each with what is grouped by: a state, whether its time has passed, and a value as text."""
    c = caseload.c
    columns: list[Any] = [c.client_id]
    for each in fields:
        columns.append(c[f"s_{each.key}"].label(_STATE + each.key))
        columns.append(case((c[f"u_{each.key}"] <= as_of, 1), else_=0).label(_PASSED + each.key))
        if _valued(each):
            columns.append(_as_text(each).label(_VALUE + each.key))
    columns += [case((c[DAYS[key]].is_not(None), State.KNOWN.value)).label(_STATE + key) for key in days]
    return select(*columns).where(*conditions).cte("base")


def _valued(each: Field) -> bool:
    return not each.sensitive and isinstance(each.kind, Choice | Choices | YesNo)


def _as_text(each: Field) -> Any:
    column = caseload.c[f"v_{each.key}"]
    if isinstance(each.kind, YesNo):
        return case((column.is_(True), "yes"), (column.is_(False), "no"))
    return column


def _groups(base: CTE, fields: Sequence[Field], days: Sequence[str]) -> Iterable[tuple[str, tuple[Any, ...]]]:
    no_value = cast(null(), Text).label("none")
    for each in fields:
        value = base.c[_VALUE + each.key] if _valued(each) else no_value
        yield each.key, (base.c[_STATE + each.key], base.c[_PASSED + each.key], value)
    for key in days:
        yield key, (base.c[_STATE + key], literal(0).label("zero"), no_value)


def _add(facet: Facet, key: str, state: str | None, passed: bool, value: str | None, number: int) -> None:
    stands = State.UNKNOWN if state is None else STATES[state]
    if passed:
        stands = State.STALE if stands is State.KNOWN else State.UNKNOWN
    facet.states[stands.value] += number
    if stands is State.UNKNOWN:
        facet.values[BLANK] += number
    if value is None:
        return
    several = key in catalogue.fields and isinstance(catalogue.fields[key].kind, Choices)
    for code in msgspec.json.decode(value) if several else [value]:
        facet.values[code] += number
