"""Take over an existing list of wishes from a CSV file: all of it, or nothing and every mistake with its line."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from application import rights
from domain.refusal import Refused
from eventlog.commands import Step
from feedback import clocks
from feedback.persons import found_in
from feedback.signal import Kind, LogSignal, Route, Signal, Within
from records import people
from records.people import Team
from web.context import command_id, definitions, moment, services, viewer
from web.forms import blank_to_none, sentence
from web.freshness import recorded
from web.permissions import access
from web.uploads import rows_of
from web.words import WORDS

page = Blueprint("signal_import", __name__, url_prefix="/signals/import")

COLUMNS = ("seen", "kind", "expected", "field", "page", "team")


@page.route("", methods=["GET", "POST"])
@access(rights.TRIAGE_SIGNALS)
def import_signals() -> str | Response | tuple[str, int]:
    if request.method == "GET":
        return render_template("signal_import.html", mistakes=[], columns=COLUMNS, kinds=list(Kind))
    command_id()
    commands: list[LogSignal] = []
    mistakes: list[tuple[int, str]] = []
    try:
        content = request.files["file"].read() if "file" in request.files else b""
        with services().database.read() as connection:
            teams = {team.code: team for team in people.all_teams(connection)}
            within = clocks.within(connection)
        for line, row in rows_of(content, COLUMNS, {"seen"}, mistakes):
            try:
                commands.append(_command(row, teams, within))
                commands[-1].decide(None, moment())
            except Refused as refused:
                mistakes.append((line, sentence(refused)))
    except Refused as refused:
        mistakes.append((1, sentence(refused)))
    if mistakes:
        return render_template("signal_import.html", mistakes=mistakes, columns=COLUMNS, kinds=list(Kind)), 400
    return _log(commands)


def _log(commands: list[LogSignal]) -> Response:
    """Log those that are not there yet, in one transaction: a file sent twice changes nothing."""
    now = moment()
    own = {command.signal_id: command for command in commands}
    known = services().log.known_commands(list(own))
    decisions = []
    for signal_id, command in own.items():
        if signal_id not in known:
            step: Step[Signal] = Step(command, now, signal_id)
            decisions.append(services().signals.decide([step], new=True))
    if not decisions:
        return redirect(url_for("signals.board", view="list"), 303)
    return recorded(services().signals.record(decisions), "signals.board", view="list")


def _command(row: dict[str, str], teams: dict[str, Team], within: Mapping[Kind, Within]) -> LogSignal:
    kind = row["kind"] or Kind.IDEA.value
    if kind not in set(Kind):
        raise Refused("The kind is one of: %(kinds)s.", kinds=", ".join(Kind))
    if row["field"] and row["field"] not in definitions().catalogue:
        raise Refused("There is no such field.")
    if row["page"] and row["page"] not in WORDS["page"]:
        raise Refused("There is no such page.")
    if row["team"] and row["team"] not in teams:
        raise Refused("There is no team with this code.")
    if found_in(row["seen"], row["expected"]):
        raise Refused("This looks as if it pointed at a person: a number or an address. Take it out.")
    return LogSignal(
        signal_id=_id_of(row), viewer=viewer(), kind=Kind(kind), page=row["page"], field=row["field"] or None,
        seen=row["seen"], expected=blank_to_none(row["expected"]), imported=True,
        definition_version=definitions().catalogue.version,
        route=Route(teams[row["team"]].team_id) if row["team"] else None, within=within[Kind(kind)],
    )  # fmt: skip


def _id_of(row: dict[str, str]) -> UUID:
    """The same wish has the same id, and nobody can tell from an id what was wished for."""
    said = "\0".join((row["seen"].casefold(), row["expected"].casefold()))
    key = services().settings.secret_key.encode()
    return UUID(bytes=hmac.new(key, said.encode(), hashlib.sha256).digest()[:16], version=4)
