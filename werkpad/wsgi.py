"""The web application for a WSGI server: `gunicorn werkpad.wsgi:app`."""

from __future__ import annotations

import gc
import os

import structlog
from flask import Flask

from database.door import NAME
from records.heartbeats import BEAT, WEB
from web import templating
from web.app import create_app
from werkpad import causes, logs, metrics, production
from werkpad.heart import Heart
from werkpad.settings import Settings, database_address
from werkpad.wiring import build
from workers.app import QUEUES, make_app
from workers.beat import RunsHere, start_embedded_beat
from workers.nudge import nudger
from workers.waiting import asker

# What gunicorn understands as: starting this worker again won't help.
WILL_NOT_START = 3

log = structlog.get_logger()


def make() -> Flask:
    """The application by the environment's settings; without a broker, tasks and beat run in this process."""
    os.environ[NAME] = "werkpad web"
    settings = Settings.from_environment()
    production.check(settings)
    services = build(settings, observe=metrics.count_command)
    services.create()
    production.check_data(services)
    celery = make_app(settings, lambda: services)
    if settings.embedded:
        start_embedded_beat(celery)
        Heart(services.database, BEAT, RunsHere.ticks).start()
    Heart(services.database, WEB).start()
    app = create_app(services, nudger(celery), None if settings.embedded else asker(celery, QUEUES))
    templating.compile_all(app.jinja_env)
    settle()
    return app


def settle() -> None:
    """Take what was made until now out of what the garbage collector looks through: code, tables and templates stay.
    Looking through them took 160 ms of processor of every tenth page or so."""
    gc.collect()
    gc.freeze()


def begin() -> Flask:
    """The application, or the end of the process with a line in the log that says why not."""
    # `werkpad serve` has done so already, as quiet as it was told to be.
    if logs.process() != logs.WEB:
        logs.configure(logs.WEB)
    try:
        return make()
    except Exception as error:
        told = causes.sentence(error, database_address(os.environ))
        log.critical("cannot_start", reason=told or causes.unforeseen(error))
        raise SystemExit(WILL_NOT_START) from None


app = begin()
