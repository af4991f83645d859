"""What contradicts what of a client: a question each, with both facts side by side and the ways to settle it."""

from __future__ import annotations

import re
from uuid import UUID

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from application import contradictions as operations
from domain.calendar import add_months
from domain.client import AcceptContradiction
from domain.refusal import Refused
from web.context import colleagues, look, services, today
from web.field_answers import refuse_parts
from web.fields import DayField, Marked, TextField
from web.forms import CommandForm
from web.freshness import recorded
from web.language import _
from web.permissions import access

page = Blueprint("contradictions", __name__, url_prefix="/clients/<uuid:client_id>")

_SHOWN = re.compile(r"(\w{1,40}):(\d{1,9})")


class BothHoldForm(CommandForm):
    """Why both facts hold. `rule` says which, `shown` has the version of each fact."""

    rule = TextField("", render_kw={"maxlength": 40})
    shown = TextField("")
    reason = TextField(_("Why both hold"), [Marked()], render_kw={"maxlength": 500})
    review_on = DayField(_("Review on"), default=lambda: add_months(today(), 6))

    def command(self, client_id: UUID) -> AcceptContradiction:
        """Raises Refused where no day is given."""
        self.refuse_too_long()
        return AcceptContradiction(
            client_id=client_id,
            rule=self.rule.data or "",
            reason=self.reason.data or "",
            review_on=self.review_on.given,
            shown={key: int(version) for key, version in _SHOWN.findall(self.shown.data or "")},
        )


@page.route("/contradictions", methods=["GET", "POST"])
@access(operations.accept_contradiction)
def contradictions(client_id: UUID) -> str | Response | tuple[str, int]:
    form, refused = BothHoldForm(), None
    if form.is_submitted():
        try:
            answer = operations.accept_contradiction(services(), look(), form.command(client_id), form.once)
            return recorded(answer.position, "contradictions.contradictions", client_id=client_id)
        except Refused as error:
            refused = error
            refuse_parts(form, (), refused)
    found = operations.contradictions_of(services(), look(), client_id)
    html = render_template(
        "contradictions.html",
        form=form,
        empty=BothHoldForm.empty(),
        client=found.client,
        name=found.name,
        open=found.open,
        colleagues=colleagues(),
    )
    return (html, 400) if refused else html
