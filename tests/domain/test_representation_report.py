"""Reports on representation give nobody away: not one report by itself, not two of them beside each other, not the
teams beside the city, not a crossing beside its characteristics."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import combinations
from random import Random

import pytest

from domain.representation import MEDIANS, SHARES, Person, Row, groups_of, key_of, keys_of, table_of, tables
from domain.representation_report import CITY, Report, make_report
from domain.suppression import ROUNDED_TO, SMALLEST_GROUP
from tests.application.attack import Attack, Unknown

CHOSEN = ("gender", "language_level", "living_situation")
GROUPS = {
    "gender": ("woman", "man", "x"),
    "language_level": ("a1", "b1", "unknown"),
    "living_situation": ("alone", "c"),
}
DAY, LATER = date(2026, 10, 5), date(2026, 11, 2)


def somebody(nth: Hashable, team: str, random: Random, **groups: str) -> Person:
    """A client with anything: the rare groups are rare."""
    drawn = {each: random.choices(codes, [12, 8, 1][: len(codes)])[0] for each, codes in GROUPS.items()}
    return Person(
        nth,
        team,
        drawn | groups,
        random.random() < 0.1,
        {name: random.random() < 0.4 for name in SHARES},
        {name: random.randrange(40) for name in MEDIANS},
    )


def city(seed: int, sizes: Sequence[int]) -> list[Person]:
    random = Random(seed)  # noqa: S311 - invented people
    return [somebody((team, nth), f"team {team}", random) for team, size in enumerate(sizes) for nth in range(size)]


def said(report: Report) -> dict[tuple[Hashable, str], Row]:
    """All that a report says, whenever it was counted: the day of a row says nothing of anybody."""
    return {
        (where, row.key): Row(row.key, 0, row.number, DAY, row.told, row.here, row.others)
        for where, rows in report.rows.items()
        for row in rows
    }


def report_of(people: Sequence[Person], before: Report | None = None, day: date = DAY) -> Report:
    return make_report(people, CHOSEN, before or Report(), day)


def changes(people: Sequence[Person], random: Random) -> list[tuple[str, list[Person]]]:
    """Everything that may have become of one person: came, in any group; left, was closed, moved, changed groups."""
    base = list(people)
    one = next(person for person in base if not person.left)
    others = [person for person in base if person is not one]
    found = [("gone", others), ("closed", [*others, replace(one, left=True)])]
    for each, codes in GROUPS.items():
        for code in codes:
            found.append((f"came {code}", [*base, somebody("new", "team 0", random, **{each: code})]))
            found.append((f"became {code}", [*others, replace(one, groups={**one.groups, each: code})]))
    return found


@pytest.mark.parametrize("sizes", [(40,), (60, 40), (120, 30, 9)], ids=["one team", "two teams", "three teams"])
def test_a_report_that_follows_another_says_nothing_of_the_one_person_by_whom_they_differ(sizes: Sequence[int]) -> None:
    people = city(1, sizes)
    first = report_of(people)
    second = said(report_of(people, first, LATER))
    for what, now in changes(people, Random(2)):  # noqa: S311 - invented people
        assert said(report_of(now, first, LATER)) == second, what
    # It would without what was told before: so the test can fail.
    assert any(said(report_of(now)) != second for _, now in changes(people, Random(2)))  # noqa: S311 - invented people


def test_four_who_came_one_after_the_other_are_told_of_with_the_fifth() -> None:
    people = city(3, (60, 50))
    reports = [report_of(people)]
    for nth in range(4):
        people = [*people, somebody(f"new {nth}", "team 0", Random(nth), gender="woman")]  # noqa: S311 - invented
        reports.append(report_of(people, reports[-1], LATER))
        assert said(reports[-1]) == said(reports[0]), "all pairs of reports are alike"
    for nth in range(4, 12):
        people = [*people, somebody(f"new {nth}", "team 0", Random(nth), gender="woman")]  # noqa: S311 - invented
    last = report_of(people, reports[-1], LATER)
    assert said(last)["team 0", "gender=woman"].number != said(reports[0])["team 0", "gender=woman"].number


def test_between_any_two_reports_a_group_that_is_told_anew_changed_by_five() -> None:
    random = Random(5)  # noqa: S311 - invented people
    people = city(5, (80, 60, 30))
    told: list[dict[tuple[Hashable, str], tuple[date, frozenset[Hashable]]]] = []
    report, seen = Report(), {}
    for month in range(1, 9):
        day = date(2026, month, 1)
        report = report_of(people, report, day)
        now: dict[tuple[Hashable, str], set[Hashable]] = {}
        for person in people:
            for key in keys_of(person, tables(CHOSEN)):
                for where in (CITY, person.team):
                    now.setdefault((where, key), set()).add((person.client, person.left))
        for where, rows in report.rows.items():
            for row in rows:
                if row.as_of == day:
                    seen[where, row.key] = (day, frozenset(now.get((where, row.key), ())))
        told.append(dict(seen))
        people = [person for person in people if random.random() > 0.03]
        people += [somebody((month, nth), f"team {nth % 3}", random) for nth in range(random.randrange(6))]
    for one, other in combinations(told, 2):
        for place in one.keys() & other.keys():
            assert not 0 < len(one[place][1] ^ other[place][1]) < SMALLEST_GROUP, place


@pytest.mark.parametrize("seed", range(6), ids=str)
def test_what_is_hidden_can_not_be_worked_out_from_teams_city_and_crossings(seed: int) -> None:
    sizes = [(30, 26), (50, 30, 12), (40, 30, 25, 14)][seed % 3]
    people = city(seed, sizes)
    rows = said(report_of(people))
    teams = sorted({person.team for person in people}, key=str)
    for table in [table for table in tables(CHOSEN) if len(table) == 2]:
        truth: dict[Unknown, int] = {}
        for team in teams:
            for one in GROUPS[table[0]]:
                for other in GROUPS[table[1]]:
                    truth[team, key_of([(table[0], one), (table[1], other)])] = 0
        for person in people:
            if not person.left:
                truth[person.team, key_of([(each, person.groups[each]) for each in table])] += 1
        for own in (None, *teams):
            attack = attacked(rows, truth, table, own)
            small: dict[Hashable, Mapping[Unknown, int]] = {
                unknown: {unknown: 1}
                for unknown, number in truth.items()
                if 0 < number < SMALLEST_GROUP and unknown[0] != own  # type: ignore[index]  # a place
            }
            assert attack.determined(truth, small) == set(), (table, own)


def attacked(
    rows: Mapping[tuple[Hashable, str], Row], truth: Mapping[Unknown, int], table: tuple[str, ...], own: Hashable
) -> Attack:
    """What somebody of a team knows, who has counted the own team, of a crossing: all rows with its characteristics."""
    attack = Attack()
    keys = {key for where, key in rows if set(table_of(key)) <= set(table)}
    for where in {None, *(unknown[0] for unknown in truth)}:  # type: ignore[index]  # a place
        for key in keys | {unknown[1] for unknown in truth}:  # type: ignore[index]  # a place
            wanted = set(groups_of(key))
            summed = [
                (team, inside)
                for team, inside in truth  # type: ignore[misc]  # a place
                if where in (None, team) and wanted <= set(groups_of(inside))
            ]
            found = rows.get((where, key))
            if found is None:
                attack.exactly(dict.fromkeys(summed, 1), 0)
            elif found.number is not None:
                half = ROUNDED_TO // 2
                attack.between(dict.fromkeys(summed, 1), max(found.number - half, SMALLEST_GROUP), found.number + half)
    for unknown, number in truth.items():
        if unknown[0] == own:  # type: ignore[index]  # a place
            attack.exactly({unknown: 1}, number)
    return attack
