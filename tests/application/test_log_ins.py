"""Logging in: guessing gets slower, no owner is kept out, few passwords are checked at once, and all of it is noted."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from application import log_ins, notifications, people
from application.log_ins import LogIn
from application.services import Services
from domain.roles import Role
from records import account_log, passwords
from records.account_log import Entry
from records.log_in_tries import HeldBackError, log_in_tries
from records.passwords import TooManyAtOnceError
from tests.conftest import Clock
from tests.web.conftest import PASSWORD, Town, build_town


@pytest.fixture
def town(services: Services) -> Town:
    return build_town(services)


def tried(town: Town, password: str, username: str = "coach", address: str = "192.0.2.1", own: bool = False) -> str:
    """What came of it: in, wrong or held back."""
    browser = town.accounts[username].account_id if own else None
    try:
        found = log_ins.log_in(town.services, LogIn(username, password, address, browser), uuid4().hex)
    except HeldBackError:
        return "held back"
    return "in" if found else "wrong"


def entries(town: Town) -> list[Entry]:
    return [e.entry for e in log_ins.entries(town.services, town.accounts["admin"].viewer)[0]][::-1]


def test_many_wrong_passwords_in_a_short_time_are_not_looked_at(town: Town, clock: Clock) -> None:
    came = []
    for _ in range(143):
        came.append(tried(town, "wrong"))
        clock.now += timedelta(seconds=20 / 143)
    assert came.count("wrong") < 12
    assert tried(town, PASSWORD) == "held back"
    clock.now += timedelta(minutes=15)
    assert tried(town, PASSWORD) == "in"
    assert tried(town, "wrong") == "wrong", "who succeeded begins anew"
    noted = entries(town)
    assert noted.count(Entry.FAILED) == came.count("wrong") + 1
    assert 0 < noted.count(Entry.HELD_BACK) < 12, "once for each time of waiting"
    assert noted.count(Entry.LOGGED_IN) == 1


def test_names_that_nobody_has_wait_alike(town: Town) -> None:
    for name in ("coach", "no one here"):
        at = f"192.0.2.{len(name)}"
        came = []
        for _ in range(9):
            try:
                found = log_ins.log_in(town.services, LogIn(name, "wrong", at), "t")
                came.append("in" if found else "wrong")
            except HeldBackError as held:
                came.append(f"wait {held.wait.total_seconds():.0f}")
        assert came == ["wrong"] * 5 + ["wait 1"] * 4


def test_waiting_grows_and_has_an_end(town: Town, clock: Clock) -> None:
    waits = []
    for _ in range(20):
        while tried(town, "wrong") == "wrong":
            pass
        with pytest.raises(HeldBackError) as held:
            log_ins.log_in(town.services, LogIn("coach", PASSWORD, "192.0.2.1"), "t")
        waits.append(held.value.wait.total_seconds())
        clock.now += held.value.wait
    assert waits[:5] == [1, 2, 4, 8, 16] and waits[-1] == 900 == max(waits)


def test_an_owner_gets_in_from_the_own_browser_while_others_fail_in_that_name(town: Town) -> None:
    while tried(town, "wrong", address="198.51.100.7") == "wrong":
        pass
    assert tried(town, PASSWORD) == "held back"
    assert tried(town, PASSWORD, own=True) == "in"
    assert tried(town, PASSWORD, address="198.51.100.7") == "held back", "which makes it no easier for others"
    while tried(town, "wrong", own=True) == "wrong":
        pass
    assert tried(town, PASSWORD, own=True) == "held back", "somebody at the own browser waits, too"


def test_many_names_from_one_address_wait(town: Town) -> None:
    def wrong(nth: int, address: str) -> str:
        try:
            return "wrong" if log_ins.log_in(town.services, LogIn(f"name {nth}", "x", address), "t") is None else "in"
        except HeldBackError:
            return "held back"

    assert [wrong(nth, "192.0.2.1") for nth in range(51)] == ["wrong"] * 50 + ["held back"]
    assert wrong(99, "192.0.2.2") == "wrong"
    assert [wrong(nth, f"2001:db8::{nth}") for nth in range(200, 251)] == ["wrong"] * 50 + ["held back"]
    assert wrong(99, "2001:db8:0:1::1") == "wrong"


def test_many_at_the_same_moment_are_no_way_round_it(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_turns", passwords._Turns(16, 0))
    judged: list[str] = []

    def belongs(password: str, _hash: str | None) -> bool:
        judged.append(password)
        return False

    monkeypatch.setattr(passwords, "belongs", belongs)
    with ThreadPoolExecutor(16) as threads:
        came = list(threads.map(lambda _: tried(town, "wrong"), range(32)))
    assert came.count("wrong") == len(judged) == 5
    assert came.count("held back") == 27


def test_few_passwords_are_checked_at_once(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    let_in, coming = passwords.AT_ONCE + passwords.WAITING, 16
    go_on, counting = threading.Event(), threading.Lock()
    most, at_it, turned_away = 0, 0, 0

    class Slow:
        def verify(self, _hash: str, _password: str) -> bool:
            nonlocal most, at_it
            with counting:
                at_it += 1
                most = max(most, at_it)
            assert go_on.wait(60)
            with counting:
                at_it -= 1
            return True

    monkeypatch.setattr(passwords, "_hasher", Slow())
    monkeypatch.setattr(passwords, "LONGEST_WAIT", 60.0)

    def log_in(nth: int) -> str:
        nonlocal turned_away
        try:
            outcome = tried(town, PASSWORD, address=f"192.0.2.{nth}")
        except TooManyAtOnceError:
            outcome = "sent away"
        with counting:
            turned_away += outcome != "in"
            if turned_away == coming - let_in:
                # All others are at it, or wait for their turn.
                go_on.set()
        return outcome

    with ThreadPoolExecutor(coming) as threads:
        came = list(threads.map(log_in, range(coming)))
    assert most == passwords.AT_ONCE
    assert came.count("in") == let_in
    assert came.count("sent away") + came.count("held back") == coming - let_in


def test_who_was_sent_away_has_not_failed(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_turns", passwords._Turns(1, 0))
    with passwords._turns.turn():
        for _ in range(9):
            with pytest.raises(TooManyAtOnceError):
                tried(town, PASSWORD)
    assert tried(town, PASSWORD) == "in"


def test_nobody_reads_in_the_tables_what_was_typed(town: Town) -> None:
    for name in ("coach", "secret typed as a name"):
        log_ins.log_in(town.services, LogIn(name, "wrong", "192.0.2.1"), "t")
    with town.services.database.read() as connection:
        rows = [*connection.execute(select(log_in_tries)), *connection.execute(select(account_log.account_log))]
    assert not any(text in str(row) for row in rows for text in ("secret", "'coach'", "wrong"))


def test_each_change_of_an_account_is_noted_with_who_did_it(town: Town) -> None:
    services, admin = town.services, town.accounts["admin"]
    coach, new = town.accounts["coach"], uuid4()
    added = people.NewAccount(new, "new", "Newcomer", Role.PROCESS_MANAGER, None, False, PASSWORD)
    done: list[tuple[Callable[[], object], Entry]] = [
        (lambda: people.add_account(services, admin.viewer, added), Entry.ADDED),
        (lambda: people.close_account(services, admin.viewer, new), Entry.CLOSED),
        (lambda: people.open_account(services, admin.viewer, new), Entry.OPENED),
        (lambda: people.log_out_everywhere(services, admin.viewer, new), Entry.LOGGED_OUT_EVERYWHERE),
        (
            lambda: notifications.choose(services, coach.viewer, {"digest": "off"}, "coach@example.org"),
            Entry.MAIL_CHANGED,
        ),
    ]
    for change, entry in done:
        change()
        last = log_ins.entries(services, admin.viewer)[0][0]
        by = coach if entry is Entry.MAIL_CHANGED else admin
        assert (last.entry, last.actor) == (entry, by.account_id)
        assert last.account_id == (coach.account_id if by is coach else new)
    notifications.choose(services, coach.viewer, {"digest": "daily"}, "coach@example.org")
    assert len(entries(town)) == len(done), "nothing changed"


def test_the_log_of_accounts_is_kept_for_a_year(town: Town, clock: Clock) -> None:
    tried(town, "wrong")
    clock.now += timedelta(days=367)
    assert tried(town, PASSWORD) == "in"
    assert entries(town) == [Entry.LOGGED_IN]
