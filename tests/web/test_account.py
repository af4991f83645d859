"""One's own password: changed by knowing it, noted, and chosen first by whoever came in with one that serves once."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from werkzeug.test import TestResponse

from application import log_ins, notifications, own_account, people, setting_up
from application.own_account import PasswordChange
from application.refusals import PasswordToChangeError
from application.setting_up import NewColleague, NewTeam
from domain.refusal import Refused
from domain.roles import Role
from records import passwords
from records.account_log import Entry
from tests.conftest import Clock
from tests.web.conftest import PASSWORD, Town, Visitor
from web.permissions import ACCESS, OPEN_AT_FIRST
from web.session import OF_CLIENTS

NEW = "another one of mine"
WHO = ["coach", "quality", "manager", "process", "privacy", "admin", "improver"]


def change(visitor: Visitor, password: str = NEW, again: str | None = None, current: str = PASSWORD) -> TestResponse:
    return visitor.post("/account", current=current, password=password, again=password if again is None else again)


def logged(town: Town) -> list[Entry]:
    return [entry.entry for entry in log_ins.entries(town.services, town.accounts["admin"].viewer)[0]]


def beside(answer: TestResponse, field: str) -> str:
    """What is said beside a field."""
    found = re.search(rf'<div id="{field}-about">(.*?)</div>', answer.get_data(as_text=True), re.DOTALL)
    assert found is not None
    return " ".join(re.findall(r'class="error">(.*?)</p>', found[1]))


@pytest.mark.parametrize("who", WHO)
def test_everybody_changes_their_own_password_and_is_logged_out_elsewhere(town: Town, who: str) -> None:
    here, elsewhere, before = town.visit(who), town.visit(who), logged(town)
    assert 'href="/account"' in here.get("/account")
    old = here.client.get_cookie("werkpad_session")
    answer = change(here)
    assert (answer.status_code, answer.location) == (303, "/account"), answer.get_data(as_text=True)
    assert "Your password was changed." in here.get("/account")
    new = here.client.get_cookie("werkpad_session")
    assert old and new and old.value != new.value
    assert people.recognise(town.services, old.value) is None
    assert "/log-in" in elsewhere.client.get("/account").location
    assert "/log-in" in change(elsewhere).location, "a page that was open in another browser changes nothing"
    fresh = Visitor(town.app.test_client())
    assert fresh.post("/log-in", username=town.accounts[who].username, password=PASSWORD).status_code == 400
    assert fresh.post("/log-in", username=town.accounts[who].username, password=NEW).status_code == 303
    assert logged(town)[: -len(before)].count(Entry.CHANGED_OWN) == 1


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"current": "not this one"}, "current", "not your current password"),
        ({"current": ""}, "current", "fill this in"),
        ({"current": "x" * 1001}, "current", "too long"),
        ({"password": PASSWORD}, "password", "your current password"),
        ({"password": "short"}, "password", "at least 10 characters"),
        ({"password": ""}, "password", "fill this in"),
        ({"password": " " * 12}, "password", "fill this in"),
        ({"password": "x" * 1001}, "password", "too long"),
        ({"password": "werkpad-demo"}, "password", "Everybody knows this"),
        ({"password": "Carla Coach 2026!"}, "password", "a name of this account"),
        ({"again": NEW + "."}, "again", "not the same"),
        ({"again": ""}, "again", "fill this in"),
    ],
    ids=range(12),
)
def test_what_can_be_no_password_is_said_beside_its_field(
    town: Town, typed: dict[str, str], field: str, said: str
) -> None:
    with town.services.database.write() as connection:
        connection.exec_driver_sql("UPDATE accounts SET full_name = 'Carla Coach' WHERE username = 'coach'")
    visitor = town.visit("coach")
    answer = change(visitor, **typed)
    assert answer.status_code == 400 and said in beside(answer, field)
    html = answer.get_data(as_text=True)
    assert not any(text in html for text in (PASSWORD, NEW, "not this one")), "nothing typed stands in the page"
    assert change(visitor).status_code == 303, "and the session goes on"


def test_half_a_character_is_refused_and_is_nobodys_password(town: Town) -> None:
    given = PasswordChange(PASSWORD, "half of a \ud83d letter", "half of a \ud83d letter", "192.0.2.1")
    with pytest.raises(Refused, match="can't be read") as refused:
        own_account.change_password(town.services, town.accounts["coach"].viewer, given, "token")
    assert refused.value.field == "password"
    assert not passwords.belongs("half of a \ud83d letter", None)


def test_guessing_the_current_password_gets_slower_and_keeps_nobody_from_logging_in(town: Town, clock: Clock) -> None:
    visitor = town.visit("coach")
    answers = [change(visitor, current="wrong") for _ in range(9)]
    assert [answer.status_code for answer in answers] == [400] * 5 + [429] * 4
    assert int(answers[-1].headers["Retry-After"]) >= 1
    assert change(visitor).status_code == 429, "the right one has to wait, too"
    assert logged(town).count(Entry.CHANGE_REFUSED) == 5 and logged(town).count(Entry.HELD_BACK) == 1
    town.visit("coach")
    clock.now += timedelta(minutes=15)
    assert change(visitor).status_code == 303


def test_of_two_at_the_same_moment_one_is_told_that_the_password_is_another_by_now(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    viewer, hashing = town.accounts["coach"].viewer, passwords.hash_password

    def meanwhile(password: str) -> str:
        monkeypatch.setattr(passwords, "hash_password", hashing)
        other = PasswordChange(PASSWORD, "somebody was faster", "somebody was faster", "192.0.2.1")
        own_account.change_password(town.services, viewer, other, "token of the other")
        return hashing(password)

    monkeypatch.setattr(passwords, "hash_password", meanwhile)
    with pytest.raises(Refused, match="not your current password"):
        own_account.change_password(town.services, viewer, PasswordChange(PASSWORD, NEW, NEW, "192.0.2.1"), "token")
    assert people.recognise(town.services, "token of the other") and not people.recognise(town.services, "token")


# What makes a password that serves once, each giving the name to log in with and the password.


def by_setup(town: Town) -> tuple[str, str]:
    team = [NewTeam("west", "Team West")]
    made = setting_up.set_up(town.services, team, [NewColleague("wim", "Wim", Role.WORK_COACH, "west")])
    (first,) = made.accounts
    return first.username, first.password


def by_adding(town: Town) -> tuple[str, str]:
    added = {"full_name": "Newcomer", "username": "newcomer", "password": "first of all", "role": "process_manager"}
    assert town.visit("admin").post("/people", **added).status_code == 303
    return "newcomer", "first of all"


def by_reset(town: Town) -> tuple[str, str]:
    before, admin = town.visit("coach"), town.visit("admin")
    address = f"/people/{town.accounts['coach'].account_id}/password"
    assert address in admin.get("/people") and "Issue a one-time password" in admin.get(address)
    page = admin.post(address, form=address).get_data(as_text=True)
    (password,) = re.findall(r"<code>(\S+)</code>", page)
    assert "/log-in" in before.client.get("/today").location, "whoever has the old one is out"
    assert Entry.GIVEN_ANEW in logged(town)
    return "coach", password


MADE = {"setup": by_setup, "account": by_adding, "reset": by_reset}


@pytest.mark.parametrize("made", MADE)
def test_whoever_comes_with_a_one_time_password_chooses_their_own_first(town: Town, made: str) -> None:
    username, password = MADE[made](town)
    visitor = Visitor(town.app.test_client())
    visitor.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    assert visitor.post("/log-in", username=username, password=password).status_code == 303
    for rule in town.app.url_map.iter_rules():
        if rule.endpoint in OPEN_AT_FIRST or rule.endpoint == "static" or "<path:" in rule.rule:
            continue
        if getattr(town.app.view_functions[rule.endpoint], ACCESS) is None or rule.endpoint.startswith("metrics"):
            continue
        if rule.endpoint.partition(".")[0] in OF_CLIENTS:
            # The client's own door: who is at the screen makes no difference there.
            continue
        address = re.sub(r"<\w*:?\w+>", str(uuid4()), rule.rule)
        for method in (rule.methods or set()) & {"GET", "POST"}:
            token = visitor.token("/account") if method == "POST" else ""
            answer = visitor.client.open(address, method=method, data={"csrf_token": token} if token else None)
            if address.startswith("/api/"):
                assert answer.status_code in (400, 403), address
                assert answer.status_code == 400 or "one-time password" in answer.get_json()["detail"]
            elif answer.status_code != 404:
                assert (answer.status_code, answer.location) == (303, "/account"), (method, address)
    page = visitor.get("/account")
    assert "Choose your own first" in page
    own = page.partition("<main")[0] + page.partition("</main>")[2]
    links = set(re.findall(r'href="(/[^"]*)"', own)) - {"/", "/account"}
    ours = ("/static", "/theme", "/werkpad.css")
    assert not [link for link in links if not link.startswith(ours)], "nothing leads elsewhere"
    assert visitor.post("/language", form="/account", language="nl", here="/account").status_code == 303
    assert "Mijn account" in visitor.get("/account") or "My account" in visitor.get("/account")
    answer = change(visitor, current=password)
    assert (answer.status_code, answer.location) == (303, "/"), answer.get_data(as_text=True)
    assert visitor.client.get("/", follow_redirects=True).status_code == 200
    fresh = Visitor(town.app.test_client())
    assert fresh.post("/log-in", username=username, password=password).status_code == 400


def test_operations_refuse_as_well_so_that_no_door_can_forget_it(town: Town) -> None:
    first = replace(town.accounts["coach"].viewer, one_time_password=True)
    with pytest.raises(PasswordToChangeError):
        notifications.notifications(town.services, first)


def test_an_administrator_changes_their_own_password_by_knowing_it(town: Town) -> None:
    admin, mine = town.visit("admin"), town.accounts["admin"].account_id
    answer = admin.post(f"/people/{mine}/password", form="/account")
    assert answer.status_code == 400 and "on the page of your account" in answer.get_data(as_text=True)
    assert f"/people/{mine}/password" not in admin.get("/people")


def test_a_first_password_is_not_the_name_either(town: Town) -> None:
    typed = {"full_name": "Jan Bakker", "username": "jbakker", "role": "process_manager"}
    answer = town.visit("admin").post("/people", **typed, password="jan.bakker.1990")
    assert answer.status_code == 400 and "a name of this account" in beside(answer, "password")
