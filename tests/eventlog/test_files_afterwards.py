"""After an erasure or a redaction no file of the database holds a word of it, nor the key that it was sealed under."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text

from application import leftovers, signal_steps
from application.services import ERASED, REDACTED, REDACTING, Services
from domain.client import AgreePlanOfAction, ErasureReason, RegisterField
from eventlog.commands import CommandContext
from feedback.search import marks_of, signal_search, words_of
from projections.caseload_table import caseload
from records import follow_ups
from tests.eventlog.test_erasure import CLIENT, INTAKE_ON
from tests.feedback.test_signal_handler import IMPROVER, log
from tests.stories import begin, contact, do


def files(services: Services) -> Iterator[tuple[str, bytes]]:
    """Every file of the database, its write-ahead log included, as a thief of the disk would find it."""
    if services.settings.is_sqlite:
        folder = services.settings.sqlite_path.parent
    else:
        with services.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            # What is in memory alone stands in a file a little later.
            connection.execute(text("CHECKPOINT"))
            folder = Path(connection.scalars(text("SHOW data_directory")).one())
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            try:
                yield str(path.relative_to(folder)), path.read_bytes()
            except FileNotFoundError:
                continue


def holding(services: Services, *what: bytes) -> dict[str, list[bytes]]:
    found = {name: [w for w in what if w in content or w.lower() in content] for name, content in files(services)}
    return {name: parts for name, parts in found.items() if parts}


def wrapped(services: Services, stream_id: UUID) -> bytes:
    return next(iter(services.log._recorder.select_keys([stream_id]))).wrapped


def live(services: Services) -> tuple[bytes, ...]:
    """A client of whom words stand in the log, in read models and in a key; words that stand nowhere else."""
    words = [f"{word}{uuid4().hex}" for word in ("Name", "E-mail", "Own", "Goal", "Plan", "Job")]
    name, mail, own, goal, plan, job = words
    begin(services, name=name, email=f"{mail}@example.org")
    do(services, contact(own_words=own, note=name))
    for field, value in (("own_goal", goal), ("preferred_occupations", job)):
        do(services, RegisterField(client_id=CLIENT, field=field, value=value, known_on=INTAKE_ON))
    do(services, AgreePlanOfAction(client_id=CLIENT, plan=plan, agreed_on=INTAKE_ON))
    services.engine.catch_up()
    return (*(word.encode() for word in words), wrapped(services, CLIENT))


def marks(services: Services, word: str) -> list[bytes]:
    """What a signal is found by that has a word."""
    return [mark.encode() for mark in sorted(marks_of(words_of(word), services.log.marks()))]


def erase(services: Services) -> None:
    services.erase(CLIENT, ErasureReason.CLIENT_REQUEST, CommandContext(services.clock()), uuid4())


def redact(services: Services, signal_id: UUID, passage: str) -> None:
    signal_steps.redact_passage(services, IMPROVER, signal_id, passage, uuid4())


def test_of_one_who_was_erased(services: Services) -> None:
    what = live(services)
    assert holding(services, *what), "the search finds what is there"
    erase(services)
    assert holding(services, *what) == {}


def test_of_a_passage_that_was_taken_out(services: Services) -> None:
    word, other = f"passage{uuid4().hex}", f"other{uuid4().hex}"
    signal_id = log(services, f"They said {word} {other}")
    for nth in range(3):
        log(services, f"Something else {nth}")
    services.engine.catch_up()
    key = wrapped(services, signal_id)
    assert holding(services, *marks(services, word)) and holding(services, key)
    assert holding(services, word.encode(), other.encode()) == {}, "sealed from the first, also for searching"
    redact(services, signal_id, word)
    assert holding(services, *marks(services, word), key) == {}
    assert holding(services, *marks(services, other)), "the rest can be found still"


@contextmanager
def somebody_reads(services: Services) -> Iterator[None]:
    """A long look at what is to be written anew, as a backup takes it."""
    table = signal_search if services.database.is_sqlite else caseload
    with services.database.engine.connect() as connection, connection.begin():
        connection.execute(select(table)).all()
        if not services.database.is_sqlite:
            connection.execute(select(signal_search)).all()
        yield


@pytest.mark.parametrize("what", ["erasure", "redaction"])
def test_while_somebody_reads_it_is_left_and_done_later(services: Services, what: str) -> None:
    words = live(services)
    signal_id = log(services, f"They said {words[0].decode()}")
    services.engine.catch_up()
    found_by = marks(services, words[0].decode())
    assert holding(services, *found_by)
    with somebody_reads(services):
        if what == "erasure":
            erase(services)
        else:
            redact(services, signal_id, words[0].decode())
    with services.database.read() as connection:
        done = {name: follow_ups.done(connection, name) for name in (ERASED, REDACTING, REDACTED)}
    assert done == {ERASED: 0, REDACTING: int(what == "redaction"), REDACTED: 0}
    leftovers.finish_erasures(services)
    if what == "redaction":
        erase(services)
    else:
        redact(services, signal_id, words[0].decode())
    assert holding(services, *words, *found_by) == {}


def test_a_redaction_whose_process_died_before_its_words_went_is_finished_by_the_next_start(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    word = f"passage{uuid4().hex}"
    signal_id = log(services, f"They said {word}")
    services.engine.catch_up()
    with monkeypatch.context() as dies:
        dies.setattr(Services, "forget_redacted", lambda self: None)
        redact(services, signal_id, word)
    services.create()
    assert holding(services, word.encode(), *marks(services, word)) == {}
