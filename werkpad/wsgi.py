"""The web application for a WSGI server: `gunicorn werkpad.wsgi:app`."""

from __future__ import annotations

from flask import Flask

from records.heartbeats import BEAT, WEB
from web.app import create_app
from werkpad import logs
from werkpad.heart import Heart
from werkpad.settings import Settings
from werkpad.wiring import build
from workers.app import make_app
from workers.beat import RunsHere, start_embedded_beat
from workers.nudge import nudger


def make() -> Flask:
    """The application by the environment's settings; without a broker, tasks and beat run in this process."""
    logs.configure()
    settings = Settings.from_environment()
    services = build(settings)
    services.create()
    celery = make_app(settings, lambda: services)
    if settings.embedded:
        start_embedded_beat(celery)
        Heart(services.database, BEAT, RunsHere.ticks).start()
    Heart(services.database, WEB).start()
    return create_app(services, nudger(celery))


app = make()
