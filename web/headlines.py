"""What stands on every page beside its own matter: how much is new for the viewer, and the norms about the page."""

from __future__ import annotations

from typing import cast

from flask import g, request

from feedback import norms
from feedback.news import unheard
from projections.database import Row
from web.context import services, today, viewer


def news_count() -> int:
    """How many signals have news that the viewer has not seen; looked up once a request."""
    if "news_count" not in g:
        with services().database.read() as connection:
            g.news_count = len(unheard(connection, services().desk, viewer().account_id, today()))
    return cast("int", g.news_count)


def norms_here() -> list[Row]:
    """The norms about the page that is being shown."""
    with services().database.read() as connection:
        return norms.on_page(connection, request.endpoint or "")
