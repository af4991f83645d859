"""What no start takes along where people work: secrets that others know or guess, open cookies, the demonstration."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from itertools import pairwise
from urllib.parse import unquote, urlsplit

from sqlalchemy import inspect

from application.services import Services
from records import people
from werkpad.kept_secrets import KEY, PREVIOUS_KEY
from werkpad.settings import MAKE, MAKE_KEY, SECRET, TOKEN, Settings, SettingsError

# What stands in examples and templates, without what people put between the words.
PLACEHOLDERS = (
    "changeme",
    "changethis",
    "replaceme",
    "secret",
    "password",
    "default",
    "example",
    "insecure",
    "werkpad",
)
# Of 32 random bytes, or as many random characters, more differ than these in all the lifetimes of the universe.
FEWEST_DIFFERENT = 8
LONGEST_PATTERN = 16


def check(settings: Settings) -> None:
    """Raises SettingsError, naming every mistake, where the settings are not fit for people's data."""
    if mistakes := list(_mistakes(settings)):
        raise SettingsError(mistakes)


def check_data(services: Services) -> None:
    """Raises SettingsError where an account of the demonstration, or of its password, could log in."""
    settings = services.settings
    if settings.demo or settings.development:
        return
    with services.database.read() as connection:
        filled = inspect(connection).has_table("demonstration_fills")
        known = people.with_well_known_passwords(connection)
    mistakes = []
    if filled:
        mistakes.append(
            "WERKPAD_DATABASE_URL names a database with the invented people of the demonstration. Use an empty one, or"
            " set WERKPAD_DEMO=true, and every page says so."
        )
    if known:
        mistakes.append(
            f"WERKPAD_DATABASE_URL names a database in which {', '.join(known)} may log in with the password of the"
            " demonstration, which everybody knows. Close these accounts, or use another database; for a demonstration"
            " set WERKPAD_DEMO=true."
        )
    if mistakes:
        raise SettingsError(mistakes)


def _mistakes(settings: Settings) -> Iterator[str]:
    with_https = settings.public_url.startswith("https://")
    if settings.development:
        if with_https:
            yield (
                "WERKPAD_DEVELOPMENT is for a developer's machine, and WERKPAD_PUBLIC_URL says that people work here."
                " Leave one of them out."
            )
        return
    yield from _weak_secrets(settings)
    # A database file without a broker is how one begins on a machine of one's own.
    at_work = not settings.demo and not (settings.is_sqlite and settings.embedded)
    if not settings.secure_cookies and (with_https or at_work):
        yield (
            "WERKPAD_SECURE_COOKIES is false, and cookies could be read on their way. Leave it out or set it to true,"
            " and let people in by HTTPS only."
        )


def _weak_secrets(settings: Settings) -> Iterator[str]:
    # The key of before may be weak: taking it out of use is what a rotation is for.
    if why := weak_key(settings.key_encryption_key):
        yield (
            f"{KEY} {why}. Make a new one with: {MAKE_KEY}. Where there is data, set {PREVIOUS_KEY} to this one, and"
            " run werkpad rotate-key."
        )
    texts = ((SECRET, settings.secret_key, MAKE[SECRET]), (TOKEN, settings.metrics_token, MAKE[SECRET]))
    for name, text, make in texts:
        if text and (why := weak_text(text)):
            yield f"{name} {why}. Make a new one with: {make}."
    if settings.metrics_token and settings.metrics_token == settings.secret_key:
        yield f"{TOKEN} is the same as {SECRET}. Whoever reads figures could sign cookies: make one of its own."
    for name, url in (
        ("WERKPAD_DATABASE_URL", settings.database_url),
        ("WERKPAD_BROKER_URL", settings.broker_url),
        ("WERKPAD_SMTP_URL", settings.smtp_url),
    ):
        if _is_placeholder(_password(url)):
            yield f"{name} has a password that stands in examples. Give the server another one, and put it here."


def weak_key(key: bytes) -> str:
    """Why others could guess a key, empty where they could not."""
    if not any(key):
        return "is nothing but zeros"
    if _is_placeholder(base64.b64encode(key).decode()) or _is_placeholder(key.decode("latin-1")):
        return "stands in examples"
    steps = {(b - a) % 256 for a, b in pairwise(key)}
    if len(set(key)) < FEWEST_DIFFERENT or len(steps) == 1 or _repeats(key.decode("latin-1")):
        return "follows a pattern that others can guess"
    if key.isascii() and key.decode().isprintable():
        return "is a text that somebody typed, and no random bytes"
    return ""


def weak_text(text: str) -> str:
    """Why others could guess a secret, empty where they could not."""
    if _is_placeholder(text):
        return "stands in examples"
    if len(set(text)) < FEWEST_DIFFERENT or _repeats(text):
        return "follows a pattern that others can guess"
    return ""


def _password(url: str) -> str:
    try:
        return unquote(urlsplit(url).password or "")
    except ValueError:
        return ""


def _is_placeholder(text: str) -> bool:
    return "".join(filter(str.isalnum, text.lower())).startswith(PLACEHOLDERS)


def _repeats(text: str) -> bool:
    """Whether it is something short, again and again."""
    return any(text == (text[:n] * len(text))[: len(text)] for n in range(1, min(LONGEST_PATTERN, len(text) // 2) + 1))
