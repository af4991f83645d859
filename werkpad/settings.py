"""The settings: the environment read once, checked as a whole, and frozen."""

from __future__ import annotations

import base64
import binascii
import os
import secrets
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from database.addresses import connection_arguments
from werkpad.kept_secrets import KEY, KEY_BYTES, PREVIOUS_KEY, KeptSecrets, new_key
from werkpad.mail_address import one_address

DIGITS = 4
SECRET = "WERKPAD_SECRET_KEY"  # noqa: S105 - its name
SECRET_CHARACTERS = 32
TOKEN = "WERKPAD_METRICS_TOKEN"  # noqa: S105 - its name


class SettingsError(Exception):
    """The environment is not sound; every mistake is named, with what to do."""

    def __init__(self, mistakes: Sequence[str]) -> None:
        super().__init__("The settings have mistakes:\n" + "\n".join(f"- {m}" for m in mistakes))
        self.mistakes = tuple(mistakes)


@dataclass(frozen=True)
class Settings:
    """What differs from place to place. Secrets stay out of its repr."""

    database_url: str = field(repr=False)
    vault_path: Path
    key_encryption_key: bytes = field(repr=False)
    secret_key: str = field(repr=False)
    broker_url: str = field(default="", repr=False)
    secure_cookies: bool = False
    demo: bool = False
    # on a developer's machine the start takes what it refuses where people work (werkpad/production.py)
    development: bool = False
    pool_size: int = 5
    lock_timeout: int = 5
    trusted_proxies: int = 0
    erasure_register: Path | None = None
    postgres_programs: Path | None = None
    smtp_url: str = field(default="", repr=False)
    mail_from: str = ""
    theme: Path | None = None
    # where people find Werkpad, without a slash at the end: mails link there
    public_url: str = ""
    # who asks for the figures from another machine says it; empty: nobody does
    metrics_token: str = field(default="", repr=False)
    # opens keys that were wrapped before a rotation, and wraps none
    previous_key_encryption_key: bytes | None = field(default=None, repr=False)
    # the file that keeps the key-encryption key, where it is not given from outside
    kept_secrets: Path | None = None
    # the two key-encryption keys as they are in the environment, and in the files that it names, by now
    reread_keys: Callable[[], tuple[bytes, ...]] = field(default=tuple, repr=False, compare=False)

    @property
    def key_encryption_keys(self) -> tuple[bytes, ...]:
        """The one that wraps from now on, and the one before, if there is one."""
        return tuple(filter(None, (self.key_encryption_key, self.previous_key_encryption_key)))

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def sqlite_path(self) -> Path:
        return Path(make_url(self.database_url).database or "")

    @property
    def embedded(self) -> bool:
        """Without a broker: tasks run in the process, with beat in a thread."""
        return not self.broker_url

    @staticmethod
    def from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
        """Read and check all variables. Raises SettingsError."""
        return _Reader(environment).settings()


class _Reader:
    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = environment
        self.mistakes: list[str] = []

    def settings(self) -> Settings:
        url = self._database_url()
        is_sqlite = url.startswith("sqlite")
        path = Path(make_url(url).database or "werkpad.db") if is_sqlite else Path("werkpad.db")
        vault = self._text("WERKPAD_VAULT_PATH")
        vault_path = Path(vault) if vault else path.with_name(f"{path.stem}-vault.db")
        if is_sqlite:
            self._sqlite_file("WERKPAD_DATABASE_URL", path)
            if not self.mistakes:
                self._sqlite_file("WERKPAD_VAULT_PATH", vault_path)
        secure = self._flag("WERKPAD_SECURE_COOKIES", default=not is_sqlite)
        broker = self._text("WERKPAD_BROKER_URL")
        if broker and not _is_broker(broker):
            self._mistake("WERKPAD_BROKER_URL", "is redis://HOST:PORT, or left out to run tasks in the process")
        pool_size = self._number("WERKPAD_POOL_SIZE", 5, least=1)
        lock_timeout = self._number("WERKPAD_LOCK_TIMEOUT", 5, least=1)
        proxies = self._number("WERKPAD_TRUSTED_PROXIES", 0, least=0)
        demo = self._flag("WERKPAD_DEMO", default=False)
        development = self._flag("WERKPAD_DEVELOPMENT", default=False)
        register = self._text("WERKPAD_ERASURE_REGISTER")
        if not register and is_sqlite:
            register = str(path.with_name(f"{path.stem}-erasures.jsonl"))
        programs = self._text("WERKPAD_POSTGRES_PROGRAMS")
        smtp, mail_from = self._mail()
        public_url = self._text("WERKPAD_PUBLIC_URL")
        if public_url and not public_url.startswith(("https://", "http://")):
            self._mistake("WERKPAD_PUBLIC_URL", "is https://HOST, where people find Werkpad, or left out")
        token = self._text(TOKEN)
        if token and len(token) < SECRET_CHARACTERS:
            self._mistake(TOKEN, f"needs at least {SECRET_CHARACTERS} characters, or is left out")
        theme = self._text("WERKPAD_THEME")
        if theme and not Path(theme).is_file():
            self._mistake("WERKPAD_THEME", "names no stylesheet that can be read")
        kept = KeptSecrets(path.parent) if is_sqlite and not self.mistakes else None
        if kept is not None:
            self._key_of_what_is_there(kept, path, vault_path)
        # SQLite's secrets are made; but where nothing else is wrong.
        key, previous = self._keys(kept, needed=not is_sqlite or kept is not None)
        secret = self._secret_key(kept, needed=not is_sqlite or kept is not None)
        if self.mistakes:
            raise SettingsError(self.mistakes)
        return Settings(
            database_url=url,
            vault_path=vault_path,
            key_encryption_key=key,
            secret_key=secret,
            broker_url=broker,
            secure_cookies=secure,
            demo=demo,
            development=development,
            pool_size=pool_size,
            lock_timeout=lock_timeout,
            trusted_proxies=proxies,
            erasure_register=Path(register) if register else None,
            postgres_programs=Path(programs) if programs else None,
            smtp_url=smtp,
            mail_from=mail_from,
            theme=Path(theme).resolve() if theme else None,
            public_url=public_url.rstrip("/"),
            metrics_token=token,
            previous_key_encryption_key=previous or None,
            kept_secrets=kept.path if kept and not self._text(KEY) else None,
            reread_keys=lambda: _keys_by_now(self.environment),
        )

    def _key_of_what_is_there(self, kept: KeptSecrets, *data: Path) -> None:
        """Raises SettingsError where a key would be made though there is data that was sealed under another one."""
        if not self._text(KEY) and not self._found(kept, KEY) and (whose := _first_with_data(*data)):
            self._mistake(
                KEY,
                f"is missing: {kept.path} does not hold the one that {whose} was made with. Put that back; a new"
                " one would open nothing",
            )
            raise SettingsError(self.mistakes)

    def _keys(self, kept: KeptSecrets | None, *, needed: bool) -> tuple[bytes, bytes]:
        """The key-encryption key, and the one from before a rotation, empty where there is none."""
        key = self._key(KEY, self._secret(KEY, kept, new_key, needed=needed))
        previous = self._key(PREVIOUS_KEY, self._text(PREVIOUS_KEY) or self._found(kept, PREVIOUS_KEY))
        if previous and previous == key:
            self._mistake(PREVIOUS_KEY, f"is the same as {KEY}. It is the one from before a rotation, or left out")
        return key, previous

    def _secret_key(self, kept: KeptSecrets | None, *, needed: bool) -> str:
        secret = self._secret(SECRET, kept, lambda: secrets.token_urlsafe(48), needed=needed)
        if secret and len(secret) < SECRET_CHARACTERS:
            self._mistake(SECRET, f"needs at least {SECRET_CHARACTERS} characters")
        return secret

    def _mail(self) -> tuple[str, str]:
        """Where mail is handed over, and from whom it comes; both, or neither."""
        smtp, mail_from = self._text("WERKPAD_SMTP_URL"), self._text("WERKPAD_MAIL_FROM")
        if smtp and not smtp.startswith(("smtp://", "smtps://", "smtp+starttls://")):
            self._mistake("WERKPAD_SMTP_URL", "is smtp://HOST:PORT, smtp+starttls:// or smtps://, or left out")
        if smtp and one_address(mail_from) is None:
            wanted = "the address that mail comes from, one and without a name around it"
            self._mistake("WERKPAD_MAIL_FROM", f"is {wanted} (werkpad@example.org), needed with WERKPAD_SMTP_URL")
        return smtp, mail_from

    def _mistake(self, name: str, what: str) -> None:
        self.mistakes.append(f"{name} {what}.")

    def _text(self, name: str) -> str:
        """The variable, or what stands in the file that NAME_FILE names."""
        if file := self.environment.get(f"{name}_FILE"):
            try:
                if text := Path(file).read_text(encoding="utf-8").strip():
                    return text
                self._mistake(f"{name}_FILE", f"names a file that is empty ({file})")
            except OSError as error:
                self._mistake(f"{name}_FILE", f"names a file that can't be read ({file}: {error.strerror})")
            except UnicodeDecodeError:
                self._mistake(f"{name}_FILE", f"names a file that is not text in UTF-8 ({file})")
            return ""
        return self.environment.get(name, "").strip()

    def _flag(self, name: str, *, default: bool) -> bool:
        text = self._text(name).lower()
        if text in ("", "1", "0", "true", "false", "yes", "no"):
            return text in ("1", "true", "yes") if text else default
        self._mistake(name, "is true or false")
        return default

    def _number(self, name: str, default: int, *, least: int) -> int:
        text = self._text(name)
        if not text:
            return default
        if text.isdecimal() and len(text) <= DIGITS and int(text) >= least:
            return int(text)
        self._mistake(name, f"is a whole number, {least} or more, of at most {DIGITS} digits")
        return default

    def _database_url(self) -> str:
        url = self._text("WERKPAD_DATABASE_URL")
        if not url:
            return f"sqlite:///{Path.cwd() / 'var' / 'werkpad.db'}"
        try:
            parts = make_url(url)
        except (ArgumentError, ValueError):
            parts = None
        backend = parts and parts.get_backend_name()
        if parts is None or backend not in ("sqlite", "postgresql") or parts.database in (None, "", ":memory:"):
            self._mistake("WERKPAD_DATABASE_URL", "is postgresql://USER:PASSWORD@HOST/NAME or sqlite:///PATH")
            return ""
        if backend == "postgresql":
            try:
                connection_arguments(url)
            except (psycopg.ProgrammingError, ArgumentError, ValueError) as error:
                self._mistake("WERKPAD_DATABASE_URL", f"says what PostgreSQL does not know ({str(error).strip()})")
        return url

    def _sqlite_file(self, name: str, path: Path) -> None:
        """Look whether a database can be, or be made, at a path; before anything is made beside it."""
        try:
            wrong = _wrong_with(path)
        except OSError as error:
            wrong = f"names {path}, which can't be looked at ({error.strerror})"
        if wrong:
            self._mistake(name, wrong)

    def _secret(self, name: str, kept: KeptSecrets | None, make: Callable[[], str], *, needed: bool) -> str:
        if given := self._text(name):
            return given
        if f"{name}_FILE" in self.environment:
            return ""  # said already
        if kept is not None:
            try:
                return kept.secret(name, make)
            except OSError as error:
                self._mistake(name, f"is kept in {kept.path}, which can't be used ({error.strerror})")
            except UnicodeDecodeError:
                self._mistake(name, f"is kept in {kept.path}, which is not text in UTF-8")
            return ""
        if needed:
            self._mistake(name, f"is missing. Make one with: {MAKE[name]}")
        return ""

    def _found(self, kept: KeptSecrets | None, name: str) -> str:
        """A secret that is kept already; empty where there is none, or where it can't be read, which is told then."""
        try:
            return kept.find(name) if kept else ""
        except (OSError, UnicodeDecodeError):
            return ""

    def _key(self, name: str, text: str) -> bytes:
        try:
            key = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            key = b""
        if text and len(key) != KEY_BYTES:
            self._mistake(name, f"is {KEY_BYTES} bytes in base64. Make one with: {MAKE_KEY}")
        return key


def _is_broker(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("redis", "rediss") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _is_sqlite(path: Path) -> bool:
    # Asked of SQLite: whoever opens and closes the file otherwise takes from this process the locks that it has there.
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as opened:
            opened.execute("PRAGMA schema_version")
    except sqlite3.DatabaseError as error:
        return "not a database" not in str(error)
    return True


def _wrong_with(path: Path) -> str:
    """Why there can't be an SQLite database at a path, empty where there can."""
    if path.is_dir():
        return f"names {path}, which is a folder"
    if path.exists():
        if not os.access(path, os.R_OK | os.W_OK):
            return f"names {path}, which this user may not read and write"
        if not _is_sqlite(path):
            return f"names {path}, which is no SQLite database"
    folder = next(parent for parent in path.absolute().parents if parent.exists())
    if not folder.is_dir():
        return f"names {path}, and {folder} is not a folder"
    # Beside a database SQLite keeps what was written last.
    if not os.access(folder, os.W_OK | os.X_OK):
        return f"names {path}, and this user may not write in {folder}"
    return ""


def database_address(environment: Mapping[str, str]) -> str:
    """The address of the database, for a sentence about it; without checking the rest."""
    return _Reader(environment)._database_url() or "sqlite:///werkpad.db"


MAKE_KEY = "python3 -c 'import base64, os; print(base64.b64encode(os.urandom(32)).decode())'"
MAKE = {
    KEY: MAKE_KEY,
    SECRET: "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'",
}


def _first_with_data(*paths: Path) -> Path | None:
    """The first of these files that holds something."""
    return next((path for path in paths if path.is_file() and path.stat().st_size), None)


def _keys_by_now(environment: Mapping[str, str]) -> tuple[bytes, ...]:
    try:
        return Settings.from_environment(environment).key_encryption_keys
    except SettingsError:
        return ()
