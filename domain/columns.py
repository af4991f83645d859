"""The columns of a caseload beside its overview: which there are, which are chosen, and what a filter adds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from domain.catalogue import load
from domain.refusal import Refused

MOST_COLUMNS = 10
# Days of the file that are no field.
DAY_COLUMNS = ("last_seen", "plan", "intake", "exempt_until")
# What stands in the overview, whatever is chosen.
OVERVIEW = ("service_track", "job_ready_since", "contact_due")
# What coaches look at first, in this order.
USUAL = (
    "birth_date",
    "gender",
    "marital_status",
    "education_level",
    "language_level",
    "driving_licence",
    "hours_available",
    "last_seen",
    "plan",
    "cv",
)
# The column of what a quick filter chooses by, where there is one.
OF_QUICK = {"exemption_ends": "exempt_until"}
GROUPS = ("characteristics", "monitoring")
_MONITORED = ("physical_limitations", "mental_limitations")


def choosable() -> list[str]:
    """The columns that there are to choose from."""
    return [*DAY_COLUMNS, *(key for key in load().fields if key not in OVERVIEW)]


def group_of(key: str) -> str:
    """Where a column stands: among what is known of the person, or of how it goes."""
    field = load().fields.get(key)
    return "monitoring" if field is None or field.group == "plan" or key in _MONITORED else "characteristics"


def checked(keys: Sequence[str]) -> tuple[str, ...]:
    """The columns as somebody chose them.

    Raises:
        Refused: there is no such column, or they are too many.
    """
    chosen = tuple(dict.fromkeys(keys))
    if set(chosen) - set(choosable()):
        raise Refused("There is no such choice here.", field="columns")
    if len(chosen) > MOST_COLUMNS:
        raise Refused("A list has at most %(most)d columns. Remove one first.", field="columns", most=MOST_COLUMNS)
    return chosen


def chosen(kept: Sequence[str] | None) -> tuple[str, ...]:
    """The columns that somebody chose, as far as there still are such, or else the usual ones."""
    known = set(choosable())
    return tuple(key for key in (USUAL if kept is None else kept) if key in known)


def with_filtered(columns: Sequence[str], filtered: Iterable[str]) -> list[str]:
    """The columns, and after them those of what is filtered by, so that one sees what a filter found."""
    known = choosable()
    added = [key for key in dict.fromkeys(filtered) if key in known and key not in columns]
    return [*columns, *added]
