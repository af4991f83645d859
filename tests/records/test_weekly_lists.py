"""A list is built once for each coach and week, and stays as it was."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from application import weekly_building
from application.services import Services
from domain.calendar import Week
from domain.client import AssignClient, CloseClient, ClosingReason, ErasureReason, RegisterField
from domain.refusal import Refused
from domain.roles import Role
from eventlog.commands import CommandContext
from projections.engine.rebuild import rebuild
from records import people, weekly_lists
from records.people import Account, Team
from tests.conftest import Clock
from tests.stories import CLIENT, COACH, INTAKE_ON, TEAM, begin, do

WEEK = Week.parse("2026-W47")
OTHER = UUID(int=44)


@pytest.fixture
def town(services: Services) -> Services:
    with services.database.write() as connection:
        people.add_team(connection, Team(TEAM, "north", "Team North", specialised=False))
        for account_id, name in ((COACH, "coach"), (OTHER, "other")):
            account = Account(account_id, name, name, Role.WORK_COACH, TEAM, False, active=True, language=None)
            people.add_account(connection, account, "", password_hash="-")
    return services


def the_list(services: Services, week: Week | None = None) -> list[str]:
    with services.database.read() as connection:
        found = weekly_lists.of_coach(connection, COACH, week)
    assert found is not None
    return [line.field for line in found.rows]


ASKED = {"driving_licence", "education_level", "language_level", "plan_of_action"}


def test_it_includes_what_was_recorded_and_not_yet_projected(town: Services) -> None:
    begin(town)
    built = weekly_lists.build(town.engine, WEEK, town.clock())
    assert (built.built, built.kept, built.lines) == (2, 0, 4)
    assert set(the_list(town)) == ASKED
    with town.database.read() as connection:
        found = weekly_lists.of_coach(connection, COACH)
        nothing = weekly_lists.of_coach(connection, OTHER)
    assert found is not None and nothing is not None
    assert found.position == town.log.head()
    assert found.day == town.today
    assert nothing.rows == []


def test_building_it_again_changes_nothing_and_a_rebuild_leaves_it_alone(town: Services) -> None:
    begin(town)
    weekly_lists.build(town.engine, WEEK, town.clock())
    do(town, RegisterField(client_id=CLIENT, field="driving_licence", value=["B"], known_on=INTAKE_ON))
    again = weekly_lists.build(town.engine, WEEK, town.clock())
    assert (again.built, again.kept) == (0, 2)
    rebuild(town.engine)
    assert set(the_list(town)) == ASKED


def test_the_next_one_says_what_was_done_and_what_is_new(town: Services, clock: Clock) -> None:
    begin(town)
    weekly_lists.build(town.engine, WEEK, clock())
    do(town, RegisterField(client_id=CLIENT, field="driving_licence", value=["B"], known_on=INTAKE_ON))
    do(town, RegisterField(client_id=CLIENT, field="cv", value="2024-01-01", known_on=INTAKE_ON))
    clock.now = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)  # 06:00 in Amsterdam
    weekly_lists.build(town.engine, WEEK.next, clock())
    with town.database.read() as connection:
        found = weekly_lists.of_coach(connection, COACH, WEEK.next)
    assert found is not None
    assert found.done == 1
    assert [line.field for line in found.rows if line.is_new] == ["cv"]


def standing_of(town: Services, coach: UUID, week: Week) -> tuple[int, int, set[str], set[str], int]:
    """Done, handed over, what is new, what came over, and how many lines."""
    with town.database.read() as connection:
        found = weekly_lists.of_coach(connection, coach, week)
    assert found is not None
    new, came = ({line.field for line in found.rows if getattr(line, name)} for name in ("is_new", "came_over"))
    return found.done, found.handed_over, new, came, found.lines


@pytest.mark.parametrize("late", [False, True], ids=["on time", "a week later, from the log"])
def test_who_is_handed_over_closed_or_erased_takes_the_lines_along(town: Services, clock: Clock, late: bool) -> None:
    gone, closed, erased = UUID(int=21), UUID(int=22), UUID(int=23)
    for client_id in (CLIENT, gone, closed, erased):
        begin(town, client_id)
    weekly_lists.build(town.engine, WEEK, clock())
    do(town, RegisterField(client_id=CLIENT, field="driving_licence", value=["B"], known_on=INTAKE_ON))
    do(town, RegisterField(client_id=gone, field="education_level", value="primary", known_on=INTAKE_ON))
    do(town, AssignClient(client_id=gone, team=TEAM, coach=OTHER, assigned_on=INTAKE_ON))
    do(town, CloseClient(client_id=closed, closed_on=INTAKE_ON, reason=ClosingReason.JOB))
    town.erase(erased, ErasureReason.CLIENT_REQUEST, CommandContext(clock()), uuid4())
    clock.now = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)  # 06:00 in Amsterdam
    if late:
        clock.now = datetime(2026, 12, 1, 5, 0, tzinfo=UTC)
    weekly_lists.build(town.engine, WEEK.next, clock())
    assert standing_of(town, COACH, WEEK.next) == (2, 11, set(), set(), 3), "what was dealt with before is done"
    assert standing_of(town, OTHER, WEEK.next) == (0, 0, set(), ASKED - {"education_level"}, 3), "and nothing is new"


def test_a_week_gone_by_is_built_as_it_was_that_monday_at_six(town: Services, clock: Clock) -> None:
    now, clock.now = clock.now, datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
    begin(town)
    register = RegisterField(client_id=CLIENT, field="driving_licence", value=["B"], known_on=INTAKE_ON)
    late = RegisterField(client_id=CLIENT, field="education_level", value="primary", known_on=INTAKE_ON)
    clock.now = datetime(2026, 11, 9, 4, 59, 59, tzinfo=UTC)
    do(town, register)
    clock.now = datetime(2026, 11, 9, 5, 0, tzinfo=UTC)
    do(town, late)
    clock.now = now
    weekly_lists.build(town.engine, Week.parse("2026-W46"), clock())
    weekly_lists.build(town.engine, WEEK, clock())
    assert set(the_list(town, Week.parse("2026-W46"))) == ASKED - {"driving_licence"}
    assert set(the_list(town, WEEK)) == ASKED - {"driving_licence", "education_level"}


def test_a_week_that_has_not_begun_is_refused(town: Services, clock: Clock) -> None:
    with pytest.raises(Refused, match="2026-W48 has not begun"):
        weekly_lists.build(town.engine, WEEK.next, clock())
    clock.now = datetime(2026, 11, 23, 4, 59, tzinfo=UTC)
    with pytest.raises(Refused):
        weekly_lists.build(town.engine, WEEK.next, clock())


def test_a_team_sees_totals_and_no_coach(town: Services) -> None:
    begin(town)
    weekly_lists.build(town.engine, WEEK, town.clock())
    with town.database.read() as connection:
        totals = weekly_lists.totals_by_week(connection, TEAM)
    assert totals == [weekly_lists.WeekTotals("2026-W47", 4, 0)]


def test_each_has_the_own_lists_week_by_week_the_latest_first(town: Services, clock: Clock) -> None:
    begin(town)
    theirs = begin(town, UUID(int=12))
    do(town, AssignClient(client_id=theirs, team=TEAM, coach=OTHER, assigned_on=INTAKE_ON))
    weekly_lists.build(town.engine, WEEK, clock())
    do(town, RegisterField(client_id=theirs, field="driving_licence", value=["B"], known_on=INTAKE_ON))
    clock.now = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
    late = UUID(int=55)
    weekly_lists.build(town.engine, WEEK.next, clock())
    with town.database.write() as connection:
        account = Account(late, "late", "late", Role.WORK_COACH, TEAM, False, active=True, language=None)
        people.add_account(connection, account, "", password_hash="-")
    again = weekly_lists.build(town.engine, WEEK.next, clock())
    assert (again.built, again.kept, again.lines) == (1, 2, 0), "one who came later has one as well"
    with town.database.read() as connection:
        assert weekly_lists.weeks(connection, COACH) == ["2026-W48", "2026-W47"]
        assert weekly_lists.weeks(connection, late) == ["2026-W48"]
        mine, others = weekly_lists.of_coach(connection, COACH), weekly_lists.of_coach(connection, OTHER)
        first = weekly_lists.of_coach(connection, OTHER, WEEK)
        assert weekly_lists.of_coach(connection, late, WEEK) is None
        assert weekly_lists.totals_by_week(connection, TEAM) == [
            weekly_lists.WeekTotals("2026-W48", 7, 1),
            weekly_lists.WeekTotals("2026-W47", 8, 0),
        ]
        assert weekly_lists.totals_by_week(connection, UUID(int=1)) == []
    assert mine is not None and others is not None and first is not None
    assert (mine.week, mine.done, others.done) == ("2026-W48", 0, 1), "what another did is another's"
    assert {line.client_id for line in mine.rows} == {CLIENT}
    assert {line.client_id for line in others.rows} == {theirs} == {line.client_id for line in first.rows}
    order = [(line.since, line.client_id, line.field) for line in mine.rows]
    assert order == sorted(order)
    assert not any(line.is_new for line in mine.rows) and all(line.is_new for line in first.rows)


def test_one_who_works_here_no_more_has_none(town: Services) -> None:
    begin(town)
    with town.database.write() as connection:
        people.set_active(connection, COACH, active=False)
    built = weekly_lists.build(town.engine, WEEK, town.clock())
    assert (built.built, built.lines) == (1, 0)


def test_built_by_several_at_once_or_late_it_is_one_list(town: Services, clock: Clock) -> None:
    for number in range(1, 6):
        begin(town, UUID(int=number))
    do(town, RegisterField(client_id=UUID(int=1), field="driving_licence", value=["B"], known_on=INTAKE_ON))
    town.engine.catch_up()
    with ThreadPoolExecutor(4) as pool:
        built = list(pool.map(lambda _: weekly_lists.build(town.engine, WEEK, clock()), range(4)))
    assert sum(each.built for each in built) == 2 and {each.built + each.kept for each in built} == {2}
    with town.database.read() as connection:
        found = weekly_lists.of_coach(connection, COACH, WEEK)
    assert found is not None and len(found.rows) == found.lines == 5 * len(ASKED) - 1
    clock.now = datetime(2026, 11, 30, 5, 0, tzinfo=UTC)
    again = weekly_lists.build(town.engine, WEEK, clock())
    late = weekly_lists.build(town.engine, WEEK.next, clock())
    assert (again.built, late.built) == (0, 2)
    with town.database.read() as connection:
        assert weekly_lists.of_coach(connection, COACH, WEEK) == found, "as it was handed out"
        made_up = weekly_lists.of_coach(connection, COACH, WEEK.next)
    assert made_up is not None
    assert {(row.client_id, row.field) for row in made_up.rows} == {(row.client_id, row.field) for row in found.rows}


def test_mondays_on_which_nobody_was_here_are_made_up_as_it_was_then(town: Services, clock: Clock) -> None:
    begin(town)
    weekly_building.build_due_lists(town)
    register = RegisterField(client_id=CLIENT, field="driving_licence", value=["B"], known_on=INTAKE_ON)
    clock.now = datetime(2026, 12, 8, 9, 0, tzinfo=UTC)
    do(town, register)
    clock.now = datetime(2026, 12, 16, 9, 0, tzinfo=UTC)
    assert weekly_building.build_due_lists(town) == 2 * 4
    assert weekly_building.build_due_lists(town) == 0
    with town.database.read() as connection:
        assert weekly_lists.weeks(connection, COACH) == [f"2026-W{week}" for week in (51, 50, 49, 48, 47)]
    before, after = the_list(town, Week.parse("2026-W50")), the_list(town, Week.parse("2026-W51"))
    assert set(before) == ASKED and set(after) == ASKED - {"driving_licence"}
    clock.now = datetime(2027, 12, 16, 9, 0, tzinfo=UTC)
    assert weekly_building.build_due_lists(town) == 2 * 9, "not those of long ago"


def test_week_53_is_followed_by_week_1_and_what_was_done_is_counted_over_the_year(town: Services, clock: Clock) -> None:
    begin(town)
    last, first = Week.parse("2026-W53"), Week.parse("2027-W01")
    assert last.next == first and first.previous == last
    clock.now = last.starts_at
    weekly_building.build_due_lists(town)
    do(town, RegisterField(client_id=CLIENT, field="driving_licence", value=["B"], known_on=INTAKE_ON))
    clock.now = first.starts_at
    weekly_building.build_due_lists(town)
    assert standing_of(town, COACH, first) == (1, 0, set(), set(), 3)
    with town.database.read() as connection:
        assert weekly_lists.weeks(connection, COACH) == ["2027-W01", "2026-W53"]


@pytest.mark.parametrize(
    ("week", "six"),
    [("2026-W14", datetime(2026, 3, 30, 4, 0, tzinfo=UTC)), ("2026-W44", datetime(2026, 10, 26, 5, 0, tzinfo=UTC))],
    ids=["the clock went forward", "the clock went back"],
)
def test_it_is_built_at_six_by_the_clock_also_when_that_was_changed_the_night_before(
    town: Services, clock: Clock, week: str, six: datetime
) -> None:
    clock.now = datetime(2026, 1, 6, 9, 0, tzinfo=UTC)
    begin(town)
    clock.now = six - timedelta(seconds=1)
    weekly_building.build_due_lists(town)
    with town.database.read() as connection:
        assert str(weekly_lists.last_built(connection)) == str(Week.parse(week).previous)
    clock.now = six
    assert weekly_building.build_due_lists(town) == 2
    with town.database.read() as connection:
        found = weekly_lists.of_coach(connection, COACH)
    assert found is not None and (found.week, found.day) == (week, Week.parse(week).monday)
