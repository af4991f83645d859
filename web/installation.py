"""The catalogue of the installation holds for all that a request does; see `domain.catalogue.installed`."""

from __future__ import annotations

from contextlib import ExitStack

from flask import Flask, g

from domain.catalogue import installed
from web.context import definitions


def hold(app: Flask) -> None:
    """Say at the door which fields there are; of a practice those of the practice."""

    @app.before_request
    def hold_catalogue() -> None:
        g.catalogue_held = ExitStack()
        g.catalogue_held.enter_context(installed(lambda: definitions().first_declared))

    @app.teardown_request
    def let_go(_error: BaseException | None) -> None:
        if "catalogue_held" in g:
            g.pop("catalogue_held").close()
