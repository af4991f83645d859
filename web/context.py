"""What every page has at hand: the services, the viewer, the day, and the names of colleagues."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import cast
from uuid import UUID, uuid4

from flask import current_app, g, request

from application import definitions as operations
from application import people
from application.looks import Look
from application.services import Services
from domain.in_force import Definitions
from domain.roles import Viewer
from werkpad.figures import Counted
from werkpad.health import Watch

# What can be practised, by the blueprints of the pages: work with clients of one's own.
PRACTISED = frozenset(
    {
        "appointments",
        "assign",
        "caseload",
        "caseload_people",
        "caseload_then",
        "client",
        "client_answers",
        "contact",
        "contact_details",
        "contradictions",
        "exemptions",
        "field_group",
        "find",
        "group_contact",
        "helpers",
        "invitations",
        "match",
        "merge",
        "offers",
        "own_notes",
        "plan",
        "registration",
        "steps",
        "tasks",
        "today",
        "transfer",
        "workshops",
    }
)


@dataclass(frozen=True)
class WebContext:
    """The services, and how to tell the workers that something was recorded."""

    services: Services
    nudge: Callable[[], None]
    watch: Watch
    counted: Counted


def web_context() -> WebContext:
    """What there is to work with: the viewer's own practice, where the request is about that."""
    if practising():
        return cast("WebContext", g.practising)
    return cast("WebContext", current_app.extensions["werkpad"])


def practising() -> bool:
    """Whether this request is about an invented client, in a practice that counts nowhere."""
    return "practising" in g


def is_practised(endpoint: str | None) -> bool:
    """Whether a page is there in a practice."""
    return (endpoint or "").partition(".")[0] in PRACTISED


def services() -> Services:
    return web_context().services


def watch() -> Watch:
    return web_context().watch


def counted() -> Counted:
    return web_context().counted


def viewer() -> Viewer:
    """The one at the screen; only on routes that are not for everybody."""
    return cast("Viewer", g.viewer)


def today() -> date:
    return services().today


def new_id() -> UUID:
    return uuid4()


def as_uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


def as_page(text: str | None) -> int | None:
    """Which page of a list, from 1; None for anything else."""
    return int(text) if text and re.fullmatch(r"[1-9]\d{0,4}", text, re.ASCII) else None


def as_position(text: str | None) -> int | None:
    """Where a list goes on, as its link said; None for anything else."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None


def definitions() -> Definitions:
    """What fields and terms are called and mean today, read once a request."""
    if "definitions" not in g:
        g.definitions = operations.in_force(services())
    return cast("Definitions", g.definitions)


def colleagues() -> dict[UUID, str]:
    """The names of everybody who works here, read once a request."""
    if "colleagues" not in g:
        g.colleagues = people.colleagues(services())
    return cast("dict[UUID, str]", g.colleagues)


def look() -> Look:
    """This request's look at clients: each is noted once, under the name of the page."""
    if "client_look" not in g:
        g.client_look = Look(services(), viewer(), request.blueprint or "")
    return cast("Look", g.client_look)
