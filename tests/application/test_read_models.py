"""A rebuild that others take part in ends by itself, or says why it was given up."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from application.read_models import BUCKETS, RebuildGivenUpError, differences, rebuild_together
from application.services import Services
from domain.client import ErasureReason
from eventlog.commands import CommandContext
from tests.stories import begin


def test_one_that_an_erasure_came_between_says_so_and_waits_for_nobody(services: Services) -> None:
    client_id = begin(services)
    services.engine.catch_up()

    def call(_shards: int) -> None:
        services.erase(client_id, ErasureReason.CLIENT_REQUEST, CommandContext(services.clock(), UUID(int=1)), uuid4())

    with pytest.raises(RebuildGivenUpError, match="start it again"):
        rebuild_together(services, ["caseload"], call, lambda *_: None, shards=2)


def test_one_that_nothing_came_between_is_done(services: Services) -> None:
    begin(services)
    called: list[int] = []
    rebuild_together(services, ["caseload"], called.append, lambda *_: None, shards=1)
    assert called == [0]
    assert list(differences(services, buckets=range(BUCKETS))) == []
