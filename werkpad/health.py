"""How all of it is: what does not work or needs a hand, by name; for `status`, the ready path and whoever counts it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from application.services import Services
from database.door import MAINTENANCE, OPEN, RESTORING
from database.patience import DEADLINE, patience
from records import heartbeats, outbox
from records.heartbeats import BEAT, WEB, WORKER
from werkpad import write_ahead
from werkpad.settings import Settings

CLOSED = {
    MAINTENANCE: "Werkpad is in maintenance",
    RESTORING: "A restore is going on, or was interrupted: run it again if it runs no more",
}
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be. `unready`: nobody can be served until it is."""

    name: str
    says: str
    unready: bool = False


@dataclass(frozen=True, slots=True)
class Health:
    """How many events each read model is behind, at which position which one stopped, and what was found; nothing of it
    names a person, host or secret."""

    behind: dict[str, int] = field(default_factory=dict)
    stopped: dict[str, int] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    @property
    def ready(self) -> bool:
        return not any(finding.unready for finding in self.findings)


def look(services: Services) -> Health:
    """Look at everything. Takes as long as the database and the broker take."""
    in_database, broker = look_at_database(services), look_at_broker(services.settings)
    findings = (*in_database.findings, *broker, *_of_write_ahead_log(services, in_database))
    return Health(in_database.behind, in_database.stopped, findings)


def _of_write_ahead_log(services: Services, in_database: Health) -> list[Finding]:
    """Nothing for the ready path: it changes when somebody sets the server up, and keeps nobody from being served."""
    if not in_database.ready:
        return []
    with patience(DEADLINE):
        try:
            return [Finding("write_ahead_log", says) for says in write_ahead.look(services.database)]
        except Exception as error:
            return list(_unready("database", "The server's settings can't be read", error).findings)


def look_at_database(services: Services) -> Health:
    """What the database tells: whether it can be read, how the read models are, who is at work, which mail is dead."""
    with patience(DEADLINE):
        try:
            if (state := services.door.look()).kind != OPEN:
                stage = f" (stage: {state.stage})" if state.stage else ""
                return Health(findings=(Finding(state.kind, f"{CLOSED[state.kind]}{stage}.", unready=True),))
        except Exception as error:
            return _unready("database", "The database can't be reached", error)
        try:
            with services.database.read() as connection:
                processes = heartbeats.seen(connection)
                dead = outbox.counts(connection)[outbox.FAILED]
        except Exception as error:
            return _unready("read_models", "The read models can't be read", error)
        try:
            services.log.head()
        except Exception as error:
            return _unready("log", "The log can't be read", error)
        try:
            writable = services.database.takes_writes()
        except Exception as error:
            return _unready("read_models", "The read models can't be read", error)
        try:
            fresh = services.engine.freshness()
        except Exception as error:
            return _unready("log", "The log can't be compared with the read models", error)
    found = [] if writable else [Finding("read_only", "The database takes no writes.", unready=True)]
    stopped = {name: f.stopped_at for name, f in fresh.items() if f.stopped_at is not None}
    if stopped:
        # Once all have stopped, nothing new comes onto any page; as long as others go on, people are served.
        says = f"Read models stopped at an event: {', '.join(stopped)}."
        found.append(Finding("stopped", says, unready=len(stopped) == len(fresh)))
    if due := [name for name, f in fresh.items() if f.rebuild_due]:
        found.append(Finding("rebuild_due", f"A rebuild is due: {', '.join(due)}."))
    found += _of_processes(processes, embedded=services.settings.embedded)
    if dead:
        found.append(Finding("mail", f"{dead} mails could not be delivered and are not tried any more."))
    return Health({name: f.behind for name, f in fresh.items()}, stopped, tuple(found))


def _unready(name: str, says: str, error: Exception) -> Health:
    return Health(findings=(Finding(name, f"{says} ({type(error).__name__}).", unready=True),))


def _of_processes(processes: list[heartbeats.Process], *, embedded: bool) -> list[Finding]:
    def missing(kind: str) -> bool:
        return not heartbeats.at_work(processes, kind)

    found = []
    if embedded:
        if not missing(WEB) and missing(BEAT):
            found.append(Finding("beat", "The timetable in the web process stands still: start it again."))
    else:
        if missing(WORKER):
            found.append(Finding("worker", "No worker is at work: start `werkpad worker`."))
        if missing(BEAT):
            found.append(Finding("beat", "No timetable is at work: start `werkpad beat`."))
    for process in processes:
        if process.alive and process.skewed:
            seconds, way = abs(round(process.skew)), "ahead of" if process.skew > 0 else "behind"
            says = f"The clock of a {process.kind} process is {seconds} s {way} the database's: put it right."
            found.append(Finding("clock", says))
    return found


def look_at_broker(settings: Settings) -> tuple[Finding, ...]:
    """Whether the broker answers, where there is one."""
    if settings.embedded:
        return ()
    # Takes long to import, and not every command needs it.
    import redis
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    try:
        link = redis.Redis.from_url(
            settings.broker_url,
            socket_connect_timeout=DEADLINE / 2,
            socket_timeout=DEADLINE / 2,
            retry=Retry(NoBackoff(), 0),
        )
        with link:
            link.ping()
    except Exception as error:
        return (Finding("broker", f"The broker does not answer ({type(error).__name__})."),)
    return ()


class NoAnswerError(Exception):
    """There was no answer within the time that there was for it."""


class Question(Generic[T]):
    """Something that may never be answered, asked in a thread; whoever asks meanwhile waits for the same answer."""

    def __init__(self, ask: Callable[[], T]) -> None:
        self._ask = ask
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._answers: list[T] = []

    def begin(self) -> None:
        """Ask, unless the answer to an earlier time is still being waited for."""
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._answers = []
                self._thread = threading.Thread(target=self._find, args=(self._answers,), daemon=True)
                self._thread.start()

    def answer(self, seconds: float) -> T:
        """What was found since `begin`. Raises NoAnswerError."""
        thread, answers = self._thread, self._answers
        if thread is not None:
            thread.join(seconds)
        if not answers:
            raise NoAnswerError
        return answers[0]

    def _find(self, answers: list[T]) -> None:
        answers.append(self._ask())


class Watch:
    """Looks at everything within two seconds, whatever hangs."""

    def __init__(self, services: Services) -> None:
        self._database = Question(lambda: look_at_database(services))
        self._broker = Question(lambda: look_at_broker(services.settings))

    def look(self) -> Health:
        self._database.begin()
        self._broker.begin()
        try:
            found = self._database.answer(DEADLINE)
        except NoAnswerError:
            found = Health(findings=(Finding("database", "The database does not answer.", unready=True),))
        try:
            broker = self._broker.answer(DEADLINE / 10)
        except NoAnswerError:
            broker = (Finding("broker", "The broker does not answer."),)
        return Health(found.behind, found.stopped, (*found.findings, *broker))
