"""English and Dutch: which one a viewer reads, and how dates and catalogue texts are written in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal
from flask import Flask, g, request
from flask_babel import Babel, force_locale, get_locale, gettext, lazy_gettext

from domain.calendar import AMSTERDAM, Week, local_day
from domain.catalogue import Text

LANGUAGES = ("en", "nl")
COOKIE = "werkpad_language"


def chosen() -> str:
    account = g.get("account")
    for wanted in (account and account.language, request.cookies.get(COOKIE)):
        if wanted in LANGUAGES:
            return str(wanted)
    return request.accept_languages.best_match(LANGUAGES) or "en"


def speak(app: Flask) -> None:
    app.config.setdefault("BABEL_DEFAULT_TIMEZONE", "Europe/Amsterdam")
    app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", "translations")
    Babel(app, locale_selector=chosen)
    app.jinja_env.filters.update(
        day=day,
        month=month,
        month_name=month_name,
        moment=instant,
        clock=clock,
        weekday=weekday,
        local=local,
        number=number,
        week=week,
    )
    app.jinja_env.globals.update(language=language)


def language() -> str:
    known: str | None = g.get("language")
    if known is None:
        known = g.language = str(get_locale()).partition("_")[0]
    return known


@contextmanager
def in_language(wanted: str) -> Iterator[None]:
    """What is rendered within is in this language, whoever reads it: what goes to a client is."""
    # Both are kept for a request, in its own language.
    kept = {name: g.pop(name) for name in ("language", "words") if name in g}
    try:
        with force_locale(wanted):
            yield
    finally:
        for name in ("language", "words"):
            g.pop(name, None)
        for name, value in kept.items():
            setattr(g, name, value)


def local(text: Text) -> str:
    """A text of the catalogue in the reader's language."""
    return text.in_(language())


def day(value: date | None) -> str:
    return _day(value, language()) if value else "–"


def month(value: date) -> str:
    """A month with its year, as it stands in a table."""
    return format_date(value, "MMM yyyy", locale=language())


def month_name(value: date) -> str:
    """A month under a plot: its short name, and the year under January alone."""
    return format_date(value, "MMM yyyy" if value.month == 1 else "MMM", locale=language())


def instant(value: datetime | None) -> str:
    local = value.astimezone(AMSTERDAM) if value else None
    return f"{_day(local_day(local), language())} {local:%H:%M}" if local else "–"


def clock(value: datetime) -> str:
    """The time that the clock in Amsterdam shows."""
    return f"{value.astimezone(AMSTERDAM):%H:%M}"


def weekday(value: date) -> str:
    """A day with the name that it has in the week."""
    return format_date(value, "EEEE d MMM yyyy", locale=language())


@lru_cache(maxsize=4096)
def _day(value: date, language: str) -> str:
    # A board has a hundred of them, of which many are the same.
    return format_date(value, "d MMM yyyy", locale=language)


def number(value: int | None) -> str:
    """A number with the separators of the reader's language; a dash where there is none."""
    return "–" if value is None else _number(value, language())


# What is counted in a text. A year is no count, and is written without a separator.
COUNTED = re.compile(r"%\((?!year\))(\w+)\)d")


def filled_in(text: str, values: Mapping[str, object]) -> str:
    """A text with its values, in which a count of any size is written as everywhere: 1,503. Markup stays markup, which
    escapes its values."""
    pattern, counts = _counting(text)
    written = {name: number(value) for name in counts if isinstance(value := values.get(name), int)}
    return type(text)(pattern) % {**values, **written}


@lru_cache(maxsize=4096)
def _counting(text: str) -> tuple[str, frozenset[str]]:
    return COUNTED.sub(r"%(\1)s", text), frozenset(COUNTED.findall(text))


@lru_cache(maxsize=4096)
def _number(value: int, language: str) -> str:
    # A line of two years for each of some figures is hundreds of them, of which many are the same.
    return str(format_decimal(value, locale=language))


def week(value: str | date) -> str:
    """A week as people write it, from "2026-W47" or its Monday."""
    year, nth, _day = (Week.parse(value).monday if isinstance(value, str) else value).isocalendar()
    return _week(year, nth, language())


@lru_cache(maxsize=2048)
def _week(year: int, nth: int, _language: str) -> str:
    # Every Monday of which there are figures stands among those to choose from. What it is said in is the reader's
    # language, which is looked up once more.
    return str(gettext("week %(week)d of %(year)d", week=nth, year=year))


def _(text: str) -> Any:
    return lazy_gettext(text)


__all__ = [
    "LANGUAGES",
    "_",
    "day",
    "filled_in",
    "in_language",
    "instant",
    "language",
    "local",
    "number",
    "speak",
    "week",
]
