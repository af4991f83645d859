"""Finding who may be the same person among all who were ever known, by the blind index, on both kinds of database."""

from __future__ import annotations

import random
from datetime import date
from uuid import UUID

from application.known_people import Person, who_is_known_as
from application.services import Services
from benchmarks.bench import Bench
from benchmarks.figure import Result, seconds
from database.rows import Row
from domain.same_person import signs
from projections.known_people import of, person_marks
from werkpad.progress import bar

PEOPLE = 200_000
ASKED = 200
LIMIT = 0.05
AT_ONCE = 2_000


def known_people(bench: Bench) -> list[Result]:
    """One person looked for at a time; the slowest of which one in twenty is left out."""
    results = []
    for kind in ("PostgreSQL", "SQLite"):
        with bench.kind(kind, "known") as services:
            _fill(services)
            chance = random.Random(2)  # noqa: S311 - invented people, no secret
            asked = [
                Person(name, None, born, date(2026, 1, 5)) for name, born in (_person(chance) for _ in range(ASKED))
            ]
            who_is_known_as(services, asked[0])
            times = sorted(seconds(lambda each=each: who_is_known_as(services, each)) for each in asked)  # type: ignore[misc]  # bound at once
            p95 = times[int(ASKED * 0.95)]
            name = f"who may be the same, among {PEOPLE:,} people, {kind}: p95"
            results.append(
                Result(
                    name,
                    p95 * 1000,
                    "ms",
                    f"limit of {LIMIT * 1000:.0f} ms",
                    p95 / LIMIT,
                    "at most 1",
                    p95 <= LIMIT,
                    [p95 / LIMIT],
                )
            )
    return results


def _fill(services: Services) -> None:
    chance, marks = random.Random(1), services.log.marks()  # noqa: S311 - invented people, no secret
    with services.database.write(long=True) as connection, bar("  ") as progress:
        for at in range(0, PEOPLE, AT_ONCE):
            rows: list[Row] = []
            for nth in range(at, at + AT_ONCE):
                name, born = _person(chance)
                marked = {of(marks, sign) for sign in signs(name, f"N{nth}", born)}
                rows += [{"client_id": UUID(int=nth + 1), "mark": mark} for mark in marked]
            connection.execute(person_marks.insert(), rows)
            progress(at + AT_ONCE, PEOPLE)


_SOUNDS = [first + vowel + last for first in "bdfgklmnprst" for vowel in "aeiou" for last in "lnrst"]


def _person(chance: random.Random) -> tuple[str, str]:
    """As many of one name as in a city: a few names that many have, and many that few have."""
    first = _SOUNDS[min(int(chance.expovariate(1 / 30)), len(_SOUNDS) - 1)]
    last = "".join(_SOUNDS[min(int(chance.expovariate(1 / 60)), len(_SOUNDS) - 1)] for _ in range(2))
    born = f"{chance.randint(1950, 2008)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
    return f"{first} {last}".title(), born
