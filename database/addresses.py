"""What a `postgresql://` address says, for every connection to it: both pools, backups, and PostgreSQL's programs.

Its query reaches them all: `sslmode`, `sslrootcert`, `application_name`, `options`, `target_session_attrs`, several
hosts, the folder of a socket.
"""

from __future__ import annotations

import os
from typing import Any

from psycopg import pq
from psycopg.conninfo import make_conninfo
from sqlalchemy.engine import make_url

CONNECT_TIMEOUT = 5  # seconds
STATEMENT_TIMEOUT = 15  # seconds; longer work lifts it for its own transaction
IDLE_IN_TRANSACTION = 60  # seconds
# What a page read at random costs, in pages read in a row: PostgreSQL's 4 is that of a turning disk, and has it read
# whole tables where a coach's clients are a few pages of an index.
RANDOM_PAGE_COST = 1.1
NO_TIMEOUTS = "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0"
HARDLY_WAITING = "SET LOCAL lock_timeout = '250ms'"


def connection_arguments(url: str) -> dict[str, Any]:
    """libpq's parameters by name, as `psycopg.connect` takes them.

    Raises:
        psycopg.ProgrammingError: one that PostgreSQL does not know.
    """
    address = make_url(url).set(drivername="postgresql+psycopg")
    _, given = address.get_dialect()().create_connect_args(address)
    found = {name: " ".join(v) if isinstance(v, tuple) else str(v) for name, v in given.items()}
    make_conninfo(**found)
    return found


def session_arguments(url: str, lock_timeout: int) -> dict[str, Any]:
    """The same, for sessions of a pool: nothing waits for ever there. `lock_timeout` is in seconds; what the address
    says itself goes before."""
    found = connection_arguments(url)
    limits = {
        "lock_timeout": lock_timeout,
        "statement_timeout": STATEMENT_TIMEOUT,
        "idle_in_transaction_session_timeout": IDLE_IN_TRANSACTION,
    }
    ours = " ".join(f"-c {name}={seconds}s" for name, seconds in limits.items())
    return {
        "connect_timeout": str(CONNECT_TIMEOUT),
        **found,
        "options": f"{ours} -c random_page_cost={RANDOM_PAGE_COST} {found.get('options', '')}".strip(),
    }


def for_programs(url: str) -> tuple[dict[str, str], str]:
    """The same, for `pg_dump` and its like: an environment, since others on the machine can read a command line, and
    what to give as `--dbname`."""
    given = connection_arguments(url)
    variables = {o.keyword.decode(): o.envvar.decode() for o in pq.Conninfo.get_defaults() if o.envvar}
    environment = {variables[name]: value for name, value in given.items() if name in variables}
    rest = {name: value for name, value in given.items() if name not in variables}
    return os.environ | environment, make_conninfo(dbname=given.get("dbname"), **rest)
