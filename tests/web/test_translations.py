"""Every text has its Dutch, with the same places to fill in, and what is compiled is what is written."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from tests.web.conftest import Town

ROOT = Path(__file__).parents[2]
DUTCH = ROOT / "web" / "translations" / "nl" / "LC_MESSAGES"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "Refused": None,
    "Conflict": None,
}
PLACES = re.compile(r"%\(\w+\)[sd]")


@cache
def wanted() -> frozenset[str | tuple[str, ...]]:
    """Every text in the code and the templates."""
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    found: set[str | tuple[str, ...]] = set()
    for folder in ("web", "application", "domain", "feedback", "projections", "records"):
        for *_, message, _comments, _context in extract_from_dir(
            str(ROOT / folder), methods, options, keywords=KEYWORDS
        ):
            found.add(message if isinstance(message, str) else tuple(message))
    return frozenset(found - {""})


def dutch() -> dict[str | tuple[str, ...], str | tuple[str, ...]]:
    with (DUTCH / "messages.po").open("rb") as file:
        catalog = read_po(file, locale="nl")
    assert not [m.id for m in catalog if m.id and m.fuzzy]
    return {
        (tuple(m.id) if isinstance(m.id, list | tuple) else m.id): (
            tuple(m.string) if isinstance(m.string, list | tuple) else str(m.string)
        )
        for m in catalog
        if m.id
    }


def test_every_text_is_translated_and_no_translation_is_left_over() -> None:
    written = dutch()
    assert sorted(map(str, wanted() - written.keys())) == []
    assert sorted(map(str, written.keys() - wanted())) == []
    empty = [
        text for text, meaning in written.items() if not all(meaning if isinstance(meaning, tuple) else (meaning,))
    ]
    assert empty == []


def test_every_translation_has_the_same_places_to_fill_in() -> None:
    for text, meaning in dutch().items():
        pairs = zip(text, meaning, strict=True) if isinstance(text, tuple) else [(text, str(meaning))]
        for english, other in pairs:
            assert set(PLACES.findall(english)) == set(PLACES.findall(other)), english


def test_what_is_compiled_is_what_is_written() -> None:
    with (DUTCH / "messages.mo").open("rb") as file:
        compiled = {(tuple(m.id) if isinstance(m.id, list | tuple) else m.id): m.string for m in read_mo(file) if m.id}
    written = dutch()
    assert compiled.keys() == written.keys()
    for text, meaning in written.items():
        found = compiled[text]
        assert (tuple(found) if isinstance(found, list | tuple) else found) == meaning


@pytest.mark.parametrize(("path", "text"), [("/caseload", "Mijn caseload"), ("/intake", "Intake vastleggen")])
def test_pages_and_refusals_are_in_dutch_for_one_who_reads_dutch(town: Town, path: str, text: str) -> None:
    client_id = town.new_client("coach", "Anna de Vries")
    coach = town.visit("coach")
    coach.post("/language", form="/caseload", language="nl", here="/caseload")
    assert text in coach.get(path)
    refused = coach.post(
        f"/clients/{client_id}/fields/cv", answer="value", value="morgen", known_on="2026-11-01", shown="0"
    )
    assert "Schrijf een datum als" in refused.get_data(as_text=True)
