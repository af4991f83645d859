"""`./dev up`, its processes killed, stopped and interrupted: it mends itself, says so, and leaves nobody behind."""

from __future__ import annotations

import contextlib
import os
import pty
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from tests.conftest import environment
from tests.faults.harmed import IMPATIENT, PATIENCE, UP, Up, descendants, kill, parent_of, until
from werkpad import servers

BEGUN_ANEW = "half a city is thrown away, and begun anew"


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
            until(lambda: watch.execute(count).fetchone() > (0,), "no request hangs")  # type: ignore[operator]  # there is one
        # The worst: those who wait can't even hear that they should end.
        master = up.web()
        hanging = descendants(master)
        for worker in hanging:
            kill(worker, signal.SIGSTOP)
        kill(master)
        up.waits_for("web ended with signal 9 (SIGKILL)")
        until(lambda: not any(map(parent_of, hanging)), "those who hung are still there")
    for thread in waiting:
        thread.join()
    until(up.answers, "the web server does not come back")
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
        env=os.environ | {"WERKPAD_UP_FOLDER": str(up.folder)},
        stdout=subprocess.PIPE,
    )
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
        [sys.executable, *UP, "--port", str(servers.free_port()), "--folder", str(up.folder)],
        capture_output=True,
        text=True,
        check=False,
    )
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
    up.start(how=("-c", IMPATIENT))
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


def test_a_server_in_a_terminal_ends_when_that_is_closed(fresh_sqlite: str) -> None:
    port = servers.free_port()
    ours, terminal = pty.openpty()
    server = subprocess.Popen(
        [sys.executable, "-m", "werkpad", "serve", "--port", str(port)],
        env=os.environ | environment(fresh_sqlite),
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        start_new_session=True,
    )
    os.close(terminal)
    drain = threading.Thread(target=read_all, args=(ours,))
    drain.start()
    try:
        until(lambda: reachable(port), "the server does not come up")
        family = {server.pid} | descendants(server.pid)
    finally:
        # What the kernel tells whoever runs in a terminal that is closed.
        server.send_signal(signal.SIGHUP)
    assert server.wait(timeout=PATIENCE) == 0
    drain.join()
    os.close(ours)
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
