"""What fields and terms mean: the legend, a definition with its versions, and revising one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec

from application import rights
from application.decisions import DecidedIn, meetings_to_decide_in, require_decided
from application.refusals import NotThereError
from application.rights import needs
from application.services import Services
from domain.definition import ReviseDefinition, WithdrawRevision
from domain.in_force import Definitions, declared, parameters_of, subjects, texts_of
from domain.roles import Viewer
from eventlog.commands import Answer, CommandContext
from projections import definitions as model
from projections import what_if
from projections.definitions import Revision as Revision
from projections.what_if import WhatIf

# A term that a figure is about, where there is one.
TERM_OF = {
    "not_seen": "not_seen",
    "never_seen": "seen",
    "quiet": "not_seen",
    "contact_due": "contact_due",
    "above_do_able": "caseload",
    "above_usual": "caseload",
    "open": "caseload",
    "no_plan": "plan_of_action",
    "no_track": "service_track",
}


@dataclass(frozen=True, slots=True)
class OneDefinition:
    """A definition of a field or term: its versions, the latest first, each with what it made otherwise than the one
    before; and for those who decide the meetings to decide in, and what was asked of it.

    `first` is what was declared; `version` the number in force; `begun` a what-if with which somebody goes on;
    `pending` the read models that are still counted under other definitions.
    """

    versions: Sequence[tuple[Revision, Mapping[str, Any]]]
    first: Mapping[str, Any]
    version: int
    meetings: Sequence[DecidedIn]
    compared: Sequence[WhatIf]
    begun: WhatIf | None
    pending: Sequence[str]


@needs(rights.READ_DEFINITIONS)
def legend(services: Services, viewer: Viewer) -> dict[str, list[Revision]]:
    """The revisions of each field and term that was ever revised, the first one first."""
    with services.database.read() as connection:
        revisions = model.revisions(connection)
    histories: dict[str, list[Revision]] = {}
    for revision in revisions:
        histories.setdefault(revision.subject, []).append(revision)
    return histories


@needs(rights.LOG_SIGNALS)
def one_definition(services: Services, viewer: Viewer, subject: str, what_if_id: UUID | None) -> OneDefinition:
    """A definition with its versions, and with a what-if of it to go on with. Raises NotThereError where there is no
    such field or term."""
    if subject not in subjects():
        raise NotThereError
    with services.database.read() as connection:
        revisions = model.revisions(connection, subject)
        meetings = meetings_to_decide_in(services, viewer, connection)
        compared = what_if.of_subject(connection, subject)
        begun = what_if.find(connection, what_if_id) if what_if_id else None
    return OneDefinition(
        versions=_versions(subject, revisions),
        first=_declared(subject),
        version=model.number_on(revisions, services.today),
        meetings=meetings,
        compared=compared,
        begun=begun if begun and begun.subject == subject else None,
        pending=services.engine.under_other_rules(),
    )


# Who may not decide is told so by the domain: as a proposal, it becomes a signal.
@needs(rights.LOG_SIGNALS)
def revise_definition(services: Services, viewer: Viewer, command: ReviseDefinition, command_id: UUID) -> Answer:
    """Say what a field or term is called and means from a day on, and its parameters.

    Raises:
        Refused: it is not the viewer's to decide, alone or in this meeting, or what is said is not sound.
    """
    require_decided(services, viewer, command.meeting, command.signal)
    return _handled(services, viewer, command, command_id)


@needs(rights.LOG_SIGNALS)
def withdraw_revision(services: Services, viewer: Viewer, command: WithdrawRevision, command_id: UUID) -> Answer:
    """Take a revision back before its first day.

    Raises:
        Refused: it is not the viewer's to decide, alone or in this meeting, or it is in force already.
    """
    require_decided(services, viewer, command.meeting)
    return _handled(services, viewer, command, command_id)


def in_force(services: Services) -> Definitions:
    """What fields and terms are called and mean today."""
    with services.database.read() as connection:
        return model.on(connection, services.today)


def changes_of_counting(services: Services, subjects: Callable[[str], bool]) -> list[Revision]:
    """The revisions in force by today that made some subjects be counted otherwise, in the order in which they came."""
    with services.database.read() as connection:
        revisions = model.revisions(connection)
    before = {subject: parameters_of(subject, declared()) for subject in {r.subject for r in revisions}}
    found = []
    for revision in revisions:
        if revision.withdrawn_at is not None or revision.valid_from > services.today:
            continue
        parameters = parameters_of(revision.subject, declared()) | revision.parameters
        if subjects(revision.subject) and parameters != before[revision.subject]:
            found.append(revision)
        before[revision.subject] = parameters
    return found


def subject_of(in_force: Definitions, field: str | None, figure: str | None) -> str | None:
    """The field or term whose definition something is about: its field, or else the term of its figure."""
    return field if field in in_force.catalogue else TERM_OF.get(figure or "")


def _handled(
    services: Services, viewer: Viewer, command: ReviseDefinition | WithdrawRevision, command_id: UUID
) -> Answer:
    own = msgspec.structs.replace(command, viewer=viewer)
    return services.definitions.handle(own, CommandContext(services.clock(), viewer.account_id), command_id)


def _declared(subject: str) -> dict[str, Any]:
    return texts_of(subject, declared()) | parameters_of(subject, declared())


def changes_of(subject: str, revisions: Sequence[Revision]) -> list[tuple[Revision, dict[str, tuple[Any, Any]]]]:
    """Each revision of a subject with what it made otherwise, as it was before and as it is then; the first one
    first."""
    before, found = _declared(subject), []
    for revision in revisions:
        texts = {name: tuple(text) for name, text in revision.texts.items()}
        whole = texts_of(subject, declared()) | texts | parameters_of(subject, declared()) | dict(revision.parameters)
        changed = {name: (before[name], value) for name, value in whole.items() if value != before[name]}
        found.append((revision, changed))
        if revision.withdrawn_at is None:
            before = whole
    return found


def _versions(subject: str, revisions: Sequence[Revision]) -> list[tuple[Revision, dict[str, Any]]]:
    found = changes_of(subject, revisions)[::-1]
    return [(revision, {name: now for name, (_before, now) in changed.items()}) for revision, changed in found]
