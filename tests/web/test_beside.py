"""Each form says of each field that it is too long beside that field, and keeps what else was typed."""

from __future__ import annotations

from html.parser import HTMLParser
from uuid import uuid4

import pytest

from tests.web.conftest import Town
from tests.web.test_lengths import WHO, SentForm, forms_of, pages_of

TYPED = {"text", "email", "number", "date", "search", "url", "tel", ""}
LONG = "9" * 25_000
SECRET = "password"


class Shown(HTMLParser):
    """The fields that somebody types into, with what stands in each; and the text of each element that has an id."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: dict[tuple[str, str], list[dict[str, str]]] = {}
        self.texts: dict[str, str] = {}
        self._open: list[tuple[str, str]] = []
        self._action, self._area = "", None
        self.feed(page)

    _area: dict[str, str] | None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._action = given.get("action", "")
        if (tag == "input" and given.get("type", "") in {*TYPED, SECRET}) or tag == "textarea":
            self.fields.setdefault((self._action, given.get("name", "")), []).append(given)
        if tag == "textarea":
            given["value"] = ""
            self._area = given
        if tag not in ("input", "br", "meta", "link", "hr", "img"):
            self._open.append((tag, given.get("id", "")))

    def handle_endtag(self, tag: str) -> None:
        self._area = None if tag == "textarea" else self._area
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._area["value"] += data
        for _, known in self._open:
            if known:
                self.texts[known] = self.texts.get(known, "") + data


def wrong(form: SentForm, name: str, sent: dict[str, str], page: str, typed: set[str]) -> str | None:
    """What is not as it should be on the page that a form with one field too long leads to."""
    shown = Shown(page)
    found = [f for (_, own), fields in shown.fields.items() if own == name for f in fields]
    if not found:
        return "the form is not there"
    if not any("too long" in shown.texts.get(f.get("aria-describedby", "").split(" ")[0], "") for f in found):
        return "not said beside the field"
    for other in typed - {name}:
        fields = [f for (_, own), each in shown.fields.items() if own == other for f in each]
        # One types a password anew.
        values = [f["value"].strip() for f in fields if "value" in f and f.get("type") != SECRET]
        if values and sent[other] not in values:
            return f"{other} is lost"
    return None


def kind(form: SentForm, name: str) -> tuple[str, str]:
    """A form by the last part of its address that is no id."""
    return [part for part in form.action.split("?")[0].split("/") if len(part) != 36][-1], name


def test_what_is_too_long_is_said_beside_its_field_and_the_rest_is_kept(town: Town) -> None:
    told, known, pages = [], set[object](), pages_of(town)
    for who in WHO:
        visitor = town.visit(who)
        for form in forms_of(visitor, pages, known):
            if not form.post or form.page is None:
                continue
            typed = {name for (_, name), fields in Shown(form.page).fields.items() if name in form.values}
            for name in sorted(typed):
                sent = {**form.values, name: LONG}
                if "command_id" in sent:
                    sent["command_id"] = str(uuid4())
                answer = visitor.client.post(form.action, data=sent)
                if why := wrong(form, name, sent, answer.get_data(as_text=True), typed):
                    told.append((who, form.action, name, answer.status_code, why))
    assert told == []


# Forms within a page of another matter, refused by the operation itself: by the end of the address; the field that is
# wrong, what is typed there, what is said beside it, and what else was typed.
WITHIN = {
    "strike-out": ("coach", "reason", " ", "fill this in", {}),
    "tasks": ("coach", "due_on", "2020-01-01", "today or a later day", {"what": "Ring about the tools"}),
    "review": ("quality", "outcome", "", "Choose the result", {"note": "Looked at it together"}),
    "proposals": ("coach", "answer", "", "Choose what happened", {"own_words": "Rather not", "step": "answer"}),
    "close": ("coach", "day", "1999-01-01", "before the intake", {"step": "close", "reason": "job"}),
}


@pytest.mark.parametrize("end", WITHIN)
def test_what_an_operation_refuses_is_said_beside_its_field_on_the_page_where_the_form_is(town: Town, end: str) -> None:
    who, field, typed, said, more = WITHIN[end]
    visitor = town.visit(who)
    forms = forms_of(visitor, pages_of(town), set())
    form = next(f for f in forms if f.post and kind(f, field) == (end, field) and field in f.values)
    answer = visitor.client.post(form.action, data={**form.values, "command_id": str(uuid4()), **more, field: typed})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 400, page
    shown = Shown(page)
    beside = [text for known, text in shown.texts.items() if known.endswith("-about") and said in text]
    assert beside, "it is said beside a field"
    assert said in page.partition('class="summary"')[2].partition("</div>")[0], "and on top of the page"
    for name, text in more.items():
        kept = [each["value"] for (_, own), fields in shown.fields.items() if own == name for each in fields]
        assert not kept or text in kept, f"{name} is lost"
