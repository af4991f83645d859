"""Rebuilding and catching up: beside the library's runner, beside reading the rows, on workers, on larger logs."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from uuid import uuid4

from psycopg.rows import tuple_row
from sqlalchemy import update

from application.services import Services
from benchmarks.bench import Bench, environment
from benchmarks.city_log import NOW
from benchmarks.figure import ROUNDS, Result, at_least, at_most, seconds
from benchmarks.runner_peer import runner
from domain.in_force import declared
from projections import what_if
from projections.engine.positions import positions
from projections.engine.readmodel import metadata
from projections.engine.rebuild import begin, rebuild, take_part
from projections.engine.rebuilds import DONE, found
from werkpad.settings import Settings
from werkpad.wiring import build

READ = "SELECT {position}, originator_id, originator_version, topic, state FROM events ORDER BY {position}"
RUNNER_SHARE = 3_000


def read_rows(services: Services) -> int:
    """Every row of the log through the driver, in order; how many there were."""
    if services.settings.is_sqlite:
        with services.log._recorder.as_library().datastore.transaction(commit=False) as c:  # type: ignore[attr-defined]  # the one recorder that is used here
            c.execute(READ.format(position="rowid"))
            c.sqlite_cursor.row_factory = None
            return sum(1 for _ in c.sqlite_cursor)
    with (
        services.log._recorder.datastore.get_connection() as connection,  # type: ignore[attr-defined]  # the one recorder that is used here
        connection.transaction(),
        connection.cursor(name="reading", row_factory=tuple_row) as cursor,
    ):
        cursor.itersize = 10_000
        cursor.execute(READ.format(position="notification_id"), binary=True)
        return sum(1 for _ in cursor)


def runner_rate(services: Services) -> float:
    """Events a second of the library's runner, over the first part of the log."""
    began = time.perf_counter()
    with runner(services) as running:
        last = services.log.page(0, RUNNER_SHARE)[-1].position
        running.wait(last, timeout=600)
    return RUNNER_SHARE / (time.perf_counter() - began)


def one_by_one_rate(services: Services) -> float:
    """Events a second with one transaction for each event, for all read models."""
    engine, share = services.engine, 500
    rules = engine.rulebook.under(engine.rulebook.as_declared)
    _empty(services)

    def work() -> None:
        for recorded in services.log.page(0, share):
            for projection in engine.projections.values():
                with services.database.write() as connection:
                    engine.pages.fold(connection, projection, [recorded], rules)

    return share / seconds(work)


def _empty(services: Services) -> None:
    with services.database.write() as connection:
        for table in metadata.sorted_tables:
            connection.execute(table.delete())
        connection.execute(update(positions).values(position=0, folded=None))


def rebuild_beside_runner(bench: Bench) -> Result:
    services, filled = bench.postgres
    rates, ratios = [], []
    for _ in range(ROUNDS):
        peer = runner_rate(services)
        rates.append(filled.events / seconds(lambda: rebuild(services.engine)))
        ratios.append(rates[-1] / peer)
    return at_least("rebuild, all", 100, "events/s", "ProjectionRunner, caseload only", rates, ratios)


def _beside_reading(services: Services, events: int, name: str, goal: float, names: Sequence[str]) -> Result:
    rates, ratios = [], []
    for _ in range(ROUNDS):
        reading = seconds(lambda: read_rows(services))
        ours = seconds(lambda: rebuild(services.engine, names))
        rates.append(events / ours)
        ratios.append(ours / reading)
    return at_most(name, goal, "events/s", "reading the rows", rates, ratios)


def rebuild_beside_reading(bench: Bench) -> Result:
    services, filled = bench.postgres
    return _beside_reading(services, filled.events, "rebuild, all", 4, ())


def caseload_beside_reading(bench: Bench) -> Result:
    services, filled = bench.postgres
    return _beside_reading(services, filled.events, "rebuild, caseload", 2, ["caseload"])


def what_if_beside_rebuild(bench: Bench) -> Result:
    """Every team's figures under two sets of rules, beside rebuilding the read models that they are taken from."""
    services, filled = bench.postgres
    engine = services.engine
    now = declared()
    proposed = now.revised("seen", {"channels": ["office"]})
    rates, ratios = [], []
    for _ in range(ROUNDS):
        peer = seconds(lambda: rebuild(engine, ["caseload", "data_gaps"]))
        with services.database.write() as connection:
            what_if.ask(
                connection,
                uuid4(),
                "seen",
                now,
                proposed,
                form={},
                as_of=services.today,
                asked_at=services.clock(),
                asked_by=uuid4(),
            )
        ours = seconds(lambda: what_if.count_next(engine))
        rates.append(filled.events / ours)
        ratios.append(ours / peer)
    return at_most("what-if", 2, "events/s", "rebuild of caseload and data gaps", rates, ratios)


def sqlite_beside_reading(bench: Bench) -> Result:
    services, filled = bench.sqlite
    return _beside_reading(services, filled.events, "rebuild on SQLite, all", 4, ())


def sqlite_beside_one_by_one(bench: Bench) -> Result:
    services, filled = bench.sqlite
    rates, ratios = [], []
    for _ in range(ROUNDS):
        peer = one_by_one_rate(services)
        rates.append(filled.events / seconds(lambda: rebuild(services.engine)))
        ratios.append(rates[-1] / peer)
    return at_least("rebuild on SQLite, all", 100, "events/s", "a transaction an event", rates, ratios)


def take_part_alone(url: str) -> None:
    """What a worker process does."""
    services = build(Settings.from_environment(environment(url)), clock=lambda: NOW)
    take_part(services.engine)
    services.close()


def two_workers_beside_one(bench: Bench) -> Result:
    services, filled = bench.postgres
    url = services.settings.database_url
    rates, ratios = [], []
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as workers:
        list(workers.map(_warm, range(2)))

        def together(count: int) -> float:
            rebuild_id = begin(services.engine, shards=8)
            took = seconds(lambda: list(workers.map(take_part_alone, [url] * count)))
            # Whoever came last may have left the finish to the other; there is nothing to claim then.
            take_part(services.engine)
            if found(services.database, rebuild_id).state != DONE:
                raise RuntimeError("The rebuild was not finished.")
            return took

        for _ in range(ROUNDS):
            alone, both = together(1), together(2)
            rates.append(filled.events / both)
            ratios.append(alone / both)
    return at_least("rebuild, 2 workers", 1.15, "events/s", "1 worker", rates, ratios)


def _warm(_: int) -> None:
    time.sleep(0.2)


def growth(bench: Bench) -> Result:
    (large, many), (small, few) = bench.postgres, bench.small
    rates, ratios = [], []
    for _ in range(ROUNDS):
        a_small_one = seconds(lambda: rebuild(small.engine)) / few.events
        a_large_one = seconds(lambda: rebuild(large.engine)) / many.events
        rates.append(1 / a_large_one)
        ratios.append(a_large_one / a_small_one)
    return at_most("time per event", 1.2, "events/s", "a tenth of the log", rates, ratios)


MEMORY = r"""
import re, sys
from benchmarks.bench import environment
from projections.engine.rebuild import rebuild
from werkpad.settings import Settings
from werkpad.wiring import build
rebuild(build(Settings.from_environment(environment(sys.argv[1]))).engine)
print(re.search(r"VmHWM:\s+(\d+)", open("/proc/self/status").read())[1])
"""


def memory(bench: Bench) -> Result:
    def peak(services: Services) -> float:
        command = [sys.executable, "-c", MEMORY, services.settings.database_url]
        return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout) / 1024  # noqa: S603 - our own program and arguments

    peaks, ratios = [], []
    for _ in range(ROUNDS):
        peaks.append(peak(bench.postgres[0]))
        ratios.append(peaks[-1] / peak(bench.small[0]))
    return at_most("peak memory", 1.5, "MiB", "a tenth of the log", peaks, ratios)


def catch_up_beside_runner(bench: Bench) -> Result:
    services, filled = bench.postgres
    rates, ratios = [], []
    for _ in range(ROUNDS):
        peer = runner_rate(services)
        _empty(services)
        rates.append(filled.events / seconds(lambda: services.engine.catch_up(["caseload"])))
        ratios.append(rates[-1] / peer)
    services.engine.catch_up()
    return at_least("live catch-up, caseload", 40, "events/s", "ProjectionRunner", rates, ratios)
