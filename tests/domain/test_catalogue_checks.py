"""A catalogue with mistakes is not there at all, and says all of them at once."""

from __future__ import annotations

import pytest

from domain.catalogue import (
    All,
    Always,
    AtLeast,
    AtMost,
    Catalogue,
    CatalogueError,
    Choice,
    Choices,
    Condition,
    Contradiction,
    DateKind,
    Field,
    HasAny,
    Includes,
    Kind,
    KnownAs,
    Not,
    Number,
    Option,
    Required,
    ShortText,
    Text,
    Track,
    TrackIn,
    YesNo,
)
from domain.catalogue.declaring import QUESTIONNAIRE

WORD, UNTRANSLATED = Text("word", "woord"), Text("word", " ")
PETS = (Option("cat", WORD, WORD), Option("dog", WORD, WORD))
GROUPS = {"who": Text("Who", "Wie")}


def field(key: str, kind: Kind | None = None, **more: object) -> Field:
    given = {"group": "who", "label": WORD, "definition": WORD, "supplied_by": frozenset({"coach"})}
    given |= {"protected": "It points at people."} if "selects" not in more else {}
    given |= more
    return Field(key=key, kind=kind or YesNo(), **given)  # type: ignore[arg-type]  # the test gives what fits


def rule(*fields: str, when: Condition, key: str = "rule", message: Text = WORD) -> Contradiction:
    return Contradiction(key, fields, message, when)


SOUND = (
    field("pet", Choice(PETS)),
    field("pets", Choices(PETS)),
    field("age", Number(0, 9)),
    field("married"),
    field("debts", sensitive=True),
)


def mistakes(*fields: Field, rules: tuple[Contradiction, ...] = ()) -> tuple[str, ...]:
    with pytest.raises(CatalogueError) as error:
        Catalogue((*SOUND, *fields), rules, GROUPS)
    for mistake in error.value.mistakes:
        assert mistake in str(error.value)
    return error.value.mistakes


def test_a_broken_catalogue_reports_all_its_mistakes_at_once():
    broken = field(
        "Shoe-size",
        ShortText(0),
        label=UNTRANSLATED,
        group="feet",
        supplied_by=frozenset({"neighbour"}),
        required=Required(KnownAs("pat", "cat"), "birth", -1),
        stale_after_months=0,  # type: ignore[arg-type]  # the test gives what fits
        recorded_by="heart",
    )
    contradiction = rule("pet", "debts", when=All(KnownAs("pet", "bird"), HasAny("debts")), message=Text("", "woord"))
    assert mistakes(broken, field("pet"), rules=(contradiction,)) == (
        "pet: declared twice",
        "Shoe-size: a key is small letters, digits and underscores",
        "Shoe-size: there is no group feet",
        "Shoe-size: no label in nl",
        "Shoe-size: supplied by ['neighbour'], not by some of ['coach', 'intake_form', 'questionnaire']",
        "Shoe-size: there is no command heart",
        "Shoe-size: stale after no time at all",
        "Shoe-size: no text is that short",
        "Shoe-size: required since birth, not since one of ['assignment', 'plan', 'track']",
        "Shoe-size: required within less than no days",
        "Shoe-size: required when reads an unknown field pat",
        "contradiction rule: about the sensitive field debts, whose values stay sealed",
        "contradiction rule: no message in en",
        "contradiction rule: pet is never 'bird'",
        "contradiction rule: reads the sensitive field debts, whose values stay sealed",
    )


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"supplied_by": QUESTIONNAIRE}, "a field of the questionnaire, and no other, has a question"),
        ({"question": WORD}, "a field of the questionnaire, and no other, has a question"),
        ({"supplied_by": QUESTIONNAIRE, "question": UNTRANSLATED}, "no question in nl"),
        (
            {"supplied_by": QUESTIONNAIRE, "question": WORD, "specialised_only": True},
            "the questionnaire asks everybody alike, and for what is registered",
        ),
        (
            {"supplied_by": QUESTIONNAIRE, "question": WORD, "recorded_by": "plan_of_action"},
            "the questionnaire asks everybody alike, and for what is registered",
        ),
    ],
)
def test_the_questionnaire_asks_in_plain_words_and_nobody_else_does(more: dict[str, object], said: str) -> None:
    assert mistakes(field("asked", **more)) == (f"asked: {said}",)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (Choice(PETS[:1]), "needs at least two options"),
        (Choices((*PETS, PETS[0])), "option cat: declared twice"),
        (Choice((*PETS, Option("bird", UNTRANSLATED, WORD))), "option bird: no label in nl"),
        (Choice((*PETS, Option("bird", WORD, Text("", "")))), "option bird: no definition in en"),
        (Choices((*PETS, Option("cat,dog", WORD, WORD))), "option cat,dog: a code is one word without a comma"),
        (Number(9, 0), "no number lies between 9 and 0"),
        (Number(0, 9, UNTRANSLATED), "no unit in nl"),
    ],
)
def test_a_kind_that_can_not_be(kind, said):
    assert f"field: {said}" in mistakes(field("field", kind))


@pytest.mark.parametrize(
    ("when", "said"),
    [
        (KnownAs("pet", "bird"), "pet is never 'bird'"),
        (KnownAs("pets", "cat"), "pets is never 'cat'"),
        (KnownAs("pets", ["bird"]), "pets is never ['bird']"),
        (KnownAs("married", "yes"), "married is never 'yes'"),
        (KnownAs("age", 10), "age is never 10"),
        (Includes("pets", "bird"), "pets has no option bird"),
        (Includes("pet", "cat"), "pet has not several choices"),
        (AtMost("pet", 3), "pet is no number"),
        (Not(AtLeast("married", 1)), "married is no number"),
        (All(Always(), TrackIn("retired")), "there is no track retired"),  # type: ignore[arg-type]  # the test gives what fits
        (Not(All(HasAny("bird"))), "reads an unknown field bird"),
        (HasAny("debts"), "reads the sensitive field debts, whose values stay sealed"),
    ],
)
def test_a_rule_that_would_never_hold_is_found_wherever_it_stands(when, said):
    assert f"wanted: required when {said}" in mistakes(field("wanted", required=Required(when, "track", 0)))
    about = tuple(when.reads()) or ("pet",)
    assert f"contradiction rule: {said}" in mistakes(rules=(rule(*about, when=when),))


def test_a_contradiction_must_be_about_all_that_it_reads():
    assert mistakes(rules=(rule("pet", when=HasAny("age")),)) == ("contradiction rule: reads age, but is not about it",)
    assert "contradiction rule: about no field" in mistakes(rules=(rule(when=Always()),))
    assert "contradiction rule: about an unknown field bird" in mistakes(rules=(rule("bird", when=Always()),))


def test_two_contradictions_have_two_names():
    once = rule("pet", when=HasAny("pet"))
    assert mistakes(rules=(once, once)) == ("contradiction rule: declared twice",)


def test_the_version_changes_with_the_wording_and_with_the_rules():
    at_most, at_least = (rule("age", when=condition) for condition in (AtMost("age", 3), AtLeast("age", 3)))
    worded = field("married", definition=Text("another", "anders"))
    catalogues = [
        Catalogue(SOUND, (), GROUPS),
        Catalogue(SOUND, (at_most,), GROUPS),
        Catalogue(SOUND, (at_least,), GROUPS),
        Catalogue((*SOUND[:3], worded, SOUND[4]), (), GROUPS),
        Catalogue(SOUND, (), {"who": Text("Whom", "Wie")}),
        Catalogue(SOUND[::-1], (), GROUPS),
    ]
    assert len({catalogue.version for catalogue in catalogues}) == len(catalogues)
    assert Catalogue(SOUND, (at_most,), GROUPS).version == catalogues[1].version


def test_the_values_that_rules_read_are_named():
    dated = field("cv", DateKind(), stale_after_months=12)
    wanted = field("wanted", required=Required(KnownAs("pet", "cat"), "track", 0))
    ready = rule("age", "married", when=All(AtMost("age", 3), TrackIn(Track.EXEMPT), KnownAs("married", True)))
    assert Catalogue((*SOUND, dated, wanted), (ready,), GROUPS).rule_fields == {"cv", "pet", "age", "married"}


class Known(dict[str, object]):
    track = Track.JOB_READY

    def value(self, key: str) -> object:
        return self.get(key)


@pytest.mark.parametrize(
    "condition",
    [KnownAs("pet", "cat", "dog"), Includes("pets", "cat"), AtMost("age", 3), AtLeast("age", 3), HasAny("age")],
)
def test_the_unknown_makes_no_condition_true_but_through_not(condition):
    nothing, all_of_it = Known(), Known(pet="cat", pets=["cat"], age=3)
    assert not condition.holds(nothing) and Not(condition).holds(nothing)
    assert condition.holds(all_of_it) and All(condition, Always(), TrackIn(Track.JOB_READY)).holds(all_of_it)
    assert not All(condition, TrackIn(Track.EXEMPT)).holds(all_of_it)
