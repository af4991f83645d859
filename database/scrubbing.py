"""What files of the database still hold of rows that were changed or deleted, taken out of them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sqlalchemy import Table, inspect, text
from sqlalchemy.exc import OperationalError

from database.transactions import Database

# Seconds that others' work on a table is waited for, while all of theirs waits for us.
PATIENCE = 2
WORDS = re.compile(r"signal_words_[0-9a-f]{8}")
LOCK_NOT_AVAILABLE = "55P03"


def scrub(database: Database, tables: Iterable[Table]) -> bool:
    """Write tables and their indexes anew, without what was in them before; whether all of them were.

    A plain VACUUM gives the space of dead rows back and leaves their bytes in it. SQLite overwrites what is deleted,
    but for the words in an index of FTS5, which go when its segments become one.
    """
    if database.is_sqlite:
        with database.write(long=True) as connection:
            for name in filter(WORDS.fullmatch, inspect(connection).get_table_names()):
                connection.execute(text(f'INSERT INTO "{name}" ("{name}") VALUES (\'optimize\')'))  # noqa: S608 - the name is ours
        return True
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT", werkpad_writes=True) as connection:
        connection.exec_driver_sql("SET statement_timeout = 0")
        connection.exec_driver_sql(f"SET lock_timeout = '{PATIENCE}s'")
        try:
            for table in tables:
                connection.exec_driver_sql(f'VACUUM (FULL) "{table.name}"')
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", None) != LOCK_NOT_AVAILABLE:
                raise
            return False
        finally:
            connection.exec_driver_sql("RESET statement_timeout")
            connection.exec_driver_sql("RESET lock_timeout")
    return True
