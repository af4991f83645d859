"""A field that was introduced goes everywhere that a declared one goes: form, file, caseload, list, match, export."""

from __future__ import annotations

import dataclasses
import re
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from application.installation import catalogue_held
from application.introductions import change_catalogue
from application.read_models import bring_up_to_date, follow_definitions, take_part_in_rebuild
from domain.catalogue import Always, Choice, Field, Option, Required, ShortText, Text
from domain.introducing import CatalogueCommand, IntroduceField, IntroduceGroup, RetireField
from domain.matching import Operator, Requirement
from domain.offer import OfferKind, OpenOffer
from domain.roles import Role, Viewer
from eventlog.commands import CommandContext
from tests.conftest import NOW
from tests.web.conftest import Town
from tests.web.filling_in import asked, say

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


def test_it_goes_everywhere_that_a_declared_one_goes_and_leaves_when_it_is_retired(town: Town) -> None:
    """The walk of a field: caseload column and facets, questions, weekly list, match, export, legend, what we ask."""
    client = town.new_client("coach", "Ann Example", TODAY - timedelta(days=60))
    introduce(town)
    coach, process = town.visit("coach"), town.visit("process")
    pages = {
        "the list of columns and filters": lambda: coach.get("/caseload?panel=filters"),
        "the column": lambda: coach.get("/caseload?f=single_parent:unknown"),
        "its filter": lambda: coach.get("/caseload?field=single_parent"),
        "the file": lambda: coach.get(f"/clients/{client}"),
        "the group": lambda: coach.get(f"/clients/{client}/groups/who"),
        "the legend": lambda: coach.get("/definitions"),
        "its definition": lambda: process.get("/definitions/single_parent"),
        "what we ask": lambda: process.get("/what-we-ask"),
        "the form of a vacancy": lambda: coach.get("/offers/new"),
        "the export": lambda: coach.post(
            "/caseload/export?f=single_parent:unknown", form="/caseload", format="csv"
        ).get_data(as_text=True),
    }
    missing = [name for name, page in pages.items() if "Single parent" not in page()]
    assert missing == [], missing
    retire = RetireField(viewer=decider(town), valid_from=TODAY, reason="Nobody uses it.", field="single_parent")
    decide(town, retire)
    asked = ["the list of columns and filters", "the group", "the legend", "what we ask", "the form of a vacancy"]
    assert [name for name in asked if "Single parent" in pages[name]()] == []
    coach.get("/caseload?f=single_parent:unknown")


def test_the_client_answers_it_in_a_group_of_its_own(town: Town) -> None:
    about: dict[str, Any] = {"viewer": decider(town), "valid_from": TODAY, "reason": "We can't see them."}
    decide(town, IntroduceGroup(**about, label=Text("Family life", "Gezin")))
    introduce(town, dataclasses.replace(SINGLE_PARENT, group="family_life"))
    at = asked(town)
    assert at.opens() == 303
    page = at.visitor.get("/questionnaire/questions/5")
    assert "Family life" in page
    assert "Do you raise your children alone?" in page, re.findall("<input[^>]*>", page)
    assert at.answers(5, **{"v-single_parent": "shares_the_care"}).status_code == 303
    assert "Family life" in at.visitor.get("/questionnaire/check")
    sent = at.sends()
    assert sent.status_code == 303, re.findall(r"class=\"error\">([^<]+)|<h1>([^<]+)", sent.get_data(as_text=True))
    town.services.engine.catch_up()
    assert "shares the care" in town.visit("coach").get(f"/clients/{at.client_id}")


def test_a_vacancy_that_asked_for_a_retired_field_drops_nobody_by_it(town: Town) -> None:
    town.new_client("coach", "Ann Example")
    introduce(town)
    offer_id, coach = uuid4(), town.accounts["coach"]
    asks = [Requirement("single_parent", Operator.ONE_OF, ("raises_children_alone",))]
    with catalogue_held(town.services):
        command = OpenOffer(offer_id=offer_id, kind=OfferKind.VACANCY, title="Driver", requirements=asks)
        town.services.offers.handle(command, CommandContext(NOW, coach.account_id), uuid4())
    town.services.engine.catch_up()
    visitor = town.visit("coach")
    assert "Single parent" in visitor.get(f"/offers/{offer_id}/match")
    decide(
        town,
        RetireField(viewer=decider(town), valid_from=TODAY, reason="Nobody uses it.", field="single_parent"),
    )
    assert "Ann Example" in visitor.get(f"/offers/{offer_id}/match")
    visitor.get(f"/offers/{offer_id}")


def test_what_was_known_of_a_retired_field_stays_readable_and_sealed_as_it_was(town: Town) -> None:
    """Old values stand in the file under their name; what is sensitive is for the own coach alone, as before."""
    client = town.new_client("coach", "Ann Example")
    secret = dataclasses.replace(SINGLE_PARENT, label=Text("Own secret", "Geheim"), kind=ShortText(50), sensitive=True)
    introduce(town)
    introduce(town, dataclasses.replace(secret, selects="", protected="It tells of health."))
    said = (("single_parent", "shares_the_care"), ("own_secret", "Xylofoon"))
    with catalogue_held(town.services):
        for key, value in said:
            say(town, client, key, value)
    for key, _ in said:
        retire = RetireField(viewer=decider(town), valid_from=TODAY, reason="Nobody uses it.", field=key)
        decide(town, retire)
    coach, officer = town.visit("coach"), town.visit("quality")
    for path in (f"/clients/{client}", f"/clients/{client}?only=fields"):
        assert "Xylofoon" not in officer.get(path), path
    file = coach.get(f"/clients/{client}")
    assert "No longer asked" in file
    assert "shares the care" in file
    assert "Xylofoon" in file
    assert "Xylofoon" in coach.get(f"/clients/{client}/shown-to-client")
    assert "Single parent" in coach.get("/definitions/single_parent")
    for path in ("/", "/caseload", "/weekly-list", "/definitions", "/whats-new", "/tasks"):
        coach.get(path)
    coach.get(f"/clients/{client}/fields/single_parent", 404)
