"""The stylesheet: its sections in one, under an address that changes when they do, so that browsers keep it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from werkzeug.wrappers import Request, Response

HERE = Path(__file__).parent / "styles"
# In this order: of two rules that say as much, the later counts.
SECTIONS = (
    "tokens",
    "document",
    "shell",
    "buttons",
    "forms",
    "components",
    "tables",
    "caseload",
    "file",
    "clients",
    "plots",
    "print",
)
FOR_A_YEAR = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Stylesheet:
    content: bytes
    fingerprint: str


@cache
def stylesheet() -> Stylesheet:
    content = b"\n".join((HERE / f"{name}.css").read_bytes() for name in SECTIONS)
    return Stylesheet(content, sha256(content).hexdigest()[:16])


def answer(request: Request) -> Response:
    """The sheet: to be kept by whoever asked for just this one, and to be asked for again by others."""
    sheet = stylesheet()
    response = css(sheet.content, request)
    if request.args.get("v") == sheet.fingerprint:
        response.headers["Cache-Control"] = FOR_A_YEAR
    return response


def css(content: bytes, request: Request) -> Response:
    """A sheet that browsers keep and ask about; it is sent again when it changed."""
    response = Response(content, mimetype="text/css")
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    return response.make_conditional(request)


@cache
def tokens() -> dict[str, str]:
    """The design tokens with the value that each has in the light scheme, in the order in which they stand."""
    light = (HERE / "tokens.css").read_text(encoding="utf-8").partition("@media")[0]
    return dict(re.findall(r"^ +(--[\w-]+): (.+);$", light, re.MULTILINE))
