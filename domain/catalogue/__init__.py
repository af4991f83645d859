"""The field catalogue: one declaration says everything about each field that is registered."""

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
from domain.catalogue.installed import as_declared, installed, is_said, load
from domain.catalogue.kinds import Choice, Choices, DateKind, Kind, Number, Option, ShortText, Text, YesNo, as_cell
from domain.catalogue.model import Contradiction, Field, Required
from domain.catalogue.terms import Source, State, Track, Value

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
    "as_declared",
    "installed",
    "is_said",
    "load",
]
