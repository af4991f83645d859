"""The legend: every field and term with its definition and history; and revising one, from a day on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from application import rights
from domain.definition import ReviseDefinition, WithdrawRevision
from domain.in_force import TERMS, declared, parameters_of, subjects, texts_of
from domain.refusal import Refused
from projections import definitions as model
from projections import what_if
from web.context import as_uuid, colleagues, command_id, definitions, moment, services, today, viewer
from web.deciding import deciding_meeting, meetings_to_decide_in, signal_behind
from web.forms import day_of, sentence
from web.freshness import recorded
from web.permissions import access
from web.persons import pointing_at_persons, typed
from web.revising import asked_to_compare, texts_typed, typed_parameters, typed_texts

page = Blueprint("definitions", __name__, url_prefix="/definitions")


@page.get("", endpoint="definitions")
@access(rights.READ_DEFINITIONS)
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
@access(rights.LOG_SIGNALS)
def one(subject: str) -> str | Response | tuple[str, int]:
    """A definition with its versions; for those who decide, the form to revise it."""
    if subject not in subjects():
        abort(404)
    errors: dict[str, str] = {}
    named = pointing_at_persons(texts_typed(subject))
    if request.method == "POST" and not named:
        try:
            if request.form.get("what") == "compare":
                return redirect(url_for("what_if.one", what_if_id=asked_to_compare(subject)), 303)
            answer = services().definitions.handle(_command(subject), moment(), command_id())
            return recorded(answer.position, "definitions.one", subject=subject)
        except Refused as refused:
            errors[refused.field or "form"] = sentence(refused)
    with services().database.read() as connection:
        revisions = model.revisions(connection, subject)
        meetings = meetings_to_decide_in(connection)
        compared = what_if.of_subject(connection, subject)
        what_if_id = as_uuid(request.args.get("what_if"))
        gone_on_with = what_if.find(connection, what_if_id) if what_if_id else None
    in_force = definitions()
    texts = texts_of(subject, in_force)
    form: Mapping[str, Any] = {"texts": texts, "parameters": parameters_of(subject, in_force)}
    if errors or named:
        form = request.form | {"texts": typed_texts(subject), "parameters": typed_parameters(subject)}
    elif gone_on_with and gone_on_with.subject == subject:
        form = gone_on_with.form
    html = render_template(
        "definition.html", subject=subject, texts=texts, form=form, versions=_versions(subject, revisions),
        first=texts_of(subject, declared()) | parameters_of(subject, declared()),
        version=model.number_on(revisions, today()), errors=errors, named=named, names=colleagues(), as_of=today(),
        meetings=meetings, may_decide=viewer().decides_signals, is_term=subject in TERMS,
        signal_id=as_uuid(request.values.get("signal")), compared=compared,
        meeting_id=as_uuid(form.get("meeting") or request.args.get("meeting")),
        pending=services().engine.under_other_rules(), option_label=_option_label,
    )  # fmt: skip
    return (html, 400) if errors or named else html


def _option_label(subject: str, name: str) -> Any:
    options = getattr(definitions().catalogue[subject].kind, "options", ())
    return next(option.label for option in options if option.code == name.partition(":")[2])


def _command(subject: str) -> ReviseDefinition | WithdrawRevision:
    form, me = request.form, viewer()
    meeting = deciding_meeting()
    if form.get("what") == "withdraw":
        number = form.get("number", type=int) or abort(400)
        return WithdrawRevision(
            subject=subject, viewer=me, number=number, reason=typed("withdrawn_because"), meeting=meeting
        )
    return ReviseDefinition(
        subject=subject, viewer=me, meeting=meeting, valid_from=day_of(form.get("valid_from"), "valid_from"),
        texts=typed_texts(subject), parameters=typed_parameters(subject),
        reason=typed("reason"), signal=signal_behind(meeting),
    )  # fmt: skip
