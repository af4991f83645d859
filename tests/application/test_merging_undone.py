"""Two files that were merged are two again, or are erased together: nothing is left over and nothing lost."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from application import clients, privacy
from application.composing import mail
from application.owed_mail import _record
from application.refusals import MergedError
from application.services import Services
from domain.calendar import Week
from domain.client import (
    AgreePlanOfAction,
    CancelAppointment,
    CancelledBy,
    Channel,
    ClientEvent,
    CorrectContact,
    Delivery,
    EraseClient,
    ErasureReason,
    FinishTask,
    MakeAppointment,
    MoveAppointment,
    Notice,
    PlanTask,
    ProposeOffer,
    RecordAppointmentNotice,
    RecordContactOfAppointments,
    RecordDelivery,
    StrikeContact,
    UndoMerge,
    evolve,
)
from domain.offer import OfferKind
from domain.refusal import Refused
from eventlog.commands import CommandContext
from eventlog.events import standing
from projections import agenda, appointments, contacts, data_gaps, merges, proposals, weekly_figures
from projections.as_of import rows_then
from projections.definitions import on as definitions_on
from projections.engine.rebuild import rebuild
from projections.engine.verify import verify
from projections.known_people import person_marks
from records import outbox
from records.appointment_letters import APPOINTMENT
from records.appointment_mail import message_id
from tests.application.merged import (
    FEBRUARY,
    KEPT,
    MARCH,
    ME,
    OFFICER,
    OTHER,
    THIRD,
    facts,
    look,
    merge,
    register,
    undo,
    without_the_merge,
)
from tests.projections.world import ACTIONS, World
from tests.stories import COACH, begin, contact, do, tables


def test_undoing_restores_both_and_keeps_what_was_recorded_since(two: Services) -> None:
    task, said, mine = uuid4(), uuid4(), uuid4()
    do(two, register(OTHER, "education_level", "primary"))
    do(two, contact(FEBRUARY, OTHER, contact_id=said, agreed_next="to call"))
    do(two, PlanTask(client_id=OTHER, task_id=task, what="to write", due_on=date(2026, 4, 9)))
    two.engine.catch_up()
    before = tables(two)
    merge(two)
    do(two, contact(MARCH, KEPT, contact_id=mine))
    do(two, register(KEPT, "language_level", "b1", MARCH))
    # What is recorded about a thing that came along goes with it.
    do(two, FinishTask(client_id=KEPT, task_id=task))
    do(two, CorrectContact(client_id=KEPT, contact_id=said, held_on=MARCH, channel=contact().channel, reason="typo"))
    do(two, StrikeContact(client_id=KEPT, contact_id=said, reason="wrong client"))
    two.engine.catch_up()
    undo(two)
    after = without_the_merge(two)
    for name, rows in before.items():
        of_other = [row for row in rows if OTHER in row.values()]
        assert [row for row in after[name] if OTHER in row.values()] == of_other, name
    with two.database.read() as connection:
        assert [c.contact_id for c in contacts.of_client(connection, KEPT)] == [mine]
        assert agenda.of_client(connection, KEPT) == [] and len(agenda.of_client(connection, OTHER)) == 2
    assert facts(two) == {"language_level": "b1"} and facts(two, OTHER) == {"education_level": "primary"}
    with pytest.raises(Refused, match="no such task"):
        do(two, FinishTask(client_id=KEPT, task_id=task))
    do(two, FinishTask(client_id=OTHER, task_id=task))
    merge(two, OTHER, KEPT)
    assert list(verify(two.engine)) == []


def test_files_merged_in_a_row_are_followed_undone_from_the_last_and_erased_together(two: Services) -> None:
    begin(two, THIRD, name="Anna Vries", client_number="T-3")
    do(two, register(OTHER, "education_level", "primary"))
    two.engine.catch_up()
    before = tables(two)
    merge(two, KEPT, OTHER)
    merge(two, THIRD, KEPT)
    assert facts(two, THIRD) == {"education_level": "primary"}
    assert two.file_that_goes_on(OTHER) == THIRD and set(two.files_of_one(OTHER)) == {KEPT, OTHER, THIRD}
    with pytest.raises(MergedError) as ended:
        clients.readable(two, look(two, ME), OTHER)
    assert ended.value.kept == THIRD
    with pytest.raises(Refused, match="merged with another one"):
        # The file in which it ended does not stand on its own.
        merging_undone_below(two)
    undo(two, THIRD, KEPT)
    undo(two, KEPT, OTHER)
    assert without_the_merge(two) == before
    merge(two, KEPT, OTHER)
    merge(two, THIRD, KEPT)
    privacy.erase_client(two, OFFICER, OTHER, ErasureReason.CLIENT_REQUEST, uuid4())
    assert {erasure.stream_id for erasure in two.log.erasures()} == {KEPT, OTHER, THIRD}


def merging_undone_below(services: Services) -> None:
    services.clients.handle(UndoMerge(client_id=KEPT, other=OTHER), CommandContext(services.clock()), uuid4())


def test_two_merges_into_one_file_are_undone_in_any_order(two: Services) -> None:
    begin(two, THIRD)
    do(two, register(OTHER, "education_level", "primary", FEBRUARY))
    do(two, register(THIRD, "education_level", "none", MARCH))
    do(two, AgreePlanOfAction(client_id=OTHER, plan="learn to bake", agreed_on=FEBRUARY))
    two.engine.catch_up()
    before = tables(two)
    for order in ((OTHER, THIRD), (THIRD, OTHER)):
        merge(two, KEPT, OTHER)
        merge(two, KEPT, THIRD)
        for other in order:
            undo(two, KEPT, other)
        assert without_the_merge(two) == before
        state = two.clients.state(KEPT)
        assert state is not None and (state.fields, state.plan_on, state.merges) == ({}, None, ())


@pytest.mark.parametrize("asked", [KEPT, OTHER], ids=["kept", "merged"])
def test_an_erasure_reaches_both_files_and_leaves_no_word_of_either(two: Services, asked: UUID) -> None:
    do(two, register(OTHER, "education_level", "primary"))
    do(two, contact(MARCH, OTHER, note="met at the market"))
    merge(two)
    privacy.erase_client(two, OFFICER, asked, ErasureReason.CLIENT_REQUEST, uuid4())
    assert {erasure.stream_id for erasure in two.log.erasures()} == {KEPT, OTHER}
    left = repr(tables(two))
    for word in ("primary", "market", "Vries", "Vrees", "anna@example.nl", "K-1", "O-2"):
        assert word not in left
    with two.database.read() as connection:
        assert connection.execute(person_marks.select()).all() == [] and merges.pairs(connection) == []
    opener = two.log.opener([KEPT, OTHER])
    for stream in (KEPT, OTHER):
        assert opener.value(two.log.stream(stream)[0], "name") is None
    with pytest.raises(Refused):
        undo(two)
    assert list(verify(two.engine)) == []


def test_an_erasure_that_died_between_the_two_files_is_finished(two: Services) -> None:
    merge(two)
    two.clients.erase(
        EraseClient(client_id=KEPT, reason=ErasureReason.COURT_ORDER),
        CommandContext(two.clock()),
        uuid4(),
        "court_order",
    )
    two.forget_erased()
    assert {(e.stream_id, e.reason) for e in two.log.erasures()} == {(KEPT, "court_order"), (OTHER, "court_order")}


def test_a_mail_that_left_for_the_file_that_ended_is_recorded_where_the_proposal_went(two: Services) -> None:
    proposal = uuid4()
    do(
        two,
        ProposeOffer(
            client_id=OTHER,
            proposal_id=proposal,
            offer_id=uuid4(),
            offer_kind=OfferKind.WORKSHOP,
            delivery=Delivery.EMAIL,
        ),
    )
    merge(two)
    assert _record(two, RecordDelivery(client_id=OTHER, proposal_id=proposal), uuid4(), None)
    two.engine.catch_up()
    with two.database.read() as connection:
        assert [p.step for p in proposals.of_client(connection, KEPT)] == ["delivered"]


def test_as_it_was_before_the_merge_there_are_two_and_a_person_counts_once_since(two: Services) -> None:
    two.clock.now = datetime(2026, 4, 20, 9, tzinfo=UTC)  # type: ignore[attr-defined]  # replaced on purpose
    merge(two)
    with two.database.read() as connection:
        rules = definitions_on(connection, two.today).rules
    assert set(rows_then(two.log, [KEPT, OTHER], date(2026, 4, 19), rules)) == {KEPT, OTHER}
    assert set(rows_then(two.log, [KEPT, OTHER], date(2026, 4, 20), rules)) == {KEPT}
    weekly_figures.build(two.engine, Week(date(2026, 5, 4)))
    with two.database.read() as connection:
        open_then = dict(weekly_figures.series(connection, ["open"], date(2026, 4, 1))["open"])
    assert open_then[date(2026, 4, 20)] == 2 and open_then[date(2026, 4, 27)] == 1


def test_who_said_it_stays_known(two: Services) -> None:
    do(two, register(OTHER, "education_level", "primary"))
    merge(two)
    with two.database.read() as connection:
        assert data_gaps.of_client(connection, KEPT)["education_level"].actor == COACH


def appoint(services: Services, day: date, at: int = 10) -> UUID:
    about: dict[str, Any] = {"day": day, "at": time(at), "minutes": 30, "channel": Channel.PHONE}
    appointment_id = uuid4()
    do(services, MakeAppointment(client_id=OTHER, appointment_id=appointment_id, **about))
    return appointment_id


def test_appointments_that_ask_something_go_along_and_come_back(two: Services) -> None:
    """Those ahead and those of which nobody said what became of them; one that was kept or cancelled stays behind."""
    two.clock.now -= timedelta(days=5)  # type: ignore[attr-defined]  # replaced on purpose
    today = two.today
    passed, kept, off, ahead = (appoint(two, today + timedelta(days=days)) for days in (1, 2, 9, 10))
    do(two, CancelAppointment(client_id=OTHER, appointment_id=off, by=CancelledBy.CLIENT))
    move = MoveAppointment(
        client_id=OTHER,
        appointment_id=ahead,
        day=today + timedelta(days=11),
        at=time(9),
        minutes=45,
        channel=Channel.PHONE,
    )
    do(two, move)
    told = RecordAppointmentNotice(
        client_id=OTHER, appointment_id=ahead, notice=Notice.CHANGE, changes=1, delivery=Delivery.EMAIL
    )
    do(two, told)
    two.clock.now += timedelta(days=5)  # type: ignore[attr-defined]  # replaced on purpose
    came = contact(today + timedelta(days=2), OTHER)
    do(two, RecordContactOfAppointments(client_id=OTHER, contact=came, appointments=[kept]))
    two.engine.catch_up()
    before = without_the_merge(two)

    merge(two)
    with two.database.read() as connection:
        moved = {each.appointment_id: each for each in appointments.of_client(connection, KEPT)}
        assert appointments.of_client(connection, OTHER) == []
    assert moved.keys() == {ahead, passed}
    assert (moved[ahead].minutes, moved[ahead].told, moved[ahead].changes) == (45, "told", 1)
    state = two.clients.state(KEPT)
    assert state is not None and state.appointments.keys() == {ahead, passed}
    since = contact(today + timedelta(days=1), KEPT)
    do(two, RecordContactOfAppointments(client_id=KEPT, contact=since, appointments=[passed]))

    undo(two)
    state = two.clients.state(KEPT)
    assert state is not None and state.appointments == {} and since.contact_id in state.contacts
    after = without_the_merge(two)
    assert after["appointments"] == before["appointments"]
    assert list(verify(two.engine)) == []
    rebuild(two.engine)
    assert without_the_merge(two) == after


def test_a_mail_of_an_appointment_that_waits_goes_out_for_the_file_that_goes_on(two: Services) -> None:
    appointment_id = appoint(two, two.today + timedelta(days=10))
    two.engine.catch_up()
    with two.database.write() as connection:
        one = message_id(appointment_id, APPOINTMENT, 0)
        outbox.put(connection, one, APPOINTMENT, appointment_id, two.clock(), client_id=OTHER)
    merge(two)
    with two.database.read() as connection:
        (waiting,) = outbox.due(connection, two.clock())
    made, address = mail(two, waiting)
    assert address == "anna@example.nl" and "Anna de Vries" in made.as_string()


things = st.lists(
    st.tuples(st.integers(0, 1), st.sampled_from([a for a in ACTIONS if a != "erase"]), st.integers(0, 2**32)),
    min_size=1,
    max_size=25,
)


def test_whatever_happened_merging_and_undoing_is_as_though_nothing_was_merged(sqlite_services: Services) -> None:
    services = sqlite_services

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
    @given(things, things)
    def whatever_happens(found: list[tuple[int, str, int]], since: list[tuple[int, str, int]]) -> None:
        world = World(services)
        one, other = world.clients[:2]
        for who in (0, 1):
            world.happens(who, "intake", 1)
        for who, what, seed in found:
            world.happens(who, what, seed)
        services.engine.catch_up()
        before, state = without_the_merge(services), services.clients.state(one)
        if _merged(world, one, other):
            undo(services, one, other)
            assert without_the_merge(services) == before
            assert _told(services.clients.state(one)) == _told(state)
        if _merged(world, one, other):
            for _, what, seed in since:
                world.happens(0, what, seed)
            undo(services, one, other)
            _state_is_what_stands(services, one)

    whatever_happens()
    assert list(verify(services.engine)) == []
    live = tables(services)
    rebuild(services.engine)
    assert tables(services) == live


def _merged(world: World, kept: UUID, other: UUID) -> bool:
    try:
        merge(world.services, kept, other)
    except Refused:
        # The one that is to go on is closed.
        return False
    return True


def _told(client: Any) -> dict[str, Any]:
    return {name: getattr(client, name) for name in client.__slots__ if name != "version"}


def _state_is_what_stands(services: Services, client_id: UUID) -> None:
    stands = [e for e in standing(services.log.stream(client_id)) if isinstance(e, ClientEvent) and not e.takes_back]
    assert _told(services.clients.state(client_id)) == _told(evolve(None, stands))
