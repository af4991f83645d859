"""Offices into which files are imported."""

from __future__ import annotations

from pathlib import Path

import pytest

from application.services import Services
from tests.workers.importing import Office


@pytest.fixture
def office(tmp_path: Path, sqlite_services: Services) -> Office:
    office = Office(tmp_path, sqlite_services)
    office.team("north", coaches=3)
    return office


@pytest.fixture
def each_office(tmp_path: Path, services: Services) -> Office:
    """An office on SQLite and one on PostgreSQL."""
    office = Office(tmp_path, services)
    office.team("north", coaches=3)
    return office
