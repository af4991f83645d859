"""What a letter says of the last day to answer: the same as the offer does."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import cast

import pytest

from projections.offers import OfferRow
from records.letters import PROPOSAL, letter


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Please let your work coach know by 2 December 2026 whether"),
        ("nl", "Laat uw werkcoach uiterlijk 2 december 2026 weten"),
    ],
)
def test_a_letter_names_the_last_day_to_answer(language: str, said: str) -> None:
    offer = SimpleNamespace(
        kind="vacancy",
        title="Baker",
        organisation=None,
        starts_on=None,
        description="",
        answer_by=date(2026, 12, 2),
    )
    _, text = letter(PROPOSAL, language, "Anna", cast("OfferRow", offer))
    assert said in text
