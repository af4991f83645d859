"""What became of a command is told by one of the words that are counted, whatever was raised."""

from __future__ import annotations

import sqlite3

import psycopg
import pytest
from eventsourcing.persistence import IntegrityError, OperationalError

from database.door import ClosedError, ReplacedError, State
from domain.refusal import Conflict, Refused
from eventlog import observing
from eventlog.handler import BusyError
from eventlog.keyring import KeyGoneError
from eventlog.observing import OUTCOMES, observed, outcome_of
from eventlog.recording import StreamErasedError
from tests.stories import CLIENT


def test_the_words_are_those_that_alarms_and_dashboards_know() -> None:
    assert OUTCOMES == (
        "accepted",
        "unchanged",
        "repeated",
        "refused",
        "conflict",
        "busy",
        "unavailable",
        "failed",
    )


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (Refused("no"), "refused"),
        (Conflict("no"), "conflict"),
        (StreamErasedError(), "refused"),
        (KeyGoneError(CLIENT), "refused"),
        (BusyError(), "busy"),
        (IntegrityError(), "busy"),
        (ReplacedError(), "busy"),
        (ClosedError(State()), "unavailable"),
        (OperationalError(), "unavailable"),
        (psycopg.OperationalError(), "unavailable"),
        (sqlite3.OperationalError(), "unavailable"),
        (ZeroDivisionError(), "failed"),
        (KeyboardInterrupt(), "failed"),
    ],
)
def test_each_error_is_one_of_them(error: BaseException, outcome: str) -> None:
    assert outcome_of(error) == outcome
    told: list[tuple[str, str]] = []
    with pytest.raises(type(error)), observed(lambda name, how, _: told.append((name, how)), ["a", 1]):
        raise error
    assert told == [("str", outcome), ("int", outcome)]


def test_what_no_error_says_is_said_by_whoever_knows() -> None:
    told: list[tuple[str, str, bool]] = []
    for outcome in (None, observing.REPEATED):
        with observed(lambda name, how, seconds: told.append((name, how, 0 <= seconds < 5)), [1]) as seen:
            seen.outcome = outcome or seen.outcome
    assert told == [("int", "accepted", True), ("int", "repeated", True)]
