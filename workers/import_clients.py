"""Import clients from a CSV file by a mapping: each row once, however often its file is imported."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache, partial
from itertools import islice
from pathlib import Path
from uuid import UUID

from application import client_import
from application.client_import import Arrival, Destination, Newcomer
from application.installation import catalogue_held
from application.services import Services
from application.tables.table import Row
from domain.calendar import local_day
from domain.catalogue import DateKind, ShortText, Value, load
from domain.refusal import Refused
from workers.imports import ImportMistake
from workers.imports.columns import INTAKE, PERSON, Column
from workers.imports.findings import ColumnFindings, wholly_unreadable
from workers.imports.identity import Identity
from workers.imports.mapping import ImportMapping, load_mapping
from workers.imports.rejected import write_rejected
from workers.imports.rows import ImportFile, RowRefused

# Clients recorded in one transaction: long enough to be fast, short enough to keep nobody waiting.
BATCH = 300


@dataclass(frozen=True, slots=True)
class Rejection:
    """A row that can't be taken: where it stands and why, without what it says."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an import came to; of a dry run, what it would have come to.

    `findings` tell by column what became unknown in the rows that were imported, `notes` how the file was read.
    """

    rows: int
    imported: int
    already: int
    rejected: int
    rejected_file: Path | None
    findings: Mapping[str, ColumnFindings]
    rejections: Sequence[Rejection]
    notes: Sequence[str]

    @property
    def unknown_by_column(self) -> dict[str, int]:
        """How many values became unknown in each column where any did."""
        return {name: found.unknown for name, found in self.findings.items()}

    @property
    def unknown_values(self) -> int:
        """How many values became unknown."""
        return sum(found.unknown for found in self.findings.values())

    @property
    def reasons(self) -> Counter[str]:
        """For what reasons rows were rejected, and how many for each."""
        return Counter(rejection.reason for rejection in self.rejections)


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row that was read: who becomes a client by it, and the columns whose value became unknown, each with the
    reason why its cell could not be read, None where it said nothing."""

    row: Row
    newcomer: Newcomer
    unknown: Sequence[tuple[str, str | None]]


def import_clients(
    services: Services,
    file: Path,
    mapping: Path,
    *,
    at: datetime,
    dry_run: bool = False,
    unreadable: Sequence[str] = (),
    may_be_alike: bool = False,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Outcome:
    """Make clients of the rows of a file; rows that can't be taken go into a file beside it.

    `at` is when they are recorded; `progress` is called with the rows done and the rows in all. A dry run writes
    nothing anywhere. `unreadable` names the columns that may be unreadable from the first row to the last;
    `may_be_alike`: somebody with a name and birth date like those of a client is somebody else.

    Raises:
        ImportMistake: the mapping or the file as a whole can't be used; nothing was imported.
    """
    # What was introduced a moment ago can be imported, too.
    services.engine.catch_up(services.engine.rulebook.read_models, wait=True)
    with catalogue_held(services):
        return _import(services, file, mapping, at, unreadable, progress, dry_run=dry_run, may_be_alike=may_be_alike)


def _import(
    services: Services,
    file: Path,
    mapping: Path,
    at: datetime,
    unreadable: Sequence[str],
    progress: Callable[[int, int], None],
    *,
    dry_run: bool,
    may_be_alike: bool,
) -> Outcome:
    plan = load_mapping(mapping, load())
    import_file = ImportFile(file, plan.names, plan.reading)
    if mistakes := list(plan.differences(import_file.columns)):
        raise ImportMistake(f"The mapping {mapping.name} does not fit {file.name}", mistakes)
    if not dry_run and not os.access(file.parent, os.W_OK):
        raise ImportMistake(
            f"{file.name} can't be imported",
            ["Its folder can't be written to, so rejected rows would get lost."],
        )
    run = _Run(services, plan, import_file, at, _destination(services, plan, mapping, may_be_alike))
    total = run.require_readable(unreadable)
    done = 0
    progress(done, total)
    rows = iter(import_file)
    while batch := list(islice(rows, BATCH)):
        run.take(batch, dry_run=dry_run)
        done += len(batch)
        progress(done, total)
    return run.outcome(total, dry_run=dry_run)


def _destination(services: Services, plan: ImportMapping, mapping: Path, may_be_alike: bool) -> Destination:
    """The team that the mapping names, with its coaches. Raises ImportMistake."""
    found = client_import.destination(services, plan.team, may_be_alike=may_be_alike)
    mistakes = []
    if found is None:
        mistakes.append(f"There is no team with the code {plan.team}.")
    elif not found.coaches:
        mistakes.append(f"The team {plan.team} has no active coaches to assign clients to.")
    if found is not None and not found.team.specialised:
        mistakes += [
            f"{key}: only a specialised team records this, and {plan.team} is none."
            for key in sorted(plan.fields)
            if load()[key].specialised_only
        ]
    if found is None or mistakes:
        raise ImportMistake(f"The mapping {mapping.name} can't be used", mistakes)
    return found


class _Run:
    """One run over a file: what has been counted, and who comes next."""

    def __init__(
        self, services: Services, plan: ImportMapping, file: ImportFile, at: datetime, destination: Destination
    ) -> None:
        self.services = services
        self.plan = plan
        self.file = file
        self.today = local_day(at)
        self.destination = destination
        self.identity = Identity(services.settings.key_encryption_key, plan, file.columns)
        self.arrival = Arrival(at, plan.assigned_on, self.identity.part)
        self.place = {name: nth for nth, name in enumerate(file.columns)}
        self.imported = self.already = 0
        self.findings: dict[str, ColumnFindings] = {}
        self.rejected: list[tuple[Row, str]] = []
        # Files repeat the same few values.
        self.values = {c.name: lru_cache(maxsize=1024)(partial(_value, c)) for c in plan.columns if c.field}

    def require_readable(self, allowed: Sequence[str]) -> int:
        """How many rows there are. Raises ImportMistake where not one cell of a column can be read: the mapping means
        another file, most likely."""
        rows = [row for row in self.file if not row.wrong]
        found = wholly_unreadable(self._cells(rows), allowed)
        mistakes = [
            f"{name}: not one of its {each.unreadable} cells can be read (line {each.first_lines[0]}:"
            f' {each.reasons.most_common(1)[0][0]}). Mend the mapping, or allow it: --allow-unreadable "{name}".'
            for name, each in found.items()
        ]
        if mistakes:
            raise ImportMistake(f"{self.file.path.name} can't be imported", mistakes)
        return sum(1 for _ in self.file)

    def _cells(self, rows: Sequence[Row]) -> Iterator[tuple[int, str, str | None, bool]]:
        for row in rows:
            for column in self.plan.columns:
                if column.field:
                    cell = row.cells[self.place[column.name]]
                    filled = not self._is_missing(column, cell)
                    yield row.line, column.name, self.values[column.name](cell)[1] if filled else None, filled

    def _is_missing(self, column: Column, cell: str) -> bool:
        return cell in self.plan.missing or cell in column.missing

    def take(self, batch: Sequence[Row], *, dry_run: bool) -> None:
        read = {each.newcomer.command_id: each for each in self._read(batch)}
        newcomers = [each.newcomer for each in read.values()]
        taken = client_import.take_newcomers(self.services, self.destination, self.arrival, newcomers, dry_run=dry_run)
        self.imported += len(taken.new)
        self.already += taken.already
        for each in (read[newcomer.command_id] for newcomer in taken.new):
            for name, reason in each.unknown:
                self.findings.setdefault(name, ColumnFindings()).add(each.row.line, reason)
        self.rejected += [(read[who.command_id].row, self._reason(refused)) for who, refused in taken.refused]

    def outcome(self, total: int, *, dry_run: bool) -> Outcome:
        self.rejected.sort(key=lambda rejected: rejected[0].line)
        return Outcome(
            rows=total,
            imported=self.imported,
            already=self.already,
            rejected=len(self.rejected),
            rejected_file=None if dry_run or not self.rejected else write_rejected(self.file, self.rejected),
            findings=self.findings,
            rejections=tuple(Rejection(row.line, reason) for row, reason in self.rejected),
            notes=self.file.notes,
        )

    def _read(self, batch: Sequence[Row]) -> Iterator[ReadRow]:
        for row in batch:
            try:
                if row.wrong:
                    raise RowRefused(str(row.wrong))
                command_id = self.identity.of(row)
                if command_id is None:
                    self.already += 1
                    continue
                yield self._read_row(row, command_id)
            except RowRefused as refused:
                self.rejected.append((row, str(refused)))

    def _read_row(self, row: Row, command_id: UUID) -> ReadRow:
        intake_on = self.plan.intake_on
        person: dict[str, str | None] = {}
        values = dict(self.plan.constants)
        unknown: list[tuple[str, str | None]] = []
        for column in self.plan.columns:
            cell = row.cells[self.place[column.name]]
            missing = self._is_missing(column, cell)
            if missing and column.required:
                raise RowRefused(f"{column.name}: this can't be missing.")
            if column.target == INTAKE:
                intake_on = self._intake(column, cell)
            elif column.target in PERSON:
                person[column.target] = None if missing else " ".join(cell.split())
            elif missing:
                unknown.append((column.name, None))
            else:
                value, reason = self.values[column.name](cell)
                if reason is not None:
                    unknown.append((column.name, self._may_be_unreadable(column, reason)))
                else:
                    self._not_ahead(column, value)
                    values[column.target] = value
        if intake_on is None or intake_on > self.today:
            raise RowRefused("The intake can't be in the future.")
        return ReadRow(row, Newcomer(command_id, intake_on, person, values), unknown)

    def _may_be_unreadable(self, column: Column, reason: str) -> str:
        """Raises RowRefused for a cell that is required, or that is a text: what somebody wrote is not thrown away."""
        if column.required or isinstance(column.field and column.field.kind, ShortText):
            raise RowRefused(f"{column.name}: {reason}")
        return reason

    def _intake(self, column: Column, cell: str) -> date:
        try:
            day = column.day(cell)
        except Refused as refused:
            raise RowRefused(f"{column.name}: this is not a day. {refused}") from None
        if day > self.today:
            raise RowRefused(f"{column.name}: this can't be in the future.")
        if self.plan.assigned_on is not None and day > self.plan.assigned_on:
            raise RowRefused(f"{column.name}: the intake lies after the assignment.")
        return day

    def _not_ahead(self, column: Column, value: Value) -> None:
        kind = column.field.kind if column.field else None
        if isinstance(kind, DateKind) and kind.lies_ahead(value, self.today):
            raise RowRefused(f"{column.name}: this can't be in the future.")

    def _reason(self, refused: Refused) -> str:
        if refused.field == "somebody_else":
            return (
                "Somebody with a similar name and birth date (or day of intake) is already a client, or was before."
                " Leave the row out or, if this is a different person, import it with --allow-alike."
            )
        name = next((c.name for c in self.plan.columns if c.target == refused.field), refused.field)
        return f"{name}: {refused}" if name else str(refused)


def _value(column: Column, cell: str) -> tuple[Value, str | None]:
    """What a cell stands for, or why it stands for nothing."""
    try:
        return column.value(cell), None
    except Refused as refused:
        return None, str(refused)
