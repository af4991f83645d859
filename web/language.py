"""English and Dutch: which one a viewer reads, and how dates and catalogue texts are written in it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask import Flask, g, request
from flask_babel import Babel, format_date, format_datetime, format_decimal, get_locale, gettext, lazy_gettext

from domain.calendar import AMSTERDAM, Week
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
    app.jinja_env.filters.update(day=day, moment=instant, local=local, number=number, week=week)
    app.jinja_env.globals.update(language=language)


def language() -> str:
    return str(get_locale()).partition("_")[0]


def local(text: Text) -> str:
    """A text of the catalogue in the reader's language."""
    return text.in_(language())


def day(value: date | None) -> str:
    return format_date(value, "d MMM yyyy") if value else "–"


def instant(value: datetime | None) -> str:
    return format_datetime(value.astimezone(AMSTERDAM), "d MMM yyyy HH:mm", rebase=False) if value else "–"


def number(value: int | None) -> str:
    """A number with the separators of the reader's language; a dash where there is none."""
    return "–" if value is None else str(format_decimal(value))


def week(value: str | date) -> str:
    """A week as people write it, from "2026-W47" or its Monday."""
    year, nth, _day = (Week.parse(value).monday if isinstance(value, str) else value).isocalendar()
    return str(gettext("week %(week)d of %(year)d", week=nth, year=year))


def _(text: str) -> Any:
    return lazy_gettext(text)


__all__ = ["LANGUAGES", "_", "day", "instant", "language", "local", "number", "speak", "week"]
