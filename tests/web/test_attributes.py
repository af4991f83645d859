"""What a field of a form tells the browser of itself: attributes that browsers know, with values that they know."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from wtforms.fields.core import UnboundField

import web
import web.pages
from web.definition_form import revision_form
from web.forms import Form

for _package in (web, web.pages):
    for _found in pkgutil.iter_modules(_package.__path__):
        importlib.import_module(f"{_package.__name__}.{_found.name}")


def below(kind: type[Any]) -> Iterator[type[Any]]:
    for each in kind.__subclasses__():
        yield each
        yield from below(each)


FIELDS: dict[str, dict[str, Any]] = {
    f"{form.__name__}.{name}": field.kwargs.get("render_kw") or {}
    for form in below(Form)
    if form.__module__.startswith("web.")
    for name, field in vars(form).items()
    if isinstance(field, UnboundField)
}
NUMBERS = {"maxlength", "rows", "min", "max"}
KNOWN: dict[str, set[Any]] = {
    "required": {True},
    "lang": {"en", "nl"},
    "inputmode": {"numeric", "tel", "email"},
    "size": {"4"},
    "autocomplete": {
        *("off", "name", "email", "tel", "username", "current-password", "new-password"),
        *("bday-day", "bday-month", "bday-year"),
    },
}


def test_there_are_forms_to_look_at() -> None:
    assert len(FIELDS) > 150
    assert {name for given in FIELDS.values() for name in given} == KNOWN.keys() | NUMBERS


@pytest.mark.parametrize("field", sorted(name for name, given in FIELDS.items() if given))
def test_a_browser_knows_each_attribute_and_its_value(field: str) -> None:
    for name, value in FIELDS[field].items():
        if name in NUMBERS:
            assert isinstance(value, int)
            assert value >= 0
        else:
            assert value in KNOWN[name], f"{name}={value!r}"


# The browser fills in what a person has there of their own; of others, whom a colleague writes down, it keeps nothing.
OF_ONES_OWN = {
    "ApplyForm.name": "name",
    "ApplyForm.day": "bday-day",
    "ApplyForm.month": "bday-month",
    "ApplyForm.year": "bday-year",
    "ApplyForm.phone": "tel",
    "ApplyForm.email": "email",
    "LogInForm.username": "username",
    "LogInForm.password": "current-password",
}


@pytest.mark.parametrize("field", sorted(OF_ONES_OWN))
def test_a_browser_fills_in_what_is_ones_own(field: str) -> None:
    assert FIELDS[field]["autocomplete"] == OF_ONES_OWN[field]


def test_each_text_of_a_definition_says_in_which_language_it_is(bare_app: Flask) -> None:
    with bare_app.test_request_context(headers={"Accept-Language": "en"}):
        form = revision_form("gender")()
        texts = {name: field.render_kw for name, field in form._fields.items() if name.endswith((".en", ".nl"))}
        assert texts.keys() >= {"label.en", "label.nl", "definition.en", "option:x.nl"}
        for name, given in texts.items():
            assert given["lang"] == name[-2:]
            assert given["maxlength"] == (80 if name.startswith("label") else 1000)
            assert given.get("rows") == {"label": None, "definition": 3}.get(name[:-3], 2)


def test_text_in_both_languages_says_which_it_is() -> None:
    told = {field: given["lang"] for field, given in FIELDS.items() if "lang" in given}
    assert told
    for field, lang in told.items():
        assert field.endswith((f"_{lang}", f".{lang}")), field
    both = [name for name in FIELDS if name.endswith(("_en", "_nl", ".en", ".nl"))]
    assert {name for name in both if "lang" not in FIELDS[name]} == set()
