"""`./dev bench`: rebuild, catch-up and append, each beside its peer, as medians of ratios over three rounds."""

from __future__ import annotations

import base64
import json
import platform
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import click
from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder
from sqlalchemy import update

from domain.client import AssignClient, Channel, RecordContact, RegisterField, TakeIntake
from eventlog import postgres
from eventlog.handler import Moment, Step
from eventlog.postgres import PostgresRecorder
from projections.engine import positions
from projections.readmodel import metadata
from projections.rebuild import rebuild
from werkpad import servers
from werkpad.settings import Settings
from werkpad.wiring import Services, build

ROUNDS = 3
EVENTS_A_CLIENT = 40
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


@dataclass
class Result:
    """One row: `ratio` is the median over the rounds, `goal` what it should reach."""

    name: str
    value: float
    unit: str
    beside: str
    ratio: float
    goal: str
    met: bool
    rounds: list[float]


@dataclass
class Bench:
    services: Services
    url: str
    admin_url: str
    events: int


def fill(services: Services, events: int) -> None:
    """Invented clients with contacts and registrations, until the log is long enough."""
    moment = Moment(NOW - timedelta(days=10), UUID(int=2))
    day = moment.at.date() - timedelta(days=300)
    batch = []
    for n in range(events // EVENTS_A_CLIENT):
        client_id = UUID(int=n + 1)
        commands = [
            TakeIntake(client_id=client_id, held_on=day, team=UUID(int=1), name="Invented"),
            AssignClient(client_id=client_id, team=UUID(int=1), coach=UUID(int=2), assigned_on=day),
            RegisterField(client_id=client_id, field="driving_licence", value=["B"], known_on=day),
            RegisterField(client_id=client_id, field="education_level", value="primary", known_on=day),
        ]
        commands += [
            RecordContact(
                client_id=client_id, contact_id=uuid4(), held_on=day + timedelta(days=k), channel=Channel.PHONE,
                note="x",
            )
            for k in range(EVENTS_A_CLIENT - len(commands))
        ]  # fmt: skip
        batch.append(services.clients.decide([Step(c, moment, uuid4()) for c in commands]))
        if len(batch) == 100:
            services.clients.record(batch)
            batch = []
    services.clients.record(batch)


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def rebuild_beside_reading(bench: Bench) -> Result:
    """Rebuilding all read models in one pass, beside merely reading the log's rows in that order."""
    log = bench.services.log

    def read() -> int:
        return sum(1 for _ in log._recorder.by_stream(2**62))

    pairs = [(seconds(lambda: rebuild(bench.services.engine)), seconds(read)) for _ in range(ROUNDS)]
    ratios = [ours / reading for ours, reading in pairs]
    rate = bench.events / statistics.median(ours for ours, _ in pairs)
    ratio = statistics.median(ratios)
    return Result("rebuild", rate, "events/s", "reading the rows", ratio, "at most 4", ratio <= 4, ratios)


def catch_up_beside_one_by_one(bench: Bench) -> Result:
    """Live catch-up in pages, beside one transaction for each event, as the library's runner does."""
    engine = bench.services.engine
    share = 200

    def empty() -> None:
        with bench.services.database.write() as connection:
            for table in metadata.sorted_tables:
                if table.name != "projection_positions":
                    connection.execute(table.delete())
            connection.execute(update(positions).values(position=0))

    def one_by_one() -> None:
        for recorded in bench.services.log.page(0, share):
            with bench.services.database.write() as connection:
                engine.fold_page(connection, engine.projections["caseload"], [recorded])

    ratios, rates = [], []
    for _ in range(ROUNDS):
        empty()
        single = share / seconds(one_by_one)
        empty()
        paged = bench.events / seconds(lambda: engine.catch_up(["caseload"]))
        rates.append(paged)
        ratios.append(paged / single)
    empty()
    engine.catch_up()
    ratio = statistics.median(ratios)
    return Result(
        "catch_up", statistics.median(rates), "events/s", "a transaction an event", ratio, "at least 40", ratio >= 40,
        ratios,
    )  # fmt: skip


def append_beside_stock(bench: Bench) -> Result:
    """Appending from eight threads with our recorder, beside the library's."""
    count = 1_500

    def rate(recorder: PostgresApplicationRecorder) -> float:
        recorder.create_table()

        def append(_: int) -> None:
            recorder.insert_events([StoredEvent(uuid4(), 1, "bench", b"{}")])

        with ThreadPoolExecutor(8) as threads:
            return count / seconds(lambda: list(threads.map(append, range(count))))

    ratios, rates = [], []
    for _ in range(ROUNDS):
        with servers.database(bench.admin_url) as url:
            store = postgres.datastore(url, pool_size=8)
            stock = rate(PostgresApplicationRecorder(store, events_table_name="stock"))
            ours = rate(PostgresRecorder(store))
            store.close()
        rates.append(ours)
        ratios.append(ours / stock)
    ratio = statistics.median(ratios)
    return Result(
        "append", statistics.median(rates), "events/s", "the stock recorder", ratio, "at least 2", ratio >= 2, ratios
    )


BENCHMARKS = {"append": append_beside_stock, "catch_up": catch_up_beside_one_by_one, "rebuild": rebuild_beside_reading}


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--events", default=300_000, show_default=True, type=click.IntRange(1_000), help="Size of the log.")
@click.option("--only", type=click.Choice(sorted(BENCHMARKS)), help="One row.")
@click.option("--json", "file", type=click.Path(dir_okay=False, path_type=Path), help="Write the results there too.")
def main(events: int, only: str | None, file: Path | None) -> None:
    """Measure on a real PostgreSQL, each figure beside its peer, three rounds, median of the ratios."""
    key = base64.b64encode(bytes(32)).decode()
    with servers.postgres() as admin_url, servers.database(admin_url) as url:
        environment = {
            "WERKPAD_DATABASE_URL": url,
            "WERKPAD_KEY_ENCRYPTION_KEY": key,
            "WERKPAD_SECRET_KEY": "only for measuring" * 3,
        }
        services = build(Settings.from_environment(environment), clock=lambda: NOW)
        services.create()
        if only != "append":
            click.echo(f"Filling a log with {events} events …", err=True)
            fill(services, events)
        bench = Bench(services, url, admin_url, events)
        results = [measure(bench) for name, measure in BENCHMARKS.items() if only in (None, name)]
        services.close()
    click.echo(f"{'what':10} {'value':>12} {'unit':9} {'beside':24} {'ratio':>7}  goal")
    for r in results:
        met = "met" if r.met else "NOT MET"
        click.echo(f"{r.name:10} {r.value:12,.0f} {r.unit:9} {r.beside:24} {r.ratio:7.2f}  {r.goal}: {met}")
    if file:
        machine = f"{platform.machine()}, Python {platform.python_version()}"
        file.write_text(json.dumps({"machine": machine, "results": [asdict(r) for r in results]}, indent=1))


if __name__ == "__main__":
    main()
