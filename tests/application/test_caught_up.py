"""Operations that decide on read models fold first what was recorded a moment ago, and no more often than once."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import date
from uuid import UUID, uuid4

import pytest

from application import client_import, intakes
from application.client_import import Arrival, Destination, Newcomer
from application.intakes import Intake
from application.services import Services
from domain.client import ChangeContactDetails
from eventlog.commands import CommandContext
from projections.engine.engine import Engine
from tests.application.reaching import calls, functions, modules
from tests.web.conftest import Town, build_town

# Whose client it is, as the pages show it: a right, which holds until its loss is shown. What may happen to the client
# is decided on the stream, and a file that was merged a moment ago refuses by itself.
WHOSE = {"read:caseload.client", "read:merges.kept_of"}
# Which fields there are, as the page showed them: each operation is told so at its door.
SHOWN = {"read:definitions.catalogue_on"}


def deciding() -> Iterator[tuple[str, str]]:
    """The operations that carry out a command after asking a read model for more than whose client it is."""
    for module in modules():
        for name, node in functions(module).items():
            declared = any(ast.unparse(each).startswith("needs(") for each in node.decorator_list)
            reached = calls(module, name)
            writes = any(each.startswith("services.") and ".handle" in each for each in reached)
            writes |= bool(reached & {"services.together", "services.erase", "services.erase_in_log"})
            if declared and writes and {each for each in reached if each.startswith("read:")} - WHOSE - SHOWN:
                yield module, name


OPERATIONS = sorted(deciding())


def test_the_sweep_finds_the_operations_that_decide_on_read_models() -> None:
    assert {("intakes", "take_intake"), ("merging", "merge_files"), ("applications", "plan_meeting")} <= {*OPERATIONS}
    assert len(OPERATIONS) > 20


@pytest.mark.parametrize(("module", "name"), OPERATIONS)
def test_an_operation_that_decides_on_read_models_folds_first_what_is_new(module: str, name: str) -> None:
    reached = calls(module, name)
    asks = sorted(each.removeprefix("read:") for each in reached if each.startswith("read:"))
    assert reached & {"services.engine.catch_up", "services.engine.require"}, (
        f"{module}.{name} decides on {asks}: call services.engine.catch_up([...], wait=True) before it asks"
    )


@pytest.fixture
def town(sqlite_services: Services) -> Town:
    return build_town(sqlite_services)


@pytest.fixture
def folded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Filled with the names of each catching up that waits."""
    found: list[str] = []
    real = Engine.catch_up

    def noted(engine: Engine, names: object = (), *, wait: bool = False, **more: object) -> int:
        if wait:
            found.append(str(names))
        return real(engine, names, wait=wait, **more)  # type: ignore[arg-type]  # handed on as given

    monkeypatch.setattr(Engine, "catch_up", noted)
    return found


def test_an_intake_folds_once_who_came_in_a_moment_ago(town: Town, folded: list[str]) -> None:
    coach = town.accounts["coach"]
    said = Intake(uuid4(), coach.account_id, date(2026, 11, 16), "Fien Fransen", "X-17", "1990-02-01")
    intakes.take_intake(town.services, coach.viewer, said, uuid4())
    assert len(folded) == 1


def test_an_import_folds_what_others_recorded_and_not_what_it_records_itself(town: Town, folded: list[str]) -> None:
    to = client_import.destination(town.services, "north")
    assert to is not None
    somebody = town.new_client("coach", "Noor Nieuw")
    folded.clear()
    for batch in range(5):
        assert take(town, to, f"Invented {batch}") == 1
    assert len(folded) == 1, "what others had recorded before"
    details = ChangeContactDetails(client_id=somebody, phone="06 1234")
    town.services.clients.handle(details, CommandContext(town.services.clock()), uuid4())
    assert take(town, to, "Invented again") == 1
    assert len(folded) == 2
    assert take(town, to, "Invented at last") == 1
    assert len(folded) == 2


def take(town: Town, to: Destination, name: str) -> int:
    arrival = Arrival(town.services.clock(), None, part)
    came = Newcomer(uuid4(), date(2026, 11, 16), {"name": name, "client_number": name}, {"birth_date": "1990-01-01"})
    return len(client_import.take_newcomers(town.services, to, arrival, [came]).new)


def part(_first: UUID, _name: str) -> UUID:
    return uuid4()
