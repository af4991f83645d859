"""The settings are read once and checked as a whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import KEY, environment
from werkpad.settings import Settings, SettingsError

POSTGRES = "postgresql://somebody:something@db/werkpad"


def test_every_mistake_is_named_at_once() -> None:
    with pytest.raises(SettingsError) as error:
        Settings.from_environment(
            {
                "WERKPAD_DATABASE_URL": "mysql://x",
                "WERKPAD_BROKER_URL": "amqp://x",
                "WERKPAD_POOL_SIZE": "0",
                "WERKPAD_DEMO": "perhaps",
                "WERKPAD_KEY_ENCRYPTION_KEY": "short",
                "WERKPAD_SECRET_KEY": "short",
            }
        )
    names = [mistake.split()[0] for mistake in error.value.mistakes]
    assert sorted(names) == [
        "WERKPAD_BROKER_URL",
        "WERKPAD_DATABASE_URL",
        "WERKPAD_DEMO",
        "WERKPAD_KEY_ENCRYPTION_KEY",
        "WERKPAD_POOL_SIZE",
        "WERKPAD_SECRET_KEY",
    ]


def test_a_database_of_ones_own_keeps_its_secrets_and_a_server_needs_them_given(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'var' / 'werkpad.db'}"
    first, second = (Settings.from_environment({"WERKPAD_DATABASE_URL": url}) for _ in range(2))
    assert first == second
    assert (tmp_path / "var" / "secrets.env").stat().st_mode & 0o777 == 0o600
    assert first.vault_path == tmp_path / "var" / "werkpad-vault.db"
    with pytest.raises(SettingsError, match="WERKPAD_KEY_ENCRYPTION_KEY is missing"):
        Settings.from_environment({"WERKPAD_DATABASE_URL": POSTGRES})


def test_secrets_may_come_as_files(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(f"{KEY}\n")
    given = environment(POSTGRES) | {"WERKPAD_KEY_ENCRYPTION_KEY_FILE": str(tmp_path / "key")}
    given.pop("WERKPAD_KEY_ENCRYPTION_KEY")
    assert Settings.from_environment(given).key_encryption_key == bytes(range(32))
    with pytest.raises(SettingsError, match="can't be read"):
        Settings.from_environment(given | {"WERKPAD_SECRET_KEY_FILE": str(tmp_path / "nothing")})


def test_secrets_are_not_shown() -> None:
    settings = Settings.from_environment(environment(POSTGRES, WERKPAD_BROKER_URL="redis://:pass@host/0"))
    shown = repr(settings)
    assert settings.secret_key not in shown and "key_encryption_key" not in shown and "pass@" not in shown
    assert settings.secure_cookies and not settings.embedded
