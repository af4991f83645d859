"""From a filter to people: whom it leaves is matched, met together or written to, and what may not select stays."""

from __future__ import annotations

import html
import re
from datetime import date
from uuid import UUID, uuid4

import pytest

from domain.client import ChangeContactDetails, RegisterField
from domain.matching import Operator, Requirement
from domain.offer import OfferKind, OpenOffer
from eventlog.commands import CommandContext
from records import read_log
from tests.web.conftest import Town

NAMES = ("Anna de Vries", "Bram Bakker", "Carla Claes")


@pytest.fixture
def clients(town: Town) -> dict[str, UUID]:
    """Anna may drive a car and is a woman, Bram drives a moped, and of Carla nothing is known."""
    found = {name: town.new_client("coach", name) for name in NAMES}
    known = (("Anna de Vries", "driving_licence", ["B"]), ("Bram Bakker", "driving_licence", ["AM"]))
    for name, field, value in (*known, ("Anna de Vries", "gender", "woman")):
        command = RegisterField(client_id=found[name], field=field, value=value, known_on=date(2026, 6, 2))
        town.services.clients.handle(command, context(town), uuid4())
    town.services.engine.catch_up()
    return found


def context(town: Town) -> CommandContext:
    return CommandContext(town.services.clock(), town.accounts["coach"].account_id)


@pytest.fixture
def offer_id(town: Town) -> UUID:
    offer_id = uuid4()
    command = OpenOffer(
        offer_id=offer_id,
        kind=OfferKind.VACANCY,
        title="Driver",
        organisation="The Depot",
        description="",
        requirements=[Requirement("language_level", Operator.AT_LEAST, ("a2",))],
    )
    town.services.offers.handle(command, context(town), uuid4())
    town.services.engine.catch_up()
    return offer_id


def named(text: str) -> set[str]:
    return {name for name in NAMES if name in text}


FILTERS = "f=driving_licence:is:B&f=gender:is:woman"


def test_what_may_select_goes_along_into_a_match_and_the_rest_is_told_with_why(
    town: Town, clients: dict[str, UUID], offer_id: UUID
) -> None:
    coach = town.visit("coach")
    assert f"/caseload/people?{FILTERS}" in html.unescape(coach.get(f"/caseload?{FILTERS}"))
    page = coach.get(f"/caseload/people?{FILTERS}&show=contact_due")
    assert "Driving licence" in page.partition("Included:")[2].partition("</p>")[0]
    left = html.unescape(page.partition("Not included:")[2].partition("</ul>")[0])
    assert "Contact due" in left and "Gender: woman" in left and "it is protected" in left
    match = html.unescape(re.search(rf'href="(/offers/{offer_id}/match[^"]*)"', page)[1])
    shown = html.unescape(coach.get(match))
    groups = {
        verdict: shown.partition(f'<h2 id="{verdict}"')[2].partition("</section>")[0] for verdict in ("ask", "fails")
    }
    assert named(groups["ask"]) == {"Anna de Vries", "Carla Claes"}, "of whom it is unknown is asked"
    assert named(groups["fails"]) == {"Bram Bakker"}
    assert "“Gender: woman” was not included" in shown
    assert named(coach.get(f"/offers/{offer_id}/match").partition('id="fails"')[0]) == set(NAMES)
    proof = re.search(r'name="match" value="([^"]+)"', shown)[1]
    sent = coach.post(
        f"/offers/{offer_id}/propose", form=match, match=proof, client=str(clients["Anna de Vries"]), delivery="letter"
    )
    assert sent.status_code == 303


def test_a_group_contact_begins_with_whom_the_filter_leaves(town: Town, clients: dict[str, UUID]) -> None:
    coach = town.visit("coach")
    assert named(coach.get("/contacts/group?f=driving_licence:known")) == {"Anna de Vries", "Bram Bakker"}
    assert named(coach.get("/contacts/group")) == set(NAMES)
    assert "is left out" in coach.get("/contacts/group?f=driving_licence:nonsense")


def letters(page: str) -> list[str]:
    """What stands in each letter."""
    return [
        " ".join(html.unescape(re.sub("<[^>]+>", " ", each.partition("</article>")[0])).split())
        for each in page.split("<article")[1:]
    ]


def test_letters_are_written_to_each_in_their_language_and_noted(town: Town, clients: dict[str, UUID]) -> None:
    command = ChangeContactDetails(client_id=clients["Bram Bakker"], email=None, phone=None, language="en")
    town.services.clients.handle(command, context(town), uuid4())
    town.services.engine.catch_up()
    coach, address = town.visit("coach"), "/caseload/letters?f=driving_licence:known"
    both = [str(clients[name]) for name in ("Anna de Vries", "Bram Bakker")]
    text = {
        "subject_nl": "Open dag",
        "text_nl": "Komt u ook?\n\nEr is koffie.",
        "subject_en": "Open day",
        "text_en": "Will you come?",
        "phone": "14 010",
    }
    answer = coach.post(address, form="/caseload/people?f=driving_licence:known", client=both, **text)
    bram, anna = letters(answer.get_data(as_text=True))
    day = town.services.today
    assert anna.startswith('class="letter') and f"Anna de Vries {day.day} november" in anna
    assert "Beste Anna de Vries, Komt u ook? Er is koffie." in anna and "Open day" not in anna
    assert "Coach Invented, werkcoach, Werk en Inkomen Telefoon: 14 010" in anna
    assert "Open day Dear Bram Bakker, Will you come?" in bram
    with town.services.database.read() as connection:
        noted = next(look for look in read_log.latest(connection) if "exported" in look.ways)
    assert noted.page == "caseload_people" and noted.clients == dict.fromkeys(map(UUID, both), "exported")
    only = {key: value for key, value in text.items() if key.endswith("_nl")}
    answer = coach.post(address, form="/caseload/people", client=both, **only)
    assert all("Komt u ook?" in letter for letter in letters(answer.get_data(as_text=True))), "better than none"


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"subject_nl": "Dag", "text_nl": "Hallo"}, "Choose at least one client."),
        ({"client": "anna"}, "Write the letter in at least one language."),
        ({"client": "anna", "subject_nl": "Dag"}, "Please fill this in."),
        ({"client": "anna", "text_en": "x", "subject_en": "y" * 121}, "too long"),
        ({"client": "stranger", "subject_nl": "Dag", "text_nl": "Hallo"}, "not on your caseload"),
        ({"client": "nobody", "subject_nl": "Dag", "text_nl": "Hallo"}, "not on your caseload"),
    ],
    ids=["nobody", "nothing written", "half written", "too long", "another's", "no id"],
)
def test_letters_that_can_not_be_written_say_why_and_lose_nothing(
    town: Town, clients: dict[str, UUID], sent: dict[str, str], said: str
) -> None:
    ids = {"anna": clients["Anna de Vries"], "stranger": town.new_client("stranger", "Dirk Dijk")}
    if "client" in sent:
        sent = sent | {"client": str(ids.get(sent["client"], sent["client"]))}
    answer = town.visit("coach").post("/caseload/letters", form="/caseload/people", **sent)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 400 and "Dirk" not in page
    assert said in page or "characters" in page
    assert all(text in page for name, text in sent.items() if name.startswith("text"))
