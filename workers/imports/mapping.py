"""The mapping: which columns of a file mean what, in TOML; read once, with every mistake in it named."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from application.tables.source import is_encoding
from application.tables.table import Reading, plain
from domain.catalogue import Catalogue, DateKind, Field, Value
from domain.refusal import Refused
from workers.imports import ImportMistake
from workers.imports.columns import INTAKE, PERSON, Column, Range
from workers.imports.date_formats import DateFormat, date_format

TRACK, ASSIGNED = "service_track", "assigned_on"
TOP = {"source", "constants", "columns", "missing", "leave_out", "key", "encoding", "delimiter", "skip"}
COLUMN = {"field", "values", "ranges", "year_of_birth_from_age", "date_format", "required", "missing"}


@dataclass(frozen=True, slots=True)
class ImportMapping:
    """A mapping that is sound by itself; team and columns are compared with what there is by the import."""

    source: str
    team: str
    intake_on: date | None
    assigned_on: date | None
    constants: Mapping[str, Value]
    columns: tuple[Column, ...]
    leave_out: frozenset[str]
    missing: frozenset[str]
    key: tuple[str, ...]
    reading: Reading

    @property
    def names(self) -> frozenset[str]:
        """All columns that the mapping speaks of."""
        return self.leave_out.union(self.key, (column.name for column in self.columns))

    @property
    def fields(self) -> frozenset[str]:
        """The fields of the catalogue that it fills."""
        return frozenset(self.constants) | {column.target for column in self.columns if column.field}

    def differences(self, columns: Collection[str]) -> Iterator[str]:
        """Where the mapping does not fit the columns of a file."""
        if not self.names & set(columns):
            # Their names may be somebody's data then, so they are not repeated.
            yield "None of the mapping's columns stands in the first line. Are the column names there?"
            return
        told = self.leave_out.union(column.name for column in self.columns)
        if unmapped := [name for name in columns if name not in told]:
            yield (
                f"Columns neither mapped nor left out: {', '.join(unmapped)}."
                " Map each under [columns.NAME], or name it in leave_out."
            )
        if absent := sorted(self.names - set(columns)):
            yield f"Columns that the file does not have: {', '.join(absent)}."


def load_mapping(path: Path, catalogue: Catalogue) -> ImportMapping:
    """Read and check a mapping. Raises ImportMistake naming everything that is wrong with it."""
    what = f"The mapping {path.name} can't be used"
    try:
        tables = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise ImportMistake(what, [f"It can't be read: {error.strerror or error}."]) from None
    except UnicodeDecodeError:
        raise ImportMistake(what, ["It is not in UTF-8."]) from None
    except tomllib.TOMLDecodeError as error:
        raise ImportMistake(what, [f"It is not TOML: {error}."]) from None
    reader = _Reader(tables, catalogue)
    mapping = reader.mapping()
    if reader.mistakes:
        raise ImportMistake(what, reader.mistakes)
    return mapping


class _Reader:
    """Reads the tables of a mapping and keeps a list of what is wrong."""

    def __init__(self, tables: Mapping[str, Any], catalogue: Catalogue) -> None:
        self.tables = tables
        self.catalogue = catalogue
        self.mistakes: list[str] = []

    def mapping(self) -> ImportMapping:
        self._only(self.tables, TOP, "")
        source = self._table(self.tables, "source", "")
        self._only(source, {"name"}, "source")
        constants = self._table(self.tables, "constants", "")
        columns = [self._column(plain(name), t) for name, t in self._table(self.tables, "columns", "").items()]
        leave_out = self._columns("leave_out")
        mapping = ImportMapping(
            source=self._words(source, "name", "source"),
            team=self._words(constants, "team", "constants"),
            intake_on=self._date(constants, INTAKE),
            assigned_on=self._date(constants, ASSIGNED),
            constants=self._constants(constants),
            columns=tuple(filter(None, columns)),
            leave_out=frozenset(leave_out),
            missing=frozenset(["", *self._names("missing")]),
            key=self._columns("key"),
            reading=self._reading(),
        )
        self._targets(mapping)
        return mapping

    def _targets(self, mapping: ImportMapping) -> None:
        """Each thing is filled once: by one column or by one constant."""
        targets = [column.target for column in mapping.columns] + list(mapping.constants)
        targets += [INTAKE] if mapping.intake_on else []
        for target in sorted({t for t in targets if targets.count(t) > 1}):
            self.mistakes.append(f"{target} is filled more than once: name one column or one constant for it")
        if INTAKE not in targets and INTAKE not in self._table(self.tables, "constants", ""):
            self.mistakes.append(f"the day of the intake is missing: put {INTAKE} under [constants] or map a column")
        for name in sorted(mapping.leave_out & {column.name for column in mapping.columns}):
            self.mistakes.append(f"the column {name} is both mapped and left out")
        if mapping.assigned_on and mapping.intake_on and mapping.assigned_on < mapping.intake_on:
            self.mistakes.append(f"constants: {ASSIGNED} lies before {INTAKE}")

    def _constants(self, table: Mapping[str, Any]) -> dict[str, Value]:
        constants: dict[str, Value] = {}
        for name, raw in table.items():
            if name in ("team", INTAKE, ASSIGNED):
                continue
            field = self._field(TRACK if name == "track" else name, f"constants: {name}")
            if field and field.key in constants:
                self.mistakes.append("constants: track and service_track are the same; give one")
            if field and (value := self._value(field, raw, f"constants: {name}")) is not None:
                constants[field.key] = value
        return constants

    def _column(self, name: str, table: Any) -> Column | None:
        where = f"columns.{name}"
        if not isinstance(table, dict):
            self.mistakes.append(f'{where} is a table: write [{where}], and field = "..." below it')
            return None
        self._only(table, COLUMN, where)
        target = self._words(table, "field", where)
        field = None
        if not target:
            return None
        if target not in (INTAKE, *PERSON) and (field := self._field(target, where)) is None:
            return None
        column = Column(
            name=name,
            target=target,
            field=field,
            values=self._values(field, table, where),
            ranges=self._ranges(field, table, where),
            born_in=self._born_in(field, table, where),
            date_format=self._date_format(field, target, table, where),
            required=self._of(table, "required", bool, "true or false", where) or target == INTAKE,
            missing=frozenset(self._names("missing", table, where)),
        )
        if column.born_in is not None and (column.values or column.ranges or column.date_format):
            self.mistakes.append(f"{where}: year_of_birth_from_age excludes values, ranges and date_format")
        return column

    def _values(self, field: Field | None, table: Mapping[str, Any], where: str) -> dict[str, Value]:
        if not (raw := self._table(table, "values", where)):
            return {}
        if field is None:
            self.mistakes.append(f"{where}: only a field of the catalogue takes values")
            return {}
        checked = ((cell.strip(), self._value(field, v, f"{where}: values: {cell}")) for cell, v in raw.items())
        return {cell: value for cell, value in checked if value is not None}

    def _ranges(self, field: Field | None, table: Mapping[str, Any], where: str) -> tuple[Range, ...]:
        raw = table.get("ranges", [])
        if not isinstance(raw, list) or not all(isinstance(r, dict) for r in raw):
            self.mistakes.append(f"{where}: ranges is a list such as [{{from = 0, to = 5, value = 10}}]")
            return ()
        if raw and field is None:
            self.mistakes.append(f"{where}: only a field of the catalogue takes ranges")
        if not raw or field is None:
            return ()
        ranges: list[Range] = []
        for nth, item in enumerate(raw, 1):
            there = f"{where}: range {nth}"
            self._only(item, {"from", "to", "value"}, there)
            low, high = (self._bound(item, end, there) for end in ("from", "to"))
            value = self._value(field, item["value"], there) if "value" in item else None
            if "value" not in item:
                self.mistakes.append(f"{there}: its value is missing")
            one = Range(float("-inf") if low is None else low, float("inf") if high is None else high, value)
            if one.low > one.high:
                self.mistakes.append(f"{there}: from lies above to")
            if any(other.low <= one.high and one.low <= other.high for other in ranges):
                self.mistakes.append(f"{there}: overlaps with one above it")
            ranges.append(one)
        return tuple(ranges)

    def _bound(self, item: Mapping[str, Any], end: str, where: str) -> float | None:
        raw = item.get(end)
        if raw is None or (isinstance(raw, int | float) and not isinstance(raw, bool)):
            return raw
        self.mistakes.append(f"{where}: {end} is a number")
        return None

    def _born_in(self, field: Field | None, table: Mapping[str, Any], where: str) -> int | None:
        year: int | None = self._of(table, "year_of_birth_from_age", int, "the year in which the ages were true", where)
        if year is None:
            return None
        if field is None or not (isinstance(field.kind, DateKind) and field.kind.partial):
            self.mistakes.append(f"{where}: year_of_birth_from_age needs a field whose year alone will do")
        if not 1900 <= year <= 2200:
            self.mistakes.append(f"{where}: year_of_birth_from_age is the year in which the ages were true")
        return year

    def _date_format(self, field: Field | None, target: str, table: Mapping[str, Any], where: str) -> DateFormat | None:
        written: str | None = self._of(table, "date_format", str, "text such as %d-%m-%Y", where)
        if written is None:
            return None
        kind = field.kind if field else None
        if target != INTAKE and not isinstance(kind, DateKind):
            self.mistakes.append(f"{where}: date_format is for dates")
            return None
        try:
            found = date_format(written)
        except Refused as refused:
            self.mistakes.append(f"{where}: {refused}")
            return None
        if not found.whole and not (isinstance(kind, DateKind) and kind.partial):
            self.mistakes.append(f"{where}: date_format needs day, month and year, such as %d-%m-%Y")
        return found

    def _reading(self) -> Reading:
        """How the file is to be read, as far as the mapping says."""
        encoding = self._of(self.tables, "encoding", str, "the name of a character set, such as cp1252", "the file")
        delimiter = self._of(self.tables, "delimiter", str, "one character, such as |", "the file")
        skip = self._of(self.tables, "skip", int, "the number of lines above the header", "the file")
        if encoding is not None and not is_encoding(encoding):
            self.mistakes.append("the file: encoding names no character set that is known, such as cp1252 or utf-16")
        if delimiter is not None and (len(delimiter) != 1 or delimiter in '"\r\n'):
            self.mistakes.append("the file: delimiter is one character, such as |")
        if skip is not None and skip < 0:
            self.mistakes.append("the file: skip is the number of lines above the header")
        return Reading(encoding, delimiter, skip)

    # the small parts

    def _field(self, key: str, where: str) -> Field | None:
        if key in self.catalogue:
            return self.catalogue[key]
        self.mistakes.append(f"{where}: there is no field {key} in the catalogue")
        return None

    def _value(self, field: Field, raw: object, where: str) -> Value:
        if isinstance(raw, int) and not isinstance(raw, bool):
            raw = str(raw)
        try:
            return field.check(raw)
        except Refused as refused:
            self.mistakes.append(f"{where}: {refused}")
        except (TypeError, ValueError):
            self.mistakes.append(f"{where}: this is no value of {field.key}")
        return None

    def _only(self, table: Mapping[str, Any], known: set[str], where: str) -> None:
        for key in sorted(table.keys() - known):
            self.mistakes.append(f"{_at(where)}there is no setting {key}, only {', '.join(sorted(known))}")

    def _table(self, table: Mapping[str, Any], key: str, where: str) -> Mapping[str, Any]:
        found = table.get(key, {})
        if isinstance(found, dict):
            return found
        self._once(f"{_at(where)}{key} is a table")
        return {}

    def _names(self, key: str, table: Mapping[str, Any] | None = None, where: str = "") -> tuple[str, ...]:
        names = (self.tables if table is None else table).get(key, [])
        if isinstance(names, list) and all(isinstance(name, str) for name in names):
            return tuple(name.strip() for name in names)
        above = "" if where else ", above the first [table]"
        self.mistakes.append(f'{_at(where)}{key} is a list of texts, such as ["a", "b"]{above}')
        return ()

    def _columns(self, key: str) -> tuple[str, ...]:
        return tuple(plain(name) for name in self._names(key))

    def _words(self, table: Mapping[str, Any], key: str, where: str) -> str:
        words = table.get(key)
        if isinstance(words, str) and words.strip():
            return words.strip()
        self.mistakes.append(f"{_at(where)}{key} is missing: give a text")
        return ""

    def _date(self, table: Mapping[str, Any], key: str) -> date | None:
        day = table.get(key)
        # A time of TOML is a date too for Python, but no day.
        if day is None or type(day) is date:
            return day
        self.mistakes.append(f"constants: {key} is a day, such as 2026-06-01 without quotes")
        return None

    def _of(self, table: Mapping[str, Any], key: str, kind: type[Any], wanted: str, where: str) -> Any:
        found = table.get(key)
        if found is None or (isinstance(found, kind) and (kind is bool or not isinstance(found, bool))):
            return found
        self.mistakes.append(f"{where}: {key} is {wanted}")
        return None

    def _once(self, mistake: str) -> None:
        if mistake not in self.mistakes:
            self.mistakes.append(mistake)


def _at(where: str) -> str:
    return f"{where}: " if where else ""
