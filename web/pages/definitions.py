"""The legend: every field and term with its definition and history; and revising one, from a day on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, abort, render_template, request
from werkzeug.wrappers import Response

from domain.definition import ReviseDefinition, WithdrawRevision
from domain.in_force import (
    TERMS,
    declared,
    parameter_names,
    parameters_of,
    subjects,
    text_names,
    texts_of,
)
from domain.refusal import Refused
from projections import definitions as model
from web.context import as_uuid, colleagues, command_id, definitions, moment, services, today, viewer
from web.deciding import deciding_meeting, meetings_to_decide_in, signal_behind
from web.forms import day_of, sentence
from web.freshness import recorded
from web.permissions import access, logged_in, logs_signals

page = Blueprint("definitions", __name__, url_prefix="/definitions")


@page.get("", endpoint="definitions")
@access(logged_in)
def definitions_page() -> str:
    with services().database.read() as connection:
        revisions = model.revisions(connection)
    histories: dict[str, list[model.Revision]] = {}
    for revision in revisions:
        histories.setdefault(revision.subject, []).append(revision)
    return render_template(
        "definitions.html", terms=definitions().terms, histories=histories, names=colleagues(),
        as_of=today(),
    )  # fmt: skip


def _whole(revision: model.Revision) -> dict[str, Any]:
    """All texts and parameters of a version."""
    texts = {name: tuple(text) for name, text in revision.texts.items()}
    return (
        texts_of(revision.subject, declared())
        | texts
        | parameters_of(revision.subject, declared())
        | dict(revision.parameters)
    )


def _versions(subject: str, revisions: Sequence[model.Revision]) -> list[tuple[model.Revision, dict[str, Any]]]:
    """Each revision with what it made otherwise than the one before, the latest first."""
    before = texts_of(subject, declared()) | parameters_of(subject, declared())
    found = []
    for revision in revisions:
        whole = _whole(revision)
        found.append((revision, {name: value for name, value in whole.items() if value != before[name]}))
        if revision.withdrawn_at is None:
            before = whole
    return found[::-1]


@page.route("/<subject>", methods=["GET", "POST"])
@access(logs_signals)
def one(subject: str) -> str | Response | tuple[str, int]:
    """A definition with its versions; for those who decide, the form to revise it."""
    if subject not in subjects():
        abort(404)
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            answer = services().definitions.handle(_command(subject), moment(), command_id())
            return recorded(answer.position, "definitions.one", subject=subject)
        except Refused as refused:
            errors[refused.field or "form"] = sentence(refused)
    with services().database.read() as connection:
        revisions = model.revisions(connection, subject)
        meetings = meetings_to_decide_in(connection)
    in_force = definitions()
    texts, parameters = texts_of(subject, in_force), parameters_of(subject, in_force)
    if errors:
        texts = {name: _typed(name) for name in texts}
        parameters = {**parameters, **_typed_parameters(subject)}
    html = render_template(
        "definition.html", subject=subject, texts=texts, parameters=parameters, versions=_versions(subject, revisions),
        first=texts_of(subject, declared()) | parameters_of(subject, declared()),
        version=_version(revisions), errors=errors, posted=request.form, names=colleagues(), as_of=today(),
        meetings=meetings, may_decide=viewer().decides_signals, is_term=subject in TERMS,
        signal_id=as_uuid(request.values.get("signal")), meeting_id=as_uuid(request.values.get("meeting")),
        pending=services().engine.under_other_rules(), option_label=_option_label,
    )  # fmt: skip
    return (html, 400) if errors else html


def _version(revisions: Sequence[model.Revision]) -> int:
    """The number of the version in force today."""
    holding = [r for r in revisions if r.withdrawn_at is None and r.valid_from <= today()]
    return holding[-1].number if holding else 1


def _option_label(subject: str, name: str) -> Any:
    options = getattr(definitions().catalogue[subject].kind, "options", ())
    return next(option.label for option in options if option.code == name.partition(":")[2])


def _command(subject: str) -> ReviseDefinition | WithdrawRevision:
    form, me = request.form, viewer()
    meeting = deciding_meeting()
    if form.get("what") == "withdraw":
        number = form.get("number", type=int) or abort(400)
        return WithdrawRevision(
            subject=subject, viewer=me, number=number, reason=form.get("withdrawn_because", ""), meeting=meeting
        )
    return ReviseDefinition(
        subject=subject, viewer=me, meeting=meeting, valid_from=day_of(form.get("valid_from"), "valid_from"),
        texts={name: _typed(name) for name in text_names(subject)}, parameters=_typed_parameters(subject),
        reason=form.get("reason", ""), signal=signal_behind(meeting),
    )  # fmt: skip


def _typed(name: str) -> tuple[str, str]:
    return request.form.get(f"{name}.en", ""), request.form.get(f"{name}.nl", "")


def _typed_parameters(subject: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in parameter_names(subject):
        if name == "channels":
            found[name] = request.form.getlist(name)
            continue
        text = request.form.get(name, "").strip()
        found[name] = int(text) if text.isdecimal() and len(text) < 6 else text or None
    return found
