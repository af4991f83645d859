"""The legend: every field and term with its definition and history; and revising one, from a day on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from application import definitions as operations
from domain.definition import ReviseDefinition, WithdrawRevision
from domain.in_force import TERMS, parameters_of, subjects, texts_of
from domain.refusal import Refused
from web.context import as_uuid, colleagues, command_id, definitions, services, today, viewer
from web.deciding import named_meeting, named_signal
from web.forms import day_of, sentence
from web.freshness import recorded
from web.permissions import access
from web.persons import pointing_at_persons, typed
from web.revising import asked_to_compare, texts_typed, typed_parameters, typed_texts

page = Blueprint("definitions", __name__, url_prefix="/definitions")


@page.get("", endpoint="definitions")
@access(operations.legend)
def definitions_page() -> str:
    histories = operations.legend(services(), viewer())
    return render_template(
        "definitions.html", terms=definitions().terms, histories=histories, names=colleagues(), as_of=today()
    )


@page.route("/<subject>", methods=["GET", "POST"])
@access(operations.one_definition)
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
            return recorded(_decided(subject), "definitions.one", subject=subject)
        except Refused as refused:
            errors[refused.field or "form"] = sentence(refused)
    found = operations.one_definition(services(), viewer(), subject, as_uuid(request.args.get("what_if")))
    in_force = definitions()
    texts = texts_of(subject, in_force)
    form: Mapping[str, Any] = {"texts": texts, "parameters": parameters_of(subject, in_force)}
    if errors or named:
        form = request.form | {"texts": typed_texts(subject), "parameters": typed_parameters(subject)}
    elif found.begun:
        form = found.begun.form
    html = render_template(
        "definition.html",
        subject=subject,
        texts=texts,
        form=form,
        versions=found.versions,
        first=found.first,
        version=found.version,
        errors=errors,
        named=named,
        names=colleagues(),
        as_of=today(),
        meetings=found.meetings,
        may_decide=viewer().decides_signals,
        is_term=subject in TERMS,
        signal_id=as_uuid(request.values.get("signal")),
        compared=found.compared,
        meeting_id=as_uuid(form.get("meeting") or request.args.get("meeting")),
        pending=found.pending,
        option_label=_option_label,
    )
    return (html, 400) if errors or named else html


def _option_label(subject: str, name: str) -> Any:
    options = getattr(definitions().catalogue[subject].kind, "options", ())
    return next(option.label for option in options if option.code == name.partition(":")[2])


def _decided(subject: str) -> int:
    """Withdraw a revision or revise the definition, as the form says; the position to wait for."""
    form, me, meeting = request.form, viewer(), named_meeting()
    if form.get("what") == "withdraw":
        number = form.get("number", type=int) or abort(400)
        withdraw = WithdrawRevision(
            subject=subject, viewer=me, number=number, reason=typed("withdrawn_because"), meeting=meeting
        )
        return operations.withdraw_revision(services(), me, withdraw, command_id()).position
    revise = ReviseDefinition(
        subject=subject,
        viewer=me,
        meeting=meeting,
        valid_from=day_of(form.get("valid_from"), "valid_from"),
        texts=typed_texts(subject),
        parameters=typed_parameters(subject),
        reason=typed("reason"),
        signal=named_signal(),
    )
    return operations.revise_definition(services(), me, revise, command_id()).position
