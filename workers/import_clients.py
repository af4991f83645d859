"""Import clients from a CSV file by a mapping: each row once, however often its file is imported."""

from __future__ import annotations

import heapq
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import islice
from pathlib import Path
from uuid import UUID, uuid4

from eventsourcing.persistence import IntegrityError

from application.services import Services
from domain.calendar import local_day
from domain.catalogue import DateKind, Source, Track, Value, load
from domain.client import (
    AgreeContactFrequency,
    AgreePlanOfAction,
    AssignClient,
    ChooseServiceTrack,
    Client,
    ClientCommand,
    RegisterField,
    TakeIntake,
)
from domain.refusal import Refused
from eventlog.commands import Decision, Moment, Step
from eventlog.repeats import ReusedError
from projections import caseload_figures
from records import people
from records.people import Team
from workers.imports import ImportMistake
from workers.imports.columns import INTAKE, PERSON, Column
from workers.imports.identity import Identity
from workers.imports.mapping import ImportMapping, load_mapping
from workers.imports.rejected import write_rejected
from workers.imports.rows import CsvFile, Row, RowRefused

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

    `unknown_values` counts the values that became unknown, `unknown_by_column` the same by column.
    """

    rows: int
    imported: int
    already: int
    rejected: int
    unknown_values: int
    rejected_file: Path | None
    unknown_by_column: Mapping[str, int]
    rejections: Sequence[Rejection]


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A row that was read: what goes into the commands for a new client."""

    row: Row
    command_id: UUID
    intake_on: date
    person: Mapping[str, str | None]
    values: Mapping[str, Value]
    unknown: Sequence[str]


def import_clients(
    services: Services,
    file: Path,
    mapping: Path,
    *,
    moment: Moment,
    dry_run: bool = False,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Outcome:
    """Make clients of the rows of a file; rows that can't be taken go into a file beside it.

    `progress` is called with the rows done and the rows in all. A dry run writes nothing anywhere.

    Raises:
        ImportMistake: the mapping or the file as a whole can't be used; nothing was imported.
    """
    plan = load_mapping(mapping, load())
    csv_file = CsvFile(file, plan.names)
    if mistakes := list(plan.differences(csv_file.columns)):
        raise ImportMistake(f"The mapping {mapping.name} does not fit {file.name}", mistakes)
    if not dry_run and not os.access(file.parent, os.W_OK):
        raise ImportMistake(
            f"{file.name} can't be imported",
            ["Its folder can't be written to, so rejected rows would get lost."],
        )
    run = _Run(services, plan, csv_file, moment, *_team(services, plan, mapping))
    total = sum(1 for _ in csv_file)
    done = 0
    progress(done, total)
    rows = iter(csv_file)
    while batch := list(islice(rows, BATCH)):
        run.take(batch, dry_run=dry_run)
        done += len(batch)
        progress(done, total)
    return run.outcome(total, dry_run=dry_run)


def _team(services: Services, plan: ImportMapping, mapping: Path) -> tuple[Team, list[tuple[int, int, UUID]]]:
    """The team that the mapping names, and its coaches as a heap: the smallest caseload comes first."""
    with services.database.read() as connection:
        team = next((t for t in people.all_teams(connection) if t.code == plan.team), None)
        coaches = people.coaches(connection, team.team_id) if team else []
        clients = caseload_figures.by_coach(connection, team.team_id) if team else {}
    mistakes = []
    if team is None:
        mistakes.append(f"There is no team with the code {plan.team}.")
    elif not coaches:
        mistakes.append(f"The team {plan.team} has no active coaches to assign clients to.")
    if team is not None and not team.specialised:
        mistakes += [
            f"{key}: only a specialised team records this, and {plan.team} is none."
            for key in sorted(plan.fields)
            if load()[key].specialised_only
        ]
    if team is None or mistakes:
        raise ImportMistake(f"The mapping {mapping.name} can't be used", mistakes)
    heap = [(clients.get(coach.account_id, 0), nth, coach.account_id) for nth, coach in enumerate(coaches)]
    heapq.heapify(heap)
    return team, heap


class _Run:
    """One run over a file: what has been counted, and who comes next."""

    def __init__(
        self,
        services: Services,
        plan: ImportMapping,
        file: CsvFile,
        moment: Moment,
        team: Team,
        coaches: list[tuple[int, int, UUID]],
    ) -> None:
        self.services = services
        self.plan = plan
        self.file = file
        self.moment = moment
        self.today = local_day(moment.at)
        self.team = team
        self.coaches = coaches
        self.identity = Identity(services.settings.key_encryption_key, plan, file.columns)
        self.place = {name: nth for nth, name in enumerate(file.columns)}
        self.imported = self.already = 0
        self.unknown: Counter[str] = Counter()
        self.rejected: list[tuple[Row, str]] = []
        # Files repeat the same few values.
        self.values = {c.name: lru_cache(maxsize=1024)(c.value) for c in plan.columns if c.field}

    def take(self, batch: Sequence[Row], *, dry_run: bool) -> None:
        newcomers = list(self._read(batch))
        known = self.services.log.known_commands([n.command_id for n in newcomers])
        decided: list[tuple[Newcomer, list[Step[Client]], Decision]] = []
        for newcomer in newcomers:
            if newcomer.command_id in known:
                self.already += 1
                continue
            clients, nth, coach = self.coaches[0]
            steps = list(self._steps(newcomer, coach))
            try:
                decided.append((newcomer, steps, self.services.clients.decide(steps, new=True)))
            except Refused as refused:
                self.rejected.append((newcomer.row, self._reason(refused)))
                continue
            heapq.heapreplace(self.coaches, (clients + 1, nth, coach))
        new = decided if dry_run else self._record(decided)
        self.imported += len(new)
        self.already += len(decided) - len(new)
        self.unknown.update(name for newcomer, *_ in new for name in newcomer.unknown)

    def outcome(self, total: int, *, dry_run: bool) -> Outcome:
        self.rejected.sort(key=lambda rejected: rejected[0].line)
        return Outcome(
            rows=total,
            imported=self.imported,
            already=self.already,
            rejected=len(self.rejected),
            unknown_values=self.unknown.total(),
            rejected_file=None if dry_run or not self.rejected else write_rejected(self.file, self.rejected),
            unknown_by_column=dict(self.unknown),
            rejections=tuple(Rejection(row.line, reason) for row, reason in self.rejected),
        )

    def _read(self, batch: Sequence[Row]) -> Iterator[Newcomer]:
        for row in batch:
            try:
                if row.wrong:
                    raise RowRefused(row.wrong)
                command_id = self.identity.of(row)
                if command_id is None:
                    self.already += 1
                    continue
                yield self._newcomer(row, command_id)
            except RowRefused as refused:
                self.rejected.append((row, str(refused)))

    def _newcomer(self, row: Row, command_id: UUID) -> Newcomer:
        intake_on = self.plan.intake_on
        person: dict[str, str | None] = {}
        values = dict(self.plan.constants)
        unknown = []
        for column in self.plan.columns:
            cell = row.cells[self.place[column.name]]
            missing = cell in self.plan.missing
            if missing and column.required:
                raise RowRefused(f"{column.name}: this can't be missing.")
            if column.target == INTAKE:
                intake_on = self._intake(column, cell)
            elif column.target in PERSON:
                person[column.target] = None if missing else " ".join(cell.split())
            elif missing or (value := self.values[column.name](cell)) is None:
                unknown.append(column.name)
            else:
                self._not_ahead(column, value)
                values[column.target] = value
        if intake_on is None or intake_on > self.today:
            raise RowRefused("The intake can't be in the future.")
        return Newcomer(row, command_id, intake_on, person, values, unknown)

    def _intake(self, column: Column, cell: str) -> date:
        day = column.day(cell)
        if day is None:
            raise RowRefused(f"{column.name}: this is not a day.")
        if day > self.today:
            raise RowRefused(f"{column.name}: this can't be in the future.")
        if self.plan.assigned_on is not None and day > self.plan.assigned_on:
            raise RowRefused(f"{column.name}: the intake lies after the assignment.")
        return day

    def _not_ahead(self, column: Column, value: Value) -> None:
        is_date = column.field is not None and isinstance(column.field.kind, DateKind)
        if is_date and str(value) > self.today.isoformat()[: len(str(value))]:
            raise RowRefused(f"{column.name}: this can't be in the future.")

    def _steps(self, newcomer: Newcomer, coach: UUID) -> Iterator[Step[Client]]:
        # A random id: nobody may find a client by what the file says of them.
        client_id = uuid4()
        for name, command in self._commands(newcomer, client_id, coach):
            command_id = self.identity.part(newcomer.command_id, name) if name else newcomer.command_id
            yield Step(command, self.moment, command_id)

    def _commands(self, new: Newcomer, client_id: UUID, coach: UUID) -> Iterator[tuple[str, ClientCommand]]:
        team, day = self.team, new.intake_on
        yield "", TakeIntake(
            client_id=client_id, held_on=day, team=team.team_id, specialised=team.specialised,
            source=Source.IMPORT, **new.person,
        )  # fmt: skip
        yield "assign", AssignClient(
            client_id=client_id, team=team.team_id, coach=coach, specialised=team.specialised,
            assigned_on=self.plan.assigned_on or day,
        )  # fmt: skip
        for key, value in new.values.items():
            yield key, _registers(client_id, key, value, day)

    def _record(
        self, decided: Sequence[tuple[Newcomer, list[Step[Client]], Decision]]
    ) -> Sequence[tuple[Newcomer, list[Step[Client]], Decision]]:
        """Record a batch; those of it that are new: all, unless the same file is being imported elsewhere."""
        try:
            self.services.clients.record([decision for *_, decision in decided])
            return decided
        except IntegrityError:
            # One by one it shows which are known.
            return [each for each in decided if self._is_recorded(each[1])]

    def _is_recorded(self, steps: list[Step[Client]]) -> bool:
        """Record one newcomer; not where another import made a client of the same row."""
        try:
            self.services.clients.handle_all(steps)
        except ReusedError:
            return False
        return True

    def _reason(self, refused: Refused) -> str:
        name = next((c.name for c in self.plan.columns if c.target == refused.field), refused.field)
        return f"{name}: {refused}" if name else str(refused)


def _registers(client_id: UUID, key: str, value: Value, day: date) -> ClientCommand:
    """The command that records a value of the catalogue."""
    match load()[key].recorded_by:
        case "plan_of_action":
            return AgreePlanOfAction(client_id=client_id, plan=str(value), agreed_on=day)
        case "service_track":
            return ChooseServiceTrack(client_id=client_id, track=Track(str(value)), chosen_on=day)
        case "contact_frequency":
            return AgreeContactFrequency(client_id=client_id, weeks=int(str(value)), agreed_on=day)
    return RegisterField(client_id=client_id, field=key, value=value, known_on=day, source=Source.IMPORT)
