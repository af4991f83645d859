"""The history of a client's file, and of the files that were merged with it: in one order, each entry with its file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from application.clients import short_id
from application.services import Services
from domain.catalogue import Field
from domain.catalogue.reasons import read as read_reason
from domain.client.exemptions import ExemptionEvent
from domain.client.helpers import HelperEvent
from domain.in_force import Definitions
from domain.roles import Viewer
from eventlog.events import Event, shape_of
from eventlog.sealing import Opener
from projections import merges, timeline
from projections.merges import MergedFile
from projections.timeline import TimelineEntry

# More than happens to anybody: of files that were merged all entries are put into one order.
EVERY = 100_000
# What is recorded with a contact comes after it in the log, and is no more than this.
SOON = 20

Place = tuple[UUID, int]


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the history. `details` are in the clear, `opened` what was sealed; `hidden` where that is not for the
    viewer, and then nothing of it is opened. `of`: the number of the file that it stands in, where that ended in this
    one."""

    kind: str
    happened_on: date
    field: Field | None
    details: Mapping[str, Any]
    opened: Mapping[str, Any]
    hidden: bool
    of: str | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """A file that ended in another and can stand on its own again: its number, or a short id."""

    client_id: UUID
    number: str
    merged_on: date
    merged_by: UUID | None


@dataclass(frozen=True, slots=True)
class History:
    """Entries, the latest first; what to ask `before` for those before them, if any; and the files that ended in this
    one, by id."""

    rows: Sequence[TimelineEntry]
    earlier: int | None
    ended: Mapping[UUID, MergedFile]

    @property
    def files(self) -> list[UUID]:
        return [*self.ended]

    def places(self) -> list[Place]:
        """Where what was said in these entries stands in the log."""
        return [(row.client_id, row.version) for row in self.rows]

    def opened(
        self, said: Mapping[Place, Event], opener: Opener, defined: Definitions, *, sensitive: bool
    ) -> list[Entry]:
        """The entries, with what was said in them as far as the viewer may know."""
        numbers = {key: opener.text(file.client_number) or short_id(key) for key, file in self.ended.items()}
        return [
            _entry(row, said[row.client_id, row.version], opener, defined, numbers, sensitive=sensitive)
            for row in self.rows
        ]


def to_undo(ended: Iterable[MergedFile], kept: UUID, viewer: Viewer, opener: Opener) -> list[Ended]:
    """Those of these files that ended in this very one and that the viewer may make stand on their own again."""
    return [
        Ended(
            each.client_id, opener.text(each.client_number) or short_id(each.client_id), each.merged_on, each.merged_by
        )
        for each in ended
        if each.kept_id == kept and viewer.may_merge(each.team_id, each.coach_id)
    ]


@dataclass(frozen=True, slots=True)
class Part:
    """Which entries of a history: the latest `most`, or those `before` a version (in files that were merged: the place
    in both), of some `kinds` only, or `without` some; some more where the latest of the kind `down_to` comes soon."""

    most: int
    before: int | None = None
    kinds: Sequence[str] | None = None
    without: Sequence[str] = ()
    down_to: str | None = None


def history(services: Services, connection: Connection, client_id: UUID, part: Part) -> History:
    """These entries of a file, and of the files that ended in it."""
    ended = {file.client_id: file for file in merges.ended_in(connection, client_id)}
    if ended:
        rows = _in_one_order(services, connection, [client_id, *ended], part)
        numbered = list(enumerate(rows, 1))[: part.before - 1 if part.before else None]
        most = _most([row for _, row in reversed(numbered)], part)
        earlier = numbered[-most][0] if len(numbered) > most else None
        return History([row for _, row in reversed(numbered[-most:])], earlier, ended)
    entries = timeline.of_client(
        connection,
        client_id,
        kinds=part.kinds,
        before=part.before,
        limit=max(part.most, SOON) + 1,
        without=part.without,
    )
    most = _most(entries, part)
    earlier = entries[most - 1].version if len(entries) > most else None
    return History(entries[:most], earlier, ended)


def _most(rows: Sequence[TimelineEntry], part: Part) -> int:
    return max(part.most, next((nth for nth, row in enumerate(rows[:SOON], 1) if row.kind == part.down_to), 0))


def _in_one_order(services: Services, connection: Connection, files: Sequence[UUID], part: Part) -> list[TimelineEntry]:
    """What happened in all these files as it was recorded; without what one took over, which stands in the other."""
    copies = {
        (each.client_id, each.version + nth)
        for each in merges.took_over(connection, files)
        for nth in range(1, each.brought + 1)
    }
    rows = [
        row
        for file in files
        for row in timeline.of_client(connection, file, kinds=part.kinds, limit=EVERY, without=part.without)
        if (row.client_id, row.version) not in copies
    ]
    said = services.log.at([(row.client_id, row.version) for row in rows])
    order = {file: nth for nth, file in enumerate(reversed(files))}
    return sorted(
        rows, key=lambda row: (said[row.client_id, row.version].recorded_at, order[row.client_id], row.version)
    )


def _entry(
    row: TimelineEntry,
    event: Event,
    opener: Opener,
    defined: Definitions,
    numbers: Mapping[UUID, str],
    *,
    sensitive: bool,
) -> Entry:
    # Also of a field that is asked no more: what is sensitive stays so.
    field = defined.catalogue.ever(row.field or "")
    hidden = field is not None and field.sensitive and not sensitive
    shape = shape_of(type(event))
    details = {name: getattr(event, name) for name in shape.clear}
    # Who a helper is stands in the file while the client consents, and in no history; what an exemption is based on is
    # for who drafts and who reads it, and for the client.
    unopened = hidden or isinstance(event, HelperEvent) or (isinstance(event, ExemptionEvent) and not sensitive)
    opened = {} if unopened else {name: opener.value(event, name) for name in shape.personal}
    if isinstance(opened.get("reason"), list):
        opened["reason"] = read_reason(opened["reason"])
    return Entry(row.kind, row.happened_on, field, details, opened, hidden, numbers.get(row.client_id))
