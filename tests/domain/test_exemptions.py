"""An exemption is decided by two: no command sets the track alone, and nobody reads a draft they wrote of."""

from __future__ import annotations

import inspect
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

import domain.client as clients
from domain.catalogue import Track
from domain.client import (
    ChooseServiceTrack,
    ClientClosed,
    ClientCommand,
    ClientEvent,
    ClosingReason,
    ServiceTrackChosen,
    exemptions,
)
from domain.client.exemptions import (
    ApproveExemption,
    BringExemption,
    DraftExemption,
    ExemptionApproved,
    ExemptionDrafted,
    ExemptionReturned,
    ReturnExemption,
    WithdrawExemption,
)
from domain.client.standing import standing_in
from domain.client.taking_over import brought
from domain.refusal import Conflict, Refused
from eventlog.commands import CommandContext
from tests.domain.texts import COACH, ID, NOW, TODAY, client

DRAFT, OFFICER, NEXT_COACH = UUID(int=91), UUID(int=92), UUID(int=93)
UNTIL = TODAY + timedelta(days=180)
WAITS = ExemptionDrafted(exemption_id=DRAFT, basis="A letter of the doctor", until=UNTIL, actor=COACH)
READER = CommandContext(NOW.at, OFFICER)
ABOUT: dict[str, Any] = {"client_id": ID, "exemption_id": DRAFT}


def draft(**more: Any) -> DraftExemption:
    return DraftExemption(**ABOUT | {"basis": "A letter of the doctor", "until": UNTIL} | more)


def version(*events: ClientEvent) -> int:
    mark = client(*events).exemption
    assert mark is not None
    return mark.version


def test_a_draft_leaves_the_track_as_it_is_and_an_approval_by_another_person_sets_it_until_its_last_day() -> None:
    (event,) = draft(shown=0).decide(client(), NOW)
    assert isinstance(event, ExemptionDrafted)
    state = client(WAITS)
    assert state.track is None
    approved, chosen = ApproveExemption(**ABOUT, shown=version(WAITS)).decide(state, READER)
    assert isinstance(approved, ExemptionApproved) and isinstance(chosen, ServiceTrackChosen)
    assert (chosen.track, chosen.chosen_on, chosen.until) == (Track.EXEMPT, TODAY, UNTIL)


def test_no_command_but_an_approval_sets_the_track_exempt_and_none_sets_it_by_way_of_a_field() -> None:
    """Every door goes through a command: each that can make the event is known here."""
    makers = {
        name
        for module in [*vars(clients).values(), exemptions]
        if inspect.ismodule(module)
        for name, made in vars(module).items()
        if inspect.isclass(made)
        and issubclass(made, ClientCommand)
        and "ServiceTrackChosen(" in inspect.getsource(made.decide)
    }
    assert makers == {"ChooseServiceTrack", "ApproveExemption", "BringExemption"}
    rooms = ("application", "web", "workers", "werkpad")
    bring = [str(p) for room in rooms for p in Path(room).rglob("*.py") if "BringExemption" in p.read_text()]
    assert bring == ["application/client_import.py"], "what was decided elsewhere comes by an import alone"
    for track in Track:
        choose = ChooseServiceTrack(client_id=ID, track=track, chosen_on=TODAY)
        if track is Track.EXEMPT:
            with pytest.raises(Refused, match="decided by two people") as refused:
                choose.decide(client(), NOW)
            assert refused.value.field == "service_track"
        else:
            (event,) = choose.decide(client(), NOW)
            assert isinstance(event, ServiceTrackChosen) and event.until is None


def test_an_exemption_that_stands_may_stay_as_it_is_on_a_form_and_may_be_ended() -> None:
    exempt = client(ServiceTrackChosen(track=Track.EXEMPT, chosen_on=TODAY))
    assert not ChooseServiceTrack(client_id=ID, track=Track.EXEMPT, chosen_on=TODAY).decide(exempt, NOW)
    assert ChooseServiceTrack(client_id=ID, track=Track.ORIENTATION, chosen_on=TODAY).decide(exempt, NOW)
    assert draft(shown=0).decide(exempt, NOW), "the next one is drafted while this one stands"


def test_one_that_was_decided_elsewhere_is_brought_without_a_last_day() -> None:
    bring = BringExemption(client_id=ID, chosen_on=TODAY)
    (chosen,) = bring.decide(client(), NOW)
    assert isinstance(chosen, ServiceTrackChosen)
    assert (chosen.track, chosen.chosen_on, chosen.until) == (Track.EXEMPT, TODAY, None)
    assert not bring.decide(client(chosen), NOW)
    with pytest.raises(Refused, match="future"):
        BringExemption(client_id=ID, chosen_on=TODAY + timedelta(days=1)).decide(client(), NOW)


REWRITTEN = ExemptionDrafted(exemption_id=DRAFT, basis="Anew", until=UNTIL, actor=NEXT_COACH)


@pytest.mark.parametrize(
    "context",
    [
        CommandContext(NOW.at, COACH),
        CommandContext(NOW.at, NEXT_COACH),
        CommandContext(NOW.at, None),
        CommandContext(NOW.at, OFFICER, COACH),
    ],
    ids=["who drafted", "who wrote it anew", "nobody", "a stand-in"],
)
def test_nobody_decides_on_a_draft_that_they_wrote_of(context: CommandContext) -> None:
    state, shown = client(WAITS, REWRITTEN), version(WAITS, REWRITTEN)
    for command in (ApproveExemption(**ABOUT, shown=shown), ReturnExemption(**ABOUT, words="No day", shown=shown)):
        with pytest.raises(Refused, match="does not decide"):
            command.decide(state, context)


def test_a_draft_that_was_changed_while_it_was_read_is_read_again_and_of_two_readers_one_is_told() -> None:
    state = client(WAITS, REWRITTEN)
    with pytest.raises(Conflict):
        ApproveExemption(**ABOUT, shown=version(WAITS)).decide(state, READER)
    decided = client(WAITS, ExemptionApproved(exemption_id=DRAFT))
    with pytest.raises(Refused, match="approved or withdrawn"):
        ApproveExemption(**ABOUT, shown=version(WAITS)).decide(decided, READER)


def test_a_returned_draft_waits_for_who_wrote_it_and_then_for_a_reader_again() -> None:
    (event,) = ReturnExemption(**ABOUT, words=" No day ", shown=version(WAITS)).decide(client(WAITS), READER)
    assert isinstance(event, ExemptionReturned) and event.words == "No day"
    shown = version(WAITS, event)
    with pytest.raises(Refused, match="was returned"):
        ApproveExemption(**ABOUT, shown=shown).decide(client(WAITS, event), READER)
    anew = draft(shown=shown).decide(client(WAITS, event), NOW)
    assert anew and ApproveExemption(**ABOUT).decide(client(WAITS, event, WAITS), READER)
    assert WithdrawExemption(**ABOUT, shown=shown).decide(client(WAITS, event), NOW)


@pytest.mark.parametrize("day", [TODAY, TODAY - timedelta(days=1)], ids=["today", "yesterday"])
def test_the_last_day_lies_ahead_when_it_is_drafted_and_when_it_is_approved(day: Any) -> None:
    with pytest.raises(Refused, match="in the future") as refused:
        draft(until=day).decide(client(), NOW)
    assert refused.value.field is None or refused.value.field == "until"
    state = client(ExemptionDrafted(exemption_id=DRAFT, basis="x", until=day, actor=COACH))
    with pytest.raises(Refused, match="not in the future any more"):
        ApproveExemption(**ABOUT).decide(state, READER)


def test_there_is_one_draft_and_none_outlives_the_file() -> None:
    with pytest.raises(Refused, match="a draft of an exemption already"):
        draft(exemption_id=UUID(int=99)).decide(client(WAITS), NOW)
    closed = ClientClosed(reason=ClosingReason.JOB, closed_on=TODAY)
    assert client(WAITS, closed).exemption is None
    with pytest.raises(Refused, match="closed"):
        ApproveExemption(**ABOUT).decide(replace(client(WAITS), closed_on=TODAY), READER)


def test_a_merge_brings_the_draft_that_waits_with_all_who_wrote_of_it_where_none_waits_there() -> None:
    other = standing_in([WAITS, REWRITTEN])
    assert [each for each in brought(standing_in([]), other) if each.actor in (COACH, NEXT_COACH)] == [WAITS, REWRITTEN]
    assert not brought(standing_in([WAITS]), other)
    for end in (ExemptionApproved(exemption_id=DRAFT), ClientClosed(reason=ClosingReason.JOB, closed_on=TODAY)):
        assert not [e for e in brought(standing_in([]), standing_in([WAITS, end])) if isinstance(e, ExemptionDrafted)]
