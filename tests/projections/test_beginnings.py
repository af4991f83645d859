"""A rebuild passes over the streams in which nothing begins a read model's rows: so nothing else may begin them."""

from __future__ import annotations

import json
from uuid import UUID

import msgspec
import pytest

from domain.client import ClientErased, FieldRegistered, IntakeTaken
from eventlog.events import Event
from eventlog.mapper import SealingMapper
from eventlog.marks import Marks
from eventlog.sealing import StreamOpener
from projections import known_people
from projections.engine.readmodel import Projection, Rows, fold
from tests.eventlog.test_events_ever_written import SAMPLES, TOPICS
from werkpad.wiring import PROJECTIONS

DECLARED = [projection for projection in PROJECTIONS if projection.begins is not None]


def _samples() -> list[Event]:
    mapper = SealingMapper(TOPICS)
    loaded = []
    for sample in (json.loads(path.read_text()) for path in SAMPLES):
        state = json.dumps(sample["state"]).encode()
        loaded.append(mapper.load(UUID(sample["stream"]), sample["version"], sample["topic"], state))
    return loaded


def _folded_alone(projection: Projection, event: Event) -> int:
    """How many rows a read model has after one event, and nothing before it."""
    opener = StreamOpener(None, lambda: Marks(bytes(32)))
    rows = Rows(event.originator_id, projection.tables, opener, lambda _: [], None, None)
    try:
        projection.folds[type(event)](event, rows)
    except (LookupError, AttributeError, TypeError):
        # It changes a row, and there is none.
        return 0
    return sum(1 for table in projection.tables for _ in rows.all(table))


@pytest.mark.parametrize("projection", DECLARED, ids=lambda p: p.name)
def test_nothing_but_what_is_declared_begins_rows(projection: Projection) -> None:
    begun = {
        type(event) for event in _samples() if type(event) in projection.folds and _folded_alone(projection, event)
    }
    assert begun <= (projection.begins or set()), "Name it among what begins rows, or a rebuild leaves them out."


@pytest.mark.parametrize("projection", DECLARED, ids=lambda p: p.name)
def test_what_is_declared_to_begin_rows_is_folded(projection: Projection) -> None:
    assert (projection.begins or set()) <= projection.folds.keys()
    assert ClientErased not in (projection.begins or set())


def test_marks_of_who_is_known_are_made_once_whatever_becomes_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """The intake and the birth date after it each made all of them anew."""
    asked = []

    def signs(*known: str | None) -> frozenset[object]:
        asked.append(known)
        return frozenset()

    monkeypatch.setattr(known_people, "signs", signs)
    taken, registered = (
        next(event for event in _samples() if type(event) is kind) for kind in (IntakeTaken, FieldRegistered)
    )
    born = msgspec.structs.replace(registered, field="birth_date", originator_id=taken.originator_id)
    opener = StreamOpener(None, lambda: Marks(bytes(32)))
    rows = Rows(taken.originator_id, known_people.projection.tables, opener, lambda _: [taken], None, None)
    fold([taken, born, born], [(known_people.projection, rows)])
    assert len(asked) == 1
