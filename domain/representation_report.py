"""Reports on representation: which groups are told of whom, so that no two reports, teams or crossings tell of a few.

One place decides. A group of fewer than five is hidden, and beside it what would give it away: in other teams, in the
same characteristic, in a crossing. All numbers are rounded. And what was told of a group stands until five have come to
it or left it: a report that was made after one person came says nothing of that person, whoever knows that nobody else
did. What was told of a team stands altogether until five of its people have changed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from msgspec.structs import replace

from domain.representation import (
    EVERYBODY,
    Person,
    Row,
    Whole,
    groups_of,
    key_of,
    keys_of,
    row,
    shares_told,
    table_of,
    tables,
    values_of,
)
from domain.suppression import SMALLEST_GROUP, ByTeam, hidden_beside, stands

CITY = None
Where = Hashable  # a team, or the city
Place = tuple[Where, str]
# A client as one of a group, and whether the file was closed: to leave is to change, too.
Member = tuple[Hashable, bool]


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a client between two reports: in which groups they were at the last, and in which of the cells
    whose numbers stand; below nothing those in which they are among the files closed in the last year."""

    team: Hashable
    groups: Mapping[str, str]
    left: bool
    cells: Sequence[int]


@dataclass(frozen=True, slots=True)
class Report:
    """The rows that are told of each team and of the city, and what is kept to compare the next one with."""

    rows: Mapping[Where, Sequence[Row]] = field(default_factory=dict)
    kept: Mapping[Hashable, Kept] = field(default_factory=dict)


def make_report(people: Sequence[Person], chosen: Sequence[str], before: Report, day: date) -> Report:
    """The report of a day, after the one before."""
    return _Making(people, chosen, before, day).report()


class _Making:
    """A report in the making."""

    def __init__(self, people: Sequence[Person], chosen: Sequence[str], before: Report, day: date) -> None:
        beside = sorted({each for person in people for each in person.beside})
        self.day, self.tables = day, tables(chosen, beside)
        self.people = {person.client: person for person in people}
        self.now: dict[Place, set[Member]] = defaultdict(set)
        for person in people:
            for key in keys_of(person, self.tables):
                for where in (CITY, person.team):
                    self.now[where, key].add((person.client, person.left))
        self.before = {(where, each.key): each for where, rows in before.rows.items() for each in rows}
        self.then: dict[Place, set[Member]] = defaultdict(set)
        place_of = {each.cell: place for place, each in self.before.items()}
        for client, kept in before.kept.items():
            for cell in kept.cells:
                if abs(cell) in place_of:
                    self.then[place_of[abs(cell)]].add((client, cell < 0))
        self.tables_then = {(where, table_of(key)) for where, key in self.before}
        self.quiet = self._quiet(before)
        self.places = [place for place in {**self.now, **self.before} if table_of(place[1]) in set(self.tables)]
        self.standing = {place for place in self.places if self._stands(place)}
        self.members = {place: self.then[place] if place in self.standing else self.now[place] for place in self.places}
        self.numbers = {place: sum(not left for _, left in members) for place, members in self.members.items()}

    def _quiet(self, before: Report) -> set[Where]:
        """Where so few have come, left or changed groups since the last report that nothing may be told anew."""
        changed: dict[Where, set[Hashable]] = defaultdict(set)
        for client in {**self.people, **before.kept}:
            person, kept = self.people.get(client), before.kept.get(client)
            now = (person.team, person.left, person.groups) if person else None
            then = (kept.team, kept.left, kept.groups) if kept else None
            if now and then and now[:2] == then[:2] and not _differ(now[2], then[2]):
                continue
            for where in {CITY, *(each[0] for each in (now, then) if each)}:
                changed[where].add(client)
        return {where for where, _ in self.before if 0 < len(changed[where]) < SMALLEST_GROUP}

    def _stands(self, place: Place) -> bool:
        where, key = place
        if (where, table_of(key)) not in self.tables_then:
            return False
        return where in self.quiet or stands(self.then[place], self.now[place])

    def report(self) -> Report:
        hidden = self._hidden()
        cell = max((each.cell for each in self.before.values()), default=0)
        wholes = self._wholes(hidden)
        rows: dict[Where, list[Row]] = defaultdict(list)
        cells: dict[Hashable, list[int]] = defaultdict(list)
        for place in sorted(self.places, key=lambda each: (str(each[0]), each[1])):
            earlier = self.before.get(place)
            if not self.numbers[place] and earlier is None:
                continue
            if earlier is None:
                cell += 1
            made = self._row(place, earlier.cell if earlier else cell, place in hidden, wholes)
            if not self.numbers[place] and place not in self.standing:
                continue
            rows[place[0]].append(made)
            for client, left in self.members[place]:
                cells[client].append(-made.cell if left else made.cell)
        kept = {
            client: Kept(person.team, person.groups, person.left, cells.get(client, ()))
            for client, person in self.people.items()
        }
        # Who is gone is kept as long as a number stands in which they were counted.
        gone = {client: Kept(None, {}, True, found) for client, found in cells.items() if client not in kept}
        return Report(rows, kept | gone)

    def _row(self, place: Place, cell: int, is_hidden: bool, wholes: Mapping[Where, Whole]) -> Row:
        where, key = place
        if place in self.standing and (earlier := self.before.get(place)) is not None:
            return Row(key, cell, None, earlier.as_of) if is_hidden else replace(earlier, cell=cell)
        if is_hidden or not self.numbers[place]:
            return Row(key, cell, None if self.numbers[place] else 0, self.day)
        return row(key, cell, self.day, *self._people(place), wholes[where])

    def _people(self, place: Place) -> tuple[list[Person], list[Person]]:
        """Those with an open file, and those whose file was closed in the last year."""
        found = [(self.people[client], left) for client, left in self.now[place]]
        return [person for person, left in found if not left], [person for person, left in found if left]

    def _wholes(self, hidden: set[Place]) -> dict[Where, Whole]:
        found = {}
        for where in {where for where, _ in self.places}:
            place = (where, EVERYBODY)
            people, left = self._people(place)
            earlier = self.before.get(place) if place in self.standing else None
            told = earlier.told if earlier else shares_told(people, left)
            found[where] = Whole({} if place in hidden else told, values_of(people))
        return found

    def _hidden(self) -> set[Place]:
        """What is hidden: first beside other teams, then within each team and the city."""
        wheres = {where for where, _ in self.places}
        hidden = {place for place in self.standing if (row := self.before.get(place)) and row.number is None}
        for key in {key for _, key in self.places}:
            teams = {where: self.numbers.get((where, key), 0) for where in wheres if where is not CITY}
            by_team = ByTeam(teams)
            hidden |= {(team, key) for team in teams if team in by_team}
            whole = self.numbers.get((CITY, key), 0)
            if 0 < whole < SMALLEST_GROUP or not by_team.sum_tells_nothing:
                hidden.add((CITY, key))
        for where in wheres:
            if (where, EVERYBODY) in hidden:
                hidden |= {place for place in self.places if place[0] == where}
            hidden |= self._hidden_within(where, {place for place in hidden if place[0] == where})
        return hidden

    def _hidden_within(self, where: Where, hidden: set[Place]) -> set[Place]:
        by_table: dict[tuple[str, ...], list[Place]] = defaultdict(list)
        for place in self.places:
            if place[0] == where:
                by_table[table_of(place[1])].append(place)
        alone = [sorted(places, key=str) for table, places in by_table.items() if len(table) == 1]
        hidden = hidden_beside(self.numbers, alone, hidden)
        margins = {place for places in alone for place in places}
        for table, places in by_table.items():
            if len(table) == 2:
                hidden |= hidden_beside(self.numbers, self._lines(places), hidden, margins)
        return hidden

    def _lines(self, places: Sequence[Place]) -> list[list[Place]]:
        """The lines of a crossing, each with its sum."""
        lines: dict[Place, list[Place]] = defaultdict(list)
        for where, key in sorted(places, key=str):
            for group in groups_of(key):
                lines[where, key_of([group])].append((where, key))
        return [[*inside, margin] for margin, inside in lines.items() if margin in self.numbers]


def _differ(now: Mapping[str, str], then: Mapping[str, str]) -> bool:
    """Whether somebody is in other groups, by the characteristics that were looked at both times."""
    return any(now[each] != then[each] for each in {*now} & {*then})
