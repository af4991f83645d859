"""What a figure is called, and where the clients behind it stand: for the page that explains it and links there."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import g, url_for
from flask_babel import gettext

from application.definitions import changes_of_counting
from application.explanations import explains, subjects_of
from domain.filters import LISTED
from web.context import definitions, services
from web.language import local
from web.legend import where_from
from web.words import word

# Figures that are also a filter of the caseload.
_FILTERS = frozenset({"no_plan", "not_seen", "contact_due", "never_seen", "changed", "new_to_me", "no_track"})


def figure_label(name: str, detail: str = "") -> str:
    """What a figure is called."""
    if name == "track":
        return str(word("track", detail))
    if name == "exits":
        exits = gettext("Exits in 12 months")
        return f"{exits}: {word('closing_reason', detail)}" if detail else exits
    fields = definitions().catalogue.fields
    measure = str(word("measure", name))
    return f"{local(fields[detail].label)}: {measure}" if detail in fields else measure[:1].upper() + measure[1:]


def is_explained(key: str) -> bool:
    """Whether there is a page that explains a figure."""
    return explains(key)


def rows_behind(name: str, detail: str, *, coach: bool) -> str | None:
    """The page with the clients that a figure counts, where there is one for those who may see them."""
    if name == "open":
        return url_for("caseload.caseload")
    if name in _FILTERS:
        return url_for("caseload.caseload", show=name)
    if name == "track":
        if detail == "none":
            return url_for("caseload.caseload", show="no_track")
        return url_for("caseload.caseload", f=f"service_track:is:{detail}")
    if name == "exits":
        return url_for("closed_files.closed_files", outcome=detail or None)
    if name == "listed" and not detail:
        return url_for("weekly_list.weekly_list") if coach else None
    if detail in definitions().catalogue.fields:
        return url_for("caseload.caseload", f=f"{detail}:{LISTED if name == 'listed' else name}")
    return None


def counted_otherwise(key: str) -> tuple[date, str] | None:
    """Since when a figure has been counted by another definition, and where it leads: to the signal that caused it, or
    to the definition."""
    if "counted_otherwise" not in g:
        g.counted_otherwise = {r.subject: r for r in changes_of_counting(services(), lambda _: True)}
    changed: Any = [g.counted_otherwise[s] for s in subjects_of(key) if s in g.counted_otherwise]
    if not changed:
        return None
    last = max(changed, key=lambda revision: revision.valid_from)
    return last.valid_from, where_from(last)
