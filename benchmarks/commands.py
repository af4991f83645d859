"""Commands: appending beside the stock recorder, recording beside plain tables, and what one waits for."""

from __future__ import annotations

import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from uuid import UUID, uuid4

from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder
from sqlalchemy import select
from sqlalchemy.orm import Session

from application.services import Services
from benchmarks import crud
from benchmarks.bench import Bench, environment
from benchmarks.city_log import NOW
from benchmarks.figure import ROUNDS, Result, at_least, seconds
from domain.client import AssignClient, Channel, Client, RecordContact, TakeIntake, evolve
from eventlog import postgres
from eventlog.commands import CommandContext, Step
from eventlog.handler import Handler
from eventlog.postgres import PostgresRecorder
from projections.engine.positions import positions
from tests.processes import process
from werkpad import servers
from werkpad.settings import Settings
from werkpad.wiring import build, pause
from workers.app import make_app
from workers.nudge import nudger

DAY = date(2026, 10, 1)
MOMENT = CommandContext(NOW, UUID(int=2))


def append_beside_stock(bench: Bench) -> Result:
    count = 2_000

    def rate(recorder: PostgresApplicationRecorder) -> float:
        recorder.create_table()
        seen: list[int] = []
        over = threading.Event()

        def tail() -> None:
            # A reader that never looks back: what it passes over is lost.
            while True:
                last_look = over.is_set()
                found = recorder.select_notifications(seen[-1] + 1 if seen else 1, 500)
                seen.extend(n.id for n in found)
                if last_look and not found:
                    return

        def append(_: int) -> None:
            recorder.insert_events([StoredEvent(uuid4(), 1, "bench", b"{}")])

        reader = threading.Thread(target=tail)
        reader.start()
        with ThreadPoolExecutor(8) as threads:
            took = seconds(lambda: list(threads.map(append, range(count))))
        over.set()
        reader.join()
        if len(seen) != count:
            raise RuntimeError(f"A tailing reader saw {len(seen)} of {count} events.")
        return count / took

    rates, ratios = [], []
    for _ in range(ROUNDS):
        with servers.database(bench.admin_url) as url:
            store = postgres.datastore(url, pool_size=10)
            stock = rate(PostgresApplicationRecorder(store, events_table_name="stock"))
            rates.append(rate(PostgresRecorder(store)))
            ratios.append(rates[-1] / stock)
            store.close()
    return at_least("append, 8 threads", 2, "events/s", "the stock recorder", rates, ratios)


def _client(services: Services) -> UUID:
    client_id = uuid4()
    services.clients.handle(
        TakeIntake(client_id=client_id, held_on=DAY, team=UUID(int=1), name="Invented"), MOMENT, uuid4()
    )
    services.clients.handle(
        AssignClient(client_id=client_id, team=UUID(int=1), coach=UUID(int=2), assigned_on=DAY), MOMENT, uuid4()
    )
    return client_id


def _contact(client_id: UUID, nth: int) -> RecordContact:
    return RecordContact(
        client_id=client_id,
        contact_id=uuid4(),
        held_on=DAY + timedelta(days=nth % 20),
        channel=Channel.PHONE,
        note="They talked about the course.",
    )


def command_beside_crud(bench: Bench) -> Result:
    count = 600
    rates, ratios = [], []
    with bench.empty() as services:
        crud.Base.metadata.create_all(services.database.engine)
        clients = [_client(services) for _ in range(30)]
        with Session(services.database.engine) as session:
            session.add_all([crud.Client(client_id=c, intake_on=DAY, coach_id=UUID(int=2)) for c in clients])
            session.commit()

        def ours() -> None:
            for nth in range(count):
                services.clients.handle(_contact(clients[nth % 30], nth), MOMENT, uuid4())

        def theirs() -> None:
            for nth in range(count):
                crud.record_contact(services.database.engine, clients[nth % 30], DAY + timedelta(days=nth % 20), NOW)

        for _ in range(ROUNDS):
            peer = count / seconds(theirs)
            rates.append(count / seconds(ours))
            ratios.append(rates[-1] / peer)
    return at_least("record a contact", 0.9, "commands/s", "ORM, plain tables", rates, ratios)


def warm_beside_full_fold(bench: Bench) -> Result:
    rates, ratios = [], []
    with bench.empty() as services:
        client_id = _client(services)
        for nth in range(98):
            services.clients.handle(_contact(client_id, nth), MOMENT, uuid4())
        count = 200

        step: Step[Client] = Step(_contact(client_id, 1), MOMENT, uuid4())
        kept = services.clients._remembered()

        def warm() -> None:
            for _ in range(count):
                services.clients._decide(kept.states.get(client_id), [step], kept.seen)

        def cold() -> None:
            for _ in range(count):
                Handler(services.log, evolve, pause).decide([step])

        for _ in range(ROUNDS):
            peer = count / seconds(cold)
            rates.append(count / seconds(warm))
            ratios.append(rates[-1] / peer)
    return at_least("deciding, 100 events, warm", 5, "decisions/s", "a full fold", rates, ratios)


def visible(bench: Bench) -> list[Result]:
    """From the append to the caseload, through a broker and a real worker, at 50 commands a second for 10 seconds."""
    waits: list[list[float]] = []
    with servers.valkey() as broker, servers.database(bench.admin_url) as url:
        env = environment(url, broker)
        services = build(Settings.from_environment(env))
        services.create()
        nudge = nudger(make_app(services.settings, lambda: services))
        clients = [_client(services) for _ in range(50)]
        with process("worker --concurrency 2", env):
            nudge()
            while services.engine.freshness()["caseload"].behind:
                time.sleep(0.05)
            waits = [_waits(services, nudge, clients) for _ in range(ROUNDS)]
        services.close()
    results = []
    for name, share, goal in (("p50", 50, 0.1), ("p99", 99, 1.0)):
        found = [statistics.quantiles(w, n=100)[share - 1] for w in waits]
        value = statistics.median(found)
        name = f"append to visible, {name}"
        results.append(Result(name, value * 1000, "ms", "", value, f"under {goal:g} s", value < goal, found))
    return results


def _waits(services: Services, nudge: object, clients: list[UUID]) -> list[float]:
    appended: dict[int, float] = {}
    seen: dict[int, float] = {}
    over = threading.Event()

    def watch() -> None:
        while not over.is_set() or len(seen) < len(appended):
            with services.database.read() as connection:
                at = connection.scalar(select(positions.c.position).where(positions.c.projection == "caseload")) or 0
            now = time.perf_counter()
            for position in list(appended):
                if position <= at and position not in seen:
                    seen[position] = now
            time.sleep(0.002)

    watcher = threading.Thread(target=watch)
    watcher.start()
    began = time.perf_counter()
    for nth in range(500):
        due = began + nth / 50
        time.sleep(max(0.0, due - time.perf_counter()))
        answer = services.clients.handle(_contact(clients[nth % 50], nth), CommandContext(services.clock()), uuid4())
        appended[answer.position] = time.perf_counter()
        nudge()  # type: ignore[operator]  # there is one here
    over.set()
    watcher.join()
    return [max(0.0, seen[p] - at) for p, at in appended.items()]
