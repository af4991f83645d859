"""What we export comes back in: each value of each field, in either language, as CSV and as a workbook."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from application.tables.table import Table
from domain.catalogue import Choice, Choices, DateKind, Field, Number, State, Value, YesNo, load
from tests.web.conftest import Town
from web import exports
from workers.imports.columns import Column

FIELDS = list(load())


def values(field: Field) -> Iterator[Value]:
    match field.kind:
        case DateKind(partial=partial):
            yield from ("1980-01-02", "1980-01", "1980") if partial else ("1980-01-02",)
        case YesNo():
            yield from (True, False)
        case Choice(options=options):
            yield from (option.code for option in options)
        case Choices(options=options):
            yield from ([option.code] for option in options)
            yield [option.code for option in options if not option.alone]
        case Number(least=least, most=most):
            yield from (least, most)
        case _:
            yield from ("=1+1", "a;=b", "says, well\nand more" if field.kind.widget == "area" else "says; well", "'tis")


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.key)
def test_an_export_is_imported_as_it_is(
    monkeypatch: pytest.MonkeyPatch, field: Field, kind: str, language: str
) -> None:
    monkeypatch.setattr(exports, "language", lambda: language)
    told = list(values(field))
    rows = [[f"nr {nth}", exports.cell(field, State.KNOWN, value)] for nth, value in enumerate(told)]
    sheet = exports.Sheet("Caseload", [("Made on", date(2026, 11, 18))], ["Client", field.label.in_(language)], rows)
    content = exports.as_xlsx(sheet) if kind == "xlsx" else exports.as_csv(sheet, ";" if language == "nl" else ",")
    table = Table(content, sheet.heads)
    column = Column(sheet.heads[1], field.key, field)
    assert table.columns == list(sheet.heads)
    assert [column.value(row.cells[1]) for row in table] == told


def test_whole_dates_and_numbers_are_such_in_an_export(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "language", lambda: "en")
    for field in FIELDS:
        for value in values(field):
            wanted = {DateKind: date, Number: int}.get(type(field.kind), str)
            if isinstance(field.kind, DateKind) and len(str(value)) < 10:
                wanted = str
            assert isinstance(exports.cell(field, State.KNOWN, value), wanted)


def test_signals_that_were_exported_can_be_imported(town: Town) -> None:
    from tests.web.test_files_sent import send

    improver = town.visit("improver")
    assert send(town, "/signals/import", "seen;kind;expected\nToo slow;usability;=Fast\n")[0] == 303
    for kind in ("csv", "xlsx"):
        content = improver.post("/signals/export", form="/signals?view=list", format=kind).get_data()
        assert send(town, "/signals/import", content)[0] == 303
    assert "1 signal" in improver.get("/signals?view=list")
