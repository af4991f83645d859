"""The second of two values of what takes one is refused or told, and never lost: forms, addresses, JSON."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from flask import g
from werkzeug.datastructures import MultiDict

from domain.catalogue import Source, load
from domain.refusal import Refused
from tests.web.conftest import Town
from tests.web.test_api import logged, program
from tests.web.test_forms import GIVEN, all_forms
from web.caseload_query import SINGLE, chosen
from web.field_answers import FieldAnswer
from web.lengths import takes_several, within

SAID = "Only one value is allowed here"


def test_no_form_reads_the_first_of_two_and_loses_the_second(town: Town) -> None:
    held = 0
    for kind in all_forms():
        of = GIVEN.get(kind, ())
        with town.app.test_request_context():
            names = [field.name for field in kind(*of)]
        for name in names:
            sent = MultiDict([(name, "yes"), (name, "no")])
            with town.app.test_request_context(method="POST", data=sent):
                g.viewer, g.account = town.accounts["coach"].viewer, None
                fields = {field.name: field for field in kind(*of)}
                if takes_several(fields[name]):
                    continue
                read, wrong = within(sent, fields)
                assert SAID in wrong[name] and read.getlist(name) == ["", ""], (kind, name)
                assert within(MultiDict([(name, "yes"), (name, "yes")]), fields)[1] == {}, "the same twice is one"
                held += 1
    assert held > 100


@pytest.mark.parametrize("key", [field.key for field in load() if not field.kind.several])
def test_an_answer_about_a_field_that_takes_one_value_is_refused_with_two(town: Town, key: str) -> None:
    field = load()[key]
    with town.app.test_request_context():
        name = FieldAnswer(field).value.name
    with town.app.test_request_context(method="POST", data=MultiDict([(name, "1"), (name, "2")])):
        with pytest.raises(Refused, match=SAID) as refused:
            FieldAnswer(field).said(uuid4(), date(2026, 1, 5), Source.CONVERSATION)
        assert refused.value.field == "value"


def test_a_page_says_so_beside_the_field_and_records_nothing(town: Town) -> None:
    manager = town.visit("coach")
    sent = {"kind": "vacancy", "title": ["Driver", "Baker"], "capacity": "1"}
    answer = manager.post("/offers/new", form="/offers/new", **sent)
    assert answer.status_code == 400 and SAID in answer.get_data(as_text=True)


@pytest.mark.parametrize("values", [["24", "32"], ["24"]], ids=["two", "one"])
def test_an_offer_asks_a_number_once(town: Town, values: list[str]) -> None:
    sent = {"ask": "hours_available", "op-hours_available": "at_least", "values-hours_available": values}
    sent |= {"kind": "vacancy", "title": "Driver", "capacity": "1"}
    answer = town.visit("coach").post("/offers/new", form="/offers/new", **sent)
    text = answer.get_data(as_text=True)
    assert (answer.status_code == 400 and "can be required in this way" in text) == (len(values) == 2), text


def test_an_address_says_which_of_two_was_left_out(town: Town) -> None:
    page = town.visit("coach").get("/today?all=yes&all=maybe")
    assert SAID in page and "maybe" in page
    with town.app.test_request_context():
        for name in ("show", "desc", "scope", "from", "coach", *SINGLE):
            read = chosen(MultiDict([(name, "1"), (name, "another")]))
            assert ("another", SAID) in [(text, str(why.message)[: len(SAID)]) for text, why in read.left_out], name


def test_json_that_names_a_member_twice_is_refused(town: Town) -> None:
    sender, signal_id = program(town, "improver"), logged(town)
    headers = {"X-CSRFToken": sender.ask("/api/session")["csrf_token"], "Idempotency-Key": str(uuid4())}
    path, before = f"/api/signals/{signal_id}/steps/triage", town.services.log.head()
    for twice in ('{"reason": "one", "reason": "another"}', '{"to": {"a": 1, "a": 1}}'):
        answer = sender.client.post(path, data=twice, content_type="application/json", headers=headers)
        assert answer.status_code == 400, answer.get_data(as_text=True)
    assert town.services.log.head() == before
