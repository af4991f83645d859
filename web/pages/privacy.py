"""The privacy officer's page: who looked at what, and erasures; no client's data."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from application import privacy as operations
from domain.client import ErasureReason
from domain.refusal import Refused
from web.context import as_uuid, colleagues, command_id, services, viewer
from web.forms import sentence
from web.freshness import recorded
from web.permissions import access

page = Blueprint("privacy", __name__)


@page.route("/privacy", methods=["GET", "POST"])
@access(operations.looks_and_erasures)
def privacy() -> str | Response | tuple[str, int]:
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            return recorded(_erase(), "privacy.privacy")
        except Refused as refused:
            errors[refused.field or "form"] = sentence(refused)
    found = operations.looks_and_erasures(services(), viewer(), as_uuid(request.args.get("client")))
    html = render_template(
        "privacy.html",
        reads=found.looks,
        erasures=found.erasures,
        reasons=list(ErasureReason),
        names=colleagues(),
        errors=errors,
        posted=request.form,
        asked=request.args.get("client", ""),
    )
    return (html, 400) if errors else html


def _erase() -> int:
    client_id = as_uuid(request.form.get("client", "").strip())
    code = request.form.get("reason", "")
    if client_id is None:
        raise Refused("Give the client's id as it stands in the address of the file.", field="client")
    if code not in set(ErasureReason):
        raise Refused("Choose a reason.", field="reason")
    if request.form.get("sure") != "yes":
        raise Refused("Confirm that this can't be undone.", field="sure")
    return operations.erase_client(services(), viewer(), client_id, ErasureReason(code), command_id()).position
