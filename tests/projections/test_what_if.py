"""What-ifs: the same numbers as the read models have now, and as they have once the definition is revised."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID, uuid4

from application.services import Services
from database.locks import COMPARING
from domain.client import ErasureReason
from domain.in_force import declared
from eventlog.commands import CommandContext
from projections import caseload, caseload_figures, what_if
from projections.engine.rebuild import rebuild
from tests.stories import COACH, INTAKE_ON, TEAM, begin, contact, do

MAY = date(2026, 5, 20)


def ask(services: Services, subject: str, parameters: dict[str, object]) -> UUID:
    what_if_id = uuid4()
    now = declared()
    with services.database.write() as connection:
        for _twice in range(2):
            what_if.ask(
                connection,
                what_if_id,
                subject,
                now,
                now.revised(subject, parameters),
                form={},
                as_of=MAY,
                asked_at=services.clock(),
                asked_by=COACH,
            )
    return what_if_id


def answer(services: Services, what_if_id: UUID) -> what_if.WhatIf:
    with services.database.read() as connection:
        found = what_if.find(connection, what_if_id)
    assert found is not None
    return found


def numbers(found: what_if.WhatIf) -> dict[str, tuple[int, int]]:
    assert found.figures is not None
    return {f.measure: (f.now.get(TEAM, 0), f.then.get(TEAM, 0)) for f in found.figures}


def test_now_is_what_is_counted_live_and_then_what_a_rebuild_gives(services: Services) -> None:
    first, second, third = (begin(services, uuid4()) for _ in range(3))
    do(services, contact(date(2026, 3, 3), first))
    services.erase(third, ErasureReason.CLIENT_REQUEST, CommandContext(services.clock(), COACH), uuid4())
    services.engine.catch_up()
    what_if_id = ask(services, "not_seen", {"months": 2})
    assert what_if.count_next(services.engine)
    assert not what_if.count_next(services.engine), "there was one"
    found = answer(services, what_if_id)
    with services.database.read() as connection:
        live = caseload_figures.totals(connection, MAY, caseload.Scope(team_id=TEAM))[TEAM]
    counted = numbers(found)
    assert {name: counted[name][0] for name in ("open", "no_plan", "not_seen")} == {
        name: live[name] for name in ("open", "no_plan", "not_seen")
    }
    assert counted["not_seen"] == (1, 2) and counted["open"] == (2, 2), (second, INTAKE_ON)
    assert found.position == services.log.head()


def test_one_at_a_time_counts_and_one_that_died_leaves_it_to_the_next(services: Services) -> None:
    begin(services)
    what_if_id = ask(services, "not_seen", {"months": 2})
    with services.database.advisory_lock(COMPARING):
        assert not what_if.count_next(services.engine), "somebody is at it"
    assert answer(services, what_if_id).counted_at is None
    assert what_if.count_next(services.engine)
    assert answer(services, what_if_id).counted_at == services.clock()


def test_counting_leaves_the_read_models_alone(services: Services) -> None:
    begin(services)
    rebuild(services.engine)
    before = services.engine.freshness()
    ask(services, "seen", {"channels": ["office"]})
    assert what_if.count_next(services.engine)
    assert services.engine.freshness() == before


def test_what_was_asked_is_kept_for_two_months(services: Services) -> None:
    what_if_id, asked_at = ask(services, "not_seen", {"months": 2}), services.clock()
    with services.database.write() as connection:
        assert what_if.forget_old(connection, asked_at + timedelta(days=60)) == 0
        assert what_if.find(connection, what_if_id) is not None
        assert what_if.forget_old(connection, asked_at + timedelta(days=60, seconds=1)) == 1
        assert what_if.find(connection, what_if_id) is None
