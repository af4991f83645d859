"""Server time and weight of every page of the navigation, of each role, in a city of 40,000 open clients."""

from __future__ import annotations

import gc
import re
import statistics
import time
from datetime import timedelta
from pathlib import Path

from flask import Flask, url_for
from flask.testing import FlaskClient
from sqlalchemy import select, text

from application.services import Services
from benchmarks.bench import Bench
from benchmarks.city_log import COACHES, NOW, PASSWORD, TEAMS
from benchmarks.figure import Result
from benchmarks.pages_city import COACH, OTHERS, city
from domain.calendar import Week
from projections.caseload_table import caseload
from web.app import create_app
from web.navigation import GROUPS, OWN

BASE = "https://localhost"
REQUESTS = 9
UUIDS = r"[0-9a-f]{8}-[0-9a-f-]{27}"
LIMIT, HEAVIEST = 0.1, 150_000
# How a figure is counted, and why it is not what it was: all clients of a team are gone through, some event by event.
EXPLAINING, EXPLAIN_LIMIT = "/explain/", 2.0
# Beside the pages of the navigation, by who looks: what they lead to and what is heavy on them.
BESIDE = {
    COACH: (
        "/clients/{client}",
        "/caseload?panel=filters",
        "/caseload?sort=name",
        "/caseload?show=not_seen",
        "/caseload?f=driving_licence:is:B&f=cv:stale&panel=filters",
        "/explain/not_seen?since={since}",
    ),
    "quality": ("/clients/{client}", "/caseload?panel=filters", "/caseload?sort=name", "/quality?week={week}"),
    "manager": (
        "/clients/{client}",
        "/caseload?panel=filters",
        "/caseload?f=driving_licence:is:B&f=cv:stale&panel=filters",
        "/teams/{other}",
        "/teams/{own}?week={week}",
        "/explain/open",
        "/explain/listed?since={since}",
        "/explain/not_seen?since={since}",
    ),
    "process": ("/teams/{other}", "/explain/not_seen"),
}


def pages(bench: Bench) -> list[Result]:
    """The median of some requests of each page, beside what it may take, and its bytes beside what it may weigh."""
    results = []
    for kind in ("PostgreSQL", "SQLite"):
        with city(bench, kind) as services:
            app = create_app(services, lambda: None)
            # As `werkpad.wsgi` does once what stays is made.
            gc.collect()
            gc.freeze()
            app.config["WTF_CSRF_ENABLED"] = False
            for who in (COACH, *(name for name, *_ in OTHERS)):
                browser = _logged_in(app, who)
                found = (_measured(services, browser, kind, who, each) for each in _addresses(app, services, who))
                results += [result for result in found if result]
    return results


def _logged_in(app: Flask, who: str) -> FlaskClient:
    browser = app.test_client()
    browser.post("/log-in", data={"username": who, "password": PASSWORD}, base_url=BASE)
    return browser


def _addresses(app: Flask, services: Services, who: str) -> list[str]:
    """Those of the navigation, and what lies beside them for one who looks."""
    with app.test_request_context(base_url=BASE):
        places = [*(place for _, group in GROUPS for place in group), OWN]
        asked = [url_for(page.endpoint) for place in places for page in place.pages]
    c = caseload.c
    own, other = TEAMS[0].team_id, TEAMS[1].team_id
    with services.database.read() as connection:
        client_id = connection.scalar(
            select(c.client_id)
            .where(c.closed_on.is_(None), c.coach_id == COACHES[own][0])
            .order_by(c.client_id)
            .limit(1)
        )
    given = {"client": client_id, "own": own, "other": other, "week": Week.latest(NOW).previous}
    given["since"] = services.today - timedelta(days=7)
    return list(dict.fromkeys([*asked, *(address.format(**given) for address in BESIDE.get(who, ()))]))


def _measured(services: Services, browser: FlaskClient, kind: str, who: str, address: str) -> Result | None:
    """None where they may not look. The first request is not measured: it fills what is kept in a process."""
    answer = browser.get(address, base_url=BASE, follow_redirects=True)
    if answer.status_code in (403, 404):
        return None
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answered {answer.status_code}.")
    servers, path = _servers(services), answer.request.full_path.rstrip("?")
    times, used = [], []
    for _ in range(REQUESTS):
        before, began = _processor(servers), time.perf_counter()
        browser.get(path, base_url=BASE)
        times.append(time.perf_counter() - began)
        used.append(_processor(servers) - before)
    median, weight = statistics.median(times), len(answer.data)
    beside = f"{1000 * statistics.median(used):.0f} ms of processor, {weight / 1000:.0f} kB"
    limit = EXPLAIN_LIMIT if address.startswith(EXPLAINING) else LIMIT
    met = median <= limit and weight <= HEAVIEST
    name = f"{kind}, {who.partition('-')[0]}, {re.sub(UUIDS, '…', address)}"
    return Result(
        name, median * 1000, "ms", beside, median / limit, f"at most {1000 * limit:.0f} ms, 150 kB", met, times
    )


def _servers(services: Services) -> list[Path]:
    """Where Linux tells how long each process of PostgreSQL that serves us was at work; none of SQLite's."""
    if services.database.engine.dialect.name != "postgresql":
        return []
    with services.database.read() as connection:
        pids = connection.scalars(text("SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend'")).all()
    return [path for pid in pids if (path := Path(f"/proc/{pid}/schedstat")).exists()]


def _processor(servers: list[Path]) -> float:
    """Seconds of processor that this process and the database had."""
    return time.process_time() + sum(int(path.read_text().split()[0]) for path in servers if path.exists()) / 1e9
