"""What the measurements share: a PostgreSQL with a filled log, made once, and an SQLite with the same."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path

import click

from application.services import Services
from benchmarks.city_log import NOW, Filled, fill
from werkpad import servers
from werkpad.progress import bar
from werkpad.settings import Settings
from werkpad.wiring import build

KEY = base64.b64encode(bytes(32)).decode()


def environment(url: str, broker: str = "") -> dict[str, str]:
    return {
        "WERKPAD_DATABASE_URL": url,
        "WERKPAD_KEY_ENCRYPTION_KEY": KEY,
        "WERKPAD_SECRET_KEY": "only for measuring" * 3,
        "WERKPAD_DEVELOPMENT": "true",
        "WERKPAD_BROKER_URL": broker,
        "WERKPAD_POOL_SIZE": "10",
    }


class Bench:
    """Servers and logs, started and filled when a measurement first asks for them."""

    def __init__(self, events: int, folder: Path, stack: ExitStack, keep: Path | None = None) -> None:
        self.events = events
        self.folder = folder
        self.keep = keep
        self._stack = stack

    @cached_property
    def admin_url(self) -> str:
        return self._stack.enter_context(servers.postgres())

    @cached_property
    def postgres(self) -> tuple[Services, Filled]:
        return self._filled(self._stack.enter_context(servers.database(self.admin_url)), self.events)

    @cached_property
    def small(self) -> tuple[Services, Filled]:
        """A tenth of the log, to see what growth costs."""
        return self._filled(self._stack.enter_context(servers.database(self.admin_url)), max(self.events // 10, 1_000))

    @cached_property
    def sqlite(self) -> tuple[Services, Filled]:
        return self._filled(f"sqlite:///{self.folder / 'bench.db'}", self.events)

    @contextmanager
    def empty(self, *, pool_size: int = 10) -> Iterator[Services]:
        """Services over a new, empty PostgreSQL database."""
        with servers.database(self.admin_url) as url, self._over(url, pool_size) as services:
            yield services

    @contextmanager
    def _over(self, url: str, pool_size: int) -> Iterator[Services]:
        settings = Settings.from_environment(environment(url) | {"WERKPAD_POOL_SIZE": str(pool_size)})
        services = build(settings, clock=lambda: NOW)
        services.create()
        try:
            yield services
        finally:
            services.close()

    @contextmanager
    def kind(self, kind: str, name: str) -> Iterator[Services]:
        """Services over a new, empty database of that kind; `name` is that of its file."""
        if kind == "SQLite":
            with self._over(f"sqlite:///{self.folder / name}.db", pool_size=10) as services:
                yield services
        else:
            with self.empty() as services:
                yield services

    def _filled(self, url: str, events: int) -> tuple[Services, Filled]:
        services = build(Settings.from_environment(environment(url)), clock=lambda: NOW)
        services.create()
        self._stack.callback(services.close)
        click.echo(f"Filling a log with {events:,} events ({'SQLite' if 'sqlite' in url else 'PostgreSQL'})", err=True)
        with bar("  ") as progress:
            filled = fill(services, events, progress)
        return services, filled
