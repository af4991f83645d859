"""An index of some rows only stays one when a rebuild makes its table anew, on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import inspect

from application.services import Services
from projections.engine.readmodel import metadata
from projections.engine.rebuild import rebuild

PARTIAL = [
    (table.name, index.name, str(index.dialect_options["postgresql"]["where"]))
    for table in metadata.sorted_tables
    for index in sorted(table.indexes, key=lambda each: str(each.name))
    if index.dialect_options["postgresql"]["where"] is not None
]


@pytest.mark.parametrize(("table", "name", "where"), PARTIAL, ids=[str(name) for _, name, _ in PARTIAL])
def test_a_rebuild_keeps_which_rows_an_index_has(services: Services, table: str, name: str, where: str) -> None:
    for _ in range(2):
        with services.database.read() as connection:
            kind = connection.dialect.name
            found = {str(i["name"]): i.get("dialect_options", {}) for i in inspect(connection).get_indexes(table)}
        made = next(options for own, options in found.items() if own.rpartition("_")[0] == name or own == name)
        assert where in str(made.get(f"{kind}_where")), "without it, the index has every row of the table"
        rebuild(services.engine)


def test_both_databases_are_told_of_the_same_rows() -> None:
    for table in metadata.sorted_tables:
        for index in table.indexes:
            told = [index.dialect_options[kind]["where"] for kind in ("postgresql", "sqlite")]
            assert str(told[0]) == str(told[1]), index.name
