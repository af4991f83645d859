"""The processes of production: the web server, a worker, and the timetable."""

from __future__ import annotations

import os

import click

from werkpad import production
from werkpad.cli.opening import opened
from werkpad.heart import BEAT, WORKER, heart_of_its_own
from werkpad.settings import Settings
from werkpad.wiring import NAME, OnePerProcess


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", type=click.IntRange(1, 64), help="Processes; one when tasks run in the process.")
@click.option("--quiet", is_flag=True, help="Log warnings and errors only.")
def serve(host: str, port: int, workers: int | None, quiet: bool) -> None:
    """Serve the web interface until interrupted."""
    from werkpad.serving import PortTakenError, check_port
    from werkpad.serving import serve as run

    settings = Settings.from_environment()
    production.check(settings)
    try:
        check_port(host, port)
        # Here, and not in each process that serves: one that can't begin would be started again and again.
        with opened() as services:
            services.create()
            production.check_data(services)
        run(settings, host, port, workers=workers, quiet=quiet)
    except PortTakenError as error:
        raise click.ClickException(str(error)) from None


def _celery(process: str, loglevel: str, *options: str) -> None:
    from workers.app import make_app
    from workers.broker import check_broker
    from workers.lines import write_lines

    write_lines(process, loglevel)
    settings = Settings.from_environment()
    if settings.embedded:
        raise click.ClickException(
            "There is no broker, so tasks run in the web process. Set WERKPAD_BROKER_URL to redis://HOST:PORT/0."
        )
    production.check(settings)
    os.environ[NAME] = f"werkpad {process}"
    with opened() as services:
        services.check()
        check_broker(settings)
        services.create()
        production.check_data(services)
    app = make_app(settings, OnePerProcess(settings))
    if process == BEAT:
        _tell_of_beat(settings)
    else:
        from workers.pulse import with_pulse

        app = with_pulse(app, settings)
    # Its banner would be no line of our log.
    app.start(["--quiet", process, f"--loglevel={loglevel}", *options])


def _tell_of_beat(settings: Settings) -> None:
    from celery.signals import beat_init

    from workers.beat import Timetable

    heart = heart_of_its_own(settings, BEAT, Timetable.ticks)
    # Not before it can be asked to end, either.
    beat_init.connect(lambda **_told: heart.start(), weak=False)


def _known_queues(_context: click.Context, _parameter: click.Parameter, text: str) -> str:
    from workers.app import QUEUES

    names = [name.strip() for name in text.split(",")]
    if not set(names) <= set(QUEUES):
        raise click.BadParameter(f"The queues are {' and '.join(QUEUES)}.")
    return ",".join(names)


@click.command()
@click.option("--concurrency", default=2, show_default=True, type=click.IntRange(1, 64), help="Processes.")
@click.option(
    "--queues",
    default="werkpad,mail",
    show_default=True,
    metavar="NAME[,NAME]",
    callback=_known_queues,
    help="What to work on: werkpad, mail or both.",
)
@click.option("--loglevel", default="warning", show_default=True)
def worker(concurrency: int, queues: str, loglevel: str) -> None:
    """Run a Celery worker.

    It projects events, builds lists, finishes erasures and delivers mail.

    Mail takes one process at most, of all workers together. With --concurrency 1, or where nothing may ever wait for
    the mail server, run two workers: one with --queues werkpad, and one with --queues mail.
    """
    _celery(WORKER, loglevel, f"--concurrency={concurrency}", f"--queues={queues}", "--without-mingle")


@click.command()
@click.option("--loglevel", default="warning", show_default=True)
def beat(loglevel: str) -> None:
    """Run Celery's clock, once: it starts what is due."""
    _celery(BEAT, loglevel, "--scheduler=workers.beat:Timetable")
