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
