"""Two files of one person, side by side: merged into the one that goes on, and two again."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template
from werkzeug.wrappers import Response
from wtforms import StringField

from application import merging
from application.refusals import NotThereError
from domain.refusal import Refused
from web.asked import asked_id
from web.context import as_uuid, colleagues, look, services, viewer
from web.fields import IdField, Needed, SentIdField, TickField
from web.forms import CommandForm
from web.freshness import recorded
from web.language import _
from web.permissions import access

page = Blueprint("merge", __name__, url_prefix="/merge")


class MergeForm(CommandForm):
    one = IdField()
    other = IdField()
    keep = StringField(_("Which file to keep"), default="")
    sure = TickField(_("These two files are of one person"), [Needed(_("Confirm that these are one person."))])

    def chosen(self) -> tuple[UUID, UUID]:
        """The file that goes on, and the one that ends in it. Raises Refused where neither was chosen."""
        self.check()
        two = [self.one.data, self.other.data]
        kept = as_uuid(self.keep.data)
        if kept is None or kept not in two:
            raise Refused("Choose which of the two files to keep.", field="keep")
        two.remove(kept)
        return kept, two[0] or kept


class UndoForm(CommandForm):
    kept = SentIdField()
    other = SentIdField()


@page.route("", methods=["GET", "POST"])
@access(merging.merge_files)
def files() -> str | Response | tuple[str, int]:
    """A file, who may be the same person, and the two side by side once the other is chosen."""
    form = MergeForm()
    if form.is_submitted():
        try:
            kept, other = form.chosen()
            answer = merging.merge_files(services(), look(), kept, other, form.once)
            return _back(answer.position, kept)
        except Refused as refused:
            form.refuse(refused)
        return _html(form, form.one.data, form.other.data), 400
    return _html(form, asked_id("one"), asked_id("other"))


@page.post("/undo")
@access(merging.undo_merge)
def undo() -> Response | tuple[str, int]:
    form = UndoForm()
    try:
        form.must_be_sent()
        form.check()
        if form.kept.data is None or form.other.data is None:
            raise Refused("Choose a file that was merged.")
        answer = merging.undo_merge(services(), look(), form.kept.data, form.other.data, form.once)
        return _back(answer.position, form.kept.data)
    except Refused as refused:
        form.refuse(refused)
    return _html(form, form.kept.data, None), 400


def _back(position: int, kept: UUID) -> Response:
    """To the file that goes on; who works with numbers alone has none to open."""
    if viewer().reads_files:
        return recorded(position, "client.client", client_id=kept)
    return recorded(position, "merge.files", one=kept)


def _html(form: CommandForm, one: UUID | None, other: UUID | None) -> str:
    beside = None
    if one is not None and other is not None:
        try:
            beside = merging.files_beside(services(), look(), one, other)
        except Refused as refused:
            if not form.errors:
                form.refuse(refused)
    found = _found(one, other) if one is not None and beside is None else None
    merge_form = form if isinstance(form, MergeForm) else MergeForm.empty()
    return render_template(
        "merge.html",
        form=form,
        merge_form=merge_form,
        beside=beside,
        found=found,
        one=one,
        asked=other or "",
        names=colleagues(),
        reads_files=viewer().reads_files,
    )


def _found(one: UUID, other: UUID | None) -> merging.FileToMerge | None:
    """The file and who may be the same person; none where the two that were asked for are not for this viewer."""
    try:
        return merging.may_be_merged(services(), look(), one)
    except NotThereError:
        if other is None:
            raise
        return None
