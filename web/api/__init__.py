"""The interface for other programs: JSON over the same services, rules and refusals as the pages; /api/openapi.json."""

import json
from typing import Any

import msgspec
from apiflask import APIFlask
from flask.json.provider import DefaultJSONProvider

from web.api import session, signals
from web.permissions import ACCESS, logged_in

DEEPEST = 20  # of what is sent: lists and objects within each other
LONGEST = 100_000  # bytes
WIDEST = 200  # members of an object


class StrictJson(DefaultJSONProvider):
    """Reads what is sent strictly: no number or nesting without end, and no half of a character."""

    def loads(self, s: str | bytes, **_kwargs: Any) -> Any:
        """Raises ValueError for what is no JSON, or too deep."""
        sent = s if isinstance(s, bytes) else s.encode()
        if len(sent) > LONGEST:
            raise ValueError("This is too long.")
        try:
            read = msgspec.json.decode(sent)
        except (msgspec.DecodeError, RecursionError):
            raise ValueError("This is no JSON that is read here.") from None
        if _deeper(read, DEEPEST):
            raise ValueError("This is too deep, or has too many parts.")
        # Of two members of one name the first would be lost without a word.
        json.loads(sent, object_pairs_hook=_each_once)
        return read


def _each_once(members: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(members)
    if len(found) != len(members):
        raise ValueError("A member of an object stands there twice.")
    return found


def _deeper(read: Any, allowed: int) -> bool:
    """Whether it is deeper than is allowed, or wider than anything that is read here."""
    if isinstance(read, dict) and len(read) > WIDEST:
        return True
    inner = read.values() if isinstance(read, dict) else read if isinstance(read, list) else ()
    return allowed == 0 or any(_deeper(each, allowed - 1) for each in inner)


DESCRIPTION = "/api/openapi.json"


def register(app: APIFlask) -> None:
    for module in (session, signals):
        app.register_blueprint(module.api)
    setattr(app.view_functions["openapi.spec"], ACCESS, logged_in)
