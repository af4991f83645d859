"""What the log says came of a request: what was stored is stored, whatever failed afterwards."""

from __future__ import annotations

import pytest
from flask import Flask, g

from application.failures import Outcome
from web import seen

S, U, N = Outcome.STORED, Outcome.UNKNOWN, Outcome.NOTHING


@pytest.mark.parametrize(
    ("came", "counted_in", "status", "said"),
    [
        (S, True, 303, "stored"),
        (S, True, 500, "stored"),
        (S, False, 503, "stored"),
        (N, False, 503, "turned_away"),
        (U, False, 503, "turned_away"),
        (U, True, 500, "unknown"),
        (U, True, 503, "unknown"),
        (N, True, 500, "failed"),
        (U, True, 499, "refused"),
        (N, True, 499, "refused"),
        (N, True, 400, "refused"),
        (N, True, 399, "answered"),
        (U, True, 200, "answered"),
    ],
)
def test_what_came_of_it(
    monkeypatch: pytest.MonkeyPatch, came: Outcome, counted_in: bool, status: int, said: str
) -> None:
    monkeypatch.setattr(seen.outcome, "of_this_request", lambda: came)
    with Flask(__name__).app_context():
        g.counted_in, g.status = counted_in, status
        assert seen._outcome() == said
