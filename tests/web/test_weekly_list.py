"""The page of a weekly list: what is open, done, and gone with a client."""

from __future__ import annotations

import re
from datetime import date
from uuid import UUID, uuid4

from domain.calendar import Week
from domain.client import AssignClient, Client, RegisterField
from eventlog.commands import Command, CommandContext
from records import weekly_lists
from tests.web.conftest import Town


def do(town: Town, command: Command[Client]) -> None:
    town.services.clients.handle(command, CommandContext(town.services.clock(), None), uuid4())
    town.services.engine.catch_up()


def tags(page: str) -> list[str]:
    return re.findall(r'<span class="tag[^"]*">([^<]*)</span>', page)


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


def line_of(page: str, client_id: UUID, field: str) -> str:
    """The row of a line."""
    return page.split(f'<tr id="line-{client_id}-{field}">')[1].split("</tr>")[0]


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
        assert sent.status_code == 303 and sent.location.endswith(f"#line-{client_id}-{field}")
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
