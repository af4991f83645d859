"""How long each text may be that somebody gives: as long as it says, not a letter longer, and said of which field."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import msgspec
import pytest

from domain.catalogue import load
from domain.refusal import Refused
from domain.representation import characteristics, check_choice
from tests.domain import introducing, texts, texts_of_work
from tests.domain.texts import NOW

ROOT = Path(__file__).parents[2]
TEXTS = {**texts.TEXTS, **texts_of_work.TEXTS, **introducing.TEXTS}
EACH = pytest.mark.parametrize("place", sorted(TEXTS), ids=" ".join)
# Of a text that is checked once more as a day, a number or in the address of a mail, or that is in no command, its own
# tests tell the end.
BY_THEMSELVES = {
    ("client/applying.Apply", "'birth_date'"),
    ("client/helpers.HelperDetails", "'phone'"),
    ("representation.check_choice", "'why'"),
}


def said(place: tuple[str, str], text: str) -> list[Any]:
    row = TEXTS[place]
    return list(row.command(text).decide(row.state, NOW))


def holds(value: object, text: str) -> bool:
    if isinstance(value, dict):
        return any(holds(each, text) for each in value.values())
    if isinstance(value, list | tuple):
        return any(holds(each, text) for each in value)
    return value == text


@EACH
def test_a_text_is_taken_up_to_its_end_as_it_is_but_for_blanks_around(place: tuple[str, str]) -> None:
    text = "x" * TEXTS[place].longest
    (first, *more) = said(place, f"  {text}\n")
    assert any(holds(msgspec.structs.asdict(event), text) for event in (first, *more))


@EACH
def test_a_letter_more_is_refused_beside_its_field(place: tuple[str, str]) -> None:
    longest = TEXTS[place].longest
    with pytest.raises(Refused) as refused:
        said(place, "x" * (longest + 1))
    no = next((each for _, each in getattr(refused.value, "parts", ())), refused.value)
    assert str(no) == f"This is too long: {longest + 1} characters, at most {longest}."
    assert no.field == place[1]


@EACH
def test_blank_is_nothing_and_refused_where_something_is_needed(place: tuple[str, str]) -> None:
    if not TEXTS[place].needed:
        if "questionnaire" not in place[0]:
            assert not any(holds(msgspec.structs.asdict(event), " ") for event in said(place, " "))
        return
    with pytest.raises(Refused) as refused:
        said(place, " ")
    assert refused.value.field == place[1]


def test_why_characteristics_are_chosen_has_five_hundred_letters_at_most() -> None:
    keys = [field.key for field in characteristics(load())][:2]
    assert check_choice(keys, f"  {'x' * 500}\n", load())[1] == "x" * 500
    for why in ("x" * 501, " "):
        with pytest.raises(Refused) as refused:
            check_choice(keys, why, load())
        assert refused.value.field == "why"


def test_every_text_that_has_an_end_stands_in_the_table() -> None:
    tabled = [place.removesuffix(" for a reason of the list") for place, _ in TEXTS]
    found = []
    for room in ("domain", "feedback"):
        for file in sorted((ROOT / room).rglob("*.py")):
            if file.name in ("text.py", "mail_address.py", "kinds.py"):
                continue
            module = str(file.relative_to(ROOT).with_suffix("")).removeprefix("domain/")
            for part in ast.parse(file.read_text()).body:
                found += [(f"{module}.{part.name}", field) for field in _ended(part)] if hasattr(part, "name") else []
    for place, field in sorted(set(found) - BY_THEMSELVES):
        assert place in tabled, f"{place}: its {field} has an end, and no row above says which"


def _ended(part: ast.AST) -> list[str]:
    calls = (node for node in ast.walk(part) if isinstance(node, ast.Call))
    named = ({k.arg: ast.unparse(k.value) for k in call.keywords} for call in calls)
    return [given["field"] for given in named if "longest" in given and given["longest"] != "MAX_MINUTES"]
