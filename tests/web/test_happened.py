"""What is said of a command when its page fails: whether it was stored, and what to do."""

from __future__ import annotations

import pytest
from flask import Flask

from application.failures import Outcome, outcome
from web import happened
from web.happened import Failure, failure

LATER = "Please try again in a moment."
AGAIN = "Nothing was saved. Please try again."


@pytest.mark.parametrize(
    ("method", "path", "came", "told"),
    [
        ("GET", "/caseload", Outcome.UNKNOWN, Failure(500, "Wrong", f"Away. {LATER}")),
        ("HEAD", "/caseload", Outcome.STORED, Failure(500, "Wrong", f"Away. {LATER}")),
        (
            "GET",
            "/caseload?at=7",
            Outcome.UNKNOWN,
            Failure(
                503,
                "Saved, but not visible yet",
                "What you recorded is saved. This page can't be shown just now; reload it in a moment.",
                stored=True,
            ),
        ),
        ("GET", "/caseload?at=x", Outcome.UNKNOWN, Failure(500, "Wrong", f"Away. {LATER}")),
        (
            "POST",
            "/contact",
            Outcome.STORED,
            Failure(
                202,
                "Saved",
                "What you recorded is saved: don't send it again. Only the page after it can't be shown.",
                stored=True,
            ),
        ),
        (
            "POST",
            "/contact?at=7",
            Outcome.UNKNOWN,
            Failure(
                500,
                "Wrong",
                "Away. We don’t know whether this was saved. Send the same form again: it is carried out only once.",
            ),
        ),
        ("POST", "/contact", None, Failure(500, "Wrong", f"Away. {AGAIN}")),
    ],
)
def test_what_became_of_the_command_is_told(
    bare_app: Flask,
    monkeypatch: pytest.MonkeyPatch,
    method: str,
    path: str,
    came: Outcome | None,
    told: Failure,
) -> None:
    monkeypatch.setattr(outcome, "of_this_request", lambda: came)
    with bare_app.test_request_context(path, method=method, headers={"Accept-Language": "en"}):
        assert failure(500, "Wrong", "Away.") == told
        assert happened.is_after_a_command() == (method == "GET" and path.endswith("at=7"))
        assert happened.is_late() is False
