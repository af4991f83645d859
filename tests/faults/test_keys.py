"""The key-encryption key and the vault: another one is refused, a missing half is named, a rotation loses nobody."""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from application.services import Services
from domain.client import ErasureReason
from eventlog.commands import CommandContext
from eventlog.keyring import KeyGoneError, VaultError, WrongKeyEncryptionKeyError
from projections.engine import rebuild
from projections.engine.verify import verify
from tests.conftest import environment, sqlite_in
from tests.stories import CLIENT, begin, contact, do
from werkpad.cli import main
from werkpad.settings import Settings
from werkpad.wiring import build

NEW, OTHER = (base64.b64encode(bytes([nth]) * 32).decode() for nth in (7, 8))
OLD = environment("")["WERKPAD_KEY_ENCRYPTION_KEY"]
BOB = UUID(int=5)
ERASED = UUID(int=6)


def keys(key: str, previous: str = "") -> dict[str, str]:
    return {"WERKPAD_KEY_ENCRYPTION_KEY": key, "WERKPAD_PREVIOUS_KEY_ENCRYPTION_KEY": previous}


@contextmanager
def another_process(services: Services, key: str, previous: str = "") -> Iterator[Services]:
    """What a process would work with that was started under other keys, and made nothing yet."""
    there = environment(services.settings.database_url, **keys(key, previous))
    other = build(Settings.from_environment(there), clock=services.clock)
    try:
        yield other
    finally:
        other.close()


def in_vault(services: Services, statement: str, **values: object) -> None:
    """What somebody does to the vault by hand."""
    attach = services.settings.vault_path if services.settings.is_sqlite else None
    with services.database.write(attach=attach) as connection:
        connection.execute(text(statement), values)


def as_kept(services: Services, stream_id: UUID) -> object:
    return stream_id.hex if services.settings.is_sqlite else stream_id


def lose_key(services: Services, stream_id: UUID) -> None:
    in_vault(services, "DELETE FROM vault.keys WHERE stream_id = :id", id=as_kept(services, stream_id))


def poison_key(services: Services, stream_id: UUID) -> None:
    """What an intake under another key-encryption key left behind, before that was refused."""
    statement = "UPDATE vault.keys SET wrapped = :wrapped, kek_id = 'another' WHERE stream_id = :id"
    in_vault(services, statement, wrapped=bytes(60), id=as_kept(services, stream_id))


def name_of(services: Services, client_id: UUID) -> str | None:
    event = services.log.stream(client_id)[0]
    return services.log.opener([client_id]).value(event, "name")  # type: ignore[no-any-return]  # the library has no types


# another key


def test_an_intake_under_another_key_is_refused_and_leaves_nothing(services: Services) -> None:
    begin(services, name="Anna")
    head = services.log.head()
    with another_process(services, OTHER) as other:
        for attempt in (other.create, lambda: begin(other, BOB), lambda: other.log.opener([CLIENT])):
            with pytest.raises(WrongKeyEncryptionKeyError, match="WERKPAD_KEY_ENCRYPTION_KEY"):
                attempt()
    assert services.log.head() == head
    assert services.log.hanging().by_unknown == 0
    begin(services, BOB, name="Bob")
    assert [name_of(services, each) for each in (CLIENT, BOB)] == ["Anna", "Bob"]


# a vault of before, without a check value


def forget_bindings(services: Services) -> None:
    in_vault(services, "DROP TABLE vault.wrapping")
    in_vault(services, "DROP TABLE vault_binding")


def test_a_vault_of_an_earlier_version_is_taken_up_by_the_key_that_opens_it(services: Services) -> None:
    for client_id in (CLIENT, BOB, ERASED):
        begin(services, client_id, name="Anna")
    poison_key(services, BOB)
    forget_bindings(services)
    with another_process(services, OTHER) as other, pytest.raises(WrongKeyEncryptionKeyError):
        other.create()
    with another_process(services, OLD) as right:
        right.create()
        assert (right.log.hanging().by_current, right.log.hanging().by_unknown) == (3, 1)
        assert [each.stream_id for each in right.log.unopened()] == [BOB]
    with another_process(services, OTHER) as other, pytest.raises(WrongKeyEncryptionKeyError):
        other.create()


# each command, each broken world


def wrong_key(services: Services, _: Path) -> dict[str, str]:
    return keys(OTHER)


def test_of_the_streams_that_must_have_a_key_those_that_have_one_are_counted(services: Services) -> None:
    clients = [begin(services, uuid4()) for _ in range(3)]
    topics = ["client.IntakeTaken"]

    def counted() -> tuple[int, int, list[int]]:
        evidence = services.log._recorder.evidence(topics)
        return evidence.sealed, evidence.with_key, [count for count, _ in evidence.samples]

    assert counted() == (3, 3, [4])
    lose_key(services, clients[0])
    assert counted() == (3, 2, [3])
    in_vault(
        services,
        "UPDATE vault.keys SET stream_id = :s WHERE stream_id = :id",
        s=as_kept(services, uuid4()),
        id=as_kept(services, clients[1]),
    )
    assert counted() == (3, 1, [3]), "a key of a stream that nobody knows is none of theirs"


def vault_missing(services: Services, _: Path) -> dict[str, str]:
    if services.settings.is_sqlite:
        services.close()
        for path in services.settings.vault_path.parent.glob(f"{services.settings.vault_path.name}*"):
            path.unlink()
    else:
        in_vault(services, "DROP SCHEMA vault CASCADE")
    return {}


def vault_empty(services: Services, _: Path) -> dict[str, str]:
    for table in ("keys", "wrapping"):
        in_vault(services, f"DELETE FROM vault.{table}")  # noqa: S608 - the names are ours
    return {}


def keys_gone(services: Services, _: Path) -> dict[str, str]:
    in_vault(services, "DELETE FROM vault.keys")
    return {}


def vault_of_another(services: Services, _: Path) -> dict[str, str]:
    in_vault(services, "UPDATE vault.wrapping SET vault_id = :id", id=as_kept(services, uuid4()))
    return {}


def log_missing(services: Services, _: Path) -> dict[str, str]:
    if services.settings.is_sqlite:
        services.close()
        for path in services.settings.sqlite_path.parent.glob(f"{services.settings.sqlite_path.name}*"):
            path.unlink()
    else:
        in_vault(services, "DROP SCHEMA public CASCADE")
        in_vault(services, "CREATE SCHEMA public")
    return {}


WORLDS = {
    wrong_key: "WERKPAD_KEY_ENCRYPTION_KEY",
    vault_missing: "The vault is missing",
    vault_empty: "The vault is missing",
    keys_gone: "The vault is missing",
    vault_of_another: "belongs to another database",
    log_missing: "The log is missing",
}


@pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.__name__)
def test_each_command_refuses_and_says_which_half_is_wrong(
    services: Services, world: Callable[[Services, Path], dict[str, str]], tmp_path: Path
) -> None:
    begin(services, name="Anna")
    env = environment(services.settings.database_url, WERKPAD_BROKER_URL="redis://127.0.0.1:1/0")
    env |= world(services, tmp_path)
    services.close()
    files = sorted(tmp_path.rglob("*"))
    (tmp_path / "rows.csv").write_text("name\nBob\n")
    (tmp_path / "map.toml").write_text("")
    commands = (
        ["init"],
        ["status"],
        ["rebuild"],
        ["verify"],
        ["verify", "--sample"],
        ["lists"],
        ["import", str(tmp_path / "rows.csv"), "--mapping", str(tmp_path / "map.toml")],
        ["erase", str(CLIENT), "--reason", "client_request", "--yes"],
        ["backup", str(tmp_path / "backups")],
        ["serve", "--port", "1"],
        ["worker"],
        ["beat"],
        ["rotate-key"],
    )
    for command in commands:
        done = CliRunner().invoke(main, command, env=env)
        assert done.exit_code == 1, (command, done.output)
        assert isinstance(done.exception, SystemExit), (command, done.exception)
        assert WORLDS[world] in done.output, (command, done.output)
        assert len(done.output.strip().splitlines()) == 1, (command, done.output)
    made = set(tmp_path.rglob("*")) - {*files, tmp_path / "rows.csv", tmp_path / "map.toml"}
    assert [path for path in made if not path.name.endswith(("-wal", "-shm"))] == [], "nothing was made in its place"


def test_a_vault_that_goes_away_under_a_process_is_not_made_anew(sqlite_services: Services) -> None:
    services = sqlite_services
    begin(services, name="Anna")
    for path in services.settings.vault_path.parent.glob(f"{services.settings.vault_path.name}*"):
        path.unlink()
    with another_process(services, OLD) as other, pytest.raises(VaultError, match="vault is missing"):
        begin(other, BOB)
    assert not services.settings.vault_path.exists()


def test_kept_secrets_that_are_lost_are_not_made_anew(tmp_path: Path) -> None:
    env = {"WERKPAD_DATABASE_URL": sqlite_in(tmp_path)}
    assert CliRunner().invoke(main, ["init"], env=env).exit_code == 0
    shutil.move(tmp_path / "secrets.env", tmp_path / "elsewhere")
    refused = CliRunner().invoke(main, ["init"], env=env)
    assert refused.exit_code == 1
    assert "secrets.env does not hold the one" in refused.output
    assert not (tmp_path / "secrets.env").exists()
    shutil.move(tmp_path / "elsewhere", tmp_path / "secrets.env")
    assert CliRunner().invoke(main, ["init"], env=env).exit_code == 0


# rotation


# one client's damage


def damage(services: Services, how: str) -> None:
    if how == "missing":
        lose_key(services, CLIENT)
    elif how == "poisoned":
        poison_key(services, CLIENT)
    else:
        tamper(services, CLIENT)


def tamper(services: Services, client_id: UUID) -> None:
    """Change the sealed values of a client's events, as a bad disk may."""
    with services.database.write() as connection:
        rows = connection.execute(
            text("SELECT originator_version, state FROM events WHERE originator_id = :id"),
            {"id": as_kept(services, client_id)},
        ).all()
        for version, state in rows:
            made = json.loads(bytes(state))
            for value in made.values():
                if isinstance(value, dict) and set(value) == {"k", "c"}:
                    box = bytearray(base64.b64decode(value["c"]))
                    box[-1] ^= 1
                    value["c"] = base64.b64encode(box).decode()
            connection.execute(
                text("UPDATE events SET state = :state WHERE originator_id = :id AND originator_version = :version"),
                {"state": json.dumps(made).encode(), "id": as_kept(services, client_id), "version": version},
            )


@pytest.mark.parametrize("how", ["missing", "poisoned", "tampered"])
def test_what_cannot_be_opened_is_named_and_stops_nobody_else(services: Services, how: str) -> None:
    begin(services, name="Anna")
    begin(services, BOB, name="Bob")
    begin(services, ERASED, name="Erased")
    services.erase(ERASED, ErasureReason.CLIENT_REQUEST, CommandContext(services.clock()), uuid4())
    do(services, contact(note="Anna said so"))
    damage(services, how)
    assert name_of(services, CLIENT) is None
    assert name_of(services, BOB) == "Bob"
    rebuild.rebuild(services.engine)
    assert list(verify(services.engine)) == []
    env = environment(services.settings.database_url)
    for command in (["verify"], ["verify", "--sample"]):
        told = CliRunner().invoke(main, command, env=env)
        if how == "tampered" and "--sample" in command:
            continue  # values are opened of the clients in the sample alone
        assert told.exit_code == 1, told.output
        assert f"stream {CLIENT}" in told.output and "Anna" not in told.output
        assert str(BOB) not in told.output and str(ERASED) not in told.output
    do(services, contact())
    if how != "tampered":
        head = services.log.head()
        with pytest.raises(KeyGoneError, match="missing or damaged"):
            do(services, contact(note="about Anna"))
        assert services.log.head() == head
    services.erase(CLIENT, ErasureReason.CLIENT_REQUEST, CommandContext(services.clock()), uuid4())
    assert list(services.log.unopened()) == [], "who is erased is no damage any more"
