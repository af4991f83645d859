"""Fields that often are not relevant: proposed to the improvement team, to be dropped or asked at another time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from application import rights
from application.rights import needs
from application.services import Services
from domain.roles import Viewer
from domain.suppression import rounded, shown
from projections import data_gaps

# Of how many clients at least, and of what part of those of whom something is recorded, in hundredths.
AT_LEAST, PART = 10, 25


@dataclass(frozen=True, slots=True)
class OftenSetAside:
    """A field, of about how many open clients it is not relevant, and of how many something is recorded: None where
    that would tell of a few others."""

    field: str
    not_relevant: int
    recorded: int | None


@needs(rights.DECIDE)
def often_not_relevant(services: Services, viewer: Viewer) -> Sequence[OftenSetAside]:
    """The fields that are not relevant for many clients of the city, those most often so first."""
    with services.database.read() as connection:
        found = data_gaps.not_relevant_by_field(connection)
    often = [each for each in found if each[1] >= AT_LEAST and each[1] * 100 >= each[2] * PART]
    often.sort(key=lambda each: (-each[1] / each[2], each[0]))
    return [
        OftenSetAside(field, rounded(n), None if shown(all_ - n) is None else rounded(all_)) for field, n, all_ in often
    ]
