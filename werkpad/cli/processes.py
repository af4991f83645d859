"""The processes of production: the web server, a worker, and the timetable."""

from __future__ import annotations

import os

import click

from eventlog.door import NAME
from werkpad.cli.opening import opened
from werkpad.settings import Settings, SettingsError
from werkpad.wiring import OnePerProcess


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", type=click.IntRange(1, 64), help="Processes; one when tasks run in the process.")
@click.option("--quiet", is_flag=True, help="Log warnings and errors only.")
def serve(host: str, port: int, workers: int | None, quiet: bool) -> None:
    """Serve the web interface until interrupted."""
    from werkpad.serving import PortTakenError
    from werkpad.serving import serve as run

    with opened() as services:
        # Said here, before there are processes of which each would say it.
        services.door.judge_start()
    try:
        run(Settings.from_environment(), host, port, workers=workers, quiet=quiet)
    except (SettingsError, PortTakenError) as error:
        raise click.ClickException(str(error)) from None


def _celery(arguments: list[str]) -> None:
    from werkpad import logs
    from workers.app import make_app

    logs.configure()
    os.environ[NAME] = f"werkpad {arguments[0]}"
    with opened() as services:
        if services.settings.embedded:
            raise click.ClickException(
                "There is no broker, so tasks run in the web process. Set WERKPAD_BROKER_URL to redis://HOST:PORT/0."
            )
        services.create()
        settings = services.settings
    make_app(settings, OnePerProcess(settings)).start(arguments)


@click.command()
@click.option("--concurrency", default=2, show_default=True, type=click.IntRange(1, 64), help="Processes.")
@click.option("--loglevel", default="warning", show_default=True)
def worker(concurrency: int, loglevel: str) -> None:
    """Run a Celery worker: projects events, builds lists, finishes erasures."""
    _celery(
        [
            "worker",
            f"--concurrency={concurrency}",
            f"--loglevel={loglevel}",
            "--queues=werkpad",
            "--without-mingle",
        ]
    )


@click.command()
@click.option("--loglevel", default="warning", show_default=True)
def beat(loglevel: str) -> None:
    """Run Celery's clock, once: it starts what is due."""
    _celery(["beat", f"--loglevel={loglevel}", "--scheduler=celery.beat:Scheduler"])
