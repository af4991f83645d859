"""Files and folders are for their owner alone, whatever the umask, and are written whole."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from database import private


@pytest.fixture(autouse=True, params=[0o000, 0o022, 0o077], ids=oct)
def _umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_folders_that_are_made_and_those_that_were_there(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    private.make_folder(tmp_path / "a" / "b")
    assert mode(tmp_path / "a") == mode(tmp_path / "a" / "b") == 0o700
    assert mode(tmp_path) == 0o755, "one that was there is somebody else's matter"
    private.make_folder(tmp_path / "a" / "b")


def test_a_file_is_made_for_its_owner_and_one_that_is_there_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "file"
    with private.open_private(path) as file:
        file.write("one\n")
    with private.open_private(path) as file:
        file.write("twö\n")
    assert path.read_text(encoding="utf-8") == "one\ntwö\n"
    assert mode(path) == 0o600
    descriptor = private.open_file(tmp_path / "other", os.O_WRONLY)
    os.write(descriptor, b"x")
    os.close(descriptor)
    assert mode(tmp_path / "other") == 0o600
    private.private_file(path)
    assert path.read_bytes() == b"" and mode(path) == 0o600


def test_what_others_may_do_is_taken_from_them_and_nothing_else_is(tmp_path: Path) -> None:
    path = tmp_path / "werkpad.db"
    for name, had in (("werkpad.db", 0o664), ("werkpad.db-wal", 0o444), ("werkpad.db-shm", 0o607), ("else", 0o644)):
        (tmp_path / name).write_text("x")
        (tmp_path / name).chmod(had)
    private.keep_private(path)
    assert {p.name: mode(p) for p in tmp_path.iterdir()} == {
        "werkpad.db": 0o600,
        "werkpad.db-wal": 0o400,
        "werkpad.db-shm": 0o600,
        "else": 0o644,
    }
    assert path.read_text() == "x"


def test_a_file_is_made_only_where_it_is_to_be(tmp_path: Path) -> None:
    private.keep_private(tmp_path / "not", make=False)
    assert list(tmp_path.iterdir()) == []
    private.keep_private(tmp_path / "made")
    assert mode(tmp_path / "made") == 0o600
    private.keep_private(tmp_path / "no such folder" / "made")


def test_a_file_is_written_in_one_step_and_is_on_disk_then(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, synced, fsync = tmp_path / "file", [], os.fsync
    path.write_text("before")

    def noted(descriptor: int) -> None:
        synced.append(Path(f"/proc/self/fd/{descriptor}").readlink().name)
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", noted)
    private.write_private(path, b"after")
    assert path.read_bytes() == b"after" and mode(path) == 0o600
    assert [p.name for p in tmp_path.iterdir()] == ["file"], "nothing is left beside it"
    assert synced == ["file.new", tmp_path.name], "its content, and then its name"
