"""The sheet of a monthly conversation: two clients whom the coach chose, and what the manager promised."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from application import merging
from application.looks import Look
from domain.client import AssignClient, ClientCommand, CloseClient, ClosingReason, ErasureReason
from domain.conversation import ManagerPromised
from eventlog.commands import CommandContext
from eventlog.events import Sealed
from records import read_log
from tests.conftest import Clock
from tests.web.conftest import Town

SHEET = r'href="(/conversations/[0-9a-f-]{36})"'
NO_NAME = "A client who was handed over, or whose file is no longer kept"


def planned(town: Town, days: int = 1) -> str:
    """A conversation of manager and coach that the coach has seen: the address of its sheet."""
    manager, coach_id = town.visit("manager"), town.accounts["coach"].account_id
    before = re.findall(SHEET, manager.get("/conversations"))
    day = town.services.today + timedelta(days=days)
    manager.post("/conversations", coach=str(coach_id), held_on=day.isoformat())
    (path,) = set(re.findall(SHEET, manager.get("/conversations"))) - set(before)
    town.visit("coach").post(path, what="share", remark="")
    return str(path)


def looks_at(town: Town, client_id: UUID, who: str) -> list[str]:
    with town.services.database.read() as connection:
        found = read_log.of_client(connection, client_id)
    return [look.page for look in found if look.account_id == town.accounts[who].account_id]


def did(town: Town, command: ClientCommand) -> None:
    context = CommandContext(town.services.clock(), town.accounts["manager"].account_id)
    town.services.clients.handle(command, context, uuid4())
    town.services.engine.catch_up()


def handed_over(town: Town, client_id: UUID, to: str) -> None:
    account = town.accounts[to]
    assert account.team_id is not None
    today = town.services.today
    did(town, AssignClient(client_id=client_id, team=account.team_id, coach=account.account_id, assigned_on=today))


def closed(town: Town, client_id: UUID) -> None:
    did(town, CloseClient(client_id=client_id, reason=ClosingReason.JOB, closed_on=town.services.today))


def merged(town: Town, client_id: UUID) -> None:
    kept = town.new_client("coach", "Anna de Vries-Bakker")
    privacy = Look(town.services, town.accounts["privacy"].viewer, "test")
    merging.merge_files(town.services, privacy, kept, client_id, uuid4())
    town.services.engine.catch_up()


def erased(town: Town, client_id: UUID) -> None:
    town.services.erase(client_id, ErasureReason.CLIENT_REQUEST, CommandContext(town.services.clock(), None), uuid4())
    town.services.engine.catch_up()


# What happened meanwhile, and what coach and manager see then.
MEANWHILE: dict[str, tuple[Callable[[Town, UUID], None], str, str]] = {
    "nothing": (lambda town, client_id: None, "Anna de Vries", "Anna de Vries"),
    "handed over to a colleague": (lambda t, c: handed_over(t, c, "colleague"), NO_NAME, "Anna de Vries"),
    "handed over to another team": (lambda t, c: handed_over(t, c, "stranger"), NO_NAME, NO_NAME),
    "closed": (closed, "closed on", "closed on"),
    "merged": (merged, "Anna de Vries-Bakker", "Anna de Vries-Bakker"),
    "erased": (erased, NO_NAME, NO_NAME),
}


@pytest.mark.parametrize("name", sorted(MEANWHILE))
def test_who_was_chosen_is_shown_to_both_as_far_as_each_may_see_them_today(town: Town, name: str) -> None:
    chosen, path = town.new_client("coach", "Anna de Vries"), planned(town)
    coach, manager = town.visit("coach"), town.visit("manager")
    assert coach.post(f"{path}/cases", first=str(chosen), second="").status_code == 303
    assert looks_at(town, chosen, "manager") == []
    happen, for_coach, for_manager = MEANWHILE[name]
    happen(town, chosen)
    for visitor, who, shown in ((coach, "coach", for_coach), (manager, "manager", for_manager)):
        page = visitor.get(path)
        part = page.partition('id="cases"')[2].partition("</section>")[0]
        assert shown in part, who
        assert ("Anna" in part) is (shown != NO_NAME), who
        for link in re.findall(r'href="(/clients/[0-9a-f-]+)"', part):
            visitor.get(link)
            assert looks_at(town, UUID(link.rpartition("/")[2]), who)[0], "logged as looked at"
    if name in ("nothing", "merged"):
        goes_on = town.services.file_that_goes_on(chosen)
        report = coach.get(f"/clients/{goes_on}/shown-to-client")
        part = report.partition('id="chosen-for"')[2].partition("</section>")[0]
        # The clients here have no language, so that the report is in Dutch.
        assert "Coach Invented, Manager Invented" in part, "the client may know of it"
    if for_manager == "Anna de Vries":
        assert "conversations" in looks_at(town, chosen, "manager")


def test_the_manager_sees_them_when_the_sheet_opens_and_chooses_none(town: Town) -> None:
    one, two = town.new_client("coach", "Anna de Vries"), town.new_client("coach", "Bram Mulder")
    manager, coach_id = town.visit("manager"), town.accounts["coach"].account_id
    day = town.services.today + timedelta(days=7)
    manager.post("/conversations", coach=str(coach_id), held_on=day.isoformat())
    (path,) = set(re.findall(SHEET, manager.get("/conversations")))
    coach = town.visit("coach")
    assert coach.post(f"{path}/cases", first=str(two), second=str(one)).status_code == 303
    assert "Bram Mulder" not in manager.get(path) and looks_at(town, one, "manager") == []
    coach.post(path, what="share", remark="")
    page = manager.get(path)
    assert page.index("Bram Mulder") < page.index("Anna de Vries"), "in the order chosen"
    manager.get(f"{path}/cases", 404)
    assert coach.get(f"{path}/cases").count(" selected ") + coach.get(f"{path}/cases").count("selected value") >= 2


def test_a_client_of_a_colleague_is_not_chosen_and_none_once_it_is_over(town: Town, clock: Clock) -> None:
    own, other = town.new_client("coach", "Anna de Vries"), town.new_client("colleague", "Bram Mulder")
    path = planned(town)
    coach, head = town.visit("coach"), town.services.log.head()
    refused = coach.post(f"{path}/cases", first=str(own), second=str(other))
    assert refused.status_code == 400 and "Choose clients of your own caseload." in refused.get_data(as_text=True)
    clock.now += timedelta(days=2)
    coach = town.visit("coach")
    late = coach.post(f"{path}/cases", first=str(own), second="")
    assert late.status_code == 400 and "This conversation is over" in late.get_data(as_text=True)
    assert town.services.log.head() == head and f"{path}/cases" not in coach.get(path)


def test_what_the_manager_promised_stands_on_the_next_sheets_until_it_is_done(town: Town, clock: Clock) -> None:
    path = planned(town)
    coach, manager, today = town.visit("coach"), town.visit("manager"), town.services.today
    said = {"what": "promise", "promise": "Ask for a second screen.", "due_on": (today + timedelta(days=9)).isoformat()}
    assert coach.post(path, **said).status_code == 400, "the manager's"
    wrong = manager.post(path, **said | {"due_on": "2026-02-31"})
    assert wrong.status_code == 400 and "Ask for a second screen.</textarea>" in wrong.get_data(as_text=True)
    assert manager.post(path, **said).status_code == 303
    assert "Ask for a second screen." in coach.get(path).partition('id="promised"')[2]
    paths = [path]
    for _ in range(2):
        clock.now += timedelta(days=30)
        paths.append(planned(town))
    for who in ("coach", "manager"):
        kept = town.visit(who).get(paths[2]).partition('id="promised-before"')[2].partition("</section>")[0]
        assert "Ask for a second screen." in kept and "Still open, since" in kept, (
            "open, though it is not the last time"
        )
    (promise_id,) = set(re.findall(r'name="promise_id" value="([^"]+)"', kept))
    made_in = path.rpartition("/")[2]
    coach = town.visit("coach")
    assert coach.post(paths[1], what="done", promise_id=promise_id, made_in=made_in).status_code == 303
    assert "Done on" in coach.get(paths[1]) and "Coach Invented" in coach.get(paths[1])
    assert "second screen" not in coach.get(paths[2]), "done, and of the time before last"
    assert coach.post(paths[1], what="open", promise_id=promise_id, made_in=made_in).status_code == 303
    assert "second screen" in coach.get(paths[2])
    for sent in ({"promise_id": str(uuid4()), "made_in": made_in}, {"promise_id": promise_id, "made_in": "x"}, {}):
        assert coach.post(paths[1], what="done", **sent).status_code == 400, sent
    assert coach.post(paths[1], what="done", promise_id=promise_id, made_in=str(uuid4())).status_code == 404


def test_the_words_of_a_promise_are_sealed(town: Town) -> None:
    path = planned(town)
    day = (town.services.today + timedelta(days=9)).isoformat()
    town.visit("manager").post(path, what="promise", promise="Ask for a second screen.", due_on=day)
    with town.services.database.read() as connection:
        (row,) = connection.exec_driver_sql("SELECT * FROM conversation_promises").mappings().all()
    (event,) = town.services.log.versions(UUID(path.rpartition("/")[2]), [row["words"]]).values()
    assert isinstance(event, ManagerPromised) and isinstance(event.text, Sealed) and "second screen" not in str(row)


def test_the_report_of_a_client_who_was_not_chosen_or_no_longer_is_says_nothing_of_conversations(town: Town) -> None:
    chosen, other, path = (
        town.new_client("coach", "Anna de Vries"),
        town.new_client("coach", "Bob Bakker"),
        planned(town),
    )
    coach = town.visit("coach")
    coach.post(f"{path}/cases", first=str(chosen), second="")
    assert "chosen-for" not in coach.get(f"/clients/{other}/shown-to-client")
    coach.post(f"{path}/cases", first=str(other), second="")
    assert "chosen-for" not in coach.get(f"/clients/{chosen}/shown-to-client")
    assert "chosen-for" in coach.get(f"/clients/{other}/shown-to-client")
