"""What fields and terms mean: the legend, a definition with its versions, and revising one."""

from __future__ import annotations

from domain.in_force import Definitions

# A term that a figure is about, where there is one.
TERM_OF = {
    "not_seen": "not_seen",
    "never_seen": "seen",
    "quiet": "not_seen",
    "contact_due": "contact_due",
    "above_do_able": "caseload",
    "above_usual": "caseload",
    "open": "caseload",
    "no_plan": "plan_of_action",
    "no_track": "service_track",
}


def subject_of(in_force: Definitions, field: str | None, figure: str | None) -> str | None:
    """The field or term whose definition something is about: its field, or else the term of its figure."""
    return field if field in in_force.catalogue else TERM_OF.get(figure or "")
