"""What nobody asks for is off: each yes-or-no option says no where it is left out, but for these."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROOMS = ("domain", "feedback", "application", "web")
# What is most often so, and said where it is not.
ON = {
    ("domain/catalogue/kinds.py", "Choices", "several"): "a kind of field is what it is called",
    ("domain/client/appointments.py", "RecordAppointmentNotice", "delivered"): "a delivery",
    ("domain/client/mails.py", "RecordMailDelivery", "delivered"): "a delivery",
    ("domain/client/merging.py", "MergeUndone", "takes_back"): "what the event is",
    ("domain/client/proposals.py", "RecordDelivery", "delivered"): "a delivery",
    ("domain/client/tasks.py", "SettlePromise", "kept"): "a promise is mostly kept",
    ("domain/suppression.py", "shown_table", "rows_add_up"): "suppresses more, which is safe",
    ("application/mail_delivery.py", "_postpone", "asked"): "a message waits for the server it was asked of",
    ("web/signal_fields.py", "offer", "city_first"): "signals go to the city first",
}


def given(node: ast.AST) -> Iterator[tuple[str, ast.expr | None]]:
    """The options of a function or a class, with what each is where nobody says it."""
    if isinstance(node, ast.FunctionDef):
        arguments = [*node.args.posonlyargs, *node.args.args]
        defaults = node.args.defaults
        yield from zip((a.arg for a in arguments[len(arguments) - len(defaults) :]), defaults, strict=True)
        yield from zip((a.arg for a in node.args.kwonlyargs), node.args.kw_defaults, strict=True)
    elif isinstance(node, ast.ClassDef):
        assigned = (each for each in node.body if isinstance(each, ast.AnnAssign))
        yield from ((each.target.id, each.value) for each in assigned if isinstance(each.target, ast.Name))


def options() -> Iterator[tuple[tuple[str, str, str], bool]]:
    for file in sorted(file for room in ROOMS for file in (ROOT / room).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            for name, default in given(node):
                if isinstance(default, ast.Constant) and isinstance(default.value, bool):
                    yield (str(file.relative_to(ROOT)), str(getattr(node, "name", "")), name), default.value


def test_what_nobody_asks_for_is_off() -> None:
    found = dict(options())
    assert {option for option, on in found.items() if on} == set(ON)
    assert len(found) > 90, "the options were found"
