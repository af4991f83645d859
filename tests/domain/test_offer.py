"""Vacancies and workshops: opened with what they ask, changed by who saw them last, and closed for good."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.offer import (
    MOST_PLACES,
    ChangeOffer,
    CloseOffer,
    Offer,
    OfferChanged,
    OfferClosed,
    OfferKind,
    OfferOpened,
    OpenOffer,
    evolve_offer,
)
from eventlog.commands import CommandContext
from tests.story import Story

ID = UUID(int=7)
NOW = CommandContext(datetime(2026, 3, 2, 9, tzinfo=UTC), UUID(int=1))
TODAY = date(2026, 3, 2)
BAKER: dict[str, Any] = {"kind": OfferKind.VACANCY, "title": "Baker", "requirements": []}
STANDS: dict[str, Any] = BAKER | {
    "description": "",
    "organisation": "",
    "capacity": 1,
    "starts_on": None,
    "answer_by": None,
}


def story() -> Story[Offer]:
    return Story(evolve_offer, ID)


def test_an_offer_is_opened_with_its_words_in_order() -> None:
    wanted = BAKER | {"title": "  A   baker ", "organisation": " The  mill ", "description": " Early. "}
    story().when(OpenOffer(offer_id=ID, **wanted), NOW).then(
        OfferOpened(**STANDS | {"title": "A baker", "organisation": "The mill", "description": "Early."})
    )


@pytest.mark.parametrize(
    ("changed", "sentence", "field"),
    [
        ({"title": "  "}, "Enter a title", "title"),
        ({"title": "x" * 121}, "Enter a title", "title"),
        ({"description": "x" * 4001}, "4001 characters, at most 4000", "description"),
        ({"capacity": 0}, "from 1 to 10000", "capacity"),
        ({"capacity": MOST_PLACES + 1}, "from 1 to 10000", "capacity"),
        ({"starts_on": TODAY - timedelta(days=1)}, "today or a later day", "starts_on"),
        ({"starts_on": TODAY, "answer_by": TODAY + timedelta(days=1)}, "after the start", "answer_by"),
        ({"starts_on": date(9999, 1, 1)}, "", "starts_on"),
        ({"answer_by": date(9999, 1, 1)}, "", "answer_by"),
    ],
)
def test_what_is_not_sound_is_said_beside_its_field(changed: dict[str, Any], sentence: str, field: str) -> None:
    story().when(OpenOffer(offer_id=ID, **BAKER | changed), NOW).refused(sentence, field)


def test_what_lies_on_the_boundary_is_sound() -> None:
    most = {"title": "x" * 120, "description": "x" * 4000, "capacity": MOST_PLACES}
    edge = BAKER | most | {"starts_on": TODAY, "answer_by": TODAY}
    story().when(OpenOffer(offer_id=ID, **edge), NOW).then(OfferOpened(**STANDS | edge))


def test_an_offer_is_opened_once_and_closed_once() -> None:
    there = story().given(OfferOpened(**STANDS))
    there.when(OpenOffer(offer_id=ID, **BAKER), NOW).refused("already been recorded")
    there.when(CloseOffer(offer_id=ID), NOW).then(OfferClosed())
    there.when(CloseOffer(offer_id=ID), NOW).refused("is closed")
    there.when(ChangeOffer(offer_id=ID, **BAKER), NOW).refused("is closed")
    story().when(CloseOffer(offer_id=ID), NOW).refused("no such vacancy")


def test_it_is_changed_as_it_was_shown_and_stays_of_its_kind() -> None:
    there = story().given(OfferOpened(**STANDS))
    workshop = BAKER | {"kind": OfferKind.WORKSHOP}
    there.when(ChangeOffer(offer_id=ID, **workshop), NOW).refused("A vacancy can't become a workshop", "kind")
    there.when(ChangeOffer(offer_id=ID, **BAKER, shown=1), NOW).then(OfferChanged(**STANDS))
    there.when(ChangeOffer(offer_id=ID, **BAKER, shown=1), NOW).refused("Somebody else changed this", "title")
    there.when(ChangeOffer(offer_id=ID, **BAKER, shown=2), NOW).then(OfferChanged(**STANDS))
    # What has begun already can still be told otherwise.
    begun = BAKER | {"starts_on": TODAY - timedelta(days=9)}
    there.when(ChangeOffer(offer_id=ID, **begun), NOW).then(OfferChanged(**STANDS | begun))
