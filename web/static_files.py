"""Static files under addresses that change with what is in them, so that browsers keep them and never an old one."""

from __future__ import annotations

import re
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Flask, request
from werkzeug.wrappers import Response

from web.stylesheet import FOR_A_YEAR

FOLDER = Path(__file__).parent / "static"


def keep(app: Flask) -> None:
    @app.url_defaults
    def with_fingerprint(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and (known := fingerprint(str(values.get("filename")))):
            values.setdefault("v", known)

    @app.after_request
    def say_how_long(response: Response) -> Response:
        if request.endpoint == "static" and response.status_code in (200, 304):
            asked, known = request.args.get("v"), fingerprint(str((request.view_args or {}).get("filename")))
            if known and asked == known:
                response.headers["Cache-Control"] = FOR_A_YEAR
        return response


@cache
def _known() -> dict[str, str]:
    return {path.name: sha256(path.read_bytes()).hexdigest()[:16] for path in FOLDER.iterdir() if path.is_file()}


@cache
def icons() -> list[str]:
    """What the icons of the sprite are called."""
    return re.findall(r'<symbol id="([\w-]+)"', (FOLDER / "icons.svg").read_text(encoding="utf-8"))


def fingerprint(filename: str) -> str:
    """Of one of our files; empty for a name that is none."""
    return _known().get(filename, "")
