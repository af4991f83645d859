"""What operations and views work with: log, database, read models and the handlers of commands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Table

from database.door import Door
from database.locks import SETTING_UP
from database.scrubbing import scrub
from database.transactions import Database
from domain.calendar import local_day
from domain.client import Client, EraseClient, ErasureReason
from domain.closing_days import ClosingDays
from domain.conversation import Conversation
from domain.definition import Definition
from domain.introduction import Introductions
from domain.offer import Offer
from domain.refusal import Refused
from domain.workshop_session import WorkshopSession
from eventlog.backup import BackupError, Register
from eventlog.commands import Answer, CommandContext, Step
from eventlog.handler import Handler, handle_together
from eventlog.log import EventLog
from eventlog.recording import Erasure
from feedback.change import Change
from feedback.meeting import Meeting
from feedback.norm import Norm
from feedback.search import signal_search
from feedback.signal import RedactPassage, Signal
from feedback.signal_handler import SignalHandler
from projections import merges
from projections.caseload_table import caseload
from projections.data_gaps_tables import data_gaps, data_gaps_accepted
from projections.engine.engine import Engine
from projections.engine.rebuild import discard_leftovers
from records import follow_ups, migrations
from werkpad.settings import Settings

# The follow-up of erasures, done for so many of them; of redactions, how many were begun and for how many it was done.
ERASED, REDACTING, REDACTED = "erased", "redacting", "redacted"
# The read models that hold values of clients as they are; elsewhere they are sealed, under a key that is destroyed.
IN_THE_CLEAR = (caseload, data_gaps, data_gaps_accepted)

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Services:
    """Everything that pages, tasks and commands work with."""

    settings: Settings
    clock: Clock
    door: Door
    log: EventLog
    database: Database
    engine: Engine
    clients: Handler[Client]
    offers: Handler[Offer]
    workshops: Handler[WorkshopSession]
    conversations: Handler[Conversation]
    definitions: Handler[Definition]
    catalogue: Handler[Introductions]
    closing_days: Handler[ClosingDays]
    signals: Handler[Signal]
    meetings: Handler[Meeting]
    norms: Handler[Norm]
    changes: Handler[Change]
    signal_handler: SignalHandler
    # waits before an attempt is made again, with its number
    pause: Callable[[int], None]
    # others like these over databases of their own in a folder, to try things out in
    sandbox: Callable[[Path], Services]

    def together(self, parts: Sequence[tuple[Handler[Any], Sequence[Step[Any]]]]) -> Answer:
        """Carry out commands of several streams: all of them or none; see `handle_together`."""
        return handle_together(self.log, parts, self.pause)

    @property
    def today(self) -> date:
        """The calendar day in Amsterdam."""
        return local_day(self.clock())

    def check(self) -> None:
        """Whether this code may work with the database; nothing is made or changed.

        Raises:
            VaultError: log, vault and key-encryption key don't belong together.
            NewerDatabaseError: a later version of the code was here before.
            ClosedError: a restore is going on, or was interrupted.
        """
        self.door.judge_start()
        migrations.check(self.database)
        self.log.check()

    def require(self) -> None:
        """The same, where the database must have been set up; raises NotSetUpError, too."""
        self.check()
        migrations.require(self.database)

    def create(self) -> None:
        """Bring the database to what this code needs, and finish erasures that a crash interrupted.

        Raises:
            what `check` raises; then nothing was made or changed.
        """
        with self.door.setting_up():
            self.check()
            with self.database.advisory_lock(SETTING_UP):
                # Again: a restore that shut the door meanwhile waits for this lock.
                self.door.judge_start()
                self.door.create()
                migrations.upgrade(self.database, self.settings.vault_path)
                self.log.create()
                self.engine.create()
            discard_leftovers(self.engine)
            self.log.finish_erasures()
            self.forget_erased()
            self.forget_redacted()

    def erase(self, client_id: UUID, reason: ErasureReason, context: CommandContext, command_id: UUID) -> Answer:
        """Erase a client and bring the read models up to it, so that nothing readable is left anywhere."""
        answer = self.erase_in_log(client_id, reason, context, command_id)
        self.forget_erased()
        return answer

    def forget_erased(self) -> None:
        """Forget what lasts of clients who were erased, wherever that was not done yet; nothing comes of it twice.

        Derived from who was erased, and not from the moment of it: between the two a process can die, and somebody
        who had the client open can write something down a moment later.
        """
        erased = {erasure.stream_id for erasure in self.log.erasures()}
        with self.database.read() as connection:
            done = follow_ups.done(connection, ERASED)
            left = follow_ups.left_of(connection, erased)
        if left:
            with self.database.write() as connection:
                follow_ups.forget(connection, left)
        if done == len(erased):
            return
        self.engine.catch_up(wait=True)
        discard_leftovers(self.engine, shared=True)
        if self._erase_the_other_halves():
            self.forget_erased()
            return
        # Whatever others hold on to now is tried again by `erase_remains`.
        if self._scrub(*IN_THE_CLEAR):
            with self.database.write() as connection:
                follow_ups.note_done(connection, ERASED, len(erased))

    def _erase_the_other_halves(self) -> bool:
        """Erase files of a person of whom another was erased: where that was interrupted; whether there were any."""
        erased = {erasure.stream_id: erasure for erasure in self.log.erasures()}
        with self.database.read() as connection:
            halves = [pair for pair in merges.pairs(connection) if len(erased.keys() & set(pair)) == 1]
        for pair in halves:
            done, left = sorted(pair, key=lambda each: each not in erased)
            erasure = erased[done]
            context = CommandContext(self.clock(), erasure.actor)
            self.erase_in_log(left, ErasureReason(erasure.reason), context, uuid5(done, left.hex))
        return bool(halves)

    def files_of_one(self, client_id: UUID) -> list[UUID]:
        """This file and all that were merged with it, in whatever order: the files of one person."""
        found, ahead = [client_id], [client_id]
        while ahead:
            state = self.clients.state(ahead.pop())
            if state is None:
                continue
            beside = [*([state.merged_into] if state.merged_into else []), *(merge.other for merge in state.merges)]
            new = [each for each in beside if each not in found]
            found += new
            ahead += new
        return found

    def file_that_goes_on(self, client_id: UUID) -> UUID:
        """The file in which a client goes on: this one, unless it ended in another."""
        while (state := self.clients.state(client_id)) is not None and state.merged_into is not None:
            client_id = state.merged_into
        return client_id

    def redact(self, command: RedactPassage, context: CommandContext, command_id: UUID) -> Answer:
        """Take a passage out of a signal, and out of all files that it can be found by."""
        with self.database.write() as connection:
            # First: if this process dies, it is still known that something has to go.
            follow_ups.note_done(connection, REDACTING, follow_ups.done(connection, REDACTING) + 1)
        answer = self.signal_handler.handle(command, context, command_id)
        self.forget_redacted()
        return answer

    def forget_redacted(self) -> None:
        """Take the words of passages that were taken out from the files of search, wherever that was not done yet."""
        with self.database.read() as connection:
            begun, done = follow_ups.done(connection, REDACTING), follow_ups.done(connection, REDACTED)
        if begun == done:
            return
        self.engine.catch_up(wait=True)
        if self._scrub(signal_search):
            with self.database.write() as connection:
                follow_ups.note_done(connection, REDACTED, begun)

    def _scrub(self, *tables: Table) -> bool:
        """Take what was deleted out of the files of these tables and of the log's; whether nothing is left there."""
        return scrub(self.database, tables) & self.log.scrub()

    def erase_in_log(
        self,
        client_id: UUID,
        reason: ErasureReason,
        context: CommandContext,
        command_id: UUID,
        *,
        closed_by: date | None = None,
    ) -> Answer:
        """Erase a client, all files of the person that were merged: written down first in the register that outlives
        the database; `closed_by`: only one whose file was closed by this day."""
        answer = self._erase_file(
            EraseClient(client_id=client_id, reason=reason, closed_by=closed_by), context, command_id
        )
        for other in self.files_of_one(client_id)[1:]:
            state = self.clients.state(other)
            if state is not None and not state.erased:
                command = EraseClient(client_id=other, reason=reason)
                position = self._erase_file(command, context, uuid5(command_id, other.hex)).position
                answer = replace(answer, position=position)
        return answer

    def _erase_file(self, command: EraseClient, context: CommandContext, command_id: UUID) -> Answer:
        state = self.clients.state(command.client_id)
        if self.settings.erasure_register and state is not None and not state.erased:
            # A restore erases whom the register names: who may not be erased is never written there.
            command.decide(state, context)
            erasure = Erasure(command.client_id, context.at, command.reason.value, context.actor)
            try:
                Register(self.settings.erasure_register).add(erasure)
            except BackupError:
                raise Refused("The erasure register can't be written. Nothing was erased.") from None
        return self.clients.erase(command, context, command_id, command.reason.value)

    def close(self) -> None:
        self.database.close()
        self.log.close()
        self.door.close()
