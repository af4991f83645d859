"""A definition: what a field or term is called and means, and its plain parameters, in versions with a first day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar
from uuid import UUID, uuid5

import msgspec

from domain.calendar import local_day, within_reach
from domain.in_force import (
    checked_parameter,
    declared,
    differing,
    parameter_names,
    parameters_of,
    subjects,
    text_names,
    texts_of,
)
from domain.refusal import Refused
from domain.roles import Viewer
from domain.text import required_text
from eventlog.commands import CommandContext, Evolve, evolver
from eventlog.events import Event

LONGEST_LABEL, LONGEST_TEXT, LONGEST_REASON = 80, 1000, 2000
_DEFINITIONS = UUID("0d7a4c0e-5a53-5f0c-9a35-6d1c2c1b7e55")


def definition_id(subject: str) -> UUID:
    """The stream of a subject's definition: there is one for each field and term, from the beginning."""
    return uuid5(_DEFINITIONS, subject)


@dataclass(slots=True)
class Definition:
    """The revisions of one subject: number, first day and content of each that was not withdrawn."""

    id: UUID
    version: int = 0
    number: int = 1
    revisions: dict[int, tuple[date, Mapping[str, Any], Mapping[str, Any]]] = field(default_factory=dict)


class DefinitionEvent(Event, frozen=True, kw_only=True):
    """Something that happened to a definition."""

    category: ClassVar[str] = "definition"

    def apply(self, definition: Definition) -> None:
        """Change the folded definition accordingly."""


# events


class DefinitionRevised(DefinitionEvent, frozen=True):
    """From a day on, this is what a field or term is called and means. The first version is the declared one; of
    `texts` (English, Dutch) and `parameters` there is what differs from that."""

    subject: str
    number: int
    valid_from: date
    texts: dict[str, tuple[str, str]]
    parameters: dict[str, Any]
    reason: str
    signal: UUID | None = None
    meeting: UUID | None = None

    def apply(self, definition: Definition) -> None:
        definition.number = self.number
        definition.revisions[self.number] = (self.valid_from, self.texts, self.parameters)


class RevisionWithdrawn(DefinitionEvent, frozen=True):
    """A revision was taken back before its first day."""

    subject: str
    number: int
    reason: str

    def apply(self, definition: Definition) -> None:
        definition.revisions.pop(self.number, None)


DEFINITION_EVENTS: tuple[type[DefinitionEvent], ...] = (DefinitionRevised, RevisionWithdrawn)


evolve_definition: Evolve[Definition] = evolver(Definition, DefinitionEvent)


# commands


def refuse_undecided(viewer: Viewer, meeting: UUID | None) -> None:
    """Definitions and norms: the process manager decides alone, the improvement team together in a meeting.

    Raises:
        Refused: neither is so.
    """
    if viewer.decides_alone or (viewer.decides_signals and meeting is not None):
        return
    if viewer.decides_signals:
        raise Refused("The improvement team decides this together: record it in a review meeting.")
    raise Refused("In your role you can propose this by a signal; the process manager or a meeting decides.")


def revised_parameters(subject: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """What of a subject's parameters, all of them given, is not as declared.

    Raises:
        Refused: one can't be that, or they don't go together.
    """
    checked = {name: checked_parameter(name, given.get(name)) for name in parameter_names(subject)}
    if checked.get("do_able", 0) > checked.get("usual", 0):
        raise Refused("The manageable caseload can't be larger than the typical one.", field="do_able")
    return differing(checked, parameters_of(subject, declared()))


class DefinitionCommand(msgspec.Struct, frozen=True, kw_only=True):
    """A wish about one definition, by a viewer; `meeting` where a meeting decides so."""

    subject: str
    viewer: Viewer
    meeting: UUID | None = None

    @property
    def stream_id(self) -> UUID:
        return definition_id(self.subject)

    def refuse_others(self) -> None:
        if self.subject not in subjects():
            raise Refused("There is no such field or term.", field="subject")
        refuse_undecided(self.viewer, self.meeting)


class ReviseDefinition(DefinitionCommand, frozen=True):
    """Say what a field or term is called and means from a day on, and its parameters: all of them, also those that
    stay. `texts` are English and Dutch by name."""

    valid_from: date | None
    texts: Mapping[str, tuple[str, str]]
    parameters: Mapping[str, Any]
    reason: str
    signal: UUID | None = None

    def decide(self, definition: Definition | None, context: CommandContext) -> Sequence[DefinitionEvent]:
        self.refuse_others()
        if self.valid_from is None:
            raise Refused("Enter a day.", field="valid_from")
        if self.valid_from < local_day(context.at):
            raise Refused(
                "Choose today or a later day: figures that were already counted do not change.", field="valid_from"
            )
        within_reach(self.valid_from, local_day(context.at), field="valid_from")
        before = list(definition.revisions.values()) if definition else []
        if any(valid_from > self.valid_from for valid_from, *_ in before):
            raise Refused(
                "A later revision is already planned. Withdraw it first, or choose a later day.", field="valid_from"
            )
        texts, parameters = self._texts(), revised_parameters(self.subject, self.parameters)
        last = before[-1][1:] if before else ({}, {})
        if (texts, parameters) == (dict(last[0]), dict(last[1])):
            raise Refused("Nothing was changed.", field="definition")
        return [
            DefinitionRevised(
                subject=self.subject,
                number=(definition.number if definition else 1) + 1,
                valid_from=self.valid_from,
                texts=texts,
                parameters=parameters,
                signal=self.signal,
                meeting=self.meeting,
                reason=required_text(self.reason, field="reason", longest=LONGEST_REASON),
            )
        ]

    def _texts(self) -> dict[str, tuple[str, str]]:
        given = {}
        for name in text_names(self.subject):
            longest = LONGEST_LABEL if name == "label" else LONGEST_TEXT
            en, nl = self.texts.get(name, ("", ""))
            given[name] = (
                required_text(en, field=f"{name}.en", longest=longest),
                required_text(nl, field=f"{name}.nl", longest=longest),
            )
        return differing(given, texts_of(self.subject, declared()))


class WithdrawRevision(DefinitionCommand, frozen=True):
    """Take a revision back before its first day."""

    number: int
    reason: str

    def decide(self, definition: Definition | None, context: CommandContext) -> Sequence[DefinitionEvent]:
        self.refuse_others()
        if definition is None or self.number not in definition.revisions:
            raise Refused("There is no such revision.")
        if definition.revisions[self.number][0] <= local_day(context.at):
            raise Refused("It is already in force. Revise the definition again instead.")
        reason = required_text(self.reason, field="reason", longest=LONGEST_REASON)
        return [RevisionWithdrawn(subject=self.subject, number=self.number, reason=reason)]
