"""A changed function in a process that has imported everything: the code of the functions that live is exchanged."""

from __future__ import annotations

import gc
import inspect
from collections import defaultdict
from collections.abc import Iterator, Mapping
from types import CodeType, FunctionType

# Where a function stands: these stay the same whenever the same text is compiled, and its code changes as it runs.
Place = tuple[str, int, bytes]


class NotSwappableError(Exception):
    """More has changed than what stands in functions: it has to be imported anew."""


def place(code: CodeType) -> Place:
    return code.co_qualname, code.co_firstlineno, code.co_linetable


def inner(code: CodeType) -> list[CodeType]:
    return [const for const in code.co_consts if isinstance(const, CodeType)]


def swaps(before: str, after: str, file: str) -> dict[Place, CodeType]:
    """What becomes of which function when a module's text changes so."""
    found: dict[Place, CodeType] = {}
    _compare(compile(before, file, "exec", dont_inherit=True), compile(after, file, "exec", dont_inherit=True), found)
    return found


def _compare(before: CodeType, after: CodeType, found: dict[Place, CodeType]) -> None:
    """Functions exchange their code, and so do those within them, which may live; what runs at import stays.

    A change in a function is one of its own or of one within it; what only moved to other lines has not changed.
    """
    if _whole(before) == _whole(after):
        return
    function = bool(before.co_flags & inspect.CO_OPTIMIZED)
    if not function and _own(before) != _own(after):
        raise NotSwappableError
    if function:
        if before.co_freevars != after.co_freevars:
            raise NotSwappableError
        found[place(before)] = after
    within = inner(before), inner(after)
    if len(within[0]) == len(within[1]):
        for one, other in zip(*within, strict=True):
            _compare(one, other, found)


def _own(code: CodeType) -> tuple[object, ...]:
    consts = [(type(const).__name__, repr(const)) for const in code.co_consts if not isinstance(const, CodeType)]
    names = code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars
    return code.co_code, consts, names, code.co_flags, code.co_qualname, len(inner(code))


def _whole(code: CodeType) -> tuple[object, ...]:
    return _own(code), [_whole(const) for const in inner(code)]


class Living:
    """The functions of this process that stand in a folder, by file and place. Look once; it takes a second."""

    def __init__(self, folder: str) -> None:
        self._found: defaultdict[str, defaultdict[Place, list[FunctionType]]] = defaultdict(lambda: defaultdict(list))
        for function in self._all():
            code = function.__code__
            if code.co_filename.startswith(folder):
                self._found[code.co_filename][place(code)].append(function)

    def swap(self, file: str, swaps: Mapping[Place, CodeType]) -> None:
        for where, code in swaps.items():
            for function in self._found[file][where]:
                function.__code__ = code

    @staticmethod
    def _all() -> Iterator[FunctionType]:
        return (thing for thing in gc.get_objects() if isinstance(thing, FunctionType))
