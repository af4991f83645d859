"""What is said of a command when its page fails: what happened to it, and never that it was not stored when it was."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, g, request
from flask_babel import gettext

from application.failures import Outcome, outcome

SAFE = ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True)
class Failure:
    """What to tell of a failure. `stored`: the command was carried out, whatever failed afterwards."""

    status: int
    title: str
    text: str
    stored: bool = False


def keep_track(app: Flask) -> None:
    """Begin each request with nothing stored."""
    app.before_request(outcome.begin)


def is_after_a_command() -> bool:
    """Whether this page is the one that follows on a command that was stored."""
    return request.method in SAFE and request.args.get("at", type=int) is not None


def failure(status: int, title: str, cause: str) -> Failure:
    """What to tell when a request fails for a reason that is not the command's own: `cause` is a sentence about it."""
    came = outcome.of_this_request()
    if came is Outcome.STORED and request.method not in SAFE:
        text = gettext("What you recorded is saved: don't send it again. Only the page after it can't be shown.")
        # Not an error: a program that reads the status alone would take it for one, and send it again.
        return Failure(202, gettext("Saved"), text, stored=True)
    if is_after_a_command():
        text = gettext("What you recorded is saved. This page can't be shown just now; reload it in a moment.")
        return Failure(503, gettext("Saved, but not visible yet"), text, stored=True)
    if request.method in SAFE:
        advice = gettext("Please try again in a moment.")
    elif came is Outcome.UNKNOWN:
        advice = gettext("We don’t know whether this was saved. Send the same form again: it is carried out only once.")
    else:
        advice = gettext("Nothing was saved. Please try again.")
    return Failure(status, title, f"{cause} {advice}")


def is_late() -> bool:
    """Whether what was recorded before this page is stored and not shown on it yet."""
    return bool(g.get("late"))
