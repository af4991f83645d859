"""Between colleagues: handing over, standing in, reassigning, looking at files together, monthly conversations."""

from __future__ import annotations

import re
from datetime import date, timedelta
from uuid import UUID, uuid4

from domain.client import RegisterField
from domain.conversation import PlanConversation
from eventlog.commands import CommandContext
from projections import caseload
from tests.conftest import Clock
from tests.web.conftest import Town


def coach_of(town: Town, client_id: UUID) -> UUID:
    town.services.engine.catch_up()
    with town.services.database.read() as connection:
        row = caseload.client(connection, client_id)
    assert row is not None
    assert row.client.coach_id is not None
    return row.client.coach_id


def ask(town: Town, client_id: UUID, colleague: str = "colleague") -> None:
    coach_id = town.accounts[colleague].account_id
    path = f"/clients/{client_id}/transfer"
    assert town.visit("coach").post(path, coach=str(coach_id), reason="moved there").status_code == 303


def test_a_client_goes_to_a_colleague_who_accepts(town: Town) -> None:
    client_id = town.new_client("coach", "Anna de Vries")
    ask(town, client_id)
    assert coach_of(town, client_id) == town.accounts["coach"].account_id, "until the answer, nothing changes"
    colleague = town.visit("colleague")
    colleague.get(f"/clients/{client_id}", 404)
    assert "Anna de Vries" in colleague.get("/today") and "moved there" in colleague.get("/today")
    town.visit("stranger").get(f"/clients/{client_id}/transfer/answer", 404)
    assert "Transfers waiting <b>1</b>" in town.visit("manager").get("/team")
    assert colleague.post(f"/clients/{client_id}/transfer/answer", what="accept").status_code == 303
    assert coach_of(town, client_id) == town.accounts["colleague"].account_id
    town.visit("coach").get(f"/clients/{client_id}", 404)


def test_a_colleague_who_refuses_says_why(town: Town) -> None:
    client_id = town.new_client("coach", "Anna de Vries")
    ask(town, client_id, "stranger")
    stranger = town.visit("stranger")
    assert stranger.post(f"/clients/{client_id}/transfer/answer", what="refuse", reason=" ").status_code == 400
    stranger.post(f"/clients/{client_id}/transfer/answer", what="refuse", reason="no room at all")
    assert coach_of(town, client_id) == town.accounts["coach"].account_id
    assert "no room at all" in town.visit("coach").get(f"/clients/{client_id}")
    ask(town, client_id)
    town.visit("coach").post(f"/clients/{client_id}/transfer", what="withdraw")
    town.visit("colleague").get(f"/clients/{client_id}/transfer/answer", 404)


def test_a_stand_in_works_on_those_days_and_sees_nothing_sensitive(town: Town) -> None:
    client_id = town.new_client("coach", "Anna de Vries")
    coach, colleague = town.accounts["coach"], town.accounts["colleague"]
    command = RegisterField(client_id=client_id, field="debts", value="problematic", known_on=date(2026, 6, 2))
    town.services.clients.handle(command, CommandContext(town.services.clock(), coach.account_id), client_id)
    town.services.engine.catch_up()
    visitor = town.visit("colleague")
    visitor.get(f"/clients/{client_id}", 404)
    today = town.services.today
    manager = town.visit("manager")
    leave = {"coach": str(coach.account_id), "stand_in": str(colleague.account_id)}
    wrong = manager.post("/team/leave", **leave, from_on=str(today), until_on=str(today - timedelta(days=1)))
    assert wrong.status_code == 400
    assert manager.post("/team/leave", **leave, from_on=str(today), until_on=str(today)).status_code == 303
    page = visitor.get(f"/clients/{client_id}")
    assert "You stand in for Coach Invented" in page
    assert "problematic" not in page and "recorded" in page
    assert "Anna de Vries" in visitor.get(f"/caseload?coach={coach.account_id}")
    visitor.get(f"/weekly-list?coach={coach.account_id}")
    assert "noted as recorded for Coach Invented" in visitor.get(f"/clients/{client_id}/contact")
    visitor.get(f"/clients/{client_id}/fields/debts", 403)
    visitor.get(f"/clients/{client_id}/shown-to-client", 403)
    town.visit("stranger").get(f"/weekly-list?coach={coach.account_id}", 404)
    town.services.clock.now += timedelta(days=1)  # type: ignore[attr-defined]  # the test looks inside
    town.visit("colleague").get(f"/clients/{client_id}", 404)


def test_a_leaving_coachs_clients_are_previewed_and_then_reassigned_in_one_go(town: Town) -> None:
    clients = [town.new_client("coach", f"Client {n}") for n in range(5)]
    town.new_client("colleague", "Already there")
    accounts = town.accounts
    query = f"coach={accounts['coach'].account_id}" + "".join(
        f"&to={accounts[name].account_id}" for name in ("colleague", "improver")
    )
    manager = town.visit("manager")
    page = manager.get(f"/team/reassign?{query}")
    assert "Reassign 5 clients" in page
    assert {coach_of(town, c) for c in clients} == {accounts["coach"].account_id}, "a preview records nothing"
    fingerprint = re.findall(r'name="preview" value="(\w+)"', page)[0]
    data = {"coach": accounts["coach"].account_id, "to": [accounts[n].account_id for n in ("colleague", "improver")]}
    head = town.services.log.head()
    late = town.new_client("coach", "Came meanwhile")
    assert manager.post("/team/reassign", **data, preview=fingerprint).status_code == 400
    assert town.services.log.head() == head + 2
    fingerprint = re.findall(r'name="preview" value="(\w+)"', manager.get(f"/team/reassign?{query}"))[0]
    command_id = str(uuid4())
    for _ in range(2):
        sent = manager.post("/team/reassign", **data, preview=fingerprint, command_id=command_id)
        assert sent.status_code == 303, "sent twice, done once"
    spread = [coach_of(town, c) for c in (*clients, late)]
    assert sorted(map(spread.count, set(spread))) == [3, 3] or sorted(map(spread.count, set(spread))) == [2, 4]
    assert accounts["coach"].account_id not in spread
    stranger = f"/team/reassign?coach={accounts['stranger'].account_id}&to={accounts['colleague'].account_id}"
    assert manager.client.get(stranger).status_code == 400


def test_an_officer_notes_what_came_of_looking_together(town: Town) -> None:
    client_id = town.new_client("coach", "Anna de Vries")
    officer = town.visit("quality")
    assert "Anna de Vries" in officer.get("/quality"), "drawn by chance"
    data = {"chosen_by": "random", "outcome": "definition_unclear", "note": "What is a sector?"}
    assert officer.post(f"/clients/{client_id}/review", form="/quality", **data).status_code == 303
    page = officer.get("/quality")
    assert "the definition is unclear" in page.partition("Reviewed so far")[2]
    assert f"/clients/{client_id}/review" not in page, "it does not come up again soon"
    assert officer.post(f"/clients/{client_id}/review", form="/quality", outcome="nonsense").status_code == 400


def test_the_coach_sees_the_sheet_first_and_both_agree(town: Town) -> None:
    town.new_client("coach", "Anna de Vries")
    manager, coach = town.visit("manager"), town.visit("coach")
    day = town.services.today + timedelta(days=7)
    planned = manager.post("/conversations", coach=str(town.accounts["coach"].account_id), held_on=day.isoformat())
    assert planned.status_code == 303
    (path,) = set(re.findall(r"/conversations/[0-9a-f-]{36}", manager.get("/conversations")))
    assert "The coach sees this sheet first" in manager.get(path)
    assert "open clients" in coach.get(path)
    coach.post(path, what="share", remark="Two of them moved away.")
    page = manager.get(path)
    assert "Two of them moved away." in page and "open clients" in page
    manager.post(path, what="note", text="A course in motivational interviewing.")
    assert manager.post(path, what="confirm").status_code == 400, "the other confirms"
    coach.post(path, what="confirm")
    assert "Confirmed by both" in manager.get(path)
    town.visit("colleague").get(path, 404)
    town.visit("manager-south").get(path, 404)


def test_what_was_agreed_and_how_figures_stood_last_time_stand_on_the_next_sheet(town: Town, clock: Clock) -> None:
    town.new_client("coach", "Anna de Vries")
    coach_id, paths = str(town.accounts["coach"].account_id), []
    for nth in range(3):
        manager, coach = town.visit("manager"), town.visit("coach")
        day = town.services.today + timedelta(days=1)
        manager.post("/conversations", coach=coach_id, held_on=day.isoformat())
        found = re.findall(r'href="(/conversations/[0-9a-f-]{36})"', manager.get("/conversations"))
        paths.append(next(path for path in found if path not in paths))
        coach.post(paths[-1], what="share", remark="")
        manager.post(paths[-1], what="note", text=f"I will ask for training {nth}.")
        clock.now += timedelta(days=30)
        town.new_client("coach", f"Further client {nth}")
    first, second, third = (town.visit("manager").get(path) for path in paths)
    assert "What you agreed last time" not in first
    assert "I will ask for training 0." in second and "training 2" not in second
    last, before = third.partition("What was agreed before that")[::2]
    assert "I will ask for training 1." in last and "I will ask for training 0." in before
    row = re.search(r"open clients.*?</tr>", third, re.DOTALL)
    assert row and re.findall(r'<td class="number">(\d+)</td>', row[0]) == ["1", "2", "3", "4"], (
        "then, then, planned, now"
    )
    for who in ("colleague", "manager-south"):
        town.visit(who).get(paths[-1], 404)


def test_what_another_manager_agreed_is_not_on_the_sheet(town: Town, clock: Clock) -> None:
    """An earlier conversation is for the two who held it."""
    coach, coach_id = town.accounts["coach"], str(town.accounts["coach"].account_id)
    manager = town.visit("manager")
    manager.post("/conversations", coach=coach_id, held_on=(town.services.today + timedelta(days=1)).isoformat())
    (path,) = set(re.findall(r"/conversations/[0-9a-f-]{36}", manager.get("/conversations")))
    town.visit("coach").post(path, what="note", text="Between the two of us.")
    other = CommandContext(town.services.clock(), uuid4())
    later = PlanConversation(
        conversation_id=uuid4(),
        coach=coach.account_id,
        team=town.teams["north"].team_id,
        held_on=town.services.today + timedelta(days=40),
        figures={"open": 1},
    )
    town.services.conversations.handle(later, other, uuid4())
    town.services.engine.catch_up()
    assert "Between the two of us." not in town.visit("coach").get(f"/conversations/{later.conversation_id}")


def test_a_conversation_planned_for_today_opens_for_the_coach_first_too(town: Town, clock: Clock) -> None:
    town.new_client("coach", "Anna de Vries")
    manager, coach_id = town.visit("manager"), str(town.accounts["coach"].account_id)
    days = [town.services.today, town.services.today + timedelta(days=1)]
    for day in days:
        manager.post("/conversations", coach=coach_id, held_on=day.isoformat())
    tomorrow, today = re.findall(r'href="(/conversations/[0-9a-f-]{36})"', manager.get("/conversations"))
    for path in (today, tomorrow):
        assert "open clients" not in manager.get(path)
        refused = manager.post(path, form="/conversations", what="note", text="All is well.")
        assert refused.status_code == 400 and "The coach sees this sheet first" in refused.get_data(as_text=True)
    clock.now += timedelta(days=1)
    later = town.visit("manager")
    assert "open clients" in later.get(tomorrow), "the day that was planned the day before"
    assert "open clients" not in later.get(today)
    town.visit("coach").post(today, what="share", remark="")
    assert "open clients" in later.get(today)


def test_no_page_ranks_coaches(town: Town) -> None:
    for n in range(3):
        town.new_client("improver", f"Client {n}")
    town.new_client("coach", "Anna de Vries")
    page = town.visit("manager").get("/team").partition('id="spread"')[2]
    names = re.findall(r'coach=[0-9a-f-]{36}">([^<]+)</a>', page)
    assert names == sorted(names)


def test_clients_are_handed_over_for_a_time_come_up_on_the_day_and_are_given_back(town: Town) -> None:
    anna, bram = (town.new_client("coach", name) for name in ("Anna de Vries", "Bram Bakker"))
    coach, colleague = town.accounts["coach"].account_id, town.accounts["colleague"].account_id
    manager, day = town.visit("manager"), town.services.today + timedelta(days=30)
    query = f"/team/take-overs?coach={coach}&to={colleague}"
    page = manager.get(query)
    assert "Anna de Vries" in page and coach_of(town, anna) == coach, "a preview records nothing"
    fingerprint = re.findall(r'name="preview" value="(\w+)"', page)[0]
    data = {"coach": coach, "to": [colleague], "client": [anna], "preview": fingerprint}
    assert "Enter the day on which" in manager.post("/team/take-overs", **data, back_on="").text
    late = manager.post("/team/take-overs", **data, back_on=str(town.services.today))
    assert late.status_code == 400 and "Choose a day after today" in late.text
    assert manager.post("/team/take-overs", **data, back_on=str(day)).status_code == 303
    assert (coach_of(town, anna), coach_of(town, bram)) == (colleague, coach)
    assert "Taken over for a time" in town.visit("colleague").get(f"/clients/{anna}")
    team = f"/teams/{town.accounts['manager'].team_id}"
    assert "The day has come" not in manager.get(team)
    town.services.clock.now += timedelta(days=30)  # type: ignore[attr-defined]  # the test looks inside
    manager = town.visit("manager")
    assert "The day has come on which 1 client who was taken over" in manager.get(team)
    page = manager.get("/team/take-overs")
    (address,) = re.findall(r"/team/take-overs/[0-9a-f-]{36}", page)
    shown = manager.get(address)
    assert "Anna de Vries" in shown and "Give 1 client back" in shown and "Bram" not in shown
    fingerprint = re.findall(r'name="preview" value="(\w+)"', shown)[0]
    assert manager.post(address, form=address, preview="another").status_code == 400
    assert manager.post(address, form=address, preview=fingerprint).status_code == 303
    assert coach_of(town, anna) == coach
    assert "1 client was given back" in manager.get(address)
    assert "Given back after a time" in town.visit("coach").get(f"/clients/{anna}")
    for name in ("manager-south", "coach", "colleague"):
        assert town.visit(name).client.get(address).status_code in (403, 404)
