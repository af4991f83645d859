"""The page of a weekly list: what is open, done, and gone with a client."""

from __future__ import annotations

import re
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from playwright.sync_api import Browser

from application import take_overs, weekly_list
from application.looks import Look
from application.take_overs import TakeOverWish
from domain.calendar import Week
from domain.catalogue import load
from domain.client import (
    AgreePlanOfAction,
    AssignClient,
    Client,
    DeclareNotRelevant,
    RegisterField,
    TakeIntake,
)
from domain.matching import parse_requirement
from domain.offer import OfferKind, OpenOffer
from eventlog.commands import Command, CommandContext, Step
from records import weekly_lists
from tests.conftest import Clock
from tests.web.conftest import Town, log_in
from web.pages.weekly_list import row_of


def do(town: Town, command: Command[Client]) -> None:
    town.services.clients.handle(command, CommandContext(town.services.clock(), None), uuid4())
    town.services.engine.catch_up()


def tags(page: str) -> list[str]:
    return re.findall(r'<span class="tag[^"]*">([^<]*)</span>', page)


def lines_of(page: str) -> list[str]:
    return re.findall(r'<tr id="(line-[^"]+)"', page)


def test_a_client_who_is_handed_over_takes_the_lines_along_and_brings_them(town: Town) -> None:
    client_id = town.new_client("coach", "Anna de Vries")
    team = town.accounts["colleague"].team_id
    assert team is not None
    week = Week.of(town.services.today)
    weekly_lists.build(town.services.engine, week, town.services.clock())
    assert tags(town.visit("coach").get("/weekly-list")).count("new") == 4
    do(town, RegisterField(client_id=client_id, field="driving_licence", value=["B"], known_on=date(2026, 6, 2)))
    colleague = town.accounts["colleague"].account_id
    do(town, AssignClient(client_id=client_id, team=team, coach=colleague, assigned_on=date(2026, 11, 18)))
    page = town.visit("coach").get("/weekly-list")
    assert "done since: 1." in page and "Handed over since: 3." in page
    assert (tags(page).count("done"), tags(page).count("handed over")) == (1, 3)
    assert "Anna de Vries" not in page


def test_who_was_taken_over_for_a_time_is_on_the_list_of_who_has_them_now(town: Town, clock: Clock) -> None:
    """A list names a client under the one coach who has them; the other's says that they were handed over."""
    services, manager = town.services, Look(town.services, town.accounts["manager"].viewer, "test")
    away, to = town.accounts["coach"].account_id, {town.accounts["colleague"].account_id}
    client_id, week = town.new_client("coach", "Anna de Vries"), Week.of(services.today)
    weekly_lists.build(services.engine, week, services.clock())
    assert tags(town.visit("coach").get("/weekly-list")).count("new") == 4

    def a_week_later(who: str, other: str) -> None:
        nonlocal week
        week = week.next
        clock.now = week.starts_at
        weekly_lists.build(services.engine, week, services.clock())
        page = town.visit(who).get("/weekly-list")
        assert "Anna de Vries" in page and (tags(page).count("came over"), tags(page).count("new")) == (4, 0)
        page = town.visit(other).get("/weekly-list")
        assert "Anna de Vries" not in page and "4 of last week’s list were handed over." in page

    preview = take_overs.take_overs_of_team(services, manager, away, to).preview
    wish = TakeOverWish(away, to, services.today + timedelta(days=30), {client_id}, preview)
    take_overs.take_over_for_time(services, manager.viewer, wish, uuid4())
    services.engine.catch_up()
    page = town.visit("coach").get("/weekly-list")
    assert "Handed over since: 4." in page and "Anna de Vries" not in page
    a_week_later("colleague", "coach")
    (taken,) = take_overs.take_overs_of_team(services, manager, None, ()).open
    shown = take_overs.to_give_back(services, manager, taken.take_over_id).preview
    take_overs.give_back(services, manager.viewer, taken.take_over_id, shown, uuid4())
    services.engine.catch_up()
    a_week_later("coach", "colleague")


def line_of(page: str, client_id: UUID, field: str) -> str:
    """The row of a line."""
    return page.split(f'<tr id="{row_of(client_id, field)}">')[1].split("</tr>")[0]


def opened(page: str) -> list[str]:
    """The fields whose form stands open."""
    return re.findall(r'<fieldset class="row field-answer[^"]*" id="field-(\w+)"', page)


def test_a_line_is_answered_in_place_and_the_next_stands_open(town: Town) -> None:
    client_id, coach = town.new_client("coach", "Anna de Vries"), town.visit("coach")
    weekly_lists.build(town.services.engine, Week.of(town.services.today), town.services.clock())
    said = {"known_on": "2026-11-18", "source": "conversation"}
    page, answered = coach.get("/weekly-list"), []
    values = {
        "driving_licence": ["B"],
        "education_level": "primary",
        "language_level": "a2",
        "plan_of_action": "Dutch first.",
    }
    while fields := opened(page):
        (field,) = fields
        address = f"/weekly-list/{client_id}/{field}"
        wrong = coach.post(address, **said, **{f"{field}-shown": "0", f"{field}-value": "x" * 5000})
        assert wrong.status_code == 400 and opened(wrong.get_data(as_text=True)) == [field]
        sent = coach.post(address, **said, **{f"{field}-shown": "0", f"{field}-value": values[field]})
        assert sent.status_code == 303 and sent.location.endswith(f"#{row_of(client_id, field)}")
        answered.append(field)
        page = coach.get(sent.location.partition("#")[0])
        assert ">done<" in line_of(page, client_id, field)
        assert ">done<" not in "".join(line_of(page, client_id, each) for each in values.keys() - set(answered))
    assert sorted(answered) == sorted(values)
    assert opened(coach.get("/weekly-list")) == []


def test_a_line_that_a_colleague_answered_meanwhile_is_shown_beside_what_was_typed(town: Town) -> None:
    client_id, coach = town.new_client("coach", "Anna de Vries"), town.visit("coach")
    weekly_lists.build(town.services.engine, Week.of(town.services.today), town.services.clock())
    do(town, RegisterField(client_id=client_id, field="education_level", value="master", known_on=date(2026, 6, 2)))
    said = {"known_on": "2026-11-18", "source": "conversation", "education_level-shown": "0"}
    late = coach.post(f"/weekly-list/{client_id}/education_level", **said, **{"education_level-value": "primary"})
    page = late.get_data(as_text=True)
    assert late.status_code == 409 and opened(page) == ["education_level"]
    assert "master or higher" in page and 'value="primary" checked' in page
    shown = re.findall(r'name="education_level-shown"[^>]* value="(\d+)"', page)
    sent = coach.post(
        f"/weekly-list/{client_id}/education_level",
        **said | {"education_level-value": "primary", "education_level-shown": shown[0]},
    )
    assert sent.status_code == 303


def test_nobody_answers_a_line_of_somebody_else(town: Town) -> None:
    client_id = town.new_client("coach", "Anna de Vries")
    weekly_lists.build(town.services.engine, Week.of(town.services.today), town.services.clock())
    said = {"known_on": "2026-11-18", "source": "conversation", "education_level-shown": "0"}
    before = town.services.log.head()
    sent = town.visit("colleague").post(
        f"/weekly-list/{client_id}/education_level", **said, **{"education_level-value": "primary"}
    )
    assert sent.status_code == 404 and town.services.log.head() == before


def lists(town: Town) -> None:
    weekly_lists.build(town.services.engine, Week.of(town.services.today), town.services.clock())


def in_order(page: str) -> list[tuple[str, str]]:
    """The first of the client's id, and the field of each line, as they stand there."""
    return re.findall(r'<tr id="line-([0-9a-f]{8})-(\w+)">', page)


def test_it_is_grouped_by_client_or_by_field_with_what_blocks_first_and_each_definition_once(town: Town) -> None:
    zoe, anna = town.new_client("coach", "Zoe Adema"), town.new_client("coach", "Anna Zwart")
    offer = OpenOffer(
        offer_id=uuid4(),
        kind=OfferKind.VACANCY,
        title="Cook",
        requirements=[parse_requirement("language_level at_least a2")],
    )
    coach_id = town.accounts["coach"].account_id
    town.services.offers.handle(offer, CommandContext(town.services.clock(), coach_id), uuid4())
    plan = AgreePlanOfAction(client_id=zoe, plan="Dutch first.", agreed_on=town.services.today)
    do(town, plan)
    lists(town)
    coach, page = town.visit("coach"), town.visit("coach").get("/weekly-list")
    fields = ["plan_of_action", "language_level", "driving_licence", "education_level"]
    first_anna, first_zoe = (client_id.hex[:8] for client_id in (anna, zoe))
    first = [(first_anna, field) for field in fields]
    assert in_order(page) == [*first, *((first_zoe, field) for field in fields[1:])], (
        "whose plan is missing comes first"
    )
    by_field = coach.get("/weekly-list?by=field")
    assert [field for _, field in in_order(by_field)] == ["plan_of_action", *sorted(fields[1:] * 2, key=fields.index)]
    assert [client for client, _ in in_order(by_field)[1:3]] == [first_zoe, first_anna], "Adema before Zwart"
    for shown in (page, by_field):
        for field in fields:
            assert shown.count(str(load()[field].definition.en).replace("'", "&#39;")) in (1, 2)
        assert (
            "not known within 28 days" in shown and "1 offer asks for it" in shown and "required for the plan" in shown
        )
        assert "the match with 1 open vacancy or workshop" in shown
        assert shown.count("<dt>") == 4, "each meaning once, and not on every line"
    sent = coach.post(
        f"/weekly-list/{zoe}/language_level",
        **{"known_on": "2026-11-18", "source": "conversation", "by": "field", "language_level-shown": "0"},
        **{"language_level-value": "a2"},
    )
    assert sent.status_code == 303 and "by=field" in sent.location


def test_a_flag_that_is_wrong_becomes_a_signal_in_one_step_and_names_nobody(town: Town) -> None:
    client_id, coach = town.new_client("coach", "Anna de Vries"), town.visit("coach")
    lists(town)
    page = coach.get(f"/weekly-list/{client_id}/driving_licence")
    assert page.count("log a signal</button>") == 1
    sent = coach.post("/weekly-list/wrong", form="/weekly-list", field="driving_licence", state="unknown")
    assert sent.status_code == 303
    mine = coach.get(sent.location)
    assert "Wrongly on the weekly list: Driving licence, unknown." in mine and "Anna" not in mine
    for wrong in ({"field": "nothing", "state": "unknown"}, {"field": "cv", "state": "x"}):
        assert coach.post("/weekly-list/wrong", form="/weekly-list", **wrong).status_code == 400


def test_what_often_is_not_relevant_is_proposed_to_the_improvement_team(town: Town) -> None:
    for nth in range(12):
        client_id = town.new_client("coach", f"Client {nth}")
        review_on = date(2027, 5, 18)
        if nth < 10:
            aside = DeclareNotRelevant(client_id=client_id, field="cv", because="not_now", review_on=review_on)
            do(town, aside)
        if nth < 9:
            do(town, DeclareNotRelevant(client_id=client_id, field="debts", because="agency", review_on=review_on))
    page = town.visit("improver").get("/definitions")
    section = page.split('id="often"')[1].split("</section>")[0]
    assert "CV (date): not relevant for 10 of 10 clients" in section and "Debts" not in section
    assert "field=cv" in section and "kind=idea" in section
    assert 'id="often"' not in town.visit("coach").get("/definitions")
    do(town, RegisterField(client_id=client_id, field="cv", value="2026-01-31", known_on=date(2026, 6, 2)))
    assert "not relevant for 10 clients" in town.visit("process").get("/definitions"), "not of how few others"


def test_a_list_that_was_made_up_later_says_so(town: Town) -> None:
    town.new_client("coach", "Anna de Vries")
    week = Week.of(town.services.today).previous
    weekly_lists.build(town.services.engine, week, town.services.clock())
    assert "made up later" in town.visit("coach").get(f"/weekly-list?week={week}")


def test_258_lines_are_printed_on_two_pages(town: Town, address: str, browser: Browser) -> None:
    coach = town.accounts["coach"]
    assert coach.team_id is not None
    context, began = CommandContext(town.services.clock(), coach.account_id), date(2026, 6, 1)
    for nth in range(65):
        client_id = uuid4()
        taken = TakeIntake(client_id=client_id, held_on=began, team=coach.team_id, name=f"Annemarie van der Berg {nth}")
        given = AssignClient(client_id=client_id, team=coach.team_id, coach=coach.account_id, assigned_on=began)
        town.services.clients.handle_all([Step(command, context, uuid4()) for command in (taken, given)])
    town.services.engine.catch_up()
    lists(town)
    with browser.new_context(locale="en-GB") as at_work:
        page = at_work.new_page()
        log_in(page, address, "coach")
        for path in ("/weekly-list", "/weekly-list?by=field"):
            page.goto(f"{address}{path}")
            assert page.locator("tr[id^=line-]").count() >= 258
            printed = page.pdf(format="A4", margin=dict.fromkeys(("top", "bottom", "left", "right"), "10mm"))
            assert 1 <= len(re.findall(rb"/Type\s*/Page\b", printed)) <= 2, path


def test_a_long_list_has_pages_and_each_line_stands_on_one(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weekly_list, "PAGE", 3)
    clients = [town.new_client("coach", name) for name in ("Anna de Vries", "Bram de Vries")]
    lists(town)
    coach = town.visit("coach")
    for by in ("", "&by=field"):
        pages = [coach.get(f"/weekly-list?page={nth}{by}") for nth in (1, 2, 3)]
        lines = [lines_of(page) for page in pages]
        assert [len(of_page) for of_page in lines] == [3, 3, 2]
        assert len({line for of_page in lines for line in of_page}) == 8
        for nth, page in enumerate(pages, 1):
            assert f"Page {nth} of 3" in page
            assert page.split('class="print-only"')[1].count("Vries") >= 2, "all of it is printed"
            open_line = re.findall(r'<tr id="(line-[^"]+)"(?:(?!<tr).)*<tr class="answering"', page, re.DOTALL)
            assert open_line == lines[nth - 1][:1], "the first line of the page stands open"
    assert "Page 3 of 3" in coach.get("/weekly-list?page=99")
    # Whoever answers the last line of a page goes on with the first of the next.
    last = lines_of(coach.get("/weekly-list?page=1"))[-1]
    client_id = next(each for each in clients if row_of(each, "x").startswith(last.rsplit("-", 1)[0]))
    do(
        town,
        DeclareNotRelevant(
            client_id=client_id, field=last.rsplit("-", 1)[1], reason="Invented", review_on=date(2027, 1, 4)
        ),
    )
    assert "Page 2 of 3" in coach.get(f"/weekly-list/{client_id}/{last.rsplit('-', 1)[1]}")
