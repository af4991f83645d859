"""The field catalogue: one declaration says everything about each field that is registered."""

from functools import cache

from domain.catalogue.catalogue import Catalogue, CatalogueError
from domain.catalogue.conditions import (
    All,
    Always,
    AtLeast,
    AtMost,
    Condition,
    HasAny,
    Includes,
    KnownAs,
    Not,
    TrackIn,
)
from domain.catalogue.contradictions import CONTRADICTIONS
from domain.catalogue.fields import FIELDS, GROUPS
from domain.catalogue.kinds import Choice, Choices, DateKind, Kind, Number, Option, ShortText, Text, YesNo, as_cell
from domain.catalogue.model import Contradiction, Field, Required
from domain.catalogue.terms import Source, State, Track, Value


@cache
def load() -> Catalogue:
    """The catalogue, checked once. Raises CatalogueError naming every mistake in it."""
    return Catalogue(FIELDS, CONTRADICTIONS, GROUPS)


__all__ = [
    "All",
    "Always",
    "AtLeast",
    "AtMost",
    "Catalogue",
    "CatalogueError",
    "Choice",
    "Choices",
    "Condition",
    "Contradiction",
    "DateKind",
    "Field",
    "HasAny",
    "Includes",
    "Kind",
    "KnownAs",
    "Not",
    "Number",
    "Option",
    "Required",
    "ShortText",
    "Source",
    "State",
    "Text",
    "Track",
    "TrackIn",
    "Value",
    "YesNo",
    "as_cell",
    "load",
]
