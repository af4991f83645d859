"""A client whose key is gone, or whose data is damaged, never keeps a page from anybody; and nothing is lost by it."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date
from uuid import UUID, uuid4

import pytest

from application.services import Services
from domain.calendar import Week
from domain.catalogue import Track
from domain.client import (
    AgreeContactFrequency,
    AgreePlanOfAction,
    Channel,
    ChooseServiceTrack,
    ClientCommand,
    RecordContact,
    RecordDeclined,
    RegisterField,
)
from eventlog.commands import CommandContext, Step
from projections import caseload, weekly_figures
from projections.engine import rebuild
from projections.engine.verify import verify
from records import weekly_lists
from tests.faults.test_keys import lose_key, poison_key, tamper
from tests.web.at_work import busy, voices
from tests.web.conftest import Town, Visitor
from tests.web.test_odd_requests import address

DAMAGE: dict[str, Callable[[Services, UUID], None]] = {"missing": lose_key, "poisoned": poison_key, "tampered": tamper}
EVERYBODY = ("coach", "colleague", "quality", "manager", "improver", "process", "privacy", "admin")


def fill(town: Town) -> dict[str, UUID]:
    """A client for each damage, each with something on every page, beside one that is whole."""
    damaged = {}
    for how in DAMAGE:
        damaged[how] = town.new_client("coach", f"Damaged {how}")
        everything(town, damaged[how])
    town.new_client("coach", "Anna de Vries")
    return damaged


def everything(town: Town, client_id: UUID) -> None:
    """What a coach records: a contact with words, fields of each sort, what was declined, a plan."""
    services, coach, day = town.services, town.accounts["coach"].account_id, date(2026, 11, 10)
    commands: list[ClientCommand] = [
        RecordContact(
            client_id=client_id,
            contact_id=uuid4(),
            held_on=day,
            channel=Channel.PHONE,
            note="a note",
            own_words="her own words",
            agreed_next="call",
            agreed_on=date(2026, 11, 25),
        ),
        RegisterField(client_id=client_id, field="driving_licence", value=["B"], known_on=day),
        RegisterField(client_id=client_id, field="hours_available", value=24, known_on=day),
        RegisterField(client_id=client_id, field="debts", value="problematic", known_on=day),
        RegisterField(client_id=client_id, field="cv", value="2026-11-01", known_on=day),
        RecordDeclined(client_id=client_id, field="education_level", reason="rather not", review_on=date(2026, 12, 1)),
        AgreePlanOfAction(client_id=client_id, plan="a course first", agreed_on=day),
        AgreeContactFrequency(client_id=client_id, weeks=6, agreed_on=day),
        ChooseServiceTrack(client_id=client_id, track=Track.JOB_READY, chosen_on=day),
    ]
    services.clients.handle_all(
        [Step(command, CommandContext(services.clock(), coach), uuid4()) for command in commands]
    )
    services.engine.catch_up()


@pytest.fixture
def damaged(town: Town) -> dict[str, UUID]:
    found = fill(town)
    for how, client_id in found.items():
        others = [*busy(town, client_id)]
        DAMAGE[how](town.services, client_id)
        if how == "missing":
            others += voices(town)
            for other in others:
                if town.services.log._recorder.select_keys([other]):
                    lose_key(town.services, other)
    return found


@pytest.mark.parametrize("who", EVERYBODY)
def test_every_page_opens_for_everybody(town: Town, damaged: dict[str, UUID], who: str) -> None:
    services, rng = town.services, random.Random(who)  # noqa: S311 - the same each time
    rebuild.rebuild(services.engine)
    ids = [str(each) for each in damaged.values()]
    others = [str(row[1]) for row in services.log._recorder.page(0, 10_000)]
    visitor = town.visit(who)
    failed = []
    for rule in town.app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint in ("static", "log_in.log_out"):
            continue
        asked = (
            {rule.rule}
            if "<" not in rule.rule
            else {*(address(rule, rng, [each]) for each in ids), *(address(rule, rng, others) for _ in range(3))}
        )
        failed += [(path, status) for path in sorted(asked) if (status := visitor.client.get(path).status_code) >= 500]
    assert failed == []


def test_the_others_stay_readable_and_what_is_counted_goes_on(town: Town, damaged: dict[str, UUID]) -> None:
    services, shown = town.services, town.visit("coach").get("/caseload?sort=name")
    assert "Anna de Vries" in shown
    assert all(client_id.hex[:8] in shown for client_id in damaged.values())
    for client_id in damaged.values():
        assert client_id.hex[:8] in town.visit("coach").get(f"/clients/{client_id}"), "the file itself opens"
    before = rows(services)
    rebuild.rebuild(services.engine)
    assert list(verify(services.engine)) == []
    assert rows(services) == before, "but for what can't be read"
    weekly_figures.build(services.engine, Week.of(services.today), whole=True)
    assert weekly_lists.build(services.engine, Week.of(services.today), services.clock()).built
    assert {each.stream_id for each in services.log.unopened()} >= set(damaged.values())


def rows(services: Services) -> list[tuple[object, ...]]:
    with services.database.read() as connection:
        found = caseload.clients(connection, caseload.Scope())
    # In the order of their ids: when contact is due follows from what can't be read any more.
    names = ("client_id", "coach_id", "track", "last_seen_on")
    return sorted((tuple(getattr(row.client, name) for name in names) for row in found), key=lambda row: str(row[0]))


def test_what_is_personal_is_refused_with_a_sentence_and_the_rest_is_recorded(
    town: Town, damaged: dict[str, UUID]
) -> None:
    coach = town.visit("coach")
    head = town.services.log.head()
    for how in ("missing", "poisoned"):
        answer = send_contact(coach, damaged[how], note="about her")
        assert answer == (409, True), how
    assert town.services.log.head() == head
    assert send_contact(coach, damaged["missing"], note="")[0] == 303
    assert send_contact(coach, damaged["tampered"], note="a new note")[0] == 303


def send_contact(visitor: Visitor, client_id: UUID, note: str) -> tuple[int, bool]:
    answer = visitor.post(
        f"/clients/{client_id}/contact",
        held_on="2026-11-17",
        channel="phone",
        started_by="coach",
        outcome="spoken",
        note=note,
    )
    return answer.status_code, client_id.hex[:8] in answer.get_data(as_text=True)
