"""A field that was introduced goes everywhere that a declared one goes: form, file, caseload, list, match, export."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

from application.introductions import change_catalogue
from application.read_models import bring_up_to_date, follow_definitions, take_part_in_rebuild
from domain.catalogue import Always, Choice, Field, Option, Required, Text
from domain.introducing import CatalogueCommand, IntroduceField
from domain.roles import Role, Viewer
from tests.conftest import NOW
from tests.web.conftest import Town

TODAY = NOW.date()
ALONE = Choice(
    (
        Option("", Text("raises children alone", "voedt alleen op"), Text("Nobody shares it.", "Niemand deelt het.")),
        Option("", Text("shares the care", "deelt de zorg"), Text("With somebody else.", "Met iemand anders.")),
    )
)
SINGLE_PARENT = Field(
    "",
    "who",
    ALONE,
    Text("Single parent", "Alleenstaande ouder"),
    Text("Who raises the children at home.", "Wie de kinderen thuis opvoedt."),
    frozenset({"coach", "questionnaire"}),
    required=Required(Always(), since="assignment", within_days=7),
    stale_after_months=12,
    selects="A test asks for it.",
    question=Text("Do you raise your children alone?", "Voedt u uw kinderen alleen op?"),
)


def decider(town: Town) -> Viewer:
    return Viewer(town.accounts["process"].account_id, Role.PROCESS_MANAGER, None)


def decide(town: Town, command: CatalogueCommand) -> None:
    """Change the catalogue, and fold the read models anew under it, as the workers do."""
    change_catalogue(town.services, command.viewer, command, uuid4())
    follow(town)


def follow(town: Town) -> None:
    bring_up_to_date(town.services)
    while follow_definitions(town.services):
        while take_part_in_rebuild(town.services):
            pass
    bring_up_to_date(town.services)


def introduce(town: Town, field: Field = SINGLE_PARENT, first: date = TODAY) -> None:
    decide(town, IntroduceField(viewer=decider(town), valid_from=first, reason="We can't see them.", field=field))


def test_a_field_is_on_the_form_the_file_the_caseload_and_the_filter(town: Town) -> None:
    client = town.new_client("coach", "Ann Example")
    other = town.new_client("coach", "Bo Example")
    introduce(town)
    coach = town.visit("coach")
    assert "Single parent" in coach.get(f"/clients/{client}")
    answer = coach.post(
        f"/clients/{client}/fields/single_parent",
        answer="value",
        value="raises_children_alone",
        known_on=TODAY.isoformat(),
        source="conversation",
        shown="0",
    )
    assert answer.status_code == 303, answer.get_data(as_text=True)
    assert "raises children alone" in coach.get(f"/clients/{client}")
    found = coach.get("/caseload?f=single_parent:is:raises_children_alone")
    assert str(client) in found and str(other) not in found
    assert str(other) in coach.get("/caseload?f=single_parent:unknown")


def test_the_form_introduces_a_field_and_says_beforehand_what_it_costs(town: Town) -> None:
    for nth in range(6):
        town.new_client("coach", f"Ann Example {nth}")
    process = town.visit("process")
    assert "Add a field" in process.get("/own-fields")
    given = {
        "label.en": "Single parent",
        "label.nl": "Alleenstaande ouder",
        "definition.en": "Who raises the children at home.",
        "definition.nl": "Wie de kinderen thuis opvoedt.",
        "group": "who",
        "kind": "choice",
        "option1.label.en": "alone",
        "option1.label.nl": "alleen",
        "option1.meaning.en": "Nobody shares it.",
        "option1.meaning.nl": "Niemand deelt het.",
        "option2.label.en": "shared",
        "option2.label.nl": "gedeeld",
        "option2.meaning.en": "With somebody.",
        "option2.meaning.nl": "Met iemand.",
        "supplied_by": "coach",
        "required": "yes",
        "since": "assignment",
        "within_days": "28",
        "valid_from": TODAY.isoformat(),
        "reason": "We can't see them.",
    }
    cost = process.post("/own-fields/field", what="compare", **given)
    assert cost.status_code == 200, cost.get_data(as_text=True)
    assert "What it would cost" in cost.get_data(as_text=True)
    answer = process.post("/own-fields/field", what="decide", **given)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    follow(town)
    assert "New field: Single parent" in process.get("/own-fields")
    wrong = process.post("/own-fields/field", what="decide", **(given | {"label.nl": ""}))
    assert wrong.status_code == 400
    assert "Please fill this in." in wrong.get_data(as_text=True)
    retire = {"field": "single_parent", "valid_from": TODAY.isoformat(), "reason": "Nobody uses it."}
    assert process.post("/own-fields/retire", **retire).status_code == 303
    follow(town)
    assert "Retired field: Single parent" in process.get("/own-fields")


def test_who_may_not_decide_gets_no_form(town: Town) -> None:
    town.visit("coach").get("/own-fields")
    town.visit("coach").get("/own-fields/field", 403)
