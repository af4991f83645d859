"""`./dev up`, its processes killed, stopped and interrupted: it mends itself, says so, and leaves nobody behind."""

from __future__ import annotations

import contextlib
import os
import pty
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from domain.roles import Role
from projections.verify import verify
from records import people, sessions
from tests import processes
from tests.conftest import environment
from werkpad import servers
from werkpad.settings import Settings
from werkpad.wiring import Services, build

# A start takes ten seconds, and more where many tests run at once.
PATIENCE = 240.0


def until(condition: Callable[[], bool], what: str) -> None:
    processes.until(condition, what, PATIENCE)


# As `./dev up` does it, with less patience, since a test waits for it.
UP = """
from werkpad.supervisor import __main__, child
child.STOPPED, child.SILENCE, child.ASKED_EVERY = 1.0, 6.0, 0.5
__main__.main()
"""
# A city of a few streets, and no research data.
FILL = """
from werkpad.demo import city, run
from werkpad.__main__ import main
city.CLIENTS, run._import_research = 40, lambda _services, _now: None
main()
"""


def parent_of(pid: int) -> int:
    """0 for one that has ended, be it reaped or not."""
    try:
        state, parent = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[:2]
    except OSError:
        return 0
    return 0 if state == "Z" else int(parent)


BEGUN_ANEW = "half a city is thrown away, and begun anew"


def kill(pid: int, number: signal.Signals = signal.SIGKILL) -> None:
    os.kill(pid, number)


def descendants(pid: int) -> set[int]:
    parents = {int(e.name): parent_of(int(e.name)) for e in Path("/proc").iterdir() if e.name.isdecimal()}
    found, new = set[int](), {pid}
    while new:
        new = {child for child, parent in parents.items() if parent in new and child not in found}
        found |= new
    return found


class Up:
    """One `./dev up` in a folder of its own, with all that it says."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = servers.free_port()
        self.seen: set[int] = set()
        self.said = ""

    def start(self, *more: str, wait: bool = True) -> Up:
        self.said = ""
        self.process = subprocess.Popen(
            [sys.executable, "-c", UP, "--port", str(self.port), "--folder", str(self.folder), *more],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        self.reading = threading.Thread(target=self._read, args=(self.process,))
        self.reading.start()
        if wait:
            self.waits_for("Werkpad runs at")
            self.note()
        return self

    def _read(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        with process.stdout:
            for line in process.stdout:
                self.said += line.decode()

    def waits_for(self, text: str) -> None:
        until(lambda: text in self.said or self.process.poll() is not None, f"never said: {text}\n{self.said}")
        assert text in self.said, self.said

    def note(self) -> set[int]:
        """Remember everybody who descends from it now."""
        found = descendants(self.process.pid)
        self.seen |= found
        return found

    def child(self, *words: str) -> int:
        """The process directly below it with these words in its command line; waits for it."""
        found: list[int] = []

        def look() -> bool:
            found[:] = [p for p in self.note() if parent_of(p) == self.process.pid and self._command(p, words)]
            return bool(found)

        until(look, f"there is no {words}\n{self.said}")
        return found[0]

    @staticmethod
    def _command(pid: int, words: tuple[str, ...]) -> bool:
        with contextlib.suppress(OSError):
            return all(word in Path(f"/proc/{pid}/cmdline").read_text() for word in words)
        return False

    def web(self) -> int:
        return self.child("werkpad", "serve")

    def answers(self) -> bool:
        return self.get("/health/ready") == 200

    def get(self, path: str) -> int:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=20) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def database(self) -> str:
        """The address by which its processes reach the database, as one of them was told it."""
        pairs = Path(f"/proc/{self.web()}/environ").read_text().split("\0")
        return next(p for p in pairs if p.startswith("WERKPAD_DATABASE_URL=")).partition("=")[2]

    def ends(self, status: int) -> None:
        """It ends with this status, and so does everybody who ever descended from it."""
        assert self.process.wait(timeout=PATIENCE) == status, self.said
        self.reading.join()
        until(lambda: not self.left(), f"left behind: {self.left()}")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", self.port))

    def left(self) -> set[int]:
        here = str(self.folder)
        found = {pid for pid in self.seen if parent_of(pid)}
        for entry in Path("/proc").iterdir():
            if entry.name.isdecimal() and int(entry.name) != os.getpid() and parent_of(int(entry.name)):
                with contextlib.suppress(OSError):
                    told = (entry / "environ").read_text(errors="replace") + (entry / "cmdline").read_text()
                    if here in told or str((entry / "cwd").readlink()).startswith(here):
                        found.add(int(entry.name))
        return found

    def close(self) -> None:
        if hasattr(self, "process"):
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.reading.join(timeout=10)
        for pid in self.left():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


@pytest.fixture
def up() -> Iterator[Up]:
    folder = Path(tempfile.mkdtemp(prefix="wp-up-", dir="/tmp"))
    folder.chmod(0o755)
    up = Up(folder)
    yield up
    up.close()
    shutil.rmtree(folder, ignore_errors=True)


def test_whoever_is_killed_is_started_again_and_it_is_said(up: Up) -> None:
    up.start()
    address = up.database()
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("CREATE TABLE of_this_test AS SELECT 42 AS kept")

    kill(up.child("valkey-server"))
    up.waits_for("Valkey ended with signal 9 (SIGKILL)")
    kill(up.child("postgres", "-D"))
    up.waits_for("PostgreSQL ended with signal 9 (SIGKILL)")
    until(up.answers, "the web server does not find PostgreSQL again")
    # The same data, at the same address, with the same password.
    with psycopg.connect(address) as connection:
        assert connection.execute("SELECT kept FROM of_this_test").fetchone() == (42,)

    for name in ("worker", "beat"):
        kill(up.child("werkpad", name))
        up.waits_for(f"{name} ended with signal 9 (SIGKILL)")

    # Requests that hang, since somebody holds what they want to read.
    with psycopg.connect(address) as holder:
        holder.execute("LOCK TABLE projection_positions IN ACCESS EXCLUSIVE MODE")
        waiting = [threading.Thread(target=up.get, args=("/health/ready",)) for _ in range(6)]
        for thread in waiting:
            thread.start()
        count = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        with psycopg.connect(address, autocommit=True) as watch:
            until(lambda: watch.execute(count).fetchone() > (0,), "no request hangs")  # type: ignore[operator]
        # The worst: those who wait can't even hear that they should end.
        master = up.web()
        hanging = descendants(master)
        for worker in hanging:
            kill(worker, signal.SIGSTOP)
        kill(master)
        up.waits_for("web ended with signal 9 (SIGKILL)")
        until(lambda: not any(map(parent_of, hanging)), "those who hung are still there")
        until(lambda: up.get("/health/live") == 200, "the web server does not come back")
    for thread in waiting:
        thread.join()
    until(up.answers, "the web server is not ready again")
    kill(up.process.pid, signal.SIGTERM)
    up.ends(0)


def test_when_the_supervisor_ends_everybody_ends_and_the_next_start_works(up: Up) -> None:
    up.start()
    kill(up.process.pid, signal.SIGKILL)
    up.ends(-signal.SIGKILL)
    # Some are left all the same: a server in our folder, and one of ours that nothing can reach but SIGKILL.
    room = Path(tempfile.mkdtemp(prefix="wp-", dir="/tmp"))
    left = servers.Postgres(room, up.folder / "postgres", servers.free_port(), durable=True)
    left.initialise()
    postgres = left.start()
    deaf = subprocess.Popen(
        [sys.executable, "-c", "import signal; signal.signal(15, signal.SIG_IGN); print(flush=True); signal.pause()"],
        env=os.environ | {"WERKPAD_UP_FOLDER": str(up.folder)}, stdout=subprocess.PIPE,
    )  # fmt: skip
    stranger = subprocess.Popen(["sleep", "600"], cwd=up.folder)
    assert deaf.stdout is not None
    deaf.stdout.readline()
    up.start(wait=False)
    up.waits_for("An earlier run left")
    assert (postgres.wait(timeout=PATIENCE), deaf.wait(timeout=PATIENCE)) == (0, -signal.SIGKILL)
    # One who only happens to be there is none of ours.
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()
    deaf.stdout.close()
    shutil.rmtree(room)
    up.waits_for("Werkpad runs at")

    second = subprocess.run(
        [sys.executable, "-c", UP, "--port", str(servers.free_port()), "--folder", str(up.folder)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert second.returncode == 1
    assert f"Another ./dev up (process {up.process.pid}) runs in {up.folder}." in second.stderr
    assert up.answers()
    # The terminal is closed.
    up.note()
    kill(up.process.pid, signal.SIGHUP)
    up.ends(0)
    assert "Stopped." in up.said


def test_a_port_that_somebody_else_has_is_said_before_anything_is_started(up: Up) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", up.port))
        taken.listen()
        up.start(wait=False)
        up.waits_for(f"Port {up.port} on 127.0.0.1 can't be used")
        assert up.process.wait() == 1
    up.ends(1)
    assert not (up.folder / "postgres").exists()


def test_one_that_hangs_is_ended_and_started_again(up: Up) -> None:
    up.start()
    for name, words in (("web", ("werkpad", "serve")), ("PostgreSQL", ("postgres", "-D"))):
        kill(up.child(*words), signal.SIGSTOP)
        up.waits_for(f"{name} is stopped (by SIGSTOP?); ending it.")
        up.waits_for(f"{name} ended with signal 9 (SIGKILL)")
        until(up.answers, f"{name} did not come back")
    # The master lives, and nobody who could answer does.
    for worker in descendants(up.web()):
        kill(worker, signal.SIGSTOP)
    up.waits_for("web has not answered for")
    until(up.answers, "the web server did not come back")
    kill(up.process.pid, signal.SIGINT)
    kill(up.process.pid, signal.SIGINT)
    up.ends(0)


STAGES: list[tuple[str, Callable[[Up], bool]]] = [
    ("initdb", lambda up: (up.folder / "postgres.making" / "PG_VERSION").exists()),
    ("the secrets", lambda up: (up.folder / "secrets.env").exists()),
]


@pytest.mark.parametrize(("stage", "reached"), STAGES, ids=[stage for stage, _ in STAGES])
@pytest.mark.parametrize(
    "number", [signal.SIGKILL, *(pytest.param(n, marks=pytest.mark.slow) for n in (signal.SIGTERM, signal.SIGHUP))]
)
def test_interrupted_while_it_starts(up: Up, number: signal.Signals, stage: str, reached: Callable[[Up], bool]) -> None:
    up.start(wait=False)
    until(lambda: reached(up), f"it never came to {stage}\n{up.said}")
    up.note()
    kill(up.process.pid, number)
    up.ends(-number if number == signal.SIGKILL else 0)
    if stage == "initdb" and number == signal.SIGKILL:
        up.start(wait=False)
        up.waits_for("PostgreSQL's files were interrupted while they were made; making them anew.")
        up.waits_for("Werkpad runs at")
    else:
        up.start()
    up.note()
    kill(up.process.pid, signal.SIGTERM)
    up.ends(0)


@pytest.mark.slow
def test_interrupted_while_the_city_is_filled(up: Up) -> None:
    up.start("--demo", wait=False)
    up.waits_for("Inventing a city")
    up.note()
    kill(up.process.pid)
    up.ends(-signal.SIGKILL)
    up.start("--demo", wait=False)
    # Whoever fills is killed, not the supervisor; it tries again by itself.
    up.waits_for("Inventing a city")
    kill(up.child("demo", "--fill"))
    up.waits_for("trying again (2 of 3)")
    up.waits_for("Werkpad runs at")
    up.note()
    assert BEGUN_ANEW in up.said
    kill(up.process.pid, signal.SIGTERM)
    up.ends(0)


def start_postgres(folder: Path) -> tuple[str, list[str]]:
    """Start a server in a folder and stop it again; its password, and what was said of its files."""
    said: list[str] = []
    room = folder / "room"
    room.mkdir(exist_ok=True)
    server = servers.Postgres(room, folder / "postgres", servers.free_port(), durable=True)
    server.initialise(said.append)
    process = server.start()
    try:
        until(server.is_ready, server.log.read_text())
    finally:
        process.send_signal(signal.SIGINT)
        process.wait()
    return server.password, said


def test_files_of_postgresql_that_are_not_whole(up: Up) -> None:
    # As an initdb leaves them that was killed in the middle.
    half = up.folder / "postgres"
    (half / "global").mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    first, said = start_postgres(up.folder)
    assert "holds half a PostgreSQL that was never finished; moved to" in said[0]
    assert (next(up.folder.glob("postgres.half-*")) / "PG_VERSION").exists()

    (up.folder / "postgres.password").unlink()
    second, said = start_postgres(up.folder)
    assert "password was missing" in said[0]
    assert second not in said[0] and second != first
    assert (up.folder / "postgres.password").stat().st_mode & 0o777 == 0o600
    assert start_postgres(up.folder) == (second, [])


@pytest.mark.slow
def test_secrets_that_are_not_whole(up: Up) -> None:
    file = up.folder / "secrets.env"
    file.write_text("WERKPAD_KEY_ENCRYPTION_KEY=aGFsZg")
    up.start()
    up.waits_for(f"{file} was not complete; what was missing is made anew.")
    with psycopg.connect(up.database(), autocommit=True) as connection:
        connection.execute("INSERT INTO vault.keys VALUES (gen_random_uuid(), gen_random_uuid(), 'wrapped', 'a key')")
    kill(up.process.pid, signal.SIGTERM)
    up.ends(0)
    whole = file.read_text()
    file.write_text(whole[:40])
    up.start(wait=False)
    up.waits_for(f"{file} lacks WERKPAD_KEY_ENCRYPTION_KEY")
    up.ends(1)
    file.write_text(whole)
    up.start()
    kill(up.process.pid, signal.SIGTERM)
    up.ends(0)


@contextlib.contextmanager
def filling(env: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", FILL, "demo", "--fill"], env=os.environ | env, stderr=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@contextlib.contextmanager
def opened(env: dict[str, str]) -> Iterator[Services]:
    services = build(Settings.from_environment(env))
    services.create()
    yield services
    services.close()


def begins(env: dict[str, str]) -> None:
    with opened(env) as services:
        until(lambda: services.log.head() > 0, "nothing was filled in")


def completed(env: dict[str, str]) -> str:
    """Fill to the end; what was said."""
    with filling(env) as process:
        _, said = process.communicate(timeout=300)
        assert process.returncode == 0, said
    return said


@pytest.mark.parametrize("kills", [1, pytest.param(12, marks=pytest.mark.slow)])
def test_a_fill_that_is_killed_is_begun_anew(database_url: str, kills: int) -> None:
    env = environment(database_url)
    with filling(env):
        begins(env)
    for _ in range(kills - 1):
        with filling(env) as process, contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(random.Random().uniform(1, 12))  # noqa: S311 - any moment will do
    said = completed(env)
    assert kills > 1 or BEGUN_ANEW in said
    with opened(env) as services:
        head = services.log.head()
        assert list(verify(services.engine)) == []
        with services.database.read() as connection:
            assert {"coach", "admin", "coach-nsw-2"} <= {a.username for a in people.all_accounts(connection)}
        assert services.log.count(head) > 40 * 20
    assert completed(env).strip() == ""
    with opened(env) as services:
        assert services.log.head() == head


def test_half_a_city_that_people_have_worked_in_is_left_alone(database_url: str) -> None:
    env = environment(database_url)
    with filling(env):
        begins(env)
    with opened(env) as services:
        with services.database.write() as connection:
            coach = people.all_accounts(connection)[0]
            sessions.begin(connection, "a token", coach.account_id, services.clock())
        head = services.log.head()
    with filling(env) as process:
        _, said = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert "people have worked in the half city since. Nothing was thrown away." in said
    with opened(env) as services:
        assert services.log.head() == head


def test_a_database_of_somebody_else_is_not_filled(database_url: str) -> None:
    env = environment(database_url)
    with opened(env) as services, services.database.write() as connection:
        people.add_team(connection, people.Team(uuid4(), "x", "A real team", specialised=False))
        account = people.Account(uuid4(), "admin", "Somebody", Role.ADMINISTRATOR, None, False, True, None)
        people.add_account(connection, account, "a password of theirs")
    assert "The database is in use already; no city is filled in." in completed(env)
    with opened(env) as services, services.database.read() as connection:
        assert [a.full_name for a in people.all_accounts(connection)] == ["Somebody"]
        assert services.log.head() == 0


def test_a_server_in_a_terminal_ends_when_that_is_closed(fresh_sqlite: str) -> None:
    port = servers.free_port()
    pid, terminal = pty.fork()
    if pid == 0:
        command = [sys.executable, "-m", "werkpad", "serve", "--port", str(port)]
        os.execve(command[0], command, os.environ | environment(fresh_sqlite))  # noqa: S606 - forked for a terminal
    drain = threading.Thread(target=read_all, args=(terminal,))
    drain.start()
    try:
        until(lambda: reachable(port), "the server does not come up")
        family = {pid} | descendants(pid)
    finally:
        # What the kernel tells whoever runs in a terminal that is closed.
        os.kill(pid, signal.SIGHUP)
    os.waitpid(pid, 0)
    drain.join()
    os.close(terminal)
    until(lambda: not any(map(parent_of, family)), "the server outlived its terminal")
    assert not reachable(port)


def read_all(terminal: int) -> None:
    with contextlib.suppress(OSError):
        while os.read(terminal, 1000):
            pass


def reachable(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False
