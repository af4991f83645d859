"""Lines of the log: one JSON object each, whoever writes them, and nothing in them that somebody typed."""

from __future__ import annotations

import json
import logging
import threading
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from application.services import Services
from tests.web.conftest import Town, build_town
from werkpad import logs
from workers import project
from workers.app import make_app

SECRET = "Kwartelkoning"


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    root = logging.getLogger()
    kept = root.handlers[:], root.level, warnings.showwarning, structlog.get_config()
    yield
    root.handlers[:], level, warnings.showwarning, config = kept
    root.setLevel(level)
    structlog.configure(**config)


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def fails() -> None:
    raise ValueError(SECRET)


@pytest.mark.parametrize(
    ("text", "values", "left"),
    [
        ("Error handling request %s", (f"/clients/{SECRET}",), "Error handling request …"),
        ("Booting worker with pid: %s", (4711,), "Booting worker with pid: 4711"),
        ("Booting worker with pid: %d", (4711,), "Booting worker with pid: 4711"),
        ("Ratio %.2f of %s", (0.5, SECRET), "Ratio 0.50 of …"),
        (f"Invalid request from ip=10.0.0.1: {SECRET}", (), "Invalid request from ip"),
        (f"GET /{SECRET}", (), "GET"),
        (
            "Task %(name)s[%(id)s] %(description)s: %(exc)s",
            ({"name": "project", "id": "1-2", "description": "raised", "exc": SECRET},),
            "Task project[1-2] …: …",
        ),
        ("Server is ready.", (), "Server is ready."),
    ],
)
def test_of_a_library_only_the_text_of_its_code_is_taken(
    capsys: pytest.CaptureFixture[str], text: str, values: tuple[Any, ...], left: str
) -> None:
    logs.configure(logs.WEB)
    logging.getLogger("a.library").warning(text, *values)
    (line,) = lines(capsys)
    assert line.pop("timestamp")
    assert line == {"event": left, "logger": "a.library", "level": "warning", "process": "web"}


@pytest.mark.parametrize("ours", [True, False])
def test_an_error_is_its_class_and_its_place_and_never_its_text(capsys: pytest.CaptureFixture[str], ours: bool) -> None:
    logs.configure(logs.WORKER)
    try:
        fails()
    except ValueError:
        (structlog.get_logger() if ours else logging.getLogger("celery")).error("it_failed", exc_info=True)
    (line,) = lines(capsys)
    assert (line["event"], line["error"], line["process"]) == ("it_failed", "ValueError", "worker")
    assert line["at"][-1].startswith("test_logs.py:") and line["at"][-1].endswith(" fails")
    assert SECRET not in str(line)


def test_what_python_says_itself_is_a_line_too(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    monkeypatch.setattr("sys.excepthook", None)
    logs.configure(logs.BEAT)
    with warnings.catch_warnings(), monkeypatch.context() as patch:
        warnings.simplefilter("always")
        patch.setattr(warnings, "showwarning", logs._warn)
        warnings.warn(SECRET, RuntimeWarning, stacklevel=1)
    thread = threading.Thread(target=fails)
    thread.start()
    thread.join()
    warned, ended = lines(capsys)
    assert warned["event"] == "python_warning" and warned["category"] == "RuntimeWarning"
    assert ended["event"] == "ended_by_error" and ended["error"] == "ValueError"
    assert SECRET not in str((warned, ended))


def test_a_line_in_a_signal_handler_is_one_as_well() -> None:
    assert json.loads(logs.bare('Restarting "celery" (x)'))["event"] == 'Restarting "celery" (x)'


@pytest.fixture
def talking(sqlite_services: Services) -> Town:
    town = build_town(sqlite_services)
    logs.configure(logs.WEB)
    return town


@pytest.mark.parametrize(
    ("told", "taken"),
    [
        ("1f0c4a52-8a0b-4a57-b2d1-0d5f3a1f9d11", True),
        ("abcdefgh", True),
        ("a" * 64, True),
        ("short", False),
        ("a" * 65, False),
        ("with spaces in it", False),
        (f"{SECRET}@example.org", False),
        ("line\tbreaks", False),
        (None, False),
    ],
)
def test_a_request_has_an_id_that_its_caller_may_give(
    talking: Town, capsys: pytest.CaptureFixture[str], told: str | None, taken: bool
) -> None:
    capsys.readouterr()
    answer = talking.app.test_client().get("/log-in", headers={"X-Request-ID": told} if told else {})
    given = answer.headers["X-Request-ID"]
    assert (given == told) == taken and logs.as_request_id(given) == given
    (line,) = lines(capsys)
    assert line["request_id"] == given
    assert line["duration_ms"] >= 0
    del line["duration_ms"], line["timestamp"], line["request_id"]
    assert line == {
        "event": "request",
        "endpoint": "log_in.log_in",
        "method": "GET",
        "status": 200,
        "outcome": "answered",
        "role": None,
        "level": "info",
        "process": "web",
    }


def test_a_page_that_fails_says_where_and_not_with_what(talking: Town, capsys: pytest.CaptureFixture[str]) -> None:
    visitor = talking.visit("coach")
    talking.app.view_functions["team.one"] = lambda **_: fails()
    talking.app.view_functions["team.one"].werkpad_access = lambda _viewer: True  # type: ignore[attr-defined]  # the test looks inside
    capsys.readouterr()
    visitor.get(f"/teams/{talking.teams['north'].team_id}?note={SECRET}", 500)
    told = lines(capsys)
    assert [line["event"] for line in told] == ["unexpected", "request"]
    assert told[0]["error"] == "ValueError" and told[0]["at"][-1].endswith(" fails")
    assert told[1]["status"] == 500 and told[1]["outcome"] == "failed" and told[1]["role"] == "work_coach"
    assert told[0]["request_id"] == told[1]["request_id"]
    assert SECRET not in str(told) and str(talking.teams["north"].team_id) not in str(told)


def test_a_task_that_a_request_asked_for_belongs_to_it_and_one_of_the_clock_has_its_own_id(
    talking: Town, capsys: pytest.CaptureFixture[str]
) -> None:
    services = talking.services
    task = make_app(services.settings, lambda: services).tasks[project.NAME]
    talking.new_client("coach", "Anna de Vries")
    capsys.readouterr()
    with logs.about("the-request-itself"):
        task.apply()
    task.apply()
    assert lines(capsys) == [], "there was nothing to do"
    broken = make_app(services.settings, lambda: fails()).tasks[project.NAME]  # type: ignore[arg-type, return-value]  # the test gives what fits
    with logs.about("the-request-itself"), pytest.raises(ValueError):
        broken.apply()
    with pytest.raises(ValueError):
        broken.apply(task_id="of-the-clock-1")
    told = [line for line in lines(capsys) if line["event"] == "task"]
    assert [line["request_id"] for line in told] == ["the-request-itself", "of-the-clock-1"]
    assert all(line["outcome"] == "failed" and line["error"] == "ValueError" for line in told)
    assert SECRET not in str(told)
