"""The legend: every field and term with its definition and history; and revising one, from a day on."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, render_template, request, url_for
from werkzeug.wrappers import Response

from application import definitions as operations
from application.often_set_aside import often_not_relevant
from application.what_ifs import ask_what_if
from domain.in_force import TERMS, parameters_of, subjects, texts_of
from domain.refusal import Refused
from web.asked import asked_id
from web.context import as_uuid, colleagues, definitions, services, today, viewer
from web.definition_form import RevisionForm, WithdrawalForm, begun_with, revision_form
from web.freshness import recorded
from web.going import go
from web.legend import option_label
from web.permissions import access

page = Blueprint("definitions", __name__, url_prefix="/definitions")


@page.get("", endpoint="definitions")
@access(operations.legend)
def definitions_page() -> str:
    histories = operations.legend(services(), viewer())
    me = viewer()
    often = often_not_relevant(services(), me) if me.decides_signals else ()
    return render_template(
        "definitions.html",
        terms=definitions().terms,
        histories=histories,
        names=colleagues(),
        as_of=today(),
        often=often,
    )


@page.route("/<subject>", methods=["GET", "POST"])
@access(operations.one_definition)
def one(subject: str) -> str | Response | tuple[str, int]:
    """A definition with its versions; for those who decide, the form to revise it."""
    if subject not in subjects():
        abort(404)
    revision, withdrawal = revision_form(subject)(), WithdrawalForm()
    sent = withdrawal if withdrawal.withdraws else revision
    if sent.validate_on_submit():
        try:
            if sent is revision and revision.compares:
                return go(url_for("what_if.one", what_if_id=_asked(revision)), 303)
            return recorded(_decided(subject, revision, withdrawal), "definitions.one", subject=subject)
        except Refused as refused:
            sent.refuse(refused)
    found = operations.one_definition(services(), viewer(), subject, asked_id("what_if"))
    in_force = definitions()
    texts = texts_of(subject, in_force)
    if sent is withdrawal or not sent.is_submitted():
        given = found.begun.form if found.begun else {"texts": texts, "parameters": parameters_of(subject, in_force)}
        named = {name: as_uuid(request.args.get(name)) for name in ("signal", "meeting")}
        revision = revision_form(subject).empty(**_with_named(begun_with(given), named))
    html = render_template(
        "definition.html",
        subject=subject,
        texts=texts,
        form=revision,
        sent=sent,
        withdrawal=WithdrawalForm.empty(),
        versions=found.versions,
        first=found.first,
        version=found.version,
        names=colleagues(),
        as_of=today(),
        meetings=found.meetings,
        may_decide=viewer().decides_signals,
        is_term=subject in TERMS,
        compared=found.compared,
        pending=found.pending,
        option_label=option_label,
    )
    return (html, 400) if sent.is_submitted() else html


def _with_named(given: dict[str, Any], named: dict[str, UUID | None]) -> dict[str, Any]:
    """What a form begins with; the signal and the meeting that an address names where it has none."""
    return given | {name: given.get(name) or found for name, found in named.items()}


def _asked(form: RevisionForm) -> UUID:
    """Have the figures counted under the parameters that stand in the form; the id of the what-if."""
    return ask_what_if(services(), viewer(), form.subject, form.given_parameters(), form.kept(), form.once)


def _decided(subject: str, revision: RevisionForm, withdrawal: WithdrawalForm) -> int:
    """Withdraw a revision or revise the definition, as the form says; the position to wait for."""
    if withdrawal.withdraws:
        withdraw = withdrawal.command(subject) or abort(400)
        return operations.withdraw_revision(services(), viewer(), withdraw, withdrawal.once).position
    return operations.revise_definition(services(), viewer(), revision.command(), revision.once).position
