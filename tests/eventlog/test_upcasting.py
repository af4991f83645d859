"""Events stored by an earlier version of their class load as today's; stored bytes of each are kept here."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, ClassVar
from uuid import UUID, uuid4

import pytest

from domain.client import CLIENT_EVENTS
from eventlog.events import Event, Personal, Upcast, class_version, shape_of, topics
from eventlog.keyring import Keyring
from eventlog.mapper import SealingMapper, UnknownTopicError
from feedback.signal import SIGNAL_EVENTS
from tests.eventlog.test_events_ever_written import SAMPLES

STREAM = UUID("11111111-1111-4111-8111-111111111111")


def _split_the_moment(state: dict[str, Any]) -> dict[str, Any]:
    """Version 1 had day and hour in one text."""
    day, _, hour = state.pop("held").partition(" ")
    return state | {"held_on": day, "hour": int(hour)}


def _name_the_place(state: dict[str, Any]) -> dict[str, Any]:
    """Version 2 did not tell where; it was always in the office."""
    return state | {"place": "office"}


class WorkshopHeld(Event, frozen=True, kw_only=True):
    """An event that was stored in three ways over the years."""

    category: ClassVar[str] = "test"
    upcasts: ClassVar[tuple[Upcast, ...]] = (_split_the_moment, _name_the_place)

    held_on: date
    hour: int
    place: str
    note: Personal[str] | None


STORED = {
    1: b'{"recorded_at":"2024-03-01T10:00:00Z","actor":null,"held":"2024-02-29 9","note":'
    b'{"k":"22222222-2222-4222-8222-222222222222","c":"AAAA"}}',
    2: b'{"recorded_at":"2025-03-01T10:00:00Z","actor":null,"held_on":"2025-02-28","hour":9,"note":'
    b'{"k":"22222222-2222-4222-8222-222222222222","c":"AAAA"},"class_version":2}',
    3: b'{"recorded_at":"2026-03-01T10:00:00Z","actor":null,"held_on":"2026-02-28","hour":9,"place":"library","note":'
    b'{"k":"22222222-2222-4222-8222-222222222222","c":"AAAA"},"class_version":3}',
}
WANTED = {
    1: (date(2024, 2, 29), "office"),
    2: (date(2025, 2, 28), "office"),
    3: (date(2026, 2, 28), "library"),
}


@pytest.fixture
def mapper() -> SealingMapper:
    return SealingMapper(topics([WorkshopHeld]))


@pytest.mark.parametrize("version", STORED)
def test_every_version_ever_stored_loads_as_todays(mapper: SealingMapper, version: int) -> None:
    for event in (
        mapper.load(STREAM, 4, "test.WorkshopHeld", STORED[version]),
        mapper.load_stream(STREAM, ["test.WorkshopHeld"] * 4, [STORED[version]] * 4)[3],
    ):
        assert isinstance(event, WorkshopHeld)
        assert (event.held_on, event.place) == WANTED[version]
        assert (event.originator_id, event.originator_version, event.hour) == (STREAM, 4, 9)
        assert event.recorded_at == datetime(2023 + version, 3, 1, 10, tzinfo=UTC)


class NoVault:
    def select_keys(self, stream_ids: object) -> list[Any]:
        return []

    def wrapping(self) -> None:
        return None


def test_what_is_stored_today_says_its_version_and_opens_again(mapper: SealingMapper) -> None:
    keyring = Keyring([bytes(32)], NoVault())
    keyring.admit(keyring.wrapping(STREAM))
    _, key = keyring.new_key(STREAM)
    event = WorkshopHeld(
        originator_id=STREAM,
        originator_version=1,
        held_on=date(2026, 1, 5),
        hour=9,
        place="town hall",
        note="a note",
        recorded_at=datetime(2026, 1, 5, tzinfo=UTC),
        actor=uuid4(),
    )
    stored = mapper.seal(event, key)
    assert b'"class_version":3' in stored.state
    again = mapper.load(STREAM, 1, stored.topic, stored.state)
    assert isinstance(again, WorkshopHeld)
    assert again.place == "town hall"


def test_a_version_of_newer_code_is_refused(mapper: SealingMapper) -> None:
    newer = STORED[3].replace(b'"class_version":3', b'"class_version":4')
    with pytest.raises(UnknownTopicError, match="version 4; this code knows it up to 3"):
        mapper.load(STREAM, 1, "test.WorkshopHeld", newer)


def test_there_are_stored_bytes_of_each_version_of_each_event() -> None:
    kept = {path.name.removesuffix(".json") for path in SAMPLES}
    wanted = {
        f"{shape_of(event_type).topic}.{version}"
        for event_type in (*CLIENT_EVENTS, *SIGNAL_EVENTS)
        for version in range(1, class_version(event_type) + 1)
    }
    assert wanted <= kept
