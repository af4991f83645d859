"""The page of a weekly list: what is open, done, and gone with a client."""

from __future__ import annotations

import re
from datetime import date
from uuid import uuid4

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
