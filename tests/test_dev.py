"""./dev explains itself and says clearly what it lacks."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def dev(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(ROOT / "dev"), *arguments], env=os.environ | env, capture_output=True, text=True, cwd="/", check=False
    )


def test_it_tells_what_it_can() -> None:
    for word in ("demo", "test", "lint", "up", "bench", "mutate"):
        assert f"\n  {word} " in dev("--help").stdout
    assert dev().returncode == 0


@pytest.mark.parametrize("command", ["demo", "lint", "up", "bench"])
def test_every_command_has_help(command: str) -> None:
    told = dev(command, "--help")
    assert told.returncode == 0, told.stderr
    assert "--" in told.stdout


def test_an_unknown_command_is_refused() -> None:
    told = dev("dance")
    assert told.returncode == 2
    assert "no command dance" in told.stderr


def test_a_missing_python_is_said(tmp_path: Path) -> None:
    for name in ("bash", "dirname", "readlink", "cat"):
        (tmp_path / name).symlink_to(f"/usr/bin/{name}")
    told = dev("demo", PATH=str(tmp_path))
    assert told.returncode == 1
    assert "Python 3.11 or newer is needed" in told.stderr
