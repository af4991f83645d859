"""What is introduced into the catalogue: everything that code can declare, and nothing that would not be sound."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from domain.catalogue import (
    All,
    Always,
    AtLeast,
    AtMost,
    Catalogue,
    Choice,
    Condition,
    Contradiction,
    Field,
    HasAny,
    Includes,
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
    as_declared,
    installed,
    load,
)
from domain.catalogue.introduced import extended
from domain.catalogue.stored import (
    CONDITIONS,
    KINDS,
    condition_of,
    contradiction_as_stored,
    contradiction_of,
    field_as_stored,
    field_of,
    required_as_stored,
    required_of,
)
from domain.in_force import Definitions, declared, merged, parameter_names, parameters_of, subjects, texts_of
from domain.introducing import (
    LEANT_ON,
    AddOption,
    CatalogueCommand,
    IntroduceContradiction,
    IntroduceField,
    IntroduceGroup,
    RequireField,
    RetireContradiction,
    RetireField,
    WithdrawIntroduction,
    key_of,
)
from domain.introduction import CATALOGUE_ID, Introductions, evolve_introductions
from domain.refusal import Refused
from domain.roles import Role, Viewer
from eventlog.commands import CommandContext, given

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
TODAY = date(2026, 3, 2)
NOW = CommandContext(AT, UUID(int=1))
VIEWER = Viewer(UUID(int=1), Role.PROCESS_MANAGER, None)
REGISTERED = [field for field in as_declared() if field.recorded_by == "registration"]
ALONE = Option("", Text("alone", "alleen"), Text("Nobody shares it.", "Niemand deelt het."))
SHARED = Option("", Text("shared", "gedeeld"), Text("With somebody.", "Met iemand."))
PARENT = Field(
    "",
    "who",
    Choice((ALONE, SHARED)),
    Text("Single parent", "Alleenstaande ouder"),
    Text("Who raises the children.", "Wie de kinderen opvoedt."),
    frozenset({"coach"}),
    protected="It stands for family.",
)

READS_IT = Required(HasAny("single_parent"), "track", 1)


def read_back(stored: Any) -> Any:
    return msgspec.json.decode(msgspec.json.encode(stored))


def begun(*commands: CatalogueCommand) -> Introductions | None:
    """What the commands come to, one after another."""
    events: list[Any] = []
    for command in commands:
        state = given(evolve_introductions, CATALOGUE_ID, events) if events else None
        events += command.decide(state, NOW)
    return given(evolve_introductions, CATALOGUE_ID, events) if events else None


def made(*commands: CatalogueCommand, day: date = TODAY) -> Catalogue:
    state = begun(*commands)
    assert state is not None
    return extended(state.by(day))


def introduce(field: Field = PARENT, first: date = TODAY, **more: Any) -> IntroduceField:
    return IntroduceField(**{"viewer": VIEWER, "valid_from": first, "reason": "so", "field": field, **more})


def about(**more: Any) -> dict[str, Any]:
    return {"viewer": VIEWER, "valid_from": TODAY, "reason": "so", **more}


@pytest.mark.parametrize("field", list(as_declared()), ids=lambda field: field.key)
def test_what_code_declares_of_a_field_is_read_back_as_it_was(field: Field) -> None:
    assert field_of(read_back(field_as_stored(field))) == field


@pytest.mark.parametrize("rule", as_declared().contradictions, ids=lambda rule: rule.key)
def test_what_code_declares_of_a_rule_is_read_back_as_it_was(rule: Contradiction) -> None:
    assert contradiction_of(read_back(contradiction_as_stored(rule))) == rule


CONDITIONS_OF_ALL_SORTS: dict[str, Condition] = {
    "always": Always(),
    "track_in": TrackIn(Track.DEVELOPMENT, Track.EXEMPT),
    "known_as": KnownAs("own_transport", ["none"], "x", 3, True),
    "includes": Includes("driving_licence", "B"),
    "at_most": AtMost("hours_available", 0),
    "at_least": AtLeast("hours_available", 1),
    "has_any": HasAny("cv"),
    "all": All(HasAny("cv"), Not(All())),
    "not": Not(TrackIn()),
}


@pytest.mark.parametrize("name", sorted(CONDITIONS))
def test_each_sort_of_condition_is_read_back_as_it_was(name: str) -> None:
    condition = CONDITIONS_OF_ALL_SORTS[name]
    stored = read_back(required_as_stored(Required(condition, "track", 3)))
    assert stored["when"]["is"] == name
    assert required_of(stored) == Required(condition, "track", 3)
    assert condition_of(stored["when"]) == condition


def test_each_kind_of_field_is_among_the_declared_ones_and_so_among_what_is_read_back() -> None:
    assert {type(field.kind) for field in as_declared()} == set(KINDS.values())


@pytest.mark.parametrize("field", REGISTERED, ids=lambda field: field.key)
def test_every_field_of_the_code_can_be_introduced_and_is_the_same_but_for_its_key(field: Field) -> None:
    catalogue = made(introduce(dataclasses.replace(field, key="")))
    (key,) = catalogue.fields.keys() - as_declared().fields.keys()
    assert dataclasses.replace(catalogue[key], key=field.key) == field


def test_a_key_is_made_of_the_label_and_never_given_twice() -> None:
    assert key_of("  Single parent (éven: 2) ") == "single_parent_even_2"
    retired = [introduce(), RetireField(**about(), field="single_parent"), introduce()]
    catalogue = made(*retired)
    assert "single_parent_2" in catalogue.fields
    assert "single_parent" in catalogue.retired
    long = made(introduce(dataclasses.replace(PARENT, label=Text("a" * 80, "a"))), introduce())
    assert max(map(len, long.fields)) <= 40


def test_a_key_of_the_code_is_not_given_to_another_field() -> None:
    catalogue = made(introduce(dataclasses.replace(PARENT, label=Text("Gender", "Geslacht"))))
    assert "gender_2" in catalogue.fields
    assert catalogue["gender"] == as_declared()["gender"]


def test_it_is_there_from_its_first_day_on() -> None:
    state = begun(introduce(first=TODAY + timedelta(days=9)))
    assert state is not None
    assert "single_parent" not in extended(state.by(TODAY + timedelta(days=8))).fields
    assert "single_parent" in extended(state.by(TODAY + timedelta(days=9))).fields


@pytest.mark.parametrize("field", [f for f in as_declared() if getattr(f.kind, "options", ())], ids=lambda f: f.key)
def test_an_option_more_is_accepted_by_the_field_in_its_place(field: Field) -> None:
    kind: Any = field.kind
    command = AddOption(**about(), field=field.key, option=ALONE, before=kind.codes[0])
    if field.key == "service_track":
        with pytest.raises(Refused, match="rules of their own"):
            made(command)
        return
    codes = made(command)[field.key].kind.codes  # type: ignore[union-attr]  # of fields with options
    assert len(codes) == len(kind.codes) + 1
    assert codes[1:] == kind.codes
    assert made(command)[field.key].check([codes[0]] if kind.several else codes[0])


def test_a_retired_field_is_asked_no_more_and_takes_its_rules_along() -> None:
    catalogue = made(
        introduce(),
        introduce(dataclasses.replace(PARENT, label=Text("Other", "Ander"), required=READS_IT)),
        IntroduceContradiction(
            **about(),
            rule=Contradiction(
                "",
                ("single_parent", "living_situation"),
                Text("Alone, yet with a partner.", "Alleen, maar met een partner."),
                All(KnownAs("single_parent", "alone"), HasAny("living_situation")),
            ),
        ),
        RetireField(**about(), field="single_parent"),
    )
    assert "single_parent" not in catalogue
    assert catalogue.ever("single_parent") is not None
    assert catalogue["other"].required is None
    assert catalogue.contradictions == as_declared().contradictions


@pytest.mark.parametrize("key", sorted(as_declared().fields))
def test_each_field_of_the_code_is_retired_or_said_to_be_needed(key: str) -> None:
    command = RetireField(**about(), field=key)
    if key in LEANT_ON:
        with pytest.raises(Refused, match="built on this field"):
            begun(command)
    else:
        assert key in made(command).retired


def test_a_group_a_rule_and_a_requirement_are_introduced_and_a_rule_retired() -> None:
    group = IntroduceGroup(**about(), label=Text("Family", "Gezin"))
    required = Required(TrackIn(Track.DEVELOPMENT), "track", 14)
    catalogue = made(
        group,
        introduce(dataclasses.replace(PARENT, group="family")),
        RequireField(**about(), field="single_parent", required=required),
        RetireContradiction(**about(), rule="single_with_partner"),
    )
    assert catalogue.groups["family"] == Text("Family", "Gezin")
    assert catalogue["single_parent"].required == required
    assert [field.key for field in dict(catalogue.by_group())["family"]] == ["single_parent"]
    assert "single_with_partner" not in {rule.key for rule in catalogue.contradictions}


UNSOUND: dict[str, tuple[Field, str]] = {
    "no label": (dataclasses.replace(PARENT, label=Text("", "x")), "label.en"),
    "no Dutch label": (dataclasses.replace(PARENT, label=Text("x", " ")), "label.nl"),
    "label of no letters": (dataclasses.replace(PARENT, label=Text("12", "x")), "label.en"),
    "no definition": (dataclasses.replace(PARENT, definition=Text("x", "")), "definition.nl"),
    "no such group": (dataclasses.replace(PARENT, group="nowhere"), "group"),
    "nobody supplies it": (dataclasses.replace(PARENT, supplied_by=frozenset()), "supplied_by"),
    "no question": (dataclasses.replace(PARENT, supplied_by=frozenset({"questionnaire"})), "question.en"),
    "one option": (dataclasses.replace(PARENT, kind=Choice((ALONE,))), "options"),
    "an option without meaning": (
        dataclasses.replace(PARENT, kind=Choice((ALONE, dataclasses.replace(SHARED, definition=Text("", ""))))),
        "options.en",
    ),
    "no number": (dataclasses.replace(PARENT, kind=Number(3, 2)), "least"),
    "neither protected nor selecting": (dataclasses.replace(PARENT, protected=""), "selects"),
    "sensitive and selecting": (dataclasses.replace(PARENT, protected="", selects="x", sensitive=True), "selects"),
    "another command": (dataclasses.replace(PARENT, recorded_by="plan_of_action"), "kind"),
    "reads what there is not": (dataclasses.replace(PARENT, required=Required(HasAny("x"), "track", 1)), "label.en"),
}


@pytest.mark.parametrize("what", sorted(UNSOUND))
def test_what_would_not_be_sound_is_refused_beside_the_field_of_the_form(what: str) -> None:
    field, at = UNSOUND[what]
    with pytest.raises(Refused) as refused:
        begun(introduce(field))
    assert refused.value.field == at


def test_what_is_planned_counts_when_something_else_is_introduced() -> None:
    """A field that a planned one is built on can't be made unsound on a later day."""
    later = TODAY + timedelta(days=30)
    group = IntroduceGroup(**{**about(), "valid_from": later}, label=Text("Family", "Gezin"))
    with pytest.raises(Refused):
        begun(group, introduce(dataclasses.replace(PARENT, group="family")))
    assert begun(group, introduce(dataclasses.replace(PARENT, group="family"), first=later))


def test_it_is_withdrawn_before_its_first_day_and_not_after() -> None:
    later = begun(introduce(first=TODAY + timedelta(days=1)))
    withdraw = WithdrawIntroduction(viewer=VIEWER, number=1, reason="so")
    assert withdraw.decide(later, NOW)
    with pytest.raises(Refused, match="already in force"):
        withdraw.decide(begun(introduce()), NOW)
    with pytest.raises(Refused, match="no such change"):
        withdraw.decide(None, NOW)
    group = IntroduceGroup(**{**about(), "valid_from": TODAY + timedelta(days=1)}, label=Text("Family", "Gezin"))
    built_on = begun(group, introduce(dataclasses.replace(PARENT, group="family"), first=TODAY + timedelta(days=1)))
    with pytest.raises(Refused, match="built on it"):
        withdraw.decide(built_on, NOW)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.PROCESS_MANAGER])
def test_nobody_introduces_a_field_alone_but_the_process_manager(role: Role) -> None:
    for improves in (False, True):
        with pytest.raises(Refused):
            begun(introduce(viewer=Viewer(UUID(int=2), role, UUID(int=3), improves=improves)))


def test_in_force_it_is_revised_as_others_are() -> None:
    state = begun(introduce())
    assert state is not None
    revised: list[Any] = [("single_parent", {"stale_after_months": 6}, {"label": ("Lone parent", "Ouder alleen")})]
    defined = merged(revised, state.by(TODAY))
    assert defined.catalogue["single_parent"].label.en == "Lone parent"
    assert defined.rules.catalogue["single_parent"].stale_after_months == 6
    assert defined.first_declared["single_parent"].label.en == "Single parent"
    with installed(lambda: defined.first_declared):
        assert "single_parent" in subjects()
        assert parameter_names("single_parent") == ["stale_after_months"]
        assert parameters_of("single_parent", declared()) == {"stale_after_months": None}
        assert texts_of("single_parent", declared())["label"] == ("Single parent", "Alleenstaande ouder")
        assert load() is defined.first_declared
    assert load() is as_declared()
    assert isinstance(declared(), Definitions)


def test_texts_and_numbers_of_another_kind_are_kept_too() -> None:
    hours = dataclasses.replace(PARENT, kind=Number(0, 40, Text("hours", "uur")))
    words = dataclasses.replace(PARENT, kind=ShortText(50), label=Text("Words", "Woorden"))
    yes = dataclasses.replace(PARENT, kind=YesNo(), label=Text("Yes", "Ja"))
    catalogue = made(introduce(hours), introduce(words), introduce(yes))
    assert catalogue["single_parent"].check("12") == 12
    assert catalogue["words"].check(" x ") == "x"
    assert catalogue["yes"].check("ja") is True
