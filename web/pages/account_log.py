"""The log of accounts: who logged in, or could not, and who changed which account."""

from __future__ import annotations

from flask import Blueprint, render_template

from application import log_ins
from web.context import colleagues, services, viewer
from web.permissions import access

page = Blueprint("account_log", __name__)


@page.get("/account-log")
@access(log_ins.entries)
def account_log() -> str:
    """The last entries, the latest first."""
    found = log_ins.entries(services(), viewer())
    return render_template("account_log.html", entries=found, names=colleagues())
