"""What an address chooses of the caseload: filters, order and page; read once, written back the same."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from application.caseload import BY_NAME, ORDERS, Selection
from domain.filters import BLANK, DAYS, OWN, QUICK, STATES, Filter, checked, operators_of, options_of, parse
from domain.refusal import Refused
from web.asked import leave_out
from web.context import as_uuid, definitions
from web.forms import sentence
from web.language import day, language
from web.words import word

MOST_ROWS = 1_000_000
PANELS = ("filters", "columns")
MOST_SAID = 80  # letters of a filter that is none


@dataclass(frozen=True, slots=True)
class Chosen:
    """Filters, order and page of a caseload."""

    show: str | None = None
    filters: tuple[Filter, ...] = ()
    order: str = "due"
    descending: bool = False
    offset: int = 0
    coach: str | None = None
    scope: str | None = None
    # What stands open beside the list; it chooses nobody.
    panel: str | None = None
    # What of the address could not be used, and why.
    left_out: tuple[tuple[str, Refused], ...] = ()

    @property
    def protected(self) -> bool:
        """Whether what may never select for a vacancy filters or sorts this list."""
        sorted_by = definitions().catalogue.fields.get(self.order)
        return any(f.protected for f in self.filters) or (sorted_by is not None and bool(sorted_by.protected))

    @property
    def narrowed(self) -> bool:
        return bool(self.show or self.filters)

    @property
    def figure(self) -> str:
        """The figure that a signal about this list is about; one's own notes and marks are nobody else's matter."""
        return self.show if self.show and self.show not in OWN else "open"

    def selection(self, named: str = "") -> Selection:
        """The same, as the view of the caseload takes it; the name that is searched for stands in no address."""
        return Selection(self.show, self.filters, self.order, self.descending, self.offset, as_uuid(self.coach), named)

    def arguments(self, **changed: Any) -> dict[str, Any]:
        """The arguments of an address that chooses the same, but for what is changed."""
        other = replace(self, **{"offset": 0, **changed})
        given = {
            "show": other.show,
            "f": [str(f) for f in other.filters],
            "sort": None if other.order == "due" and not other.descending else other.order,
            "desc": "1" if other.descending else None,
            "from": other.offset or None,
            "coach": other.coach,
            "scope": other.scope,
            "panel": other.panel,
        }
        return {name: value for name, value in given.items() if value}

    def here(self) -> dict[str, Any]:
        """The arguments of the very page that is shown."""
        return self.arguments(offset=self.offset)

    def without(self, f: Filter) -> dict[str, Any]:
        return self.arguments(filters=tuple(other for other in self.filters if other != f))

    def toggled(self, f: Filter) -> dict[str, Any]:
        """The arguments with one choice of a facet more, or less: values of a field stand beside one another, a state
        takes the place of all that is chosen of the field."""
        return {**self.arguments(filters=_with_choice(self.filters, f)), "_anchor": f"facet-{f.key}"}

    def has(self, f: Filter) -> bool:
        """Whether a choice of a facet is made."""
        return any(
            other.key == f.key and other.operator == f.operator and set(f.values) <= set(other.values)
            for other in self.filters
        )

    def sorted_by(self, order: str) -> dict[str, Any]:
        """The arguments that sort by this, and the other way round when it is sorted by it already."""
        return self.arguments(order=order, descending=self.order == order and not self.descending)


def _with_choice(filters: Sequence[Filter], f: Filter) -> tuple[Filter, ...]:
    mine = [other for other in filters if other.key == f.key]
    if f.operator == "is":
        known = {value for other in mine if other.operator == "is" for value in other.values}
        values = sorted(known ^ set(f.values))
        wanted = (checked(f.key, "is", values),) if values else ()
    else:
        wanted = () if f in mine else (f,)
    return (*(other for other in filters if other not in mine), *wanted)


# What an address says once beside that which is known by its codes.
SINGLE = ("sort", "toggle", "field", "op", "is", "lower", "upper")


def chosen(arguments: MultiDict[str, str]) -> Chosen:
    """Read an address. A filter or an order that is none, or none any more, is left out, and it is said which."""
    filters: list[Filter] = []
    left_out: list[tuple[str, Refused]] = []
    for text in arguments.getlist("f"):
        with _leaving_out(text, left_out):
            filters.append(parse(text))
    with _leaving_out(arguments.get("field", ""), left_out):
        if added := _added(arguments):
            filters = [f for f in filters if f.key != added.key] + [added]
    if toggle := arguments.get("toggle", ""):
        with _leaving_out(toggle, left_out):
            filters = list(_with_choice(filters, parse(toggle)))
    order = arguments.get("sort", "due")
    if order not in (*ORDERS, BY_NAME) and not _sortable(order):
        left_out.append((order, Refused("The list can't be sorted by that.", field="sort")))
        order = "due"
    start = arguments.get("from", "")
    known: Mapping[str, Container[str | None]] = {
        "show": QUICK,
        "desc": {"1"},
        "scope": {"team"},
        "panel": PANELS,
        "from": {start} if start.isascii() and start.isdigit() else set[str](),
        "coach": {arguments.get("coach")} if as_uuid(arguments.get("coach")) else set[str](),
    }
    given = {name: arguments.get(name) or None for name in known}
    left_out += [
        (other[:MOST_SAID], Refused("Only one value is allowed here; the first one counts."))
        for name in (*known, *SINGLE)
        for other in dict.fromkeys(arguments.getlist(name)[1:])
        if other != arguments.get(name)
    ]
    for name, said in given.items():
        if said is not None and said not in known[name]:
            left_out.append((said[:MOST_SAID], Refused("There is no such choice here.")))
            given[name] = None
    return Chosen(
        given["show"],
        tuple(dict.fromkeys(filters)),
        order,
        given["desc"] is not None,
        min(int(given["from"] or 0), MOST_ROWS),
        given["coach"],
        given["scope"],
        given["panel"],
        tuple(left_out),
    )


@contextmanager
def _leaving_out(text: str, left_out: list[tuple[str, Refused]]) -> Iterator[None]:
    try:
        yield
    except Refused as refused:
        left_out.append((text[:MOST_SAID], refused))


def _sortable(order: str) -> bool:
    field = definitions().catalogue.fields.get(order)
    return field is not None and not field.sensitive and not field.kind.several


def _added(arguments: Mapping[str, str]) -> Filter | None:
    """The filter that the form below the list adds: a field, and a state, an option or bounds.

    `is` holds a state or one option; `op` with `values`, `lower` and `upper` says it in full.
    """
    key, operator = arguments.get("field", ""), arguments.get("op", "")
    values: list[str] = arguments.getlist("values") if isinstance(arguments, MultiDict) else []
    if key and (wanted := arguments.get("is", "")):
        return checked(key, wanted) if wanted in STATES else checked(key, "is", [wanted])
    if key and key not in (*definitions().catalogue.fields, *DAYS):
        raise Refused("There is no such choice here.", field="field")
    if not key or not operator:
        return None
    if operator == "between":
        values = [arguments.get("lower", ""), arguments.get("upper", "")]
    elif operator == "before":
        values = [arguments.get("upper", "") or arguments.get("lower", "")]
    return checked(key, operator, values)


def label(key: str) -> str:
    """What people call a field, or a day of the overview."""
    field = definitions().catalogue.fields.get(key)
    return str(field.label.in_(language())) if field else word("day", key)


def described(f: Filter) -> str:
    """A filter as people read it."""
    name, shown = label(f.key), [shown_value(f, value) for value in f.values]
    values = gettext(" or ").join(shown)
    if f.operator == "between":
        return _range(name, *shown)
    texts = {
        "before": lambda: gettext("%(field)s: before %(upper)s", field=name, upper=values),
        "is": lambda: gettext("%(field)s: %(values)s", field=name, values=values),
        "is_not": lambda: gettext("%(field)s: not %(values)s", field=name, values=values),
    }
    said = texts.get(f.operator)
    return str(said() if said else gettext("%(field)s: %(values)s", field=name, values=word("state", f.operator)))


def _range(name: str, lower: str, upper: str) -> str:
    if not lower:
        return str(gettext("%(field)s: at most %(upper)s", field=name, upper=upper))
    if not upper:
        return str(gettext("%(field)s: at least %(lower)s", field=name, lower=lower))
    return str(gettext("%(field)s: %(lower)s to %(upper)s", field=name, lower=lower, upper=upper))


def shown_value(f: Filter, value: str) -> str:
    """A code, a number or a day of a filter as people read it."""
    if not value or value == BLANK:
        return str(gettext("blank")) if value else ""
    if f.key in DAYS:
        return day(date.fromisoformat(value))
    return option_label(f.key, value)


def option_label(key: str, code: str) -> str:
    field = definitions().catalogue[key]
    if code == BLANK:
        return str(gettext("blank"))
    labels = {answer.code: answer.label.in_(language()) for answer in field.kind.answers}
    return labels.get(code) or (code if labels else field.show(code, language()))


def wanted_options(key: str) -> dict[str, Filter]:
    """What the form offers of a field, each as the filter that it would be: its options and blank."""
    field = definitions().catalogue.fields.get(key)
    if field is None:
        return {}
    codes: Sequence[str] = (*options_of(field), BLANK) if "is" in operators_of(field) else ()
    return {code: Filter(key, "is", (code,)) for code in codes}


def facets_of(key: str) -> list[tuple[Filter, str, str]]:
    """What a facet offers of a field or a day: each value and each state, as the filter that it would be, with where
    its count stands: among the values or the states, and under which code."""
    field = definitions().catalogue.fields.get(key)
    if field is None:
        return [(Filter(key, state), "states", state) for state in ("known", "unknown")]
    values = [(f, "values", code) for code, f in wanted_options(key).items() if code != BLANK]
    return [*values, *((Filter(key, state), "states", state) for state in STATES)]


def chosen_of_own(arguments: MultiDict[str, str]) -> Chosen:
    """The same of one's own clients, for a page that goes on with them: whom filters leave, and nothing else. What
    could not be used is said on that page."""
    found = chosen(arguments)
    for text, refused in found.left_out:
        leave_out(text, sentence(refused))
    return Chosen(found.show, found.filters)


def row_of(client_id: UUID) -> str:
    """Where the row of a client stands on the page: by the first of its id, since a list has many."""
    return f"c{client_id.hex[:8]}"
