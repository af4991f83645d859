"""What whoever runs Werkpad is told of an error."""

from __future__ import annotations

import pytest
from psycopg_pool import PoolTimeout

from eventlog import postgres
from werkpad.causes import sentence


def test_a_pool_that_is_used_up_is_no_server_that_is_away(fresh_postgres: str) -> None:
    store = postgres.datastore(fresh_postgres, pool_size=1)
    with store.get_connection():
        with pytest.raises(PoolTimeout) as bare:
            store.pool.getconn(timeout=0.3)
        store.pool.timeout = 0.3
        with pytest.raises(Exception, match="get a connection") as wrapped, store.get_connection():
            pass
    store.close()
    for error in bare.value, wrapped.value:
        said = sentence(error, fresh_postgres)
        assert said is not None and said.startswith("No connection to the database was free in time")
