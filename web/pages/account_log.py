"""The log of accounts: who logged in, or could not, and who changed which account."""

from __future__ import annotations

from flask import Blueprint, render_template

from application import log_ins
from web.asked import asked
from web.context import as_position, colleagues, services, viewer
from web.permissions import access

page = Blueprint("account_log", __name__)


@page.get("/account-log")
@access(log_ins.entries)
def account_log() -> str:
    """Entries, the latest first, a part at a time."""
    before = asked("before", as_position)
    found, earlier = log_ins.entries(services(), viewer(), before)
    return render_template("account_log.html", entries=found, earlier=earlier, before=before, names=colleagues())
