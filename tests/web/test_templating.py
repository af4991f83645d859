"""What templates are given, and what they make of it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from flask import Flask, url_for
from markupsafe import Markup
from werkzeug.local import LocalProxy

from tests.web.conftest import Town
from web.templating import Templates


@pytest.fixture
def templates() -> Templates:
    return Templates(Flask(__name__), autoescape=True)


def test_nothing_that_a_template_is_given_wants_the_context_which_a_direct_call_does_not_hand_over(town: Town) -> None:
    with town.app.test_request_context():
        of_the_request: dict[str, Any] = {}
        town.app.update_template_context(of_the_request)
        given = town.app.jinja_env.globals | of_the_request
    # What stands for the request is no function.
    wanting = {
        name for name, value in given.items() if not isinstance(value, LocalProxy) and hasattr(value, "jinja_pass_arg")
    }
    # The two of the extension for texts that no template uses: `_` and `ngettext` have others in their place.
    assert wanting <= {"gettext", "pgettext", "npgettext"}


def test_text_is_escaped_and_markup_is_not(templates: Templates) -> None:
    template = templates.from_string("{{ text }} {{ markup }} {{ made(text) }} {{ n }}")
    told = template.render(text="<i>", markup=Markup("<b>"), made=lambda text: f"&{text}", n=5)
    assert told == "&lt;i&gt; <b> &amp;&lt;i&gt; 5"


def test_a_call_takes_what_it_is_given(templates: Templates) -> None:
    def said(*values: object, **named: object) -> str:
        return f"{values} {named}"

    template = templates.from_string(
        "{{ said() }} {{ said(1, class=2) }} {{ said(*[1, 2], **{'a': 3}) }}"
        "{% macro m(a, b=2) %}[{{ a }}{{ b }}{{ caller() if caller else '' }}]{% endmacro %}"
        "{{ m(1) }}{{ m(1, b=3) }}{% call m(5) %}!{% endcall %}"
    )
    assert template.render(said=said) == "() {} (1,) {&#39;class&#39;: 2} (1, 2) {&#39;a&#39;: 3}[12][13][52!]"


def test_a_row_has_columns_before_it_has_methods(templates: Templates) -> None:
    told = templates.from_string("{{ row.items }} {{ row.keys() | list }} {{ row.missing }}")
    assert told.render(row={"items": 3}) == "3 [&#39;items&#39;] "


def test_an_address_that_is_made_again_is_the_one_that_flask_makes(town: Town) -> None:
    made = 0
    with town.app.test_request_context():
        given: dict[str, Any] = {}
        town.app.update_template_context(given)
        for rule in town.app.url_map.iter_rules():
            if rule.rule.count("<uuid:") < max(len(rule.arguments), 1):
                continue
            for _ in range(2):
                ids: dict[str, Any] = {name: uuid4() for name in sorted(rule.arguments)}
                assert given["url_for"](rule.endpoint, **ids) == url_for(rule.endpoint, **ids)
                made += 1
    assert made > 50
