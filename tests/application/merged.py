"""Two clients of one coach whose files are merged, for tests: short words for merging, undoing and looking."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from application import merging
from application.looks import Look
from application.services import Services
from database.rows import Row
from domain.client import (
    RegisterField,
)
from domain.roles import Role, Viewer
from projections import data_gaps
from tests.stories import COACH, TEAM, tables

KEPT, OTHER, THIRD = UUID(int=11), UUID(int=12), UUID(int=13)
FEBRUARY, MARCH = date(2026, 2, 2), date(2026, 3, 3)

OFFICER = Viewer(UUID(int=1), Role.PRIVACY_OFFICER, None)
ME = Viewer(COACH, Role.WORK_COACH, TEAM)


def look(services: Services, viewer: Viewer = OFFICER) -> Look:
    return Look(services, viewer, "merge")


def merge(services: Services, kept: UUID = KEPT, other: UUID = OTHER, once: UUID | None = None) -> None:
    merging.merge_files(services, look(services), kept, other, once or uuid4())
    services.engine.catch_up()


def undo(services: Services, kept: UUID = KEPT, other: UUID = OTHER) -> None:
    merging.undo_merge(services, look(services), kept, other, uuid4())
    services.engine.catch_up()


def register(client_id: UUID, field: str, value: object, known_on: date = FEBRUARY) -> RegisterField:
    return RegisterField(client_id=client_id, field=field, value=value, known_on=known_on)


def without_the_merge(services: Services) -> dict[str, list[Row]]:
    """All rows of all read models, but for the entries of the history that say that a merge was undone."""
    found = tables(services)
    found["timeline"] = [row for row in found["timeline"] if row["kind"] != "MergeUndone"]
    return found


def facts(services: Services, client_id: UUID = KEPT) -> dict[str, Any]:
    with services.database.read() as connection:
        return {key: row.value for key, row in data_gaps.of_client(connection, client_id).items() if row.recorded}
