"""Whom the dashboard hides: groups beside everybody else, in figures alone; what is chosen; a finding as a signal."""

from __future__ import annotations

import re
from datetime import date, timedelta
from random import Random
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from application import representation, representation_offers, representation_reports
from application.refusals import NotThereError
from domain.client import AssignClient, ClientCommand, ErasureReason, RegisterField, TakeIntake
from domain.matching import Operator, Requirement
from domain.offer import OfferKind, OpenOffer
from domain.refusal import Refused
from domain.representation import EVERYBODY, Row, check_choice, groups_of
from domain.suppression import SMALLEST_GROUP
from eventlog.commands import CommandContext, Step
from projections.caseload_table import caseload
from projections.offers import OfferRow, all_offers
from records import representation as reports
from tests.conftest import Clock
from tests.stories import contact, do
from tests.web.conftest import Town

WHY = "A signal said that we can't see single fathers."


def registered(client_id: UUID, key: str, value: object, on: date) -> RegisterField:
    return RegisterField(client_id=client_id, field=key, value=value, known_on=on)


def people(town: Town, coach: str, number: int, seed: int = 1) -> list[UUID]:
    """Clients of a coach, of whom women are registered worse and seen less."""
    random, account, services = Random(seed), town.accounts[coach], town.services  # noqa: S311 - invented people
    context, today, found = (
        CommandContext(services.clock(), account.account_id),
        services.today,
        [uuid4() for _ in range(number)],
    )
    assert account.team_id is not None
    for nth, client_id in enumerate(found):
        begun, woman = date(2026, 6, 1), nth % 2 == 0
        commands: list[ClientCommand] = [
            TakeIntake(client_id=client_id, held_on=begun, team=account.team_id, name=f"Client {nth}"),
            AssignClient(client_id=client_id, team=account.team_id, coach=account.account_id, assigned_on=begun),
        ]
        said: dict[str, object] = {"gender": "woman" if woman else "man", "children_at_home": str(nth % 3)}
        if not woman:
            said |= {"marital_status": "single", "living_situation": "alone"}
            commands.append(contact(today - timedelta(days=random.randrange(20)), client_id))
        commands += [registered(client_id, key, value, today) for key, value in said.items()]
        services.clients.handle_all([Step(command, context, uuid4()) for command in commands])
    return found


def settled(town: Town, north: int = 40, south: int = 24) -> None:
    """Two teams with their people, and the first report."""
    people(town, "coach", north)
    people(town, "stranger", south, seed=2)
    town.services.engine.catch_up()
    assert representation_reports.make_due_report(town.services) == 1


def told(town: Town, scope: str = reports.CITY) -> dict[str, Row]:
    with town.services.database.read() as connection:
        return {row.key: row for row in reports.told(connection, reports.days(connection, scope)[0], scope)}


def test_a_group_that_is_registered_worse_and_seen_less_is_named_first(town: Town) -> None:
    settled(town)
    found = told(town)
    women, men = found["gender=woman"], found["gender=man"]
    assert (women.number, men.number) == (30, 30)
    assert women.hidden_by == ["fields_not_asked", "weeks_unseen"], "by what was recorded, and by no seed"
    assert men.hidden_by == []
    assert women.told["not_seen"] == (30, 30)
    page = town.visit("manager").get("/representation?by=gender")
    assert "Whom we do not see" in page
    first = page.partition('id="most-hidden"')[2].partition("</section>")[0]
    assert re.findall(r"<h3>(.*?)</h3>", first)[0] == "Gender: woman"
    assert "Weeks since seen: " in first


def test_a_finding_becomes_a_signal_in_one_step(town: Town) -> None:
    settled(town)
    improver = town.visit("improver")
    page = improver.get("/representation?by=gender&measure=weeks_unseen")
    form = page.partition('id="most-hidden"')[2].partition("<form")[2].partition("</form>")[0]
    sent = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    shown = improver.post("/signals/new", **{n: v.replace("&amp;", "&") for n, v in sent.items() if n != "csrf_token"})
    text = shown.get_data(as_text=True)
    assert shown.status_code == 200
    assert "Gender: woman, 30 open clients:" in text, "the sentence stands in the form"
    assert 'name="field" type="hidden" value="gender"' in text
    assert re.search(r'value="representation"[^>]*checked|checked[^>]*value="representation"', text)


@pytest.mark.parametrize("who", ["coach", "stranger", "privacy", "admin"])
def test_nobody_else_sees_figures_by_protected_characteristics(town: Town, who: str) -> None:
    assert town.visit(who).client.get("/representation").status_code == 403


def test_a_manager_sees_the_own_team_and_the_city_and_no_other_team(town: Town) -> None:
    settled(town)
    manager, process = town.accounts["manager"].viewer, town.accounts["process"].viewer
    north, south = town.teams["north"].team_id, town.teams["south"].team_id
    assert representation.representation(town.services, manager, north, [], None).everybody.number == 40  # type: ignore[union-attr]  # it is told
    with pytest.raises(NotThereError):
        representation.representation(town.services, manager, south, [], None)
    assert len(representation.representation(town.services, process, south, [], None).teams) == len(town.teams)


def test_what_the_improvement_team_chooses_is_looked_at_within_the_hour_and_kept_with_its_reason(town: Town) -> None:
    settled(town)
    improver = town.visit("improver")
    chosen = ["gender", "children_at_home", "marital_status"]
    assert improver.post("/representation/choose", characteristics=chosen, why=WHY).status_code == 303
    assert WHY in improver.get("/representation/choose").replace("&#39;", "'")
    assert representation_reports.make_due_report(town.services) == 1
    assert representation_reports.make_due_report(town.services) == 0, "once"
    keys = {key for row in told(town) for key, _ in groups_of(row)}
    assert {"gender", "children_at_home", "marital_status"} <= keys
    assert "birth_date" not in keys


@pytest.mark.parametrize(
    ("keys", "why", "said"),
    [
        (["gender"], WHY, "Choose"),
        (["gender", "debts"], WHY, "from the list"),
        (["gender", "birth_date"], "  ", "fill this in"),
        (["gender", "birth_date"], "x" * 501, "characters"),
    ],
    ids=["one", "sensitive", "no reason", "long reason"],
)
def test_what_can_not_be_chosen_is_said(town: Town, keys: list[str], why: str, said: str) -> None:
    with town.services.database.read() as connection:
        catalogue = representation.revisions.on(connection, town.services.today).catalogue
    with pytest.raises(Refused) as refused:
        check_choice(keys, why, catalogue)
    assert said in refused.value.message


def test_a_report_a_month_and_the_next_says_nothing_of_the_one_who_came(town: Town, clock: Clock) -> None:
    settled(town)
    before = told(town)
    assert representation_reports.make_due_report(town.services) == 0
    clock.now += timedelta(days=31)
    client_id = town.new_client("coach", "Somebody New")
    do(town.services, registered(client_id, "gender", "x", town.services.today))
    town.services.engine.catch_up()
    assert representation_reports.make_due_report(town.services) == 1
    assert told(town) == before
    people(town, "coach", SMALLEST_GROUP)
    clock.now += timedelta(days=31)
    town.services.engine.catch_up()
    assert representation_reports.make_due_report(town.services) == 1
    assert told(town)[EVERYBODY].as_of == town.services.today, "six have come"
    assert told(town)["gender=woman"].as_of == before["gender=woman"].as_of, "and three women"


def test_of_who_was_erased_nothing_is_kept_under_their_name(town: Town) -> None:
    settled(town)
    gone = people(town, "coach", 1)[0]
    town.services.engine.catch_up()
    with town.services.database.read() as connection:
        chosen = reports.chosen(connection)
    assert representation_reports.make_report_of(town.services, chosen) == 1
    context = CommandContext(town.services.clock(), town.accounts["privacy"].account_id)
    town.services.erase(gone, ErasureReason.CLIENT_REQUEST, context, uuid4())
    with town.services.database.read() as connection:
        rows = connection.execute(select(reports.representation_kept)).all()
    assert gone not in {row.client_id for row in rows}
    assert sum("{}" in row.kept for row in rows) == 1, "that somebody is counted stays, with no group"


def test_a_wrong_address_is_said_and_no_error(town: Town) -> None:
    settled(town, 12, 8)
    manager = town.visit("manager")
    assert manager.client.get("/representation?by=nothing&day=never&team=x").status_code == 200
    assert manager.client.get("/representation?day=2020-01-01").status_code == 404


SCHOOLED = Requirement("education_level", Operator.AT_LEAST, ("bachelor",))


def schooled(town: Town, women: str, men: str) -> None:
    """Everybody's education: that of women, and that of men."""
    people(town, "coach", 60)
    people(town, "stranger", 20, seed=2)
    town.services.engine.catch_up()
    today = town.services.today
    with town.services.database.read() as connection:
        found = connection.execute(select(caseload.c.client_id, caseload.c.v_gender)).all()
    for client_id, gender in found:
        do(town.services, registered(client_id, "education_level", women if gender == "woman" else men, today))
    town.services.engine.catch_up()


def test_a_requirement_that_leaves_out_one_group_far_more_often_is_said_before_it_is_saved(town: Town) -> None:
    schooled(town, "primary", "bachelor")
    coach, requirement = town.visit("coach"), {"op-education_level": "at_least", "values-education_level": "bachelor"}
    sent = {"kind": "vacancy", "title": "Planner", "capacity": "1", "ask": "education_level", **requirement}
    asked = coach.post("/offers/new", **sent)
    page = asked.get_data(as_text=True)
    assert asked.status_code == 400
    assert "Nothing was saved yet" in page
    said = page.partition('id="dropping"')[2].partition("</div>")[0]
    assert "Gender: woman" in said
    assert "Gender: man" not in said
    assert not offers_of(town)
    told_of = re.search(r'name="all_the_same"[^>]*value="([^"]+)"', page)
    assert told_of
    # What was said of other requirements is no answer to what is asked here.
    assert coach.post("/offers/new", all_the_same="driving_licence gender woman", **sent).status_code == 400
    assert coach.post("/offers/new", all_the_same=told_of[1], **sent).status_code == 303
    assert [offer.title for offer in offers_of(town)] == ["Planner"]


def test_a_requirement_that_leaves_out_all_alike_is_saved_at_once(town: Town) -> None:
    schooled(town, "primary", "primary")
    requirement = {"op-education_level": "at_least", "values-education_level": "bachelor"}
    sent = {"kind": "vacancy", "title": "Planner", "capacity": "1", "ask": "education_level", **requirement}
    assert town.visit("coach").post("/offers/new", **sent).status_code == 303


def test_the_report_says_whom_each_requirement_of_a_vacancy_left_out(town: Town) -> None:
    schooled(town, "primary", "bachelor")
    coach, services = town.accounts["coach"], town.services
    offer = OpenOffer(offer_id=uuid4(), kind=OfferKind.VACANCY, title="Planner", requirements=[SCHOOLED])
    services.offers.handle(offer, CommandContext(services.clock(), coach.account_id), uuid4())
    services.engine.catch_up()
    assert representation_reports.make_due_report(services) == 1
    found = representation_offers.left_out(services, town.accounts["process"].viewer, None)
    [(row, [asked])] = found.vacancies
    assert (row.title, asked.fails) == ("Planner", 40)
    assert ("gender", "woman") in asked.groups
    assert ("gender", "man") not in asked.groups
    page = town.visit("quality").get("/representation")
    assert "Planner" in page.partition('id="left-out"')[2]


def offers_of(town: Town) -> list[OfferRow]:
    town.services.engine.catch_up()
    with town.services.database.read() as connection:
        return all_offers(connection)
