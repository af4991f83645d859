"""The terms of the dashboards beside the fields: what they are called and mean, and their plain parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.catalogue.contradictions import TUNED
from domain.catalogue.kinds import Text
from domain.client.contacts import Channel

SEEN, NOT_SEEN, CONTACT_DUE, CASELOAD = "seen", "not_seen", "contact_due", "caseload"
CONTRADICTORY = "contradictory"
# The parameter of the rules that are switched off.
RULES_OFF = "rules_off"


@dataclass(frozen=True, slots=True)
class Term:
    """A term of the dashboards beside the fields: what it is called, what it means, and its plain parameters."""

    key: str
    label: Text
    definition: Text
    parameters: Mapping[str, Any]


TERMS = {
    term.key: term
    for term in (
        Term(
            SEEN,
            Text("Seen", "Gezien"),
            Text(
                "A contact with the outcome “spoken”, by one of the channels that count.",
                "Een contact met de uitkomst “gesproken”, via een van de kanalen die meetellen.",
            ),
            {"channels": [channel.value for channel in Channel]},
        ),
        Term(
            NOT_SEEN,
            Text("Not seen for 3 months", "3 maanden niet gezien"),
            Text(
                "Not seen in three calendar months. One who was never seen counts from the assignment; after a"
                " reopening it counts from that day.",
                "In drie kalendermaanden niet gezien. Wie nooit gezien is, telt vanaf de toewijzing; na een heropening"
                " telt het vanaf die dag.",
            ),
            {"months": 3},
        ),
        Term(
            CONTACT_DUE,
            Text("Next contact due", "Volgende contact"),
            Text(
                "The day last seen, or else of the assignment, and the agreed contact frequency after it; after a"
                " reopening it counts from that day.",
                "De dag waarop de klant laatst gezien is, of anders van de toewijzing, plus de afgesproken frequentie;"
                " na een heropening telt het vanaf die dag.",
            ),
            {},
        ),
        Term(
            CASELOAD,
            Text("Caseload", "Caseload"),
            Text(
                "The open clients of a coach: how many are manageable, by what coaches say, and how many are typical.",
                "De lopende klanten van een coach: hoeveel er volgens coaches werkbaar zijn, en hoeveel gangbaar zijn.",
            ),
            {"do_able": 80, "usual": 120},
        ),
        Term(
            CONTRADICTORY,
            Text("Contradictory", "Tegenstrijdig"),
            Text(
                "Two things are known of a client that can't both be so, by one of the rules; correct one of them, or"
                " say why both hold and when to review it.",
                "Van een klant zijn twee dingen bekend die volgens een van de regels niet allebei kunnen kloppen;"
                " verbeter er een, of leg uit waarom het allebei klopt en wanneer je opnieuw kijkt.",
            ),
            {RULES_OFF: [], **{name: usual for name, (usual, _) in TUNED.items()}},
        ),
    )
}
