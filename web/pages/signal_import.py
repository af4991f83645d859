"""Take over an existing list of wishes from a CSV file: all of it, or nothing and every mistake with its line."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request, url_for
from werkzeug.wrappers import Response

from application.signal_logging import Wish, import_signals
from domain.refusal import Refused
from feedback.signal import Kind
from web.context import definitions, services, viewer
from web.forms import CommandForm, sentence
from web.freshness import recorded
from web.going import go
from web.permissions import access
from web.uploads import rows_of, sent_file
from web.words import WORDS

page = Blueprint("signal_import", __name__, url_prefix="/signals/import")

COLUMNS = ("seen", "kind", "expected", "field", "page", "team")
# What an export of signals says beside that: of what became of them elsewhere.
OF_EXPORTS = ("state", "logged_on", "figure", "support", "due_on", "delivered_on", "reason")


@page.route("", methods=["GET", "POST"], endpoint="import_signals")
@access(import_signals)
def import_page() -> str | Response | tuple[str, int]:
    if request.method == "GET":
        return render_template("signal_import.html", mistakes=[], columns=COLUMNS, kinds=list(Kind))
    if CommandForm().command_id.data is None:
        abort(400)
    wishes: list[tuple[int, Wish]] = []
    mistakes: list[tuple[int, str]] = []
    unreadable: list[tuple[int, str]] = []
    try:
        for line, row in rows_of(sent_file(), COLUMNS, {"seen"}, mistakes, OF_EXPORTS):
            try:
                wishes.append((line, _wish(row)))
            except Refused as refused:
                mistakes.append((line, sentence(refused)))
    except Refused as refused:
        unreadable.append((1, sentence(refused)))
    found = import_signals(
        services(),
        viewer(),
        wishes,
        definition_version=definitions().catalogue.version,
        only_check=bool(mistakes or unreadable),
    )
    mistakes += [(line, sentence(refused)) for line, refused in found.mistakes]
    if mistakes or unreadable:
        told = [*sorted(mistakes, key=lambda mistake: mistake[0]), *unreadable]
        return render_template("signal_import.html", mistakes=told, columns=COLUMNS, kinds=list(Kind)), 400
    if found.position is None:
        return go(url_for("signals.board", view="list"), 303)
    return recorded(found.position, "signals.board", view="list")


def _wish(row: dict[str, str]) -> Wish:
    kind = row["kind"] or Kind.IDEA.value
    if kind not in set(Kind):
        raise Refused("The kind is one of: %(kinds)s.", kinds=", ".join(Kind))
    if row["field"] and row["field"] not in definitions().catalogue:
        raise Refused("There is no such field.")
    if row["page"] and row["page"] not in WORDS["page"]:
        raise Refused("There is no such page.")
    return Wish(Kind(kind), row["page"], row["field"] or None, row["team"], row["seen"], row["expected"])
