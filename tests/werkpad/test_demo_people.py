"""The people of the demonstration are believable: their facts fit each other, their files, and those of a city."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from application.services import Services
from domain.calendar import Week, add_months, local_day
from domain.client import Outcome
from domain.working_days import USUAL
from feedback import norms
from projections import weekly_figures
from records import people
from records.weekly_lists import weekly_lists
from tests.conftest import environment, sqlite_in
from tests.once import made_once
from tests.werkpad.lives_told import Person, read
from werkpad.demo import run, words
from werkpad.demo.city import SEED
from werkpad.demo.names import ELSEWHERE, Names
from werkpad.demo.offers import OFFERS
from werkpad.settings import Settings
from werkpad.wiring import build

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
TODAY = local_day(NOW)
# The youngest at which somebody has this level, and at which a parent has a child.
DEGREES = {"lower_secondary": 16, "upper_secondary": 17, "bachelor": 20, "master": 21}
YOUNGEST_CHILD = {"0_3": 0, "4_11": 4, "12_17": 12}
PARENT_AT, OLDEST_MOTHER_AT = 14, 45


@dataclass
class Invented:
    services: Services
    people: list[Person]
    research: UUID
    codes: dict[UUID, str]

    @property
    def open(self) -> list[Person]:
        return [p for p in self.people if p.open_on(TODAY)]


def invent(folder: Path) -> None:
    services = over(folder)
    services.create()
    run._invent(services)
    services.close()


def over(folder: Path) -> Services:
    return build(Settings.from_environment(environment(sqlite_in(folder))), clock=lambda: NOW)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Invented]:
    """The demonstration at its usual size, made once for all that is asked of it."""
    services = over(made_once(tmp_path_factory, "demonstration", invent))
    with services.database.read() as connection:
        codes = {team.team_id: team.code for team in people.all_teams(connection)}
    research = next(team_id for team_id, code in codes.items() if code == "nsw")
    yield Invented(services, [p for p in read(services) if p.team != research], research, codes)
    services.close()


def shares(counted: Counter[Any]) -> dict[Any, float]:
    return {key: number / counted.total() for key, number in counted.items()}


def test_nobody_had_a_child_as_a_child_and_no_child_is_grown_up(city: Invented) -> None:
    wrong = []
    for person in city.people:
        for on, ages in person.values("children_ages"):
            if person.born and person.age(on) - max(YOUNGEST_CHILD[group] for group in ages) < PARENT_AT:
                wrong.append((person.client_id, person.age(on), ages))
            mother = person.last("gender") == "woman" and person.born
            if mother and ages == ["0_3"] and person.age(on) - 3 > OLDEST_MOTHER_AT:
                wrong.append((person.client_id, person.age(on), ages))
        wrong += [(person.client_id, number) for _, number in person.values("children_at_home") if number > 6]
    assert wrong == []


def test_children_and_home_fit_each_other(city: Invented) -> None:
    wrong = []
    for person in city.people:
        children, ages, home = (person.last(key) for key in ("children_at_home", "children_ages", "living_situation"))
        if children == 0 and (ages or home == "with_children" or person.last("childcare_arranged") is not None):
            wrong.append((person.client_id, children, ages, home))
        if children and home in ("alone", "with_family", "shared", "no_fixed_address"):
            wrong.append((person.client_id, children, ages, home))
        if ages and children and len(ages) > children:
            wrong.append((person.client_id, children, ages, home))
    assert wrong == []


def test_nobody_worked_before_fifteen_or_has_a_degree_too_young(city: Invented) -> None:
    wrong = []
    for person in city.people:
        for on, level in person.values("education_level"):
            if person.born and person.age(on) < DEGREES.get(level, 0):
                wrong.append((person.client_id, person.age(on), level))
        for on, years in person.values("work_years"):
            if person.born and years > person.age(on) - 15:
                wrong.append((person.client_id, person.age(on), years))
    assert wrong == []


def test_work_school_and_licence_fit_each_other(city: Invented) -> None:
    wrong = []
    for person in city.people:
        sector, years, occupation = (person.last(key) for key in ("work_sector", "work_years", "work_occupation"))
        if sector == "none" and (years or occupation):
            wrong.append((person.client_id, sector, years, occupation))
        if years == 0 and sector not in (None, "none"):
            wrong.append((person.client_id, sector, years, occupation))
        if sector and occupation and occupation not in {text for both in words.OCCUPATIONS[sector] for text in both}:
            wrong.append((person.client_id, sector, years, occupation))
        if person.last("field_of_education") and person.last("education_level") in ("none", "primary"):
            wrong.append((person.client_id, person.last("field_of_education")))
        for on, licences in person.values("driving_licence"):
            if person.born and (person.age(on) < 18 and set(licences) - {"none", "AM"}):
                wrong.append((person.client_id, person.age(on), licences))
            if ("none" in licences and licences != ["none"]) or (licences == ["E"]):
                wrong.append((person.client_id, licences))
    assert wrong == []


def test_the_benefit_begins_between_eighteen_and_the_pension(city: Invented) -> None:
    wrong = []
    for person in city.people:
        assert person.born is None or person.age(person.intake_on) >= 18
        for _, start in person.values("benefit_start_date"):
            if person.born and person.age(date.fromisoformat(start)) < 18:
                wrong.append((person.client_id, person.born, start))
            if not -3_000 < (date.fromisoformat(start) - person.intake_on).days < 60:
                wrong.append((person.client_id, person.intake_on, start))
        if person.born and person.open_on(TODAY) and add_months(person.born, 12 * 67) < TODAY:
            wrong.append((person.client_id, person.born, "pension"))
        for on, reason in person.closed:
            if reason == "pension" and person.born and person.age(on) < 66:
                wrong.append((person.client_id, person.born, reason))
    assert wrong == []


def test_who_is_job_ready_has_hours_a_cv_and_a_track_towards_work(city: Invented) -> None:
    wrong = []
    for person in city.people:
        for on, day in person.values("job_ready_since"):
            track = [name for chosen_on, name in person.tracks if chosen_on <= on][-1]
            if track != "job_ready" or not person.last("hours_available") or not person.last("cv"):
                wrong.append((person.client_id, track, person.last("hours_available"), person.last("cv")))
            if date.fromisoformat(day) < person.intake_on:
                wrong.append((person.client_id, day, person.intake_on))
        if person.last("job_ready_since") and person.tracks[-1][1] in ("care_first", "exempt"):
            wrong.append((person.client_id, person.tracks[-1]))
    assert wrong == []


def test_contacts_lie_between_intake_and_closing_on_working_days(city: Invented) -> None:
    wrong = [
        (person.client_id, person.intake_on, contact.held_on)
        for person in city.people
        for contact in person.contacts.values()
        if contact.held_on < person.intake_on
        or not person.open_on(contact.held_on)
        or not USUAL.includes(contact.held_on)
    ]
    assert [w for w in wrong if w[2] not in {on for p in city.people for on, _ in p.closed}] == []


def test_what_a_contact_says_fits_what_came_of_it(city: Invented) -> None:
    wrong = []
    for person in city.people:
        for contact_id, contact in person.contacts.items():
            told = person.spoken_of[contact_id]
            in_vain = contact.outcome is not Outcome.SPOKEN
            if in_vain and (told["topics"] or told["own_words"] or told["agreed_next"] or contact.minutes_with_client):
                wrong.append((contact.outcome, told))
            if not in_vain and contact.channel.value in ("letter", "email"):
                wrong.append((contact.outcome, contact.channel))
            about = {text for topic in told["topics"] or () for both in words.NOTES[topic] for text in both}
            # Whoever came to a session of a workshop has its title as a note.
            about |= {title for kind, title, *_ in OFFERS if kind == "workshop"}
            if not in_vain and told["note"] and told["note"] not in about and contact.recorded_at < NOW:
                wrong.append((told["topics"], told["note"]))
            if not in_vain and contact.channel.value == "phone" and (contact.minutes_with_client or 0) > 30:
                wrong.append((contact.channel, contact.minutes_with_client))
    assert wrong == []


def test_a_promise_is_settled_when_its_day_has_come(city: Invented) -> None:
    settled = [(on, p.contacts[c].agreed_on) for p in city.people for on, c in p.settled if c in p.contacts]
    assert len(settled) > 500
    assert [pair for pair in settled if pair[1] is not None and pair[0] < pair[1]] == []


def test_nobody_was_forgotten(city: Invented) -> None:
    """Who was never seen came lately, or was tried again and again; who was not seen for long is a small part."""
    since = {p.client_id: (TODAY - (p.seen_on or p.intake_on)).days for p in city.open}
    assert max(since.values()) < 550
    never = [p for p in city.open if p.seen_on is None]
    assert len(never) < len(city.open) / 12
    for person in never:
        assert since[person.client_id] < 220
        assert since[person.client_id] < 100 or person.contacts
    long = sum(days > 91 for days in since.values()) / len(since)
    assert 0.03 < long < 0.2
    assert 7 < median(since.values()) < 60
    without_plan = sum(not p.plans for p in city.open) / len(city.open)
    assert 0.02 < without_plan < 0.15


def test_the_city_is_like_a_dutch_one(city: Invented) -> None:
    grown = [p.age(TODAY) for p in city.open if p.born and city.codes[p.team] != "nieuw"]
    assert 0.04 < sum(age < 27 for age in grown) / len(grown) < 0.14
    assert 0.45 < sum(age >= 45 for age in grown) / len(grown) < 0.65
    gender = shares(Counter(p.last("gender") for p in city.people if p.last("gender")))
    assert 0.48 < gender["woman"] < 0.6 and gender.get("x", 0) < 0.02
    home = shares(Counter(p.last("living_situation") for p in city.people if p.last("living_situation")))
    assert 0.35 < home["alone"] < 0.6 and 0.1 < home["with_children"] < 0.28 and home["no_fixed_address"] < 0.04
    level = shares(Counter(p.last("education_level") for p in city.people if p.last("education_level")))
    low = level["none"] + level["primary"] + level["lower_secondary"]
    assert 0.42 < low < 0.65 and level["bachelor"] + level["master"] < 0.2
    children = Counter(p.last("children_at_home") for p in city.people if p.last("children_at_home") is not None)
    assert 0.5 < shares(children)[0] < 0.8


def test_each_given_name_goes_with_the_sex(city: Invented) -> None:
    names = Names(SEED)
    women = {*names.women, *(name for given, _, _ in ELSEWHERE for name in given)}
    men = {*names.men, *(name for _, given, _ in ELSEWHERE for name in given)}
    other = {"woman": men - women, "man": women - men}
    wrong = [p.name for p in city.people if p.name.split()[0] in other.get(p.last("gender"), ())]
    assert wrong == []


def test_teams_grew_and_shrank_over_the_years(city: Invented) -> None:
    mondays = [Week.of(TODAY).monday - timedelta(weeks=4 * n) for n in range(26, -1, -1)]
    with city.services.database.read() as connection:
        lines = {
            code: dict(weekly_figures.series(connection, ("open",), mondays[0], team_id)["open"])
            for team_id, code in city.codes.items()
        }
    sizes = {code: [line[day] for day in mondays] for code, line in lines.items() if code != "nsw"}
    assert all(min(size) > 40 for size in sizes.values())  # none begins with nobody
    assert sizes["noord"][-1] < 0.93 * max(sizes["noord"])
    assert sizes["zuid"][-1] > 1.25 * sizes["zuid"][0]
    assert sizes["nieuw"][0] < 0.93 * max(sizes["nieuw"]) > sizes["nieuw"][-1]


def test_who_left_has_no_clients_any_more(city: Invented) -> None:
    with city.services.database.read() as connection:
        accounts = {a.account_id: a for a in people.all_accounts(connection)}
    gone = {a.account_id for a in accounts.values() if not a.active}
    assert gone
    had: dict[UUID, int] = defaultdict(int)
    for person in city.people:
        for assigned in person.assigned:
            had[assigned.coach] += assigned.coach in gone
    assert all(had[coach] > 10 for coach in gone)
    assert [p.client_id for p in city.open if p.assigned and p.assigned[-1].coach in gone] == []


def test_lists_of_several_weeks_were_kept(city: Invented) -> None:
    with city.services.database.read() as connection:
        weeks = Counter(connection.scalars(select(weekly_lists.c.week)))
        done = sum(connection.scalars(select(weekly_lists.c.done)))
    this = Week.of(TODAY)
    assert set(weeks) == {str(Week(this.monday - timedelta(weeks=n))) for n in range(run.EARLIER_LISTS + 1)}
    assert len(set(weeks.values())) == 1 and done > 20


def test_a_norm_beside_the_citys_figures_says_that_a_team_is_research_data(city: Invented) -> None:
    with city.services.database.read() as connection:
        shown = norms.on_page(connection, "team.city")
    assert any("research data" in norm.en and "onderzoeksdata" in norm.nl for norm in shown)
