"""What is set up for signals: standard replies, rules of who gets which, and how soon each kind is answered."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from application import rights
from domain.refusal import Refused
from feedback import clocks
from feedback.signal import TRANSITIONS, Kind, Within
from records import deadlines, people, replies, routing
from web.context import as_uuid, colleagues, command_id, definitions, services
from web.forms import sentence
from web.handing import one_who_triages, team_or_city
from web.permissions import access
from web.persons import pointing_at_persons, typed
from web.words import WORDS

page = Blueprint("signal_settings", __name__, url_prefix="/signals/settings")

STEPS = tuple(t.name for t in TRANSITIONS.values() if t.name not in ("answer", "confirm", "reopen"))


@page.route("/replies", methods=["GET", "POST"])
@access(rights.TRIAGE_SIGNALS)
def standard_replies() -> str | Response | tuple[str, int]:
    errors: dict[str, str] = {}
    chosen = as_uuid(request.args.get("reply"))
    named = pointing_at_persons(("name", "en", "nl"))
    if request.method == "POST" and not named:
        command_id()
        try:
            _save_reply(chosen)
            return redirect(url_for("signal_settings.standard_replies"), 303)
        except Refused as refused:
            errors[refused.field or "form"] = sentence(refused)
    with services().database.read() as connection:
        everything = replies.everything(connection)
        editing = replies.reply(connection, chosen) if chosen else None
    html = render_template(
        "standard_replies.html", replies=everything, editing=editing, kinds=list(Kind), steps=STEPS, errors=errors,
        posted=request.form, named=named,
    )  # fmt: skip
    return (html, 400) if errors or named else html


def _save_reply(reply_id: UUID | None) -> None:
    form = request.form
    kind, step = form.get("kind") or None, form.get("step") or None
    if (kind and kind not in set(Kind)) or (step and step not in STEPS):
        raise Refused("Choose one of these.", field="kind")
    with services().database.write() as connection:
        replies.save(connection, reply_id, kind=kind, step=step, name=typed("name"), en=typed("en"), nl=typed("nl"))


@page.post("/replies/<uuid:reply_id>/remove")
@access(rights.TRIAGE_SIGNALS)
def remove_reply(reply_id: UUID) -> Response:
    with services().database.write() as connection:
        replies.remove(connection, reply_id)
    return redirect(url_for("signal_settings.standard_replies"), 303)


@page.route("/routing", methods=["GET", "POST"])
@access(rights.DECIDE)
def rules() -> str | Response | tuple[str, int]:
    errors: dict[str, str] = {}
    if request.method == "POST":
        command_id()
        try:
            _add_rule()
            return redirect(url_for("signal_settings.rules"), 303)
        except Refused as refused:
            errors[refused.field or "form"] = sentence(refused)
    with services().database.read() as connection:
        found = routing.rules(connection)
        teams, accounts = people.all_teams(connection), people.all_accounts(connection)
    html = render_template(
        "routing.html", rules=found, teams=teams, team_names={t.team_id: t.name for t in teams}, kinds=list(Kind),
        pages=sorted(WORDS["page"], key=lambda name: str(WORDS["page"][name]).casefold()), names=colleagues(),
        people=[a for a in accounts if a.active and a.viewer.triages_signals], errors=errors, posted=request.form,
    )  # fmt: skip
    return (html, 400) if errors else html


def _add_rule() -> None:
    form = request.form
    kind, about, field = (form.get(name) or None for name in ("kind", "page", "field"))
    if (kind and kind not in set(Kind)) or (about and about not in WORDS["page"]):
        raise Refused("Choose one of these.", field="kind")
    if field and field not in definitions().catalogue:
        raise Refused("Choose one of these.", field="field")
    with services().database.write() as connection:
        team = team_or_city(connection, form.get("team", ""))
        person = one_who_triages(connection, form.get("person"))
        routing.add(connection, kind, about, field, team, person)


@page.post("/routing/<uuid:rule_id>/remove")
@access(rights.DECIDE)
def remove_rule(rule_id: UUID) -> Response:
    with services().database.write() as connection:
        routing.remove(connection, rule_id)
    return redirect(url_for("signal_settings.rules"), 303)


@page.route("/deadlines", methods=["GET", "POST"])
@access(rights.DECIDE_ALONE)
def how_soon() -> str | Response | tuple[str, int]:
    """How soon signals are triaged and answered, by kind: those logged from now on."""
    errors: dict[str, str] = {}
    if request.method == "POST":
        command_id()
        try:
            _save_deadlines()
            return redirect(url_for("signal_settings.how_soon"), 303)
        except Refused as refused:
            errors[refused.field or "form"] = sentence(refused)
    with services().database.read() as connection:
        within = clocks.within(connection)
    html = render_template("deadlines.html", within=within, usual=Within(), errors=errors, posted=request.form)
    return (html, 400) if errors else html


def _save_deadlines() -> None:
    form = request.form
    given = {kind.value: (form.get(f"{kind}-triage", type=int), form.get(f"{kind}-answer", type=int)) for kind in Kind}
    with services().database.write() as connection:
        deadlines.save(connection, given)
