"""One word for one thing in Dutch: an option is called by its label wherever a sentence of the catalogue names it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

import pytest

from domain.catalogue import load
from domain.catalogue.kinds import Text

catalogue = load()


def options() -> Iterator[tuple[str, Text]]:
    for field in catalogue:
        for option in getattr(field.kind, "options", ()):
            yield field.key, option.label


def names(sentence: str, label: str) -> bool:
    """Whether a sentence has all words of a label, one or several of the thing."""
    return all(re.search(rf"\b{re.escape(word)}(s|en|e)?\b", sentence, re.IGNORECASE) for word in label.split())


def texts() -> Iterator[tuple[str, Text]]:
    """What the catalogue says of its fields and options beside their labels, and of what contradicts itself."""
    for field in catalogue:
        yield field.key, field.definition
        for option in getattr(field.kind, "options", ()):
            yield f"{field.key}={option.code}", option.definition
    for rule in catalogue.contradictions:
        yield rule.key, rule.message


# These are everyday words, too, and say other things elsewhere ("single words").
EVERYDAY = {"alone", "primary school", "single"}
TERMS = {
    label.en: label.nl
    for key, label in options()
    if any(names(rule.message.en, label.en) for rule in catalogue.contradictions if key in rule.fields)
    if label.en not in EVERYDAY
}


def test_options_that_are_called_the_same_in_english_are_called_the_same_in_dutch() -> None:
    called = defaultdict(set)
    for _, label in options():
        called[label.en.casefold()].add(label.nl.casefold())
    assert {en: nl for en, nl in called.items() if len(nl) > 1} == {}


@pytest.mark.parametrize("rule", [rule.key for rule in catalogue.contradictions])
def test_a_contradiction_names_an_option_as_the_form_does(rule: str) -> None:
    (found,) = (each for each in catalogue.contradictions if each.key == rule)
    otherwise = [
        (label.en, label.nl)
        for key, label in options()
        if key in found.fields and names(found.message.en, label.en) and not names(found.message.nl, label.nl)
    ]
    assert otherwise == [], found.message.nl


@pytest.mark.parametrize("term", sorted(TERMS))
def test_no_text_of_the_catalogue_has_another_word_for_it(term: str) -> None:
    otherwise = {
        where: text.nl
        for where, text in texts()
        if re.search(rf"\b{re.escape(term)}\b", text.en, re.IGNORECASE) and not names(text.nl, TERMS[term])
    }
    assert otherwise == {}


def test_the_words_that_were_two_are_looked_at() -> None:
    assert {"job ready", "moped"} <= TERMS.keys()
