"""`./dev up`: the production shape on one machine, under one supervisor in the foreground."""

from __future__ import annotations

import base64
import os
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from contextlib import ExitStack
from pathlib import Path
from types import FrameType

import click
from sqlalchemy.engine import make_url

from werkpad import servers
from werkpad.serving import PortTakenError, check_port

ENOUGH_DEATHS = 5
A_WHILE = 60.0
GRACE = 20.0


class Child:
    """A process that is kept alive; what it prints gets its name in front."""

    def __init__(self, name: str, command: list[str], environment: dict[str, str]) -> None:
        self.name = name
        self.command = command
        self.environment = environment
        self.deaths: deque[float] = deque(maxlen=ENOUGH_DEATHS)
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(  # noqa: S603 - our own commands
            self.command, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            start_new_session=True,
        )  # fmt: skip
        threading.Thread(target=self._repeat, args=(self.process,), daemon=True).start()

    def _repeat(self, process: subprocess.Popen[str]) -> None:
        for line in process.stdout or ():
            click.echo(f"{self.name:8}| {line.rstrip()}")

    def revive(self) -> bool:
        """Start it again if it died; False when it keeps dying."""
        if self.process.poll() is None:
            return True
        now = time.monotonic()
        self.deaths.append(now)
        if len(self.deaths) == ENOUGH_DEATHS and now - self.deaths[0] < A_WHILE:
            click.echo(f"{self.name} died {ENOUGH_DEATHS} times within a minute; stopping all.", err=True)
            return False
        click.echo(f"{self.name} ended with status {self.process.returncode}; starting it again.", err=True)
        self.start()
        return True

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=GRACE)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()


def kept_secrets(folder: Path) -> dict[str, str]:
    """The secrets of this machine's database, made once."""
    file = folder / "secrets.env"
    if not file.exists():
        key = base64.b64encode(os.urandom(32)).decode()
        with os.fdopen(os.open(file, os.O_CREAT | os.O_WRONLY, 0o600), "w") as opened:
            opened.write(f"WERKPAD_KEY_ENCRYPTION_KEY={key}\nWERKPAD_SECRET_KEY={secrets.token_urlsafe(48)}\n")
    return dict(line.split("=", 1) for line in file.read_text().splitlines())


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--folder", default="var/up", show_default=True, type=click.Path(file_okay=False, path_type=Path))
@click.option("--demo", is_flag=True, help="Fill an empty database with the invented city of the demonstration.")
def main(host: str, port: int, folder: Path, demo: bool) -> None:
    """PostgreSQL, a Redis-compatible server, web, worker and beat, as separate processes. Ctrl-C stops all."""
    try:
        check_port(host, port)
    except PortTakenError as error:
        raise click.ClickException(str(error)) from None
    folder.mkdir(parents=True, exist_ok=True)
    stopping = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    with ExitStack() as stack:
        try:
            admin_url = stack.enter_context(servers.postgres(_postgres_folder(folder), durable=True))
        except servers.ServerNotStartedError as error:
            raise click.ClickException(str(error)) from None
        broker = stack.enter_context(servers.valkey(folder.resolve() / "valkey"))
        servers.make_database(admin_url, "werkpad")
        url = make_url(admin_url).set(database="werkpad").render_as_string(hide_password=False)
        kept = {k: v for k, v in os.environ.items() if not k.startswith("WERKPAD_")}
        environment = kept | kept_secrets(folder) | {
            "WERKPAD_DATABASE_URL": url,
            "WERKPAD_BROKER_URL": broker,
            "WERKPAD_SECURE_COOKIES": "false",
            "WERKPAD_DEMO": "true" if demo else "false",
        }  # fmt: skip
        werkpad = [sys.executable, "-m", "werkpad"]
        prepare = [*werkpad, "demo", "--fill"] if demo else [*werkpad, "init"]
        if subprocess.run(prepare, env=environment, check=False).returncode:  # noqa: S603 - our own command
            raise click.ClickException("The database could not be prepared.")
        children = [
            Child("worker", [*werkpad, "worker"], environment),
            Child("beat", [*werkpad, "beat"], environment),
            Child("web", [*werkpad, "serve", "--host", host, "--port", str(port), "--quiet"], environment),
        ]
        click.echo(f"Werkpad runs at http://{host}:{port} – Ctrl-C stops all.")
        while not stopping.wait(0.5):
            if not all(child.revive() for child in children):
                break
        for child in reversed(children):
            child.stop()
    click.echo("Stopped.")


def _postgres_folder(folder: Path) -> Path:
    """Where the database's files can live: as root, PostgreSQL runs as nobody, who must get there."""
    folder = folder.resolve()
    if os.geteuid() == 0 and not all(p.stat().st_mode & 0o001 for p in (folder, *folder.parents)):
        raise click.ClickException(f"As root, PostgreSQL runs as nobody, who can't enter {folder}. Choose a --folder.")
    return folder / "postgres"


if __name__ == "__main__":
    main()
