"""Counts in texts are grouped as numbers are everywhere, whoever passes them, and what is passed stays escaped."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask, render_template_string
from flask_babel import force_locale, gettext
from markupsafe import Markup

from domain.refusal import Refused
from web.forms import sentence
from web.language import COUNTED, filled_in

WEB = Path(__file__).parents[2] / "web"
PLURALS = sorted(
    {
        (one, many)
        for page in (WEB / "templates").rglob("*.html")
        for one, many in re.findall(r"ngettext\('([^']+)', '([^']+)'", page.read_text(encoding="utf-8"))
    }
)


@pytest.mark.parametrize(("language", "count"), [("en", "1,503"), ("nl", "1.503")])
def test_every_text_that_goes_by_a_number_groups_it(bare_app: Flask, language: str, count: str) -> None:
    assert len(PLURALS) > 30
    with bare_app.test_request_context(headers={"Accept-Language": language}):
        for one, many in PLURALS:
            names = dict.fromkeys(re.findall(r"%\((\w+)\)", one + many), "–")
            values = names | dict.fromkeys(COUNTED.findall(one + many), 1503)
            values.pop("num", None)
            told = render_template_string(
                "{{ ngettext(one, many, 1503, **values) }}", one=one, many=many, values=values
            )
            assert "1503" not in told and (count in told or "%(num)" not in many), (one, told)


def test_a_refusal_and_a_plain_text_group_what_they_count_and_a_year_is_none(bare_app: Flask) -> None:
    with bare_app.test_request_context(), force_locale("en"):
        too_long = Refused("This is too long: %(length)d characters, at most %(longest)d.", length=12345, longest=4000)
        assert sentence(too_long) == "This is too long: 12,345 characters, at most 4,000."
        assert sentence(Refused("The year is before %(year)d.", year=1900)) == "The year is before 1900."
        template = (
            "{{ _('The first %(shown)d of %(count)d are shown. Add a word to find fewer.', shown=50, count=2000) }}"
        )
        assert "50 of 2,000" in render_template_string(template)
        assert gettext("week %(week)d of %(year)d", week=1, year=2026) == "week 1 of 2026"


def test_what_is_passed_beside_a_count_is_escaped(bare_app: Flask) -> None:
    with bare_app.test_request_context():
        told = filled_in(Markup("%(num)d of <b>%(name)s</b>"), {"num": 1503, "name": "<script>"})
        assert told == "1,503 of <b>&lt;script&gt;</b>"
        assert filled_in("%(num)d of %(name)s", {"num": 1503, "name": "<x>"}) == "1,503 of <x>"
