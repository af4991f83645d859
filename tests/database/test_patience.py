"""Whoever must not wait for ever says how long a silence of the database may last; each answer begins it anew."""

from __future__ import annotations

import threading

import psycopg
import pytest

from database.patience import PatientConnection, left, may_be_gone, patience
from tests.processes import until


def test_one_has_all_the_time_unless_one_says_so() -> None:
    assert left() is None
    with patience(100):
        outer = left()
        assert outer is not None and 99 < outer <= 100
        with patience(1):
            inner = left()
            assert inner is not None and inner <= 1
        again = left()
        assert again is not None and 99 < again <= outer
    assert left() is None


def test_patience_that_is_over_leaves_a_moment_and_is_each_threads_own() -> None:
    told: list[float | None] = []
    with patience(0):
        assert left() == 0.005
        thread = threading.Thread(target=lambda: told.append(left()))
        thread.start()
        thread.join()
    assert told == [None]


def test_a_silence_ends_the_session_and_an_answer_begins_it_anew(fresh_postgres: str) -> None:
    with PatientConnection.connect(fresh_postgres, autocommit=True) as connection:
        connection.execute("SELECT pg_sleep(0.2)")
        with patience(1.0):
            for _ in range(4):
                connection.execute("SELECT pg_sleep(0.4)")
        assert not connection.closed
        pid = connection.info.backend_pid
        with patience(0.3), pytest.raises(psycopg.OperationalError, match="does not answer"):
            connection.execute("SELECT pg_sleep(200)")
        with psycopg.connect(fresh_postgres, autocommit=True) as other:
            # It was not waited for: the server has not seen yet that nobody listens any more.
            assert other.execute("SELECT pg_terminate_backend(%s)", [pid]).fetchone() == (True,)
        assert connection.closed, "what it was about is not known any more"


def test_the_end_of_a_session_is_seen_in_its_socket(fresh_postgres: str) -> None:
    with psycopg.connect(fresh_postgres, autocommit=True) as other, psycopg.connect(fresh_postgres) as connection:
        pid = connection.info.backend_pid
        assert not may_be_gone(connection)
        other.execute("SELECT pg_terminate_backend(%s)", [pid])
        until(lambda: may_be_gone(connection), "its end is not seen")
        connection.close()
        assert may_be_gone(connection)
