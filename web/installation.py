"""The catalogue of the installation holds for all that a request does; see `domain.catalogue.installed`."""

from __future__ import annotations

from contextlib import ExitStack

from flask import Flask, g, request

from domain.catalogue import installed
from web import security
from web.context import definitions

# Pages that say how the machinery does, also where no database answers.
_WITHOUT = frozenset({"health", "metrics"})


def hold(app: Flask) -> None:
    """Say at the door which fields there are; of a practice those of the practice."""

    @app.before_request
    def hold_catalogue() -> None:
        if request.endpoint is None or request.endpoint in security.KEPT or request.blueprint in _WITHOUT:
            return
        g.catalogue_held = ExitStack()
        g.catalogue_held.enter_context(installed(definitions().first_declared))

    @app.teardown_request
    def let_go(_error: BaseException | None) -> None:
        if "catalogue_held" in g:
            g.pop("catalogue_held").close()
