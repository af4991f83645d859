"""Two files of one person become one, and two again: what counts, where it is found, and that nothing is left over."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from application import clients, merging, privacy
from application.client_file import client_file, file_for_client
from application.looks import Look
from application.owed_mail import _record
from application.refusals import MergedError
from application.services import Services
from database.rows import Row
from domain.calendar import Week
from domain.client import (
    AgreeContactFrequency,
    AgreePlanOfAction,
    AssignClient,
    ClientEvent,
    CloseClient,
    ClosingReason,
    CorrectContact,
    Delivery,
    EraseClient,
    ErasureReason,
    FinishTask,
    PlanTask,
    ProposeOffer,
    RecordDelivery,
    RegisterField,
    ReopenClient,
    StrikeContact,
    UndoMerge,
    evolve,
)
from domain.offer import OfferKind
from domain.refusal import Refused
from domain.roles import Role, Viewer
from eventlog.commands import CommandContext
from eventlog.events import standing
from eventlog.repeats import ReusedError
from projections import agenda, caseload, contacts, data_gaps, merges, proposals, questionnaires, weekly_figures
from projections.as_of import rows_then
from projections.definitions import on as definitions_on
from projections.engine.rebuild import rebuild
from projections.engine.verify import verify
from projections.known_people import person_marks
from tests.conftest import Clock
from tests.projections.world import ACTIONS, World
from tests.stories import COACH, TEAM, begin, contact, do, tables

KEPT, OTHER, THIRD = UUID(int=11), UUID(int=12), UUID(int=13)
FEBRUARY, MARCH = date(2026, 2, 2), date(2026, 3, 3)

OFFICER = Viewer(UUID(int=1), Role.PRIVACY_OFFICER, None)
ME = Viewer(COACH, Role.WORK_COACH, TEAM)


def look(services: Services, viewer: Viewer = OFFICER) -> Look:
    return Look(services, viewer, "merge")


def merge(services: Services, kept: UUID = KEPT, other: UUID = OTHER, once: UUID | None = None) -> None:
    merging.merge_files(services, look(services), kept, other, once or uuid4())
    services.engine.catch_up()


def undo(services: Services, kept: UUID = KEPT, other: UUID = OTHER) -> None:
    merging.undo_merge(services, look(services), kept, other, uuid4())
    services.engine.catch_up()


def register(client_id: UUID, field: str, value: object, known_on: date = FEBRUARY) -> RegisterField:
    return RegisterField(client_id=client_id, field=field, value=value, known_on=known_on)


def without_the_merge(services: Services) -> dict[str, list[Row]]:
    """All rows of all read models, but for the entries of the history that say that a merge was undone."""
    found = tables(services)
    found["timeline"] = [row for row in found["timeline"] if row["kind"] != "MergeUndone"]
    return found


@pytest.fixture
def two(services: Services) -> Services:
    clock: Clock = services.clock  # type: ignore[assignment]  # replaced on purpose
    clock.now = datetime(2026, 4, 1, 9, tzinfo=UTC)
    begin(services, KEPT, name="Anna de Vries", client_number="K-1")
    begin(services, OTHER, name="Ana d'Vrees", client_number="O-2", email="anna@example.nl")
    return services


def facts(services: Services, client_id: UUID = KEPT) -> dict[str, Any]:
    with services.database.read() as connection:
        return {key: row.value for key, row in data_gaps.of_client(connection, client_id).items() if row.recorded}


def test_what_the_file_that_goes_on_lacks_counts_there(two: Services) -> None:
    do(two, register(KEPT, "language_level", "a2", MARCH))
    do(two, register(OTHER, "language_level", "b1", FEBRUARY))
    do(two, register(OTHER, "education_level", "primary"))
    do(two, register(KEPT, "own_transport", ["bicycle"], FEBRUARY))
    do(two, register(OTHER, "own_transport", ["car"], MARCH))
    do(two, AgreePlanOfAction(client_id=OTHER, plan="learn to bake", agreed_on=MARCH))
    do(two, AgreeContactFrequency(client_id=OTHER, weeks=4, agreed_on=MARCH))
    do(two, contact(FEBRUARY, KEPT))
    do(two, contact(MARCH, OTHER, note="met at the market", agreed_next="to call", agreed_on=date(2026, 5, 1)))
    do(two, PlanTask(client_id=OTHER, task_id=uuid4(), what="write to the landlord", due_on=date(2026, 4, 9)))
    offer = uuid4()
    do(
        two,
        ProposeOffer(
            client_id=OTHER,
            proposal_id=uuid4(),
            offer_id=offer,
            offer_kind=OfferKind.WORKSHOP,
            delivery=Delivery.LETTER,
        ),
    )
    merge(two)
    known = facts(two)
    assert (known["language_level"], known["education_level"], known["own_transport"]) == ("a2", "primary", ["car"])
    with two.database.read() as connection:
        row = caseload.client(connection, KEPT)
        assert row is not None and caseload.client(connection, OTHER) is None
        assert {each.field for each in questionnaires.waiting(connection, KEPT)} == {"language_level", "own_transport"}
        assert [p.offer_id for p in proposals.of_client(connection, KEPT)] == [offer]
        assert len(contacts.of_client(connection, KEPT)) == 2 and contacts.of_client(connection, OTHER) == []
        assert len(agenda.of_client(connection, KEPT)) == 2 and agenda.of_client(connection, OTHER) == []
    assert (row.client.last_seen_on, row.client.plan_on, row.client.frequency_weeks) == (MARCH, MARCH, 4)
    file = client_file(two, look(two, ME), KEPT, None)
    assert file.open.waiting == 2
    assert file.reachable["email"] == "anna@example.nl" and file.reachable["client_number"] == "K-1"
    assert {c.note for c in file.contacts} == {None, "met at the market"}
    assert {each.what for each in file.open.todo} == {"write to the landlord", "to call"}


def test_one_history_tells_of_both_each_entry_once_and_of_which_file_it_is(two: Services) -> None:
    do(two, contact(FEBRUARY, KEPT, note="in the one"))
    two.clock.now += timedelta(hours=1)  # type: ignore[attr-defined]  # replaced on purpose
    do(two, contact(MARCH, OTHER, note="in the other"))
    merge(two)
    two.clock.now += timedelta(hours=1)  # type: ignore[attr-defined]  # replaced on purpose
    do(two, contact(MARCH, KEPT, note="since"))
    two.engine.catch_up()
    told = client_file(two, look(two, ME), KEPT, None).entries
    notes = [(e.opened.get("note"), e.of) for e in told if e.kind == "ContactRecorded"]
    assert notes == [("since", None), ("in the other", "O-2"), ("in the one", None)]
    assert [e.kind for e in told].count("IntakeTaken") == 2
    whole, looks = file_for_client(two, look(two, ME), KEPT)
    assert len(whole.entries) == len(told) and looks
    parts, before = [], None
    while True:
        part = merging_history(two, before)
        parts += [(e.kind, e.of) for e in part.entries]
        if (before := part.earlier) is None:
            break
    assert parts == [(e.kind, e.of) for e in told]


def merging_history(services: Services, before: int | None) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("application.client_file.SHOWN", 3)
        return client_file(services, look(services, ME), KEPT, None, before=before)


def test_a_file_that_ended_takes_nothing_stands_nowhere_and_leads_to_the_one_that_goes_on(two: Services) -> None:
    merge(two)
    found = tables(two)
    # The history, the marks by which the person is found, and that it ended.
    left = {name for name, rows in found.items() if any(OTHER in row.values() for row in rows)}
    assert left == {"timeline", "person_marks", "merged_files", "taken_over"}
    with pytest.raises(Refused, match="merged with another one"):
        do(two, contact(MARCH, OTHER))
    with pytest.raises(Refused, match="merged with another one"):
        do(two, ReopenClient(client_id=OTHER, reopened_on=MARCH, reason="came back"))
    with pytest.raises(MergedError) as ended:
        clients.readable(two, look(two, ME), OTHER)
    assert ended.value.kept == KEPT
    assert two.file_that_goes_on(OTHER) == KEPT


def test_what_is_not_to_be_merged_is_told_and_nothing_half_is_done(two: Services) -> None:
    begin(two, THIRD, name="Third")
    merge(two)
    head = two.log.head()
    for kept, other, sentence in (
        (KEPT, KEPT, "two different files"),
        (KEPT, OTHER, "merged already"),
        (OTHER, KEPT, "merged already"),
        (THIRD, OTHER, "merged already"),
        (KEPT, uuid4(), "Ask the privacy officer"),
        (uuid4(), KEPT, "Ask the privacy officer"),
    ):
        with pytest.raises(Refused, match=sentence):
            merge(two, kept, other)
    do(two, CloseClient(client_id=THIRD, reason=ClosingReason.JOB, closed_on=MARCH))
    with pytest.raises(Refused, match="Reopen it first"):
        merge(two, THIRD, KEPT)
    two.erase(THIRD, ErasureReason.CLIENT_REQUEST, CommandContext(two.clock()), uuid4())
    for kept, other in ((THIRD, KEPT), (KEPT, THIRD)):
        with pytest.raises(Refused, match="erased"):
            merge(two, kept, other)
    assert two.log.head() == head + 2, "closed and erased, and nothing else"
    with pytest.raises(Refused, match="not merged"):
        undo(two, KEPT, THIRD)


def test_the_same_form_twice_is_one_merge_and_another_one_is_told(two: Services) -> None:
    begin(two, THIRD)
    do(two, register(OTHER, "education_level", "primary"))
    once, by = uuid4(), look(two)
    first = merging.merge_files(two, by, KEPT, OTHER, once)
    do(two, contact(MARCH, KEPT))
    assert merging.merge_files(two, by, KEPT, OTHER, once) == first
    with pytest.raises(ReusedError):
        merging.merge_files(two, by, KEPT, THIRD, once)
    with pytest.raises(ReusedError):
        merging.merge_files(two, by, OTHER, KEPT, once)
    undone = uuid4()
    assert merging.undo_merge(two, by, KEPT, OTHER, undone).events == 2
    assert merging.undo_merge(two, by, KEPT, OTHER, undone).events == 2


def test_who_may_merge_whom(two: Services) -> None:
    begin(two, THIRD, team=uuid4())
    two.clients.handle(_assigned_elsewhere(), CommandContext(two.clock()), uuid4())
    two.engine.catch_up()
    other_coach, elsewhere = uuid4(), uuid4()
    for viewer, allowed in (
        (ME, True),
        (Viewer(other_coach, Role.WORK_COACH, TEAM), False),
        (Viewer(other_coach, Role.WORK_COACH, TEAM, stands_in_for=frozenset({COACH})), False),
        (Viewer(uuid4(), Role.QUALITY_OFFICER, TEAM), True),
        (Viewer(uuid4(), Role.TEAM_MANAGER, TEAM), True),
        (Viewer(uuid4(), Role.QUALITY_OFFICER, elsewhere), False),
        (Viewer(uuid4(), Role.TEAM_MANAGER, elsewhere), False),
        (OFFICER, True),
    ):
        if not allowed:
            with pytest.raises(Refused, match="Ask the privacy officer"):
                merging.files_beside(two, look(two, viewer), KEPT, OTHER)
            continue
        beside = merging.files_beside(two, look(two, viewer), KEPT, OTHER)
        assert [each.number for each in (beside.one, beside.other)] == ["K-1", "O-2"]
        assert (beside.one.name is None) == (viewer is OFFICER), "who works with numbers sees no name"
        if viewer is not OFFICER:
            # The same sentence as of a file that there is not.
            with pytest.raises(Refused, match="Ask the privacy officer"):
                merging.merge_files(two, look(two, viewer), KEPT, THIRD, uuid4())


def _assigned_elsewhere() -> Any:
    return AssignClient(client_id=THIRD, team=UUID(int=99), coach=UUID(int=98), assigned_on=MARCH)


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
