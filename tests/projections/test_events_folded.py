"""Each read model folds every event of its clients, or leaves it out on purpose, and forgets who is erased."""

from __future__ import annotations

import pytest

from domain.client import (
    CLIENT_EVENTS,
    ClientErased,
    ContradictionAccepted,
)
from domain.closing_days import CLOSING_DAYS_EVENTS
from domain.conversation import CONVERSATION_EVENTS
from domain.definition import DEFINITION_EVENTS
from domain.offer import OFFER_EVENTS
from feedback.change import CHANGE_EVENTS
from feedback.meeting import MEETING_EVENTS
from feedback.norm import NORM_EVENTS
from feedback.signal import SIGNAL_EVENTS
from projections.engine import engine
from werkpad.wiring import PROJECTIONS

CLIENTS = frozenset(CLIENT_EVENTS)


CONTACTS = frozenset(e for e in CLIENT_EVENTS if e.__name__.startswith("Contact") and "Frequency" not in e.__name__)


# Tasks, transfers, proposals, appointments and reviews say nothing of how somebody stands.
AROUND = frozenset(
    e
    for e in CLIENT_EVENTS
    if e.__name__.startswith(
        (
            "Task",
            "Promise",
            "Transfer",
            "Proposal",
            "OfferProposed",
            "FileReviewed",
            "Application",
            "IntakeMeeting",
            "Appointment",
        )
    )
)


# What a read model leaves out on purpose; a new event has to be folded or named here.
ASKING = frozenset(e for e in CLIENT_EVENTS if e.__name__.startswith(("Questionnaire", "Answer")))


LEFT_OUT = {
    "contacts": CLIENTS,
    "timeline": frozenset(),
    "caseload": AROUND | ASKING | {ContradictionAccepted},
    "data_gaps": CONTACTS | AROUND | ASKING,
    "agenda": CLIENTS,
    "appointments": CLIENTS,
    "applications": CLIENTS,
    "proposals": CLIENTS,
    # Found by what they say at the intake, and by the birth date.
    "known_people": CLIENTS,
    "questionnaires": CLIENTS,
    "offers": CLIENTS,
    "conversations": CLIENTS,
    "signals": CLIENTS,
    "definitions": CLIENTS,
    "meetings": CLIENTS,
    "norms": CLIENTS,
    "changelog": CLIENTS,
    "closing_days": CLIENTS,
}


OF_OTHERS = {
    "offers": OFFER_EVENTS,
    "conversations": CONVERSATION_EVENTS,
    "signals": SIGNAL_EVENTS,
    "definitions": DEFINITION_EVENTS,
    "meetings": MEETING_EVENTS,
    "norms": NORM_EVENTS,
    "closing_days": CLOSING_DAYS_EVENTS,
    "changelog": CHANGE_EVENTS,
}


@pytest.mark.parametrize("projection", PROJECTIONS, ids=lambda p: p.name)
def test_every_event_is_folded_or_left_out_on_purpose(projection: engine.Projection) -> None:
    known = set(CLIENT_EVENTS) | set(OF_OTHERS.get(projection.name, ()))
    assert known - set(projection.folds) <= LEFT_OUT[projection.name]


@pytest.mark.parametrize("projection", [p for p in PROJECTIONS if p.name not in OF_OTHERS], ids=lambda p: p.name)
def test_every_read_model_of_clients_handles_an_erasure(projection: engine.Projection) -> None:
    assert ClientErased in projection.folds
