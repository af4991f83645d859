"""What people keep beside the log: drafts, filters, replies, rules, targets; each sees and removes what is theirs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection, func, select

from application.services import Services
from domain.client import ErasureReason
from domain.refusal import Refused
from eventlog.commands import CommandContext
from records import deadlines, drafts, preferences, read_log, replies, routing, saved_views, targets, task_runs
from records.targets import Target
from records.task_runs import DONE, FAILED, Runs
from tests.conftest import NOW
from tests.stories import CLIENT, COACH, TEAM, begin

OTHER, OTHER_TEAM, OTHER_CLIENT = UUID(int=44), UUID(int=45), UUID(int=46)
SECOND = timedelta(seconds=1)


@pytest.fixture
def connection(sqlite_services: Services) -> Iterator[Connection]:
    begin(sqlite_services)
    begin(sqlite_services, OTHER_CLIENT)
    with sqlite_services.database.write() as made:
        yield made


# drafts


def save(
    connection: Connection,
    services: Services,
    *,
    account_id: UUID = COACH,
    client_id: UUID = CLIENT,
    form: str = "contact",
    later: timedelta = timedelta(0),
    **values: object,
) -> None:
    drafts.save(connection, services.log, account_id, client_id, form, values, NOW + later)


def find(connection: Connection, services: Services, *key: object) -> object:
    account_id, client_id, form = [*key, *(COACH, CLIENT, "contact")[len(key) :]]
    return drafts.find(connection, services.log, account_id, client_id, form)  # type: ignore[arg-type]  # the test gives what fits


def test_a_draft_is_the_last_that_was_kept_of_one_form_for_one_client_by_one_person(
    connection: Connection, sqlite_services: Services
) -> None:
    save(connection, sqlite_services, note="first")
    save(connection, sqlite_services, note="second", later=SECOND)
    assert find(connection, sqlite_services) == ({"note": "second"}, NOW + SECOND)
    for key in ((OTHER,), (COACH, OTHER_CLIENT), (COACH, CLIENT, "plan")):
        assert find(connection, sqlite_services, *key) is None, key
    save(connection, sqlite_services, client_id=OTHER_CLIENT, form="plan", later=SECOND * 2)
    save(connection, sqlite_services, account_id=OTHER)
    assert drafts.of_account(connection, COACH) == [
        (OTHER_CLIENT, "plan", NOW + SECOND * 2),
        (CLIENT, "contact", NOW + SECOND),
    ]
    drafts.forget(connection, COACH, CLIENT, "contact")
    assert find(connection, sqlite_services) is None
    assert find(connection, sqlite_services, OTHER) == ({}, NOW)
    assert find(connection, sqlite_services, COACH, OTHER_CLIENT, "plan") is not None


def test_drafts_are_thrown_away_after_two_weeks_and_with_an_erasure(
    connection: Connection, sqlite_services: Services
) -> None:
    save(connection, sqlite_services)
    save(connection, sqlite_services, account_id=OTHER)
    save(connection, sqlite_services, client_id=OTHER_CLIENT, later=SECOND)
    assert drafts.clients(connection) == {CLIENT, OTHER_CLIENT}
    assert drafts.forget_old(connection, NOW + timedelta(days=14)) == 0
    assert drafts.forget_old(connection, NOW + timedelta(days=14, seconds=1)) == 2
    assert drafts.clients(connection) == {OTHER_CLIENT}
    save(connection, sqlite_services)
    drafts.forget_client(connection, OTHER_CLIENT)
    assert drafts.clients(connection) == {CLIENT}


def test_nothing_is_kept_of_one_who_was_erased(sqlite_services: Services) -> None:
    begin(sqlite_services)
    sqlite_services.erase(CLIENT, ErasureReason.CLIENT_REQUEST, CommandContext(NOW), uuid4())
    with sqlite_services.database.write() as connection:
        save(connection, sqlite_services, note="late")
        assert drafts.clients(connection) == set()


# saved filters


def keep(
    connection: Connection,
    name: str,
    *,
    account_id: UUID = COACH,
    team_id: UUID | None = TEAM,
    page: str = "caseload",
    query: str = "a=1",
    shared: bool = False,
) -> UUID:
    return saved_views.save(connection, account_id, team_id, page, name, query, shared=shared, now=NOW)


def names(connection: Connection, account_id: UUID = COACH, team_id: UUID | None = TEAM) -> list[str]:
    return [view.name for view in saved_views.of(connection, account_id, team_id, "caseload")]


def test_one_sees_the_own_filters_and_what_the_own_team_shares(connection: Connection) -> None:
    keep(connection, "own")
    keep(connection, "b shared", account_id=OTHER, shared=True)
    keep(connection, "private", account_id=OTHER)
    keep(connection, "of another team", account_id=OTHER, team_id=OTHER_TEAM, shared=True)
    keep(connection, "of another page", page="signals")
    keep(connection, "of nobody's team", account_id=OTHER, team_id=None, shared=True)
    assert names(connection) == ["b shared", "own"]
    assert names(connection, team_id=None) == ["own"]
    assert names(connection, OTHER, None) == ["b shared", "of another team", "of nobody's team", "private"]
    (nobodys,) = [v for v in saved_views.of(connection, OTHER, None, "caseload") if v.name == "of nobody's team"]
    assert not nobodys.shared, "there is nobody to share it with"


def test_the_same_name_is_the_same_filter_and_one_removes_the_own_alone(connection: Connection) -> None:
    keep(connection, "  one   two ", query="a=1")
    keep(connection, "one two", query="a=2")
    keep(connection, "one two", page="signals", query="a=3")
    keep(connection, "one two", account_id=OTHER, query="a=4")
    (view,) = saved_views.of(connection, COACH, None, "caseload")
    assert (view.name, view.query, view.account_id) == ("one two", "a=2", COACH)
    saved_views.remove(connection, OTHER, view.view_id)
    assert names(connection) == ["one two"]
    saved_views.remove(connection, COACH, view.view_id)
    assert names(connection) == []
    assert names(connection, OTHER) == ["one two"]


def test_a_filter_has_a_name_that_fits_and_there_are_so_many(connection: Connection) -> None:
    for bad in ("", "   ", "x" * 81):
        with pytest.raises(Refused, match="80 characters"):
            keep(connection, bad)
    keep(connection, "x" * 80)
    for number in range(49):
        keep(connection, f"{number}")
    with pytest.raises(Refused, match="saved filters"):
        keep(connection, "one more")
    keep(connection, "7")
    keep(connection, "one more", page="signals")
    assert len(names(connection)) == 50


def test_what_somebody_prefers_is_kept_for_one_alone(connection: Connection) -> None:
    assert preferences.of(connection, COACH) == preferences.Preferences()
    preferences.keep(connection, COACH, preferences.Preferences(frozenset({"plan", "able"}), "compact"))
    theirs = preferences.Preferences(frozenset({"wants"}), columns=(), view_order=("b", "a"))
    preferences.keep(connection, OTHER, theirs)
    changed = preferences.Preferences(frozenset({"plan", "knows"}), columns=("cv", "gender"))
    preferences.keep(connection, COACH, changed)
    assert preferences.of(connection, COACH) == changed
    assert preferences.of(connection, OTHER) == theirs


# who looked


def test_looks_are_noted_page_by_page_and_told_the_last_first(connection: Connection) -> None:
    def pages(client_id: UUID | None = None, **bounds: int) -> list[tuple[str, dict[UUID, str]]]:
        return [(look.page, look.clients) for look in read_log.latest(connection, client_id=client_id, **bounds)]

    def note(page: str, seen: dict[UUID, str]) -> None:
        read_log.note(connection, COACH, seen, page=page, look_id=uuid4(), now=NOW)

    note("client", {CLIENT: "opened"})
    note("match", {CLIENT: "meets", OTHER_CLIENT: "ask"})
    both = ("match", {OTHER_CLIENT: "ask", CLIENT: "meets"})
    assert pages() == [both, ("client", {CLIENT: "opened"})]
    assert pages(CLIENT) == [("match", {CLIENT: "meets"}), ("client", {CLIENT: "opened"})]
    assert pages(limit=1) == [both]
    assert pages(rows=1) == [("match", {OTHER_CLIENT: "ask"})]
    (look,) = read_log.latest(connection, client_id=OTHER_CLIENT)
    assert (look.account_id, look.read_at, look.ways) == (COACH, NOW, ["ask"])


def test_a_look_from_before_page_views_were_kept_stands_alone(connection: Connection) -> None:
    for client_id in (CLIENT, OTHER_CLIENT):
        row = {"read_at": NOW, "account_id": COACH, "client_id": client_id, "page": "client"}
        connection.execute(read_log.read_log.insert(), row)
    assert [look.clients for look in read_log.latest(connection)] == [{OTHER_CLIENT: "opened"}, {CLIENT: "opened"}]


# how signals are handled


def reply(connection: Connection, reply_id: UUID | None = None, name: str = "a", **other: str | None) -> None:
    facts: dict[str, str | None] = {"kind": "fault", "step": "accept", "en": "Thanks", "nl": "Dank"} | other
    replies.save(connection, reply_id, name=name, **facts)  # type: ignore[arg-type]  # the test gives what fits


def test_replies_fit_a_kind_or_all_and_are_changed_and_removed_alone(connection: Connection) -> None:
    reply(connection, name="c")
    reply(connection, name=" b  b ", kind=None)
    reply(connection, name="a", kind="wish", en=" Thanks ", nl=" Dank ")
    assert [r.name for r in replies.everything(connection)] == ["a", "b b", "c"]
    assert [r.name for r in replies.fitting(connection, "fault")] == ["b b", "c"]
    first = replies.everything(connection)[0]
    assert (first.in_("nl"), first.in_("en"), first.in_("de")) == ("Dank", "Thanks", "Thanks")
    reply(connection, first.reply_id, name="d", en="Thank you")
    found = replies.reply(connection, first.reply_id)
    assert found is not None and (found.name, found.en, found.kind) == ("d", "Thank you", "fault")
    replies.remove(connection, first.reply_id)
    assert replies.reply(connection, first.reply_id) is None
    assert [r.name for r in replies.everything(connection)] == ["b b", "c"]


@pytest.mark.parametrize(
    ("field", "bad"),
    [
        ("name", {"name": " "}),
        ("name", {"name": "x" * 81}),
        ("en", {"en": " "}),
        ("nl", {"nl": ""}),
        ("nl", {"nl": "x" * 2001}),
    ],
)
def test_a_reply_that_lacks_something_is_refused_where_it_lacks_it(
    connection: Connection, field: str, bad: dict[str, str]
) -> None:
    with pytest.raises(Refused) as refused:
        reply(connection, **bad)  # type: ignore[arg-type]  # the test gives what fits
    assert refused.value.field == field
    reply(connection, name="x" * 80, en="x" * 2000)


def test_the_first_rule_that_fits_counts(connection: Connection) -> None:
    routing.add(connection, "fault", "caseload", None, TEAM, None)
    routing.add(connection, "fault", None, None, None, COACH)
    routing.add(connection, None, None, "driving_licence", OTHER_TEAM, None)

    def to(kind: str, page: str, field: str | None) -> tuple[UUID | None, UUID | None] | None:
        rule = routing.first_that_fits(connection, kind, page, field)
        return rule and (rule.team_id, rule.person)

    assert to("fault", "caseload", None) == to("fault", "caseload", "driving_licence") == (TEAM, None)
    assert to("fault", "team", None) == (None, COACH)
    assert to("wish", "caseload", "driving_licence") == (OTHER_TEAM, None)
    assert to("wish", "caseload", None) is None
    routing.remove(connection, routing.rules(connection)[0].rule_id)
    assert to("fault", "caseload", None) == (None, COACH)
    routing.add(connection, "wish", None, None, TEAM, None)
    assert [rule.kind for rule in routing.rules(connection)] == ["fault", None, "wish"], "a new one comes last"


def test_a_rule_says_for_what_it_is_and_there_are_so_many(connection: Connection) -> None:
    with pytest.raises(Refused, match="Enter the kind"):
        routing.add(connection, None, "", None, TEAM, None)
    for number in range(100):
        routing.add(connection, None, f"page {number}", None, None, None)
    with pytest.raises(Refused, match="100 rules"):
        routing.add(connection, "fault", None, None, None, None)


def test_deadlines_are_those_given_last_and_are_numbers_of_working_days(connection: Connection) -> None:
    deadlines.save(connection, {"fault": (1, 260), "wish": (5, 5)})
    assert deadlines.by_kind(connection) == {"fault": (1, 260), "wish": (5, 5)}
    for days, field in (
        ((0, 5), "fault-triage"),
        ((None, 5), "fault-triage"),
        ((1, 261), "fault-answer"),
        ((1, None), "fault-answer"),
        ((6, 5), "fault-answer"),
    ):
        with pytest.raises(Refused) as refused:
            deadlines.save(connection, {"wish": (1, 1), "fault": days})
        assert refused.value.field == field
    assert deadlines.by_kind(connection) == {"fault": (1, 260), "wish": (5, 5)}, "nothing half done"
    deadlines.save(connection, {})
    assert deadlines.by_kind(connection) == {}


def test_a_target_holds_from_a_day_on_and_the_last_said_of_that_day_counts(connection: Connection) -> None:
    def target(day: date, number: int, nth: int, **changed: Any) -> Target:
        said = {"figure": "open", "team_id": None, "reason": "As agreed."} | changed
        return Target(target_id=UUID(int=nth), from_on=day, number=number, set_by=COACH, set_at=NOW, **said)

    january, may = date(2026, 1, 1), date(2026, 5, 1)
    for nth, (day, number) in enumerate(((may, 10), (january, 0), (may, 10_000_000), (may, 10_000_000)), start=1):
        targets.put(connection, target(day, number, nth))
    targets.put(connection, target(january, 7, 2))
    targets.put(connection, target(january, 5, 8, team_id=UUID(int=70)))
    targets.put(connection, target(january, 5, 9, figure="no_plan"))
    found = targets.all_targets(connection)
    assert [(t.from_on, t.number) for t in found if t.figure == "open" and t.team_id is None] == [
        (january, 0),
        (may, 10),
        (may, 10_000_000),
    ], "what was said stays; the same once more adds nothing"
    held = {day: targets.in_force(found, "open", None, day) for day in (date(2025, 12, 31), january, may)}
    assert {day: t and t.number for day, t in held.items()} == {date(2025, 12, 31): None, january: 0, may: 10_000_000}
    assert (of_team := targets.in_force(found, "open", UUID(int=70), may)) and of_team.number == 5
    for bad in (-1, 10_000_001):
        with pytest.raises(Refused, match="from"):
            targets.put(connection, target(january, bad, 10))


# runs of tasks


def test_runs_of_tasks_add_up_by_name_and_outcome(services: Services) -> None:
    first = {("fold", DONE): Runs(2, 0.5, NOW), ("fold", FAILED): Runs(1, 0.25, NOW)}
    with services.database.write() as connection:
        task_runs.add(connection, first)
        task_runs.add(connection, {("fold", DONE): Runs(3, 1.0, NOW + SECOND)})
        task_runs.add(connection, {})
        assert task_runs.counted(connection) == first | {("fold", DONE): Runs(5, 1.5, NOW + SECOND)}
        assert connection.scalar(select(func.count()).select_from(task_runs.task_runs)) == 2
    assert Runs(1, 2.0, NOW).and_also(Runs(3, 4.0, NOW + SECOND)) == Runs(4, 6.0, NOW + SECOND)
