"""The demonstration's city: the same every time, everybody in it, and nothing in the future."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from application.services import Services
from domain.client import CLIENT_EVENTS
from domain.conversation import CONVERSATION_EVENTS
from domain.roles import Role
from eventlog.events import shape_of
from projections.engine.verify import verify
from records import people
from werkpad.demo import city, run
from werkpad.demo.check import WALKS

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)


def invented(services: Services) -> list[tuple[object, ...]]:
    city.invent_city(services, NOW, lambda _done, _total: None)
    return [
        (r.event.originator_id, r.event.originator_version, type(r.event).__name__, r.event.recorded_at)
        for r in services.log.page(0, 1_000_000)
    ]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(city, "CLIENTS", 240)


@pytest.mark.usefixtures("small")
def test_it_is_the_same_every_time(make_services: Callable[..., Services], tmp_path: Path) -> None:
    one, two = (make_services(f"sqlite:///{tmp_path / name / 'werkpad.db'}") for name in ("one", "two"))
    assert invented(one) == invented(two)


@pytest.mark.usefixtures("small")
def test_everybody_is_there_and_nothing_lies_in_the_future(sqlite_services: Services) -> None:
    events = invented(sqlite_services)
    assert max(str(at) for *_, at in events) < str(NOW)
    kinds = Counter(kind for _, _, kind, _ in events)
    assert set(kinds) > {shape_of(e).topic.partition(".")[2] for e in CLIENT_EVENTS} - {
        "ClientErased",
        "FieldWithdrawn",
        # it sends no mail
        "ProposalReminderUndelivered",
    }
    # The manager's conversations: about two cases each, with something promised, done and not.
    assert {shape_of(e).topic.partition(".")[2] for e in CONVERSATION_EVENTS} <= set(kinds)
    assert kinds["ConversationPlanned"] == 3 and kinds["ManagerPromised"] == 2
    clients = kinds["IntakeTaken"]
    assert 30 <= sum(kinds.values()) / clients <= 50
    with sqlite_services.database.read() as connection:
        accounts = {a.username: a for a in people.all_accounts(connection)}
        teams = people.all_teams(connection)
    assert set(WALKS) <= set(accounts)
    assert {accounts[name].role for name in WALKS} == set(Role)
    assert accounts["improve"].improves and accounts["improve"].role is Role.WORK_COACH
    city_teams = [t for t in teams if t.code != "nsw"]
    assert [t.specialised for t in city_teams].count(True) == 1 and len(city_teams) == 3
    coaches = [a for a in accounts.values() if a.role is Role.WORK_COACH]
    assert sum(a.active and a.team_id in {t.team_id for t in city_teams} for a in coaches) == 12


def test_its_read_models_are_built(sqlite_services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(city, "CLIENTS", 12)
    run._invent(sqlite_services)
    assert {f.behind for f in sqlite_services.engine.freshness().values()} == {0}
    assert list(verify(sqlite_services.engine)) == []
