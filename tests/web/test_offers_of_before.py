"""What an offer asked when it was entered, and may ask no longer, is told on its pages: nothing goes in silence."""

from __future__ import annotations

import html

import msgspec
import pytest
from sqlalchemy import update

from domain.catalogue import load
from domain.matching import Operator, Requirement
from projections.offers import offers
from tests.web.at_work import busy
from tests.web.conftest import Town

PROTECTED = [Requirement(f.key, Operator.IS, ("yes",)) for f in load() if f.protected or f.sensitive]
AT_MOST = Requirement("hours_available", Operator.AT_MOST, ("20",))
GONE = Requirement("a_field_of_before", Operator.IS, ("yes",))
STILL = Requirement("driving_licence", Operator.INCLUDES, ("B",))


@pytest.mark.parametrize("kind", ["vacancy", "workshop"])
@pytest.mark.parametrize("page", ["", "/match", "/change"])
def test_each_requirement_that_may_not_select_any_more_is_told_with_why(town: Town, page: str, kind: str) -> None:
    offer_id, _, _ = busy(town, town.new_client("coach", "Anna de Vries"))
    asked = [*PROTECTED, AT_MOST, GONE, STILL]
    if kind == "workshop":
        # It may select by what is protected.
        asked = [STILL, AT_MOST]
    with town.services.database.write() as connection:
        stored = {"requirements": msgspec.json.encode(asked).decode(), "kind": kind}
        connection.execute(update(offers).where(offers.c.offer_id == offer_id).values(stored))
    shown = html.unescape(town.visit("coach").get(f"/offers/{offer_id}{page}"))
    assert ("no longer counts" in shown) == (kind == "vacancy")
    if kind == "vacancy":
        told = shown.partition("no longer counts")[2].partition("</ul>")[0]
        assert told.count("<li>") == len(asked) - 1
        for requirement in (*PROTECTED, AT_MOST):
            assert load()[requirement.field].label.en in told, requirement
        assert GONE.field in told and load()[STILL.field].label.en not in told
        for why in ("protected: nobody", "special category", "never a maximum", "no longer kept"):
            assert why in told
