"""An event that can't be used: which one it is, where it stands and how it failed, and no value of it."""

from __future__ import annotations

from uuid import UUID

from eventlog.events import Event, shape_of


class PoisonError(Exception):
    """An event of the log can't be used. `why` names the kind of error; `position` is None until somebody looked."""

    def __init__(self, stream_id: UUID, version: int, topic: str, why: str) -> None:
        # Else it would carry what it was made of along: an event, and what is personal in it.
        super().__init__(topic, version, stream_id, why)
        self.stream_id = stream_id
        self.version = version
        self.topic = topic
        self.why = why
        self.position: int | None = None

    @property
    def what(self) -> str:
        """Which event, and how it failed."""
        return f"{self.topic}, event {self.version} of stream {self.stream_id}: {self.why}"

    def __str__(self) -> str:
        where = "An event" if self.position is None else f"The event at position {self.position}"
        return f"{where} can't be used: {self.what}."


class UnreadableError(PoisonError):
    """It can't be decoded: what is stored is damaged, or the code is older than the data."""


class FoldError(PoisonError):
    """What follows from it can't be worked out: a fold, or the aggregate itself, failed at it."""

    def __init__(self, event: Event, error: Exception) -> None:
        topic = shape_of(type(event)).topic
        super().__init__(event.originator_id, event.originator_version, topic, type(error).__name__)
        self.event = event
