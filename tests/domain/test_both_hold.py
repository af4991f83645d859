"""Two facts that seem to contradict each other and both hold: only as they were shown, with a reason, until a day."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.catalogue import load
from domain.client import AcceptContradiction, Client, ContradictionAccepted, RegisterField, WithdrawField, evolve
from domain.refusal import Conflict, RefusedTogether
from eventlog.commands import given
from tests.domain.test_catalogue import STORIES
from tests.domain.texts import ID, INTAKE, LATER, NOW, TODAY, known
from tests.story import Story

SINGLE, WITH_PARTNER = known("marital_status", "single"), known("living_situation", "with_partner")
SHOWN = {"marital_status": 2, "living_situation": 3}


def story(*events: Any) -> Story[Client]:
    return Story(evolve, ID).given(INTAKE, *events)


def accept(**more: Any) -> AcceptContradiction:
    both = {"client_id": ID, "rule": "single_with_partner", "reason": " Just moved in ", "review_on": LATER}
    return AcceptContradiction(**both | {"shown": SHOWN} | more)


def test_both_hold_until_the_day_to_look_again() -> None:
    accepted = ContradictionAccepted(rule="single_with_partner", reason="Just moved in", review_on=LATER)
    story(SINGLE, WITH_PARTNER).when(accept(), NOW).then(accepted)


# Of these one fact is wrong; of all others both may be true of the same person.
ONE_IS_WRONG = {
    "job_ready_but_care_first",
    "job_ready_but_exempt",
    "no_licence_with_categories",
    "trailer_without_vehicle",
    "ages_without_children",
    "job_ready_without_hours",
    "never_worked_with_years",
    "office_hours_without_hours",
}


@pytest.mark.parametrize("rule", [rule.key for rule in load().contradictions])
def test_only_of_some_rules_both_can_hold(rule: str) -> None:
    fields = next(each for each in load().contradictions if each.key == rule).fields
    told = story(*(known(field, None) for field in fields))
    told.when(accept(rule=rule, shown={field: nth for nth, field in enumerate(fields, 2)}), NOW)
    if rule in ONE_IS_WRONG:
        told.refused("can't both hold", "rule")
    else:
        told.then(ContradictionAccepted(rule=rule, reason="Just moved in", review_on=LATER))


@pytest.mark.parametrize("rule", load().contradictions, ids=lambda rule: rule.key)
def test_a_rule_is_about_the_fields_of_its_story(rule: Any) -> None:
    assert set(rule.fields) == set(STORIES[rule.key][0])


def test_what_is_no_rule_or_no_fact_any_more_is_refused() -> None:
    story(SINGLE, WITH_PARTNER).when(accept(rule="none"), NOW).refused("can't both hold", "rule")
    story(SINGLE).when(accept(), NOW).refused("no longer known", "rule")
    taken_back = story(SINGLE, WITH_PARTNER).when(WithdrawField(client_id=ID, field="marital_status", reason="so"), NOW)
    taken_back.when(accept(shown={**SHOWN, "marital_status": 4}), NOW).refused("no longer known", "rule")


@pytest.mark.parametrize(
    "shown", [{}, {"marital_status": 2}, {**SHOWN, "marital_status": 1}], ids=["none", "one", "old"]
)
def test_what_was_recorded_meanwhile_is_looked_at_first(shown: dict[str, int]) -> None:
    told = story(SINGLE, WITH_PARTNER).when(accept(shown=shown), NOW)
    told.refused("", "rule")
    with pytest.raises(Conflict):
        accept(shown=shown).decide(given(evolve, ID, [INTAKE, SINGLE, WITH_PARTNER]), NOW)


def test_the_day_to_look_again_lies_ahead_and_all_that_is_wrong_is_said_at_once() -> None:
    told = story(SINGLE, WITH_PARTNER)
    told.when(accept(review_on=TODAY), NOW).refused("must be in the future", "review_on")
    told.when(accept(review_on=date(9999, 1, 1)), NOW).refused("", "review_on")
    told.when(accept(reason=" "), NOW).refused("fill this in", "reason")
    with pytest.raises(RefusedTogether) as refused:
        accept(reason=" ", review_on=TODAY).decide(given(evolve, ID, [INTAKE, SINGLE, WITH_PARTNER]), NOW)
    assert [about for about, _ in refused.value.parts] == ["reason", "review_on"]


def test_a_fact_recorded_anew_is_another_one() -> None:
    told = story(SINGLE, WITH_PARTNER)
    told.when(RegisterField(client_id=ID, field="marital_status", value="married", known_on=TODAY), NOW)
    told.when(accept(), NOW).refused("", "rule")
