"""Agreed steps of a client's plan: agreed, changed and answered, and those that ended without an answer."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from msgspec import Struct

from application import clients, rights
from application.clients import CaseloadClient
from application.looks import Look
from application.refusals import NotThereError
from application.rights import needs
from application.services import Services
from database.rows import part_of
from domain.client.steps import AgreeStep, ChangeStep, EndStep
from domain.roles import Viewer
from eventlog.commands import Answer
from projections import steps
from projections.caseload import Scope
from projections.steps import NamedStep, Step
from projections.steps_table import STANDING


class StepShown(Struct, frozen=True):
    """A step in its words, for one who may read the file; `state` is standing, over, or what became of it."""

    client_id: UUID
    step_id: UUID
    version: int
    whose: str
    starts_on: date
    ends_on: date | None
    state: str
    ended_on: date | None
    agreed_on: date
    step_kind: str | None
    what: str | None
    because: str | None

    @property
    def stands(self) -> bool:
        return self.state == STANDING

    def is_unanswered(self, as_of: date) -> bool:
        """Whether it has ended and nobody said what became of it. An unknown end never counts as passed."""
        return self.stands and self.ends_on is not None and self.ends_on < as_of


@dataclass(frozen=True, slots=True)
class StepForm:
    """Whose step it is, and how it stands; None where it is a new one."""

    client: CaseloadClient
    name: str
    step: StepShown | None


class StepEntry(Struct, frozen=True):
    """A step that stands, on a list; whose, `names` tells."""

    client_id: UUID
    step_id: UUID
    version: int
    whose: str
    starts_on: date
    ends_on: date | None
    words: int


@dataclass(frozen=True, slots=True)
class Unanswered:
    """The first of a coach's steps that ended unanswered, how many there are, and their kinds and words, by client and
    version; with the rows that have the sealed names."""

    entries: Sequence[StepEntry]
    rows: Sequence[NamedStep]
    count: int
    texts: dict[tuple[UUID, int], tuple[str | None, str | None]]


@needs(rights.RECORD)
def agree_step(services: Services, look: Look, command: AgreeStep, command_id: UUID) -> Answer:
    """Record a step that was agreed with a client of one's own.

    Raises:
        NotThereError, NotAllowedError: it is not the viewer's client.
        Refused: what is said of it is not sound.
    """
    return _handled(services, look, command, command_id)


@needs(rights.RECORD)
def change_step(services: Services, look: Look, command: ChangeStep, command_id: UUID) -> Answer:
    """Have a step otherwise than it was. Raises as `agree_step`, and Conflict where somebody else changed it."""
    return _handled(services, look, command, command_id)


@needs(rights.RECORD)
def end_step(services: Services, look: Look, command: EndStep, command_id: UUID) -> Answer:
    """Say what became of a step. Raises as `change_step`."""
    return _handled(services, look, command, command_id)


@needs(rights.RECORD)
def step_form(services: Services, look: Look, client_id: UUID) -> StepForm:
    """What a form for a new step begins with. Raises as `agree_step`."""
    row = clients.recordable(services, look, client_id)
    return StepForm(row.client, clients.names_of(services, look, [row])[client_id], None)


@needs(rights.RECORD)
def step_to_change(services: Services, look: Look, client_id: UUID, step_id: UUID) -> StepForm:
    """A step as it is now, folded up to now: conflicts are judged by what others recorded a moment ago.

    Raises:
        NotThereError, NotAllowedError: it is not the viewer's client, or there is no such step.
    """
    row = clients.recordable(services, look, client_id)
    services.engine.catch_up([steps.projection.name], wait=True)
    with services.database.read() as connection:
        found = steps.one(connection, client_id, step_id)
    if found is None:
        raise NotThereError
    name = clients.names_of(services, look, [row])[client_id]
    return StepForm(row.client, name, _opened(services, client_id, [found])[0])


@needs(rights.READ_FILES)
def of_client(services: Services, look: Look, client_id: UUID) -> list[StepShown]:
    """A client's steps: those that stand first, by when they end. Raises NotThereError: not for this viewer."""
    clients.readable(services, look, client_id)
    with services.database.read() as connection:
        rows = steps.of_client(connection, client_id)
    return _opened(services, client_id, rows)


def unanswered(services: Services, viewer: Viewer, most: int | None) -> Unanswered:
    """The steps of one's own clients that ended unanswered: the first few, or all."""
    with services.database.read() as connection:
        rows = steps.unanswered(connection, Scope(coach_id=viewer.account_id), services.today)
    shown = rows[:most]
    opener = services.log.opener([row.client_id for row in shown])
    said = services.log.at([(row.client_id, row.words) for row in shown])
    texts = {place: (opener.value(each, "step_kind"), opener.value(each, "what")) for place, each in said.items()}
    return Unanswered([part_of(StepEntry, row) for row in shown], shown, len(rows), texts)


def _opened(services: Services, client_id: UUID, rows: Collection[Step]) -> list[StepShown]:
    """Steps with kind, words and reason: for one who may read the file."""
    versions = {row.words for row in rows} | {row.reason for row in rows if row.reason}
    said = services.log.versions(client_id, sorted(versions))
    opener = services.log.opener([client_id])
    return [
        part_of(
            StepShown,
            row,
            step_kind=opener.value(said[row.words], "step_kind"),
            what=opener.value(said[row.words], "what"),
            because=opener.value(said[row.reason], "reason") if row.reason else None,
        )
        for row in rows
    ]


def _handled(services: Services, look: Look, command: AgreeStep | ChangeStep | EndStep, command_id: UUID) -> Answer:
    row = clients.recordable(services, look, command.client_id)
    return services.clients.handle(command, clients.recording(services, look, row), command_id)
