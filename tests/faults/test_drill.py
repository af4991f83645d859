"""The drill of docs/operating.md, carried out with its very commands: the machine is lost under load, and everybody
comes back but those who were erased."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from domain.client import ErasureReason
from tests.conftest import environment, sqlite_in
from tests.faults.office import Office, everybody_opens
from tests.processes import until
from werkpad import servers
from werkpad.settings import Settings
from werkpad.wiring import build

GUIDE = Path(__file__).parents[2] / "docs" / "operating.md"


def steps() -> list[list[str]]:
    """The commands of the drill, a list for each step that has some."""
    drill = GUIDE.read_text(encoding="utf-8").partition("\n## Drill\n")[2].partition("\n## ")[0]
    found = [re.findall(r"^ +(werkpad .+)$", step, re.M) for step in re.split(r"^\d+\. ", drill, flags=re.M)[1:]]
    return [commands for commands in found if commands]


def carry_out(commands: list[str], env: dict[str, str], bin_folder: Path) -> str:
    """Run commands as an operator would; what they said. `werkpad` is this very code."""
    bin_folder.mkdir(exist_ok=True)
    program = bin_folder / "werkpad"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m werkpad "$@"\n')
    program.chmod(0o755)
    shell = ["bash", "-euo", "pipefail", "-c", "\n".join(commands)]
    here = os.environ | env | {"PATH": f"{bin_folder}:{os.environ['PATH']}"}
    done = subprocess.run(shell, env=here, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@contextmanager
def machine(request: pytest.FixtureRequest, kind: str, folder: Path) -> Iterator[str]:
    """A machine with an empty database; at the end it is lost with all that is on it."""
    if kind == "sqlite":
        folder.mkdir()
        yield sqlite_in(folder)
        shutil.rmtree(folder)
        return
    with servers.database(request.getfixturevalue("postgres_url")) as url:
        yield url


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_the_drill(request: pytest.FixtureRequest, tmp_path: Path, kind: str) -> None:
    shared = {name: str(tmp_path / name.lower()) for name in ("BACKUPS", "VAULTS", "PROOF")}
    shared["WERKPAD_LOCK_TIMEOUT"] = "30"  # SQLite has one writer at a time, and here are four who don't pause
    shared["WERKPAD_ERASURE_REGISTER"] = str(tmp_path / "elsewhere" / "register.jsonl")
    back_up, bring_back, prove = steps()
    with machine(request, kind, tmp_path / "one") as url:
        services = build(Settings.from_environment(environment(url, **shared)))
        services.create()
        office = Office(services)
        with office.at_work():
            until(lambda: len(office.named) > 10 and len(office.redacted) > 2, "nobody works")
            to_erase = [client_id for client_id in office.named if client_id not in office.erased][:3]
            said = carry_out(back_up, environment(url, **shared), tmp_path / "bin")
        for client_id in to_erase:
            services.erase_in_log(client_id, ErasureReason.CLIENT_REQUEST, office.moment(), uuid4())
            office.erased.add(client_id)
        services.close()
    assert "every stream opens" in said
    with machine(request, kind, tmp_path / "two") as url:
        env = environment(url, **shared)
        said = carry_out(bring_back, env, tmp_path / "bin")
        again = re.search(r"(\d+) clients erased again", said)
        assert again and int(again[1]) >= len(to_erase)
        said = carry_out(prove, env, tmp_path / "bin")
        assert "The read models are what the log says." in said and "every stream opens" in said
        restored = build(Settings.from_environment(env))
        restored.create()
        assert everybody_opens(restored, office) > 10
        assert all(restored.clients.state(client_id) is not None for client_id in to_erase)
        restored.close()
