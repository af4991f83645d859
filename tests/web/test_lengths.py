"""Every field of every form, every part of an address and the JSON of the API, sent far too long: refused in words,
at once, before anything reads it."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from uuid import uuid4

import pytest
from sqlalchemy.exc import DataError
from werkzeug.test import TestResponse

from application import people
from tests.web.conftest import Town, Visitor
from tests.web.test_doors import doors
from tests.web.test_odd_requests import field_names

LONG = {"letters": "x" * 100_000, "digits": "9" * 25_000}
WHO = ("coach", "quality", "manager", "improver", "process", "privacy", "admin")
# Of what nobody typed, such as which button it was, the page says no more than that it is wrong.
SAID = ("too long", "too large", "Something is wrong with the address or the form", "Choose an answer.")
LONGEST = 0.2  # seconds of the processor that a request may take


@dataclass
class SentForm:
    """A form as a browser would send it: some of what can be chosen, and something where nothing stands yet."""

    action: str
    post: bool
    values: dict[str, str] = field(default_factory=dict)
    page: str = ""


class Forms(HTMLParser):
    def __init__(self, page: str, path: str) -> None:
        super().__init__()
        self.path, self.found, self._select = path, [], ""
        self.feed(page)

    found: list[SentForm]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name, value = given.get("name") or "", given.get("value") or ""
        if tag == "form":
            self.found.append(
                SentForm(given.get("action") or self.path, given.get("method") == "post", page=self.rawdata)
            )
        elif not self.found:
            return
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            if "selected" in given or not self.found[-1].values.get(self._select):
                self.found[-1].values[self._select] = value
        elif tag == "textarea" and name:
            self.found[-1].values[name] = "some words"
        elif tag in ("input", "button") and name and given.get("type") != "file":
            usual = {"date": "2026-11-17", "number": "1"}.get(given.get("type") or "", "some words")
            if given.get("type") in ("radio", "checkbox") and name in self.found[-1].values and "checked" not in given:
                return
            self.found[-1].values[name] = value or usual


def pages_of(town: Town) -> list[str]:
    """The address of every page."""
    return [path for door, path in doors(town).items() if door.endswith("GET")]


def forms_of(visitor: Visitor, pages: Iterable[str], known: set[object]) -> Iterator[SentForm]:
    """Every form of every page that somebody sees and that is not known yet, once."""
    for path in pages:
        answer = visitor.client.get(path)
        if answer.status_code != 200 or answer.mimetype != "text/html":
            continue
        for form in Forms(answer.get_data(as_text=True), path).found:
            key = (tuple("id" if len(part) == 36 else part for part in form.action.split("/")), tuple(form.values))
            if key not in known:
                known.add(key)
                yield form


def timed(visitor: Visitor, form: SentForm, sent: dict[str, str]) -> tuple[TestResponse, float]:
    """The answer, and the seconds of the processor that it took."""
    began = time.process_time()
    ask = visitor.client.post if form.post else visitor.client.get
    answer = ask(form.action, **{"data" if form.post else "query_string": sent})
    return answer, time.process_time() - began


@pytest.mark.parametrize("kind", LONG)
def test_each_field_of_each_form_has_an_end(town: Town, kind: str) -> None:
    told, slow, known, tried, pages = [], [], set[object](), Counter[str](), pages_of(town)
    for who in WHO:
        visitor = town.visit(who)
        for form in forms_of(visitor, pages, known):
            for name in form.values.keys() - {"csrf_token"}:
                tried[who] += 1
                sent = {**form.values, name: LONG[kind]}
                if "command_id" in sent and name != "command_id":
                    sent["command_id"] = str(uuid4())
                answer, took = timed(visitor, form, sent)
                if took > LONGEST:
                    # Of a page that takes long by itself, what the length adds to it.
                    took = timed(visitor, form, sent)[1] - timed(visitor, form, {**sent, name: "x"})[1]
                if took > LONGEST:
                    slow.append((form.action, name, round(took, 2)))
                if not refused(answer, form):
                    told.append((answer.status_code, form.action, name))
    assert (told, slow) == ([], [])
    assert all(tried[who] for who in WHO) and tried.total() > 400, tried


def refused(answer: TestResponse, form: SentForm) -> bool:
    """Whether what was too long is refused in words."""
    if list(form.values) == ["csrf_token", "command_id"]:
        # Doing it twice is no matter there, and nobody reads the id.
        return answer.status_code < 500
    return 400 <= answer.status_code < 500 and any(text in answer.get_data(as_text=True) for text in SAID)


@pytest.mark.parametrize("who", ["coach", "process"])
def test_each_part_of_an_address_has_an_end(town: Town, who: str) -> None:
    visitor, names = town.visit(who), sorted(field_names())
    failed = []
    for path in pages_of(town):
        for query in ({"from": "9" * 3_900}, {"at": "é" * 1_000}, dict.fromkeys(names, "9" * 19)):
            status = visitor.client.get(path, query_string=query).status_code
            failed += [(path, status, next(iter(query)))] if status >= 500 else []
        assert visitor.client.get(path, query_string={"q": "x" * 5_000}).status_code == 414
        assert visitor.client.get(path, query_string=[("q", "x")] * 400).status_code == 414
    assert failed == []


DEEP = "[" * 50_000 + "]" * 50_000
BODIES = {
    "deep": DEEP,
    "deep in a field": f'{{"reason": {DEEP}}}',
    "twenty deep": f'{{"reason": {"[" * 30}{"]" * 30}}}',
    "digits": '{"reason": ' + "9" * 5_000 + "}",
    "digits as a day": json.dumps({"on": "9" * 5_000}),
    "half a character": '{"reason": "\\ud800"}',
    "half a name": '{"\\ud800": "x"}',
    "letters": json.dumps({"reason": "x" * 100_000}),
    "no number": '{"reason": NaN}',
    "far too many": json.dumps({f"k{nth}": nth for nth in range(20_000)}),
    "bytes": b"\xff\xfe",
    "nothing": "",
}


@pytest.mark.parametrize("body", BODIES)
def test_json_has_an_end(town: Town, body: str) -> None:
    visitor = town.visit("process")
    token = visitor.token("/definitions")
    paths = [path for door, path in doors(town).items() if path.startswith("/api") and door.endswith("POST")]
    assert paths
    for path in paths:
        for key in (str(uuid4()), "x", "9" * 5_000, "{" * 100, "\xa0"):
            began = time.process_time()
            answer = visitor.client.post(
                path,
                data=BODIES[body],
                content_type="application/json",
                headers={"X-CSRFToken": token, "Idempotency-Key": key},
            )
            assert 400 <= answer.status_code < 500, (answer.status_code, key[:5])
            assert time.process_time() - began < LONGEST
            assert len(answer.get_data()) < 5_000, "what was sent is not sent back"


def test_parts_without_end_are_refused_at_once(town: Town) -> None:
    visitor = town.visit("coach")
    token = visitor.token("/definitions")
    for sent in ("a=&" * 120_000, "&".join(f"a{n}=" for n in range(40_000)), "x" * 240_000, "%41" * 80_000):
        body = f"csrf_token={token}&command_id={uuid4()}&{sent}"
        for path in ("/signals/new", "/caseload/search", "/contacts/group", "/log-in"):
            took = []
            for _ in range(2):
                began = time.process_time()
                answer = visitor.client.post(path, data=body, content_type="application/x-www-form-urlencoded")
                assert answer.status_code < 500
                took.append(time.process_time() - began)
            assert min(took) < LONGEST, (path, sent[:3])
    too_much = visitor.client.post("/signals/new", data={"csrf_token": token, "seen": "x" * 500_000})
    assert too_much.status_code == 413


def test_what_the_database_finds_unfit_is_no_failure_of_the_database(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = town.visit("admin")
    for error in (DataError("INSERT", None, ValueError()), OverflowError()):

        def unfit(*_: object, error: Exception = error, **__: object) -> None:
            raise error

        monkeypatch.setattr(people, "all_people", unfit)
        answer = visitor.client.get("/people")
        assert answer.status_code == 400 and "too long" in answer.get_data(as_text=True)


def test_a_long_text_stands_there_to_be_made_shorter(town: Town) -> None:
    visitor = town.visit("coach")
    long = "Too many words. " * 300
    answer = visitor.post("/signals/new?page=caseload.caseload", seen=long, kind="idea")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 400 and long.strip() in page and "This is too long: 4,800 characters" in page
