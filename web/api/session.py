"""Who asks, and the token that a program sends along with whatever it changes."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import g
from flask_wtf.csrf import generate_csrf
from pydantic import BaseModel

from domain.roles import Role
from web.permissions import access, everybody

api = APIBlueprint("api_session", __name__, url_prefix="/api/session", tag="Session")


class SessionShown(BaseModel):
    username: str | None
    role: Role | None
    csrf_token: str


@api.get("")
@access(everybody)
@api.output(SessionShown)
def session() -> SessionShown:
    """Who is logged in, if anybody, and the token of this session

    Send the token as `csrf_token` with the log-in form, and in the header `X-CSRFToken` with every other POST.
    """
    account = g.account
    return SessionShown(
        username=account.username if account else None,
        role=account.role if account else None,
        csrf_token=generate_csrf(),
    )
