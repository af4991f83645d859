"""Opens the services for a command, and makes one clear message of what goes wrong."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import click
import psycopg
from eventsourcing.persistence import PersistenceError
from sqlalchemy.exc import OperationalError

from domain.catalogue import CatalogueError
from domain.refusal import Refused
from eventlog.backup import BackupError
from eventlog.door import NAME, ClosedError
from eventlog.keyring import WrongKeyEncryptionKeyError
from werkpad.settings import Settings, SettingsError
from werkpad.wiring import Services, build


@contextmanager
def opened() -> Iterator[Services]:
    """The services by the environment; what goes wrong becomes one clear message."""
    os.environ.setdefault(NAME, "werkpad command")
    with told_plainly():
        services = build(Settings.from_environment())
        try:
            yield services
        finally:
            services.close()


@contextmanager
def told_plainly() -> Iterator[None]:
    try:
        yield
    except (SettingsError, CatalogueError, WrongKeyEncryptionKeyError, BackupError, ClosedError) as error:
        raise click.ClickException(str(error)) from None
    except Refused as refused:
        raise click.ClickException(str(refused)) from None
    except (PersistenceError, OperationalError, sqlite3.Error, psycopg.Error) as error:
        reason = str(error.__cause__ or error).strip().splitlines()[0]
        raise click.ClickException(
            f"The database can't be used: {reason}. Is it running, and is WERKPAD_DATABASE_URL right?"
        ) from None
