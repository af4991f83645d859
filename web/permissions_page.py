"""`docs/permissions.md`: which rights there are, who holds them, and what needs them; made of what is declared."""

from __future__ import annotations

import inspect
import pkgutil
import sys
from collections import defaultdict
from collections.abc import Iterator
from importlib import import_module
from uuid import UUID

from apiflask import APIFlask

import application
from application.rights import ALL, Right
from domain.roles import Role, Viewer
from web import api, pages
from web.permissions import ACCESS, RIGHTS, everybody, in_demonstration, logged_in, watchers

NOBODY = UUID(int=0)
HOLDERS = {role.value.replace("_", " "): Viewer(NOBODY, role, NOBODY) for role in Role}
# Beside a role of their own: what the least of them comes to by it.
IMPROVES = "improvement team"
IMPROVING = Viewer(NOBODY, Role.ADMINISTRATOR, NOBODY, improves=True)
WITHOUT_RIGHT = {
    everybody: "everybody",
    logged_in: "everybody who is logged in",
    in_demonstration: "everybody in the demonstration, and nobody elsewhere",
    watchers: "programs that watch",
}

HEAD = """# Who may do what

Made by `./dev permissions` of what operations, pages and the API declare; a test fails when it is out of date.

A right says who may do something at all. Whose clients, signals and so on it may be done to is in the last column, and
is asked by the operation of each of them. Members of the improvement team have it beside the rights of their role.

## Rights
"""


def rights_by_role() -> Iterator[list[str]]:
    """A row for each right: its name, who holds it by role and as one who improves, and of whom or what."""
    yield ["right", *HOLDERS, IMPROVES, "of"]
    for right in ALL:
        held = [_mark(right.held_by(viewer)) for viewer in HOLDERS.values()]
        improving = right.held_by(IMPROVING) and not right.held_by(HOLDERS["administrator"])
        yield [right.name, *held, _mark(improving), right.of]


def operations() -> Iterator[tuple[str, Right, str]]:
    """Every operation and view that declares a right: its name, the right, and what it is for."""
    for found in pkgutil.iter_modules(application.__path__):
        module = import_module(f"application.{found.name}")
        for name, value in vars(module).items():
            if inspect.isfunction(value) and value.__module__ == module.__name__ and hasattr(value, "right"):
                yield f"{found.name}.{name}", value.right, (inspect.getdoc(value) or "").partition("\n\n")[0]


def routes() -> dict[str, list[str]]:
    """The methods and addresses of all routes, by the right or the rule that lets somebody in."""
    app = APIFlask("werkpad", spec_path=api.DESCRIPTION, docs_path=None)
    pages.register(app)
    api.register(app)
    found: defaultdict[str, list[str]] = defaultdict(list)
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        view = app.view_functions[rule.endpoint]
        if not hasattr(view, ACCESS):
            continue
        methods = " ".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        rights = [right.name for right in getattr(view, RIGHTS, ())]
        held = " or ".join(dict.fromkeys(rights)) or WITHOUT_RIGHT[getattr(view, ACCESS)]
        found[held].append(f"`{methods} {rule.rule}`")
    return found


def page() -> str:
    """The whole page."""
    lines = [HEAD, *_table(rights_by_role()), "", "## Operations and views", ""]
    found = sorted(operations(), key=lambda each: each[0])
    lines += _table([["operation", "needs the right to", "what for"], *([f"`{o}`", r.name, w] for o, r, w in found)])
    lines += ["", "## Routes", ""]
    by_right = routes()
    lines += _table([["let in are those who may", "routes"], *([k, ", ".join(by_right[k])] for k in sorted(by_right))])
    return "\n".join(lines) + "\n"


def _mark(held: bool) -> str:
    return "yes" if held else "–"


def _table(rows: Iterator[list[str]] | list[list[str]]) -> list[str]:
    first, *rest = rows
    shown = [first, ["---"] * len(first), *rest]
    return [f"| {' | '.join(' '.join(cell.split()) for cell in row)} |" for row in shown]


if __name__ == "__main__":
    sys.stdout.write(page())
