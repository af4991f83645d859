"""The questionnaire from the coach's button to file, caseload, list, match and export; and what differs, settled."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID, uuid4

import pytest
from markupsafe import escape
from sqlalchemy import select

from domain.catalogue import Choices, Field, Number, Source, State, YesNo, as_cell, load
from domain.matching import Operator, Requirement, Verdict, operators
from projections import data_gaps, matches
from projections.caseload import Scope
from projections.caseload_table import caseload
from tests.web.conftest import Town
from tests.web.filling_in import ASKED, an_answer, asked, say

# Those of which an answer is a criterion, and those whose values a list shows.
SELECTING = [field for field in ASKED if field.selects and operators(field)]
SHOWN = [field for field in ASKED if not field.sensitive]


def known(town: Town, client_id: UUID) -> dict[str, tuple[str | None, object, str | None]]:
    """What is recorded of each field, its value, and where it comes from."""
    town.services.engine.catch_up()
    with town.services.database.read() as connection:
        rows = data_gaps.of_client(connection, client_id)
    opener = town.services.log.opener([client_id])
    return {
        key: (row.recorded, opener.text(row.sealed) if row.sealed else row.value, row.source)
        for key, row in rows.items()
    }


def value_of(field: Field) -> Any:
    raw = an_answer(field)
    return field.check([raw] if field.kind.several else raw)


def requirement(field: Field) -> Requirement:
    raw = str(an_answer(field))
    if isinstance(field.kind, YesNo):
        return Requirement(field.key, Operator.IS, ("yes",))
    if isinstance(field.kind, Choices):
        return Requirement(field.key, Operator.INCLUDES, (raw,))
    operator = Operator.AT_LEAST if isinstance(field.kind, Number) else Operator.ONE_OF
    return Requirement(field.key, operator, (raw,))


def verdicts(town: Town, client_id: UUID) -> dict[str, Verdict]:
    scope, found = Scope(coach_id=town.accounts["coach"].account_id), {}
    with town.services.database.read() as connection:
        for field in SELECTING:
            groups = matches.matches(connection, scope, [requirement(field)], town.services.today)
            found[field.key] = next(v for v, group in groups.items() for m in group if m.row.client_id == client_id)
    return found


def test_each_answer_reaches_file_caseload_list_match_and_export_untouched_by_a_coach(town: Town) -> None:
    at = asked(town)
    coach = town.accounts["coach"]
    with town.services.database.read() as connection:
        before = {gap.field for gap in data_gaps.listed(connection, town.services.today, coach.account_id)}
    asked_for = {field.key for field in ASKED} & before
    assert {"education_level", "language_level", "driving_licence"} <= asked_for
    assert set(verdicts(town, at.client_id).values()) == {Verdict.ASK}
    head = town.services.log.head()

    assert at.opens() == 303
    at.answers_all({f"v-{field.key}": an_answer(field) for field in ASKED})
    assert town.services.log.head() == head, "nothing is registered before it is sent"
    sent = at.sends()
    assert sent.status_code == 303 and sent.location.endswith("/questionnaire/thanks")

    found = known(town, at.client_id)
    for field in ASKED:
        assert found[field.key] == (State.KNOWN, value_of(field), Source.QUESTIONNAIRE), field.key
    with town.services.database.read() as connection:
        row = connection.execute(select(caseload).where(caseload.c.client_id == at.client_id)).mappings().one()
        after = {gap.field for gap in data_gaps.listed(connection, town.services.today, coach.account_id)}
    assert asked_for & after == set(), "off the list"
    for field in ASKED:
        assert row[f"s_{field.key}"] == State.KNOWN, field.key
        assert field.sensitive or row[f"v_{field.key}"] is not None, field.key
    assert set(verdicts(town, at.client_id).values()) == {Verdict.MEETS}

    visitor = town.visit("coach")
    file = visitor.get(f"/clients/{at.client_id}")
    for field in ASKED:
        assert str(escape(field.show(value_of(field), "en"))) in file, field.key
    assert "the client, 18 Nov 2026" in file and "questionnaire" in file
    assert "Anna de Vries" in visitor.get(f"/caseload?f=driving_licence:is:{an_answer(load()['driving_licence'])}")
    export = visitor.post("/caseload/export", form="/caseload", format="csv").get_data(as_text=True)
    columns = [field for field in ASKED if f'"{field.label.en}"' in export]
    assert len(columns) >= 4
    for field in columns:
        assert f'"{as_cell(field.kind, value_of(field), "en")}"' in export, field.key


def test_what_the_client_changed_is_marked_until_the_own_coach_looked(town: Town) -> None:
    at = asked(town)
    at.opens()
    at.answers_all({"v-skills": "patience", "s-own_goal": "?unknown", "v-debts": "?declined"})
    at.sends()
    town.services.engine.catch_up()
    coach, manager = town.visit("coach"), town.visit("manager")
    file = f"/clients/{at.client_id}"
    for page in ("/today", "/caseload?show=changed"):
        assert "Anna de Vries" in coach.get(page) and "Changed by the client" in coach.get(page)
    for visitor in (coach, manager):
        assert "Changed by the client on 18 Nov 2026" in visitor.get(file)
    answers = coach.get(f"{file}/answers")
    assert "patience" in answers and "client declined" in answers and "“I don’t know”: 1." in answers
    assert "Changed by the client on" in coach.get(file), "looking is no choice"
    assert coach.post(f"{file}/answers").status_code == 303
    assert "Changed by the client on" not in coach.get(file)
    assert "Anna de Vries" not in coach.get("/caseload?show=changed")


def test_what_differs_stands_beside_what_is_known_and_is_settled_with_one_save(town: Town) -> None:
    at = asked(town)
    for key, value in (("driving_licence", ["B"]), ("work_years", "3"), ("skills", "cooking"), ("debts", "none")):
        say(town, at.client_id, key, value)
    at.opens()
    at.answers_all(
        {
            "v-driving_licence": "B",
            "v-work_years": "5",
            "s-skills": "?declined",
            "v-debts": "?declined",
            "w-preferred_sectors": "helth care",
        }
    )
    at.sends()
    found = known(town, at.client_id)
    assert found["driving_licence"] == (State.KNOWN, ["B"], Source.QUESTIONNAIRE), "known as of today"
    for key, value in (("work_years", 3), ("skills", "cooking")):
        assert found[key] == (State.KNOWN, value, Source.CONVERSATION), "what was known stays"
    assert "preferred_sectors" not in found, "words are never taken for an option"

    coach, page = town.visit("coach"), f"/clients/{at.client_id}/answers"
    html = coach.get(page)
    near = re.search(r"([\w ,/-]+) <span class=\"tag\">comes near", html)
    assert near and "care" in near[1], "the closest options come first"
    assert not re.search(r'name="o-preferred_sectors"[^>]*checked', html), "and nothing is ticked"
    given = dict(re.findall(r'name="([ak]-\w+)" value="(\d+)"', html))
    choices = {"c-work_years": "take", "c-skills": "keep", "c-debts": "later", "c-preferred_sectors": "option"}
    wrong = coach.post(page, **given, **choices, **{"o-preferred_sectors": "none of these"})
    assert wrong.status_code == 400 and "Not all of these are answers" in wrong.get_data(as_text=True)
    assert known(town, at.client_id) == found, "all of it or nothing"
    code = load()["preferred_sectors"].kind.answers[0].code
    saved = coach.post(page, **given, **choices, **{"o-preferred_sectors": code})
    assert saved.status_code == 303, saved.get_data(as_text=True)
    found = known(town, at.client_id)
    assert found["work_years"] == (State.KNOWN, 5, Source.QUESTIONNAIRE)
    assert found["skills"] == (State.KNOWN, "cooking", Source.CONVERSATION)
    assert found["preferred_sectors"] == (State.KNOWN, [code], Source.QUESTIONNAIRE)
    html = coach.get(page)
    assert re.findall(r'name="a-(\w+)"', html) == ["debts"], "left for later"
    again = coach.post(page, **given, **choices)
    assert again.status_code == 303, "what was settled is not asked again"


def test_an_answer_that_somebody_else_overtook_is_not_put_in_its_place(town: Town) -> None:
    at = asked(town)
    say(town, at.client_id, "work_years", "3")
    at.opens()
    at.answers_all({"v-work_years": "5"})
    at.sends()
    town.services.engine.catch_up()
    coach, page = town.visit("coach"), f"/clients/{at.client_id}/answers"
    given = dict(re.findall(r'name="([ak]-\w+)" value="(\d+)"', coach.get(page)))
    say(town, at.client_id, "work_years", "4")
    answer = coach.post(page, **given, **{"c-work_years": "take"})
    assert answer.status_code == 409 and "Somebody else changed this" in answer.get_data(as_text=True)
    assert known(town, at.client_id)["work_years"][1] == 4


def test_filling_it_in_together_opens_the_same_pages_without_the_staff_around_them(town: Town) -> None:
    client_id = town.new_client("coach", "Anna de Vries")
    say(town, client_id, "birth_date", "1988")
    coach, file = town.visit("coach"), f"/clients/{client_id}"
    opened = coach.post(f"{file}/questionnaire", form=file, how="together")
    assert opened.status_code == 303 and opened.location == "/questionnaire/questions/1"
    page = coach.get(opened.location)
    assert "Page 1 of 4" in page and "Log out" not in page and "Caseload" not in page and "Anna" not in page
    assert coach.post("/questionnaire/questions/1", **{"v-living_situation": "alone"}).status_code == 303
    assert coach.post("/questionnaire/check").status_code == 303
    assert known(town, client_id)["living_situation"] == (State.KNOWN, "alone", Source.QUESTIONNAIRE)
    file_page = coach.get(file)
    assert "filled in together" in file_page.lower() and "Changed by the client" in file_page


def test_it_is_saved_page_by_page_and_gone_on_with_on_another_device(town: Town) -> None:
    at = asked(town)
    at.opens()
    stopped = at.answers(3, go="stop", **{"v-skills": "patience", "v-work_years": "many"})
    assert stopped.status_code == 400 and "whole number" in stopped.get_data(as_text=True), "said beside the field"
    assert "patience" in at.visitor.get("/questionnaire/check"), "the rest is kept"
    stopped = at.answers(3, go="stop", **{"v-skills": "patience", "v-work_years": "4"})
    assert stopped.location == "/questionnaire/stopped"
    assert at.visitor.client.get("/questionnaire/check").status_code == 303, "this browser is out"
    phone = town.visit()
    assert at.opens(phone, code=f" {at.code[:5].lower()} - {at.code[5:].lower().replace('0', 'o')} ") == 303
    check = phone.get("/questionnaire/check")
    assert "patience" in check and "4 years" in check
    at.visitor = phone
    for go, leads in (("back", "2"), ("next", "4"), ("check", "check")):
        assert at.answers(3, go=go, **{"v-skills": "patience"}).location.endswith(leads)
    assert at.answers(3, **{"v-skills": "", "s-skills": "?unknown"}).status_code == 303
    assert "patience" not in phone.get("/questionnaire/check")
    both = at.answers(3, **{"v-skills": "patience", "s-skills": "?unknown"})
    assert both.status_code == 400 and "Choose one" in both.get_data(as_text=True)


def test_the_letter_has_the_code_and_a_picture_and_is_there_as_long_as_it_works(town: Town) -> None:
    at = asked(town)
    coach, file = town.visit("coach"), f"/clients/{at.client_id}"
    path = f"{file}/questionnaire/{at.questionnaire_id}/letter"
    for language, word in (("nl", "geboortedatum"), ("en", "birth date")):
        letter = coach.get(f"{path}?language={language}")
        assert word in letter and f"{at.code[:5]}-{at.code[5:]}" in letter and "<svg" in letter
        assert "style=" not in letter, "the policy of our pages lets none in"
    assert coach.post(f"{file}/questionnaire/{at.questionnaire_id}/end", form=file).status_code == 303
    coach.get(path, 404)
    assert at.opens() == 400, "it works no more"


def test_it_is_not_sent_where_it_could_not_be_opened(town: Town) -> None:
    client_id = town.new_client("coach", "Anna de Vries")
    coach, file = town.visit("coach"), f"/clients/{client_id}"
    refused = coach.post(f"{file}/questionnaire", form=file, how="letter")
    assert refused.status_code == 409 and "Register the birth date first" in refused.get_data(as_text=True)
    say(town, client_id, "birth_date", "1988-03-27")
    refused = coach.post(f"{file}/questionnaire", form=file, how="mail")
    assert refused.status_code == 409 and "Print the letter" in refused.get_data(as_text=True)
    same = str(uuid4())
    for _ in range(2):
        sent = coach.post(f"{file}/questionnaire", form=file, how="letter", command_id=same)
        assert sent.status_code == 303
    assert coach.get(file).count("By letter") == 1


@pytest.mark.parametrize("language", ["en", "nl"])
def test_each_question_is_asked_in_its_own_words_with_both_ways_out(town: Town, language: str) -> None:
    at = asked(town)
    at.opens()
    at.visitor.client.set_cookie("werkpad_language", language)
    pages = "".join(at.visitor.get(f"/questionnaire/questions/{number}") for number in range(1, 5))
    for field in ASKED:
        assert field.question is not None
        assert str(escape(field.question.in_(language))) in pages, field.key
        part = pages.partition(f'id="q-{field.key}"')[2].partition("</fieldset>")[0]
        assert 'value="?unknown"' in part and 'value="?declined"' in part, field.key
        for option in field.kind.answers:
            assert str(escape(option.label.in_(language))) in part, (field.key, option.code)
