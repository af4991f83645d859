"""A session is filled from where one's clients stand: the caseload's filters, and the match of the workshop."""

from __future__ import annotations

import html
import re
from datetime import date
from uuid import UUID, uuid4

import pytest

from domain.client import RegisterField
from eventlog.commands import CommandContext
from tests.web.conftest import Town
from tests.web.test_workshops import Planned, plan


@pytest.fixture
def planned(town: Town) -> Planned:
    """Anna and Cora may drive a car; Anna is a woman; there are two places."""
    found = plan(town)
    anna, _, cora = found.people
    for client_id, field, value in (
        (anna, "driving_licence", ["B"]),
        (cora, "driving_licence", ["B"]),
        (anna, "gender", "woman"),
    ):
        command = RegisterField(client_id=client_id, field=field, value=value, known_on=date(2026, 6, 2))
        context = CommandContext(town.services.clock(), town.accounts["coach"].account_id)
        town.services.clients.handle(command, context, uuid4())
    town.services.engine.catch_up()
    return found


def ticked(page: str) -> set[UUID]:
    boxes = re.findall(r"<input[^>]*name=\"clients\"[^>]*>", page)
    return {UUID(re.search(r'value="([^"]+)"', box)[1]) for box in boxes if "checked" in box}  # type: ignore[index]  # each has one


def test_whom_a_filter_leaves_is_ticked_on_the_list_of_a_session(planned: Planned) -> None:
    anna, _, cora = planned.people
    coach = planned.town.visit("coach")
    page = html.unescape(coach.get("/caseload/people?f=driving_licence:is:B"))
    (address,) = re.findall(rf'href="(/sessions/{planned.session_id}[^"#]*)', page)
    assert "2 places left" in page and "f=driving_licence" in address
    assert ticked(coach.get(address)) == {anna, cora}
    assert ticked(coach.get(f"/sessions/{planned.session_id}")) == set()
    assert planned.town.visit("manager").client.get(address).status_code == 200, "who has no caseload has none chosen"


def test_a_filter_by_what_is_protected_ticks_nobody(planned: Planned) -> None:
    coach, filters = planned.town.visit("coach"), "f=gender:is:woman"
    page = html.unescape(coach.get(f"/caseload/people?{filters}"))
    assert f"/sessions/{planned.session_id}" not in page and "use the match of the workshop" in page
    assert ticked(coach.get(f"/sessions/{planned.session_id}?{filters}")) == set()


def test_those_ticked_in_a_match_are_enrolled_at_once_in_the_order_in_which_they_came(planned: Planned) -> None:
    anna, bram, cora = planned.people
    coach, match = planned.town.visit("coach"), f"/offers/{planned.offer_id}/match"
    action = f"/sessions/{planned.session_id}/enrol"
    assert f'formaction="{action}"' in coach.get(match)
    sent = coach.post(action, form=match, client=[str(each) for each in (cora, anna, bram)])
    assert sent.status_code == 303
    assert planned.places() == [("Cora Cats", None), ("Anna de Vries", None), ("Bram Bos", 1)]


def test_where_one_can_not_be_enrolled_nobody_is(planned: Planned) -> None:
    anna, bram, _ = planned.people
    planned.enrols(bram)
    coach, match = planned.town.visit("coach"), f"/offers/{planned.offer_id}/match"
    both = [str(anna), str(bram)]
    answer = coach.post(f"/sessions/{planned.session_id}/enrol", form=match, client=both)
    assert answer.status_code == 400 and "already enrolled" in answer.get_data(as_text=True)
    assert anna in ticked(answer.get_data(as_text=True)), "nothing that was chosen is lost"
    assert planned.places() == [("Bram Bos", None)]
