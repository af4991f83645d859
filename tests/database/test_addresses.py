"""What a database's address says reaches every connection."""

from __future__ import annotations

import psycopg
import pytest

from database.addresses import connection_arguments, for_programs, session_arguments

ADDRESS = (
    "postgresql://me:secret@db.example:6543/werkpad?sslmode=verify-full&sslrootcert=/etc/ca.pem"
    "&application_name=north&target_session_attrs=read-write&keepalives_idle=30"
)


def test_all_that_it_says_is_an_argument() -> None:
    assert connection_arguments(ADDRESS) == {
        "user": "me",
        "password": "secret",
        "host": "db.example",
        "port": "6543",
        "dbname": "werkpad",
        "sslmode": "verify-full",
        "sslrootcert": "/etc/ca.pem",
        "application_name": "north",
        "target_session_attrs": "read-write",
        "keepalives_idle": "30",
    }


@pytest.mark.parametrize(
    ("query", "host", "port"),
    [
        ("host=one:1&host=two:2", "one,two", "1,2"),
        ("host=one,two&port=1,2", "one,two", "1,2"),
        ("host=/run/postgresql", "/run/postgresql", None),
    ],
)
def test_several_hosts_and_a_socket(query: str, host: str, port: str | None) -> None:
    found = connection_arguments(f"postgresql://me:secret@/werkpad?{query}")
    assert (found["host"], found.get("port")) == (host, port)


def test_a_part_that_postgresql_does_not_know_is_refused() -> None:
    with pytest.raises(psycopg.ProgrammingError, match="sslmod"):
        connection_arguments("postgresql://me@db/werkpad?sslmod=require")


def test_a_session_waits_for_nothing_for_ever_and_the_address_has_the_last_word() -> None:
    found = session_arguments("postgresql://me@db/werkpad?options=-c%20statement_timeout%3D3s&connect_timeout=2", 7)
    assert found["options"].startswith("-c lock_timeout=7s -c statement_timeout=15s")
    assert found["options"].endswith("-c statement_timeout=3s")
    assert found["connect_timeout"] == "2"


def test_programs_get_it_by_their_environment_where_nobody_reads_along() -> None:
    environment, name = for_programs(ADDRESS)
    assert environment["PGSSLMODE"] == "verify-full"
    assert environment["PGPASSWORD"] == "secret"
    assert environment["PGTARGETSESSIONATTRS"] == "read-write"
    assert name == "dbname=werkpad keepalives_idle=30"
