"""What every page has at hand: the services, the viewer, the day, and the names of colleagues."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import cast
from uuid import UUID, uuid4

from flask import abort, current_app, g, request

from database.rows import Row
from domain.in_force import Definitions
from domain.roles import Viewer
from eventlog.handler import Moment
from projections import caseload
from projections import definitions as model
from records import people, read_log
from werkpad.figures import Counted
from werkpad.health import Watch
from werkpad.wiring import Services


@dataclass(frozen=True)
class Bench:
    """The services, and how to tell the workers that something was recorded."""

    services: Services
    nudge: Callable[[], None]
    watch: Watch
    counted: Counted


def bench() -> Bench:
    return cast("Bench", current_app.extensions["werkpad"])


def services() -> Services:
    return bench().services


def watch() -> Watch:
    return bench().watch


def counted() -> Counted:
    return bench().counted


def viewer() -> Viewer:
    """The one at the screen; only on routes that are not for everybody."""
    return cast("Viewer", g.viewer)


def moment() -> Moment:
    return Moment(services().clock(), viewer().account_id)


def today() -> date:
    return services().today


def command_id() -> UUID:
    """The id that the form brought along, so that a double click is one command."""
    return as_uuid(request.form.get("command_id", "")) or abort(400)


def new_id() -> UUID:
    return uuid4()


def as_uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


def definitions() -> Definitions:
    """What fields and terms are called and mean today, read once a request."""
    if "definitions" not in g:
        with services().database.read() as connection:
            g.definitions = model.on(connection, today())
    return cast("Definitions", g.definitions)


def colleagues() -> dict[UUID, str]:
    """The names of everybody who works here, read once a request."""
    if "colleagues" not in g:
        with services().database.read() as connection:
            g.colleagues = people.names(connection)
    return cast("dict[UUID, str]", g.colleagues)


def readable_client(client_id: UUID, page: str) -> Row:
    """A client whose file the viewer may open; the look is logged.

    One that the viewer may not open answers like one that does not exist.
    """
    with services().database.read() as connection:
        row = caseload.client(connection, client_id)
    if row is None or not viewer().may_read(row["team_id"], row["coach_id"]):
        abort(404)
    with services().database.write(aside=True) as connection:
        read_log.note(connection, viewer().account_id, client_id, page, services().clock())
    return row


def recordable_client(client_id: UUID, page: str) -> Row:
    """A client for whom the viewer may record something."""
    row = readable_client(client_id, page)
    if not viewer().may_record(row["team_id"], row["coach_id"]):
        abort(403)
    return row


def display_names(rows: list[Row]) -> dict[UUID, str]:
    """The names of the clients on this page, opened; a short id for one without a name or without a key."""
    opener = services().log.opener([row["client_id"] for row in rows])
    return {row["client_id"]: opener.text(row["name"]) or nameless(row["client_id"]) for row in rows}


def nameless(client_id: UUID) -> str:
    return f"{client_id.hex[:8]}"
