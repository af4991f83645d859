"""Every event that was ever stored loads for ever: a sample of each stands in tests/events_ever_written."""

from __future__ import annotations

import json
from pathlib import Path
from uuid import UUID

import pytest

from eventlog.events import Sealed, shape_of, topics
from eventlog.mapper import SealingMapper, UnknownTopicError
from werkpad.wiring import EVENTS

SAMPLES = sorted((Path(__file__).parents[1] / "events_ever_written").glob("*.json"))
TOPICS = topics(EVENTS)


def test_there_is_a_sample_of_every_event() -> None:
    assert {json.loads(path.read_text())["topic"] for path in SAMPLES} >= set(TOPICS)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_it_loads_with_its_personal_values_sealed(path: Path) -> None:
    sample = json.loads(path.read_text())
    state = json.dumps(sample["state"]).encode()
    event = SealingMapper(TOPICS).load(UUID(sample["stream"]), sample["version"], sample["topic"], state)
    assert (str(event.originator_id), event.originator_version) == (sample["stream"], sample["version"])
    for name in shape_of(type(event)).personal:
        assert getattr(event, name) is None or isinstance(getattr(event, name), Sealed)


def test_an_event_of_newer_code_is_named() -> None:
    with pytest.raises(UnknownTopicError, match=r"client\.NotYetThoughtOf"):
        SealingMapper(TOPICS).load(UUID(int=1), 1, "client.NotYetThoughtOf", b"{}")
