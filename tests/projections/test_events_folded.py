"""Each read model folds every event of its clients, or leaves it out on purpose, and forgets who is erased."""

from __future__ import annotations

import pytest

from domain.client import (
    CLIENT_EVENTS,
    ClientErased,
    ContradictionAccepted,
    FilesMerged,
    MergedInto,
    MergeUndone,
)
from domain.closing_days import CLOSING_DAYS_EVENTS
from domain.conversation import CONVERSATION_EVENTS
from domain.definition import DEFINITION_EVENTS
from domain.offer import OFFER_EVENTS
from domain.workshop_session import WORKSHOP_EVENTS
from feedback.change import CHANGE_EVENTS
from feedback.meeting import MEETING_EVENTS
from feedback.norm import NORM_EVENTS
from feedback.signal import SIGNAL_EVENTS
from projections.engine import engine
from werkpad.wiring import PROJECTIONS

CLIENTS = frozenset(CLIENT_EVENTS)


CONTACTS = frozenset(e for e in CLIENT_EVENTS if e.__name__.startswith("Contact") and "Frequency" not in e.__name__)


# Tasks, transfers, proposals, appointments, steps and reviews say nothing of how somebody stands.
AROUND = frozenset(
    e
    for e in CLIENT_EVENTS
    if e.__name__.startswith(
        (
            "Task",
            "Promise",
            "CallAnswered",
            "Own",
            "Transfer",
            "TakenOver",
            "GivenBack",
            "Proposal",
            "OfferProposed",
            "FileReviewed",
            "Application",
            "IntakeMeeting",
            "Appointment",
            "Step",
            "Helper",
            "Exemption",
            "ClientInvited",
            "Invitation",
            "Workshop",
            "Mail",
        )
    )
)


# What a read model leaves out on purpose; a new event has to be folded or named here.
ASKING = frozenset(e for e in CLIENT_EVENTS if e.__name__.startswith(("Questionnaire", "Answer")))


LEFT_OUT = {
    "contacts": CLIENTS,
    "timeline": frozenset(),
    # What a file took over from another are events of their own.
    "caseload": AROUND | ASKING | {ContradictionAccepted, FilesMerged},
    "data_gaps": CONTACTS | AROUND | ASKING | {FilesMerged},
    "agenda": CLIENTS,
    "appointments": CLIENTS,
    "steps": CLIENTS,
    "helpers": CLIENTS,
    "exemptions": CLIENTS,
    "invitations": CLIENTS,
    "assignments": CLIENTS,
    "take_overs": CLIENTS,
    "own_notes": CLIENTS,
    "applications": CLIENTS,
    "proposals": CLIENTS,
    "paths": CLIENTS,
    # Found by what they say at the intake, and by the birth date.
    "known_people": CLIENTS,
    "merges": CLIENTS,
    "questionnaires": CLIENTS,
    "offers": CLIENTS,
    "workshops": CLIENTS,
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
    "workshops": WORKSHOP_EVENTS,
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


@pytest.mark.parametrize(
    "projection",
    # An application that became a file has no rows any more, whatever becomes of the file.
    [p for p in PROJECTIONS if p.name not in OF_OTHERS and p.name != "applications"],
    ids=lambda p: p.name,
)
def test_every_read_model_of_clients_handles_a_merge_and_its_undoing(projection: engine.Projection) -> None:
    assert {MergedInto, MergeUndone} <= projection.folds.keys()
    # What was sealed is folded anew when a merge is undone.
    assert not projection.decrypts or MergeUndone in projection.decrypts
