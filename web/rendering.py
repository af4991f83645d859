"""What a template calls hundreds of times a page: texts, codes, addresses and repeated cells, each made once."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid4

from flask import Flask, request
from flask import url_for as flask_url_for
from flask_babel import get_translations
from markupsafe import Markup

from web.language import language

Text = Callable[..., Markup]


def hasten(app: Flask) -> None:
    """Give each template these in the place of what looks the request up anew at every call."""

    @app.context_processor
    def at_hand() -> dict[str, Any]:
        spoken = language()
        return {
            "_": _texts(spoken),
            "language": lambda: spoken,
            "url_for": _addresses(request.script_root),
            "kept": _Kept(),
        }


@lru_cache(maxsize=8)
def _texts(spoken: str) -> Text:
    """How texts are translated into a language: those that were asked for before from memory."""
    translations = get_translations()
    known: dict[str, Markup] = {}

    def translated(text: str, /, **values: object) -> Markup:
        if values:
            return Markup(translations.ugettext(text)) % values  # noqa: S704 - our own texts
        found = known.get(text)
        if found is None:
            found = known[text] = Markup(translations.ugettext(text)) % {}  # noqa: S704 - our own texts
        return found

    return translated


@lru_cache(maxsize=8)
def _addresses(_script_root: str) -> Callable[..., str]:
    """How addresses are made: those that ids alone tell apart from a pattern."""
    patterns: dict[tuple[str, ...], tuple[str, ...]] = {}

    def url_for(endpoint: str, /, **values: Any) -> str:
        if endpoint[0] == "." or not all(type(value) is UUID for value in values.values()):
            return flask_url_for(endpoint, **values)
        kind = (endpoint, *values)
        pattern = patterns.get(kind)
        if pattern is None:
            pattern = patterns[kind] = _pattern(endpoint, tuple(values))
        if len(pattern) == 1:
            return pattern[0]
        ids = [str(value) for value in values.values()]
        return "".join(part if nth % 2 == 0 else ids[int(part)] for nth, part in enumerate(pattern))

    return url_for


def _pattern(endpoint: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """The address of an endpoint in parts: text, which of the ids, text, …"""
    ids: dict[str, Any] = {name: uuid4() for name in names}
    parts = [flask_url_for(endpoint, **ids)]
    for nth, id_ in enumerate(ids.values()):
        at = next(at for at in range(0, len(parts), 2) if str(id_) in parts[at])
        before, after = parts[at].split(str(id_), 1)
        parts[at : at + 1] = [before, str(nth), after]
    return tuple(parts)


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
