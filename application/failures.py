"""What can become of a look or a command on the floors below, by the names under which every door tells it."""

from __future__ import annotations

import sqlite3

import psycopg
from eventsourcing.persistence import PersistenceError
from sqlalchemy.exc import DataError as DataError
from sqlalchemy.exc import DBAPIError as DBAPIError
from sqlalchemy.exc import ProgrammingError as ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from database.door import MAINTENANCE as MAINTENANCE
from database.door import OPEN as OPEN
from database.door import RESTORING as RESTORING
from database.door import ClosedError as ClosedError
from database.door import State as State
from database.patience import patience as patience
from eventlog import outcome as outcome
from eventlog.handler import BusyError as BusyError
from eventlog.keyring import KeyGoneError as KeyGoneError
from eventlog.keyring import VaultError as VaultError
from eventlog.outcome import Outcome as Outcome
from eventlog.poison import PoisonError as PoisonError
from eventlog.recording import StreamErasedError as StreamErasedError
from eventlog.repeats import ReusedError as ReusedError
from projections.engine.engine import StoppedError as StoppedError
from records.log_in_tries import HeldBackError as HeldBackError
from records.passwords import TooManyAtOnceError as TooManyAtOnceError

# What the two pools and the drivers beneath them raise when the database is away, hangs, is full or broken.
AWAY = (PersistenceError, DBAPIError, PoolTimeoutError, psycopg.Error, sqlite3.Error)
# What they raise of a value that fits no column; of both, since the log is no business of SQLAlchemy's.
UNFIT = (DataError, psycopg.DataError, OverflowError)
# The same as of AWAY, where a read model is brought up to date after a command.
AWAY_FROM_COMMANDS = (DBAPIError, PersistenceError)
