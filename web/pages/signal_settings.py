"""What is set up for signals: standard replies, rules of who gets which, and how soon each kind is answered."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from application import signal_settings as operations
from domain.refusal import Refused
from feedback.signal import Kind, Within
from web.context import as_uuid, colleagues, command_id, services, viewer
from web.forms import sentence
from web.handing import named_team
from web.permissions import access
from web.persons import pointing_at_persons, typed
from web.words import WORDS

page = Blueprint("signal_settings", __name__, url_prefix="/signals/settings")


@page.route("/replies", methods=["GET", "POST"])
@access(operations.save_reply)
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
    found = operations.standard_replies(services(), viewer(), chosen)
    html = render_template(
        "standard_replies.html",
        replies=found.every,
        editing=found.editing,
        kinds=list(Kind),
        steps=operations.STEPS,
        errors=errors,
        posted=request.form,
        named=named,
    )
    return (html, 400) if errors or named else html


def _save_reply(reply_id: UUID | None) -> None:
    form = request.form
    operations.save_reply(
        services(),
        viewer(),
        reply_id,
        kind=form.get("kind") or None,
        step=form.get("step") or None,
        name=typed("name"),
        en=typed("en"),
        nl=typed("nl"),
    )


@page.post("/replies/<uuid:reply_id>/remove")
@access(operations.remove_reply)
def remove_reply(reply_id: UUID) -> Response:
    operations.remove_reply(services(), viewer(), reply_id)
    return redirect(url_for("signal_settings.standard_replies"), 303)


@page.route("/routing", methods=["GET", "POST"])
@access(operations.add_rule)
def rules() -> str | Response | tuple[str, int]:
    errors: dict[str, str] = {}
    if request.method == "POST":
        command_id()
        try:
            _add_rule()
            return redirect(url_for("signal_settings.rules"), 303)
        except Refused as refused:
            errors[refused.field or "form"] = sentence(refused)
    found = operations.routing_rules(services(), viewer())
    html = render_template(
        "routing.html",
        rules=found.rules,
        teams=found.teams,
        team_names={t.team_id: t.name for t in found.teams},
        pages=sorted(WORDS["page"], key=lambda name: str(WORDS["page"][name]).casefold()),
        names=colleagues(),
        kinds=list(Kind),
        people=found.triagers,
        errors=errors,
        posted=request.form,
    )
    return (html, 400) if errors else html


def _add_rule() -> None:
    form = request.form
    kind, about, field = (form.get(name) or None for name in ("kind", "page", "field"))
    if (kind and kind not in set(Kind)) or (about and about not in WORDS["page"]):
        raise Refused("Choose one of these.", field="kind")
    operations.add_rule(
        services(),
        viewer(),
        kind=kind,
        page=about,
        field=field,
        team=named_team(form.get("team", "")),
        person=as_uuid(form.get("person")),
    )


@page.post("/routing/<uuid:rule_id>/remove")
@access(operations.remove_rule)
def remove_rule(rule_id: UUID) -> Response:
    operations.remove_rule(services(), viewer(), rule_id)
    return redirect(url_for("signal_settings.rules"), 303)


@page.route("/deadlines", methods=["GET", "POST"])
@access(operations.set_how_soon)
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
    within = operations.how_soon(services(), viewer())
    html = render_template("deadlines.html", within=within, usual=Within(), errors=errors, posted=request.form)
    return (html, 400) if errors else html


def _save_deadlines() -> None:
    form = request.form
    operations.set_how_soon(
        services(),
        viewer(),
        {kind: (form.get(f"{kind}-triage", type=int), form.get(f"{kind}-answer", type=int)) for kind in Kind},
    )
