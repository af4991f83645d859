"""A group of fields on one page, saved together: each with its value, or why there is none and when to look again."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, abort, render_template, request
from werkzeug.wrappers import Response
from wtforms import StringField

from application import several_fields
from domain.refusal import Refused, RefusedTogether
from web.context import colleagues, definitions, look, services
from web.field_answers import Answers, AnswersForm, FieldAnswer, refuse_parts
from web.freshness import recorded
from web.permissions import access

page = Blueprint("field_group", __name__, url_prefix="/clients/<uuid:client_id>/groups")


class GroupForm(AnswersForm):
    """What is said of a group of fields. `go_on`: by which button it was sent."""

    go_on = StringField("", default="")


@page.route("/<group>", methods=["GET", "POST"])
@access(several_fields.register_several)
def register(client_id: UUID, group: str) -> str | Response | tuple[str, int]:
    groups = {key: fields for key, fields in definitions().catalogue.by_group() if fields}
    keys = [field.key for field in groups.get(group) or abort(404) if field.recorded_by == "registration"]
    form, refused = GroupForm(), None
    if form.is_submitted():
        answers = Answers([FieldAnswer(definitions().catalogue[key]) for key in keys])
        try:
            form.check()
            said, wrong = answers.read(client_id, form.known_on.given, form.source.given)
            if wrong:
                # All that is wrong is told at once.
                also = several_fields.refusals(services(), look(), client_id, said, answers.again)
                raise RefusedTogether([*wrong, *also])
            answer = several_fields.register_several(
                services(), look(), client_id, said, form.once, again=answers.again
            )
            before = max((each.shown or 0 for each in said), default=0)
            onward = _after(list(groups), group) if form.go_on.data == "next" else group
            return recorded(answer.position, "field_group.register", client_id=client_id, group=onward, since=before)
        except Refused as error:
            refused = error
    found = several_fields.fields_to_register(services(), look(), client_id, keys)
    parts = [FieldAnswer.of_fact(fact, typed=refused is not None) for fact in found.facts]
    conflicts = refuse_parts(form, parts, refused) if refused else frozenset()
    html = render_template(
        "field_group.html",
        form=form,
        parts=parts,
        client=found.client,
        name=found.name,
        group=group,
        title=definitions().catalogue.groups[group],
        onward=_after(list(groups), group),
        conflicts=conflicts,
        colleagues=colleagues(),
        since=request.args.get("since", type=int) if "at" in request.args else None,
    )
    return (html, 409 if conflicts else 400) if refused else html


def _after(groups: list[str], group: str) -> str:
    """The group that follows, and after the last one the first."""
    return groups[(groups.index(group) + 1) % len(groups)]
