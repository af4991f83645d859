"""The fields in their five groups; each group is a file of its own."""

from __future__ import annotations

from domain.catalogue.fields_able import ABLE
from domain.catalogue.fields_knows import KNOWS
from domain.catalogue.fields_plan import PLAN
from domain.catalogue.fields_wants import WANTS
from domain.catalogue.fields_who import WHO
from domain.catalogue.kinds import Text

GROUPS = {
    "who": Text("Personal", "Persoon"),
    "able": Text("Abilities", "Mogelijkheden"),
    "knows": Text("Skills and experience", "Kennis en ervaring"),
    "wants": Text("Preferences", "Wensen"),
    "plan": Text("Plan", "Plan"),
}

FIELDS = (*WHO, *ABLE, *KNOWS, *WANTS, *PLAN)
