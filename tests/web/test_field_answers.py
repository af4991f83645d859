"""What a form says of one field among several: read part by part into a command, or refused beside its field."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from application.client_file import Fact
from domain.catalogue import Source, State, Track, load
from domain.catalogue.reasons import SaidReason
from domain.client import (
    AgreeContactFrequency,
    AgreePlanOfAction,
    ChooseServiceTrack,
    DeclareNotRelevant,
    RecordDeclined,
    RegisterField,
)
from domain.refusal import Conflict, Refused, RefusedTogether
from tests.conftest import NOW
from web.field_answers import Answers, AnswersForm, FieldAnswer, _saying, own_of, parts_in, parts_of, refuse_parts

ID, TODAY, SINCE = UUID(int=7), NOW.date(), date(2026, 11, 2)
CATALOGUE = load()


@pytest.fixture
def app(bare_app: Flask) -> Flask:
    return bare_app


@contextmanager
def sent(app: Flask, **parts: Any) -> Iterator[None]:
    """A form as it was sent; of `cv__value` the first part is the field."""
    data: MultiDict[str, str] = MultiDict()
    for name, given in parts.items():
        data.setlist(name.replace("__", "-"), given if isinstance(given, list) else [given])
    with app.test_request_context(method="POST", data=data, headers={"Accept-Language": "en"}):
        yield


def said(key: str) -> Any:
    return FieldAnswer(CATALOGUE[key]).said(ID, SINCE, Source.CONVERSATION)


SAYS: dict[str, tuple[str, dict[str, Any], Any]] = {
    "a value": (
        "own_goal",
        {"value": "Work", "shown": "3"},
        RegisterField(client_id=ID, field="own_goal", shown=3, value="Work", known_on=SINCE),
    ),
    "several": (
        "own_transport",
        {"value": ["car", "moped"], "shown": "0"},
        RegisterField(client_id=ID, field="own_transport", shown=0, value=["car", "moped"], known_on=SINCE),
    ),
    "no version": (
        "own_goal",
        {"value": "Work"},
        RegisterField(client_id=ID, field="own_goal", shown=-1, value="Work", known_on=SINCE),
    ),
    "not relevant, for a reason of the list": (
        "own_goal",
        {"shown": "0", "say": "not_relevant:not_now", "reason": "", "review_on": "2027-01-04"},
        DeclareNotRelevant(
            client_id=ID, field="own_goal", shown=0, reason="", because="not_now", review_on=date(2027, 1, 4)
        ),
    ),
    "declined, in own words, with the day that is offered": (
        "own_goal",
        {"shown": "0", "say": "declined", "reason": "Later", "review_on": " "},
        RecordDeclined(client_id=ID, field="own_goal", shown=0, reason="Later", review_on=date(2027, 5, 18)),
    ),
    "declined again on a day gone by": (
        "own_goal",
        {"shown": "0", "say": "declined", "reason": "Later", "review_on": "2026-11-18", "again": "yes"},
        RecordDeclined(client_id=ID, field="own_goal", shown=0, reason="Later", review_on=date(2027, 5, 18)),
    ),
    "declined again with a day ahead": (
        "own_goal",
        {"shown": "0", "say": "declined", "reason": "Later", "review_on": "2026-11-19", "again": "yes"},
        RecordDeclined(client_id=ID, field="own_goal", shown=0, reason="Later", review_on=date(2026, 11, 19)),
    ),
    "declined on a day gone by": (
        "own_goal",
        {"shown": "0", "say": "declined", "reason": "Later", "review_on": "2026-11-18"},
        RecordDeclined(client_id=ID, field="own_goal", shown=0, reason="Later", review_on=TODAY),
    ),
    "a plan": (
        "plan_of_action",
        {"shown": "2", "value": "One\r\nTwo"},
        AgreePlanOfAction(client_id=ID, plan="One\nTwo", agreed_on=SINCE, shown=2),
    ),
    "a track": (
        "service_track",
        {"shown": "0", "value": "job_ready"},
        ChooseServiceTrack(client_id=ID, track=Track.JOB_READY, chosen_on=SINCE, shown=0),
    ),
    "weeks": (
        "contact_frequency",
        {"shown": "0", "value": " 4 "},
        AgreeContactFrequency(client_id=ID, weeks=4, agreed_on=SINCE, shown=0),
    ),
}


@pytest.mark.parametrize("name", SAYS)
def test_what_is_said_of_a_field_is_a_command(app: Flask, name: str) -> None:
    key, parts, command = SAYS[name]
    with sent(app, **{f"{key}__{part}": value for part, value in parts.items()}):
        assert said(key) == command


@pytest.mark.parametrize(
    ("key", "parts", "sentence", "field"),
    [
        ("own_goal", {"say": "perhaps"}, "Choose a reason that goes with the answer.", "say"),
        ("service_track", {"value": "fast"}, "Choose a track.", "value"),
        ("service_track", {"value": ""}, "Choose a track.", "value"),
        ("contact_frequency", {"value": "often"}, "Enter the number of weeks.", "value"),
        ("contact_frequency", {"value": "12345"}, "Enter the number of weeks.", "value"),
        ("contact_frequency", {"value": "-1"}, "Enter the number of weeks.", "value"),
    ],
)
def test_what_can_not_be_read_is_refused_about_its_part(
    app: Flask, key: str, parts: dict[str, str], sentence: str, field: str
) -> None:
    with sent(app, **{f"{key}__shown": "0"}, **{f"{key}__{part}": value for part, value in parts.items()}):
        with pytest.raises(Refused) as refused:
            said(key)
        assert (str(refused.value), refused.value.field) == (sentence, field)


def test_the_parts_of_a_form_are_told_by_their_names() -> None:
    of_fields = [("cv-value", "a"), ("cv-value", "b"), ("cvs-value", "c"), ("own_goal-say", "d")]
    form = MultiDict([("known_on", "x"), *of_fields])
    assert list(parts_of(form, "cv-").items(multi=True)) == [("cv-value", "a"), ("cv-value", "b")]  # type: ignore[union-attr]  # something was sent
    assert list(parts_in(form).items(multi=True)) == of_fields
    assert list(own_of(form).items(multi=True)) == [("known_on", "x")]  # type: ignore[union-attr]  # something was sent
    assert parts_of(None, "cv-") is None
    assert own_of(None) is None
    assert not parts_in(None)


def parts(*keys: str) -> list[FieldAnswer]:
    return [FieldAnswer(CATALOGUE[key]) for key in keys]


def test_of_the_fields_that_were_sent_all_that_is_wrong_is_told_at_once(app: Flask) -> None:
    with sent(
        app,
        own_goal__shown="0",
        own_goal__value="Work",
        own_goal__again="yes",
        cv__shown="0",
        cv__say="x",
        service_track__shown="0",
        service_track__value="fast",
    ):
        answers = Answers(parts("own_goal", "gender", "cv", "service_track"))
        assert [part.of.key for part in answers.parts] == ["own_goal", "cv", "service_track"]
        assert answers.again == {"own_goal"}
        assert not answers.too_long
        found, wrong = answers.read(ID, SINCE, Source.CONVERSATION)
        assert [command.field for command in found] == ["own_goal"]  # type: ignore[union-attr]  # a registration
        assert [key for key, _ in wrong] == ["cv", "service_track"]
        with pytest.raises(RefusedTogether) as refused:
            answers.said(ID, SINCE, Source.CONVERSATION)
        assert [key for key, _ in refused.value.parts] == ["cv", "service_track"]


def test_a_part_of_the_plan_of_which_nothing_is_said_is_passed_over(app: Flask) -> None:
    with sent(
        app,
        plan_of_action__shown="0",
        plan_of_action__value=" ",
        contact_frequency__shown="2",
        contact_frequency__value="",
        own_goal__shown="0",
        own_goal__value="",
    ):
        found, wrong = Answers(parts("plan_of_action", "contact_frequency", "own_goal")).read(ID, SINCE, Source.IMPORT)
    assert [(key, str(no)) for key, no in wrong] == [("contact_frequency", "Enter the number of weeks.")]
    assert found == [
        RegisterField(client_id=ID, field="own_goal", shown=0, value="", known_on=SINCE, source=Source.IMPORT)
    ]


def test_more_than_fits_is_told_of_its_field(app: Flask) -> None:
    with sent(app, own_goal__shown="0", own_goal__value="Work", cv__shown="0", cv__reason="x" * 501):
        answers = Answers(parts("own_goal", "cv"))
        assert answers.too_long
        with pytest.raises(Refused, match="too long"):
            answers.refuse_too_long()
        _, wrong = answers.read(ID, SINCE, Source.CONVERSATION)
        assert [key for key, _ in wrong] == ["cv"]


def errors(form: Any) -> dict[str, list[str]]:
    return {name: [str(text) for text in field.errors] for name, field in form._fields.items() if field.errors}


@pytest.mark.parametrize(
    ("field", "at"),
    [("because", "say"), ("review_on", "review_on"), ("reason", "reason"), ("cv", "value"), (None, "value")],
)
def test_what_is_wrong_with_nothing_else_of_a_field_is_wrong_with_its_answer(app: Flask, field: str, at: str) -> None:
    with sent(app, cv__shown="0"):
        (part,) = parts("cv")
        part.refuse(Refused("Not %(so)s.", field=field, so="so"))
        assert errors(part) == {at: ["Not so."]}


def test_each_refusal_stands_beside_its_field_and_the_day_with_the_form_once(app: Flask) -> None:
    with sent(app, cv__shown="1", own_goal__shown="2", known_on="2026-11-02", source="conversation"):
        form, both = AnswersForm(), parts("cv", "own_goal")
        together = RefusedTogether(
            [
                ("cv", Conflict("Changed.", field="cv")),
                ("own_goal", Refused("Not in %(year)d.", field="agreed_on", year=2030)),
                ("gender", Refused("Who knows.", field="source")),
            ]
        )
        assert refuse_parts(form, both, together) == {"cv"}
        assert errors(both[0]) == {"value": ["Changed."]}
        assert errors(both[1]) == {}
        assert errors(form)["known_on"] == ["Not in 2030."]
        assert errors(form)["source"] == ["Who knows."]
        # Judged from now on by what stands there, which is nothing; the other by what was shown.
        assert (both[0].shown.data, both[1].shown.data) == (0, 2)


def test_one_refusal_stands_with_the_form(app: Flask) -> None:
    with sent(app, cv__shown="1"):
        form, both = AnswersForm(), parts("cv")
        assert refuse_parts(form, both, Refused("Not so.", field="known_on")) == frozenset()
        assert errors(form) == {"known_on": ["Not so."]}


def test_the_day_that_is_offered_is_that_on_which_a_value_would_be_out_of_date(app: Flask) -> None:
    with sent(app):
        assert FieldAnswer(CATALOGUE["cv"]).offered_on == date(2027, 11, 18)
        assert FieldAnswer(CATALOGUE["own_goal"]).offered_on == date(2027, 5, 18)
        assert FieldAnswer(CATALOGUE["physical_limitations"]).offered_on == date(2028, 11, 18)
    assert TODAY + timedelta(days=365) == date(2027, 11, 18)


def test_what_can_be_said_of_a_field_is_its_value_or_why_not(app: Flask) -> None:
    with sent(app):
        choices = list(FieldAnswer(CATALOGUE["cv"]).say.iter_choices())
    assert [choice[0] for choice in choices] == [
        "value",
        *(f"not_relevant:{code}" for code in ("not_for_this_work", "not_now", "agency", "same_household")),
        "not_relevant",
        *(f"declined:{code}" for code in ("later", "private", "not_clear_why", "afraid_of_consequences")),
        "declined",
    ]
    texts = {choice[0]: str(choice[1]) for choice in choices}
    assert texts["value"] == "the answer above"
    assert texts["declined:later"] == "the client declined to say: would rather talk about it later"
    assert texts["declined"] == "the client declined to say: another reason, in own words"


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (SaidReason("later", None), "declined:later"),
        (SaidReason("later", "in spring"), "declined:later"),
        (SaidReason(None, "in spring"), "declined"),
        (None, "declined"),
    ],
    ids=["of the list", "with words", "own words", "not told"],
)
def test_a_field_that_is_set_aside_says_so_with_its_reason_of_the_list(reason: SaidReason | None, said: str) -> None:
    row = SimpleNamespace(recorded=State.DECLINED)
    assert _saying(Fact(CATALOGUE["own_goal"], row, reason=reason)) == said  # type: ignore[arg-type]  # the test gives what fits
