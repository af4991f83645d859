"""The interface for other programs: JSON over the same services, rules and refusals as the pages; /api/openapi.json."""

from apiflask import APIFlask

from web.api import session, signals
from web.permissions import ACCESS, logged_in

DESCRIPTION = "/api/openapi.json"


def register(app: APIFlask) -> None:
    for module in (session, signals):
        app.register_blueprint(module.api)
    setattr(app.view_functions["openapi.spec"], ACCESS, logged_in)
