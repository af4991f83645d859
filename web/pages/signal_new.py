"""Log a signal from any page in two steps; what is alike is shown while typing, and can be supported instead."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from flask import Blueprint, abort, current_app, render_template, request
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response
from wtforms import BooleanField, HiddenField, RadioField, SelectField
from wtforms.validators import InputRequired

from application import signal_logging as operations
from application.signals import SignalShown
from domain.calendar import Week
from domain.refusal import Refused
from feedback.signal import Kind, LogSignal
from web.context import as_uuid, definitions, new_id, services, viewer
from web.forms import blank_to_none
from web.freshness import recorded
from web.page_notices import PLACES
from web.permissions import access
from web.public_texts import PublicForm, PublicTextField
from web.words import WORDS, choices

page = Blueprint("signal_new", __name__, url_prefix="/signals")

# What of an address may come along with a signal: codes and opaque ids of places, never of a person.
CODES = frozenset("show f sort desc field is week from scope day kind state age clock mine view".split())  # noqa: SIM905 - a list of words reads best as one
# Of the page on representation.
CODES |= {"by", "beside", "measure"}
IDS = PLACES | {"team"}
# What is no code is read as the page would, and written back the same.
READ: dict[str, Callable[[str], Any]] = {"week": Week.parse, "day": date.fromisoformat}


class SignalForm(PublicForm):
    signal_id = HiddenField(default=lambda: str(new_id()))
    page = HiddenField()
    field = HiddenField()
    figure = HiddenField()
    filter = HiddenField()
    kind = RadioField(lazy_gettext("Subject"), [InputRequired()], choices=lambda: choices("signal_kind"))
    seen = PublicTextField(
        lazy_gettext("What do you see"),
        [InputRequired()],
        description=lazy_gettext("Please name no client, neither by name nor by number."),
    )
    expected = PublicTextField(lazy_gettext("What did you expect"))
    colleague = SelectField(
        lazy_gettext("Log it for a colleague"),
        choices=lambda: [("", "–"), *_colleagues()],
        validate_choice=False,
        description=lazy_gettext("Your colleague is the reporter. You are both told what happens with it."),
    )
    without_name = BooleanField(
        lazy_gettext("Without my name"),
        description=lazy_gettext(
            "Nobody sees who logged it, or when on that day. The system alone knows, to bring you the answers."
        ),
    )

    def command(self) -> LogSignal:
        in_force = definitions()
        return LogSignal(
            signal_id=as_uuid(self.signal_id.data) or abort(400),
            viewer=viewer(),
            kind=Kind(self.kind.data),
            page=page_of(self.page.data),
            field=self.field.data if self.field.data in in_force.catalogue else None,
            figure=self.figure.data if self.figure.data in WORDS["measure"] else None,
            filter=only_codes(self.filter.data),
            definition_version=in_force.catalogue.version,
            seen=self.seen.data,
            expected=blank_to_none(self.expected.data),
            without_name=self.without_name.data,
        )

    def for_whom(self) -> UUID | None:
        """The colleague for whom it is logged. Raises Refused for what can be nobody."""
        colleague = as_uuid(self.colleague.data)
        if self.colleague.data and colleague is None:
            raise Refused("Choose a colleague of your team.", field="colleague")
        return colleague


@page.route("/new", methods=["GET", "POST"])
@access(operations.log_signal)
def new() -> str | Response | tuple[str, int]:
    form = SignalForm(data=None if request.method == "POST" else _context())
    looks = form.send.data == "look" and not form.too_long
    if looks:
        form.held_back()
    elif form.validate_on_submit():
        try:
            return _log(form)
        except Refused as refused:
            form.refuse(refused)
    alike = _alike(form) if form.is_submitted() else []
    status = 400 if form.is_submitted() and not looks else 200
    return render_template(
        "signal_new.html",
        form=form,
        alike=alike,
        looked=looks,
        triage_within=operations.longest_triage(services(), viewer()),
        chosen_by=form.without_name.data or form.colleague.data,
    ), status


def _log(form: SignalForm) -> Response:
    answer = operations.log_signal(services(), viewer(), form.command(), form.for_whom(), form.once)
    return recorded(answer.position, "signals.mine")


def _alike(form: SignalForm) -> list[SignalShown]:
    text = " ".join(filter(None, (form.seen.data, form.expected.data)))
    return operations.alike(services(), viewer(), text)


@page.post("/alike")
@access(operations.alike)
def alike() -> str:
    """What is like the words that are being typed: a part of the page, sent as a form so that no address has them."""
    return render_template("components/alike.html", alike=_alike(SignalForm()))


def _colleagues() -> list[tuple[str, str]]:
    found = operations.colleagues(services(), viewer())
    return [(str(account.account_id), account.full_name) for account in found]


def _context() -> dict[str, str | None]:
    """Page, field, figure and filter of where the viewer came from."""
    chosen = request.args.get("here", "").partition("?")[2].partition("#")[0]
    query = dict(parse_qsl(chosen))
    return {
        "page": page_of(request.args.get("page", "")),
        "field": request.args.get("field") or query.get("field"),
        "figure": request.args.get("figure"),
        "filter": only_codes(chosen),
        "kind": request.args.get("kind") if request.args.get("kind") in set(Kind) else None,
    }


def page_of(text: str | None) -> str:
    """The name of a page of ours, without the ids in its address."""
    return text if text and text in current_app.view_functions else ""


def only_codes(query: str | None) -> str | None:
    """Of the part of an address behind its question mark, what chooses by codes: never what points at a person."""
    catalogue = definitions().catalogue
    codes = set(catalogue.fields) | {c for f in catalogue for c in getattr(f.kind, "codes", ())}

    def is_code(name: str, value: str) -> bool:
        if name == "f":
            return operations.is_filter(value)
        if read := READ.get(name):
            return _can_be_read(read, value)
        return value in codes or value.replace("_", "").isalnum() or (name in IDS and as_uuid(value) is not None)

    kept = [(name, value) for name, value in parse_qsl(query or "") if name in CODES | IDS and is_code(name, value)]
    return urlencode(kept) or None


def _can_be_read(read: Callable[[str], Any], text: str) -> bool:
    try:
        return str(read(text)) == text
    except (Refused, ValueError):
        return False
