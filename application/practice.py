"""Practising with an invented client: a small Werkpad of the coach's own, apart from the log, in which nothing counts.

It is a whole one, of a few SQLite files that one coach alone is in: the same operations decide, the same read models
are folded. So a page needs to know nothing of practising, and nothing that is practised can come into a figure, a list,
a search or the read log of the city: those stand in another database. Between two requests it is packed in one row.
"""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
import tempfile
import threading
import zlib
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4, uuid5

import msgspec
from sqlalchemy import Connection

from application import learning, rights
from application.refusals import NotThereError
from application.rights import needs
from application.services import Services
from database.private import write_new
from domain.catalogue import Source, Track
from domain.client import (
    AgreeContactFrequency,
    AssignClient,
    Channel,
    ChooseServiceTrack,
    ClientCommand,
    Outcome,
    PlanTask,
    RecordContact,
    RegisterField,
    StartedBy,
    TakeIntake,
)
from domain.roles import Viewer
from eventlog.commands import CommandContext, Step
from eventlog.keyring import VaultError
from records import migrations, people, practice
from records.people import Account

DATABASE, VAULT = "werkpad.db", "werkpad-vault.db"
PREFIX = "werkpad-practice-"
# Nobody logs in there.
NO_PASSWORD = "-"  # noqa: S105 - it is no password, and no hash of one
BEGAN, SPOKE = timedelta(days=200), timedelta(days=100)

# A Werkpad in which nothing was recorded, by the code that made it: to make one takes seconds, to copy it none.
_empty: dict[tuple[str, bytes], dict[str, bytes]] = {}
_making = threading.Lock()


@dataclass
class Practice:
    """A practice that is open: `services` are its own. Whoever opens it closes it."""

    services: Services
    account_id: UUID
    _outside: Services
    _folder: Path
    _version: int

    def fold(self) -> None:
        """Bring its read models up to what was recorded: no worker does."""
        self.services.engine.catch_up()

    def keep(self) -> None:
        """Keep what became of it. Of two requests at once the first is kept: a coach has two hands and one practice."""
        kept = _packed(self._folder)
        with self._outside.database.write() as connection:
            practice.keep(connection, self.account_id, self._version, kept, self._outside.clock())

    def close(self) -> None:
        self.services.close()
        shutil.rmtree(self._folder, ignore_errors=True)


def client_of(account_id: UUID) -> UUID:
    """The id of the invented client, the same whenever a coach begins again."""
    return uuid5(account_id, "an invented client")


@needs(rights.PRACTISE)
def is_begun(services: Services, viewer: Viewer) -> bool:
    """Whether the viewer has a practice to go on with."""
    with services.database.read() as connection:
        return practice.is_there(connection, viewer.account_id, _made_by(services))


@needs(rights.PRACTISE)
def begin(services: Services, viewer: Viewer, client_name: str, task: str) -> UUID:
    """Begin to practise, or begin again, with a client of this invented name, for whom this is to be done; the id."""
    client_id = client_of(viewer.account_id)
    with services.database.read() as connection:
        account = people.account(connection, viewer.account_id)
    if account is None or account.team_id is None:
        raise NotThereError
    opened = _opened(services, viewer, _empty_one(services), version=0)
    try:
        _fill(opened.services, account, account.team_id, client_id, client_name, task)
        kept = _packed(opened._folder)
    finally:
        opened.close()
    with services.database.write() as connection:
        practice.begin(connection, viewer.account_id, _made_by(services), kept, services.clock())
    return client_id


@needs(rights.PRACTISE)
def enter(services: Services, viewer: Viewer) -> Practice:
    """Open the viewer's own practice, to be closed again.

    Raises:
        NotThereError: the viewer has not begun, or what was begun was made by another version of Werkpad.
    """
    with services.database.read() as connection:
        found = practice.find(connection, viewer.account_id, _made_by(services))
    if found is None:
        raise NotThereError
    opened = _opened(services, viewer, _unpacked(found.kept), version=found.version)
    try:
        opened.services.check()
    except VaultError:
        # The key-encryption key was exchanged since: nothing in it can be read any more.
        opened.close()
        raise NotThereError from None
    except BaseException:
        opened.close()
        raise
    return opened


def forget(connection: Connection, account_id: UUID) -> None:
    """Throw away what somebody practised, when the account is closed."""
    practice.forget(connection, account_id)


def _made_by(services: Services) -> str:
    """What the files of a practice look like: another schema or read model can't go on with them."""
    models = sorted(f"{name} {model.version}" for name, model in services.engine.projections.items())
    return hashlib.sha256("\n".join([migrations.HEAD, *models]).encode()).hexdigest()


def _empty_one(services: Services) -> dict[str, bytes]:
    """The files of one in which nothing was recorded."""
    key = (_made_by(services), services.settings.key_encryption_key)
    with _making:
        if key not in _empty:
            with tempfile.TemporaryDirectory(prefix=PREFIX) as folder:
                fresh = services.sandbox(Path(folder))
                try:
                    fresh.create()
                    _empty[key] = _files(Path(folder))
                finally:
                    fresh.close()
        return _empty[key]


def _opened(services: Services, viewer: Viewer, files: dict[str, bytes], *, version: int) -> Practice:
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    try:
        for name in (DATABASE, VAULT):
            write_new(folder / name, files[name])
        return Practice(services.sandbox(folder), viewer.account_id, services, folder, version)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _fill(services: Services, account: Account, team_id: UUID, client_id: UUID, name: str, task: str) -> None:
    """The coach in a team, and a client of whom a few things are known, some are missing, and one is to be done."""
    today = services.today
    with services.database.write() as connection:
        people.add_team(connection, people.Team(team_id, "practice", "–", specialised=False))
        people.add_account(connection, account, "", password_hash=NO_PASSWORD)
        learning.begin_practice(connection, account.account_id, today)
    began, spoke = today - BEGAN, today - SPOKE
    known = {"birth_date": "1988-04-12", "hours_available": "24"}
    commands: list[ClientCommand] = [
        TakeIntake(client_id=client_id, held_on=began, team=team_id, name=name, phone="06 00000000"),
        AssignClient(client_id=client_id, team=team_id, coach=account.account_id, assigned_on=began),
        ChooseServiceTrack(client_id=client_id, track=Track.ORIENTATION, chosen_on=began, shown=None),
        AgreeContactFrequency(client_id=client_id, weeks=8, agreed_on=began, shown=None),
        *(
            RegisterField(client_id=client_id, field=key, value=value, known_on=began, source=Source.CONVERSATION)
            for key, value in known.items()
        ),
        RecordContact(
            client_id=client_id,
            contact_id=uuid4(),
            held_on=spoke,
            channel=Channel.PHONE,
            started_by=StartedBy.COACH,
            outcome=Outcome.SPOKEN,
        ),
        PlanTask(client_id=client_id, task_id=uuid4(), what=task, due_on=today),
    ]
    context = CommandContext(services.clock(), account.account_id)
    services.clients.handle_all([Step(command, context, uuid4()) for command in commands])
    services.engine.catch_up()


def _files(folder: Path) -> dict[str, bytes]:
    """The databases as they are, what SQLite has not put into its file yet included."""
    found = {}
    for name in (DATABASE, VAULT):
        with closing(sqlite3.connect(folder / name)) as connection:
            found[name] = connection.serialize()
    return found


def _packed(folder: Path) -> bytes:
    return zlib.compress(msgspec.msgpack.encode(_files(folder)))


def _unpacked(kept: bytes) -> dict[str, bytes]:
    return msgspec.msgpack.decode(zlib.decompress(kept), type=dict[str, bytes])
