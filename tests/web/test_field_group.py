"""A group of fields on one page: one save, what changed alone, all of it or nothing, and what is wrong beside each."""

from __future__ import annotations

import re
from uuid import UUID, uuid4

import pytest
from werkzeug.test import TestResponse

from domain.catalogue import Choice, Choices, DateKind, Field, Number, ShortText, YesNo, load
from projections import data_gaps
from projections.data_gaps import RecordedField
from tests.web.conftest import Town, Visitor, days_ago

KNOWS = [field for field in load() if field.group == "knows"]
GROUPS = sorted({field.group for field in load()})


def right(field: Field) -> object:
    """An answer that the field takes, as a form brings it."""
    match field.kind:
        case Choice() | Choices():
            return next(code for code in field.kind.codes if code != "none")
        case Number():
            return str(field.kind.least)
        case DateKind():
            return "2026-01-31"
        case YesNo():
            return "yes"
        case ShortText():
            return "some words"
    raise AssertionError(field.kind)


def shown_on(page: str) -> dict[str, str]:
    """The versions of the fields that a page shows."""
    return dict(re.findall(r'name="(\w+-shown)"[^>]* value="(\d+)"', page))


def known(town: Town, client_id: UUID) -> dict[str, RecordedField]:
    town.services.engine.catch_up()
    with town.services.database.read() as connection:
        return data_gaps.of_client(connection, client_id)


def send(visitor: Visitor, address: str, **said: object) -> TestResponse:
    """Send the form of a page with all that it shows, but for what is said."""
    page = visitor.get(address)
    given: dict[str, object] = {"known_on": days_ago(0), "source": "conversation"}
    given |= shown_on(page) | {name.replace("__", "-"): value for name, value in said.items()}
    return visitor.post(address, **given)


@pytest.mark.parametrize("group", GROUPS)
def test_every_field_of_every_group_is_saved_in_one_go(town: Town, group: str) -> None:
    client_id, coach = town.new_client("coach", "Anna de Vries"), town.visit("coach")
    fields = [f for f in load() if f.group == group and f.recorded_by == "registration" and not f.specialised_only]
    before = town.services.log.head()
    sent = send(coach, f"/clients/{client_id}/groups/{group}", **{f"{f.key}__value": right(f) for f in fields})
    assert sent.status_code == 303
    assert town.services.log.head() == before + len(fields)
    page = coach.get(sent.location)
    assert all(row.recorded == "known" for key, row in known(town, client_id).items() if key in {f.key for f in fields})
    assert page.count('<span class="tag good">saved</span>') == len(fields)
    again = send(coach, f"/clients/{client_id}/groups/{group}", **{f"{f.key}__value": right(f) for f in fields})
    assert again.status_code == 400 and "Nothing was changed." in again.get_data(as_text=True)


def test_the_skills_of_somebody_are_ten_fields_and_one_save(town: Town) -> None:
    assert len(KNOWS) == 10
    client_id, coach = town.new_client("coach", "Anna de Vries"), town.visit("coach")
    address = f"/clients/{client_id}/groups/knows"
    assert send(coach, address, education_level__value="primary", skills__value="cooking").status_code == 303
    head = town.services.log.head()
    sent = send(
        coach,
        address,
        education_level__value="primary",
        skills__value="cooking and baking",
        language_level__say="not_relevant",
        language_level__reason="speaks it from birth",
        driving_licence__say="declined",
        driving_licence__reason="rather not",
        driving_licence__review_on="2027-03-01",
    )
    assert sent.status_code == 303 and town.services.log.head() == head + 3, "what changed, and nothing else"
    page = coach.get(sent.location)
    told = re.search(r'role="status">Saved: ([^<]*)\.</p>', page)
    assert told and told[1] == "Language level (Dutch), Driving licence, Skills"
    rows = known(town, client_id)
    assert [rows[key].recorded for key in ("language_level", "driving_licence")] == ["not_relevant", "declined"]
    assert str(rows["driving_licence"].review_on) == "2027-03-01"
    assert rows["language_level"].review_on == load()["language_level"].review_on(town.services.today)


def test_all_that_is_wrong_stands_beside_its_field_and_nothing_is_stored(town: Town) -> None:
    client_id, coach = town.new_client("coach", "Anna de Vries"), town.visit("coach")
    address, head = f"/clients/{client_id}/groups/knows", town.services.log.head()
    sent = send(
        coach,
        address,
        work_years__value="900",
        driving_licence__say="declined",
        language_level__say="not_relevant",
        language_level__reason="speaks it",
        language_level__review_on="2020-01-01",
        skills__value="Kept while mending.",
    )
    page = sent.get_data(as_text=True).replace("&#39;", "'")
    assert sent.status_code == 400 and town.services.log.head() == head
    assert "Kept while mending." in page
    for key, sentence in (
        ("work_years", "Enter a number from"),
        ("driving_licence", "Please fill this in."),
        ("language_level", "The review day must be in the future."),
    ):
        part = page.split(f'id="field-{key}"')[1].split("</fieldset>")[0]
        assert sentence in part, key
        assert f'<a href="#field-{key}">' in page
    late = send(coach, address, skills__value="Kept while mending.", known_on="2031-01-01")
    assert late.status_code == 400 and late.get_data(as_text=True).count("be in the future") == 2


def test_one_field_changed_meanwhile_is_shown_side_by_side_and_all_that_was_typed_stays(town: Town) -> None:
    client_id, coach, officer = town.new_client("coach", "Anna"), town.visit("coach"), town.visit("quality")
    address, codes = f"/clients/{client_id}/groups/knows", [o.code for o in load()["digital_skills"].kind.answers]
    assert send(coach, address, education_level__value="primary", digital_skills__value=codes[0]).status_code == 303
    shown = shown_on(officer.get(address))
    assert send(coach, address, education_level__value="bachelor", digital_skills__value=codes[-1]).status_code == 303
    typed = {
        "known_on": days_ago(0),
        "source": "conversation",
        "education_level-value": "master",
        "digital_skills-value": codes[0],
        "skills-value": "typed",
    }
    head = town.services.log.head()
    late = officer.post(address, **shown | typed)
    page = late.get_data(as_text=True)
    assert late.status_code == 409 and town.services.log.head() == head
    part = page.split('id="field-education_level"')[1].split("</fieldset>")[0]
    assert "bachelor (hbo, wo)" in part and 'value="master" checked' in part and "Somebody else changed" in part
    assert "Somebody else changed" not in page.split('id="field-skills"')[1] and ">typed</textarea>" in page
    assert officer.post(address, **shown_on(page) | typed).status_code == 303
    rows = known(town, client_id)
    assert (rows["education_level"].value, rows["skills"].value) == ("master", "typed")
    assert rows["digital_skills"].value == codes[-1], "what nobody changed here is as the colleague left it"


def test_a_form_sent_twice_is_stored_once_and_with_other_answers_not_at_all(town: Town) -> None:
    client_id, coach = town.new_client("coach", "Anna de Vries"), town.visit("coach")
    address, said = f"/clients/{client_id}/groups/knows", {"command_id": str(uuid4()), "known_on": days_ago(0)}
    said |= shown_on(coach.get(address)) | {
        "skills-value": "cooking",
        "work_years-value": "3",
        "source": "conversation",
    }
    head = town.services.log.head()
    for _ in range(2):
        assert coach.post(address, **said).status_code == 303
    assert town.services.log.head() == head + 2
    assert coach.post(address, **said | {"skills-value": "baking"}).status_code == 409
    assert town.services.log.head() == head + 2


def test_what_was_asked_again_and_stands_is_known_from_today(town: Town) -> None:
    client_id, coach = town.new_client("coach", "Anna de Vries"), town.visit("coach")
    address = f"/clients/{client_id}/groups/plan"
    assert send(coach, address, cv__value="2026-01-31", known_on=days_ago(9)).status_code == 303
    assert send(coach, address, cv__value="2026-01-31", cv__again="yes").status_code == 303
    assert str(known(town, client_id)["cv"].known_on) == days_ago(0)


def test_a_quality_officer_is_not_asked_what_is_sensitive_and_may_not_say_it(town: Town) -> None:
    client_id, officer = town.new_client("coach", "Anna de Vries"), town.visit("quality")
    address = f"/clients/{client_id}/groups/able"
    page = officer.get(address)
    assert "field-hours_available" in page and "field-debts" not in page
    assert "field-debts" in town.visit("coach").get(address)
    sent = send(officer, address, debts__shown="0", debts__value="none", hours_available__value="24")
    assert sent.status_code == 403
    officer.get(f"/clients/{client_id}/groups/nothing", 404)
