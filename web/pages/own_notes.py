"""A coach's own note and mark on a client, for many clients at once, and what one calls the marks."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from application import own_notes as operations
from application.own_notes_of_many import many_to_mark
from domain.client.own_notes import OwnMark
from domain.refusal import Refused
from web import caseload_query
from web.context import look, services, viewer
from web.freshness import recorded
from web.going import go
from web.own_note_forms import ManyForm, MarkForm, NamesForm, NoteForm
from web.permissions import access

page = Blueprint("own_notes", __name__)


@page.route("/clients/<uuid:client_id>/own-note", methods=["GET", "POST"])
@access(operations.write_note)
def write(client_id: UUID) -> str | Response | tuple[str, int]:
    form = NoteForm()
    if not form.is_submitted():
        return _shown(client_id)
    try:
        answer = operations.write_note(services(), look(), form.command(client_id), form.once)
        return recorded(answer.position, "client.client", client_id=client_id)
    except Refused as refused:
        form.refuse(refused)
        return _shown(client_id, note_form=form), 400


@page.post("/clients/<uuid:client_id>/own-mark")
@access(operations.set_mark)
def mark(client_id: UUID) -> Response | tuple[str, int]:
    form = MarkForm(operations.names_of_marks(services(), viewer()))
    try:
        answer = operations.set_mark(services(), look(), form.command(client_id), form.once)
        return recorded(answer.position, "client.client", client_id=client_id)
    except Refused as refused:
        form.refuse(refused)
        return _shown(client_id, mark_form=form), 400


@page.route("/caseload/own-notes", methods=["GET", "POST"])
@access(operations.for_many)
def many() -> str | Response | tuple[str, int]:
    """The same note or mark on several clients at once: all of one's own, or those that the filters leave."""
    form = ManyForm(operations.names_of_marks(services(), viewer()))
    if not form.is_submitted():
        return _many(form)
    try:
        form.check()
        answer = operations.for_many(
            services(), viewer(), form.chosen.data, note=form.note, mark=form.marked, command_id=form.once
        )
        return recorded(answer.position, "caseload.caseload", **caseload_query.chosen_of_own(request.args).arguments())
    except Refused as refused:
        form.refuse(refused)
        return _many(form), 400


@page.post("/caseload/own-notes/names")
@access(operations.name_marks)
def names() -> Response | tuple[str, int]:
    """What one calls the marks."""
    form = NamesForm()
    try:
        form.check()
        operations.name_marks(services(), viewer(), {each: form[each.value].data or "" for each in OwnMark})
    except Refused as refused:
        form.refuse(refused)
        return _many(ManyForm.blank(operations.names_of_marks(services(), viewer())), form), 400
    return go(url_for("own_notes.many"), 303)


def _shown(client_id: UUID, note_form: NoteForm | None = None, mark_form: MarkForm | None = None) -> str:
    found = operations.own_note_form(services(), look(), client_id)
    own = found.own
    return render_template(
        "own_note.html",
        client=found.client,
        name=found.name,
        note_form=note_form or NoteForm.empty(what=own.what, look_on=own.look_on),
        mark_form=mark_form or MarkForm.of(own.mark, found.marks),
    )


def _many(form: ManyForm, names_form: NamesForm | None = None) -> str:
    chosen = caseload_query.chosen_of_own(request.args)
    found = many_to_mark(services(), look(), chosen.selection())
    return render_template(
        "own_notes.html",
        form=form,
        chosen=chosen,
        described=[caseload_query.described(f) for f in chosen.filters],
        names=found.names,
        names_form=names_form or NamesForm.empty(**found.marks),
    )
