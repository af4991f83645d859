"""Which catalogue holds here: the one declared in code, with what the installation has introduced since.

Who opens a door (a request, an operation, a command at the terminal) says how to read what was introduced, for as long
as it is open, as a language is chosen for a page. It is read once, and not at all where nobody asks. Below, everything
asks `load`. Where nobody said anything, the catalogue is as it was declared. Folds don't ask it: they have the rules
that they are folded under.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache

from domain.catalogue.catalogue import Catalogue
from domain.catalogue.contradictions import CONTRADICTIONS
from domain.catalogue.fields import FIELDS, GROUPS

_INSTALLED: ContextVar[Callable[[], Catalogue] | None] = ContextVar("installed_catalogue", default=None)


@cache
def as_declared() -> Catalogue:
    """The catalogue in code, checked once. Raises CatalogueError naming every mistake in it."""
    return Catalogue(FIELDS, CONTRADICTIONS, GROUPS)


def load() -> Catalogue:
    """The catalogue that holds here, in the words and with the terms in which its fields were first declared."""
    read = _INSTALLED.get()
    return read() if read else as_declared()


def is_said() -> bool:
    """Whether somebody said which catalogue holds here."""
    return _INSTALLED.get() is not None


@contextmanager
def installed(read: Callable[[], Catalogue]) -> Iterator[None]:
    """Let the catalogue that this reads hold as long as the door is open."""
    token = _INSTALLED.set(cache(read))
    try:
        yield
    finally:
        _INSTALLED.reset(token)
