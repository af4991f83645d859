"""Whose the signals are that were logged without a name: for the system alone, to bring the answers."""

from __future__ import annotations

import os
from collections.abc import Collection
from hashlib import blake2b
from uuid import UUID

from sqlalchemy import Connection

from eventlog.log import EventLog
from feedback.board import sealed_reporters

MOST_REMEMBERED = 100_000
AT_ONCE = 1000


class SealedReporters:
    """Finds somebody's own among many signals without opening each of them on each page.

    A reporter is opened once in a process and remembered as a mark that only the same account on the same signal
    makes again, salted anew in each process: whoever reads this memory learns no name from it.
    """

    def __init__(self, log: EventLog) -> None:
        self._log = log
        self._salt = os.urandom(32)
        self._marks: dict[UUID, bytes] = {}

    def own(self, connection: Connection, signal_ids: Collection[UUID], account_id: UUID) -> set[UUID]:
        """Those of these signals, which were logged without a name, that somebody logged."""
        marks = self._marks
        if unknown := [signal_id for signal_id in signal_ids if signal_id not in marks]:
            if len(marks) > MOST_REMEMBERED:
                marks = self._marks = {}
                unknown = list(signal_ids)
            for at in range(0, len(unknown), AT_ONCE):
                marks |= self._opened(connection, unknown[at : at + AT_ONCE])
        return {signal_id for signal_id in signal_ids if marks.get(signal_id) == self._mark(signal_id, account_id)}

    def _opened(self, connection: Connection, signal_ids: Collection[UUID]) -> dict[UUID, bytes]:
        sealed, opener = sealed_reporters(connection, signal_ids), self._log.opener(signal_ids)
        reporters = {signal_id: opener.text(reference) for signal_id, reference in sealed.items()}
        return {signal_id: self._mark(signal_id, UUID(found)) for signal_id, found in reporters.items() if found}

    def _mark(self, signal_id: UUID, account_id: UUID) -> bytes:
        return blake2b(signal_id.bytes + account_id.bytes, key=self._salt, digest_size=16).digest()
