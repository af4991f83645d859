"""The web server: gunicorn with threads, in this process."""

from __future__ import annotations

import logging
import os
import signal
import socket
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from werkpad import lifeline, logs, shared_counts
from werkpad.settings import Settings


class PortTakenError(Exception):
    """Something else listens there already."""


def check_port(host: str, port: int) -> None:
    """Raises PortTakenError when nobody can listen there any more."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, UnicodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "no such host"
            raise PortTakenError(
                f"Port {port} on {host} can't be used ({why}). Choose another one with --port."
            ) from None


class Log(Logger):  # type: ignore[misc]  # the library has no types
    """gunicorn's own lines, as lines of our log, and none of its for each request: those hold paths."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        self.error_log.handlers = [logs.handler()]
        self.access_log.disabled = True

    def access(self, *_: Any) -> None:
        return


class _Server(BaseApplication):  # type: ignore[misc]  # the library has no types
    def __init__(self, options: dict[str, Any]) -> None:
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        for key, value in self.options.items():
            self.cfg.set(key, value)

    def load(self) -> Any:
        from werkpad.wsgi import app

        return app


def _end_with_master(_server: object, worker: Any) -> None:
    # A worker whose requests hang would outlive a killed master for as long, and keep the port.
    lifeline.end_with(worker.ppid, signal.SIGKILL)


def _end_with_terminal(_server: object) -> None:
    # Elsewhere SIGHUP means to load the application anew; closing a terminal would leave a server without one.
    if os.isatty(0):
        signal.signal(signal.SIGHUP, lambda _number, _frame: os.kill(os.getpid(), signal.SIGTERM))


def serve(settings: Settings, host: str, port: int, *, workers: int | None = None, quiet: bool = False) -> None:
    """Serve until interrupted. One process when tasks are embedded, since beat must run once."""
    check_port(host, port)
    logs.configure(logs.WEB, logging.WARNING if quiet else logging.INFO)
    with shared_counts.place():
        _run(host, port, 1 if settings.embedded else workers or 2, quiet=quiet)


def _forget_counts(_server: object, worker: Any) -> None:
    # Of what a process that has ended was doing at that moment; what it did before stays counted.
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]  # the library has no types


def _run(host: str, port: int, workers: int, *, quiet: bool) -> None:
    _Server(
        {
            "bind": f"{host}:{port}",
            "workers": workers,
            "worker_class": "werkpad.admission.Worker",
            "threads": 4,
            "timeout": 60,
            "graceful_timeout": 10,
            # Longer than proxies and browsers keep a connection: whoever closes it first, no request is lost on it.
            "keepalive": 75,
            "loglevel": "warning" if quiet else "info",
            "logger_class": Log,
            "child_exit": _forget_counts,
            "control_socket_disable": True,
            "when_ready": _end_with_terminal,
            "post_fork": _end_with_master,
        }
    ).run()
