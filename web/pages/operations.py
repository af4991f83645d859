"""How the read models are: how far, when rebuilt and what that changed, and the rebuild that is going on."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, render_template

from domain.roles import Role
from projections import rebuild, weekly_figures
from projections.rebuild import Rebuild
from records import outbox
from web.context import services
from web.freshness import freshness
from web.permissions import access, only

page = Blueprint("operations", __name__)


@page.get("/operations")
@access(only(Role.ADMINISTRATOR, Role.PROCESS_MANAGER, Role.TEAM_MANAGER))
def operations() -> str:
    engine = services().engine
    running = rebuild.current(engine)
    with services().database.read() as connection:
        past = rebuild.history(connection)
        undelivered = outbox.failures(connection)
        weekly = weekly_figures.built_upto(connection)
    return render_template(
        "operations.html",
        head=engine.log.head(),
        read_models=list(freshness().values()),
        running=running,
        pace=_pace(running) if running else None,
        past=past,
        undelivered=undelivered,
        weekly=weekly,
        mail=bool(services().settings.smtp_url),
    )


def _pace(running: Rebuild) -> tuple[int, timedelta] | None:
    """Events a second, and the time left; None while nothing is known."""
    if running.updated_at is None or running.events == 0:
        return None
    seconds = (running.updated_at - running.started_at).total_seconds()
    if seconds <= 0:
        return None
    rate = running.events / seconds
    return round(rate), timedelta(seconds=round((running.total - running.events) / rate))
