"""Forms: the one way in which a page reads what somebody sent, whatever that is."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import get_args
from uuid import UUID, uuid4

import pytest
from flask import g
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest
from wtforms import SelectField

import web
from domain.catalogue import Kind, Source, load
from domain.client import ClosingReason, RegisterField
from domain.refusal import Refused
from tests.web.conftest import Town
from web.field_answers import FieldAnswer
from web.forms import CommandForm, Form
from web.meeting_forms import ItemForm
from web.pages.assign import CloseForm
from web.pages.leave import LeaveForm
from web.pages.privacy import ErasureForm
from web.pages.registration import RegistrationForm
from web.signal_step_forms import MoveForm

WEB = Path(web.__file__).parent
READERS = {"forms.py", "security.py"}
ODD: dict[str, list[str]] = {
    "nothing": [],
    "blank": [" "],
    "letters": ["x" * 100_000],
    "digits": ["9" * 5_000],
    "no text": [b"\xff\xfe\xed".decode(errors="replace")],
    "digits of others": ["²", "١٢"],
    "a far day": ["9999-12-31"],
    "no day": ["2026-02-30"],
    "an id": [str(UUID(int=0))],
    "twice": ["yes", "no"],
}


def test_pages_read_what_was_sent_by_forms_alone() -> None:
    reading = {str(path.relative_to(WEB)) for path in sorted(WEB.rglob("*.py")) if reads_what_was_sent(path)}
    assert reading - READERS == set()


def test_templates_show_fields_and_not_what_was_sent() -> None:
    folder = WEB / "templates"
    found = {str(p.relative_to(folder)) for p in folder.rglob("*.html") if "request.form" in p.read_text()}
    assert found == set()


def test_no_page_and_no_template_asks_of_which_kind_a_field_is() -> None:
    kinds = {kind.__name__ for kind in get_args(Kind)}
    modules = {path.name for path in WEB.rglob("*.py") if kinds & imported_of_the_catalogue(path)}
    templates = [p.name for p in WEB.rglob("*.html") if re.search(r"__class__|kind\.\w+ is defined", p.read_text())]
    assert (modules, templates) == (set(), [])


def imported_of_the_catalogue(path: Path) -> set[str]:
    imports = (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ImportFrom))
    return {each.name for node in imports if (node.module or "").startswith("domain.catalogue") for each in node.names}


def reads_what_was_sent(path: Path) -> bool:
    return any(
        isinstance(node, ast.Attribute)
        and node.attr in ("form", "values")
        and isinstance(node.value, ast.Name)
        and node.value.id == "request"
        for node in ast.walk(ast.parse(path.read_text()))
    )


# What a form is about, where a page has several of one class.
GIVEN: dict[type[Form], tuple[object, ...]] = {
    MoveForm: ("triage",),
    ItemForm: (UUID(int=1),),
    FieldAnswer: (load()["driving_licence"],),
}


def all_forms(base: type[Form] = Form) -> Iterator[type[Form]]:
    for kind in base.__subclasses__():
        yield kind
        yield from all_forms(kind)


@pytest.mark.parametrize("odd", ODD)
def test_a_form_takes_whatever_is_sent(town: Town, odd: str) -> None:
    kinds = list(all_forms())
    assert len(kinds) > 20
    for kind in kinds:
        of = GIVEN.get(kind, ())
        with town.app.test_request_context():
            names = [field.name for field in kind(*of)]
        for name in names:
            sent = MultiDict([(name, text) for text in ODD[odd]])
            with town.app.test_request_context(method="POST", data=sent):
                g.viewer, g.account = town.accounts["coach"].viewer, None
                form = kind(*of)
                for field in form:
                    if isinstance(field, SelectField) and field.choices is None:
                        field.choices = {}
                form.validate()
                assert [str(field) for field in form if field.widget], (kind, name)


@pytest.fixture
def untokened(town: Town) -> Town:
    """Without the token of a session, which no request here has."""
    town.app.config["WTF_CSRF_ENABLED"] = False
    return town


def test_what_was_sent_is_typed(untokened: Town) -> None:
    sent = {"step": "close", "reason": "job", "day": "2026-11-02", "command_id": str(UUID(int=3))}
    with untokened.app.test_request_context(method="POST", data=sent):
        form = CloseForm()
        command = form.command(UUID(int=1))
        assert form.once == UUID(int=3)
    assert (command.reason, command.closed_on) == (ClosingReason("job"), date(2026, 11, 2))


def test_what_is_missing_is_refused_beside_its_field(town: Town) -> None:
    with town.app.test_request_context(method="POST", data={"step": "close", "day": "2026-13-45"}):
        form = CloseForm()
        with pytest.raises(Refused, match="Choose a reason") as refused:
            form.command(uuid4())
        form.refuse(refused.value)
        assert (form.reason.errors, form.day.errors) == (["Choose a reason."], ["Enter a day."])


def test_a_form_without_a_command_id_is_no_form_of_ours(town: Town) -> None:
    for sent in ({}, {"command_id": "x"}, {"command_id": "9" * 5_000}):
        with town.app.test_request_context(method="POST", data=sent), pytest.raises(BadRequest):
            assert CommandForm().once


def test_a_file_in_the_place_of_a_text_is_nothing(town: Town) -> None:
    with town.app.test_request_context(method="POST", data={"client": (BytesIO(b"x"), "x.txt"), "sure": "yes"}):
        form = ErasureForm()
        assert (form.client.data, form.sure.data) == ("", True)


def test_a_box_is_ticked_by_its_own_value_alone(town: Town) -> None:
    for text in ("no", "on", "true", "Yes", ""):
        with town.app.test_request_context(method="POST", data={"sure": text}):
            assert not ErasureForm().sure.data, text


def test_a_day_that_is_none_stands_there_as_it_was_typed(town: Town) -> None:
    with town.app.test_request_context(method="POST", data={"from_on": "soon", "until_on": "2026-12-01"}):
        form = LeaveForm()
        assert form.days is None
        assert 'value="soon"' in str(form.from_on) and 'value="2026-12-01"' in str(form.until_on)


def test_where_a_value_comes_from_is_the_conversation_unless_it_is_said(town: Town) -> None:
    field = load()["driving_licence"]
    known = {"value": ["B", "AM"], "known_on": "2026-11-02"}
    with town.app.test_request_context(method="POST", data=known):
        command = RegistrationForm().command(UUID(int=1), field)
        assert isinstance(command, RegisterField)
        assert (command.value, command.source) == (["B", "AM"], Source.CONVERSATION)
    other = [({"source": "hearsay"}, Refused), ({"answer": "hearsay"}, BadRequest)]
    for changed, error in other:
        with town.app.test_request_context(method="POST", data=known | changed), pytest.raises(error):
            RegistrationForm().command(UUID(int=1), field)


def test_each_field_of_the_catalogue_has_a_form_that_shows_what_is_known(town: Town) -> None:
    client_id, coach = town.new_client("coach", "Anna de Vries"), town.visit("coach")
    for field in load():
        if field.recorded_by == "registration" and not field.specialised_only:
            shown = coach.get(f"/clients/{client_id}/fields/{field.key}")
            assert shown.count('name="value"') == (len(field.kind.answers) or 1), field.key
    page = f"/clients/{client_id}/fields/driving_licence"
    assert coach.post(page, value=["B", "AM"], known_on="2026-11-02").status_code == 303
    again = coach.get(page)
    assert {code for code in ("AM", "B", "C") if re.search(rf'value="{code}" checked', again)} == {"AM", "B"}
    refused = coach.post(page, value=["C"], known_on="2026-13-45")
    assert refused.status_code == 400
    shown = refused.get_data(as_text=True)
    assert re.search(r'value="C" checked', shown) and shown.count("Enter a day.") == 2
