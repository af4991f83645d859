"""Whatever makes a file or a folder does so by `database/private.py`, or says here why others may look into it."""

from __future__ import annotations

import ast
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from database import private

ROOT = Path(__file__).parents[2]
ROOMS = (
    "application",
    "database",
    "domain",
    "eventlog",
    "feedback",
    "projections",
    "records",
    "web",
    "werkpad",
    "workers",
)
MAKES = {"write_text", "write_bytes", "mkdir", "makedirs", "touch"}
OPENS = {"open", "fdopen"}
# Where something is made in another way: how often, and why that is right.
ELSEWHERE = {
    # A copy of programs, which hold nothing of anybody, for a user who may not read the original.
    ("werkpad/servers.py", "copytree"): 2,
    # As root, PostgreSQL runs as nobody and has to pass through; what lies in it is private by itself.
    ("werkpad/supervisor/premises.py", "mkdir"): 1,
    # The end of all output.
    ("werkpad/supervisor/child.py", "open"): 1,
}


def names(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def writes(call: ast.Call) -> bool:
    """Whether a call may make a file: a mode that writes, or flags with O_CREAT."""
    said = ast.unparse(call)
    if names(call) == "fdopen":
        return False  # what it is given was opened before
    modes = [a.value for a in [*call.args, *(k.value for k in call.keywords)] if isinstance(a, ast.Constant)]
    return "O_CREAT" in said or any(isinstance(m, str) and len(m) < 4 and set(m) & set("wax") for m in modes)


def made(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name, of = names(node), ast.unparse(node.func)
        # A session is touched in the database.
        by_name = (name in MAKES and of != "sessions.touch") or of.startswith("shutil.copy")
        if by_name or (name in OPENS and writes(node)):
            yield name


def test_every_file_and_folder_is_made_for_its_owner_alone() -> None:
    found: dict[tuple[str, str], int] = {}
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            where = path.relative_to(ROOT).as_posix()
            for name in made(path) if where != "database/private.py" else ():
                found[where, name] = found.get((where, name), 0) + 1
    assert found == ELSEWHERE, "make it by database/private.py"


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o027, 0o077], ids=oct)
def test_what_the_helper_makes_is_private_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        private.make_folder(tmp_path / "a" / "b")
        folder = tmp_path / "a" / "b"
        private.write_new(folder / "new", b"x")
        private.write_private(folder / "whole", b"x")
        private.private_file(folder / "empty")
        private.open_private(folder / "appended").close()
        private.open_log(folder / "log").close()
        os.close(private.open_file(folder / "opened", os.O_WRONLY))
        private.keep_private(folder / "kept")
    finally:
        os.umask(before)
    modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in tmp_path.rglob("*")}
    assert modes == {name: 0o700 if name in "ab" else 0o600 for name in modes} and len(modes) == 9
    with pytest.raises(FileExistsError):
        private.write_new(folder / "new", b"y")
