"""What is counted for Prometheus: commands and requests in the processes that serve, all else where it is kept.

Several processes serve, and any of them is asked. What they count stands in files that they share
(`prometheus_client`'s multiprocess mode); everything else is looked up when somebody asks.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import version

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, multiprocess
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from records.heartbeats import KINDS, Process, at_work
from werkpad.figures import Figures, InDatabase
from werkpad.shared_counts import FOLDER

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_registry = CollectorRegistry()
_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10)

commands = Counter(
    "werkpad_commands",
    "Commands that were sent in, by what became of them.",
    ["command", "outcome"],
    registry=_registry,
)
command_seconds = Histogram(
    "werkpad_command_seconds", "How long commands took.", ["command"], buckets=_SECONDS, registry=_registry
)
requests = Counter(
    "werkpad_http_requests", "Requests that were answered.", ["endpoint", "method", "status"], registry=_registry
)
request_seconds = Histogram(
    "werkpad_http_request_seconds", "How long requests took.", ["endpoint"], buckets=_SECONDS, registry=_registry
)
in_work = Gauge(
    "werkpad_http_requests_in_work",
    "Requests that are being carried out.",
    multiprocess_mode="livesum",
    registry=_registry,
)
turned_away = Counter(
    "werkpad_http_requests_turned_away",
    "Requests that were not carried out, since too many others were.",
    registry=_registry,
)


def count_command(name: str, outcome: str, seconds: float) -> None:
    """Count what became of a command."""
    commands.labels(name, outcome).inc()
    command_seconds.labels(name).observe(seconds)


def text(figures: Figures) -> bytes:
    """All of it as Prometheus reads it."""
    shown = _registry  # without such a folder, a process counts for itself
    if os.environ.get(FOLDER):
        shown = CollectorRegistry()
        multiprocess.MultiProcessCollector(shown)  # type: ignore[no-untyped-call]  # the library has no types
    looked_up = CollectorRegistry()
    looked_up.register(_LookedUp(figures))
    return generate_latest(shown) + generate_latest(looked_up)


class _LookedUp:
    def __init__(self, figures: Figures) -> None:
        self._figures = figures

    def collect(self) -> Iterator[Metric]:
        database = self._figures.database
        yield _gauge("werkpad_info", "The version that answers.", {version("werkpad"): 1}, "version")
        yield _one("werkpad_up_database", "Whether the database told all that it was asked.", database.complete)
        yield _one("werkpad_ready", "Whether people can be served.", database.ready)
        if database.head is not None:
            yield _one("werkpad_log_position", "The last position of the log.", database.head)
        yield from _of_read_models(database)
        if database.processes is not None:
            yield from _of_processes(database.processes)
        yield from _of_mail(database)
        yield from _of_tasks(database)
        if self._figures.has_broker:
            yield _one("werkpad_up_broker", "Whether the broker answers.", self._figures.queues is not None)
        if self._figures.queues is not None:
            waiting = {name: float(number) for name, number in self._figures.queues.items()}
            yield _gauge("werkpad_queue_messages", "Messages that no worker has taken yet.", waiting, "queue")


def _of_read_models(database: InDatabase) -> Iterable[Metric]:
    found = database.read_models
    if found is None:
        return
    events = {name: float(f.behind) for name, f in found.items()}
    yield _gauge("werkpad_read_model_lag_events", "Events that a read model has not come to.", events, "read_model")
    if database.lags is not None:
        says = "For how long the oldest of them has been in the log."
        yield _gauge("werkpad_read_model_lag_seconds", says, database.lags, "read_model")
    stopped = {name: float(f.stopped_at is not None) for name, f in found.items()}
    yield _gauge("werkpad_read_model_stopped", "Whether it stopped at an event.", stopped, "read_model")
    due = {name: float(f.rebuild_due) for name, f in found.items()}
    yield _gauge("werkpad_read_model_rebuild_due", "Whether it has to be rebuilt.", due, "read_model")


def _of_processes(processes: list[Process]) -> Iterable[Metric]:
    working = {kind: float(len(at_work(processes, kind))) for kind in KINDS}
    yield _gauge("werkpad_processes_at_work", "Processes that were seen of late.", working, "process")
    ages: dict[str, float] = {}
    skews: dict[str, float] = {}
    for process in processes:
        kind = process.kind
        ages[kind] = min(process.age.total_seconds(), ages.get(kind, float("inf")))
        if process.alive:
            skews[kind] = max(process.skew, skews.get(kind, 0.0), key=abs)
    yield _gauge("werkpad_heartbeat_age_seconds", "Since the last one of a kind was seen.", ages, "process")
    says = "How far the clock that is furthest off is ahead of the database's."
    yield _gauge("werkpad_clock_skew_seconds", says, skews, "process")


def _of_mail(database: InDatabase) -> Iterable[Metric]:
    if database.mail is not None:
        states = {state: float(number) for state, number in database.mail.items()}
        yield _gauge("werkpad_mail", "Messages in the outbox.", states, "state")
    if database.mail_server_away is not None:
        yield _one("werkpad_mail_server_away", "Whether the mail server is away.", database.mail_server_away)


def _of_tasks(database: InDatabase) -> Iterable[Metric]:
    runs = CounterMetricFamily("werkpad_task_runs", "Runs of tasks.", labels=["task", "outcome"])
    seconds = CounterMetricFamily("werkpad_task_seconds", "How long they took together.", labels=["task", "outcome"])
    says = "When the last of them ended."
    last = GaugeMetricFamily("werkpad_task_last_run_timestamp_seconds", says, labels=["task", "outcome"])
    for labels, found in sorted((database.runs or {}).items()):
        runs.add_metric(labels, found.runs)
        seconds.add_metric(labels, found.seconds)
        last.add_metric(labels, found.last_at.timestamp())
    yield from (runs, seconds, last) if database.runs else ()


def _one(name: str, says: str, value: float) -> Metric:
    return GaugeMetricFamily(name, says, value=float(value))


def _gauge(name: str, says: str, values: Mapping[str, float], label: str) -> Metric:
    made = GaugeMetricFamily(name, says, labels=[label])
    for name, value in values.items():
        made.add_metric([name], value)
    return made
