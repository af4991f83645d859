"""What people see when the database is away."""

from __future__ import annotations

import pytest
from eventsourcing.persistence import PersistenceError

from tests.web.conftest import Town


def test_the_pages_say_that_the_database_is_away(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    client_id = town.new_client("coach", "Anna de Vries")
    visitor = town.visit("coach")
    visitor.get(f"/clients/{client_id}")

    def away(*_: object, **__: object) -> None:
        raise PersistenceError("connection to 127.0.0.1 refused for a secret reason")

    monkeypatch.setattr(town.services.log, "append", away)
    answer = visitor.post(
        f"/clients/{client_id}/contact",
        held_on=town.services.today.isoformat(),
        channel="phone",
        started_by="coach",
        outcome="spoken",
    )
    assert answer.status_code == 503
    page = answer.get_data(as_text=True)
    assert "Nothing was saved" in page
    assert "secret" not in page
