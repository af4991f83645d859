"""Compiled code is kept from one run to the next, and nothing is written to it while tests run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import compiled, conftest
from tests.compiled import Compiled

TEST = """
import sys

def test_it():
    assert sys.dont_write_bytecode
    import written_late
"""


def test_what_is_collected_is_kept_and_what_a_test_imports_is_not(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(TEST)
    (tmp_path / "written_late.py").touch()
    (tmp_path / "conftest.py").write_text(
        "from pathlib import Path\n"
        "from tests import compiled\n"
        f"compiled.FOLDER = Path({str(tmp_path / 'kept')!r})\n"
        "from tests.conftest import COMPILED, pytest_collection_finish\n"
        "def pytest_configure(config):\n"
        "    COMPILED.use(whole=False)\n"
        "    COMPILED.begin_collecting()\n"
    )
    root = str(Path(__file__).parents[1])
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "PYTHON"))}
    env |= {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": os.pathsep.join((root, str(tmp_path)))}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(tmp_path), "test_it.py"]
    done = subprocess.run(command, cwd=tmp_path, env=env, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    kept = {path.name.partition(".")[0] for path in (tmp_path / "kept").rglob("*.pyc")}
    assert "test_it" in kept and "written_late" not in kept


def test_who_may_write_beside_the_sources_needs_no_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(compiled, "FOLDER", tmp_path / "kept")
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "pycache_prefix", None)
    ours = Compiled()
    ours.use(whole=True)
    ours.begin_collecting()
    ours.end_collecting()
    assert (sys.dont_write_bytecode, sys.pycache_prefix, (tmp_path / "kept").exists()) == (False, None, False)


def test_nothing_is_written_now() -> None:
    assert not conftest.COMPILED._collecting
