"""The web application for a WSGI server: `gunicorn werkpad.wsgi:app`."""

from __future__ import annotations

import os

from flask import Flask

from eventlog.door import NAME
from web.app import create_app
from werkpad import logs
from werkpad.settings import Settings
from werkpad.wiring import build
from workers.app import make_app, start_embedded_beat
from workers.nudge import nudger


def make() -> Flask:
    """The application by the environment's settings; without a broker, tasks and beat run in this process."""
    logs.configure()
    os.environ[NAME] = "werkpad web"
    settings = Settings.from_environment()
    services = build(settings)
    services.create()
    celery = make_app(settings, lambda: services)
    if settings.embedded:
        start_embedded_beat(celery)
    return create_app(services, nudger(celery))


app = make()
