"""A caseload: filtered, sorted, searched by name; taken along as a file; filters kept, and how one likes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, true

from application import clients, own_notes, rights
from application.clients import short_id
from application.looks import Look, Seen
from application.own_notes import OwnNote
from application.refusals import NotAllowedError
from application.rights import needs
from application.services import Services
from domain import columns as columns_of
from domain.catalogue import Field, State
from domain.filters import OWN, QUICK, Filter
from domain.names import by_surname, has_words
from domain.refusal import Refused
from domain.roles import Viewer
from projections import caseload as model
from projections import caseload_facets, merges
from projections.caseload import CaseloadClient, CaseloadRow, Scope
from projections.caseload_facets import Facet
from projections.filters import ORDERS as ORDERS
from projections.filters import condition, count_each, count_quick, quick
from records import people, preferences, saved_views
from records.people import Account
from records.preferences import Preferences
from records.saved_views import SavedView as SavedView

PAGE = "caseload"
# How close rows may stand.
DENSITIES = ("compact", "comfortable")
# By name a list is sorted in memory, since names are sealed.
BY_NAME = "name"


@dataclass(frozen=True, slots=True)
class Selection:
    """Which clients of a caseload, in which order: one of the quick filters, others, and a coach's alone; with `named`
    those whose name or number has all of its words."""

    show: str | None = None
    filters: Sequence[Filter] = ()
    order: str = "due"
    descending: bool = False
    offset: int = 0
    coach_id: UUID | None = None
    named: str = ""


@dataclass(frozen=True, slots=True)
class ClientList:
    """Clients of a list, with their names, as things stand on a day."""

    clients: Sequence[CaseloadClient]
    names: Mapping[UUID, str]
    as_of: date

    def cell(self, client: CaseloadClient, field: Field) -> tuple[State, Any]:
        """A field's state, and its value as stored where it is not sensitive."""
        return model.cell(client, field, self.as_of)

    def days_unseen(self, client: CaseloadClient) -> int:
        """For how many days the client was not seen; since the assignment, where that was never."""
        return (self.as_of - (client.last_seen_on or client.assigned_on or self.as_of)).days


@dataclass(frozen=True, slots=True)
class Caseload:
    """A page of a caseload. `quick` counts whom each quick filter would leave beside the other filters and the name
    searched for, `option_counts` whom each option would leave of the clients found, and `facets`, where they are asked
    for, whom each value and state of a field would leave beside the other filters. `coach_id` is whose it is, None for
    a team's."""

    listed: ClientList
    found: int
    everybody: int
    quick: Mapping[str, int]
    option_counts: Mapping[str, int]
    coaches: Sequence[Account]
    coach_id: UUID | None
    views: Sequence[SavedView]
    preferred: Preferences
    facets: Mapping[str, Facet]
    own: Mapping[UUID, OwnNote]
    marks: Mapping[str, str]


@needs(rights.READ_FILES)
def caseload(
    services: Services,
    look: Look,
    selection: Selection,
    options: Mapping[str, Filter],
    *,
    limit: int,
    limit_apart: int | None = None,
    with_facets: bool = False,
) -> Caseload:
    """The caseload that the viewer works with, as far as a selection leaves it: so many clients, or `limit_apart` where
    its reader lets rows stand apart.

    Raises:
        NotAllowedError: the viewer reads a team's files, and has no team.
    """
    me, as_of = look.viewer, services.today
    scope, coach_id = scope_of(me, selection.coach_id)
    _require_own(me, selection, coach_id)
    with services.database.read() as connection:
        named = _named(services, connection, selection, scope)
        beside = [*named, *(condition(f, as_of) for f in selection.filters)]
        conditions = _with_show(beside, selection, as_of)
        preferred = preferences.of(connection, me.account_id)
        apart = limit_apart is not None and preferred.density == "comfortable"
        rows = _rows(services, connection, selection, scope, conditions, limit=limit_apart if apart else limit)
        facets = (
            caseload_facets.facets(connection, scope, selection.filters, _with_show(named, selection, as_of), as_of)
            if with_facets
            else {}
        )
        found = model.count(connection, scope, conditions)
        everybody = model.count(connection, scope)
        own = coach_id == me.account_id
        offered = [name for name in QUICK if own or name not in OWN]
        counts = count_quick(connection, scope, beside, offered, as_of)
        wanted = {key: condition(f, as_of) for key, f in options.items()}
        option_counts = count_each(connection, scope, conditions, wanted)
        coaches = people.coaches(connection, me.team_id) if me.team_id else []
        views = saved_views.of(connection, me.account_id, me.team_id, PAGE)
    listed = _listed(services, look, rows, Seen.FOUND if selection.named else Seen.LISTED)
    return Caseload(
        listed,
        found,
        everybody,
        counts,
        option_counts,
        coaches,
        coach_id,
        _arranged(views, preferred),
        preferred,
        facets,
        own_notes.of_list(services, me, listed.clients),
        own_notes.names_of_marks(services, me),
    )


@needs(rights.READ_FILES)
def export(services: Services, look: Look, selection: Selection) -> ClientList:
    """All clients of a selection, for a file to keep; each is noted as exported. Raises as `caseload`."""
    scope, coach_id = scope_of(look.viewer, selection.coach_id)
    _require_own(look.viewer, selection, coach_id)
    with services.database.read() as connection:
        rows = selected_rows(services, connection, selection, scope)
    return _listed(services, look, rows, Seen.EXPORTED)


@needs(rights.READ_FILES)
def fold_columns(services: Services, viewer: Viewer, group: str) -> None:
    """Fold a group of columns away, or out again; remembered with the account."""
    with services.database.write() as connection:
        preferred = preferences.of(connection, viewer.account_id)
        preferences.keep(connection, viewer.account_id, replace(preferred, folded=preferred.folded ^ {group}))


@needs(rights.READ_FILES)
def choose_density(services: Services, viewer: Viewer, density: str | None) -> None:
    """Let rows stand close together or apart; None: as the screen is wide. Remembered with the account.

    Raises:
        Refused: there is no such choice.
    """
    if density not in (*DENSITIES, None):
        raise Refused("There is no such choice here.", field="density")
    with services.database.write() as connection:
        preferred = preferences.of(connection, viewer.account_id)
        preferences.keep(connection, viewer.account_id, replace(preferred, density=density))


@needs(rights.READ_FILES)
def choose_columns(services: Services, viewer: Viewer, columns: Sequence[str] | None) -> None:
    """Show these columns in this order; None: the usual ones. Remembered with the account.

    Raises:
        Refused: there is no such column, or they are too many.
    """
    chosen = None if columns is None else columns_of.checked(columns)
    with services.database.write() as connection:
        preferred = preferences.of(connection, viewer.account_id)
        preferences.keep(connection, viewer.account_id, replace(preferred, columns=chosen))


@needs(rights.READ_FILES)
def preferred_columns(services: Services, viewer: Viewer) -> tuple[str, ...]:
    """The columns that somebody has beside the overview, in their order."""
    with services.database.read() as connection:
        return columns_of.chosen(preferences.of(connection, viewer.account_id).columns)


@needs(rights.READ_FILES)
def save_view(services: Services, viewer: Viewer, name: str, query: str, *, shared: bool) -> None:
    """Keep filters under a name, for oneself or for the team. `query` is what stands of them in an address.

    Raises:
        Refused: it has no name, or there are too many.
    """
    with services.database.write() as connection:
        saved_views.save(
            connection, viewer.account_id, viewer.team_id, PAGE, name, query, shared=shared, now=services.clock()
        )


@needs(rights.READ_FILES)
def remove_view(services: Services, viewer: Viewer, view_id: UUID) -> None:
    """Remove filters that one kept; another's stay."""
    with services.database.write() as connection:
        saved_views.remove(connection, viewer.account_id, view_id)


@needs(rights.READ_FILES)
def move_view(services: Services, viewer: Viewer, view_id: UUID, *, up: bool) -> None:
    """Move saved filters one place up or down, in one's own order; the order of others stays."""
    with services.database.write() as connection:
        preferred = preferences.of(connection, viewer.account_id)
        views = saved_views.of(connection, viewer.account_id, viewer.team_id, PAGE)
        order = [view.view_id for view in _arranged(views, preferred)]
        if view_id not in order:
            return
        place = order.index(view_id)
        order.remove(view_id)
        order.insert(max(place - 1, 0) if up else place + 1, view_id)
        arranged = replace(preferred, view_order=tuple(str(each) for each in order))
        preferences.keep(connection, viewer.account_id, arranged)


@needs(rights.READ_FILES)
def count_views(services: Services, viewer: Viewer, views: Mapping[UUID, Selection]) -> Mapping[UUID, int]:
    """How many clients each of some saved filters leaves, in one look. Raises as `caseload`."""
    scope, _ = scope_of(viewer, None)
    as_of = services.today
    wanted = {
        str(view_id): and_(true(), *_with_show([condition(f, as_of) for f in selection.filters], selection, as_of))
        for view_id, selection in views.items()
    }
    with services.database.read() as connection:
        counts = count_each(connection, scope, [], wanted)
    return {view_id: counts[str(view_id)] for view_id in views}


def _arranged(views: Sequence[SavedView], preferred: Preferences) -> list[SavedView]:
    """Saved filters in one's own order; those that have no place in it come after, by name."""
    places = {text: place for place, text in enumerate(preferred.view_order)}
    return sorted(views, key=lambda view: places.get(str(view.view_id), len(places)))


def scope_of(viewer: Viewer, coach_id: UUID | None) -> tuple[Scope, UUID | None]:
    """Whose clients the viewer works with, and whose caseload that is: a coach the own one, or that of a colleague on
    leave whom one stands in for; an officer or manager the team's, or one coach's.

    Raises:
        NotAllowedError: neither coach nor of any team.
    """
    if viewer.coaches:
        if coach_id in viewer.stands_in_for:
            return Scope(coach_id=coach_id), coach_id
        return Scope(coach_id=viewer.account_id), viewer.account_id
    if viewer.team_id is None:
        raise NotAllowedError
    return Scope(team_id=viewer.team_id, coach_id=coach_id), coach_id


def _listed(services: Services, look: Look, rows: Sequence[CaseloadRow], seen: Seen) -> ClientList:
    names = clients.names_of(services, look, rows, seen)
    return ClientList([row.client for row in rows], names, services.today)


def selected_rows(services: Services, connection: Connection, selection: Selection, scope: Scope) -> list[CaseloadRow]:
    """All clients of a scope that a selection leaves, in its order; for whoever notes the look before showing them."""
    beside = [condition(f, services.today) for f in selection.filters]
    named = _named(services, connection, selection, scope)
    conditions = _with_show([*named, *beside], selection, services.today)
    return _rows(services, connection, selection, scope, conditions, limit=None)


def _named(services: Services, connection: Connection, selection: Selection, scope: Scope) -> list[ColumnElement[bool]]:
    """That it is one of those whose name or number is searched for."""
    if not selection.named:
        return []
    sealed = model.sealed_names(connection, scope)
    # Also by what a file says that ended in one of these.
    ended = merges.names_of_ended(connection, {client_id for client_id, _, _ in sealed})
    opener = services.log.opener([client_id for client_id, _, _ in sealed] + [each for each, *_ in ended])
    texts = [*sealed, *((kept, name, number) for _, kept, name, number in ended)]
    found = {
        client_id
        for client_id, name, number in texts
        if any(has_words(opener.text(text) or "", selection.named) for text in (name, number))
    }
    return [model.is_one_of(sorted(found))]


def _with_show(beside: Sequence[ColumnElement[bool]], selection: Selection, as_of: date) -> list[ColumnElement[bool]]:
    return [*beside, *([quick(selection.show, as_of)] if selection.show else [])]


def _require_own(viewer: Viewer, selection: Selection, coach_id: UUID | None) -> None:
    """Own notes and marks choose on one's own caseload alone. Raises NotAllowedError elsewhere."""
    if selection.show in OWN and coach_id != viewer.account_id:
        raise NotAllowedError


def _rows(
    services: Services,
    connection: Connection,
    selection: Selection,
    scope: Scope,
    conditions: Sequence[ColumnElement[bool]],
    *,
    limit: int | None,
) -> list[CaseloadRow]:
    if selection.order != BY_NAME:
        column = ORDERS.get(selection.order) or f"v_{selection.order}"
        return model.clients(
            connection,
            scope,
            conditions,
            order=column,
            descending=selection.descending,
            limit=limit,
            offset=selection.offset,
        )
    sealed = model.sealed_names(connection, scope, conditions)
    opener = services.log.opener([client_id for client_id, _, _ in sealed])
    by_name = sorted((by_surname(opener.text(name) or short_id(client_id)), client_id) for client_id, name, _ in sealed)
    if selection.descending:
        by_name.reverse()
    until = None if limit is None else selection.offset + limit
    return model.open_by_id(connection, scope, [client_id for _, client_id in by_name[selection.offset : until]])
