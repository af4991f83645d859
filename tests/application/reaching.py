"""What a function of `application/` reaches, by itself and through others there: read from the sources."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import application
import projections

ROOM = Path(application.__file__).parent
READ_MODELS = {path.stem for path in Path(projections.__file__).parent.glob("*.py")}
Place = tuple[str, str]  # module and function


@cache
def _tree(module: str) -> ast.Module:
    return ast.parse((ROOM / f"{module}.py").read_text())


@cache
def functions(module: str) -> dict[str, ast.FunctionDef]:
    return {node.name: node for node in _tree(module).body if isinstance(node, ast.FunctionDef)}


def modules() -> list[str]:
    return sorted(path.stem for path in ROOM.glob("*.py") if path.stem != "__init__")


@cache
def _imported(module: str) -> tuple[dict[str, Place], dict[str, str], frozenset[str]]:
    """By what they are called here: functions of other modules of the room, these modules, and read models."""
    called: dict[str, Place] = {}
    rooms: dict[str, str] = {}
    models: set[str] = set()
    for node in ast.walk(_tree(module)):
        if not isinstance(node, ast.ImportFrom) or node.module is None:
            continue
        room, _, inner = node.module.partition(".")
        for alias in node.names:
            name = alias.asname or alias.name
            if room == "application" and inner:
                called[name] = (inner, alias.name)
            elif room == "application":
                rooms[name] = alias.name
            elif room == "projections" and not inner and alias.name in READ_MODELS:
                models.add(name)
    return called, rooms, frozenset(models)


@cache
def calls(module: str, function: str) -> frozenset[str]:
    """All that is called from a function and from those of the room that it calls, as it is written there; what asks a
    read model begins with `read:`."""
    found: set[str] = set()
    ahead, seen = [(module, function)], {(module, function)}
    while ahead:
        here, name = ahead.pop()
        node = functions(here).get(name) if (ROOM / f"{here}.py").exists() else None
        for written, place in _calls(here, node) if node else ():
            found.add(written)
            if place is not None and place not in seen:
                seen.add(place)
                ahead.append(place)
    return frozenset(found)


def _calls(module: str, node: ast.FunctionDef) -> Iterator[tuple[str, Place | None]]:
    called, rooms, models = _imported(module)
    for each in ast.walk(node):
        if not isinstance(each, ast.Call):
            continue
        written = ast.unparse(each.func)
        first, _, rest = written.partition(".")
        if not rest and first in functions(module):
            yield written, (module, first)
        elif not rest and first in called:
            yield written, called[first]
        elif first in rooms and "." not in rest:
            yield written, (rooms[first], rest)
        elif first in models and each.args and ast.unparse(each.args[0]) in ("connection", "c"):
            yield f"read:{written}", None
        else:
            yield written, None
