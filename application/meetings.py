"""Review meetings: planned by the improvement team; what one records of them, somebody else who was there confirms.

Nothing of what was decided takes effect before: then all of it does, or nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from application import rights
from application.refusals import NotThereError
from application.rights import needs
from application.services import Services
from application.signals import require_team
from domain.names import by_surname
from domain.refusal import Refused
from domain.roles import Viewer
from eventlog.commands import Answer, Command, CommandContext, Step
from feedback import meetings
from feedback.meeting import (
    ArrangeAgenda,
    CancelMeeting,
    ConfirmDecisions,
    Decided,
    Decision,
    Meeting,
    PlanMeeting,
    RecordDecisions,
    leads,
    steps_to,
)
from feedback.meetings import MeetingRow
from feedback.signal import MoveSignal
from records import people
from records.people import Account


@dataclass(frozen=True, slots=True)
class AgendaChange:
    """What somebody wants of an agenda: one item earlier, first or out, or all that was left out back."""

    up: UUID | None = None
    first: UUID | None = None
    out: UUID | None = None
    back: bool = False


@dataclass(frozen=True, slots=True)
class ItemDecided:
    """What was decided on a signal. `of` is the original of a duplicate, `on` the day it is planned for, `reason` what
    its reporter is told."""

    signal_id: UUID
    decision: Decision
    of: UUID | None = None
    on: date | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class MeetingRecord:
    """What somebody says of a meeting: who was there, and what was decided."""

    meeting_id: UUID
    present: Sequence[UUID]
    items: Sequence[ItemDecided]
    remarks: str | None = None


@needs(rights.DECIDE)
def plan_meeting(services: Services, viewer: Viewer, command: PlanMeeting, command_id: UUID) -> Answer:
    """Plan a review meeting, or move one to another day.

    Raises:
        NotAllowedError: the viewer is not of the improvement team.
        Refused: the viewer does not lead the meetings of that team; or there is no such team, or the day is not ahead.
    """
    with services.database.read() as connection:
        require_team(connection, command.team)
    return _handled(services, viewer, command, command_id)


@needs(rights.DECIDE)
def arrange_agenda(
    services: Services, viewer: Viewer, meeting_id: UUID, change: AgendaChange, command_id: UUID
) -> Answer:
    """Put one item of the agenda earlier or first, leave one out, or bring back what was left out.

    Raises:
        NotThereError: there is no such meeting.
        Refused: it is not the viewer's, or does not lie ahead any more.
    """
    with services.database.read() as connection:
        row = meetings.meeting(connection, meeting_id)
        if row is None:
            raise NotThereError
        agenda, _ = meetings.agenda(connection, row, services.today)
    items = [item.signal_id for item in agenda]
    if change.up in items:
        at = items.index(change.up)
        items[max(at - 1, 0) : at + 1] = reversed(items[max(at - 1, 0) : at + 1])
    if change.first in items:
        items = [change.first, *(item for item in items if item != change.first)]
    left_out = [] if change.back else [*row.left_out, *([change.out] if change.out in items else [])]
    order = [item for item in items if item != change.out]
    command = ArrangeAgenda(meeting_id=meeting_id, viewer=viewer, order=order, left_out=left_out)
    return _handled(services, viewer, command, command_id)


@needs(rights.DECIDE)
def cancel_meeting(services: Services, viewer: Viewer, meeting_id: UUID, command_id: UUID) -> Answer:
    """Say that a meeting does not take place. Raises Refused where it is not the viewer's, or was held."""
    return _handled(services, viewer, CancelMeeting(meeting_id=meeting_id, viewer=viewer), command_id)


@needs(rights.DECIDE)
def record_decisions(services: Services, viewer: Viewer, record: MeetingRecord, command_id: UUID) -> Answer:
    """Record who was there and what was decided. It takes effect when `confirm_decisions` was done by somebody else.

    Raises:
        NotThereError: there is no such meeting.
        Refused: somebody present was not invited; or it can't be decided so, and where it is about one signal, its
            field is `item-` and the signal's id. Nothing was stored.
    """
    now = CommandContext(services.clock(), viewer.account_id)
    command = RecordDecisions(
        meeting_id=record.meeting_id,
        viewer=viewer,
        present=record.present,
        decisions=[Decided(item.signal_id, item.decision, item.of, item.on) for item in record.items],
        remarks=record.remarks,
        reasons=[(str(item.signal_id), item.reason) for item in record.items if item.reason],
    )
    if not services.log.written_by(command_id):
        require_invited(services, record.meeting_id, record.present)
        # Refused as a whole before any signal is looked at.
        services.meetings.decide([Step(command, now, command_id)])
        for _ in _steps(services, viewer, record.meeting_id, record.items, now, command_id):
            pass
    return services.meetings.handle(command, now, command_id)


@needs(rights.LOG_SIGNALS)
def confirm_decisions(services: Services, viewer: Viewer, meeting_id: UUID, recorded: int, command_id: UUID) -> Answer:
    """Confirm what a colleague recorded of a meeting, as it was read: `recorded` is its version. It takes effect now.

    Raises:
        NotThereError: there is no such meeting.
        Refused: the viewer recorded it, or was not there; it was recorded anew meanwhile; or a signal has moved on, and
            then its field is `item-` and the signal's id. Nothing was stored.
    """
    now = CommandContext(services.clock(), viewer.account_id)
    row = _row(services, meeting_id)
    opener = services.log.opener([meeting_id])
    command = ConfirmDecisions(
        meeting_id=meeting_id, viewer=viewer, recorded=recorded, remarks=opener.text(row.remarks)
    )
    first: Step[Meeting] = Step(command, now, command_id)
    if services.log.written_by(command_id):
        # Sent twice: the first time did it all, signals included.
        return services.meetings.handle(command, now, command_id)
    services.meetings.decide([first])
    require_invited(services, meeting_id, row.present)
    recorder = _recorder(services, row.recorded_by, row.team_id)
    reasons = dict(opener.text(row.reasons) or ())
    items = [ItemDecided(d.signal, d.decision, d.of, d.on, reasons.get(str(d.signal))) for d in row.decisions]
    # What was decided is the recorder's word about each signal; the meeting says who confirmed it.
    then = CommandContext(now.at, recorder.account_id)
    parts = list(_steps(services, recorder.viewer, meeting_id, items, then, command_id))
    return services.signal_handler.together([[(services.meetings, [first])], *parts])


def invited(services: Services, meeting_id: UUID) -> list[Account]:
    """Who may have been there: the team's own people who work with signals, and the process managers; active ones only.

    Raises:
        NotThereError: there is no such meeting.
    """
    meeting = _row(services, meeting_id)
    with services.database.read() as connection:
        accounts = people.all_accounts(connection)
    teams = (None, meeting.team_id)
    may_come = [
        account
        for account in accounts
        if account.active and account.viewer.logs_signals and (meeting.team_id is None or account.team_id in teams)
    ]
    return sorted(may_come, key=lambda account: (not account.improves, by_surname(account.full_name)))


def require_invited(services: Services, meeting_id: UUID, present: Collection[UUID]) -> None:
    """Raises Refused where somebody is said to have been there who was not invited; NotThereError as `invited`."""
    if set(present) - {account.account_id for account in invited(services, meeting_id)}:
        raise Refused("One of the people marked as present was not invited, or no longer works here.", field="present")


def _row(services: Services, meeting_id: UUID) -> MeetingRow:
    services.engine.catch_up([meetings.projection.name], wait=True)
    with services.database.read() as connection:
        row = meetings.meeting(connection, meeting_id)
    if row is None:
        raise NotThereError
    return row


def _recorder(services: Services, account_id: UUID | None, team: UUID | None) -> Account:
    """Who recorded it, by the rights that they have now."""
    with services.database.read() as connection:
        account = people.account(connection, account_id) if account_id else None
    if account is None or not account.active or not leads(account.viewer, team):
        raise Refused("The person who recorded this may no longer decide. The improvement team has to record it again.")
    return account


def _handled(services: Services, viewer: Viewer, command: Command[Meeting], command_id: UUID) -> Answer:
    return services.meetings.handle(command, CommandContext(services.clock(), viewer.account_id), command_id)


def _steps(
    services: Services,
    viewer: Viewer,
    meeting_id: UUID,
    items: Sequence[ItemDecided],
    context: CommandContext,
    command_id: UUID,
) -> Iterator[Any]:
    """What each decision comes to for its signal, decided upon alone first, so that a refusal can name which one."""
    for item in items:
        try:
            commands = _moves(services, viewer, meeting_id, item)
            if not commands:
                continue
            part = services.signal_handler.parts(commands, context, uuid5(command_id, str(item.signal_id)))
            for handler, steps in part:
                handler.decide(steps)
        except Refused as refused:
            raise Refused(refused.message, field=f"item-{item.signal_id}", **refused.values) from None
        yield part


def _moves(services: Services, viewer: Viewer, meeting_id: UUID, item: ItemDecided) -> list[MoveSignal]:
    signal = services.signals.state(item.signal_id)
    if signal is None:
        raise Refused("There is no such signal.")
    if item.decision is Decision.DUPLICATE and item.of is not None and services.signals.state(item.of) is None:
        raise Refused("There is no such signal.", field="of")
    steps = steps_to(signal.state, item.decision)
    return [
        MoveSignal(
            signal_id=item.signal_id,
            viewer=viewer,
            transition=step,
            of=item.of,
            on=item.on,
            meeting=meeting_id,
            reason=item.reason if step == steps[-1] else None,
        )
        for step in steps
    ]
