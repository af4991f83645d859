"""Looking at a file together: a quality officer and the coach, about the registrations and not the person."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from domain.client.aggregate import Client, ClientCommand, ClientEvent, existing, words
from eventlog.commands import Moment
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

    def decide(self, client: Client | None, moment: Moment) -> Sequence[ClientEvent]:
        existing(client)
        note = words(self.note, field="note", longest=1000)
        return [FileReviewed(chosen_by=self.chosen_by, outcome=self.outcome, note=note)]
