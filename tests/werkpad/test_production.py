"""No process begins with what others know or guess, where people work; each refusal says what to do."""

from __future__ import annotations

import base64
import os
import re
import secrets
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import update

from domain.refusal import Refused
from domain.roles import Role
from records import people
from records.passwords import WELL_KNOWN
from records.people import Account, accounts
from tests.conftest import KEY, sqlite_in
from werkpad import production
from werkpad.demo.city import PASSWORD
from werkpad.servers import free_port
from werkpad.settings import Settings, SettingsError
from werkpad.wiring import build

POSTGRES = "postgresql://somebody:something@db/werkpad"
STARTS = ("serve", "worker", "beat", "init", "wsgi")


def sound(url: str = POSTGRES, **more: str) -> dict[str, str]:
    """Settings that a city could work with."""
    return {
        "WERKPAD_DATABASE_URL": url,
        "WERKPAD_KEY_ENCRYPTION_KEY": base64.b64encode(os.urandom(32)).decode(),
        "WERKPAD_SECRET_KEY": secrets.token_urlsafe(48),
        **more,
    }


def said(env: dict[str, str]) -> tuple[str, ...]:
    try:
        production.check(Settings.from_environment(env))
    except SettingsError as error:
        return error.mistakes
    return ()


def key(text: bytes) -> dict[str, str]:
    return {"WERKPAD_KEY_ENCRYPTION_KEY": base64.b64encode(text).decode()}


WEAK = [
    key(bytes(32)),
    key(b"\xff" * 32),
    key(bytes(range(32))),
    key(bytes(range(31, -1, -1))),
    key(os.urandom(4) * 8),
    key(b"a phrase that somebody has typed"),
    {"WERKPAD_KEY_ENCRYPTION_KEY": ("changeme" * 6)[:43] + "="},
    {"WERKPAD_SECRET_KEY": "changeme" + secrets.token_urlsafe(48)},
    {"WERKPAD_SECRET_KEY": "Change-Me-" + secrets.token_urlsafe(48)},
    {"WERKPAD_SECRET_KEY": "x" * 40},
    {"WERKPAD_SECRET_KEY": "0123456789" * 5},
    {"WERKPAD_METRICS_TOKEN": "change_me " + secrets.token_urlsafe(48)},
    {"WERKPAD_METRICS_TOKEN": "ab" * 20},
    {"WERKPAD_DATABASE_URL": "postgresql://werkpad:changeme@db/werkpad"},
    {"WERKPAD_BROKER_URL": "redis://:change%2Dme@host/0"},
    {"WERKPAD_SMTP_URL": "smtp://werkpad:password@mail:25", "WERKPAD_MAIL_FROM": "a@example.org"},
    {"WERKPAD_SECURE_COOKIES": "false"},
]


@pytest.mark.parametrize("weak", WEAK, ids=lambda weak: next(iter(weak)))
def test_what_others_know_or_guess_is_refused_with_its_name_and_what_to_do(weak: dict[str, str]) -> None:
    assert said(sound()) == ()
    (mistake,) = said(sound() | weak)
    assert mistake.split()[0] == next(iter(weak)) and re.search(r"Make|Give|Leave", mistake)
    assert not any(value in mistake for value in weak.values() if len(value) > len("false"))


def test_every_mistake_is_named_at_once_and_one_secret_has_one_use() -> None:
    token = secrets.token_urlsafe(48)
    twice = {"WERKPAD_SECRET_KEY": token, "WERKPAD_METRICS_TOKEN": token}
    found = said(sound() | key(bytes(32)) | twice | {"WERKPAD_SECURE_COOKIES": "false"})
    assert [m.split()[0] for m in found] == [
        "WERKPAD_KEY_ENCRYPTION_KEY",
        "WERKPAD_METRICS_TOKEN",
        "WERKPAD_SECURE_COOKIES",
    ]


def test_random_secrets_are_never_refused() -> None:
    for _ in range(2_000):
        assert not production.weak_key(os.urandom(32))
        for text in (secrets.token_urlsafe(24), secrets.token_hex(16), secrets.token_hex(32)):
            assert not production.weak_text(text)


def test_open_cookies_are_for_ones_own_machine(tmp_path: Path) -> None:
    own = {"WERKPAD_DATABASE_URL": sqlite_in(tmp_path)}
    assert said(own) == ()
    assert said(own | {"WERKPAD_PUBLIC_URL": "https://werkpad.example"})[0].startswith("WERKPAD_SECURE_COOKIES")
    assert said(own | {"WERKPAD_BROKER_URL": "redis://host:6379/0"})[0].startswith("WERKPAD_SECURE_COOKIES")
    plain = sound(WERKPAD_SECURE_COOKIES="false")
    assert said(plain | {"WERKPAD_DEMO": "true"}) == () == said(plain | {"WERKPAD_DEVELOPMENT": "true"})
    assert said(plain | {"WERKPAD_DEMO": "true"} | key(bytes(32)))[0].startswith("WERKPAD_KEY_ENCRYPTION_KEY")
    found = said(plain | {"WERKPAD_DEVELOPMENT": "true", "WERKPAD_PUBLIC_URL": "https://werkpad.example"})
    assert found[0].startswith("WERKPAD_DEVELOPMENT")


def started(how: str, env: dict[str, str]) -> tuple[int, str]:
    words = ["-c", "import werkpad.wsgi"] if how == "wsgi" else ["-m", "werkpad", how]
    if how == "serve":
        words += ["--port", str(free_port())]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WERKPAD_")}
    done = subprocess.run([sys.executable, *words], env=kept | env, capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("how", STARTS)
def test_each_start_refuses(how: str, fresh_postgres: str, empty_postgres: str, redis_url: str) -> None:
    good = sound(fresh_postgres, WERKPAD_BROKER_URL=redis_url) | {"WERKPAD_KEY_ENCRYPTION_KEY": KEY}
    # What the key of the tests is, others can guess; and the vault of the copy is wrapped by it.
    code, told = started(how, good | {"WERKPAD_SECURE_COOKIES": "false"})
    assert code != 0 and "WERKPAD_KEY_ENCRYPTION_KEY" in told and "WERKPAD_SECURE_COOKIES" in told
    assert "Traceback" not in told
    good = sound(empty_postgres, WERKPAD_BROKER_URL=redis_url)
    services = build(Settings.from_environment(good))
    services.create()
    services.close()
    let_in(good, "admin")
    code, told = started(how, good)
    assert code != 0 and "admin may log in with the password of the demonstration" in told
    assert "Traceback" not in told


def let_in(env: dict[str, str], username: str) -> None:
    services = build(Settings.from_environment(env))
    account = Account(uuid4(), username, "Somebody", Role.ADMINISTRATOR, None, False, active=True, language=None)
    hashed = people.hash_password(PASSWORD, may_be_well_known=True)
    with services.database.write() as connection:
        people.add_account(connection, account, PASSWORD, password_hash=hashed)
    services.close()


def test_the_demonstrations_accounts_are_refused_until_they_are_closed_and_a_demonstration_says_so(
    database_url: str,
) -> None:
    env = sound(database_url)
    let_in(env, "coach")
    services = build(Settings.from_environment(env))
    with pytest.raises(SettingsError, match="coach may log in"):
        production.check_data(services)
    for declared in ("WERKPAD_DEMO", "WERKPAD_DEVELOPMENT"):
        other = build(Settings.from_environment(env | {declared: "true"}))
        production.check_data(other)
        other.close()
    with services.database.write() as connection:
        connection.execute(update(accounts).values(active=False))
    production.check_data(services)
    services.close()


def test_the_names_that_the_demonstration_tells_are_those_that_are_asked() -> None:
    from werkpad.demo.run import WELCOME

    assert PASSWORD in WELL_KNOWN
    assert set(re.findall(r"^  (\w+) ", WELCOME, re.MULTILINE)) == set(people.WELL_KNOWN_NAMES)


@pytest.mark.parametrize("password", [PASSWORD, "Werkpad-Demo", "changeme-now", " CHANGEME12"])
def test_no_account_gets_a_password_that_everybody_knows(password: str) -> None:
    with pytest.raises(Refused, match="Everybody knows this password"):
        people.hash_password(password)
