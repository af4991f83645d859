"""At each bound of a command: the last day, moment or number that will do, and the first that is refused."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.refusal import Refused
from tests.domain import introducing
from tests.domain.bounds import IN_GENERAL, OF_CLIENTS, Bound, Place
from tests.domain.bounds_of_others import OF_OTHERS

ROOT = Path(__file__).parents[2]
BOUNDS: dict[Place, Bound] = OF_CLIENTS | IN_GENERAL | OF_OTHERS | introducing.BOUNDS
# How long a text may be, `tests/domain/texts.py` says.
TEXTS = {("text.not_longer", "len(text) > longest")}
ORDERS = ast.Lt | ast.LtE | ast.Gt | ast.GtE


def refuses(node: ast.If) -> bool:
    return any(
        isinstance(each, ast.Raise) and isinstance(each.exc, ast.Call) and ast.unparse(each.exc.func) == "Refused"
        for each in ast.walk(ast.Module(node.body, []))
    ) or any("_refuse" in ast.unparse(each) for each in node.body)


def compared() -> Iterator[Place]:
    """Each comparison of domain and feedback by which something is refused, with the class or function it is in."""
    for room in ("domain", "feedback"):
        for file in sorted((ROOT / room).rglob("*.py")):
            module = str(file.relative_to(ROOT / room if room == "domain" else ROOT).with_suffix(""))
            for outer in ast.parse(file.read_text()).body:
                for node in ast.walk(outer):
                    if isinstance(node, ast.If) and refuses(node):
                        name = getattr(outer, "name", "")
                        yield from ((f"{module}.{name}", said) for said in comparisons(node.test))


def comparisons(test: ast.expr) -> list[str]:
    found = (each for each in ast.walk(test) if isinstance(each, ast.Compare))
    return [ast.unparse(each) for each in found if any(isinstance(order, ORDERS) for order in each.ops)]


def test_each_comparison_by_which_something_is_refused_has_its_bounds_here() -> None:
    found = set(compared()) - TEXTS
    assert sorted(found - BOUNDS.keys()) == [], "say in tests/domain/bounds*.py which is the last that will do"
    assert sorted(BOUNDS.keys() - found) == [], "there is no such comparison any more"


@pytest.mark.parametrize("place", BOUNDS, ids=" ".join)
def test_the_last_that_will_do_does(place: Place) -> None:
    bound = BOUNDS[place]
    for value in bound.will_do:
        bound.tried(value)


@pytest.mark.parametrize("place", BOUNDS, ids=" ".join)
def test_the_first_that_will_not_is_refused(place: Place) -> None:
    bound = BOUNDS[place]
    for value in bound.will_not:
        with pytest.raises(Refused):
            bound.tried(value)
