"""What each event leaves in a signal: these attributes, so, and no other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from eventlog.commands import given
from feedback.choice import AGES, Choice
from feedback.signal import SIGNAL_EVENTS, Help, Kind, Signal, SignalState, evolve_signal
from feedback.signal.aggregate import SignalEvent
from tests.domain.texts import without_texts

KINDS = {kind.__name__: kind for kind in SIGNAL_EVENTS}
ID, ME, YOU, A, B = (UUID(int=n) for n in range(81, 86))
NIGHT = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)  # on the second in Amsterdam


def event(kind: str, /, **facts: Any) -> Any:
    return without_texts(KINDS[kind], actor=ME, **facts)


@dataclass(frozen=True)
class Row:
    """An event, after those that are `given`, and what is another way after it."""

    event: SignalEvent
    left: dict[str, Any]
    given: Sequence[SignalEvent] = ()


LOGGED = event("SignalLogged", kind=Kind.IDEA, team=A, field="own_goal")
ASKED = event("ReporterAsked")
DUPLICATE = event("SignalMarkedDuplicate", of=A)
CARRIED = event("VoicesCarriedOver", duplicate=A, supporters=[ME], followers=[YOU])
DELIVERED = event("SignalDelivered", recorded_at=NIGHT)
TRIAGED = event("SignalTriaged")
SAYS = {"kind": Kind.IDEA, "team": A, "field": "own_goal"}
FOR_YOU = {"kind": Kind.IDEA, "for_colleague": YOU}
S = SignalState

ROWS: tuple[Row, ...] = (
    Row(LOGGED, SAYS | {"reporter": ME}),
    Row(event("SignalLogged", **FOR_YOU), {"kind": Kind.IDEA, "reporter": YOU, "followers": {ME}}),
    Row(event("SignalLogged", kind=Kind.IDEA, imported=True), {"kind": Kind.IDEA, "reporter": None}),
    Row(event("SignalLogged", **FOR_YOU, imported=True), {"kind": Kind.IDEA, "reporter": None, "followers": {ME}}),
    Row(without_texts(KINDS["SignalLogged"], sealed_reporter="x"), {"nameless": True}),
    Row(event("SignalAssigned", team=B, person=YOU), {"team": B, "person": YOU}, [LOGGED]),
    Row(event("SignalAssigned", team=None), {"team": None}, [LOGGED]),
    Row(event("SignalClassified", kind=Kind.FAULT, field=None), {"kind": Kind.FAULT, "field": None}, [LOGGED]),
    Row(TRIAGED, {"state": S.TRIAGED}),
    Row(ASKED, {"state": S.NEEDS_ANSWER, "before": S.TRIAGED}, [TRIAGED]),
    Row(event("ReporterAnswered"), {"state": S.TRIAGED}, [TRIAGED, ASKED]),
    Row(DUPLICATE, {"state": S.DUPLICATE, "before": S.TRIAGED, "duplicate_of": A}, [TRIAGED]),
    Row(event("DuplicateUndone"), {"state": S.TRIAGED, "duplicate_of": None}, [TRIAGED, DUPLICATE]),
    Row(DELIVERED, {"state": S.DELIVERED, "delivered_on": date(2026, 3, 2)}),
    Row(
        event("SignalDelivered", recorded_at=NIGHT),
        {"state": S.DELIVERED, "delivered_on": date(2026, 3, 2), "helped": set(), "reporter_helped": False},
        [event("HelpJudged", help=Help.NO, by_reporter=True)],
    ),
    Row(event("HelpJudged", help=Help.YES, by_reporter=True), {"helped": {ME}, "reporter_helped": True}),
    Row(event("HelpJudged", help=Help.YES, by_reporter=False), {"helped": {ME}}),
    Row(event("SignalSupported"), {"supporters": {ME}}),
    Row(event("SupportWithdrawn"), {"supporters": set()}, [event("SignalSupported")]),
    Row(event("SignalFollowed"), {"followers": {ME}}),
    Row(event("SignalUnfollowed"), {"followers": set()}, [event("SignalFollowed")]),
    Row(CARRIED, {"carried": {A: ({ME}, {YOU})}}),
    Row(event("VoicesTakenBack", duplicate=A), {"carried": {}}, [CARRIED]),
)
# To which state, says the table of transitions and its own test.
BY_THE_TABLE = {
    kind.__name__ for kind in SIGNAL_EVENTS if "reason" in kind.__struct_fields__ and "on" in kind.__struct_fields__
}


def held(events: Sequence[SignalEvent]) -> dict[str, Any]:
    of = given(evolve_signal, ID, events) if events else Signal(ID)
    return {f.name: getattr(of, f.name) for f in fields(Signal) if f.name not in ("id", "version")}


@pytest.mark.parametrize("row", ROWS, ids=[f"{type(row.event).__name__}-{nth}" for nth, row in enumerate(ROWS)])
def test_an_event_leaves_this_and_no_more(row: Row) -> None:
    assert held([*row.given, row.event]) == held(row.given) | row.left


def test_each_event_that_changes_the_signal_is_here() -> None:
    change = {kind.__name__ for kind in SIGNAL_EVENTS if kind.apply is not SignalEvent.apply}
    assert change - BY_THE_TABLE <= {type(row.event).__name__ for row in ROWS}


def test_how_old_is_older() -> None:
    now = datetime(2026, 3, 2, 9, tzinfo=UTC)
    bounds = {age: Choice(age=age).conditions(ME, now, None)[0].right.value for age in AGES}  # type: ignore[arg-type, attr-defined]  # needs no days
    assert bounds == {
        "week": datetime(2026, 2, 23, 9, tzinfo=UTC),
        "month": datetime(2026, 1, 31, 9, tzinfo=UTC),
        "quarter": datetime(2025, 12, 1, 9, tzinfo=UTC),
        "year": datetime(2025, 3, 2, 9, tzinfo=UTC),
    }
