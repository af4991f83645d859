"""The caseload: overview, characteristics, monitoring and legend, left to right; filters in the address."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from application import rights
from application.clients import short_id
from application.looks import Seen
from application.unnamed_caseload import unnamed_caseload
from database.rows import Row
from domain.catalogue import Field
from domain.refusal import Refused
from domain.roles import Role
from domain.suppression import SMALLEST_GROUP
from projections import caseload as model
from projections.caseload import Scope
from projections.filters import DAYS, QUICK, STATES, checked, condition, count_each, operators_of, quick
from records import people, saved_views
from web import choosing, exports
from web.context import as_uuid, command_id, definitions, display_names, look, services, today, viewer
from web.language import language, local
from web.permissions import access
from web.words import word

page = Blueprint("caseload", __name__)

PAGE_ROWS = 150
# What coaches look at first, in this order; every field is in the client's file.
CHARACTERISTICS = (
    "education_level",
    "language_level",
    "driving_licence",
    "hours_available",
    "preferred_sectors",
)
MONITORING = ("cv", "physical_limitations", "mental_limitations")
GROUPS = ("characteristics", "monitoring", "legend")


@page.get("/caseload")
@access(rights.READ_FILES)
def caseload() -> str | Response:
    chosen = _chosen(request.args)
    if request.args.get("op") or (request.args.get("field") and request.args.get("is")):
        # The form's own parts are put together, so that the address says the same in one way.
        return redirect(url_for("caseload.caseload", **chosen.arguments()))
    return _page(chosen) if chosen.scope is None else _unnamed(chosen)


def _unnamed(chosen: choosing.Chosen) -> str:
    """The team's clients without names."""
    fields = [f for f in _fields((*CHARACTERISTICS, *MONITORING)) if not f.sensitive]
    if chosen.show:
        abort(400)
    try:
        group = unnamed_caseload(services(), look(), chosen.filters, fields, limit=PAGE_ROWS, offset=chosen.offset)
    except Refused:
        abort(400)
    return render_template(
        "caseload_unnamed.html", group=group, chosen=chosen, choosing=choosing, fields=fields, states=STATES,
        catalogue=definitions().catalogue, page_rows=PAGE_ROWS, as_of=today(), smallest=SMALLEST_GROUP,
    )  # fmt: skip


def _page(chosen: choosing.Chosen, found_ids: list[UUID] | None = None, searched: str | None = None) -> str:
    as_of, me = today(), viewer()
    scope, coach_id = scope_of(chosen)
    conditions = chosen.conditions(as_of)
    asked = request.args.get("field", "")
    options = choosing.wanted_options(asked)
    states = {state: checked(asked, state) for state in STATES} if asked in definitions().catalogue.fields else {}
    with services().database.read() as connection:
        if found_ids is not None:
            rows, found = model.these(connection, scope, found_ids[:PAGE_ROWS]), len(found_ids)
        else:
            rows = _rows(connection, chosen, scope, as_of, limit=PAGE_ROWS)
            found = model.count(connection, scope, conditions)
        everybody = model.count(connection, scope)
        counts = count_each(connection, scope, [], {name: quick(name, as_of) for name in QUICK})
        offered = {key: condition(f, as_of) for key, f in (options | states).items()}
        option_counts = count_each(connection, scope, conditions, offered)
        coaches = people.coaches(connection, me.team_id) if me.team_id else []
        views = saved_views.of(connection, me.account_id, me.team_id, "caseload")
        folded = saved_views.folded(connection, me.account_id)
    catalogue = definitions().catalogue
    return render_template(
        "caseload.html",
        rows=rows,
        names=display_names(rows, Seen.LISTED if found_ids is None else Seen.FOUND),
        found=found,
        everybody=everybody,
        quick=counts,
        chosen=chosen,
        choosing=choosing,
        asked=asked,
        checked=checked,
        options=options,
        state_filters=states,
        option_counts=option_counts,
        operators=operators_of(catalogue.fields[asked]) if asked in catalogue.fields else ("between", "before"),
        days=DAYS,
        searched=searched,
        page_rows=PAGE_ROWS,
        as_of=as_of,
        coaches=coaches,
        coach_id=coach_id,
        own=me.role is Role.WORK_COACH,
        views=views,
        folded=folded,
        groups=GROUPS,
        catalogue=catalogue,
        characteristics=_fields(CHARACTERISTICS),
        monitoring=_fields(MONITORING),
        labelled=lambda fields: [(field, local(field.label)) for field in fields],
        cell=lambda row, field: (field.key, *model.cell(row, field, as_of)),
        not_seen_for=lambda row: (as_of - (row["last_seen_on"] or row["assigned_on"] or as_of)).days,
        limits=definitions().limits,
        terms=[definitions().term(key) for key in ("seen", "not_seen", "contact_due")],
    )


def _fields(keys: tuple[str, ...]) -> list[Field]:
    return [definitions().catalogue[key] for key in keys if key in definitions().catalogue.fields]


def _chosen(arguments: MultiDict[str, str]) -> choosing.Chosen:
    try:
        chosen = choosing.chosen(arguments)
    except Refused:
        abort(400)
    # Only coaches have a team beside their own clients, which they see without names.
    return chosen if viewer().coaches else replace(chosen, scope=None)


def scope_of(chosen: choosing.Chosen) -> tuple[Scope, UUID | None]:
    """A coach sees the own caseload; an officer or manager the team's, or one coach's.

    A stand-in sees the caseload of the colleague on leave.
    """
    me = viewer()
    coach_id = as_uuid(chosen.coach)
    if me.role is Role.WORK_COACH:
        if coach_id in me.stands_in_for:
            return Scope(coach_id=coach_id), coach_id
        return Scope(coach_id=me.account_id), me.account_id
    if me.team_id is None:
        abort(403)
    return Scope(team_id=me.team_id, coach_id=coach_id), coach_id


def _rows(connection: Any, chosen: choosing.Chosen, scope: Scope, as_of: date, *, limit: int | None) -> list[Row]:
    conditions = chosen.conditions(as_of)
    if chosen.order != "name":
        return model.clients(
            connection, scope, conditions,
            order=chosen.column(),
            descending=chosen.descending, limit=limit, offset=chosen.offset,
        )  # fmt: skip
    sealed = model.sealed_names(connection, scope, conditions)
    opener = services().log.opener([client_id for client_id, _, _ in sealed])
    by_name = sorted(
        ((opener.text(name) or short_id(client_id)).casefold(), client_id) for client_id, name, _ in sealed
    )
    if chosen.descending:
        by_name.reverse()
    until = None if limit is None else chosen.offset + limit
    return model.these(connection, scope, [client_id for _, client_id in by_name[chosen.offset : until]])


@page.post("/caseload/search")
@access(rights.READ_FILES)
def search() -> str:
    """Search by name or number: sent as a form, so that what is searched for stands in no address and no log."""
    chosen = replace(_chosen(request.args), scope=None)
    wanted = request.form.get("name", "").strip().casefold()
    scope, _ = scope_of(chosen)
    if not wanted:
        return _page(chosen)
    with services().database.read() as connection:
        sealed = model.sealed_names(connection, scope)
    opener = services().log.opener([client_id for client_id, _, _ in sealed])
    found = [
        client_id
        for client_id, name, number in sealed
        if any(wanted in (opener.text(text) or "").casefold() for text in (name, number))
    ]
    return _page(choosing.Chosen(coach=chosen.coach), found, request.form.get("name", "").strip())


@page.post("/caseload/columns")
@access(rights.READ_FILES)
def fold() -> Response:
    """Fold a group of columns away, or out again; remembered with the account."""
    group = request.form.get("group", "")
    if group not in GROUPS:
        abort(400)
    with services().database.write() as connection:
        folded = saved_views.folded(connection, viewer().account_id)
        saved_views.fold(connection, viewer().account_id, folded ^ {group})
    return redirect(url_for("caseload.caseload", **_chosen(request.args).arguments()), 303)


@page.post("/caseload/views")
@access(rights.READ_FILES)
def save_view() -> Response:
    """Keep these filters under a name, for oneself or for the team."""
    chosen, me = _chosen(request.args), viewer()
    address = url_for("caseload.caseload", **chosen.arguments(coach=None))
    with services().database.write() as connection:
        saved_views.save(
            connection, me.account_id, me.team_id, "caseload", request.form.get("name", ""),
            address.partition("?")[2], shared=request.form.get("shared") == "1", now=services().clock(),
        )  # fmt: skip
    return redirect(address, 303)


@page.post("/caseload/views/<uuid:view_id>/remove")
@access(rights.READ_FILES)
def remove_view(view_id: UUID) -> Response:
    with services().database.write() as connection:
        saved_views.remove(connection, viewer().account_id, view_id)
    return redirect(url_for("caseload.caseload"), 303)


@page.post("/caseload/export")
@access(rights.READ_FILES)
def export() -> Response:
    """What is shown, as a file: with filters, date and definition version; each client in it counts as looked at."""
    command_id()
    chosen = replace(_chosen(request.args), offset=0)
    if chosen.scope:
        # Without names there is nothing to take along that the page does not show.
        abort(403)
    scope, _ = scope_of(chosen)
    as_of = today()
    with services().database.read() as connection:
        rows = _rows(connection, chosen, scope, as_of, limit=None)
    names = display_names(rows, Seen.EXPORTED)
    fields = [f for f in (*_fields(CHARACTERISTICS), *_fields(MONITORING)) if not f.sensitive]
    sheet = exports.Sheet(
        title=gettext("Caseload"),
        about=[
            (gettext("Made on"), as_of),
            (gettext("Filters"), "; ".join(described_all(chosen)) or gettext("none")),
            (gettext("Definitions, version"), definitions().catalogue.version),
            (gettext("Clients"), len(rows)),
        ],
        heads=[
            gettext("Client"), gettext("Service track"), gettext("Last seen"), gettext("Next contact due"),
            gettext("Plan of action"), *(f.label.in_(language()) for f in fields),
        ],
        rows=[
            [
                names[row["client_id"]], exports.track(row["track"]), row["last_seen_on"], row["contact_due_on"],
                row["plan_on"], *(exports.cell(f, *model.cell(row, f, as_of)) for f in fields),
            ]
            for row in rows
        ],
    )  # fmt: skip
    return exports.answer(sheet, request.form.get("format", "csv"), f"werkpad-caseload-{as_of.isoformat()}")


def described_all(chosen: choosing.Chosen) -> list[str]:
    """Every filter as people read it, the quick one included."""
    shown = [choosing.described(f) for f in chosen.filters]
    return [word("quick", chosen.show), *shown] if chosen.show else shown
