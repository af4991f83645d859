"""Looking at a file together: a quality officer and the coach, about the registrations and not the person."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from domain.client.aggregate import Client, ClientCommand, ClientEvent, existing
from domain.text import optional_text
from eventlog.commands import CommandContext
from eventlog.events import Personal


class ChosenBy(StrEnum):
    """How the file came up."""

    RULE = "rule"
    RANDOM = "random"


class ReviewOutcome(StrEnum):
    IN_ORDER = "in_order"
    CORRECTED = "corrected"
    DEFINITION_UNCLEAR = "definition_unclear"
    TO_DO = "to_do"


class FileReviewed(ClientEvent, frozen=True):
    """The file was looked at together."""

    chosen_by: ChosenBy
    outcome: ReviewOutcome
    note: Personal[str] | None


class ReviewFile(ClientCommand, frozen=True):
    """Note what came of looking at a file together."""

    chosen_by: ChosenBy
    outcome: ReviewOutcome
    note: str | None = None

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        existing(client)
        note = optional_text(self.note, field="note", longest=1000)
        return [FileReviewed(chosen_by=self.chosen_by, outcome=self.outcome, note=note)]
