"""The rules of the house that a machine can hold us to: short files, one layout for all, exceptions with a reason."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LINES = 350
LAYOUT = "fmt: " + "skip"
# An exception names its rule and, behind it, why it is right here.
BARE = re.compile(r"#\s*(?:noqa|type: ignore)(?:: ?[A-Z0-9, ]+|\[[a-z, -]+\])?\s*$")


def files(*endings: str) -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True).stdout
    return [ROOT / name for name in listed.split("\0") if name.endswith(endings) and (ROOT / name).is_file()]


@pytest.mark.parametrize("ending", [".py", ".html"])
def test_no_source_and_no_template_is_longer_than_one_can_hold_in_mind(ending: str) -> None:
    found = files(ending)
    assert len(found) > 50
    lengths = {path.relative_to(ROOT).as_posix(): len(path.read_text().splitlines()) for path in found}
    assert {name: length for name, length in lengths.items() if length > LINES} == {}


def test_the_formatter_lays_out_everything() -> None:
    assert [path for path in files(".py") if LAYOUT in path.read_text()] == []


def test_each_exception_from_the_rules_has_its_reason() -> None:
    lines = {f"{path.relative_to(ROOT)}: {line}" for path in files(".py") for line in path.read_text().splitlines()}
    assert len(lines) > 10_000
    assert [line for line in lines if BARE.search(line)] == []
