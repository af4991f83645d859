"""Who may open what: default deny, roles and scope, sessions, headers."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from flask import Flask

from records import passwords, sessions
from tests.web.conftest import PASSWORD, Town
from web.permissions import ACCESS, access, everybody, guard

OPEN_TO_EVERYBODY = {
    "log_in.log_in",
    "home.language",
    "health.live",
    "health.ready",
    # anybody may ask for help
    "apply.apply",
    "apply.received",
    "home.style",
    "home.theme",
    "api_session.session",
    # the client's own door, which opens by code and birth date
    "invitation.enter",
    "invitation.follow",
    "invitation.unlock",
    "invitation.times",
    "invitation.choose",
    "invitation.chosen",
    "questionnaire.enter",
    "questionnaire.follow",
    "questionnaire.unlock",
    "questionnaire.questions",
    "questionnaire.check",
    "questionnaire.send",
    "questionnaire.thanks",
    "questionnaire.stopped",
    "questionnaire.language",
}


def test_every_route_says_who_may_call_it(town: Town) -> None:
    views = {name: view for name, view in town.app.view_functions.items() if name != "static"}
    silent = [name for name, view in views.items() if not hasattr(view, ACCESS)]
    assert silent == []
    open_ones = {name for name, view in views.items() if getattr(view, ACCESS) is everybody}
    assert open_ones == OPEN_TO_EVERYBODY


def test_a_route_without_a_rule_is_refused() -> None:
    app = Flask(__name__)
    guard(app)
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    app.add_url_rule("/open", "open", access(everybody)(lambda: "hello"))
    assert app.test_client().get("/forgotten").status_code == 403
    assert app.test_client().get("/open").get_data(as_text=True) == "hello"


def test_nobody_gets_in_without_logging_in(town: Town) -> None:
    client_id = town.new_client("coach", "Anna de Vries")
    for path in ("/", "/caseload", f"/clients/{client_id}", "/team", "/signals", "/privacy", "/people"):
        answer = town.visit().client.get(path)
        assert answer.status_code == 302, path
        assert answer.location.startswith("/log-in")


PAGES = {
    "/caseload": {"coach", "quality", "manager", "improver"},
    "/weekly-list": {"coach", "improver"},
    "/today": {"coach", "improver"},
    "/caseload/then": {"coach", "quality", "manager", "improver"},
    "/contacts/group": {"coach", "improver"},
    "/invitations": {"coach", "improver"},
    "/invitations/new": {"coach", "improver"},
    "/offers": {"coach", "quality", "manager", "improver"},
    "/offers/new": {"coach", "quality", "manager", "improver"},
    "/quality": {"quality"},
    "/conversations": {"coach", "manager", "improver"},
    "/team/leave": {"manager"},
    "/team/reassign": {"manager"},
    "/intake": {"coach", "manager", "improver"},
    "/team": {"coach", "quality", "manager", "improver"},
    "/city": {"coach", "quality", "manager", "improver", "process"},
    "/signals": {"coach", "quality", "manager", "improver", "process"},
    "/signals?view=list": {"coach", "quality", "manager", "improver", "process"},
    "/signals/mine": {"coach", "quality", "manager", "improver", "process"},
    "/signals/import": {"quality", "improver", "process"},
    "/signals/settings/replies": {"quality", "improver", "process"},
    "/signals/settings/routing": {"improver", "process"},
    "/signals/settings/deadlines": {"process"},
    "/news": {"coach", "quality", "manager", "improver", "process"},
    "/meetings": {"coach", "quality", "manager", "improver", "process"},
    "/norms": {"coach", "quality", "manager", "improver", "process"},
    "/norms/new": {"improver", "process"},
    "/whats-new": {"coach", "quality", "manager", "improver", "process", "privacy", "admin"},
    "/whats-new/new": {"improver", "process"},
    "/own-fields": {"coach", "quality", "manager", "improver", "process", "privacy", "admin"},
    "/own-fields/field": {"improver", "process"},
    "/own-fields/retire": {"improver", "process"},
    "/definitions/seen": {"coach", "quality", "manager", "improver", "process"},
    "/signals/voices": {"coach", "quality", "manager", "improver", "process"},
    "/signals/new": {"coach", "quality", "manager", "improver", "process"},
    "/privacy": {"privacy"},
    "/people": {"admin"},
    "/account-log": {"privacy", "admin"},
    "/operations": {"admin", "manager", "process"},
    "/definitions": {"coach", "quality", "manager", "improver", "process", "privacy", "admin"},
}


@pytest.mark.parametrize("who", ["coach", "quality", "manager", "improver", "process", "privacy", "admin"])
def test_each_role_opens_its_own_pages_and_no_others(town: Town, who: str) -> None:
    visitor = town.visit(who)
    for path, welcome in PAGES.items():
        visitor.get(path, 200 if who in welcome else 403)


def test_a_file_opens_for_its_coach_and_team_alone(town: Town) -> None:
    client_id = town.new_client("coach", "Anna de Vries")
    for who, status in {
        "coach": 200,
        "quality": 200,
        "manager": 200,
        "colleague": 404,
        "stranger": 404,
        "manager-south": 404,
        "process": 403,
        "privacy": 403,
        "admin": 403,
    }.items():
        page = town.visit(who).get(f"/clients/{client_id}", status)
        assert ("Anna de Vries" in page) == (status == 200)


def test_only_the_own_coach_records(town: Town) -> None:
    client_id = town.new_client("coach", "Anna de Vries")
    assert "Record the contact" in town.visit("coach").get(f"/clients/{client_id}/contact")
    town.visit("quality").get(f"/clients/{client_id}/contact", 403)
    town.visit("manager").get(f"/clients/{client_id}/plan", 403)
    town.visit("colleague").get(f"/clients/{client_id}/contact", 404)


def test_each_look_at_a_file_is_logged_for_the_privacy_officer(town: Town) -> None:
    client_id = town.new_client("coach", "Anna de Vries")
    town.visit("manager").get(f"/clients/{client_id}")
    page = town.visit("privacy").get(f"/privacy?client={client_id}")
    assert "Manager Invented" in page
    assert str(client_id) in page
    assert "Anna" not in page


def test_a_caseload_shows_the_own_clients_only(town: Town) -> None:
    town.new_client("coach", "Anna de Vries")
    town.new_client("colleague", "Bram Bakker")
    town.new_client("stranger", "Carla Claes")
    own = town.visit("coach").get("/caseload")
    assert "Anna de Vries" in own
    assert "Bram" not in own and "Carla" not in own
    team = town.visit("manager").get("/caseload")
    assert "Anna" in team and "Bram" in team and "Carla" not in team
    other = town.visit("manager").get(f"/caseload?coach={town.accounts['stranger'].account_id}")
    assert "Carla" not in other


def test_wrong_passwords_and_closed_accounts_are_turned_away_alike(town: Town) -> None:
    admin = town.visit("admin")
    coach_id = town.accounts["coach"].account_id
    inside = town.visit("coach")
    for action in ("revoke", "close", "open"):
        assert admin.post(f"/people/{uuid4()}/{action}", form="/people").status_code == 404, "nobody to do it to"
    admin.post(f"/people/{coach_id}/close", form="/people")
    assert inside.client.get("/caseload").status_code == 302
    texts = []
    for name, password in (("coach", PASSWORD), ("manager", "wrong password"), ("nobody", PASSWORD)):
        answer = town.visit().post("/log-in", username=name, password=password)
        assert answer.status_code == 400
        texts.append("is incorrect" in answer.get_data(as_text=True))
    assert texts == [True, True, True]


def test_a_session_can_be_revoked_and_runs_out(town: Town) -> None:
    visitor, other = town.visit("coach"), town.visit("manager")
    town.visit("admin").post(f"/people/{town.accounts['coach'].account_id}/revoke", form="/people")
    assert visitor.client.get("/caseload").status_code == 302
    town.services.clock.now += sessions.IDLE * 1.1  # type: ignore[attr-defined]  # the test looks inside
    assert other.client.get("/team").status_code == 302


def test_logging_out_ends_the_session(town: Town) -> None:
    visitor = town.visit("coach")
    cookie = visitor.client.get_cookie("werkpad_session")
    visitor.post("/log-out", form="/caseload")
    assert cookie is not None
    visitor.client.set_cookie("werkpad_session", cookie.value)
    assert visitor.client.get("/caseload").status_code == 302


def test_a_form_without_its_token_stores_nothing(town: Town) -> None:
    client_id = town.new_client("coach", "Anna de Vries")
    head = town.services.log.head()
    form = {"command_id": str(uuid4()), "contact_id": str(uuid4()), "held_on": "2026-11-01", "channel": "phone"}
    answer = town.visit("coach").client.post(f"/clients/{client_id}/contact", data=form)
    assert answer.status_code == 400
    assert town.services.log.head() == head


def test_pages_allow_nothing_from_elsewhere_and_are_kept_nowhere(town: Town) -> None:
    answer = town.visit("coach").client.get("/caseload")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    page = answer.get_data(as_text=True)
    assert not re.search(r"<script(?! defer src=\"/static/keys.js)|style=|\son\w+=", page)


def test_logging_in_goes_on_to_own_pages_only(town: Town) -> None:
    for wanted, reached in (("/team", "/team"), ("//evil.example", "/"), ("https://evil.example", "/")):
        answer = town.visit().post(f"/log-in?next={wanted}", username="coach", password=PASSWORD)
        assert answer.location == reached


def test_addresses_and_pages_of_no_use_answer_calmly(town: Town) -> None:
    visitor = town.visit("coach")
    visitor.get(f"/clients/{uuid4()}", 404)
    visitor.get("/clients/not-an-id", 404)
    assert "“nonsense” is left out:" in visitor.get("/caseload?field=nonsense&is=known")
    assert "A sensitive field is filtered by its state only." in visitor.get("/caseload?field=debts&is=problematic")
    assert "“2026-W99” is left out: The year 2026 has no week 99" in visitor.get("/weekly-list?week=2026-W99")
    visitor.get("/caseload?from=-5&show=nonsense&at=99999999")
    visitor.get("/caseload?from=99999999999999999999999")
    visitor.get("/caseload?show=%00", 400)
    assert town.visit().post("/log-in", username="coach\0", password=PASSWORD).status_code == 400


def test_too_many_tries_are_told_with_how_long_to_wait_and_the_own_browser_goes_on(town: Town) -> None:
    own = town.visit("coach")
    own.post("/log-out", form="/caseload")
    stranger = town.visit()
    answers = [stranger.post("/log-in", username="coach", password="wrong") for _ in range(7)]
    assert [a.status_code for a in answers] == [400] * 5 + [429] * 2
    assert answers[-1].headers["Retry-After"] == "1" and "Wait 1 second" in answers[-1].get_data(as_text=True)
    assert stranger.post("/log-in", username="coach", password=PASSWORD).status_code == 429
    assert own.post("/log-in", username="coach", password=PASSWORD).status_code == 303
    page = town.visit("privacy").get("/account-log")
    assert page.count("log-in refused") == 5 and page.count("had to wait") == 1 and "127.0.0.1" in page


def test_so_many_at_once_are_told_to_try_again(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = town.visit()
    monkeypatch.setattr(passwords, "_turns", passwords._Turns(1, 0))
    with passwords._turns.turn():
        answer = visitor.post("/log-in", username="coach", password=PASSWORD)
    assert answer.status_code == 503 and answer.headers["Retry-After"]
