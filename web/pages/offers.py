"""Vacancies and workshops: listed, entered one by one or from a file, changed and closed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, render_template, request
from flask_babel import lazy_gettext
from msgspec.structs import asdict
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response
from wtforms import DateField, HiddenField, IntegerField, RadioField, StringField, TextAreaField
from wtforms import Field as FormField
from wtforms.utils import unset_value
from wtforms.validators import InputRequired, Optional

from application import offers as operations
from application import representation_offers, workshops
from domain.dropping import Dropping
from domain.filters import day_of
from domain.matching import Operator, Requirement, operators, parse_requirement
from domain.offer import ChangeOffer, OfferKind, OpenOffer
from domain.refusal import Refused
from web.context import colleagues, definitions, look, services, today, viewer
from web.fields import VersionField
from web.forms import CommandForm, sentence
from web.freshness import recorded
from web.groups_described import group_label
from web.offers_described import described
from web.permissions import access
from web.uploads import rows_of, sent_file
from web.words import choices

page = Blueprint("offers", __name__, url_prefix="/offers")

COLUMNS = ("kind", "title", "organisation", "description", "capacity", "starts_on", "answer_by", "requirements")


class RequirementsField(FormField):  # type: ignore[misc]  # the library has no types
    """What is asked: `ask` names the fields, and of each there are an operator and values."""

    data: list[Requirement]

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        super().process(None, data, extra_filters)
        if formdata is not None:
            self._read(formdata)

    def process_data(self, value: list[Requirement] | None) -> None:
        self.data = value or []

    def _read(self, sent: MultiDict[str, str]) -> None:
        self.data = []
        try:
            for requirement in _requirements(sent):
                self.data.append(requirement)
        except Refused as refused:
            self.process_errors.append(sentence(refused))


class OfferForm(CommandForm):
    kind = RadioField(lazy_gettext("Kind"), [InputRequired()], choices=lambda: choices("offer_kind"), default="vacancy")
    title = StringField(lazy_gettext("Title"), [InputRequired()])
    organisation = StringField(lazy_gettext("Employer or provider"))
    description = TextAreaField(lazy_gettext("Description"))
    capacity = IntegerField(lazy_gettext("Places"), [InputRequired()], default=1)
    starts_on = DateField(lazy_gettext("Starts on"), [Optional()])
    answer_by = DateField(lazy_gettext("Reply by"), [Optional()])
    requirements = RequirementsField("")
    shown = VersionField()
    # What was said of the groups that are left out, where it is to be saved all the same.
    all_the_same = HiddenField()
    dropping: Sequence[Dropping] = ()

    def offer(self) -> dict[str, Any]:
        """What it says of an offer."""
        return {
            "kind": OfferKind(self.kind.data),
            "title": self.title.data or "",
            "organisation": self.organisation.data or "",
            "description": self.description.data or "",
            "capacity": self.capacity.data,
            "starts_on": self.starts_on.data,
            "answer_by": self.answer_by.data,
            "requirements": self.requirements.data,
        }


@page.get("")
@access(operations.all_offers)
def offers() -> str:
    found = operations.all_offers(services(), viewer())
    return render_template("offers.html", rows=found.rows, counts=found.proposed, as_of=today())


@page.route("/new", methods=["GET", "POST"])
@access(operations.open_offer)
def new() -> str | Response | tuple[str, int]:
    form = OfferForm()
    if not form.is_submitted():
        return _form(form)
    if form.validate() and not _asks_first(form):
        try:
            offer_id = form.once
            command = OpenOffer(offer_id=offer_id, **form.offer())
            answer = operations.open_offer(services(), viewer(), command, form.once)
            return recorded(answer.position, "offers.one", offer_id=offer_id)
        except Refused as refused:
            form.refuse(refused)
    return _form(form), 400


@page.route("/<uuid:offer_id>/change", methods=["GET", "POST"])
@access(operations.change_offer)
def change(offer_id: UUID) -> str | Response | tuple[str, int]:
    row = operations.offer_to_change(services(), viewer(), offer_id)
    form = OfferForm(data=None if request.method == "POST" else asdict(row))
    if form.is_submitted() and form.validate() and not _asks_first(form):
        try:
            command = ChangeOffer(offer_id=offer_id, shown=form.shown.data, **form.offer())
            answer = operations.change_offer(services(), viewer(), command, form.once)
            return recorded(answer.position, "offers.one", offer_id=offer_id)
        except Refused as refused:
            form.refuse(refused)
    # What stands there now is what a new change is to be judged by.
    form.shown.data = row.version
    return (_form(form, row), 400) if form.is_submitted() else _form(form, row)


def _requirements(sent: MultiDict[str, str]) -> Iterator[Requirement]:
    for key in sent.getlist("ask"):
        operator, *others = sent.getlist(f"op-{key}") or [""]
        values = [v for v in sent.getlist(f"values-{key}") if v]
        if not values:
            continue
        if others or operator not in set(Operator):
            raise Refused("The field %(key)s can't be required in that way.", field="requirements", key=key)
        yield Requirement(key, Operator(operator), tuple(values))


def _asks_first(form: OfferForm) -> bool:
    """Whether it has to be asked first: a vacancy asks what leaves out a group far more often than everybody else, and
    that was not said of just these requirements yet."""
    if form.kind.data != OfferKind.VACANCY:
        return False
    form.dropping = representation_offers.far_more_left_out(services(), viewer(), form.requirements.data)
    said = "; ".join(map(str, form.dropping))
    if not said or form.all_the_same.data == said:
        return False
    form.all_the_same.data = said
    return True


def _form(form: OfferForm, row: operations.OfferRow | None = None) -> str:
    to_ask = [f for f in definitions().catalogue if operators(f) and f.recorded_by == "registration"]
    return render_template(
        "offer_form.html",
        form=form,
        offer=row,
        to_ask=to_ask,
        described=described,
        operators=operators,
        asked={r.field: r for r in form.requirements.data},
        protected=[f for f in definitions().catalogue if f.protected],
        group_label=group_label,
    )


@page.get("/<uuid:offer_id>")
@access(operations.offer_shown)
def one(offer_id: UUID) -> str:
    """An offer, and the proposals of it to clients whom the viewer may see."""
    shown = operations.offer_shown(services(), look(), offer_id)
    return render_template(
        "offer.html",
        offer=shown.offer,
        proposals=shown.proposals,
        names=shown.names,
        taken=shown.taken,
        colleagues=colleagues(),
        described=described,
        as_of=today(),
        may_change=shown.may_change,
        sessions=workshops.sessions_of_offer(services(), viewer(), offer_id),
    )


@page.post("/<uuid:offer_id>/close")
@access(operations.close_offer)
def close(offer_id: UUID) -> Response:
    answer = operations.close_offer(services(), viewer(), offer_id, CommandForm().once)
    return recorded(answer.position, "offers.offers")


@page.route("/import", methods=["GET", "POST"])
@access(operations.import_offers)
def import_offers() -> str | Response | tuple[str, int]:
    """Read offers from a CSV file: all of it, or nothing and every mistake with its line."""
    if request.method == "GET":
        return render_template("offers_import.html", mistakes=[], columns=COLUMNS)
    try:
        commands, mistakes = _read(sent_file())
    except Refused as refused:
        commands, mistakes = [], [(1, sentence(refused))]
    if mistakes:
        return render_template("offers_import.html", mistakes=mistakes, columns=COLUMNS), 400
    answer = operations.import_offers(services(), viewer(), commands, CommandForm().once)
    return recorded(answer.position, "offers.offers")


def _read(content: bytes) -> tuple[list[OpenOffer], list[tuple[int, str]]]:
    """The commands of a file, and its mistakes: line number and sentence."""
    commands: list[OpenOffer] = []
    mistakes: list[tuple[int, str]] = []
    for line, row in rows_of(content, COLUMNS, {"kind", "title"}, mistakes):
        try:
            command = _command(row)
            operations.check_offer(services(), viewer(), command)
            commands.append(command)
        except Refused as refused:
            mistakes.append((line, sentence(refused)))
    return commands, mistakes


def _command(given: dict[str, str]) -> OpenOffer:
    if given["kind"] not in set(OfferKind):
        raise Refused("The kind is vacancy or workshop.", field="kind")
    if not (given["capacity"] or "1").isdecimal():
        raise Refused("Enter a whole number.", field="capacity")
    return OpenOffer(
        offer_id=uuid4(),
        kind=OfferKind(given["kind"]),
        title=given["title"],
        organisation=given["organisation"],
        description=given["description"],
        capacity=int(given["capacity"] or "1"),
        starts_on=_day(given["starts_on"], "starts_on"),
        answer_by=_day(given["answer_by"], "answer_by"),
        requirements=[parse_requirement(part) for part in given["requirements"].split(";") if part.strip()],
    )


def _day(text: str, field: str) -> date | None:
    try:
        return day_of(text) if text else None
    except Refused as refused:
        raise Refused(refused.message, field=field, **refused.values) from None
