"""What a template calls hundreds of times a page: texts, codes, addresses and repeated cells, each made once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import Any
from uuid import UUID, uuid4

from flask import Flask, request
from flask import url_for as flask_url_for
from flask_babel import get_translations
from markupsafe import Markup
from werkzeug.local import LocalProxy
from werkzeug.routing import BuildError

from web.asked import left_out
from web.context import definitions
from web.language import filled_in, language, number

Text = Callable[..., Markup]
Texts = tuple[Text, Text]


def hasten(app: Flask) -> None:
    """Give each template these in the place of what looks the request up anew at every call."""

    @app.context_processor
    def at_hand() -> dict[str, Any]:
        spoken = language()
        one, counted = _texts(spoken)
        return {
            "_": one,
            "ngettext": counted,
            "language": lambda: spoken,
            "url_for": _addresses(request.script_root),
            "kept": _Kept(),
            "left_out_here": left_out,
            # A proxy: pages that show no field, and those about a database that is away, look nothing up.
            "catalogue": LocalProxy(cache(lambda: definitions().catalogue)),
        }


@lru_cache(maxsize=8)
def _texts(spoken: str) -> Texts:
    """How texts, and those that go by a number, are translated into a language: the plain ones from memory."""
    translations = get_translations()
    known: dict[str, Markup] = {}

    def translated(text: str, /, **values: object) -> Markup:
        if values:
            return Markup(filled_in(Markup(translations.ugettext(text)), values))  # noqa: S704 - our own texts
        found = known.get(text)
        if found is None:
            found = known[text] = Markup(translations.ugettext(text)) % {}  # noqa: S704 - our own texts
        return found

    def counted(one: str, many: str, num: int, /, **values: object) -> Markup:
        text = translations.ungettext(one, many, num)
        return Markup(filled_in(Markup(text), {"num": number(num)} | values))  # noqa: S704 - our own texts

    return translated, counted


@lru_cache(maxsize=8)
def _addresses(_script_root: str) -> Callable[..., str]:
    """How addresses are made: those that ids and plain codes alone tell apart from a pattern."""
    patterns: dict[tuple[str, ...], str] = {}

    def url_for(endpoint: str, /, **values: Any) -> str:
        for value in values.values():
            if type(value) is not UUID and not (type(value) is str and value.isascii() and value.isidentifier()):
                return flask_url_for(endpoint, **values)
        kind = (endpoint, *values, *(name for name, value in values.items() if type(value) is UUID))
        pattern = patterns.get(kind)
        if pattern is None:
            pattern = patterns[kind] = _pattern(endpoint, values)
        return pattern % values if pattern else flask_url_for(endpoint, **values)

    return url_for


def _pattern(endpoint: str, values: Mapping[str, Any]) -> str:
    """The address of an endpoint with a place for each of the values; empty where an address hangs on more than them:
    on the page that is being shown, on how it was asked for, or on which codes there are."""
    if endpoint[0] == "." or any(name[0] == "_" for name in values):
        return ""
    stand_ins: dict[str, Any] = {
        name: uuid4() if type(value) is UUID else f"code_{uuid4().hex}" for name, value in values.items()
    }
    try:
        pattern = flask_url_for(endpoint, **stand_ins).replace("%", "%%")
    except BuildError:
        return ""
    for name, value in stand_ins.items():
        pattern = pattern.replace(str(value), f"%({name})s")
    return pattern


class _Kept:
    """What a macro makes of some values, made once a page: a table shows the same few hundred times."""

    __slots__ = ("_made",)

    def __init__(self) -> None:
        self._made: dict[tuple[Any, ...], Any] = {}

    def __call__(self, macro: Any, *values: Any) -> Any:
        key = (macro.name, *values)
        made = self._made.get(key)
        if made is None:
            made = self._made[key] = macro(*values)
        return made
