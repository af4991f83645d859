"""Sessions of workshops: planned, filled in the order of arrival, moved up, cancelled, closed with a contact each."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event

from application import merging
from application import workshops as operations
from application.looks import Look
from application.services import Services
from domain.client import CloseClient, ClosingReason, ErasureReason
from domain.offer import OfferKind, OpenOffer
from domain.refusal import Refused
from domain.workshop_session import Attendance
from eventlog.commands import CommandContext
from projections import contacts, workshops
from projections.engine.verify import verify
from records import read_log
from tests.conftest import Clock
from tests.web.conftest import Town, build_town

PLAN = {"day": "2026-11-20", "at": "10:00", "minutes": "90", "place": "Room 4", "places": "2"}
NAMES = ("Anna de Vries", "Bram Bos", "Cora Cats")


@dataclass
class Planned:
    """A town with a session of two places, and three clients of the coach."""

    town: Town
    offer_id: UUID
    session_id: UUID
    people: list[UUID]

    def enrols(self, *client_ids: UUID, who: str = "coach") -> int:
        page = f"/sessions/{self.session_id}"
        sent = self.town.visit(who).post(f"{page}/enrol", form=page, clients=[str(each) for each in client_ids])
        return int(sent.status_code)

    def sheet(self, who: str = "coach") -> operations.Sheet:
        look = Look(self.town.services, self.town.accounts[who].viewer, "test")
        return operations.session_sheet(self.town.services, look, self.session_id)

    def places(self) -> list[tuple[str | None, int | None]]:
        return [(line.name, line.nth) for line in self.sheet().lines]


def plan(town: Town, places: int = 2) -> Planned:
    town.services.clock.now = datetime(2026, 11, 16, 8, tzinfo=UTC)  # type: ignore[attr-defined]  # the test's clock
    offer_id, coach = uuid4(), town.accounts["coach"]
    command = OpenOffer(offer_id=offer_id, kind=OfferKind.WORKSHOP, title="Writing a CV", requirements=[])
    town.services.offers.handle(command, CommandContext(town.services.clock(), coach.account_id), uuid4())
    town.services.engine.catch_up()
    page = f"/offers/{offer_id}/sessions/new"
    sent = town.visit("coach").post(page, **PLAN | {"places": str(places)})
    assert sent.status_code == 303, sent.get_data(as_text=True)
    session_id = UUID(sent.location.split("/")[2].split("?")[0])
    return Planned(town, offer_id, session_id, [town.new_client("coach", name) for name in NAMES])


@pytest.fixture
def planned(town: Town) -> Planned:
    return plan(town)


def outcomes(services: Services, client_id: UUID) -> list[str]:
    services.engine.catch_up()
    with services.database.read() as connection:
        return [each.outcome for each in contacts.of_client(connection, client_id)]


def test_who_comes_first_has_a_place_and_the_next_one_moves_up(planned: Planned) -> None:
    anna, bram, cora = planned.people
    assert planned.enrols(bram) == planned.enrols(anna, cora) == 303
    assert planned.places() == [("Bram Bos", None), ("Anna de Vries", None), ("Cora Cats", 1)]
    coach, page = planned.town.visit("coach"), f"/sessions/{planned.session_id}"
    assert "number 1 on the waiting list" in coach.get(f"/clients/{cora}")
    assert "has a place" in coach.get(f"/clients/{anna}") and "Enrolled in a workshop" in coach.get(f"/clients/{anna}")
    assert "Writing a CV" in coach.get("/calendar")
    assert coach.post(f"{page}/withdraw/{bram}", form=page).status_code == 303
    assert planned.places() == [("Anna de Vries", None), ("Cora Cats", None)]
    assert "has a place" in coach.get(f"/clients/{cora}") and "Withdrawn from" in coach.get(f"/clients/{bram}")
    assert planned.enrols(anna) == 400, "already enrolled"
    assert planned.enrols() == 400, "nobody chosen"
    assert coach.post(f"/clients/{bram}/sessions", session=str(planned.session_id)).status_code == 303
    assert planned.places()[-1] == ("Bram Bos", 1)
    for path in (f"/clients/{bram}/shown-to-client", f"/offers/{planned.offer_id}"):
        assert "Room 4" in coach.get(path), path
    assert list(verify(planned.town.services.engine)) == []


def test_colleagues_see_numbers_and_their_own_and_enrol_no_other(planned: Planned) -> None:
    anna = planned.people[0]
    planned.enrols(anna)
    theirs = planned.town.new_client("stranger", "Dirk Dam")
    assert planned.enrols(theirs, who="stranger") == 303
    assert planned.enrols(theirs) == 404 and planned.enrols(planned.people[1], who="stranger") == 404
    assert [line.name for line in planned.sheet("stranger").lines] == [None, "Dirk Dam"]
    assert [line.name for line in planned.sheet("coach").lines] == ["Anna de Vries", "Dirk Dam"], "who runs it"
    page = f"/sessions/{planned.session_id}"
    stranger = planned.town.visit("stranger")
    for action in ("cancel", "close"):
        assert stranger.post(f"{page}/{action}", form=page).status_code == 403
    assert stranger.post(f"{page}/withdraw/{anna}", form=page).status_code == 404


def test_closing_writes_a_contact_for_each_once(planned: Planned, clock: Clock) -> None:
    anna, bram, cora = planned.people
    planned.enrols(anna, bram, cora)
    page = f"/sessions/{planned.session_id}"
    coach = planned.town.visit("coach")
    assert coach.post(f"{page}/close", form=page).status_code == 409, "it lies ahead"
    clock.now = datetime(2026, 11, 20, 12, tzinfo=UTC)
    coach, once = planned.town.visit("coach"), str(uuid4())
    form = {f"was-{anna}": "came", f"was-{bram}": "excused", "command_id": once, "csrf_token": coach.token(page)}
    for _twice in range(2):
        assert coach.client.post(f"{page}/close", data=form).status_code == 303
    assert outcomes(planned.town.services, anna) == ["spoken"]
    assert outcomes(planned.town.services, bram) == ["cancelled"]
    assert outcomes(planned.town.services, cora) == [], "who waited was not expected"
    assert "Workshop held: attended" in " ".join(coach.get(f"/clients/{anna}").split())
    assert "closed" in coach.get(page) and planned.enrols(cora) == 400
    assert list(verify(planned.town.services.engine)) == []


def test_of_whom_nobody_knows_whether_they_were_there_no_contact_says_anything(planned: Planned, clock: Clock) -> None:
    theirs = planned.town.new_client("stranger", "Dirk Dam")
    anna, town, page = planned.people[0], planned.town, f"/sessions/{planned.session_id}"
    planned.enrols(anna)
    planned.enrols(theirs, who="stranger")
    clock.now = datetime(2026, 11, 20, 12, tzinfo=UTC)
    form = {f"was-{anna}": "unknown", f"was-{theirs}": "came"}
    assert town.visit("coach").post(f"{page}/close", form=page, **form).status_code == 303
    assert outcomes(town.services, anna) == [], "a contact that says nobody was reached would be false"
    file = " ".join(town.visit("coach").get(f"/clients/{anna}").split())
    assert "Workshop held: unknown" in file
    file = " ".join(town.visit("stranger").get(f"/clients/{theirs}").split())
    assert outcomes(town.services, theirs) == ["spoken"] and "Coach Invented" in file, "who recorded it is told"
    with town.services.database.read() as connection:
        assert any(theirs in look.clients and look.page == "workshops" for look in read_log.latest(connection))


def test_closing_is_all_or_nothing(planned: Planned, clock: Clock) -> None:
    anna, bram, _ = planned.people
    planned.enrols(anna, bram)
    clock.now = datetime(2026, 11, 20, 12, tzinfo=UTC)
    services, look = planned.town.services, Look(planned.town.services, planned.town.accounts["coach"].viewer, "test")
    closed = CloseClient(client_id=bram, reason=ClosingReason.JOB, closed_on=services.today)
    services.clients.handle(closed, CommandContext(clock(), None), uuid4())
    command_id = uuid4()
    for _twice in range(2):
        operations.close_session(services, look, planned.session_id, {anna: Attendance.STAYED_AWAY}, command_id)
    assert outcomes(services, anna) == ["no_show"] and outcomes(services, bram) == []
    with pytest.raises(Refused, match="is over"):
        operations.close_session(services, look, planned.session_id, {anna: Attendance.CAME}, uuid4())
    assert outcomes(services, anna) == ["no_show"]


def test_a_session_that_is_cancelled_leaves_every_file(planned: Planned) -> None:
    anna = planned.people[0]
    planned.enrols(anna)
    page, coach = f"/sessions/{planned.session_id}", planned.town.visit("coach")
    assert coach.post(f"{page}/cancel", form=page).status_code == 303
    file = coach.get(f"/clients/{anna}")
    assert "Withdrawn from a workshop" in file and "cancelled" in file
    assert coach.post(f"{page}/cancel", form="/today").status_code == 409


def test_who_was_erased_or_closed_is_on_no_list(planned: Planned) -> None:
    anna, bram, cora = planned.people
    planned.enrols(anna, bram, cora)
    services = planned.town.services
    context = CommandContext(services.clock(), planned.town.accounts["coach"].account_id)
    services.erase(anna, ErasureReason.CLIENT_REQUEST, context, uuid4())
    services.clients.handle(
        CloseClient(client_id=bram, reason=ClosingReason.JOB, closed_on=services.today), context, uuid4()
    )
    services.engine.catch_up()
    assert planned.places() == [("Cora Cats", None)]
    with services.database.read() as connection:
        assert len(workshops.entries(connection, [planned.session_id])) == 3, "by number, nothing is lost"
    assert "Room 4" not in planned.town.visit("coach").get(f"/clients/{bram}"), "and the closed file opens"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"places": "0"}, "from 1 to 500"),
        ({"day": "2026-11-15"}, "has passed"),
        ({"day": "2099-01-01"}, "years ahead"),
        ({"day": ""}, "Enter a day"),
        ({"at": "25:00"}, "time like 14:30"),
        ({"minutes": "1"}, "5 to 480"),
        ({"place": " "}, "fill this in"),
        ({"place": "x" * 201}, "too long"),
    ],
    ids=["no places", "passed", "far", "no day", "no time", "short", "nowhere", "long"],
)
def test_what_can_not_be_planned_says_why(planned: Planned, wrong: dict[str, str], said: str) -> None:
    answer = planned.town.visit("coach").post(f"/offers/{planned.offer_id}/sessions/new", **PLAN | wrong)
    assert answer.status_code == 400 and said in answer.get_data(as_text=True)


def test_a_vacancy_has_no_sessions(planned: Planned) -> None:
    town, offer_id = planned.town, uuid4()
    command = OpenOffer(offer_id=offer_id, kind=OfferKind.VACANCY, title="Baker", requirements=[])
    context = CommandContext(town.services.clock(), town.accounts["coach"].account_id)
    town.services.offers.handle(command, context, uuid4())
    town.services.engine.catch_up()
    coach = town.visit("coach")
    assert coach.client.get(f"/offers/{offer_id}/sessions/new").status_code == 409
    assert "Plan a session" not in coach.get(f"/offers/{offer_id}")
    assert coach.client.get(f"/sessions/{uuid4()}").status_code == 404


def test_the_last_place_goes_to_one_of_two_at_the_same_second(
    make_services: Callable[..., Services], database_url: str
) -> None:
    planned = plan(build_town(make_services(database_url)), places=1)
    services, together = planned.town.services, threading.Barrier(2)

    def enrol(client_id: UUID) -> None:
        look = Look(services, planned.town.accounts["coach"].viewer, "test")
        together.wait()
        operations.enrol_clients(services, look, planned.session_id, [client_id], uuid4())

    threads = [threading.Thread(target=enrol, args=(each,)) for each in planned.people[:2]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(str(nth) for _, nth in planned.places()) == ["1", "None"]
    assert list(verify(services.engine)) == []


def test_the_files_on_a_list_are_asked_for_at_once(planned: Planned) -> None:
    """However many are enrolled, and in how many sessions."""
    asked: list[str] = []
    town, engine = planned.town, planned.town.services.database.engine

    def hear(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    def asks() -> int:
        asked.clear()
        event.listen(engine, "before_cursor_execute", hear)
        operations.sessions_of_offer(town.services, town.accounts["coach"].viewer, planned.offer_id)
        event.remove(engine, "before_cursor_execute", hear)
        return len(asked)

    anna, bram, cora = planned.people
    planned.enrols(anna)
    of_one = asks()
    planned.enrols(bram, cora)
    page = f"/offers/{planned.offer_id}/sessions/new"
    town.visit("coach").post(page, **PLAN | {"places": "9"})
    town.services.engine.catch_up()
    assert asks() == of_one


def test_a_place_goes_along_in_a_merge_and_back(planned: Planned, clock: Clock) -> None:
    services, (other, second, _) = planned.town.services, planned.people
    kept = planned.town.new_client("coach", "Anna Kept")
    assert planned.enrols(other) == 303 and planned.enrols(second) == 303
    look = Look(services, planned.town.accounts["coach"].viewer, "test")
    before = planned.places()
    for act, file in ((merging.merge_files, kept), (merging.undo_merge, other)):
        services.engine.catch_up()
        act(services, look, kept, other, uuid4())
        services.engine.catch_up()
        assert [each.session.session_id for each in operations.of_client(services, look, file)] == [planned.session_id]
        names = [name for name, _ in planned.places()]
        assert names == [("Anna Kept" if file == kept else before[0][0]), before[1][0]]
    assert planned.places() == before
    assert list(verify(services.engine)) == []
