"""A person gets one file, however many take the intake in the same second, and by whichever way."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from application import applications, client_import, intakes
from application.client_import import Arrival, Newcomer
from application.services import Services
from domain.client import Apply, TakeIntake
from domain.refusal import Refused
from domain.roles import Viewer
from projections.caseload import caseload
from tests.web.conftest import Town, build_town

NAME, BORN, NUMBER, HELD_ON = "Fien Fransen", "1990-02-01", "X-17", date(2026, 11, 16)
AT_ONCE = 6
# A place where a file is begun, and the ways below that go by it.
WAYS = {"intakes.py": {"intake", "application"}, "client_import.py": {"import"}}
Take = Callable[[Services, Viewer], object]


def viewer(town: Town) -> Viewer:
    return town.accounts["coach"].viewer


def intake(town: Town, client_id: UUID, number: str | None = NUMBER) -> Take:
    said = intakes.Intake(client_id, town.accounts["coach"].account_id, HELD_ON, NAME, number, BORN)
    return lambda services, who: intakes.take_intake(services, who, said, uuid4())


def of_an_application(town: Town) -> Take:
    client_id = uuid4()
    applied = Apply(client_id=client_id, name=NAME, birth_date=BORN, phone="06 1234", need="Work")
    applications.apply(town.services, applied, uuid4(), f"192.0.2.{client_id.int % 250}")
    return intake(town, client_id, None)


def imported(town: Town) -> Take:
    newcomer = Newcomer(uuid4(), HELD_ON, {"name": NAME, "client_number": NUMBER}, {"birth_date": BORN})
    arrival = Arrival(town.services.clock(), None, lambda first, name: uuid4())
    # All know the same clients when they begin, as an import does that has been going on for an hour.
    to = client_import.destination(town.services, "north")
    assert to is not None

    def take(services: Services, _viewer: Viewer) -> None:
        taken = client_import.take_newcomers(services, to, arrival, [newcomer])
        for _, refused in taken.refused:
            raise refused

    return take


KINDS: dict[str, Callable[[Town], Take]] = {
    "intake": lambda town: intake(town, uuid4()),
    "application": of_an_application,
    "import": imported,
}


def at_once(services: list[Services], who: Viewer, ways: list[Take]) -> list[BaseException]:
    """What came of so many who begin at the same moment, each in a thread; those that came to nothing."""
    ready, wrong = threading.Barrier(len(ways)), []

    def one(nth: int, way: Take) -> None:
        ready.wait()
        try:
            way(services[nth % len(services)], who)
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=one, args=each) for each in enumerate(ways)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return wrong


def files(services: Services) -> int:
    services.engine.catch_up(wait=True)
    with services.database.read() as connection:
        return len(connection.execute(caseload.select()).all())


@pytest.mark.parametrize(
    "kinds",
    [["intake"], ["application"], ["import"], ["intake", "import", "application"]],
    ids=["intakes", "applications", "imports", "one of each"],
)
def test_whoever_takes_an_intake_at_the_same_time_as_others_is_told_that_there_is_a_file(
    make_services: Callable[..., Services], database_url: str, kinds: list[str]
) -> None:
    town = build_town(make_services(database_url))
    # Two processes of two threads each and more: more of them than there are connections.
    several = [town.services, make_services(database_url, WERKPAD_POOL_SIZE="1")]
    ways = [KINDS[kinds[nth % len(kinds)]](town) for nth in range(AT_ONCE)]
    before = files(town.services)
    wrong = at_once(several, viewer(town), ways)
    assert files(town.services) == before + 1
    assert len(wrong) == AT_ONCE - 1
    for refused in wrong:
        assert isinstance(refused, Refused), refused
        assert "already a client here, or was before" in str(refused)


def test_more_than_there_are_connections_wait_for_each_other_and_none_is_put_off(
    make_services: Callable[..., Services], fresh_postgres: str
) -> None:
    town = build_town(make_services(fresh_postgres, WERKPAD_POOL_SIZE="1"))
    wrong = at_once([town.services], viewer(town), [intake(town, uuid4()) for _ in range(24)])
    assert {type(error) for error in wrong} == {Refused} and len(wrong) == 23


def test_the_same_form_sent_twice_at_the_same_moment_is_one_intake_and_no_refusal(services: Services) -> None:
    town = build_town(services)
    said = intakes.Intake(uuid4(), town.accounts["coach"].account_id, HELD_ON, NAME, NUMBER, BORN)
    command_id = uuid4()
    before = files(services)
    assert at_once([services], viewer(town), [lambda s, who: intakes.take_intake(s, who, said, command_id)] * 4) == []
    assert files(services) == before + 1


def test_an_import_that_began_before_knows_who_came_meanwhile(services: Services) -> None:
    town = build_town(services)
    first, second = imported(town), imported(town)
    first(services, viewer(town))
    with pytest.raises(Refused, match="already a client here"):
        second(services, viewer(town))


def test_rows_of_one_import_that_say_the_same_of_two_people_are_two_people(sqlite_services: Services) -> None:
    build_town(sqlite_services)
    to = client_import.destination(sqlite_services, "north")
    assert to is not None
    arrival, before = Arrival(sqlite_services.clock(), None, lambda first, name: uuid4()), files(sqlite_services)
    for _batch in range(2):
        newcomer = Newcomer(uuid4(), HELD_ON, {"name": NAME}, {"birth_date": BORN})
        assert not client_import.take_newcomers(sqlite_services, to, arrival, [newcomer]).refused
    assert files(sqlite_services) == before + 2


def test_each_place_where_a_file_is_begun_is_tried_here() -> None:
    folder = Path(intakes.__file__).parent
    found = {p.name for p in folder.rglob("*.py") if re.search(rf"\b{TakeIntake.__name__}\(", p.read_text("utf-8"))}
    # An invented client to practise with has a log of its own, with nobody else in it.
    found -= {"practice.py"}
    assert found == set(WAYS), "whoever begins a file first takes `one_intake_at_a_time`, and is tried above"
    assert set.union(*WAYS.values()) == set(KINDS)
