"""What the compose file names exists, and each of its commands starts, outside Docker."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import environment
from werkpad import servers
from werkpad.settings import Settings

ROOT = Path(__file__).parents[1]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
OURS = {name: s for name, s in COMPOSE["services"].items() if s.get("image") == "werkpad"}
DOCKERFILE = (ROOT / "Dockerfile").read_text()


def test_all_parts_are_there() -> None:
    assert set(COMPOSE["services"]) == {"init", "web", "worker", "beat", "postgres", "valkey"}
    assert set(OURS) == {"init", "web", "worker", "beat"}
    running = set(COMPOSE["services"]) - {"init"}
    assert all("test" in COMPOSE["services"][name]["healthcheck"] for name in running)


def test_every_variable_is_one_that_the_settings_know(tmp_path: Path) -> None:
    known = set(re.findall(r'"(WERKPAD_[A-Z_]+)"', (ROOT / "werkpad" / "settings.py").read_text()))
    for service in OURS.values():
        assert {name.removesuffix("_FILE") for name in service["environment"]} <= known
    given = dict(OURS["web"]["environment"])
    values = environment("postgresql://werkpad:x@postgres/werkpad")
    for name, value in given.items():
        if name.endswith("_FILE"):
            file = tmp_path / Path(value).name
            file.write_text(values[name.removesuffix("_FILE")])
            given[name] = str(file)
    settings = Settings.from_environment(given)
    assert not settings.embedded and not settings.is_sqlite and settings.secure_cookies


def test_every_secret_is_a_file_that_git_leaves_out() -> None:
    for name, secret in COMPOSE["secrets"].items():
        assert secret == {"file": f"./secrets/{name}"}
    assert "/secrets/" in (ROOT / ".gitignore").read_text()
    assert "secrets" in (ROOT / ".dockerignore").read_text().split()
    named = {s for service in COMPOSE["services"].values() for s in service.get("secrets", [])}
    assert named == set(COMPOSE["secrets"])
    assert not re.search(r"password|secret|KEY", DOCKERFILE, re.IGNORECASE)


def test_nothing_runs_as_root() -> None:
    assert re.search(r"^USER werkpad$", DOCKERFILE, re.MULTILINE)


def command(service: str, port: int | None = None) -> list[str]:
    given = list(OURS[service]["command"])
    assert given[0] == "werkpad"
    if port is not None:
        given[given.index("--host") + 1] = "127.0.0.1"
        given[given.index("--port") + 1] = str(port)
    return [sys.executable, "-m", *given]


@pytest.fixture
def env(fresh_postgres: str, redis_url: str) -> dict[str, str]:
    env = os.environ | environment(fresh_postgres, WERKPAD_BROKER_URL=redis_url, WERKPAD_TRUSTED_PROXIES="1")
    subprocess.run(command("init"), env=env, check=True, capture_output=True)
    return env


def until(condition: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    end = time.monotonic() + 40
    while not condition():
        assert process.poll() is None, "it ended"
        assert time.monotonic() < end, "it does not get ready"
        time.sleep(0.05)


def test_web_starts_and_its_health_path_answers(env: dict[str, str]) -> None:
    port = servers.free_port()
    (path,) = set(re.findall(r"http://127\.0\.0\.1:8000(/[a-z/]+)", " ".join(OURS["web"]["healthcheck"]["test"])))
    assert path in DOCKERFILE

    def ready() -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
                return bool(json.load(answer)["status"] == "ready")
        except (urllib.error.URLError, OSError):
            return False

    with subprocess.Popen(command("web", port), env=env, stderr=subprocess.DEVNULL, text=True) as process:
        until(ready, process)
        process.terminate()
        assert process.wait(timeout=20) == 0


@pytest.mark.parametrize(("service", "says"), [("worker", "ready"), ("beat", "Starting")])
def test_worker_and_beat_start_and_stop_when_asked(env: dict[str, str], service: str, says: str) -> None:
    loud = [*command(service), "--loglevel=info"]
    with subprocess.Popen(loud, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if says in line:
                break
        process.terminate()
        process.stdout.read()
        assert process.wait(timeout=30) == 0


@pytest.mark.parametrize("service", ["worker", "beat"])
def test_the_health_command_tells_whether_worker_or_beat_is_at_work(env: dict[str, str], service: str) -> None:
    test = OURS[service]["healthcheck"]["test"]
    assert test[:2] == ["CMD", "werkpad"]

    def healthy() -> bool:
        asked = [sys.executable, "-m", *test[1:]]
        return subprocess.run(asked, env=env, check=False, capture_output=True).returncode == 0

    assert not healthy()
    with subprocess.Popen(command(service), env=env, stderr=subprocess.DEVNULL, text=True) as process:
        until(healthy, process)
        process.terminate()
        assert process.wait(timeout=30) == 0
