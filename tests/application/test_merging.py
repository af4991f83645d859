"""Two files of one person become one: what counts, where it is found, and who may."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from application import clients, merging
from application.client_file import client_file, file_for_client
from application.refusals import MergedError
from application.services import Services
from domain.client import (
    AgreeContactFrequency,
    AgreePlanOfAction,
    AssignClient,
    CloseClient,
    ClosingReason,
    Delivery,
    ErasureReason,
    PlanTask,
    ProposeOffer,
    ReopenClient,
)
from domain.offer import OfferKind
from domain.refusal import Refused
from domain.roles import Role, Viewer
from eventlog.commands import CommandContext
from eventlog.repeats import ReusedError
from projections import agenda, caseload, contacts, proposals, questionnaires
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
)
from tests.stories import COACH, TEAM, begin, contact, do, tables


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
    file, *_ = file_for_client(two, look(two, ME), KEPT)
    assert file.open.waiting == 2
    assert file.reachable["email"] == "anna@example.nl" and file.reachable["client_number"] == "K-1"
    assert {c.note for c in file.contacts.values()} == {None, "met at the market"}
    assert {each.what for each in file.open.todo} == {"write to the landlord", "to call"}


def test_one_history_tells_of_both_each_entry_once_and_of_which_file_it_is(
    two: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("application.client_file.FIRST", 100)
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
    whole, looks, _ = file_for_client(two, look(two, ME), KEPT)
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
        patch.setattr("application.client_file.FIRST", 3)
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
        (KEPT, OTHER, "already been merged"),
        (OTHER, KEPT, "already been merged"),
        (THIRD, OTHER, "already been merged"),
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
