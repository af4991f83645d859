"""Helpers around a client: with consent, nobody twice, judged by nothing older than the file, and moved in a merge."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from msgspec import structs

from domain.client import ClientClosed, ClientEvent, ClosingReason
from domain.client.helpers import (
    AddHelper,
    ChangeHelper,
    HelperAdded,
    HelperChanged,
    HelperConsentRenewed,
    HelperRemoval,
    HelperRemoved,
    HelperRole,
    KnownHelper,
    RemoveHelper,
    RenewHelperConsent,
)
from domain.client.standing import standing_in
from domain.client.taking_over import brought
from domain.refusal import Conflict, Refused
from tests.domain.texts import COACH, ID, NOW, TODAY, client

ILSE, OTHER, LATER = UUID(int=81), UUID(int=82), TODAY + timedelta(days=300)
WHO: dict[str, Any] = {
    "role_words": None,
    "organisation": "De Zorg",
    "name": "Ilse Bos",
    "phone": "06-1",
    "email": None,
}
RECORDED = datetime(2026, 6, 1, 9, tzinfo=UTC)


def added(helper_id: UUID = ILSE, **more: Any) -> HelperAdded:
    facts = {"helper_id": helper_id, "helper_role": HelperRole.CARE, "consent_on": TODAY, "ask_again_on": LATER}
    return HelperAdded(**WHO | facts | {"actor": COACH, "recorded_at": RECORDED} | more)


def add(**more: Any) -> AddHelper:
    facts = {"client_id": ID, "helper_id": OTHER, "role": HelperRole.CARE, "name": "Jan Mol", "organisation": "Elders"}
    return AddHelper(**facts | {"phone": "06-2", "consent_on": TODAY, "ask_again_on": LATER} | more)


def known(version: int, **more: Any) -> KnownHelper:
    return KnownHelper(
        **{"helper_id": ILSE, "version": version, "name": "Ilse Bos", "organisation": "De Zorg", "phone": "06-1"} | more
    )


def test_one_added_beside_others_is_compared_with_how_they_stand_now() -> None:
    state = client(added())
    (event,) = add(others=[known(state.helpers[ILSE])]).decide(state, NOW)
    assert isinstance(event, HelperAdded)
    for others in ([], [known(state.helpers[ILSE] + 1)]):
        with pytest.raises(Conflict):
            add(others=others).decide(state, NOW)


@pytest.mark.parametrize(
    ("more", "same"),
    [
        ({"name": "ilse  BOS", "organisation": "de zorg"}, True),
        ({"name": "Ilse Bos", "phone": "061"}, True),
        ({"name": "Ilse Bos"}, False),
        ({"organisation": "De Zorg", "phone": "06-1"}, False),
    ],
    ids=["at the same organisation", "by the same number", "another of that name", "a colleague of hers"],
)
def test_nobody_stands_in_a_file_twice(more: dict[str, str], same: bool) -> None:
    state = client(added())
    command = add(**{"others": [known(state.helpers[ILSE])]} | more)
    if not same:
        assert command.decide(state, NOW)
        return
    with pytest.raises(Refused) as refused:
        command.decide(state, NOW)
    assert (refused.value.field, "on the file already" in str(refused.value)) == ("name", True)


def test_who_is_changed_is_not_compared_with_herself_and_keeps_the_consent() -> None:
    state = client(added())
    change = ChangeHelper(
        client_id=ID, helper_id=ILSE, role=HelperRole.CARE, name="Ilse Bos", organisation="De Zorg", phone="06-9"
    )
    (event,) = change.decide(state, NOW)
    assert isinstance(event, HelperChanged) and not hasattr(event, "consent_on")


def test_who_was_removed_is_neither_changed_nor_asked_of_and_a_removal_asks_for_no_version() -> None:
    state = client(added(), HelperConsentRenewed(helper_id=ILSE, consent_on=TODAY, ask_again_on=LATER))
    remove = RemoveHelper(client_id=ID, helper_id=ILSE, why=HelperRemoval.CONSENT_WITHDRAWN)
    (event,) = remove.decide(state, NOW)
    gone = client(added(), structs.replace(event))
    for command in (remove, RenewHelperConsent(client_id=ID, helper_id=ILSE, consent_on=TODAY, ask_again_on=LATER)):
        with pytest.raises(Refused, match="not on the file any more"):
            command.decide(gone, NOW)
    closed = replace(state, closed_on=TODAY)
    with pytest.raises(Refused, match="closed"):
        add(others=[known(state.helpers[ILSE])]).decide(closed, NOW)


def come(kept: list[ClientEvent], other: list[ClientEvent]) -> list[ClientEvent]:
    return [each for each in brought(standing_in(kept), standing_in(other)) if isinstance(each, HelperAdded)]


REMOVED = HelperRemoved(helper_id=ILSE, why=HelperRemoval.CONSENT_WITHDRAWN, recorded_at=RECORDED + timedelta(days=400))


@pytest.mark.parametrize(
    ("kept", "come_along"),
    [
        ([], 1),
        ([added(OTHER)], 0),
        ([added(OTHER, name="Jan Mol")], 1),
        ([added(), REMOVED], 0),
        ([added(), structs.replace(REMOVED, why=HelperRemoval.HELP_ENDED)], 1),
    ],
    ids=["none", "the same there", "another there", "withdrawn there", "help ended there"],
)
def test_a_merge_brings_whom_the_kept_file_lacks_unless_the_client_does_not_want_it(
    kept: list[ClientEvent], come_along: int
) -> None:
    other = [
        added(UUID(int=83), phone="06-1"),
        HelperConsentRenewed(
            helper_id=UUID(int=83), consent_on=TODAY, ask_again_on=LATER + timedelta(days=9), actor=OTHER
        ),
    ]
    found = come(kept, list(other))
    assert len(found) == come_along
    for each in found:
        assert isinstance(each, HelperAdded)
        assert (each.ask_again_on, each.actor) == (LATER + timedelta(days=9), OTHER), "the consent as it stands"


def test_a_closed_file_still_brings_its_helpers() -> None:
    closed = ClientClosed(reason=ClosingReason.JOB, closed_on=TODAY)
    assert len(come([], [added(), closed])) == 1
