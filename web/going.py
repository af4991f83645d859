"""Where an answer sends the browser next: a page of ours, whatever the request said."""

from __future__ import annotations

import re
from contextlib import suppress

from flask import redirect, request
from werkzeug.urls import iri_to_uri
from werkzeug.wrappers import Response

# A browser leaves out tabs and line ends and takes a backslash for a slash, before it reads an address.
_OURS = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]*")


def go(location: str, status: int = 302, *, otherwise: str = "/", outside: bool = False) -> Response:
    """Send the browser to a page of ours; `otherwise` where the finished header would lead elsewhere, or nowhere.

    The only way out of a page: what is judged is what the browser reads, not what it was made of. An address within a
    practice stays within it, also where a form said only the path of its page; `outside` leads out of it.
    """
    with suppress(ValueError):
        finished = iri_to_uri(location)
        if _OURS.fullmatch(finished):
            return redirect(finished if outside else _within(finished), status)
    return redirect(otherwise, status)


def _within(location: str) -> str:
    root = request.script_root
    return location if re.match(rf"{re.escape(root)}(?:[/?]|$)", location) else root + location
