"""An office into which files are imported, and the file and mapping that its tests begin with."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from application.services import Services
from domain.roles import Role
from projections.caseload import caseload
from records import people
from records.people import Account, Team
from workers.import_clients import Outcome, import_clients
from workers.imports import ImportMistake

NOW = datetime(2026, 11, 18, 10, tzinfo=UTC)


EXAMPLES = Path(__file__).parents[2] / "examples"


MAPPING = """
missing = ["", "NA"]
leave_out = ["remark"]
[source]
name = "old system"
[constants]
team = "north"
[columns.who]
field = "name"
[columns.seen_first]
field = "intake_on"
date_format = "%d/%m/%Y"
[columns.school]
field = "education_level"
values = { P = "primary", H = "bachelor" }
[columns.licence]
field = "driving_licence"
"""


HEADER = "who;seen_first;school;licence;remark\n"


class Office:
    """A city with teams and coaches, into which files are imported."""

    def __init__(self, folder: Path, services: Services) -> None:
        self.folder = folder / "files"
        self.folder.mkdir()
        self.services = services

    def team(self, code: str, coaches: int, *, specialised: bool = False) -> list[UUID]:
        team = Team(uuid4(), code, code.title(), specialised)
        ids = []
        with self.services.database.write() as connection:
            people.add_team(connection, team)
            for nth in range(coaches):
                coach = Account(
                    uuid4(), f"{code}{nth}", f"Coach {nth}", Role.WORK_COACH, team.team_id, False, True, None
                )
                people.add_account(connection, coach, "", password_hash="x")
                ids.append(coach.account_id)
        return ids

    def file(self, content: str | bytes, name: str = "people.csv") -> Path:
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def load(self, content: str | bytes, mapping: str = MAPPING, **options: Any) -> Outcome:
        return self.load_file(self.file(content), mapping, **options)

    def load_file(self, path: Path, mapping: str = MAPPING, **options: Any) -> Outcome:
        return import_clients(self.services, path, self.file(mapping, "mapping.toml"), at=NOW, **options)

    def mistakes(self, content: str | bytes, mapping: str = MAPPING) -> str:
        head = self.services.log.head()
        with pytest.raises(ImportMistake) as refused:
            self.load(content, mapping)
        assert self.services.log.head() == head, "nothing may be imported then"
        return str(refused.value)

    def clients(self) -> list[dict[str, object]]:
        self.services.engine.catch_up(wait=True)
        with self.services.database.read() as connection:
            rows = [dict(row) for row in connection.execute(select(caseload)).mappings()]
        opener = self.services.log.opener([row["client_id"] for row in rows])
        return [row | {"name": opener.text(row["name"])} for row in rows]
