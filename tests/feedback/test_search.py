"""Signals are found by their words, bent ones too, and by keyed marks of them alone."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from application.services import Services
from eventlog.marks import Marks
from feedback import board, search
from feedback.search import OPEN, looked_for_by, marks_of, signal_search, words_of
from feedback.signal import CommentOnSignal, Kind
from feedback.signals import signals
from projections.engine.rebuild import rebuild
from tests.conftest import Clock
from tests.feedback.test_signal_handler import COLLEAGUE, do, log, move


@pytest.mark.parametrize("many", [1, 2000])
def test_words_are_found_bent_and_in_any_order_and_after_a_rebuild(
    services: Services, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    monkeypatch.setattr("feedback.search.MANY", many)
    one, other = log(services, "Rijbewijzen van bromfietsen tellen niet mee"), log(services, "The CV has no day")
    marks = services.log.marks()
    for _ in range(2):
        services.engine.catch_up()
        with services.database.read() as connection:

            def found(text: str, connection: object = connection) -> list[UUID]:
                return [r.signal_id for r in board.search(connection, text, marks)]  # type: ignore[arg-type]  # the test gives what fits

            assert found("rijbewijs") == found("BROMFIETSEN tellen") == [one]
            assert found("cv") == [other]
            assert found("bromf") == found("bromfietstocht") == [one], "by a beginning, and what begins alike"
            assert found("bromwijs") == []
            assert found("rijbewijs cv") == found("") == found("de het van") == []
            assert board.search(connection, "rijbewijs", marks, [signals.c.kind == Kind.IDEA]) == []
            assert found("'\" OR * ( ) - NEAR \\ %") == []
            alike = board.similar(connection, "Telt een bromfiets als rijbewijs?", marks)
            assert [r.signal_id for r in alike] == [one]
            assert board.similar(connection, "rijbewijs", marks, but=one) == []
        rebuild(services.engine, ["signals"])
    move(services, one, "triage", "discuss", "decline")
    services.engine.catch_up()
    with services.database.read() as connection:
        assert board.similar(connection, "rijbewijs", marks) == [], "only open ones"


def test_no_word_of_a_signal_stands_beside_it_in_the_clear(services: Services) -> None:
    signal_id = log(services, "Rijbewijzen van bromfietsen tellen niet mee voor Ingmar")
    do(services, CommentOnSignal(signal_id=signal_id, viewer=COLLEAGUE, text="Geldt ook voor trekkers", mentions=()))
    services.engine.catch_up()
    with services.database.read() as connection:
        (kept,) = connection.scalars(select(signal_search.c.marks))
        said = words_of("Rijbewijzen van bromfietsen tellen niet mee voor Ingmar", "Geldt ook voor trekkers")
        assert set(kept.split()) == marks_of(said, services.log.marks()) | {OPEN}
        assert not any(word[:4] in kept for word in said)
        assert marks_of(said, Marks(bytes(32))).isdisjoint(kept.split()), "with the vault's key alone"
        a, b = (log(services, text) for text in ("Bromfietsen tellen", "Bromfietsen"))
        services.engine.catch_up()
        alike = board.similar(connection, "bromfiets telt rijbewijs", services.log.marks())
    assert [r.signal_id for r in alike[:1]] == [signal_id] and {r.signal_id for r in alike} <= {signal_id, a, b}


def test_the_most_alike_comes_first(services: Services) -> None:
    one, two, three, _ = (
        log(services, text)
        for text in ("Bromfietsen", "Bromfietsen tellen als rijbewijs", "Bromfietsen tellen", "Iets anders")
    )
    services.engine.catch_up()
    with services.database.read() as connection:
        alike = board.similar(connection, "Telt een bromfiets bij het rijbewijs? Het tellen", services.log.marks())
    assert [r.signal_id for r in alike] == [two, three, one]


@pytest.mark.parametrize(
    ("letters", "by"),
    [
        (1, "a"),
        (4, "abcd"),
        (5, "abcd*"),
        (6, "abcd*"),
        (7, "abcde*"),
        (8, "abcdef*"),
        (9, "abcdef*"),
        (10, "abcdefgh*"),
        (20, "abcdefgh*"),
    ],
    ids=str,
)
def test_a_word_is_looked_for_without_its_last_two_letters_by_a_beginning_that_is_kept(letters: int, by: str) -> None:
    word = "abcdefghijklmnopqrst"[:letters]
    assert looked_for_by(word) == by
    assert by in {word, *(f"{word[:kept]}*" for kept in (4, 5, 6, 8))}


def test_of_many_words_the_longest_are_looked_for() -> None:
    marks = Marks(bytes(32))
    words = {chr(ord("a") + n) * (n + 1) for n in range(14)}
    longest = [chr(ord("a") + n) * (n + 1) for n in range(2, 14)]
    assert set(search._asked(words, marks)) == {search._mark(looked_for_by(word), marks) for word in longest}


def test_a_list_of_signals_is_counted_whole_and_begins_where_it_is_asked_to(
    sqlite_services: Services, clock: Clock
) -> None:
    found = []
    for nth in range(3):
        found.append(log(sqlite_services, f"Number {nth}"))
        clock.now += timedelta(hours=1)
    sqlite_services.engine.catch_up()
    with sqlite_services.database.read() as connection:
        assert [row.signal_id for row in board.board(connection)] == found
        assert [row.signal_id for row in board.board(connection, latest=True)] == found[::-1]
        assert [row.signal_id for row in board.board(connection, limit=1, offset=1)] == found[1:2]
        assert board.count(connection) == 3
        assert board.count(connection, signals.c.kind == Kind.IDEA) == 0
