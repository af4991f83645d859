"""What the compose file names exists, and each of its commands starts, outside Docker."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import DEVNULL
from typing import Any

import pytest
import yaml

from tests.conftest import environment
from tests.processes import process, until
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
    text = "".join((ROOT / "werkpad" / name).read_text() for name in ("settings.py", "kept_secrets.py"))
    known = set(re.findall(r'"(WERKPAD_[A-Z_]+)"', text))
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


def command(service: str, port: int | None = None) -> str:
    given = list(OURS[service]["command"])
    assert given[0] == "werkpad"
    if port is not None:
        given[given.index("--host") + 1] = "127.0.0.1"
        given[given.index("--port") + 1] = str(port)
    return " ".join(given[1:])


@pytest.fixture
def env(fresh_postgres: str, redis_url: str) -> dict[str, str]:
    env = environment(fresh_postgres, WERKPAD_BROKER_URL=redis_url, WERKPAD_TRUSTED_PROXIES="1")
    initialise = [sys.executable, "-m", "werkpad", *command("init").split()]
    subprocess.run(initialise, env=os.environ | env, check=True, capture_output=True)
    return env


@contextmanager
def running(words: str, env: dict[str, str], condition: Callable[[], bool], output: Any = DEVNULL) -> Iterator[None]:
    """A process that is waited for until it does as it should, and that ends well when asked."""
    with process(words, env, output) as started:

        def met() -> bool:
            assert started.poll() is None, "it ended"
            return condition()

        until(met, "it does not get ready")
        yield
        started.terminate()
        assert started.wait(timeout=30) == 0


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

    with running(command("web", port), env, ready):
        pass


@pytest.mark.parametrize(("service", "says"), [("worker", "ready"), ("beat", '"logger": "celery.beat"')])
def test_worker_and_beat_start_and_stop_when_asked(
    env: dict[str, str], tmp_path: Path, service: str, says: str
) -> None:
    told = tmp_path / "told"
    with (
        told.open("wb") as output,
        running(f"{command(service)} --loglevel=info", env, lambda: says in told.read_text(), output),
    ):
        pass


@pytest.mark.parametrize("service", ["worker", "beat"])
def test_the_health_command_tells_whether_worker_or_beat_is_at_work(env: dict[str, str], service: str) -> None:
    test = OURS[service]["healthcheck"]["test"]
    assert test[:2] == ["CMD", "werkpad"]

    def healthy() -> bool:
        asked = [sys.executable, "-m", *test[1:]]
        return subprocess.run(asked, env=os.environ | env, check=False, capture_output=True).returncode == 0

    assert not healthy()
    with running(command(service), env, healthy):
        pass
