"""What several tests of operations begin with."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from application.services import Services
from tests.application.merged import KEPT, OTHER
from tests.conftest import Clock
from tests.stories import begin


@pytest.fixture
def two(services: Services) -> Services:
    clock: Clock = services.clock  # type: ignore[assignment]  # replaced on purpose
    clock.now = datetime(2026, 4, 1, 9, tzinfo=UTC)
    begin(services, KEPT, name="Anna de Vries", client_number="K-1")
    begin(services, OTHER, name="Ana d'Vrees", client_number="O-2", email="anna@example.nl")
    return services
