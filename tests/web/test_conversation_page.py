"""One page for a conversation: the contact, what was promised, what was agreed, and the few fields worth asking; saved
together or not at all."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from uuid import UUID, uuid4

import pytest
from werkzeug.test import TestResponse

from domain.client import (
    Channel,
    PlanTask,
    RecordContact,
    RegisterField,
    TaskKind,
)
from domain.matching import parse_requirement
from domain.offer import OfferKind, OpenOffer
from eventlog.commands import CommandContext
from projections import agenda, contacts
from tests.web.conftest import Town, Visitor, days_ago
from tests.web.test_field_group import known


def promised(town: Town, client_id: UUID) -> dict[str, str]:
    """A promise, a call to return and a task: what a form sends for each, by its kind."""
    context = CommandContext(town.services.clock(), town.accounts["coach"].account_id)
    contact = RecordContact(
        client_id=client_id,
        contact_id=uuid4(),
        held_on=town.services.today,
        channel=Channel.OFFICE,
        agreed_next="send the letter",
    )
    town.services.clients.handle(contact, context, uuid4())
    # Afterwards, or the contact would have answered the call.
    for kind, what in ((TaskKind.CALL_BACK, "called"), (TaskKind.OWN, "to write")):
        plan = PlanTask(client_id=client_id, task_id=uuid4(), what=what, due_on=town.services.today, kind=kind)
        town.services.clients.handle(plan, context, uuid4())
    town.services.engine.catch_up()
    with town.services.database.read() as connection:
        return {item.kind: f"{item.kind}:{item.item_id}" for item in agenda.of_client(connection, client_id)}


class Shown(HTMLParser):
    """What the form of a contact has in it as its page shows it: what a browser would send of it untouched."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.values: dict[str, list[str]] = {}
        self._select = self._text = ""
        self.feed(page.split('<form method="post" class="narrow"')[1].split("</form>")[0])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name, value = given.get("name") or "", given.get("value") or ""
        if tag == "select":
            self._select = name
        elif tag == "option" and "selected" in given:
            self.values[self._select] = [value]
        elif tag == "textarea":
            self._text, self.values[name] = name, [""]
        elif tag == "input" and name:
            kind = given.get("type")
            if kind not in ("radio", "checkbox") or "checked" in given:
                self.values.setdefault(name, []).append(value)

    def handle_endtag(self, tag: str) -> None:
        self._text = "" if tag == "textarea" else self._text

    def handle_data(self, data: str) -> None:
        if self._text:
            self.values[self._text][0] += data.removeprefix("\r\n").removeprefix("\n")


def send(visitor: Visitor, address: str, page: str | None = None, **said: object) -> TestResponse:
    """Send the form as a page shows it, but for what is said; two underscores stand for the dash of a part."""
    shown = Shown(page if page is not None else visitor.get(address)).values
    given: dict[str, object] = {**shown, "command_id": str(uuid4())}
    return visitor.post(address, **given | {name.replace("__", "-"): value for name, value in said.items()})


def to_do(town: Town, client_id: UUID) -> set[str]:
    town.services.engine.catch_up()
    with town.services.database.read() as connection:
        return {item.kind for item in agenda.of_client(connection, client_id)}


def asked(page: str) -> list[str]:
    """The fields that a page asks, in order, without the parts of the plan."""
    found = re.findall(r'<fieldset class="row field-answer[^"]*" id="field-(\w+)"', page)
    return [key for key in found if key not in ("plan_of_action", "service_track", "contact_frequency")]


def test_all_that_came_of_a_conversation_is_saved_in_one_go(town: Town) -> None:
    client_id, coach = town.new_client("coach", "Anna de Vries"), town.visit("coach")
    items, address = promised(town, client_id), f"/clients/{client_id}/contact"
    assert items.keys() == {"call_back", "own", "promise"}
    page = coach.get(address)
    assert all(text in page for text in ("called", "to write", "send the letter"))
    before = town.services.log.head()
    sent = send(
        coach,
        address,
        page,
        own_words="I would rather work outside.",
        agreed_next="brings the certificate",
        done=[items["promise"], items["call_back"]],
        driving_licence__value=["B"],
        education_level__say="declined:private",
        plan_of_action__value="Dutch first.",
        service_track__value="development",
        contact_frequency__value="4",
    )
    assert sent.status_code == 303
    assert town.services.log.head() == before + 1 + 2 + 2 + 3
    assert to_do(town, client_id) == {"own", "promise"}, "what was not ticked, and what was agreed now"
    rows = known(town, client_id)
    assert (rows["driving_licence"].value, rows["education_level"].recorded) == (["B"], "declined")
    assert rows["contact_frequency"].value == 4 and rows["driving_licence"].source == "conversation"
    page = coach.get(sent.location)
    assert "I would rather work outside." in page and "Dutch first." in page
    again = send(coach, address)
    assert again.status_code == 303 and town.services.log.head() == before + 9, (
        "the contact alone: nothing else changed"
    )


def test_nothing_is_required_but_the_day_and_the_outcome(town: Town) -> None:
    client_id, coach = town.new_client("coach", "Anna de Vries"), town.visit("coach")
    page = coach.get(f"/clients/{client_id}/contact")
    form = page.split('<form method="post" class="narrow"')[1].split("</form>")[0]
    required = re.findall(r'<(?:input|textarea|select)[^>]*\brequired\b[^>]*name="(\w+)"', form)
    required += re.findall(r'<(?:input|textarea|select)[^>]*name="(\w+)"[^>]*\brequired\b', form)
    assert set(required) <= {"held_on", "channel", "outcome"}
    assert all(f'name="{name}"' in form and "checked" in form for name in ("channel", "outcome"))
    assert send(coach, f"/clients/{client_id}/contact", page).status_code == 303


WRONG = {
    "held_on": ({"held_on": "2031-01-01"}, 'id="held_on-about"', "be in the future"),
    "agreed_on": ({"agreed_on": days_ago(-9)}, 'id="agreed_next-about"', "Enter what was agreed"),
    "a field": ({"language_level__value": "nonsense"}, 'id="field-language_level"', "not one of the answers"),
    "a reason": ({"education_level__say": "declined"}, 'id="field-education_level"', "Please fill this in."),
    "a day": (
        {"driving_licence__say": "declined:private", "driving_licence__review_on": "2020-01-01"},
        'id="field-driving_licence"',
        "must be in the future",
    ),
    "the plan": ({"plan_of_action__value": "x" * 4001}, 'id="field-plan_of_action"', "too long"),
    "the frequency": ({"contact_frequency__value": "900"}, 'id="field-contact_frequency"', "from 1 to 26"),
    "the track": ({"service_track__value": "nowhere"}, 'id="field-service_track"', "Choose a track."),
}


def beside(page: str, place: str) -> str:
    return (
        page.split(place)[1].split("</div>")[0] if "-about" in place else page.split(place)[1].split("</fieldset>")[0]
    )


@pytest.mark.parametrize("name", [*WRONG, "all of it"])
def test_whatever_is_wrong_stands_beside_its_field_all_at_once_and_nothing_is_stored(town: Town, name: str) -> None:
    client_id, coach = town.new_client("coach", "Anna de Vries"), town.visit("coach")
    items, address = promised(town, client_id), f"/clients/{client_id}/contact"
    chosen = list(WRONG.values()) if name == "all of it" else [WRONG[name]]
    said: dict[str, object] = {"note": "Kept while mending.", "done": items["promise"]}
    for wrong, _, _ in chosen:
        said |= wrong
    if name == "all of it":
        said |= {"agreed_on": "2031-02-01"}
    head = town.services.log.head()
    sent = send(coach, address, **said)
    page = sent.get_data(as_text=True).replace("&#39;", "'")
    assert sent.status_code == 400 and town.services.log.head() == head
    assert "Kept while mending." in page and f'value="{items["promise"]}" checked' in page
    assert to_do(town, client_id) == items.keys()
    for _, place, sentence in chosen:
        assert sentence in beside(page, place), place


def test_a_field_that_a_colleague_changed_meanwhile_is_shown_beside_and_nothing_is_stored(town: Town) -> None:
    client_id, coach = town.new_client("coach", "Anna de Vries"), town.visit("coach")
    address = f"/clients/{client_id}/contact"
    page, today = coach.get(address), town.services.today
    theirs = RegisterField(client_id=client_id, field="education_level", value="master", known_on=today)
    town.services.clients.handle(theirs, CommandContext(town.services.clock(), None), uuid4())
    head = town.services.log.head()
    late = send(coach, address, page, education_level__value="primary", note="typed")
    shown = late.get_data(as_text=True)
    assert late.status_code == 409 and town.services.log.head() == head
    part = beside(shown, 'id="field-education_level"')
    assert "master or higher" in part and 'value="primary" checked' in part and ">\ntyped<" in shown.replace("\r", "")
    sent = send(coach, address, shown, education_level__value="primary", note="typed")
    assert sent.status_code == 303 and known(town, client_id)["education_level"].value == "primary"


def test_sent_twice_it_is_recorded_once(town: Town) -> None:
    client_id, coach = town.new_client("coach", "Anna de Vries"), town.visit("coach")
    items, address = promised(town, client_id), f"/clients/{client_id}/contact"
    page, said = (
        coach.get(address),
        {"done": [items["own"]], "driving_licence__value": ["B"], "command_id": str(uuid4())},
    )
    head = town.services.log.head()
    for _ in range(2):
        assert send(coach, address, page, **said).status_code == 303
    # The contact, the task, the field, and the call that it answered.
    assert town.services.log.head() == head + 4
    assert send(coach, address, page, **said | {"note": "else"}).status_code == 409
    assert town.services.log.head() == head + 4
    with town.services.database.read() as connection:
        assert len(contacts.of_client(connection, client_id)) == 2


def test_a_draft_keeps_all_of_it(town: Town) -> None:
    client_id, coach = town.new_client("coach", "Anna de Vries"), town.visit("coach")
    items, address = promised(town, client_id), f"/clients/{client_id}/contact"
    kept = send(
        coach,
        address,
        go_on="draft",
        note="half written",
        done=[items["own"]],
        language_level__value="b1",
        skills__shown="0",
        skills__value="cooking",
        contact_frequency__value="4",
    )
    assert kept.status_code == 303
    page = coach.get(address)
    assert "half written" in page and f'value="{items["own"]}" checked' in page
    assert 'value="b1" checked' in page and ">cooking</textarea>" in page and 'value="4"' in page
    assert send(coach, address, page, language_level__value="b1", skills__value="cooking").status_code == 303
    assert known(town, client_id)["skills"].value == "cooking"
    assert "half written" not in coach.get(address)


def test_at_most_five_fields_are_asked_and_what_an_offer_asks_comes_first(town: Town) -> None:
    client_id, coach = town.new_client("coach", "Anna de Vries"), town.visit("coach")
    address = f"/clients/{client_id}/contact"
    assert asked(coach.get(address)) == ["driving_licence", "education_level", "language_level"]
    requirements = [parse_requirement("language_level at_least a2"), parse_requirement("hours_available at_least 24")]
    offer = OpenOffer(offer_id=uuid4(), kind=OfferKind.VACANCY, title="Cook", requirements=requirements)
    context = CommandContext(town.services.clock(), town.accounts["coach"].account_id)
    town.services.offers.handle(offer, context, uuid4())
    town.services.engine.catch_up()
    assert asked(coach.get(address)) == ["language_level", "driving_licence", "education_level", "hours_available"]
    assert send(coach, address, service_track__value="job_ready").status_code == 303
    town.services.engine.catch_up()
    found = asked(coach.get(address))
    assert len(found) == 5 and found[:3] == ["language_level", "driving_licence", "education_level"]
    assert send(coach, address, **{f"{key}__say": "not_relevant:not_now" for key in found}).status_code == 303
    town.services.engine.catch_up()
    assert not set(found) & set(asked(coach.get(address))), "what was set aside is not asked again"


def test_nobody_records_for_somebody_else_by_it(town: Town) -> None:
    client_id = town.new_client("coach", "Anna de Vries")
    head = town.services.log.head()
    form = {"held_on": days_ago(0), "channel": "phone", "outcome": "spoken", "contact_id": str(uuid4())}
    for who, status in (("colleague", 404), ("quality", 403)):
        answer = town.visit(who).post(f"/clients/{client_id}/contact", form="/signals/new", **form)
        assert answer.status_code == status, who
    assert town.services.log.head() == head


def test_a_draft_takes_no_more_than_the_form_does(town: Town) -> None:
    client_id, coach = town.new_client("coach", "Anna de Vries"), town.visit("coach")
    address, page = f"/clients/{client_id}/contact", coach.get(f"/clients/{client_id}/contact")
    for name in ("driving_licence__value", "driving_licence__reason", "plan_of_action__value", "note"):
        for door, said in ((address, {"go_on": "draft"}), (f"{address}/draft", {})):
            shown: dict[str, object] = {**Shown(page).values, **said, name.replace("__", "-"): "x" * 5000}
            sent = coach.post(door, form=address, **shown)
            assert sent.status_code in (400, 409), (name, door)
    assert "This is what you had written" not in coach.get(address)
