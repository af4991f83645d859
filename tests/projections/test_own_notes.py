"""Own notes and marks: whose, due on which day, kept, passed on or dropped at a handover, and gone with an erasure."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from application.services import Services
from domain.client import (
    AcceptTransfer,
    AssignClient,
    ClientCommand,
    ErasureReason,
    ProposeTransfer,
    RefuseTransfer,
    WithdrawTransfer,
)
from domain.client.own_notes import NoteHandling, OwnMark, SetOwnMark, WriteOwnNote
from domain.filters import OWN
from domain.refusal import Refused
from eventlog.commands import CommandContext
from projections import caseload, own_notes
from projections.caseload import Scope
from projections.engine.verify import verify
from projections.filters import quick
from tests.stories import CLIENT, COACH, TEAM, begin, do

COLLEAGUE = UUID(int=9)


@pytest.fixture
def services(services: Services) -> Services:
    begin(services)
    return services


def write(services: Services, what: str | None = "first", days: int | None = None) -> None:
    look_on = None if days is None else services.today + timedelta(days=days)
    do(services, WriteOwnNote(client_id=CLIENT, what=what, look_on=look_on))


def mark(services: Services, shape: OwnMark | None = OwnMark.STAR) -> None:
    do(services, SetOwnMark(client_id=CLIENT, mark=shape))


def as_colleague(services: Services, command: ClientCommand) -> None:
    services.clients.handle(command, CommandContext(services.clock(), COLLEAGUE), uuid4())


def of(services: Services, coach: UUID = COACH) -> tuple[bool, str | None] | None:
    """Whether a coach has a note on the client, and the mark; None where neither."""
    services.engine.catch_up()
    with services.database.read() as connection:
        row = own_notes.one(connection, CLIENT, coach)
    return None if row is None else (row.words is not None, row.mark)


def propose(services: Services, handling: NoteHandling | None) -> None:
    do(services, ProposeTransfer(client_id=CLIENT, team=TEAM, coach=COLLEAGUE, reason="moved", own_note=handling))


def test_note_and_mark_stand_until_they_are_removed(services: Services) -> None:
    assert of(services) is None
    write(services)
    mark(services)
    assert of(services) == (True, "star")
    write(services, None)
    assert of(services) == (False, "star")
    mark(services, None)
    assert of(services) is None
    assert list(verify(services.engine, ["own_notes"])) == []


@pytest.mark.parametrize(
    ("handling", "mine", "theirs"),
    [
        (NoteHandling.KEEP, (True, "star"), None),
        (NoteHandling.PASS_ON, None, (True, "star")),
        (NoteHandling.DROP, None, None),
        (None, (True, "star"), None),
    ],
    ids=["keep", "pass on", "drop", "nobody said"],
)
def test_what_becomes_of_them_at_a_handover_is_what_was_said(
    services: Services,
    handling: NoteHandling | None,
    mine: tuple[bool, str | None] | None,
    theirs: tuple[bool, str | None] | None,
) -> None:
    write(services)
    mark(services)
    propose(services, handling)
    assert (of(services), of(services, COLLEAGUE)) == ((True, "star"), None), "nothing before the answer"
    as_colleague(services, AcceptTransfer(client_id=CLIENT))
    assert (of(services), of(services, COLLEAGUE)) == (mine, theirs)
    back = AssignClient(client_id=CLIENT, team=TEAM, coach=COACH, assigned_on=services.today)
    as_colleague(services, back)
    assert (of(services), of(services, COLLEAGUE)) == (mine, theirs), "what was said holds once"
    assert list(verify(services.engine, ["own_notes"])) == []


@pytest.mark.parametrize("refused", [True, False], ids=["refused", "withdrawn"])
def test_what_came_to_nothing_moves_nothing_later(services: Services, refused: bool) -> None:
    write(services)
    propose(services, NoteHandling.DROP)
    if refused:
        as_colleague(services, RefuseTransfer(client_id=CLIENT, reason="too many"))
    else:
        do(services, WithdrawTransfer(client_id=CLIENT))
    do(services, AssignClient(client_id=CLIENT, team=TEAM, coach=COLLEAGUE, assigned_on=services.today))
    assert of(services) == (True, None)


def found(services: Services, name: str, days: int = 0) -> set[UUID]:
    services.engine.catch_up()
    with services.database.read() as connection:
        condition = quick(name, services.today + timedelta(days=days))
        return {row.client_id for row in caseload.clients(connection, Scope(team_id=TEAM), [condition])}


def test_the_caseload_finds_marks_and_notes_whose_day_has_come(services: Services) -> None:
    write(services, days=2)
    mark(services)
    assert [found(services, "note_due", days) for days in (1, 2, 9)] == [set(), {CLIENT}, {CLIENT}]
    assert {name for name in OWN if found(services, name)} == {"mark_star"}
    do(services, AssignClient(client_id=CLIENT, team=TEAM, coach=COLLEAGUE, assigned_on=services.today))
    assert not found(services, "note_due", 9) and not found(services, "mark_star"), "of another coach"


@pytest.mark.parametrize(
    ("what", "days", "field"),
    [("x" * 201, None, "what"), (" ", 1, "what"), ("first", -1, "look_on")],
    ids=["too long", "a day for nothing", "a day that has passed"],
)
def test_what_is_not_sound_is_refused(services: Services, what: str, days: int | None, field: str) -> None:
    with pytest.raises(Refused) as refused:
        write(services, what, days)
    assert refused.value.field == field and of(services) is None


def test_of_one_who_was_erased_nothing_is_left(services: Services) -> None:
    write(services)
    services.erase(CLIENT, ErasureReason.CLIENT_REQUEST, CommandContext(services.clock(), COACH), uuid4())
    assert of(services) is None
