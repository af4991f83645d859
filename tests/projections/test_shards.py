"""A rebuild in shards: by one process or by many, killed or not, it gives the same tables."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from sqlalchemy import inspect

from application.services import Services
from domain.client import ErasureReason
from eventlog.commands import CommandContext
from projections.engine import folding, rebuild, rebuilds, staging_tables
from projections.engine.verify import verify
from tests.processes import caught_up, lives, process, until
from tests.stories import tables


@pytest.mark.parametrize("shards", [1, 2, 5, 64])
def test_any_number_of_shards_gives_the_same_tables(services: Services, shards: int) -> None:
    lives(services, clients=20, contacts=3)
    services.engine.catch_up()
    before = tables(services)
    rebuild.rebuild(services.engine, shards=shards)
    assert tables(services) == before
    assert list(verify(services.engine)) == []


def left(services: Services) -> list[str]:
    return [
        name for name in inspect(services.database.engine).get_table_names() if name.endswith(staging_tables.SUFFIX)
    ]


PART = """
import sys
from projections.engine import rebuild
from werkpad.settings import Settings
from werkpad.wiring import build
import os
def progress(done, total):
    print(done, flush=True)
    if sys.argv[1:] == ["die"]:
        os.kill(os.getpid(), 9)
rebuild.take_part(build(Settings.from_environment()).engine, progress)
"""


def test_several_processes_take_part_and_one_of_them_dies(
    live: Services, env: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lives(live, clients=60, contacts=10)
    live.engine.catch_up()
    before = tables(live)
    rebuild_id = rebuild.begin(live.engine, shards=6)
    died = subprocess.run([sys.executable, "-c", PART, "die"], env=os.environ | env, check=False, capture_output=True)
    assert died.returncode == -signal.SIGKILL
    assert tables(live) == before, "the served tables are untouched"
    parts = [
        subprocess.Popen([sys.executable, "-c", PART], env=os.environ | env, stdout=subprocess.DEVNULL) for _ in "ab"
    ]
    assert [part.wait() for part in parts] == [0, 0]
    # The server may have noticed the death too late for them; what it held is free by now.
    until(lambda: not rebuild.take_part(live.engine), "nobody finished it")
    assert rebuilds.found(live.database, rebuild_id).state == rebuilds.DONE
    assert tables(live) == before
    assert left(live) == []
    assert list(verify(live.engine)) == []


def test_workers_take_part_and_the_clock_resumes_what_they_left(live: Services, env: dict[str, str]) -> None:
    lives(live, clients=40, contacts=10)
    live.engine.catch_up()
    before = tables(live)
    rebuild_id = rebuild.begin(live.engine, ["caseload", "contacts"], shards=4)
    with process("worker --concurrency 2", env), process("beat", env):
        until(lambda: rebuilds.found(live.database, rebuild_id).state == rebuilds.DONE, "nobody took part")
    assert tables(live) == before
    assert left(live) == []


def test_a_finisher_that_dies_leaves_a_rebuild_that_others_finish(
    live: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    lives(live, clients=10, contacts=5)
    live.engine.catch_up()
    before = tables(live)
    rebuild_id = rebuild.begin(live.engine, shards=2)
    for step in ("_index", "_catch_up", "_switch"):
        with monkeypatch.context() as patched:
            patched.setattr(rebuild, step, stumble)
            with pytest.raises(KeyboardInterrupt):
                rebuild.take_part(live.engine)
        assert tables(live) == before
    lives(live, clients=3, contacts=2)
    assert rebuild.take_part(live.engine)
    assert rebuilds.found(live.database, rebuild_id).state == rebuilds.DONE
    until(lambda: bool(live.engine.catch_up() or caught_up(live)), "it did not catch up")
    assert list(verify(live.engine)) == []


def stumble(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_rebuild_that_nobody_works_on_is_given_up_by_an_erasure(live: Services) -> None:
    lives(live, clients=3, contacts=2)
    live.engine.catch_up()
    rebuild_id = rebuild.begin(live.engine, shards=2)
    rebuild.discard_leftovers(live.engine)
    assert left(live), "one that others can take part in is left to them"
    (client_id,) = {event.event.originator_id for event in live.log.page(0, 1)}
    live.erase(client_id, ErasureReason.CLIENT_REQUEST, CommandContext(live.clock()), uuid4())
    assert left(live) == []
    assert rebuilds.found(live.database, rebuild_id).state == rebuilds.GIVEN_UP
    assert rebuild.take_part(live.engine) is False


def test_a_new_rebuild_starts_clean(live: Services) -> None:
    lives(live, clients=3, contacts=2)
    live.engine.catch_up()
    old = rebuild.begin(live.engine, shards=2)
    rebuild.rebuild(live.engine)
    assert rebuilds.found(live.database, old).state == rebuilds.GIVEN_UP
    assert list(verify(live.engine)) == []


def test_progress_is_there_for_others_to_see(
    make_services: Callable[..., Services], database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    services, other = make_services(database_url), make_services(database_url)
    monkeypatch.setattr(folding, "EVENTS_AT_ONCE", 10)
    lives(services, clients=6, contacts=5)
    seen = []

    def look(_done: int, _total: int) -> None:
        running = rebuilds.current(other.database)
        assert running is not None
        seen.append((running.events, running.total))

    rebuild.rebuild(services.engine, progress=look)
    assert {total for _, total in seen} == {42}
    assert [events for events, _ in seen] == sorted(events for events, _ in seen)
    assert seen[-1][0] == 42
    assert rebuilds.current(other.database) is None


def test_a_stream_that_lacks_an_event_stops_a_rebuild(services: Services) -> None:
    lives(services, clients=1, contacts=3)
    services.engine.catch_up()
    before = tables(services)
    with services.database.write() as connection:
        connection.exec_driver_sql("DELETE FROM events WHERE originator_version = 3")
    with pytest.raises(Exception, match="has 4 events, and its last one has number 5"):
        rebuild.rebuild(services.engine)
    assert tables(services) == before
    assert left(services) == []
    assert UUID(int=0) not in before
