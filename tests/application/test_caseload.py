"""A caseload by its own operation: whose clients come of it, and that nothing sealed is handed out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from application import caseload, caseload_then
from application.clients import CaseloadClient
from application.looks import Look
from application.refusals import NotAllowedError
from application.services import Services
from domain.filters import Filter
from tests.application.asking import viewer
from tests.web.conftest import Town, build_town

NAMES = ("Anna de Vries", "Bram Bakker", "Carla Claes")


@pytest.fixture
def town(sqlite_services: Services) -> Town:
    town = build_town(sqlite_services)
    for coach, name in zip(("coach", "colleague", "stranger"), NAMES, strict=True):
        town.new_client(coach, name)
    return town


def listed(town: Town, who: str, coach: str | None = None) -> set[str]:
    """Whom somebody gets to see who asks for a coach's caseload, by each way to see one."""
    coach_id = town.accounts[coach].account_id if coach else None
    selection, look = caseload.Selection(coach_id=coach_id), Look(town.services, viewer(town, who), "test")
    shown = caseload.caseload(town.services, look, selection, {}, limit=9)
    exported = caseload.export(town.services, look, selection)
    searched = caseload.caseload(town.services, look, replace(selection, named="a"), {}, limit=9)
    assert shown.found == shown.everybody == searched.found == len(exported.clients)
    assert set(exported.names.values()) == set(shown.listed.names.values()) == set(searched.listed.names.values())
    return set(exported.names.values())


@pytest.mark.parametrize(
    ("who", "coach", "expected"),
    [
        ("coach", None, NAMES[:1]),
        ("colleague", "coach", NAMES[1:2]),
        ("stand-in", "coach", NAMES[:1]),
        ("stranger", "coach", NAMES[2:]),
        ("quality", None, NAMES[:2]),
        ("manager", "coach", NAMES[:1]),
        ("manager-south", None, NAMES[2:]),
        ("manager-south", "coach", ()),
    ],
)
def test_a_coach_has_the_own_caseload_and_who_leads_a_team_that_of_the_team(
    town: Town, who: str, coach: str | None, expected: tuple[str, ...]
) -> None:
    assert listed(town, who, coach) == set(expected)


def test_nothing_sealed_is_handed_out(town: Town) -> None:
    coach = Look(town.services, viewer(town, "coach"), "test")
    then = caseload_then.caseload_then(town.services, coach, None, town.services.today)
    rows = [
        *caseload.export(town.services, coach, caseload.Selection()).clients,
        *(row for each in then.clients for row in (each.then, each.now)),
    ]
    assert len(rows) == 3
    assert {type(row) for row in rows} == {CaseloadClient}
    assert not {"name", "client_number", "email", "phone"} & set(CaseloadClient.__struct_fields__)


def test_by_name_pages_follow_each_other_either_way(town: Town) -> None:
    look = Look(town.services, viewer(town, "manager"), "test")

    def page(offset: int, *, descending: bool = False) -> list[str]:
        selection = caseload.Selection(order=caseload.BY_NAME, descending=descending, offset=offset)
        shown = caseload.caseload(town.services, look, selection, {}, limit=1).listed
        return [shown.names[row.client_id] for row in shown.clients]

    assert page(0) + page(1) + page(2) == [NAMES[1], NAMES[0]], "by surname"
    assert page(0, descending=True) == [NAMES[0]]


def test_options_and_quick_filters_are_counted_within_what_is_chosen(town: Town) -> None:
    look = Look(town.services, viewer(town, "manager"), "test")
    options = {state: Filter("cv", state) for state in ("known", "unknown")}
    one = caseload.Selection(coach_id=town.accounts["coach"].account_id, filters=[Filter("cv", "known")])
    shown = caseload.caseload(town.services, look, one, options, limit=9)
    assert (shown.found, shown.everybody, shown.option_counts) == (0, 1, {"known": 0, "unknown": 0})
    assert shown.quick["no_plan"] == 0
    others = caseload.Selection(show="contact_due", filters=[Filter("cv", "unknown")])
    assert caseload.caseload(town.services, look, others, {}, limit=9).quick["no_plan"] == 2, "beside one another"
    everybody = caseload.caseload(town.services, look, caseload.Selection(show="no_plan"), options, limit=9)
    assert (everybody.found, everybody.option_counts) == (2, {"known": 0, "unknown": 2})


def test_who_leads_teams_and_is_of_none_has_no_caseload(town: Town) -> None:
    me = town.accounts["manager"].viewer
    nowhere = Look(town.services, type(me)(me.account_id, me.role, None), "test")
    for call in (
        lambda: caseload.caseload(town.services, nowhere, caseload.Selection(), {}, limit=9),
        lambda: caseload.caseload(town.services, nowhere, caseload.Selection(named="a"), {}, limit=9),
        lambda: caseload.export(town.services, nowhere, caseload.Selection()),
        lambda: caseload_then.caseload_then(town.services, nowhere, None, date(2026, 7, 1)),
    ):
        with pytest.raises(NotAllowedError):
            call()


def test_kept_filters_are_removed_by_who_kept_them_alone(town: Town) -> None:
    me, colleague = viewer(town, "coach"), viewer(town, "colleague")
    caseload.save_view(town.services, me, "Drivers", "f=driving_licence:is:B", shared=True)

    def kept() -> list[UUID]:
        look = Look(town.services, colleague, "test")
        return [v.view_id for v in caseload.caseload(town.services, look, caseload.Selection(), {}, limit=9).views]

    (view_id,) = kept()
    caseload.remove_view(town.services, colleague, view_id)
    assert kept() == [view_id]
    caseload.remove_view(town.services, me, view_id)
    assert kept() == []
