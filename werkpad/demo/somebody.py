"""One invented person, whose facts fit each other: age, children, school, work and what stands in the way.

The proportions are about those of people on benefits in a Dutch city: over half are 45 or older, a good half are women,
most live alone, one in five is a single parent, and half have no more than lower secondary school.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import date, timedelta

from domain.calendar import add_months
from werkpad.demo import words

PENSION = 67
# Ages at the intake, from and up to, and how many of a hundred.
AGES = ((18, 26, 10), (27, 34, 17), (35, 44, 21), (45, 54, 25), (55, 63, 24), (64, 66, 3))
AGES_OF_NEWCOMERS = ((18, 26, 22), (27, 34, 30), (35, 44, 27), (45, 54, 14), (55, 63, 7))
# With whom one lives; `couple_children` is a partner and children.
HOUSEHOLDS = {
    "young": {"alone": 30, "family": 33, "shared": 13, "supported": 11, "children": 8, "couple": 3, "street": 2},
    "woman": {
        "alone": 44,
        "children": 30,
        "couple_children": 8,
        "couple": 6,
        "family": 5,
        "shared": 3,
        "supported": 3,
        "street": 1,
    },
    "man": {
        "alone": 59,
        "children": 5,
        "couple_children": 10,
        "couple": 6,
        "family": 7,
        "shared": 6,
        "supported": 5,
        "street": 2,
    },
    "newcomer": {"alone": 36, "children": 11, "couple_children": 30, "couple": 7, "shared": 12, "supported": 4},
}
LIVING = {
    "alone": "alone",
    "family": "with_family",
    "shared": "shared",
    "supported": "supported",
    "street": "no_fixed_address",
    "couple": "with_partner",
    "couple_children": "with_partner",
}
LEVELS = ("none", "primary", "lower_secondary", "upper_secondary", "bachelor", "master")
# At which age one is usually through with it.
THROUGH_AT = {
    "none": 15,
    "primary": 15,
    "lower_secondary": 17,
    "upper_secondary": 19,
    "bachelor": 23,
    "master": 25,
}
LEVELS_HERE = (2, 11, 38, 36, 10, 3)
LEVELS_ELSEWHERE = (8, 20, 30, 26, 12, 4)
LANGUAGE = ("below_a1", "a1", "a2", "b1", "b2", "c1", "c2")
LANGUAGE_HERE = (0, 0, 0, 7, 18, 35, 40)
LANGUAGE_HERE_UNSCHOOLED = (0, 0, 2, 20, 38, 30, 10)
LANGUAGE_ELSEWHERE = (2, 8, 24, 34, 22, 8, 2)
LANGUAGE_OF_NEWCOMERS = (12, 30, 34, 19, 5, 0, 0)
SECTORS = {
    "low": ("cleaning", "transport", "retail", "hospitality", "industry", "construction", "agriculture", "care"),
    "middle": ("care", "office", "transport", "retail", "security", "construction", "industry", "hospitality"),
    "high": ("office", "education", "care", "technology", "office", "retail"),
}
NO_CHILDREN = "no_children"


def picked(rng: random.Random, chances: dict[str, int]) -> str:
    """One of these, each so often among a hundred."""
    return rng.choices(list(chances), list(chances.values()))[0]


class Somebody:
    """A person as she was at the intake; what changes with the years is asked for a day."""

    def __init__(self, rng: random.Random, intake_on: date, *, newcomer: bool) -> None:
        self.rng, self.intake_on, self.newcomer = rng, intake_on, newcomer
        self.from_elsewhere = newcomer or rng.random() < 0.42
        self.woman = rng.random() < (0.45 if newcomer else 0.56)
        least, most = self._ages(AGES_OF_NEWCOMERS if newcomer else AGES)
        self.born = intake_on - timedelta(days=rng.randint(-(-least * 1461 // 4), (most + 1) * 1461 // 4 - 5))
        self.pension_on = add_months(self.born, 12 * PENSION)
        age = self.age(intake_on)
        self.household = self._lives(age)
        self.children = self._children(age)
        if not self.children:
            self.household = {"children": "alone", "couple_children": "couple"}.get(self.household, self.household)
        self._goes_to_school(age)
        self._works(age)
        self._can()

    def age(self, on: date) -> int:
        """In whole years."""
        return on.year - self.born.year - ((on.month, on.day) < (self.born.month, self.born.day))

    def _ages(self, bands: Sequence[tuple[int, int, int]]) -> tuple[int, int]:
        least, most, _ = self.rng.choices(bands, [share for *_, share in bands])[0]
        return least, most

    def _lives(self, age: int) -> str:
        kind = "newcomer" if self.newcomer else "young" if age < 27 else "woman" if self.woman else "man"
        return picked(self.rng, HOUSEHOLDS[kind])

    def _children(self, age: int) -> list[date]:
        """Birth dates of those at home. Nobody was younger than eighteen, and no mother older than 42, at a birth."""
        if self.household not in ("children", "couple_children"):
            return []
        possible = range(max(0, age - (42 if self.woman else 52)), min(16, age - 19) + 1)
        wanted = min(len(possible), self.rng.choices((1, 2, 3, 4, 5), (42, 37, 14, 5, 2))[0])
        return [
            self.intake_on - timedelta(days=years * 1461 // 4 + self.rng.randint(1, 300))
            for years in self.rng.sample(possible, wanted)
        ]

    def _goes_to_school(self, age: int) -> None:
        shares = LEVELS_ELSEWHERE if self.from_elsewhere else LEVELS_HERE
        able = [share if THROUGH_AT[level] <= age else 0 for level, share in zip(LEVELS, shares, strict=True)]
        self.level = self.rng.choices(LEVELS, able)[0]
        self.language = self.rng.choices(range(len(LANGUAGE)), self._shares_of_language())[0]

    def _shares_of_language(self) -> tuple[int, ...]:
        if self.newcomer:
            return LANGUAGE_OF_NEWCOMERS
        if self.from_elsewhere:
            return LANGUAGE_ELSEWHERE
        return LANGUAGE_HERE if LEVELS.index(self.level) >= 2 else LANGUAGE_HERE_UNSCHOOLED

    def _works(self, age: int) -> None:
        rng = self.rng
        place = LEVELS.index(self.level)
        fits = SECTORS["low" if place < 3 else "middle" if place == 3 else "high"]
        self.sector = rng.choice(fits)
        self.trade = rng.randrange(len(words.OCCUPATIONS[self.sector]))
        most = age - THROUGH_AT[self.level] - 1
        worked = most > 0 and rng.random() > (0.2 if self.newcomer else 0.1)
        self.years = max(1, int(rng.triangular(0, most, most * 0.35))) if worked else 0

    def _can(self) -> None:
        rng, age = self.rng, self.age(self.intake_on)
        self.body = rng.random() < (0.25 if age < 35 else 0.4 if age < 50 else 0.55)
        self.mind = rng.random() < 0.38
        driving = age >= 19 and rng.random() < (0.22 if self.newcomer else 0.5)
        self.licences = rng.choice(words.LICENCES_WITH_CAR) if driving else rng.choice((["none"],) * 9 + (["AM"],))
        self.own_goal = rng.choice(words.GOALS_OF_PARENTS if self.children and rng.random() < 0.5 else words.GOALS)

    def children_on(self, on: date) -> list[int]:
        """The ages of the children at home, those younger than eighteen."""
        ages = (on.year - born.year - ((on.month, on.day) < (born.month, born.day)) for born in self.children)
        return sorted(age for age in ages if age < 18)

    def learns(self) -> None:
        """A step further in Dutch."""
        self.language = min(self.language + 1, 5 if self.from_elsewhere else 6)

    # what one would answer: None for what does not apply

    def answer(self, key: str, on: date, language: str) -> object:
        """What this person says to a field of the catalogue on a day; text in the language of the page. None where
        the question does not apply."""
        said: Callable[[date], object] | None = getattr(self, f"_{key}", None)
        if said is not None:
            return said(on)
        texts = self._texts(key)
        return None if texts is None else texts[language == "en"]

    def _texts(self, key: str) -> tuple[str, str] | None:
        schooled = LEVELS.index(self.level) >= 2
        match key:
            case "work_occupation":
                return words.OCCUPATIONS[self.sector][self.trade] if self.years else None
            case "field_of_education":
                return words.EDUCATION[self.sector] if schooled else None
            case "certificates":
                return words.CERTIFICATES.get(self.sector) if self.years > 1 else None
            case "preferred_occupations":
                return self.rng.choice(words.OCCUPATIONS[self.sector])
            case "own_goal":
                return self.own_goal
            case _:
                return self.rng.choice(words.SKILLS)

    def _gender(self, _on: date) -> str:
        return "x" if self.born.toordinal() % 250 == 0 else "woman" if self.woman else "man"

    def _marital_status(self, on: date) -> str:
        # Not thrown anew: whoever is asked twice says the same.
        luck, age = self.born.toordinal() % 100, self.age(on)
        if self.household in ("couple", "couple_children"):
            return "married" if luck < (92 if self.newcomer else 76) else "single" if luck < 97 else "divorced"
        if age < 25:
            return "single"
        if luck < (7 if self.newcomer else 3):
            return "married"
        if luck < (8 if age < 50 else 14):
            return "widowed" if age >= 40 else "single"
        return "divorced" if luck < (22 if age < 40 else 52) else "single"

    def _living_situation(self, on: date) -> str:
        if self.household == "children":
            return "with_children" if self.children_on(on) else "alone"
        return LIVING[self.household]

    def _children_at_home(self, on: date) -> int:
        return len(self.children_on(on))

    def _children_ages(self, on: date) -> list[str] | None:
        groups = {"0_3" if age < 4 else "4_11" if age < 12 else "12_17" for age in self.children_on(on)}
        return sorted(groups) or None

    def _childcare_arranged(self, on: date) -> bool | None:
        ages = self.children_on(on)
        return self.rng.random() < 0.6 if ages and ages[0] < 12 else None

    def _hours_available(self, on: date) -> int:
        ages = self.children_on(on)
        if self.household == "children" and ages and ages[0] < 12:
            return self.rng.choice((12, 16, 16, 20, 20, 24, 24, 28))
        if self.body and self.mind:
            return self.rng.choice((8, 8, 12, 12, 16, 20))
        if self.body or self.mind:
            return self.rng.choice((12, 16, 20, 20, 24, 28, 32))
        return self.rng.choice((24, 28, 32, 32, 36, 36, 40, 40))

    def _outside_office_hours(self, on: date) -> list[str]:
        ages = self.children_on(on)
        if self.rng.random() < (0.75 if ages and ages[0] < 12 else 0.4):
            return ["none"]
        return self.rng.sample(["early", "evenings", "nights", "weekends"], self.rng.randint(1, 3))

    def _debts(self, _on: date) -> str:
        return self.rng.choices(("none", "manageable", "problematic"), (42, 33, 25))[0]

    def _criminal_record_restricts(self, _on: date) -> bool:
        return self.rng.random() < 0.04

    def _physical_limitations(self, _on: date) -> list[str]:
        some = ["lifting", "standing", "sitting", "hands", "senses", "energy"]
        return self.rng.sample(some, self.rng.randint(1, 2)) if self.body else ["none"]

    def _mental_limitations(self, _on: date) -> list[str]:
        some = ["pressure", "concentration", "contact", "structure"]
        return self.rng.sample(some, self.rng.randint(1, 2)) if self.mind else ["none"]

    def _education_level(self, _on: date) -> str:
        return self.level

    def _language_level(self, _on: date) -> str:
        return LANGUAGE[self.language]

    def _driving_licence(self, _on: date) -> list[str]:
        return self.licences

    def _digital_skills(self, on: date) -> str:
        if self.sector == "technology" or LEVELS.index(self.level) > 3:
            return self.rng.choice(("basic", "advanced", "advanced"))
        old = self.age(on) >= 55
        return self.rng.choices(("none", "phone", "basic", "advanced"), (18, 37, 38, 7) if old else (4, 26, 50, 20))[0]

    def _work_sector(self, _on: date) -> str:
        return self.sector if self.years else "none"

    def _work_years(self, _on: date) -> int:
        return self.years

    def _preferred_sectors(self, _on: date) -> list[str]:
        low = SECTORS["high" if LEVELS.index(self.level) > 3 else "low"]
        return list(dict.fromkeys([self.sector, self.rng.choice(low)]))

    def _travel_time(self, _on: date) -> int:
        return self.rng.choice((15, 20, 30, 30, 30, 45, 45, 60, 60, 75, 90))

    def _own_transport(self, _on: date) -> list[str]:
        # One in a hundred drives the partner's car with somebody else's licence: both are then registered.
        if ("B" in self.licences and self.rng.random() < 0.45) or self.rng.random() < 0.012:
            return ["car"] if self.rng.random() < 0.5 else ["bicycle", "car"]
        if "AM" in self.licences and self.rng.random() < 0.5:
            return ["moped"]
        return ["bicycle"] if self.rng.random() < 0.72 else ["none"]

    def _cv(self, on: date) -> str:
        return (on - timedelta(days=self.rng.choice((0, 3, 10, 30, 60, 120, 200, 300)))).isoformat()

    def _benefit_start_date(self, _on: date) -> str:
        """From the first day on that it was asked for; never before the eighteenth birthday."""
        before = self.rng.choice((-7, 0, 0, 7, 14, 21, 30, 42))
        if self.rng.random() < 0.15:  # came from another city, or from another team
            before = self.rng.randint(200, 2_500)
        return max(self.intake_on - timedelta(days=before), add_months(self.born, 12 * 18)).isoformat()
