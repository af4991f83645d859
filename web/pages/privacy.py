"""The privacy officer's page: who looked at what, and erasures; no client's data."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from application import rights
from domain.client import ErasureReason
from domain.refusal import Refused
from projections import caseload
from records import read_log
from web.context import as_uuid, colleagues, command_id, moment, services
from web.freshness import recorded
from web.permissions import access

page = Blueprint("privacy", __name__)


@page.route("/privacy", methods=["GET", "POST"])
@access(rights.HANDLE_REQUESTS)
def privacy() -> str | Response | tuple[str, int]:
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            return recorded(_erase(), "privacy.privacy")
        except Refused as refused:
            errors[refused.field or "form"] = gettext(refused.message)
    client_id = as_uuid(request.args.get("client"))
    with services().database.read() as connection:
        reads = read_log.latest(connection, client_id=client_id)
    html = render_template(
        "privacy.html",
        reads=reads,
        erasures=services().log.erasures(),
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
    with services().database.read() as connection:
        if caseload.client(connection, client_id) is None:
            raise Refused("There is no client with this id.", field="client")
    return services().erase(client_id, ErasureReason(code), moment(), command_id()).position
