"""The caseload: overview, characteristics, monitoring and legend, left to right; filters in the address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import parse_qsl
from uuid import UUID

from flask import Blueprint, abort, render_template, request, url_for
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from werkzeug.wrappers import Response
from wtforms import StringField

from application import caseload as operations
from application import registrations
from application.caseload import SavedView
from application.unnamed_caseload import unnamed_caseload
from domain.catalogue import Field
from domain.columns import GROUPS, MOST_COLUMNS, OVERVIEW
from domain.columns import chosen as chosen_columns
from domain.filters import DAYS, LISTED, OWN, STATES, Filter, checked, operators_of, parse
from domain.refusal import Refused
from domain.suppression import SMALLEST_GROUP
from web import caseload_columns, caseload_file, caseload_query, caseload_return, exports, measuring
from web.caseload_return import SearchedForm
from web.context import definitions, look, services, today, viewer
from web.fields import TickField
from web.forms import CommandForm, Form, sentence
from web.going import go
from web.language import _
from web.permissions import access
from web.words import word

page = Blueprint("caseload", __name__)

# So many weigh less than 150 kB: fewer beside an open panel, or where rows stand apart and cells say what they are.
PAGE_ROWS, BESIDE_A_PANEL, APART, APART_BESIDE_A_PANEL = 120, 85, 85, 65
# What a coach sees of the team's clients, without names.
UNNAMED = (
    "education_level",
    "language_level",
    "driving_licence",
    "hours_available",
    "preferred_sectors",
    "cv",
)
FOLDING = (*GROUPS, "legend")


class SearchForm(Form):
    name = StringField(_("Name or number"), default="", render_kw={"autocomplete": "off"})


class FoldForm(SearchedForm):
    group = StringField("", default="")


class DensityForm(SearchedForm):
    density = StringField("", default="")


class MoveForm(SearchedForm):
    to = StringField("", default="")


class ViewForm(SearchedForm):
    view = StringField(_("Save this filter as"), default="", render_kw={"maxlength": 80, "required": True})
    shared = TickField(_("share with the team"), value="1")


class ExportForm(CommandForm):
    name = StringField("", default="")
    format = StringField("")


@page.get("/caseload")
@access(operations.caseload)
def caseload() -> str | Response:
    chosen = _chosen(request.args)
    measuring.looked_through(each.key for each in chosen.filters if each.field)
    if not chosen.left_out and (request.args.get("op") or (request.args.get("field") and request.args.get("is"))):
        # The form's own parts are put together, so that the address says the same in one way.
        return go(url_for("caseload.caseload", **chosen.arguments()))
    if not chosen.left_out and (choice := request.args.get("toggle")):
        # On at the same facet.
        return go(url_for("caseload.caseload", **chosen.arguments(), _anchor=f"facet-{parse(choice).key}"))
    return _page(chosen, request.args) if chosen.scope is None else _unnamed(chosen)


def _unnamed(chosen: caseload_query.Chosen) -> str:
    """The team's clients without names."""
    fields = _fields(UNNAMED)
    if chosen.show or chosen.left_out:
        abort(400)
    try:
        group = unnamed_caseload(services(), look(), chosen.filters, fields, limit=PAGE_ROWS, offset=chosen.offset)
    except Refused:
        abort(400)
    return render_template(
        "caseload_unnamed.html",
        group=group,
        chosen=chosen,
        caseload_query=caseload_query,
        fields=fields,
        states=STATES,
        catalogue=definitions().catalogue,
        page_rows=PAGE_ROWS,
        as_of=today(),
        smallest=SMALLEST_GROUP,
    )


def _page(
    chosen: caseload_query.Chosen,
    arguments: MultiDict[str, str],
    searched: str = "",
    search_form: SearchForm | None = None,
    said: str | None = None,
) -> str:
    """The caseload as it is chosen, and those of it alone who were searched for."""
    asked = arguments.get("field", "")
    open_panel = chosen.panel or ("filters" if asked else None)
    options, states = caseload_query.wanted_options(asked), _state_filters(asked)
    shown = operations.caseload(
        services(),
        look(),
        chosen.selection(searched),
        options | states,
        limit=_most_rows(open_panel, None),
        limit_apart=_most_rows(open_panel, "comfortable"),
        with_facets=open_panel == "filters",
    )
    if chosen.offset >= shown.found > 0:
        # The last of a page is gone from the list, as who is edited may be.
        return _page(replace(chosen, offset=0), arguments, searched, search_form, said)
    listed, catalogue = shown.listed, definitions().catalogue
    preferred = chosen_columns(shown.preferred.columns)
    columns = caseload_columns.columns(preferred, chosen, shown.preferred.folded)
    return render_template(
        "caseload.html",
        rows=listed.clients,
        packed=caseload_return.packed(row.client_id for row in listed.clients),
        row_of=caseload_query.row_of,
        names=listed.names,
        found=shown.found,
        everybody=shown.everybody,
        quick=shown.quick,
        chosen=chosen,
        caseload_query=caseload_query,
        asked=asked,
        checked=checked,
        options=options,
        state_filters=states,
        option_counts=shown.option_counts,
        operators=operators_of(catalogue.fields[asked]) if asked in catalogue.fields else ("between", "before"),
        days=DAYS,
        searched=searched,
        said=said,
        left_out=_left_out(chosen),
        search_form=search_form or SearchForm.empty(name=searched),
        view_form=ViewForm(formdata=None, data={"view": "; ".join(caseload_file.described_all(chosen, ""))[:80]}),
        page_rows=_most_rows(open_panel, shown.preferred.density),
        as_of=listed.as_of,
        coaches=shown.coaches,
        coach_id=shown.coach_id,
        own=viewer().coaches,
        edits=viewer().coaches and shown.coach_id == viewer().account_id,
        views=shown.views,
        folded=shown.preferred.folded,
        density=shown.preferred.density,
        densities=operations.DENSITIES,
        open_panel=open_panel,
        facets=shown.facets,
        view_counts=_view_counts(shown.views),
        own_notes=shown.own,
        marks=shown.marks,
        groups=FOLDING,
        catalogue=catalogue,
        columns=columns,
        places=caseload_columns.opened_by(columns),
        chosen_columns=[caseload_columns.Column(key, catalogue.fields.get(key)) for key in preferred],
        to_choose=caseload_columns.to_choose(preferred),
        most_columns=MOST_COLUMNS,
        labelled=lambda columns: [(column, column.title) for column in columns],
        age=caseload_columns.age,
        explained=_explained(columns),
        cell=lambda row, field: (field.key, *listed.cell(row, field)),
        not_seen_for=listed.days_unseen,
        limits=definitions().limits,
        terms=[definitions().term(key) for key in ("seen", "not_seen", "contact_due")],
    )


def _most_rows(panel: str | None, density: str | None) -> int:
    if density == "comfortable":
        return APART_BESIDE_A_PANEL if panel else APART
    return BESIDE_A_PANEL if panel else PAGE_ROWS


def _view_counts(views: Sequence[SavedView]) -> Mapping[UUID, int]:
    """How many clients each saved filter leaves; none where a part of it is no filter any more."""
    chosen = {v.view_id: caseload_query.chosen(MultiDict(parse_qsl(v.query))) for v in views}
    sound = {view_id: each.selection() for view_id, each in chosen.items() if not each.left_out and not each.scope}
    return operations.count_views(services(), viewer(), sound)


def _explained(columns: Sequence[caseload_columns.Column]) -> list[Field]:
    """The fields whose definitions stand in the legend: those of the overview, and of the columns."""
    keys = {"plan": "plan_of_action"}
    return _fields(tuple(dict.fromkeys([*OVERVIEW, *(keys.get(column.key, column.key) for column in columns)])))


def _left_out(chosen: caseload_query.Chosen) -> list[tuple[str, str]]:
    return [(text, sentence(refused)) for text, refused in chosen.left_out]


def _state_filters(asked: str) -> dict[str, Filter]:
    states = (*STATES, LISTED) if asked in definitions().catalogue.fields else ()
    return {state: checked(asked, state) for state in states}


def _fields(keys: tuple[str, ...]) -> list[Field]:
    return [definitions().catalogue[key] for key in keys if key in definitions().catalogue.fields]


def _chosen(arguments: MultiDict[str, str]) -> caseload_query.Chosen:
    chosen = caseload_query.chosen(arguments)
    own = viewer().coaches and chosen.coach in (None, str(viewer().account_id))
    if chosen.show in OWN and not own:
        seen = Refused("Own notes and marks are seen by their coach alone.")
        chosen = replace(chosen, show=None, left_out=(*chosen.left_out, (word("quick", chosen.show), seen)))
    # Only coaches have a team beside their own clients, which they see without names.
    return chosen if viewer().coaches else replace(chosen, scope=None)


@page.post("/caseload/edit")
@access(registrations.register)
def edit() -> Response:
    """From a cell to the form of its field, which comes back to the same row of the same list."""
    form = caseload_return.CellForm()
    form.refuse_too_long()
    client_id, key = form.chosen
    if client_id is None or key is None or key not in definitions().catalogue.fields:
        return caseload_return.to_list(caseload_return.chosen(form.way_back).here(), form.name.data)
    return go(caseload_return.form_of(client_id, key, form.way_back), 307 if form.name.data else 303)


@page.post("/caseload/search")
@access(operations.caseload)
def search() -> str | tuple[str, int]:
    """Search by name or number within what is chosen: sent as a form, so that what is searched for stands in no address
    and no log; so is all that chooses further among those found."""
    form = SearchForm()
    if not form.validate():
        return _page(replace(_chosen(request.args), scope=None), request.args, search_form=form), 400
    arguments = CombinedMultiDict([request.args, form.posted() or MultiDict()])
    chosen = replace(_chosen(arguments), scope=None)
    return _page(chosen, arguments, form.name.data.strip())


@page.post("/caseload/columns")
@access(operations.fold_columns)
def fold() -> Response:
    """Fold a group of columns away, or out again; remembered with the account."""
    form = FoldForm()
    form.refuse_too_long()
    if form.group.data not in FOLDING:
        abort(400)
    operations.fold_columns(services(), viewer(), form.group.data)
    return _back(form.name.data)


@page.post("/caseload/density")
@access(operations.choose_density)
def density() -> Response:
    """Let rows stand close together or apart; remembered with the account."""
    form = DensityForm()
    form.refuse_too_long()
    if form.density.data not in operations.DENSITIES:
        abort(400)
    operations.choose_density(services(), viewer(), form.density.data)
    return _back(form.name.data)


@page.post("/caseload/columns/choose")
@access(operations.choose_columns)
def choose_columns() -> Response | tuple[str, int]:
    """Add, remove or move a column; remembered with the account."""
    form = caseload_columns.ColumnsForm()
    form.refuse_too_long()
    chosen = form.choose(operations.preferred_columns(services(), viewer()))
    try:
        operations.choose_columns(services(), viewer(), chosen)
    except Refused as refused:
        return _page(replace(_chosen(request.args), scope=None), request.args, said=sentence(refused)), 400
    return _back(form.name.data)


def _back(searched: str) -> Response:
    """To the list as it was chosen, after something about how it looks was."""
    return caseload_return.to_list(_chosen(request.args).here(), searched)


@page.post("/caseload/views")
@access(operations.save_view)
def save_view() -> Response:
    """Keep these filters under a name, for oneself or for the team."""
    address = url_for("caseload.caseload", **_chosen(request.args).arguments(coach=None, panel=None))
    form = ViewForm()
    form.refuse_too_long()
    operations.save_view(services(), viewer(), form.view.data, address.partition("?")[2], shared=form.shared.data)
    return _back(form.name.data)


@page.post("/caseload/views/<uuid:view_id>/remove")
@access(operations.remove_view)
def remove_view(view_id: UUID) -> Response:
    form = SearchedForm()
    form.refuse_too_long()
    operations.remove_view(services(), viewer(), view_id)
    return _back(form.name.data)


@page.post("/caseload/views/<uuid:view_id>/move")
@access(operations.move_view)
def move_view(view_id: UUID) -> Response:
    """Move saved filters one place up or down, in one's own order."""
    form = MoveForm()
    form.refuse_too_long()
    if form.to.data not in ("up", "down"):
        abort(400)
    operations.move_view(services(), viewer(), view_id, up=form.to.data == "up")
    return _back(form.name.data)


@page.post("/caseload/export")
@access(operations.export)
def export() -> Response:
    """What is shown, as a file: with filters, date and definition version; each client in it counts as looked at."""
    form = ExportForm()
    form.must_be_sent()
    kind = exports.kind_of(form.format.data)
    chosen = replace(_chosen(request.args), offset=0)
    if chosen.scope:
        # Without names there is nothing to take along that the page does not show.
        abort(403)
    searched = form.name.data.strip()
    listed = operations.export(services(), look(), chosen.selection(searched))
    return exports.answer(caseload_file.sheet(chosen, searched, listed), kind, caseload_file.name(listed))
