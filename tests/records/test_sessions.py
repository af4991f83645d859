"""A session ends after two hours of nothing and after twelve hours whatever happens, and can be revoked."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from application.services import Services
from domain.roles import Role
from records import people, sessions
from records.people import Account, Team
from tests.conftest import Clock
from tests.stories import COACH, TEAM

SECOND = timedelta(seconds=1)
TOKEN = "token"
OTHER = UUID(int=44)


@pytest.fixture
def town(sqlite_services: Services) -> Services:
    with sqlite_services.database.write() as connection:
        people.add_team(connection, Team(TEAM, "north", "Team North", specialised=False))
        for account_id, name in ((COACH, "coach"), (OTHER, "other")):
            account = Account(account_id, name, name, Role.WORK_COACH, TEAM, False, active=True, language=None)
            people.add_account(connection, account, "", password_hash="-")
        sessions.begin(connection, TOKEN, COACH, sqlite_services.clock())
    return sqlite_services


def who(services: Services, now: datetime, token: str = TOKEN) -> UUID | None:
    with services.database.read() as connection:
        found = sessions.find(connection, token, now)
    return found[0].account_id if found else None


def touch(services: Services, now: datetime) -> None:
    with services.database.write() as connection:
        sessions.touch(connection, TOKEN, now)


def test_two_hours_of_nothing_are_the_limit_and_not_a_second_more(town: Services, clock: Clock) -> None:
    began = clock()
    assert who(town, began + timedelta(hours=2)) == COACH
    assert who(town, began + timedelta(hours=2) + SECOND) is None
    touch(town, began + timedelta(hours=2))
    assert who(town, began + timedelta(hours=4)) == COACH
    assert who(town, began + timedelta(hours=4) + SECOND) is None


def test_after_twelve_hours_it_ends_however_busy_one_was(town: Services, clock: Clock) -> None:
    began = clock()
    for hour in range(1, 13):
        touch(town, began + timedelta(hours=hour))
    assert who(town, began + timedelta(hours=12)) == COACH
    assert who(town, began + timedelta(hours=12) + SECOND) is None


def test_it_is_touched_once_a_minute_at_most(town: Services, clock: Clock) -> None:
    began = clock()
    with town.database.read() as connection:
        for seconds, due in ((0, False), (60, False), (61, True)):
            found = sessions.find(connection, TOKEN, began + timedelta(seconds=seconds))
            assert found is not None and found[1] is due


def test_the_database_holds_no_token(town: Services) -> None:
    with town.database.read() as connection:
        (row,) = connection.execute(sessions.sessions.select()).all()
    assert "token" not in row and who(town, town.clock(), row.token_hash) is None
    assert who(town, town.clock(), "another") is None


def test_one_who_logs_out_or_is_put_out_ends_the_own_sessions_alone(town: Services, clock: Clock) -> None:
    with town.database.write() as connection:
        for token, account_id in (("second", COACH), ("third", COACH), ("theirs", OTHER)):
            sessions.begin(connection, token, account_id, clock())
        sessions.end(connection, "third")
    assert [who(town, clock(), token) for token in ("token", "second", "third")] == [COACH, COACH, None]
    with town.database.write() as connection:
        assert sessions.revoke(connection, COACH) == 2
    assert [who(town, clock(), token) for token in ("token", "second", "theirs")] == [None, None, OTHER]


def test_nobody_is_logged_in_to_an_account_that_was_closed(town: Services) -> None:
    with town.database.write() as connection:
        connection.execute(people.accounts.update().values(active=False))
    assert who(town, town.clock()) is None


def test_sessions_that_ran_out_are_swept_away_by_the_next_who_logs_in(town: Services, clock: Clock) -> None:
    def there() -> int:
        with town.database.read() as connection:
            return len(connection.execute(sessions.sessions.select()).all())

    for later, kept in ((timedelta(hours=2), 2), (timedelta(hours=2) + SECOND, 2)):
        with town.database.write() as connection:
            sessions.begin(connection, f"after {later}", OTHER, clock() + later)
        assert there() == kept
