"""The work of a city's day: a page of the caseload, an import."""

from __future__ import annotations

import csv
import random
import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID, uuid4

from psycopg import sql
from sqlalchemy import Connection, select, text

from application.services import Services
from benchmarks import crud
from benchmarks.bench import Bench
from benchmarks.city_log import COACHES, NOW, PASSWORD, TEAMS, add_accounts
from benchmarks.figure import ROUNDS, Result, at_least, at_most, seconds
from domain.calendar import local_day
from domain.catalogue import State, load
from domain.roles import Role
from projections import caseload
from projections.engine.rebuild import rebuild
from records import people
from records.people import Account, Team
from web.app import create_app
from workers.import_clients import import_clients

EXAMPLE = Path(__file__).parents[1] / "examples" / "nsw-job-training"

# The same questions to the read model and to plain tables: open clients of a coach, and of a whole team.
SEEN = """(SELECT max(held_on) FROM crud_contacts k WHERE k.client_id = c.client_id AND k.outcome = 'spoken'
          AND NOT k.struck)"""
# A page shows every field's state and value, so they are asked for along with the clients.
FIELDS = """(SELECT json_object_agg(r.field, json_build_array(r.state, r.value, r.stale_on))
            FROM crud_registrations r WHERE r.client_id = c.client_id)"""
PLAIN = """SELECT c.*, {seen} AS last_seen_on, {fields} AS fields
           FROM crud_clients c WHERE c.closed_on IS NULL AND c.{scope} = '{who}' AND {filter}
           ORDER BY c.intake_on, c.client_id LIMIT 120"""
HAS = "EXISTS (SELECT 1 FROM crud_registrations r WHERE r.client_id = c.client_id AND {})"


def _filters(today: str) -> dict[str, tuple[Sequence[object], str]]:
    catalogue, day = load(), local_day(NOW)
    return {
        "none": ([], "true"),
        "not seen": (
            [caseload.not_seen(day)],
            f"coalesce({SEEN}, c.assigned_on) + interval '3 months' <= date '{today}'",
        ),
        "no plan": (
            [caseload.caseload.c.plan_on.is_(None)],
            "NOT " + HAS.format("r.field = 'plan_of_action' AND r.state = 'known'"),
        ),
        "licence B": (
            [caseload.value_is(catalogue["driving_licence"], "B")],
            HAS.format("r.field = 'driving_licence' AND r.value LIKE '%\"B\"%'"),
        ),
        "CV stale": (
            [caseload.state_is(catalogue["cv"], State.STALE, day)],
            HAS.format(f"r.field = 'cv' AND r.state = 'known' AND r.stale_on <= date '{today}'"),
        ),
        "language unknown": (
            [caseload.state_is(catalogue["language_level"], State.UNKNOWN, day)],
            "NOT " + HAS.format("r.field = 'language_level' AND r.state = 'known'"),
        ),
    }


def _in_database(connection: Connection, statement: str) -> float:
    """Seconds that PostgreSQL itself says it takes."""

    def once() -> float:
        explained = connection.exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}").scalar_one()
        return float(explained[0]["Execution Time"]) / 1000

    once()
    return statistics.median(once() for _ in range(5))


def caseload_beside_crud(bench: Bench) -> list[Result]:
    services, _ = bench.postgres
    rebuild(services.engine)
    with services.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE caseload"))
    crud.fill(services.database.engine)
    today = local_day(NOW).isoformat()
    worst: list[float] = []
    times: list[float] = []
    who = {"coach_id": COACHES[TEAMS[0].team_id][0], "team_id": TEAMS[0].team_id}
    with services.database.read() as connection:
        for _ in range(ROUNDS):
            ratios = []
            for conditions, plain in _filters(today).values():
                for scope, value in who.items():
                    ours = (
                        select(caseload.caseload)
                        .where(caseload.is_open(), caseload.Scope(**{scope: value}).where(), *conditions)  # type: ignore[arg-type]  # checked as the command's fields are
                        .order_by(caseload.caseload.c.intake_on, caseload.caseload.c.client_id)
                        .limit(120)
                    )
                    literal = ours.compile(connection, compile_kwargs={"literal_binds": True})
                    times.append(_in_database(connection, str(literal).replace("%", "%%")))
                    plain_query = PLAIN.format(seen=SEEN, fields=FIELDS, scope=scope, who=value, filter=plain)
                    ratios.append(_in_database(connection, plain_query.replace("%", "%%")) / times[-1])
            worst.append(statistics.median(ratios))
    in_database = at_least("caseload, filters", 5, "queries/s", "plain tables, indexed", [1 / t for t in times], worst)
    return [in_database, _page(services)]


def _page(services: Services) -> Result:
    """Server time of a coach's caseload page, with each filter that it offers."""
    add_accounts(services)
    app = create_app(services, lambda: None)
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    client.post("/log-in", data={"username": "coach-1-0", "password": PASSWORD}, base_url="https://localhost")
    rounds = []
    for _ in range(ROUNDS):
        times = []
        for query in ("", "?show=not_seen", "?show=no_plan", "?f=driving_licence:is:B", "?f=cv:stale") * 8:
            began = time.perf_counter()
            answer = client.get(f"/caseload{query}", base_url="https://localhost")
            times.append(time.perf_counter() - began)
            if answer.status_code != 200:
                raise RuntimeError(f"/caseload{query} answered {answer.status_code}.")
        rounds.append(statistics.quantiles(times, n=20)[18])
    value = statistics.median(rounds)
    return Result("caseload page, p95", value * 1000, "ms", "", value, "under 0.05 s", value < 0.05, rounds)


def import_beside_executemany(bench: Bench) -> Result:
    """An import of clients with seven registrations each, beside inserting the rows that it stored."""
    clients = max(1_000, min(40_000, bench.events // 7))
    rates, ratios = [], []
    file = bench.folder / "clients.csv"
    _write_clients(file, clients)
    for _ in range(ROUNDS):
        with bench.empty() as services:
            with services.database.write() as connection:
                team = Team(uuid4(), "nsw", "Team NSW", specialised=False)
                people.add_team(connection, team)
                for nth in range(25):
                    account = Account(
                        UUID(int=nth + 1),
                        f"coach-{nth}",
                        "Invented Coach",
                        Role.WORK_COACH,
                        team.team_id,
                        improves=False,
                        active=True,
                        language=None,
                    )
                    people.add_account(connection, account, PASSWORD, password_hash="none")  # noqa: S106 - a password of the test's
            took = seconds(lambda: import_clients(services, file, EXAMPLE.with_suffix(".toml"), at=NOW))
            ratios.append(took / _insert_again(services))
            rates.append(clients / took)
    return at_most(f"import, {clients} clients", 8, "clients/s", "executemany of the rows", rates, ratios)


def _write_clients(file: Path, count: int) -> None:
    with EXAMPLE.with_suffix(".csv").open(newline="") as source:
        header, *rows = list(csv.reader(source))
    rng = random.Random(1)  # noqa: S311 - a file to measure with
    with file.open("w", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(header)
        writer.writerows(rng.choice(rows) for _ in range(count))


def _insert_again(services: Services) -> float:
    """Seconds that the driver takes to insert the same stored rows into a table like that of the events."""
    columns = "originator_id, originator_version, topic, state, bucket, command_id, command_ordinal"
    datastore = services.log._recorder.datastore  # type: ignore[attr-defined]  # the one recorder that is used here
    with datastore.get_connection() as connection, connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM events ORDER BY notification_id")  # noqa: S608 - ours
        rows = [tuple(row.values()) for row in cursor.fetchall()]
        cursor.execute("CREATE TABLE events_again (LIKE events INCLUDING ALL)")
        insert = sql.SQL("INSERT INTO events_again ({}) VALUES (%s, %s, %s, %s, %s, %s, %s)").format(sql.SQL(columns))

        def work() -> None:
            with connection.transaction():
                cursor.executemany(insert, rows)

        return seconds(work)
