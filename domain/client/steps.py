"""Agreed steps of the plan: what is done, by whom and until when, and what became of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from domain.calendar import local_day, within_reach
from domain.client.aggregate import Client, ClientCommand, ClientEvent, StepMark, open_file, unchanged
from domain.refusal import Checks, Refused
from domain.text import not_in_future, optional_text
from eventlog.commands import CommandContext
from eventlog.events import Personal

LONGEST_STEP, LONGEST_REASON = 500, 500


class StepKind(StrEnum):
    """What a step is: few, so that one is chosen at a glance."""

    APPLY = "apply"
    TRAINING = "training"
    LANGUAGE = "language"
    WORK_TRIAL = "work_trial"
    CARE = "care"
    MONEY = "money"
    ARRANGE = "arrange"
    OTHER = "other"


class StepOwner(StrEnum):
    """Who takes a step."""

    CLIENT = "client"
    COACH = "coach"
    THIRD_PARTY = "third_party"


class StepEnd(StrEnum):
    """What became of a step."""

    DONE = "done"
    STOPPED = "stopped"
    NOT_RELEVANT = "not_relevant"


# events


class StepEvent(ClientEvent, frozen=True, kw_only=True):
    """A step as it stands after this event; whose and when stays in the clear. `ends_on` is None where nobody knows."""

    step_id: UUID
    # "Care" and "money" say of somebody what topics of a contact do.
    step_kind: Personal[StepKind]
    whose: StepOwner
    starts_on: date
    ends_on: date | None
    what: Personal[str] | None

    def apply(self, client: Client) -> None:
        client.steps[self.step_id] = StepMark(self.starts_on, self.originator_version)


class StepAgreed(StepEvent, frozen=True):
    """Coach and client agreed on a step."""


class StepChanged(StepEvent, frozen=True):
    """It takes longer, begins later, or is otherwise than it was."""


class StepEnded(ClientEvent, frozen=True):
    """It was done or stopped, or does not matter any more."""

    step_id: UUID
    how: StepEnd
    ended_on: date
    reason: Personal[str] | None

    def apply(self, client: Client) -> None:
        mark = client.steps[self.step_id]
        client.steps[self.step_id] = replace(mark, version=self.originator_version, over=True)


STEP_EVENTS: tuple[type[ClientEvent], ...] = (StepAgreed, StepChanged, StepEnded)

# commands


class StepDetails(ClientCommand, frozen=True, kw_only=True):
    """What a form says of a step."""

    step_id: UUID
    kind: StepKind
    whose: StepOwner
    starts_on: date
    ends_on: date | None = None
    what: str | None = None

    def _checked(self, client: Client, context: CommandContext) -> dict[str, object]:
        today, checked = local_day(context.at), Checks()
        found: dict[str, object] = {
            "step_id": self.step_id,
            "step_kind": self.kind,
            "whose": self.whose,
            "starts_on": checked(self._starts_on, client, today),
            "ends_on": checked(self._ends_on, today),
            "what": checked(
                optional_text,
                self.what,
                field="what",
                longest=LONGEST_STEP,
                # The other kinds say it themselves.
                needed=self.kind is StepKind.OTHER,
            ),
        }
        checked.require()
        return found

    def _starts_on(self, client: Client, today: date) -> date:
        if self.starts_on < client.intake_on:
            raise Refused(
                "This can't be before the intake on %(intake)s.", field="starts_on", intake=client.intake_on.isoformat()
            )
        return within_reach(self.starts_on, today, field="starts_on")

    def _ends_on(self, today: date) -> date | None:
        if self.ends_on is None:
            return None
        if self.ends_on < self.starts_on:
            raise Refused("A step can't end before it begins.", field="ends_on")
        if self.ends_on < today:
            raise Refused("Choose today or a later day, or leave it blank where the end is unknown.", field="ends_on")
        return within_reach(self.ends_on, today, field="ends_on")


class AgreeStep(StepDetails, frozen=True):
    """Record a step that was agreed."""

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        client = open_file(client)
        if self.step_id in client.steps:
            raise Refused("This step has already been recorded.")
        return [StepAgreed(**self._checked(client, context))]  # type: ignore[arg-type]  # checked as the command's fields are


class ChangeStep(StepDetails, frozen=True):
    """Have a step otherwise: longer, later, by somebody else. `shown` is the version of it that the form showed."""

    shown: int | None = None

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        client = open_file(client)
        _standing(client, self.step_id, self.shown)
        return [StepChanged(**self._checked(client, context))]  # type: ignore[arg-type]  # checked as the command's fields are


class EndStep(ClientCommand, frozen=True):
    """Say what became of a step. That it is not relevant needs a reason."""

    step_id: UUID
    how: StepEnd
    ended_on: date
    reason: str | None = None
    shown: int | None = None

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        client = open_file(client)
        _standing(client, self.step_id, self.shown)
        checked = Checks()
        ended_on = checked(
            not_in_future,
            self.ended_on,
            local_day(context.at),
            field="ended_on",
            not_before=client.intake_on,
        )
        reason = checked(
            optional_text,
            self.reason,
            field="reason",
            longest=LONGEST_REASON,
            needed=self.how is StepEnd.NOT_RELEVANT,
        )
        checked.require()
        return [StepEnded(step_id=self.step_id, how=self.how, ended_on=ended_on, reason=reason)]


def _standing(client: Client, step_id: UUID, shown: int | None) -> StepMark:
    mark = client.steps.get(step_id)
    if mark is None:
        raise Refused("There is no such step.")
    unchanged(mark.version, shown, "step")
    if mark.over:
        raise Refused("The outcome of this step has already been recorded.")
    return mark
