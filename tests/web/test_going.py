"""No request sends the browser elsewhere, by no field and no part of an address."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urljoin, urlsplit
from uuid import uuid4

import pytest
from werkzeug.test import TestResponse

import web
from tests.web.conftest import PASSWORD, Town
from tests.web.test_odd_requests import field_names, ids_of_every_kind

ELSEWHERE = (
    "//evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r\n/evil.example",
    "/\r\nSet-Cookie: a=b",
    "\t//evil.example",
    " //evil.example",
    "/\t\\evil.example",
    "\\/evil.example",
    "https://evil.example",
    "https:evil.example",
    "http://[",
    "//[",
    "/\u2028/evil.example",
    "javascript:alert(1)",
    "evil.example",
    "?x",
    "",
    "/\ud800",
    "////evil.example",
)


def stays(answer: TestResponse) -> bool:
    """Whether a browser that reads the header as browsers do remains with us."""
    location = answer.headers.get("Location")
    if location is None:
        return True
    read = re.sub(r"[\t\r\n]", "", location).strip("".join(map(chr, range(33)))).replace("\\", "/")
    return location.isascii() and urlsplit(urljoin("http://ours.example/", read)).netloc == "ours.example"


@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_logging_in_and_choosing_a_language_lead_to_pages_of_ours(town: Town, wanted: str) -> None:
    visitor = town.visit()
    token = visitor.token("/log-in")
    sent = wanted.encode(errors="surrogatepass")
    form = {"csrf_token": token, "username": "coach", "password": PASSWORD}
    in_address = visitor.client.post("/log-in", query_string={"next": sent}, data=form)
    assert (in_address.status_code, stays(in_address)) == (303, True), in_address.headers.get("Location")
    here = visitor.client.post("/language", data={"csrf_token": token, "language": "en", "here": sent})
    assert (here.status_code, stays(here)) == (303, True), here.headers.get("Location")
    assert visitor.client.get("/signals/new", query_string={"here": sent, "page": sent}).status_code == 200


def test_a_page_of_ours_is_gone_back_to(town: Town) -> None:
    visitor = town.visit()
    wanted = "/caseload?f=cv:unknown&from=50#list"
    answer = visitor.client.post(
        "/log-in",
        query_string={"next": wanted},
        data={"csrf_token": visitor.token("/log-in"), "username": "coach", "password": PASSWORD},
    )
    assert answer.location == wanted
    back = visitor.post("/language", form="/definitions", language="nl", here="/definitions?x=é")
    assert back.location == "/definitions?x=%C3%A9"


@pytest.mark.parametrize("who", ["improver", "manager", "process", "admin"])
def test_no_route_leads_elsewhere(town: Town, who: str) -> None:
    """Every route, with every part of an address and every field pointing elsewhere."""
    ids_of_every_kind(town)
    visitor, names = town.visit(who), sorted(field_names() - {"csrf_token", "command_id"})
    token = visitor.token("/definitions")
    urls = town.app.url_map.bind("localhost")
    failed = []
    for rule in town.app.url_map.iter_rules():
        if rule.endpoint in ("static", "log_in.log_out"):
            continue
        path = urls.build(rule.endpoint, dict.fromkeys(rule.arguments, uuid4()))
        for wanted in ("//evil.example", "/\t/evil.example", "http://["):
            query = dict.fromkeys(names, wanted)
            form = {**query, "csrf_token": token, "command_id": str(uuid4())}
            answers = [visitor.client.get(path, query_string=query)]
            if "POST" in (rule.methods or set()):
                answers.append(visitor.client.post(path, query_string=query, data=form))
            failed += [(a.status_code, path, wanted) for a in answers if a.status_code >= 500 or not stays(a)]
    assert failed == []


def test_pages_go_on_by_one_helper_alone() -> None:
    folder = Path(web.__file__).parent
    found = [p.name for p in sorted(folder.rglob("*.py")) if re.search(r"\bredirect\b\(|\"Location\"", p.read_text())]
    assert found == ["going.py"]
