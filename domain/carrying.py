"""What of a filter may go along to a match: as a requirement, which keeps the unknown and uses nothing protected."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from domain.catalogue import Catalogue, Choices, YesNo, load
from domain.filters import BLANK, Filter
from domain.matching import Operator, Requirement, check_requirements
from domain.refusal import Refused

Dropped = tuple[Filter, Refused]


def carried(filters: Iterable[Filter], catalogue: Catalogue | None = None) -> tuple[list[Requirement], list[Dropped]]:
    """What goes along of some filters, and each of which something does not, with why.

    It judges as what an offer asks does: whoever's answer is unknown is asked, and nobody is dropped for it.
    """
    kept: list[Requirement] = []
    dropped: list[Dropped] = []
    for f in filters:
        try:
            wanted = _requirements(f, catalogue or load())
        except Refused as refused:
            dropped.append((f, refused))
            continue
        for requirement in wanted:
            try:
                kept += check_requirements([requirement], may_use_protected=False, catalogue=catalogue)
            except Refused as refused:
                dropped.append((f, refused))
    return kept, dropped


def _requirements(f: Filter, catalogue: Catalogue) -> Sequence[Requirement]:
    """A filter as what an offer would ask. Raises Refused where it says nothing that work can ask."""
    field = catalogue.fields.get(f.key)
    if field is None:
        raise Refused("Days of contact and plan say how the work with somebody goes, and nothing that a vacancy asks.")
    if field.protected or field.sensitive:
        # Says so, whatever is asked of it.
        check_requirements([Requirement(f.key, Operator.IS, ())], may_use_protected=False, catalogue=catalogue)
    if f.operator in ("between", "before"):
        lower, upper = f.values if f.operator == "between" else ("", f.values[0])
        found = [(Operator.AT_LEAST, lower), (Operator.AT_MOST, upper)]
        return [Requirement(f.key, operator, (value,)) for operator, value in found if value]
    codes = tuple(value for value in f.values if value != BLANK)
    if f.operator != "is" or not codes:
        raise Refused(
            "A vacancy can only require an answer, not that something is unknown, set aside or "
            "different. Clients whose answer is unknown are asked."
        )
    if isinstance(field.kind, YesNo):
        # Either answer will do: nothing is asked.
        return [Requirement(f.key, Operator.IS, codes)] if len(codes) == 1 else []
    return [Requirement(f.key, Operator.INCLUDES if isinstance(field.kind, Choices) else Operator.ONE_OF, codes)]
