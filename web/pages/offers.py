"""Vacancies and workshops: listed, entered one by one or from a file, changed and closed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, render_template, request
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import DateField, IntegerField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional

from application import offers as operations
from domain.catalogue import Choice, Choices, Field, YesNo
from domain.matching import Operator, Requirement, operators, parse_requirement
from domain.offer import ChangeOffer, OfferKind, OpenOffer
from domain.refusal import Refused
from web.context import colleagues, command_id, definitions, look, services, today, viewer
from web.forms import CommandForm, sentence
from web.freshness import recorded
from web.language import language
from web.permissions import access
from web.uploads import rows_of
from web.words import choices, word

page = Blueprint("offers", __name__, url_prefix="/offers")

# An offer as it is.
Shown = Mapping[str, Any]

COLUMNS = ("kind", "title", "organisation", "description", "capacity", "starts_on", "answer_by", "requirements")


class OfferForm(CommandForm):
    kind = RadioField(lazy_gettext("Kind"), [InputRequired()], choices=lambda: choices("offer_kind"), default="vacancy")
    title = StringField(lazy_gettext("Title"), [InputRequired()])
    organisation = StringField(lazy_gettext("With whom"))
    description = TextAreaField(lazy_gettext("Description"))
    capacity = IntegerField(lazy_gettext("Places"), [InputRequired()], default=1)
    starts_on = DateField(lazy_gettext("Starts on"), [Optional()])
    answer_by = DateField(lazy_gettext("Answer by"), [Optional()])


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
        return _form(form, [])
    offer_id = form.once
    return _saved(
        form,
        offer_id,
        lambda values: (
            operations.open_offer(services(), viewer(), OpenOffer(offer_id=offer_id, **values), command_id()).position
        ),
    )


@page.route("/<uuid:offer_id>/change", methods=["GET", "POST"])
@access(operations.change_offer)
def change(offer_id: UUID) -> str | Response | tuple[str, int]:
    row = operations.offer_to_change(services(), viewer(), offer_id)
    form = OfferForm(data=None if request.method == "POST" else row)
    if not form.is_submitted():
        return _form(form, row["requirements"], row)
    shown = request.form.get("shown", type=int)
    return _saved(
        form,
        offer_id,
        lambda values: (
            operations.change_offer(
                services(), viewer(), ChangeOffer(offer_id=offer_id, shown=shown, **values), command_id()
            ).position
        ),
        row,
    )


def _saved(
    form: OfferForm, offer_id: UUID, carry_out: Callable[[dict[str, Any]], int], row: Shown | None = None
) -> Response | tuple[str, int]:
    asked: list[Requirement] = []
    try:
        asked = list(_requirements())
        if form.validate():
            values = {name: form[name].data for name in COLUMNS if name not in ("kind", "requirements")}
            values |= {"kind": OfferKind(form.kind.data), "requirements": asked}
            values |= {name: values[name] or "" for name in ("title", "organisation", "description")}
            return recorded(carry_out(values), "offers.one", offer_id=offer_id)
    except Refused as refused:
        form.refuse(refused)
    return _form(form, asked, row), 400


def _requirements() -> Iterator[Requirement]:
    """What the form asks: `ask` names the fields; of each an operator and values."""
    for key in request.form.getlist("ask"):
        operator = request.form.get(f"op-{key}", "")
        values = [v for v in request.form.getlist(f"values-{key}") if v]
        if not values:
            continue
        if operator not in set(Operator):
            raise Refused("The field %(key)s can't be asked for in that way.", field="requirements", key=key)
        yield Requirement(key, Operator(operator), tuple(values))


def _form(form: OfferForm, asked: list[Requirement], row: Shown | None = None) -> str:
    fields = [f for f in definitions().catalogue if operators(f) and f.recorded_by == "registration"]
    return render_template(
        "offer_form.html",
        form=form,
        offer=row,
        fields=fields,
        operators=operators,
        asked={r.field: r for r in asked},
        protected=[f for f in definitions().catalogue if f.protected],
        options=lambda f: _options(f),
    )


def _options(field: Field) -> list[tuple[str, str]]:
    if isinstance(field.kind, YesNo):
        return [("yes", field.show(True, language())), ("no", field.show(False, language()))]
    if isinstance(field.kind, Choice | Choices):
        return [(o.code, str(o.label.in_(language()))) for o in field.kind.options]
    return []


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
    )


def described(requirement: Requirement) -> str:
    """A requirement as people read it."""
    field = definitions().catalogue[requirement.field]
    codes = dict(_options(field))
    values = gettext(" or ").join(codes.get(v) or field.show(v, language()) for v in requirement.values)
    how = "" if requirement.operator in (Operator.IS, Operator.ONE_OF) else f"{word('operator', requirement.operator)} "
    return f"{field.label.in_(language())}: {how}{values}"


@page.post("/<uuid:offer_id>/close")
@access(operations.close_offer)
def close(offer_id: UUID) -> Response:
    answer = operations.close_offer(services(), viewer(), offer_id, command_id())
    return recorded(answer.position, "offers.offers")


@page.route("/import", methods=["GET", "POST"])
@access(operations.import_offers)
def import_offers() -> str | Response | tuple[str, int]:
    """Read offers from a CSV file: all of it, or nothing and every mistake with its line."""
    if request.method == "GET":
        return render_template("offers_import.html", mistakes=[], columns=COLUMNS)
    try:
        commands, mistakes = _read(request.files["file"].read() if "file" in request.files else b"")
    except Refused as refused:
        commands, mistakes = [], [(1, sentence(refused))]
    if mistakes:
        return render_template("offers_import.html", mistakes=mistakes, columns=COLUMNS), 400
    answer = operations.import_offers(services(), viewer(), commands, command_id())
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
        raise Refused("Give a whole number.", field="capacity")
    return OpenOffer(
        offer_id=uuid4(),
        kind=OfferKind(given["kind"]),
        title=given["title"],
        organisation=given["organisation"],
        description=given["description"],
        capacity=int(given["capacity"] or "1"),
        starts_on=_day(given["starts_on"]),
        answer_by=_day(given["answer_by"]),
        requirements=[parse_requirement(part) for part in given["requirements"].split(";") if part.strip()],
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Refused("Write a date like 31-12-1999 or 1999-12-31.") from None
