"""Matches: the open clients of a scope beside what an offer asks, and what choosing among them does to groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, select

from domain.catalogue import Choices, Field, State, load
from domain.matching import Fact, Judgement, Requirement, Verdict, judge
from domain.suppression import Shown, shown_table
from projections.caseload_table import Scope, caseload, is_open, standing, state_column, until_column, value_column
from projections.data_gaps_tables import data_gaps, is_contradictory

AGES = (("under_27", 0, 26), ("27_to_54", 27, 54), ("55_up", 55, 200))


class Matched(Struct, frozen=True):
    """Who is matched, name and address sealed, and in which groups the effect is looked at."""

    client_id: UUID
    name: str | None
    email: str | None
    gender: str | None
    birth_date: str | None
    living_situation: str | None


_WHO = ("client_id", "name", "email", "v_gender", "v_birth_date", "v_living_situation")


@dataclass(frozen=True, slots=True)
class Match:
    """A client of the caseload and how that client stands to an offer."""

    row: Matched
    judgement: Judgement


def matches(
    connection: Connection, scope: Scope, requirements: Sequence[Requirement], as_of: date
) -> dict[Verdict, list[Match]]:
    """All open clients of a scope in three groups; those with the fewest questions to ask first."""
    catalogue = load()
    # What was retired since is not asked any more, and drops nobody.
    requirements = [requirement for requirement in requirements if requirement.field in catalogue]
    fields = [catalogue[key] for key in dict.fromkeys(r.field for r in requirements)]
    wanted: list[ColumnElement[Any]] = [caseload.c[name] for name in _WHO]
    wanted += [part(f) for f in fields for part in (state_column, until_column, value_column)]
    # Under names of their own: a group's column may be asked for as well.
    columns = [column.label(f"c{nth}") for nth, column in enumerate(wanted)]
    rows = connection.execute(select(*columns).where(is_open(), scope.where())).all()
    contradicted = _contradicted(connection, scope, [f.key for f in fields])
    found: dict[Verdict, list[Match]] = {verdict: [] for verdict in Verdict}
    for row in rows:
        client, recorded = Matched(*row[: len(_WHO)]), row[len(_WHO) :]
        facts = {f.key: fact(f, recorded[3 * nth : 3 * nth + 3], as_of) for nth, f in enumerate(fields)}
        for key in contradicted.get(client.client_id, ()):
            facts[key] = Fact(State.CONTRADICTORY)
        judgement = judge(requirements, facts, catalogue)
        found[judgement.verdict].append(Match(client, judgement))
    for group in found.values():
        group.sort(key=lambda m: (len(m.judgement.asks), len(m.judgement.fails), str(m.row.client_id)))
    return found


def _contradicted(connection: Connection, scope: Scope, keys: Sequence[str]) -> dict[Any, list[str]]:
    statement = (
        select(data_gaps.c.client_id, data_gaps.c.field)
        .join(caseload, caseload.c.client_id == data_gaps.c.client_id)
        .where(is_open(), scope.where(), data_gaps.c.field.in_(keys), is_contradictory())
    )
    found: dict[Any, list[str]] = {}
    for client_id, key in connection.execute(statement):
        found.setdefault(client_id, []).append(key)
    return found


def fact(field: Field, recorded: Sequence[Any], as_of: date) -> Fact:
    """What is recorded of a field (its state, until when, its value), as it stands on a day."""
    in_state, until, stored = recorded
    state, value = standing(in_state, until, stored, as_of)
    if isinstance(field.kind, Choices) and isinstance(value, str):
        value = msgspec.json.decode(value)
    return Fact(state, value)


@dataclass(frozen=True, slots=True)
class Effect:
    """How one group is divided over meets, ask and does not meet; None where a number would point at people."""

    kind: str
    group: str
    numbers: list[Shown]


def effects(found: dict[Verdict, list[Match]], as_of: date) -> list[Effect]:
    """What the offer does to groups of age, gender and single parents, the unknown among them.

    Only groups with at least five people in each cell can be seen.
    """
    effects = []
    for kind, group_of in (("age", _age), ("gender", _gender), ("parent", _parent)):
        counted: dict[str, list[int]] = {}
        for place, verdict in enumerate(Verdict):
            for match in found[verdict]:
                counted.setdefault(group_of(match.row, as_of), [0, 0, 0])[place] += 1
        groups = sorted(counted)
        hidden = shown_table([counted[group] for group in groups])
        effects += [Effect(kind, group, numbers) for group, numbers in zip(groups, hidden, strict=True)]
    return effects


def _age(row: Matched, as_of: date) -> str:
    born = row.birth_date
    if not born:
        return "unknown"
    age = as_of.year - int(born[:4]) - ((as_of.isoformat()[5:]) < (born[5:] or "00"))
    return next(name for name, least, most in AGES if least <= max(age, 0) <= most)


def _gender(row: Matched, _as_of: date) -> str:
    return row.gender or "unknown"


def _parent(row: Matched, _as_of: date) -> str:
    lives = row.living_situation
    if lives is None:
        return "unknown"
    return "single_parent" if lives == "with_children" else "others"
