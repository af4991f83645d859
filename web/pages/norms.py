"""Norms: agreements about proper use of the dashboard; all of them, each with its history, and setting one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, render_template, request
from flask_babel import lazy_gettext
from msgspec.structs import asdict
from werkzeug.wrappers import Response
from wtforms import HiddenField, SelectMultipleField
from wtforms.widgets import CheckboxInput

from application import norms as operations
from domain.refusal import Refused
from feedback.norm import SetNorm, WithdrawNorm
from web.context import as_uuid, colleagues, new_id, services, today, viewer
from web.decision_form import DecidingForm
from web.fields import DayField, SentIdField, offered
from web.freshness import recorded
from web.permissions import access
from web.public_texts import PublicLineField, PublicTextField
from web.words import WORDS, pages

page = Blueprint("norms", __name__, url_prefix="/norms")


class NormForm(DecidingForm):
    norm_id = SentIdField()
    what = HiddenField()
    en = PublicTextField(
        lazy_gettext("The agreement, in English"), render_kw={"rows": 2, "maxlength": 1000, "lang": "en"}
    )
    nl = PublicTextField(
        lazy_gettext("The agreement, in Dutch"), render_kw={"rows": 2, "maxlength": 1000, "lang": "nl"}
    )
    reason = PublicTextField(lazy_gettext("Reason"), render_kw={"rows": 2, "maxlength": 1000})
    pages = SelectMultipleField(
        lazy_gettext("Applies to"),
        choices=lambda: offered(pages()),
        validate_choice=False,
        option_widget=CheckboxInput(),
    )
    review_on = DayField(lazy_gettext("Review on"))
    withdrawn_because = PublicLineField(lazy_gettext("Reason"), render_kw={"maxlength": 1000})

    def validate(self, extra_validators: Any = None) -> bool:
        # What else stands in the form is not looked at where the norm is withdrawn.
        return not self.held_back() if self.withdraws else super().validate(extra_validators)

    @property
    def withdraws(self) -> bool:
        return bool(self.what.data == "withdraw")

    def withdrawal(self, norm_id: UUID) -> WithdrawNorm:
        return WithdrawNorm(
            norm_id=norm_id, viewer=viewer(), reason=self.withdrawn_because.data, meeting=self.meeting.data
        )

    def norm(self, norm_id: UUID) -> SetNorm:
        return SetNorm(
            norm_id=norm_id,
            viewer=viewer(),
            meeting=self.meeting.data,
            en=self.en.data,
            nl=self.nl.data,
            reason=self.reason.data,
            pages=[name for name in self.pages.data if name in WORDS["page"]],
            review_on=self.review_on.data,
            signal=self.signal.data,
        )


@page.get("")
@access(operations.every_norm)
def norms() -> str:
    found = operations.every_norm(services(), viewer())
    return render_template("norms.html", holding=found.holding, ended=found.ended, names=colleagues(), as_of=today())


@page.route("/new", methods=["GET", "POST"])
@access(operations.set_norm)
def new() -> str | Response | tuple[str, int]:
    here = request.args.get("page")
    form = NormForm(data=_named() | {"norm_id": new_id(), "pages": [here] if here in WORDS["page"] else []})
    return _decided(form, form.norm_id.data, again=False)


@page.route("/<uuid:norm_id>", methods=["GET", "POST"])
@access(operations.set_norm)
def one(norm_id: UUID) -> str | Response | tuple[str, int]:
    """Put a norm into other words, look at it again, or withdraw it."""
    row = operations.one_norm(services(), viewer(), norm_id)
    named = _named()
    named["signal"] = named["signal"] or row.signal_id
    return _decided(NormForm(data=asdict(row) | named), norm_id, again=True)


def _named() -> dict[str, Any]:
    """The signal and the meeting that an address brings along."""
    return {name: as_uuid(request.args.get(name)) for name in ("signal", "meeting")}


def _decided(form: NormForm, norm_id: UUID | None, *, again: bool) -> str | Response | tuple[str, int]:
    if form.validate_on_submit():
        try:
            return recorded(_position(form, norm_id or abort(400)), "norms.norms")
        except Refused as refused:
            form.refuse(refused)
    meetings = operations.meetings_to_set_in(services(), viewer())
    html = render_template("norm.html", form=form, again=again, meetings=meetings)
    return (html, 400) if form.is_submitted() else html


def _position(form: NormForm, norm_id: UUID) -> int:
    """Withdraw a norm or set it, as the form says; the position to wait for."""
    if form.withdraws:
        return operations.withdraw_norm(services(), viewer(), form.withdrawal(norm_id), form.once).position
    return operations.set_norm(services(), viewer(), form.norm(norm_id), form.once).position
