"""PostgreSQL, a Redis-compatible server, web, worker and beat: started in order, looked after, and stopped."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import FrameType

import click
import psycopg
from sqlalchemy.engine import make_url

from database.private import make_folder
from werkpad import lifeline, servers
from werkpad.serving import PortTakenError, check_port
from werkpad.supervisor.child import Child, Family, say, spawn
from werkpad.supervisor.premises import MARK, Premises, TroubleError

# Seconds for children to stop by themselves, and for a server to come up, recovering first; attempts at each step.
GRACE, COMING_UP = 20.0, 300.0
ATTEMPTS = 3


class Stop(Exception):  # noqa: N818 - a wish, not an error
    """The operator wants to stop."""


class Supervisor:
    """The children in order of need: PostgreSQL and Valkey, then what works with them."""

    def __init__(self, host: str, port: int, premises: Premises, *, demo: bool) -> None:
        self.host = host
        self.port = port
        self.premises = premises
        self.demo = demo
        self.stopping = threading.Event()
        self.hurry = threading.Event()
        self.family = Family(self._pause)
        self.servers: list[Child] = []

    def listen(self) -> None:
        """Stop on Ctrl-C, when asked, and when the terminal is closed; a second time: at once."""

        def stop(_number: int, _frame: FrameType | None) -> None:
            (self.hurry if self.stopping.is_set() else self.stopping).set()

        signal.signal(signal.SIGINT, stop)
        signal.signal(signal.SIGTERM, stop)
        # nohup asks to ignore the terminal's end.
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
            signal.signal(signal.SIGHUP, stop)

    def _pause(self, seconds: float) -> None:
        if self.stopping.wait(seconds):
            raise Stop

    def run(self) -> None:
        """Start everything, and look after it until the operator wants to stop.

        Raises:
            TroubleError, ServerNotStartedError, PortTakenError: it can't start.
        """
        lifeline.adopt_orphans()
        try:
            with self.premises.alone():
                try:
                    self.premises.end_leftovers()
                    check_port(self.host, self.port)
                    self._start()
                    while True:
                        self.family.turn()
                finally:
                    self.premises.note_stopping()
                    self._stop()
        except Stop:
            say("Stopped.", err=False)

    def _start(self) -> None:
        postgres, valkey = self._postgres(), self._valkey()
        environment = self._prepared(postgres, valkey)
        self._add("worker", ["worker"], environment)
        self._add("beat", ["beat"], environment)
        arguments = ["serve", "--host", self.host, "--port", str(self.port), "--quiet"]
        web = self._add("web", arguments, environment, answers=self._web_answers)
        while not web.has_answered:
            self.family.turn()
        say(f"Werkpad runs at http://{self.host}:{self.port} – Ctrl-C stops all.", err=False)

    def _postgres(self) -> servers.Postgres:
        room = self.premises.room
        shutil.rmtree(room, ignore_errors=True)
        make_folder(room)
        server = servers.Postgres(room, self.premises.postgres, servers.free_port(), durable=True)
        server.initialise(say)
        self._pause(0)
        self._add_server(
            Child(
                "PostgreSQL",
                server.start,
                is_ready=server.is_ready,
                answers=server.answers,
                stop_with=signal.SIGINT,
                hurry_with=signal.SIGQUIT,
                hint=f"Its log: {server.log}",
            ),
            server.log,
        )
        return server

    def _valkey(self) -> servers.Valkey:
        server = servers.Valkey(self.premises.valkey, servers.free_port(), durable=True)
        self._add_server(
            Child(
                "Valkey", server.start, is_ready=server.is_ready, answers=server.answers, hint=f"Its log: {server.log}"
            ),
            server.log,
        )
        return server

    def _add_server(self, child: Child, log: Path) -> None:
        """Start a server, and wait until it is there."""
        self.family.children.append(child)
        self.servers.append(child)
        end = time.monotonic() + COMING_UP
        while not child.is_ready():
            if child.failures == ATTEMPTS or time.monotonic() > end:
                raise servers.ServerNotStartedError(f"{child.name} did not come up:\n{servers.tail(log)}")
            self.family.turn()

    def _add(
        self,
        name: str,
        arguments: list[str],
        environment: dict[str, str],
        answers: Callable[[float], bool] | None = None,
    ) -> Child:
        command = [sys.executable, "-m", "werkpad", *arguments]
        child = Child(name, lambda: spawn(name, command, environment), needs=tuple(self.servers), answers=answers)
        self.family.children.append(child)
        return child

    def _prepared(self, postgres: servers.Postgres, valkey: servers.Valkey) -> dict[str, str]:
        """Make database, tables and city, again when a server goes away meanwhile; the environment to work with."""
        url = make_url(postgres.url).set(database="werkpad").render_as_string(hide_password=False)
        kept = {k: v for k, v in os.environ.items() if not k.startswith("WERKPAD_")} | {
            MARK: str(self.premises.folder),
            "WERKPAD_DATABASE_URL": url,
            "WERKPAD_BROKER_URL": valkey.url,
            "WERKPAD_SECURE_COOKIES": "false",
            "WERKPAD_DEMO": "true" if self.demo else "false",
            "WERKPAD_DEVELOPMENT": "true",
        }
        command = [sys.executable, "-m", "werkpad", *(["demo", "--fill"] if self.demo else ["init"])]
        for attempt in range(1, ATTEMPTS + 1):
            try:
                servers.make_database(postgres.url, "werkpad")
                environment = kept | self.premises.secrets(url)
                if self.family.run(command, environment) == 0:
                    return environment
            except psycopg.OperationalError:
                say("PostgreSQL went away while the database was prepared.")
            if attempt < ATTEMPTS:
                say(f"The database could not be prepared; trying again ({attempt + 1} of {ATTEMPTS}).")
                self.family.turn()
                while not all(server.is_ready() for server in self.servers):
                    self.family.turn()
        raise TroubleError(f"The database could not be prepared in {ATTEMPTS} attempts; the reason stands above.")

    def _web_answers(self, timeout: float) -> bool:
        """Whether the web server says anything; what it says is not asked here."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104 - compared, not bound
        connection = HTTPConnection(host, self.port, timeout=timeout)
        try:
            connection.request("GET", "/health/live")
            connection.getresponse()
        except (OSError, HTTPException):
            return False
        else:
            return True
        finally:
            connection.close()

    def _stop(self) -> None:
        """First those who work with the servers, then the servers; nobody is left."""
        workers = [child for child in self.family.children if child not in self.servers]
        self.family.stop(workers, GRACE, self.hurry)
        self.family.stop(self.servers, GRACE, self.hurry)
        while lifeline.end_orphans(set()):
            pass


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--folder", default="var/up", show_default=True, type=click.Path(file_okay=False, path_type=Path))
@click.option("--demo", is_flag=True, help="Fill an empty database with the invented city of the demonstration.")
def main(host: str, port: int, folder: Path, demo: bool) -> None:
    """PostgreSQL, a Redis-compatible server, web, worker and beat, as separate processes. Ctrl-C stops all.

    What ends or hangs is started again; what an earlier run left behind is ended first.
    """
    try:
        supervisor = Supervisor(host, port, Premises(folder), demo=demo)
        supervisor.listen()
        supervisor.run()
    except (TroubleError, PortTakenError, servers.ServerNotStartedError) as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        reason = f"{error.filename or folder}: {error.strerror or error}"
        raise click.ClickException(f"{reason}. Is the disk full, and is the folder ours to write?") from None


if __name__ == "__main__":
    main(prog_name="./dev up")
