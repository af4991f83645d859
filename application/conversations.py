"""A coach's monthly conversation: on a sheet of the coach's own figures, which the coach sees first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from msgspec import Struct

from application import rights
from application.conversation_cases import Case, are_own, own_clients, shown_cases
from application.conversation_promises import Promise, promises_of
from application.looks import Look
from application.refusals import NotAllowedError, NotThereError
from application.rights import needs
from application.services import Services
from database.rows import part_of
from domain.conversation import (
    ChooseCases,
    ConfirmAgreement,
    MarkPromise,
    NoteAgreement,
    PlanConversation,
    PromiseToCoach,
    ShareSheet,
)
from domain.refusal import Refused
from domain.roles import Role, Viewer
from eventlog.commands import Answer, CommandContext
from projections import caseload_figures, contacts, conversations, data_gaps
from projections.caseload import Scope
from projections.conversations import ConversationRow
from records import people
from records.people import Account

MINUTES_IN = timedelta(weeks=4)
# So many earlier conversations stand beside this one.
EARLIER = 3

# What one of the two does with a conversation.
Step = ShareSheet | NoteAgreement | ConfirmAgreement | PromiseToCoach | MarkPromise


class Conversation(Struct, frozen=True):
    """A conversation: of whom, when, and how far the two are with it."""

    conversation_id: UUID
    coach_id: UUID
    planned_by: UUID | None
    planned_on: date
    held_on: date
    seen_on: date | None
    noted_by: UUID | None
    confirmed_on: date | None
    state: str


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier conversation of the same two: its figures, and what they agreed."""

    conversation_id: UUID
    planned_on: date
    held_on: date
    figures: Mapping[str, int]
    agreement: str | None
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """A conversation as one of the two may see it, with the `earlier` ones of the same two, the latest first.
    `figures`, `now`, `words`, `earlier`, `cases` and promises are empty while it is not `open`. `kept_in_mind` are the
    manager's promises of the last time, and those of before that are still open."""

    conversation: Conversation
    is_coach: bool
    open: bool
    figures: Sequence[tuple[str, int]]
    now: Mapping[str, int]
    words: Mapping[str, str]
    earlier: Sequence[Earlier]
    may_confirm: bool
    may_choose: bool = False
    cases: Sequence[Case] = ()
    promises: Sequence[Promise] = ()
    kept_in_mind: Sequence[Promise] = ()


@dataclass(frozen=True, slots=True)
class CasesToChoose:
    """The coach's own clients by name, and those chosen for this conversation so far."""

    conversation: Conversation
    clients: Mapping[UUID, str]
    chosen: Sequence[UUID]


@dataclass(frozen=True, slots=True)
class Conversations:
    """Somebody's conversations; and with whom this one may plan more, who otherwise `plans` none."""

    rows: Sequence[Conversation]
    plans: bool
    coaches: Sequence[Account]


@needs(rights.HOLD_CONVERSATIONS)
def own_conversations(services: Services, viewer: Viewer) -> Conversations:
    """The conversations that the viewer holds or planned, the latest first."""
    plans = viewer.role is Role.TEAM_MANAGER
    with services.database.read() as connection:
        rows = conversations.of(connection, viewer.account_id)
        coaches = people.coaches(connection, viewer.team_id) if plans and viewer.team_id else []
    return Conversations([part_of(Conversation, row) for row in rows], plans, coaches)


@needs(rights.PLAN_CONVERSATIONS)
def plan_conversation(
    services: Services, viewer: Viewer, coach_id: UUID | None, held_on: date, command_id: UUID
) -> Answer:
    """Plan a conversation with a coach of the team, on the coach's own figures of today.

    Raises:
        NotAllowedError: the viewer manages no team.
        Refused: this is nobody of the team, or no day for it.
    """
    services.engine.catch_up(["caseload", "contacts", "data_gaps"], wait=True)
    if viewer.team_id is None:
        raise NotAllowedError
    with services.database.read() as connection:
        coaches = {account.account_id for account in people.coaches(connection, viewer.team_id)}
    if coach_id is None or coach_id not in coaches:
        raise Refused("Choose a coach of your team.", field="coach")
    command = PlanConversation(
        conversation_id=command_id,
        coach=coach_id,
        team=viewer.team_id,
        held_on=held_on,
        figures=figures_of(services, coach_id),
    )
    return _handled(services, viewer, command, command_id)


@needs(rights.HOLD_CONVERSATIONS)
def take_step(services: Services, viewer: Viewer, command: Step, command_id: UUID) -> Answer:
    """Say that one has seen the sheet, note what was agreed, confirm it, promise something, or say that it is done.

    Raises:
        NotThereError: there is no such conversation, or the viewer is none of the two.
        Refused: this is not the viewer's to do, or not yet.
    """
    services.engine.catch_up(["conversations"], wait=True)
    row = _conversation(services, viewer, command.conversation_id)
    if not _is_open(row, viewer, services.today):
        raise Refused("The coach sees this sheet first.")
    return _handled(services, viewer, command, command_id)


@needs(rights.HOLD_CONVERSATIONS)
def cases_to_choose(services: Services, look: Look, conversation_id: UUID) -> CasesToChoose:
    """Whom the coach may choose to talk about. Raises NotThereError, for the manager too."""
    row = _own_sheet(services, look.viewer, conversation_id)
    return CasesToChoose(part_of(Conversation, row), own_clients(services, look), row.cases)


@needs(rights.HOLD_CONVERSATIONS)
def choose_cases(services: Services, viewer: Viewer, command: ChooseCases, command_id: UUID) -> Answer:
    """Choose whom of one's own clients to talk about in a conversation.

    Raises:
        NotThereError: there is no such conversation on the viewer's own figures.
        Refused: one of them is not on the viewer's caseload, they are too many, or the conversation is over.
    """
    services.engine.catch_up(["conversations", "caseload"], wait=True)
    _own_sheet(services, viewer, command.conversation_id)
    if not are_own(services, viewer.account_id, command.cases):
        raise Refused("Choose clients of your own caseload.", field="first")
    return _handled(services, viewer, command, command_id)


@needs(rights.HOLD_CONVERSATIONS)
def conversation_sheet(services: Services, look: Look, conversation_id: UUID) -> Sheet:
    """A conversation with its figures and what was said, as far as it is open to the viewer. Raises NotThereError."""
    viewer = look.viewer
    row = _conversation(services, viewer, conversation_id)
    shown, is_coach = part_of(Conversation, row), viewer.account_id == row.coach_id
    if not _is_open(row, viewer, services.today):
        return Sheet(shown, is_coach, False, (), {}, {}, (), may_confirm=False)
    figures = services.log.opener([conversation_id]).text(row.figures) or []
    others = row.agreement and row.noted_by != viewer.account_id
    before = _before(services, viewer, row)
    promises = promises_of(services, [conversation_id, *(each.conversation_id for each in before)])
    last = before[0].conversation_id if before else None
    return Sheet(
        shown,
        is_coach,
        True,
        figures,
        figures_of(services, row.coach_id) if is_coach or row.seen_on else {},
        _words(services, row),
        _earlier(services, before[:EARLIER]),
        may_confirm=bool(others) and row.confirmed_on is None,
        may_choose=is_coach and services.today <= row.held_on,
        cases=shown_cases(services, look, row.cases),
        promises=[each for each in promises if each.conversation_id == conversation_id],
        kept_in_mind=[
            each
            for each in promises
            if each.conversation_id == last or (each.conversation_id != conversation_id and not each.done)
        ],
    )


def _before(services: Services, viewer: Viewer, row: ConversationRow) -> list[ConversationRow]:
    """The earlier conversations of the same two, as far as they are open to the viewer, the latest first."""
    with services.database.read() as connection:
        held = conversations.of(connection, viewer.account_id)
    return [
        each
        for each in held
        if (each.coach_id, each.planned_by) == (row.coach_id, row.planned_by)
        and (each.held_on, each.planned_on) < (row.held_on, row.planned_on)
        and _is_open(each, viewer, services.today)
    ]


def _earlier(services: Services, before: Sequence[ConversationRow]) -> list[Earlier]:
    opener = services.log.opener([each.conversation_id for each in before])
    return [
        Earlier(
            each.conversation_id,
            each.planned_on,
            each.held_on,
            dict(opener.text(each.figures) or []),
            _words(services, each).get("agreement"),
            confirmed=each.confirmed_on is not None,
        )
        for each in before
    ]


def _is_open(row: ConversationRow, viewer: Viewer, today: date) -> bool:
    """The coach sees the sheet first; the manager when the coach has, or on the day itself. That day does not count
    where it is the day of planning: the coach has had no chance to look before."""
    if viewer.account_id == row.coach_id or row.seen_on is not None:
        return True
    return bool(row.planned_on < row.held_on <= today)


def _conversation(services: Services, viewer: Viewer, conversation_id: UUID) -> ConversationRow:
    with services.database.read() as connection:
        row = conversations.conversation(connection, conversation_id)
    if row is None or viewer.account_id not in (row.coach_id, row.planned_by):
        raise NotThereError
    return row


def _own_sheet(services: Services, viewer: Viewer, conversation_id: UUID) -> ConversationRow:
    """A conversation on the viewer's own figures. Raises NotThereError."""
    row = _conversation(services, viewer, conversation_id)
    if row.coach_id != viewer.account_id:
        raise NotThereError
    return row


def _handled(
    services: Services, viewer: Viewer, command: PlanConversation | ChooseCases | Step, command_id: UUID
) -> Answer:
    return services.conversations.handle(command, CommandContext(services.clock(), viewer.account_id), command_id)


def figures_of(services: Services, coach_id: UUID) -> dict[str, int]:
    """A coach's own figures of today, from the read models that the coach's own pages use."""
    as_of = services.today
    with services.database.read() as connection:
        found = caseload_figures.totals(connection, as_of, Scope(coach_id=coach_id))
        totals: dict[str, int] = {}
        for team in found.values():
            totals = {name: totals.get(name, 0) + number for name, number in team.items()}
        listed = data_gaps.count_listed(connection, as_of, coach_id)
        minutes = contacts.minutes_by_day(connection, coach_id, as_of - MINUTES_IN)
    shown = {name: totals.get(name, 0) for name in ("open", "no_plan", "not_seen", "contact_due")}
    return shown | {
        "listed": listed,
        "minutes_with_client": sum(day[1] for day in minutes),
        "minutes_administration": sum(day[2] for day in minutes),
    }


def _words(services: Services, row: ConversationRow) -> dict[str, str]:
    """The remark and what was agreed, opened out of the log."""
    wanted = {"remark": (row.remark, "remark"), "agreement": (row.agreement, "text")}
    versions = [version for version, _ in wanted.values() if version]
    events = services.log.versions(row.conversation_id, versions)
    opener = services.log.opener([row.conversation_id])
    return {
        name: opener.value(events[version], attribute) or ""
        for name, (version, attribute) in wanted.items()
        if version in events
    }
