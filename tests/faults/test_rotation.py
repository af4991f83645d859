"""Rotating the key-encryption key: while others work, killed anywhere, and after a restore from before it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from click.testing import CliRunner

from application.services import Services
from domain.client import TakeIntake
from eventlog.commands import CommandContext
from eventlog.keyring import VaultError, WrongKeyEncryptionKeyError
from projections.engine.verify import verify
from tests.conftest import environment, sqlite_in
from tests.faults.test_keys import BOB, NEW, OLD, another_process, in_vault, keys, name_of
from tests.stories import CLIENT, begin
from werkpad.cli import main
from werkpad.settings import Settings
from werkpad.wiring import build

# Beside the keys of streams a vault has the one for keyed marks.


def test_a_process_of_before_the_rotation_stops_wrapping_and_one_with_both_goes_on(services: Services) -> None:
    begin(services, name="Anna")
    with another_process(services, NEW, OLD) as both:
        begin(both, BOB, name="Bob")
        assert both.log.hanging().by_previous == 3, "the vault says which key wraps, not the settings"
        both.log.rotate_key(lambda done, total: None)
        head = services.log.head()
        with pytest.raises(WrongKeyEncryptionKeyError):
            begin(services, UUID(int=7), name="Carla")
        with pytest.raises(WrongKeyEncryptionKeyError):
            # Not as if everybody had been erased.
            name_of(services, CLIENT)
        assert services.log.head() == head
        begin(both, UUID(int=8), name="Dirk")
        assert (both.log.hanging().by_current, both.log.hanging().by_previous) == (4, 0)
    with another_process(services, NEW) as new:
        new.create()
        assert [name_of(new, each) for each in (CLIENT, BOB, UUID(int=8))] == ["Anna", "Bob", "Dirk"]


def test_a_rotation_that_is_not_finished_needs_both_keys(services: Services) -> None:
    begin(services, name="Anna")
    with another_process(services, NEW, OLD) as both:
        both.create()
        recorder = both.log._recorder
        before = recorder.wrapping()
        assert before is not None
        recorder.hand_over(before.kek_id, both.log._keyring.wrapping(before.vault_id))
        with (
            another_process(services, NEW) as new,
            pytest.raises(VaultError, match="run werkpad rotate-key"),
        ):
            new.create()
        both.create()
        assert both.log.hanging().by_previous == 2
        both.log.rotate_key(lambda done, total: None)
    with another_process(services, NEW) as new:
        new.create()
        assert name_of(new, CLIENT) == "Anna"


def test_the_command_rotates_kept_secrets_under_a_running_process(tmp_path: Path) -> None:
    env = {"WERKPAD_DATABASE_URL": sqlite_in(tmp_path)}
    running = build(Settings.from_environment(env))
    running.create()
    begin(running, name="Anna")
    first = (tmp_path / "secrets.env").read_text()
    done = CliRunner().invoke(main, ["rotate-key"], env=env)
    assert done.exit_code == 0, done.output
    assert "2 keys wrapped anew" in done.output
    secrets = tmp_path / "secrets.env"
    assert secrets.stat().st_mode & 0o777 == 0o600
    assert "PREVIOUS" in secrets.read_text() and secrets.read_text() != first
    # It was started under the key of before, and reads the settings again when it meets another.
    begin(running, BOB, name="Bob")
    assert [name_of(running, each) for each in (CLIENT, BOB)] == ["Anna", "Bob"]
    again = CliRunner().invoke(main, ["rotate-key"], env=env)
    assert again.exit_code == 0, again.output
    assert "0 keys wrapped anew; 3 hang on" in again.output
    lines = [line for line in secrets.read_text().splitlines() if "PREVIOUS" not in line]
    secrets.write_text("\n".join(lines))
    status = CliRunner().invoke(main, ["status"], env=env)
    assert "3 keys" in status.output and "still hang" not in status.output
    running.close()


def test_the_command_needs_both_keys_where_none_is_kept(services: Services) -> None:
    begin(services, name="Anna")
    env = environment(services.settings.database_url)
    told = CliRunner().invoke(main, ["rotate-key"], env=env)
    assert told.exit_code == 1
    assert "WERKPAD_PREVIOUS_KEY_ENCRYPTION_KEY" in told.output
    status = CliRunner().invoke(main, ["status"], env=env | keys(NEW, OLD))
    assert "2 still hang on the previous key-encryption key" in status.output
    done = CliRunner().invoke(main, ["rotate-key"], env=env | keys(NEW, OLD))
    assert done.exit_code == 0, done.output
    assert CliRunner().invoke(main, ["init"], env=env | keys(NEW)).exit_code == 0
    assert CliRunner().invoke(main, ["init"], env=env).exit_code == 1


AT_WORK = """
import json, sys
from uuid import uuid4
from domain.client import ErasureReason
from eventlog.commands import CommandContext
from feedback.signal import Kind, LogSignal, RedactPassage
from tests.feedback.test_signal_handler import IMPROVER
from tests.stories import begin
from werkpad.settings import Settings
from werkpad.wiring import build

services = build(Settings.from_environment())
context = CommandContext(services.clock(), IMPROVER.account_id)
print("ready", flush=True)
while True:
    kept, erased, signal = uuid4(), uuid4(), uuid4()
    begin(services, kept, name="Kept")
    begin(services, erased, name="Erased")
    log = LogSignal(signal_id=signal, viewer=IMPROVER, kind=Kind.FAULT, page="", seen="Mr Invented has no plan")
    services.signals.handle(log, context, uuid4())
    services.erase_in_log(erased, ErasureReason.CLIENT_REQUEST, context, uuid4())
    redact = RedactPassage(signal_id=signal, viewer=IMPROVER, passage="Invented", texts={})
    services.signal_handler.handle(redact, context, uuid4())
    print(json.dumps([str(kept), str(erased), str(signal)]), flush=True)
"""


ROTATION = """
from eventlog import rotation
from werkpad.settings import Settings
from werkpad.wiring import build

rotation.BATCH = 3
services = build(Settings.from_environment())
services.create()
services.log.rotate_key(lambda done, total: print(done, flush=True))
"""


@pytest.mark.parametrize("kills", [3, pytest.param(25, marks=pytest.mark.slow)])
def test_a_rotation_killed_again_and_again_loses_nobody_and_brings_nobody_back(services: Services, kills: int) -> None:
    clients = [uuid4() for _ in range(20 * kills)]
    context = CommandContext(services.clock())
    for client_id in clients:
        intake = TakeIntake(client_id=client_id, held_on=date(2026, 1, 5), team=UUID(int=1), name="Kept")
        services.clients.handle(intake, context, uuid4())
    env = environment(services.settings.database_url, **keys(NEW, OLD))
    with script(AT_WORK, env) as work, another_process(services, NEW, OLD) as both:
        assert work.stdout is not None
        assert work.stdout.readline() == "ready\n"
        work.stdout.readline()
        for nth in range(kills):
            with script(ROTATION, env) as rotation:
                assert rotation.stdout is not None
                for _ in range(1 + nth % 4):
                    rotation.stdout.readline()
                rotation.kill()
        assert both.log.hanging().by_current, "it had begun"
        with script(ROTATION, env) as rotation:
            assert rotation.wait(120) == 0
        # One more round under the new key, after the last of the rotation.
        work.stdout.readline()
        work.kill()
        told = [json.loads(line) for line in work.stdout.read().splitlines() if line.endswith("]")]
        both.log.finish_erasures()
    with another_process(services, NEW) as new:
        new.create()
        assert new.log.hanging().by_previous == new.log.hanging().by_unknown == 0
        assert list(new.log.unopened()) == []
        kept = [*clients, *(UUID(each[0]) for each in told)]
        assert {name_of(new, client_id) for client_id in kept} == {"Kept"}
        gone = {erasure.stream_id for erasure in new.log.erasures()}
        assert gone >= {UUID(each[1]) for each in told}
        assert not new.log._keyring.keys(gone)
        assert {UUID(each[2]) for each in told} <= new.log._keyring.keys([UUID(each[2]) for each in told]).keys()
        new.engine.catch_up(wait=True)
        assert list(verify(new.engine)) == []


@contextmanager
def script(source: str, env: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    started = subprocess.Popen([sys.executable, "-c", source], env=os.environ | env, stdout=subprocess.PIPE, text=True)
    try:
        yield started
    finally:
        started.kill()
        started.wait()
        assert started.stdout is not None
        started.stdout.close()


def test_a_vault_restored_from_before_the_rotation_is_rotated_again(services: Services) -> None:
    begin(services, name="Anna")
    recorder = services.log._recorder
    before, kept = recorder.wrapping(), recorder.select_keys([CLIENT])
    assert before is not None
    with another_process(services, NEW, OLD) as both:
        both.log.rotate_key(lambda done, total: None)
        in_vault(
            services,
            "UPDATE vault.wrapping SET kek_id = :kek_id, proof = :proof",
            kek_id=before.kek_id,
            proof=before.proof,
        )
        in_vault(services, "UPDATE vault.keys SET wrapped = :w, kek_id = :k", w=kept[0].wrapped, k=kept[0].kek_id)
        with another_process(services, NEW) as new, pytest.raises(WrongKeyEncryptionKeyError, match="PREVIOUS"):
            new.create()
        both.create()
        assert name_of(both, CLIENT) == "Anna"
        assert both.log.rotate_key(lambda done, total: None).moved == 1
    with another_process(services, NEW) as new:
        new.create()
        assert name_of(new, CLIENT) == "Anna"
