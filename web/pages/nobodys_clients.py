"""Clients of a team with whom nobody works, for the manager who assigns them."""

from __future__ import annotations

from flask import Blueprint, render_template

from application import nobodys_clients as view
from web.context import colleagues, look, services, today
from web.permissions import access

page = Blueprint("nobodys_clients", __name__)


@page.get("/team/nobody")
@access(view.nobodys_clients)
def nobody() -> str:
    found = view.nobodys_clients(services(), look())
    return render_template("nobodys_clients.html", found=found, names=colleagues(), as_of=today())
