"""Which fields are missing, outdated or contradictory, told as stories about one client."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.catalogue import Choice, Choices, DateKind, Field, Number, State, Track, Value, YesNo, load
from domain.gaps import Entry, Facts, Gap, assess, on_list, state_on

CATALOGUE = load()
ASSIGNED = date(2026, 1, 5)
DUE = date(2026, 2, 2)
LATER = date(2026, 6, 1)


def known(value: Value = None, on: date = ASSIGNED) -> Entry:
    return Entry(State.KNOWN, value, on, None)


def set_aside(state: State, until: date | None) -> Entry:
    return Entry(state, None, ASSIGNED, until)


def client(
    track: Track | None = None,
    *,
    track_since: date | None = ASSIGNED,
    plan_since: date | None = None,
    assigned_on: date | None = ASSIGNED,
    specialised: bool = False,
    **entries: Entry,
) -> Facts:
    return Facts(assigned_on, track, track_since if track else None, plan_since, specialised, entries)


def gaps(facts: Facts) -> dict[str, Gap]:
    return assess(facts, CATALOGUE)


def test_one_just_assigned_is_asked_for_what_everybody_is_asked_for():
    found = gaps(client())
    assert found.keys() == {"education_level", "language_level", "driving_licence", "plan_of_action"}
    assert {gap.due_on for gap in found.values()} == {DUE}


def test_the_last_day_allowed_is_still_in_time():
    gap = gaps(client())["language_level"]
    assert (on_list(gap, DUE), on_list(gap, DUE + timedelta(days=1))) == (False, True)
    assert gap.since == DUE + timedelta(days=1)
    assert state_on(gap, LATER) is State.UNKNOWN


def test_nobody_is_asked_anything_before_the_assignment():
    assert gaps(client(assigned_on=None)) == {}


@pytest.mark.parametrize("track", [Track.DEVELOPMENT, Track.JOB_READY])
def test_towards_work_a_cv_and_experience_are_asked_for_from_that_track_on(track):
    chosen_on = date(2026, 5, 1)
    added = gaps(client(track, track_since=chosen_on)).keys() - gaps(client()).keys()
    assert added == {"cv", "preferred_sectors", "work_sector", "work_occupation", "work_years"}
    assert gaps(client(track, track_since=chosen_on))["cv"].due_on == date(2026, 5, 29)


@pytest.mark.parametrize("track", [Track.ORIENTATION, Track.CARE_FIRST, Track.PARTICIPATION, Track.EXEMPT])
def test_on_other_tracks_they_are_not(track):
    assert gaps(client(track)).keys() == gaps(client()).keys()


def test_with_the_plan_comes_the_contact_frequency():
    found = gaps(client(plan_since=LATER, plan_of_action=known()))
    assert found["contact_frequency"].due_on == LATER
    assert not on_list(found["contact_frequency"], LATER)
    assert on_list(found["contact_frequency"], LATER + timedelta(days=1))


def test_what_is_known_is_not_asked_for_and_most_of_it_stays_known():
    gap = gaps(client(language_level=known("b1")))["language_level"]
    assert gap == Gap("language_level", State.KNOWN, None, None, None, (), None)
    assert not on_list(gap, date(2099, 1, 1))


def test_a_cv_is_out_of_date_a_year_after_the_day_on_it():
    gap = gaps(client(cv=known("2025-11-30", on=LATER)))["cv"]
    assert gap.stale_on == gap.since == date(2026, 11, 30)
    assert (state_on(gap, date(2026, 11, 29)), state_on(gap, date(2026, 11, 30))) == (State.KNOWN, State.STALE)
    assert (on_list(gap, date(2026, 11, 29)), on_list(gap, date(2026, 11, 30))) == (False, True)


def test_a_sensitive_field_goes_out_of_date_without_its_value_being_seen():
    gap = gaps(client(mental_limitations=known(None, on=date(2024, 2, 29))))["mental_limitations"]
    assert gap.stale_on == date(2026, 2, 28)


@pytest.mark.parametrize("state", [State.NOT_RELEVANT, State.DECLINED])
def test_what_was_set_aside_is_left_alone_until_its_review_day(state):
    gap = gaps(client(driving_licence=set_aside(state, LATER)))["driving_licence"]
    day_before = LATER - timedelta(days=1)
    assert (on_list(gap, day_before), state_on(gap, day_before)) == (False, state)
    assert (on_list(gap, LATER), state_on(gap, LATER)) == (True, State.UNKNOWN)
    assert gap.due_on is None and gap.since == LATER


def test_contradictory_facts_are_on_the_list_at_once_both_of_them():
    found = gaps(client(marital_status=known("single"), living_situation=known("with_partner", on=LATER)))
    for key in ("marital_status", "living_situation"):
        assert found[key].state is State.CONTRADICTORY
        assert found[key].contradictions == ("single_with_partner",)
        assert found[key].since == LATER, "the later of the two made it so"
        assert on_list(found[key], LATER)


def test_with_two_contradictions_a_field_is_on_the_list_since_the_first():
    found = gaps(
        client(
            children_at_home=known(0),
            childcare_arranged=known(True, on=date(2026, 2, 1)),
            children_ages=known(["4_11"], on=LATER),
        )
    )
    assert found["children_at_home"].contradictions == ("childcare_without_children", "ages_without_children")
    assert found["children_at_home"].since == date(2026, 2, 1)
    assert found["children_ages"].since == LATER


def test_what_was_set_aside_contradicts_nothing():
    found = gaps(client(marital_status=known("single"), living_situation=set_aside(State.DECLINED, LATER)))
    assert found["marital_status"].state is State.KNOWN


def test_a_record_that_restricts_jobs_is_a_matter_of_specialised_teams():
    entry = set_aside(State.DECLINED, LATER)
    assert "criminal_record_restricts" in gaps(client(specialised=True, criminal_record_restricts=entry))
    # After a transfer to a standard team nobody could do anything about it.
    assert "criminal_record_restricts" not in gaps(client(criminal_record_restricts=entry))


def test_a_field_that_the_catalogue_no_longer_has_is_passed_over():
    assert "shoe_size" not in gaps(client(shoe_size=known("43")))


# properties

days = st.dates(date(2020, 1, 1), date(2030, 12, 31))


def values(field: Field) -> st.SearchStrategy[Value]:
    match field.kind:
        case _ if field.sensitive:
            return st.none()
        case Choice():
            return st.sampled_from(field.kind.codes)
        case Choices():
            return st.lists(st.sampled_from(field.kind.codes), min_size=1, unique=True)
        case Number():
            return st.integers(field.kind.least, field.kind.most)
        case DateKind():
            return days.map(date.isoformat)
        case YesNo():
            return st.booleans()
        case _:
            return st.just("words")


def entries_of(field: Field) -> st.SearchStrategy[Entry]:
    aside = st.sampled_from([State.NOT_RELEVANT, State.DECLINED])
    return st.builds(Entry, st.just(State.KNOWN), values(field), days, st.none()) | st.builds(
        Entry, aside, st.none(), days, days
    )


clients = st.builds(
    Facts,
    st.none() | days,
    st.none() | st.sampled_from(Track),
    st.none() | days,
    st.none() | days,
    st.booleans(),
    st.fixed_dictionaries({}, optional={field.key: entries_of(field) for field in CATALOGUE}),
)


@given(clients, days)
def test_what_was_set_aside_is_never_on_the_list_before_its_review_day(facts, as_of):
    for key, gap in gaps(facts).items():
        entry = facts.entries.get(key)
        if entry and entry.review_on and as_of < entry.review_on:
            assert not on_list(gap, as_of) and state_on(gap, as_of) is entry.state


@given(clients)
def test_the_same_facts_in_any_order_have_the_same_gaps(facts):
    backwards = dict(reversed(facts.entries.items()))
    other = Facts(facts.assigned_on, facts.track, facts.track_since, facts.plan_since, facts.specialised, backwards)
    assert gaps(facts) == gaps(facts) == gaps(other)


@given(clients, days)
def test_since_is_the_day_from_which_a_gap_is_on_the_list(facts, as_of):
    for gap in gaps(facts).values():
        assert on_list(gap, as_of) == (gap.since is not None and gap.since <= as_of)
        # Each state by what it says of itself: lists and figures count by `since` alone.
        of_state = {
            State.UNKNOWN: gap.due_on and gap.due_on + timedelta(days=1),
            State.KNOWN: gap.stale_on,
            State.NOT_RELEVANT: gap.review_on,
            State.DECLINED: gap.review_on,
        }
        assert gap.since == of_state.get(gap.state, gap.since)
        # What contradicts something is there since the last of its facts became known, which never lies ahead.
        assert gap.state is not State.CONTRADICTORY or on_list(gap, max(e.known_on for e in facts.entries.values()))


@given(clients)
def test_a_gap_says_no_more_than_its_state_has(facts):
    for key, gap in gaps(facts).items():
        assert gap.field == key and gap.state is not State.STALE, "that depends on the day"
        assert (gap.due_on is not None) == (gap.state is State.UNKNOWN)
        assert bool(gap.contradictions) == (gap.state is State.CONTRADICTORY)
        assert gap.stale_on is None or CATALOGUE[key].stale_after_months
        assert (key in facts.entries) != (gap.state is State.UNKNOWN)
