"""The figures while things break: a process that serves is killed, the database hangs, the broker is away."""

from __future__ import annotations

import os
import re
import signal
import socket
import stat
import urllib.request
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from urllib.error import HTTPError

import pytest

from application.services import Services
from tests.conftest import environment
from tests.faults.conftest import Postgres
from tests.processes import process, sender, until
from tests.serving import served
from tests.web.conftest import build_town
from tests.web.test_metrics import Scrape, figure, parsed, scrape
from web.app import create_app
from werkpad import figures, servers
from workers.app import QUEUES, make_app
from workers.waiting import PATIENCE, asker


def serves(port: int) -> bool:
    with suppress(OSError):
        return bool(fetched(f"http://127.0.0.1:{port}"))
    return False


def fetched(base: str) -> Scrape:
    with urllib.request.urlopen(f"{base}/metrics", timeout=10) as answer:  # noqa: S310 - our own server
        return parsed(answer.read().decode())


def test_processes_that_serve_count_together_and_go_on_when_one_is_killed(
    live: Services, env: dict[str, str], tmp_path: Path
) -> None:
    plain = env | {"WERKPAD_SECURE_COOKIES": "false", "TMPDIR": str(tmp_path)}
    left = tmp_path / "werkpad-metrics-left-by-one-that-was-killed"
    left.mkdir()
    (left / "lock").touch()
    with served(live, plain, 1, options="--workers 2 --quiet") as (coach,):
        for nth in range(3):
            answer = coach.record(coach.form(coach.contact_form), live.today.isoformat(), f"note {nth}")
            assert answer.status == 200
        found = fetched(coach.base)
        assert figure(found, "werkpad_commands_total", command="RecordContact", outcome="accepted") == 3
        (folder,) = tmp_path.glob("werkpad-metrics-*")
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700 and folder != left
        pids = {int(found[1]) for file in folder.iterdir() if (found := re.search(r"_(\d+)\.db$", file.name))}
        os.kill(pids.pop(), signal.SIGKILL)
        until(lambda: figure(fetched(coach.base), "werkpad_http_requests_in_work") == 1, "one that died is at work")
        found = fetched(coach.base)
        assert figure(found, "werkpad_commands_total", command="RecordContact", outcome="accepted") == 3
    # It was killed itself by the end of the test, and the next one clears up.
    port = servers.free_port()
    with process(f"serve --quiet --port {port}", plain) as server:
        until(lambda: serves(port), "it does not begin")
        assert not folder.exists(), "nobody cleared up"
        server.send_signal(signal.SIGTERM)
        server.wait(30)
    assert not list(tmp_path.glob("werkpad-metrics-*"))


def test_a_database_that_hangs_gives_what_is_known_within_two_seconds(
    own_postgres: Postgres, on_own_postgres: Services
) -> None:
    town = build_town(on_own_postgres, nudge=lambda: None)
    assert figure(scrape(town), "werkpad_up_database") == 1
    own_postgres.pause()
    try:
        # It hangs until it is let go on, after this: that there is an answer is what one waits for.
        found = scrape(town)
        assert figures.DEADLINE <= 2
    finally:
        own_postgres.go_on()
    assert ("werkpad_up_database", ()) in found and figure(found, "werkpad_up_database") == 0
    assert figure(found, "werkpad_ready") == 0
    assert figure(found, "werkpad_http_requests_in_work") == 1
    assert not any(name.startswith("werkpad_read_model") for name, _ in found)
    until(lambda: figure(scrape(town), "werkpad_up_database") == 1, "it does not come back")


def test_a_database_that_is_stopped_gives_what_is_known(own_postgres: Postgres, on_own_postgres: Services) -> None:
    town = build_town(on_own_postgres, nudge=lambda: None)
    own_postgres.stop()
    found = scrape(town)
    assert figure(found, "werkpad_up_database") == figure(found, "werkpad_ready") == 0


def test_queues_are_counted(live: Services) -> None:
    celery = sender(live)
    app = create_app(live, lambda: None, asker(celery, QUEUES))

    def told() -> Scrape:
        return parsed(app.test_client().get("/metrics").get_data(as_text=True))

    # What speaks with the broker is loaded when it is first needed.
    until(lambda: figure(told(), "werkpad_up_broker") == 1, "the broker is not found")
    before = told()
    for name in ("project", "project", "deliver_mail"):
        celery.tasks[name].apply_async()
    found = told()
    for queue, more in (("werkpad", 2), ("mail", 1)):
        came = [figure(each, "werkpad_queue_messages", queue=queue) for each in (before, found)]
        assert came[1] - came[0] == more
    celery.control.purge()


@pytest.mark.parametrize("silent", [False, True])
def test_a_broker_that_is_away_or_hangs_holds_up_nothing(
    live: Services, silent: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Whoever asks waits for ever, and whoever wants the figures does not wait for them.
    monkeypatch.setitem(PATIENCE, "socket_timeout", 3_600.0)
    with socket.socket() as broker:
        broker.bind(("127.0.0.1", 0))
        if silent:
            broker.listen()
        settings = replace(live.settings, broker_url=f"redis://127.0.0.1:{broker.getsockname()[1]}/0")
        app = create_app(live, lambda: None, asker(make_app(settings, lambda: live), QUEUES))
        found = parsed(app.test_client().get("/metrics").get_data(as_text=True))
    assert ("werkpad_up_broker", ()) in found and figure(found, "werkpad_up_broker") == 0
    assert not any(name == "werkpad_queue_messages" for name, _ in found)
    assert figure(found, "werkpad_up_database") == 1


def test_a_server_tells_its_figures_while_all_its_threads_wait(
    own_postgres: Postgres, on_own_postgres: Services
) -> None:
    env = environment(on_own_postgres.settings.database_url, WERKPAD_SECURE_COOKIES="false")
    with served(on_own_postgres, env, 1) as (coach,):
        assert figure(fetched(coach.base), "werkpad_up_database") == 1
        own_postgres.pause()
        try:
            # Its database goes on after this only, so there is no answer for whoever waits for that.
            assert figure(fetched(coach.base), "werkpad_up_database") == 0
        finally:
            own_postgres.go_on()
        proxied = {"X-Forwarded-For": "10.0.0.1"}
        foreign = urllib.request.Request(f"{coach.base}/metrics", headers=proxied)  # noqa: S310 - our own server
        with pytest.raises(HTTPError) as refused, urllib.request.urlopen(foreign, timeout=10):  # noqa: S310 - our own address
            pass
        assert refused.value.code == 403
        refused.value.close()
