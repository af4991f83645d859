"""Facets of a caseload: each count is what the list has when one chooses it, whatever else is chosen."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from application import caseload
from application.caseload import Selection
from application.looks import Look
from application.services import Services
from domain.catalogue import Choice, Choices, load
from domain.client import DeclareNotRelevant, RecordDeclined, RegisterField
from domain.filters import DAYS, STATES, Filter, options_of
from eventlog.commands import CommandContext
from projections.caseload_facets import Facet
from tests.application.asking import viewer
from tests.web.conftest import Town, build_town


@pytest.fixture
def town(services: Services) -> Town:
    town = build_town(services)
    town.new_client("coach", "Anna de Vries")
    return town


def counted(services: Services, look: Look, selection: Selection) -> dict[str, Facet]:
    return dict(caseload.caseload(services, look, selection, {}, limit=0, with_facets=True).facets)


def choices() -> list[tuple[Filter, str, str]]:
    """Each choice of each facet, with where its count stands."""
    fields = load()
    found = [(Filter(f.key, "is", (code,)), "values", code) for f in fields for code in (*options_of(f), "blank")]
    found = [each for each in found if options_of(fields[each[0].key])]
    found += [(Filter(f.key, state), "states", state) for f in fields for state in STATES]
    return found + [(Filter(day, state), "states", state) for day in DAYS for state in ("known", "unknown")]


def differ(town: Town) -> None:
    """Let clients of the coach have values, several, none, and some that are out of date or set aside."""
    coach = town.accounts["coach"].account_id
    context, today = CommandContext(town.services.clock(), coach), town.services.today
    for nth in range(6):
        client_id = town.new_client("coach", f"Client {nth}")
        for place, field in enumerate(load()):
            if field.recorded_by != "registration" or field.specialised_only:
                continue
            common = {"client_id": client_id, "field": field.key}
            match (nth + place) % 5:
                case 0 if isinstance(field.kind, Choice | Choices):
                    codes = field.kind.codes
                    value: object = codes[nth % len(codes)]
                    if isinstance(field.kind, Choices):
                        # what excludes all others stands alone
                        value = [codes[-1 - nth % 2]]
                    known_on = today - timedelta(days=2000 if nth % 2 else 1)
                    command: object = RegisterField(**common, value=value, known_on=known_on)
                case 1:
                    command = DeclareNotRelevant(**common, reason="so", review_on=today + timedelta(days=30))
                case 2:
                    command = RecordDeclined(**common, reason="so", review_on=today + timedelta(days=30))
                case _:
                    continue
            town.services.clients.handle(command, context, uuid4())  # type: ignore[arg-type]  # one of the above
    town.services.engine.catch_up()


@pytest.mark.parametrize(
    "selection",
    [
        Selection(),
        Selection(show="no_plan"),
        Selection(filters=(Filter("gender", "unknown"),)),
        Selection(filters=(Filter("driving_licence", "is_not", ("B",)), Filter("cv", "unknown"))),
        Selection(named="client"),
    ],
    ids=["everybody", "quick", "a state", "two filters", "searched for"],
)
def test_each_count_is_what_the_list_has_when_one_chooses_it(town: Town, selection: Selection) -> None:
    differ(town)
    look = Look(town.services, viewer(town, "manager"), "test")
    facets = counted(town.services, look, selection)
    assert facets.keys() == {*DAYS, *(f.key for f in load())}
    several = 0
    for f, among, code in choices()[:: 1 if selection == Selection() else 5]:
        beside = tuple(other for other in selection.filters if other.key != f.key)
        chosen = Selection(selection.show, (*beside, f), named=selection.named)
        found = caseload.caseload(town.services, look, chosen, {}, limit=0).found
        assert getattr(facets[f.key], among)[code] == found, str(f)
        several += found > 0
    assert several > 15, "there is something to count"


def test_facets_are_counted_of_the_own_clients_alone(town: Town) -> None:
    look = Look(town.services, viewer(town, "coach"), "test")
    assert counted(town.services, look, Selection())["cv"].states == {"unknown": 1}
    assert caseload.caseload(town.services, look, Selection(), {}, limit=0).facets == {}, "counted when asked for"


def test_saved_filters_stand_in_ones_own_order_with_counts(town: Town) -> None:
    me, colleague = viewer(town, "coach"), viewer(town, "colleague")
    for name in ("one", "two", "three"):
        caseload.save_view(town.services, me, name, "f=cv:unknown", shared=True)

    def names(of: object) -> list[str]:
        look = Look(town.services, of, "test")  # type: ignore[arg-type]  # a viewer
        return [v.name for v in caseload.caseload(town.services, look, Selection(), {}, limit=0).views]

    def view_id(name: str) -> UUID:
        look = Look(town.services, me, "test")
        views = caseload.caseload(town.services, look, Selection(), {}, limit=0).views
        return next(v.view_id for v in views if v.name == name)

    assert names(me) == ["one", "three", "two"]
    caseload.move_view(town.services, me, view_id("two"), up=True)
    caseload.move_view(town.services, me, view_id("two"), up=True)
    caseload.move_view(town.services, me, view_id("two"), up=True)
    assert names(me) == ["two", "one", "three"]
    caseload.move_view(town.services, me, view_id("one"), up=False)
    assert names(me) == ["two", "three", "one"]
    assert names(colleague) == ["one", "three", "two"], "the order is one's own"
    wanted = {
        view_id("one"): Selection(filters=(Filter("cv", "unknown"),)),
        view_id("two"): Selection(show="no_plan", filters=(Filter("cv", "known"),)),
    }
    assert list(caseload.count_views(town.services, me, wanted).values()) == [1, 0]
