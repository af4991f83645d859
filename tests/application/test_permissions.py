"""Who may do what: each operation tried by each role, on clients of every kind, beside tables written by hand.

The tables are those of the domain's description and not taken from the code. An operation that is in none fails here.
"""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Callable, Iterator
from importlib import import_module

import pytest

import application
from application.refusals import NotAllowedError, NotThereError
from application.services import Services
from domain.refusal import Refused
from domain.roles import Viewer
from tests import application as tables
from tests.application.asking import NO, NONE, REFUSED, WHO, YES, viewer
from tests.web.conftest import Town, build_town

TOPICS = [
    import_module(f"tests.application.{found.name}")
    for found in pkgutil.iter_modules(tables.__path__)
    if found.name.startswith("permissions_of_")
]
TABLE = {name: row for topic in TOPICS for name, row in topic.TABLE.items()}
PARTS = {name for topic in TOPICS for name in topic.PARTS}
# What operations are made of.
GROUND = {"failures", "freshness", "installation", "looks", "refusals", "rights", "services"}


def public() -> Iterator[str]:
    """The functions that the floor offers to the doors."""
    for found in pkgutil.iter_modules(application.__path__):
        module = import_module(f"application.{found.name}")
        for name, value in vars(module).items():
            if inspect.isfunction(value) and value.__module__ == module.__name__ and not name.startswith("_"):
                yield f"{found.name}.{name}"


def test_every_operation_is_in_the_table() -> None:
    assert {name for name in public() if name.partition(".")[0] not in GROUND} == TABLE.keys() | PARTS


@pytest.fixture
def town(sqlite_services: Services) -> Town:
    return build_town(sqlite_services)


@pytest.fixture
def calls(town: Town) -> dict[str, Callable[[Viewer], object]]:
    return {name: call for topic in TOPICS for name, call in topic.calls(town).items()}


@pytest.mark.parametrize("who", WHO)
def test_each_may_do_what_the_table_says_and_nothing_else(
    town: Town, calls: dict[str, Callable[[Viewer], object]], who: str
) -> None:
    assert calls.keys() == TABLE.keys()
    found = {}
    for name, call in calls.items():
        before = town.services.log.head()
        try:
            call(viewer(town, who))
            found[name] = YES
        except NotAllowedError:
            found[name] = NO
        except NotThereError:
            found[name] = NONE
        except Refused:
            found[name] = REFUSED
        if found[name] != YES:
            assert town.services.log.head() == before, f"{name}: nothing is recorded"
        town.services.engine.catch_up()
    assert found == {name: TABLE[name][who] for name in TABLE}


def test_whatever_a_stand_in_records_says_for_whom(town: Town, calls: dict[str, Callable[[Viewer], object]]) -> None:
    away, stand_in = town.accounts["coach"].account_id, viewer(town, "stand-in")
    said = []
    for name, call in calls.items():
        # Asked to take a client over, a colleague answers on nobody's behalf.
        if TABLE[name]["stand-in"] != YES or name == "transfers.answer_transfer":
            continue
        before = town.services.log.head()
        call(stand_in)
        for recorded in town.services.log.page(before, 1000):
            event = recorded.event
            state = town.services.clients.state(event.originator_id)
            if event.category == "client" and state is not None and state.coach == away:
                assert (event.actor, event.recorded_for) == (stand_in.account_id, away), name
                said.append(name)
        town.services.engine.catch_up()
    assert {name.partition(".")[0] for name in said} >= {"contacts", "tasks", "appointments", "steps", "registrations"}


def test_what_coaches_record_themselves_says_nobody_else(
    town: Town, calls: dict[str, Callable[[Viewer], object]]
) -> None:
    before = town.services.log.head()
    for name in ("contacts.record_contact", "registrations.register"):
        calls[name](viewer(town, "coach"))
    assert {each.event.recorded_for for each in town.services.log.page(before, 1000)} == {None}
