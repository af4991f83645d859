"""What tests run against: real servers on free ports, and services over an empty database."""

from __future__ import annotations

import base64
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from application.services import Services
from records import passwords
from tests.compiled import Compiled, compile_routes_once, compile_statements_once
from werkpad import servers
from werkpad.settings import Settings
from werkpad.wiring import build

KEY = base64.b64encode(bytes(range(32))).decode()
NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)  # a Wednesday
LONGEST_SLOW_TEST = 3600.0  # seconds
COMPILED = Compiled()

# Whoever logs in a hundred times has no time for passwords that are hard to guess.
passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
passwords._NOBODY = passwords._hasher.hash("nobody has this password")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "slow: takes long; runs with ./dev test --all")
    compile_routes_once()
    compile_statements_once()
    COMPILED.use(whole=bool(config.getoption("numprocesses", None)))
    COMPILED.begin_collecting()


def pytest_collection_finish() -> None:
    COMPILED.end_collecting()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.timeout(LONGEST_SLOW_TEST))


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server, as one who may make databases there."""
    if url := os.environ.get("WERKPAD_TEST_DATABASE_URL"):
        yield url
        return
    with servers.postgres() as url:
        yield url


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A Redis-compatible server."""
    if url := os.environ.get("WERKPAD_TEST_REDIS_URL"):
        yield url
        return
    with servers.valkey() as url:
        yield url


# Nothing at all: for what sets a database up, or finds it otherwise than it should be.


@pytest.fixture
def empty_postgres(postgres_url: str) -> Iterator[str]:
    with servers.database(postgres_url) as url:
        yield url


@pytest.fixture
def empty_sqlite(tmp_path: Path) -> str:
    return sqlite_in(tmp_path)


@pytest.fixture(params=["sqlite", "postgres"])
def empty_database_url(request: pytest.FixtureRequest) -> str:
    """A database in which nothing is: each test that asks for it runs on both kinds."""
    return str(request.getfixturevalue(f"empty_{request.param}"))


# Set up, and nothing recorded: copies of one that was set up once, since that takes longer than most tests.


@pytest.fixture(scope="session")
def set_up_postgres(postgres_url: str) -> Iterator[str]:
    """The name of a database to be copied."""
    with servers.database(postgres_url) as url:
        _set_up(url)
        yield url.rpartition("/")[2]


@pytest.fixture(scope="session")
def set_up_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a database to be copied."""
    folder = tmp_path_factory.mktemp("set-up")
    _set_up(sqlite_in(folder))
    return folder


def _set_up(url: str) -> None:
    services = build(Settings.from_environment(environment(url)), clock=Clock())
    services.create()
    services.close()


@pytest.fixture
def fresh_postgres(postgres_url: str, set_up_postgres: str) -> Iterator[str]:
    with servers.database(postgres_url, set_up_postgres) as url:
        yield url


@pytest.fixture
def fresh_sqlite(tmp_path: Path, set_up_sqlite: Path) -> str:
    for file in set_up_sqlite.iterdir():
        shutil.copy2(file, tmp_path / file.name)
    return sqlite_in(tmp_path)


def sqlite_in(folder: Path) -> str:
    return f"sqlite:///{folder / 'werkpad.db'}"


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A database in which nothing is recorded: each test that asks for it runs on both kinds."""
    return str(request.getfixturevalue(f"fresh_{request.param}"))


def environment(database_url: str, **more: str) -> dict[str, str]:
    """The settings of a test, as environment variables."""
    return {
        "WERKPAD_DATABASE_URL": database_url,
        "WERKPAD_KEY_ENCRYPTION_KEY": KEY,
        "WERKPAD_SECRET_KEY": "a secret of the tests, of no use to anybody",
        "WERKPAD_DEVELOPMENT": "true",
        **more,
    }


class Clock:
    """A clock that stands still until it is told to move."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def make_services(clock: Clock) -> Iterator[Callable[..., Services]]:
    """Services over a database; closed at the end. `set_up`: it is a copy of one that was."""
    made = []

    def make(url: str, *, set_up: bool = False, **more: str) -> Services:
        services = build(Settings.from_environment(environment(url, **more)), clock=clock)
        if not set_up:
            services.create()
        made.append(services)
        return services

    yield make
    for services in made:
        services.close()


@pytest.fixture
def services(make_services: Callable[..., Services], database_url: str) -> Services:
    """Services over an empty database, on both kinds."""
    return make_services(database_url, set_up=True)


@pytest.fixture
def sqlite_services(make_services: Callable[..., Services], fresh_sqlite: str) -> Services:
    """Services over an empty SQLite database, for what does not differ between the two."""
    return make_services(fresh_sqlite, set_up=True)


@pytest.fixture(scope="session")
def browser_path() -> str:
    """Chromium, or a sentence about how to get it."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("BROWSER_PATH") or next(filter(None, map(shutil.which, names)), None)
    if found:
        return found
    missing = (
        "There is no Chromium. On Debian: apt-get install chromium; else set BROWSER_PATH to a Chrome or Chromium."
    )
    if os.environ.get("REQUIRE_BROWSER") == "1":
        pytest.fail(missing)
    pytest.skip(missing)


@pytest.fixture
def env(fresh_postgres: str, redis_url: str) -> dict[str, str]:
    # A broker database of its own: tests of other processes share the server.
    number = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    return environment(fresh_postgres, WERKPAD_BROKER_URL=f"{redis_url.rpartition('/')[0]}/{int(number) + 1}")


@pytest.fixture
def live(env: dict[str, str]) -> Iterator[Services]:
    services = build(Settings.from_environment(env))
    services.create()
    yield services
    services.close()
