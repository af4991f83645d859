"""What each answer tells browsers, and how much may be asked for: so much, and no more."""

from __future__ import annotations

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient

from web.security import ADDRESS, ADDRESS_PART, ADDRESS_PARTS, FORM, FORM_PARTS, POLICY, harden

EVERYWHERE = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
LIMITS = {"form": FORM, "parts": FORM_PARTS, "address": ADDRESS, "of it": ADDRESS_PART, "parts of it": ADDRESS_PARTS}


def client(*, secure: bool = False, endpoint: str = "page") -> FlaskClient:
    app = Flask(__name__, static_folder=None)
    app.add_url_rule("/<path:where>", endpoint, lambda where: "here", methods=["GET", "POST"])
    app.add_url_rule("/", "own", lambda: Response("here", headers={"Referrer-Policy": "no-referrer"}))
    harden(app, secure=secure)
    return app.test_client()


@pytest.mark.parametrize("secure", [False, True], ids=["plain", "secure"])
def test_every_answer_says_what_browsers_may_do(secure: bool) -> None:
    found = dict(client(secure=secure).get("/x").headers)
    assert {name: found.get(name) for name in EVERYWHERE} == EVERYWHERE
    assert found["Cache-Control"] == "no-store"
    assert found.get("Strict-Transport-Security") == ("max-age=31536000; includeSubDomains" if secure else None)


def test_a_page_may_say_less_of_where_one_came_from() -> None:
    assert client().get("/").headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("endpoint", ["static", "home.style", "home.theme"])
def test_what_is_the_same_for_everybody_may_be_kept(endpoint: str) -> None:
    app = Flask(__name__, static_folder=None)
    app.add_url_rule("/x", endpoint, lambda: "here")
    harden(app, secure=False)
    assert "Cache-Control" not in app.test_client().get("/x").headers


def form(length: int) -> int:
    return client().post("/x", data=b"a" * length, content_type="application/x-www-form-urlencoded").status_code


def address(*parts: int) -> int:
    return client().get("/x", query_string="&".join("n=" + "a" * (length - 1) for length in parts)).status_code


def test_so_much_of_a_form_and_no_more() -> None:
    assert form(FORM) == 200
    assert form(FORM + 1) == 413


def test_of_so_many_parts_and_no_more() -> None:
    def parts(many: int) -> int:
        body = b"&".join([b"a"] * many)
        return client().post("/x", data=body, content_type="application/x-www-form-urlencoded").status_code

    assert parts(FORM_PARTS + 1) == 200, "between so many signs there is one part more"
    assert parts(FORM_PARTS + 2) == 413


def test_what_is_no_form_may_be_longer() -> None:
    assert client().post("/x", data=b"a" * (FORM + 1), content_type="text/csv").status_code == 200


def test_so_long_a_part_of_an_address_and_no_longer() -> None:
    assert address(ADDRESS_PART) == 200
    assert address(ADDRESS_PART + 1) == 414


def test_so_many_parts_of_an_address_and_no_more() -> None:
    assert address(*[2] * ADDRESS_PARTS) == 200
    assert address(*[2] * (ADDRESS_PARTS + 1)) == 414


def test_so_long_an_address_and_no_longer() -> None:
    def long(length: int) -> int:
        return client().get("/x", query_string="&" * length).status_code

    assert long(ADDRESS) == 200
    assert long(ADDRESS + 1) == 414


@pytest.mark.parametrize("where", ["/x%00", "/x?a=%00", "/x?%00=a"])
def test_a_null_character_is_refused_wherever_it_is(where: str) -> None:
    assert client().get(where).status_code == 400
    assert client().post("/x", data={"a": "b\0"}).status_code == 400
    assert client().post("/x", data={"a\0": "b"}).status_code == 400


def test_how_much_that_is() -> None:
    assert LIMITS == {"form": 250_000, "parts": 5_000, "address": 12_000, "of it": 4_000, "parts of it": 300}
