"""Contradictions: a question with both facts side by side, settled by correcting one or by saying why both hold; which
rules there are, and their numbers, definitions say."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.catalogue import State, Track, load
from domain.catalogue.contradictions import CONTRADICTIONS, TUNED
from domain.client import ClientCommand, RegisterField
from domain.gaps import Entry, Facts, assess
from domain.in_force import CONTRADICTORY, RULES_OFF, checked_parameter, merged, parameters_of, texts_of
from domain.refusal import Refused
from eventlog.commands import CommandContext
from projections import data_gaps
from projections.engine.verify import verify
from tests.domain.test_catalogue import STORIES
from tests.stories import stored_rows
from tests.web.conftest import Town, days_ago

DAY = date(2026, 6, 2)


def do(town: Town, command: ClientCommand) -> None:
    coach = town.accounts["coach"].account_id
    town.services.clients.handle(command, CommandContext(town.services.clock(), coach), uuid4())
    town.services.engine.catch_up()


def single_with_partner(town: Town) -> UUID:
    client_id = town.new_client("coach", "Anna de Vries")
    for field, value in (("marital_status", "single"), ("living_situation", "with_partner")):
        do(town, RegisterField(client_id=client_id, field=field, value=value, known_on=DAY))
    return client_id


def listed(town: Town, client_id: UUID, later: int = 0) -> set[str]:
    town.services.engine.catch_up()
    with town.services.database.read() as connection:
        found = data_gaps.listed_of(connection, town.services.today + timedelta(days=later), [client_id])
    return {field for _, field in found} & {"marital_status", "living_situation"}


def form_of(page: str) -> dict[str, str]:
    """What the form that says that both hold brings along."""
    return dict(re.findall(r'<input type="hidden" name="(rule|shown)" value="([^"]*)"', page))


def test_both_facts_stand_side_by_side_with_their_sources_and_what_settles_it(town: Town) -> None:
    client_id, coach = single_with_partner(town), town.visit("coach")
    assert listed(town, client_id) == {"marital_status", "living_situation"}
    address = f"/clients/{client_id}/contradictions"
    assert address in coach.get(f"/clients/{client_id}")
    page = coach.get(address)
    section = page.split('<section class="step"')[1].split("</section>")[0]
    for text in ("Single, yet living with a partner.", "What is so?", "conversation", "Coach Invented", "2 Jun 2026"):
        assert text in section, text
    assert section.count('<a class="button"') == 2 and section.count("<button") == 1
    for field in ("marital_status", "living_situation"):
        assert f"/clients/{client_id}/fields/{field}" in section
    form = {
        "answer": "correct",
        "value": "married",
        "known_on": days_ago(0),
        "source": "conversation",
        "reason": "typo",
    }
    assert coach.post(f"/clients/{client_id}/fields/marital_status", **form).status_code == 303
    assert listed(town, client_id) == set() and "There are no contradictions." in coach.get(address)


def test_where_both_hold_it_leaves_the_list_until_the_review_day_or_until_one_is_recorded_anew(town: Town) -> None:
    client_id, coach = single_with_partner(town), town.visit("coach")
    address = f"/clients/{client_id}/contradictions"
    said = form_of(coach.get(address)) | {"reason": "They part, and she has no house yet.", "review_on": "2026-12-18"}
    for wrong in ({"reason": " "}, {"review_on": "2026-11-18"}, {"review_on": "soon"}, {"rule": "nonsense"}):
        assert coach.post(address, **said | wrong).status_code == 400, wrong
    head = town.services.log.head()
    assert coach.post(address, **said).status_code == 303 and town.services.log.head() == head + 1
    assert listed(town, client_id) == set() and "There are no contradictions." in coach.get(address)
    assert listed(town, client_id, 29) == set()
    assert listed(town, client_id, 30) == {"marital_status", "living_situation"}
    assert "They part" in coach.get(f"/clients/{client_id}"), "in the history"
    stored = b"".join(bytes(part) for row in stored_rows(town.services) for part in row if isinstance(part, bytes))
    assert b"review_on" in stored
    assert b"single_with_partner" not in stored and b"They part" not in stored
    do(town, RegisterField(client_id=client_id, field="living_situation", value="with_partner", known_on=DAY))
    assert listed(town, client_id) == {"marital_status", "living_situation"}, "it was said of what was known then"
    assert list(verify(town.services.engine)) == []


def test_what_a_colleague_changed_meanwhile_is_not_said_to_hold(town: Town) -> None:
    client_id, coach = single_with_partner(town), town.visit("coach")
    address = f"/clients/{client_id}/contradictions"
    said = form_of(coach.get(address)) | {"reason": "They part.", "review_on": "2026-12-18"}
    do(town, RegisterField(client_id=client_id, field="marital_status", value="widowed", known_on=DAY))
    late = coach.post(address, **said)
    assert late.status_code == 400 and "Somebody else changed this" in late.get_data(as_text=True)


def broken(values: dict[str, Any], **parameters: Any) -> set[str]:
    """The rules that are broken by these values under revised parameters."""
    track = values.get("service_track")
    entries = {key: Entry(State.KNOWN, value, DAY, None) for key, value in values.items()}
    facts = Facts(None, Track(track) if track else None, None, None, False, entries)
    rules = merged([(CONTRADICTORY, parameters, {})]).rules
    return {key for gap in assess(facts, rules.catalogue).values() for key in gap.contradictions}


@pytest.mark.parametrize("key", STORIES)
def test_each_rule_is_switched_off_by_a_definition(key: str) -> None:
    values = STORIES[key][0]
    assert key in broken(values)
    assert key not in broken(values, **{RULES_OFF: [key]})


@pytest.mark.parametrize("name", TUNED)
def test_each_number_of_a_rule_is_set_by_a_definition(name: str) -> None:
    usual, make = TUNED[name]
    key = make(usual).key
    values, otherwise = STORIES[key]
    assert key in broken(values) and key not in broken(values | otherwise)
    assert key not in broken(values, **{name: usual + 1})
    assert key in broken(values | otherwise, **{name: usual - 1})
    assert str(usual - 1) in make(usual - 1).message.en and str(usual - 1) in make(usual - 1).message.nl


def test_there_are_twenty_rules_and_more_each_in_both_languages_with_a_way_to_settle_it() -> None:
    assert len(CONTRADICTIONS) >= 20
    for rule in CONTRADICTIONS:
        assert rule.message.en != rule.message.nl
        assert rule.both_may_hold or rule.fields
        assert not any(load()[field].sensitive for field in rule.fields)


def test_the_definition_is_revised_on_its_page_like_others(town: Town) -> None:
    process = town.visit("process")
    page = process.get(f"/definitions/{CONTRADICTORY}")
    assert page.count('name="rules_off"') == len(CONTRADICTIONS) and 'value="32"' in page
    texts, parameters = texts_of(CONTRADICTORY, merged([])), parameters_of(CONTRADICTORY, merged([]))
    said: dict[str, Any] = {f"{name}.en": both[0] for name, both in texts.items()}
    said |= {f"{name}.nl": both[1] for name, both in texts.items()}
    said |= parameters | {"valid_from": days_ago(0), "reason": "asked by coaches", "what": "revise"}
    wrong = process.post(f"/definitions/{CONTRADICTORY}", **said | {"full_hours": "41"})
    assert wrong.status_code == 400
    client_id = single_with_partner(town)
    sent = process.post(f"/definitions/{CONTRADICTORY}", **said | {"rules_off": ["single_with_partner"]})
    assert sent.status_code == 303
    assert "Single, yet living with a partner" in process.get(f"/definitions/{CONTRADICTORY}")
    assert "1 rule is switched off." in process.get("/definitions")
    assert "Single, yet living with a partner" not in process.get("/definitions").split('id="contradictions"')[-1]
    assert client_id


def test_a_rule_that_there_is_not_can_not_be_switched_off() -> None:
    with pytest.raises(Refused):
        checked_parameter(RULES_OFF, ["nonsense"])
    assert checked_parameter(RULES_OFF, None) == []
