"""An office at work: colleagues who take intakes, erase and take passages out all the time; and what must be left of it
in a restored log."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from eventsourcing.persistence import PersistenceError

from application.services import Services
from domain.client import ErasureReason, TakeIntake
from domain.roles import Role, Viewer
from eventlog.commands import CommandContext
from feedback.signal import Kind, LogSignal, RedactPassage, texts_of

IMPROVER = Viewer(UUID(int=4), Role.WORK_COACH, UUID(int=1), improves=True)
PASSAGE = "Anna de Vries"


@dataclass
class Office:
    """What was acknowledged, by the ids of clients and signals."""

    services: Services
    named: dict[UUID, str] = field(default_factory=dict)
    erased: set[UUID] = field(default_factory=set)
    redacted: set[UUID] = field(default_factory=set)
    refused: int = 0
    strange: list[BaseException] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)

    def moment(self) -> CommandContext:
        return CommandContext(self.services.clock(), IMPROVER.account_id)

    def take_intake(self) -> UUID:
        client_id, name = uuid4(), f"Invented {uuid4().hex[:6]}"
        intake = TakeIntake(client_id=client_id, held_on=self.services.today, team=UUID(int=1), name=name)
        self.services.clients.handle(intake, self.moment(), uuid4())
        self.named[client_id] = name
        return client_id

    def erase(self) -> None:
        client_id = self.take_intake()
        self.services.erase_in_log(client_id, ErasureReason.CLIENT_REQUEST, self.moment(), uuid4())
        self.erased.add(client_id)

    def redact(self) -> None:
        signal_id = uuid4()
        logged = LogSignal(
            signal_id=signal_id, viewer=IMPROVER, kind=Kind.DEFINITION, page="", seen=f"It says {PASSAGE} there"
        )
        self.services.signals.handle(logged, self.moment(), uuid4())
        redaction = RedactPassage(signal_id=signal_id, viewer=IMPROVER, passage=PASSAGE, texts={})
        self.services.signal_handler.handle(redaction, self.moment(), uuid4())
        self.redacted.add(signal_id)

    @contextmanager
    def at_work(self, *what: Callable[[], object]) -> Iterator[Office]:
        self._stop.clear()
        works = what or (self.take_intake, self.erase, self.redact)
        threads = [threading.Thread(target=self._work, args=(each,)) for each in works]
        for thread in threads:
            thread.start()
        try:
            yield self
        finally:
            self._stop.set()
            for thread in threads:
                thread.join()
        assert self.strange == []

    def _work(self, what: Callable[[], object]) -> None:
        while not self._stop.wait(0.02):
            try:
                what()
            except PersistenceError:
                self.refused += 1
            except BaseException as error:
                self.strange.append(error)
                return


def everybody_opens(restored: Services, office: Office) -> int:
    """Every name and text that a restored log has opens, and none of those erased; how many streams it has."""
    rows, position = [], 0
    while page := restored.log.page(position, 1000):
        rows, position = rows + page, page[-1].position
    streams = {recorded.event.originator_id for recorded in rows}
    opener = restored.log.opener(streams)
    for stream_id in streams:
        first, events = restored.log.stream(stream_id)[0], restored.log.stream(stream_id)
        if stream_id in office.erased:
            assert opener.value(first, "name") is None, "an erased person can be named again"
        elif stream_id in office.named:
            assert opener.value(first, "name") == office.named[stream_id], f"client {stream_id} has lost the name"
        elif texts := texts_of(events, opener.stream(stream_id)):
            assert len(events) == 1 or PASSAGE not in str(texts)
        else:
            # One that was not acknowledged when it was copied: half of it was refused, or erased since.
            assert restored.clients.state(stream_id) is not None, f"signal {stream_id} can't be read"
    return len(streams)
