"""The figures for Prometheus: for callers on this machine, and for those who bring the token."""

from __future__ import annotations

from flask import Blueprint, Response

from web.context import counted
from web.permissions import access, watchers
from werkpad import metrics as figures

page = Blueprint("metrics", __name__)


@page.get("/metrics")
@access(watchers)
def metrics() -> Response:
    return Response(figures.text(counted().look()), content_type=figures.CONTENT_TYPE)
