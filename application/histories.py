"""Histories of clients under pseudonyms, for programs that mine processes: as OCEL 2.0 and as XES.

A history is the path of a client as `projections/paths.py` keeps it: steps and days, no times and no text. The
pseudonym follows from a key that is made for one export and thrown away, so that no two exports can be laid beside each
other.
Paths that fewer than five took are told by their main steps; where still fewer than five took these, they are left out.
"""

from __future__ import annotations

import hashlib
import hmac
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from application import rights
from application.rights import needs
from application.services import Services
from domain.refusal import Refused
from domain.roles import Viewer
from domain.suppression import SMALLEST_GROUP
from projections import paths
from records import account_log, people
from records.account_log import Entry

# What is told of a path that few took.
MAIN = frozenset({paths.INTAKE, paths.CONTACT, paths.PLAN, paths.TRACK, paths.TO_WORK, paths.OTHER_END})
NOT_TOLD = "not told"


@dataclass(frozen=True, slots=True)
class History:
    """The path of one client under a pseudonym; `track` is not told where fewer than five took that path on it."""

    pseudonym: str
    track: str
    steps: Sequence[tuple[str, date]]


@dataclass(frozen=True, slots=True)
class Histories:
    """All that may be exported. `generalised`: so many are told by their main steps; `left_out`: so many are not told.
    None of either where they are fewer than five."""

    made_on: date
    histories: Sequence[History]
    generalised: int | None
    left_out: int | None

    @property
    def about(self) -> str:
        """What a reader of the file has to know."""
        return (
            f"Paths of clients under pseudonyms, made on {self.made_on.isoformat()}. Each step counts once, on the"
            " first day on which it was reached; the times of day are not those of the steps. Of paths that fewer than"
            f" {SMALLEST_GROUP} clients took, {_told(self.generalised)} are told by their main steps alone, and"
            f" {_told(self.left_out)} are left out. Days can still point at somebody of whom another source tells them:"
            " keep this file where clients' files are kept, and delete it after use."
        )


def _told(number: int | None) -> str:
    return f"fewer than {SMALLEST_GROUP}" if number is None else str(number)


@needs(rights.EXPORT_HISTORIES)
def histories(services: Services, viewer: Viewer, key: bytes) -> Histories:
    """The histories of all clients of whom there is one, noted in the log of accounts. `key` makes the pseudonyms, and
    is to be used for nothing else and kept by nobody."""
    services.engine.catch_up([paths.projection.name], wait=True)
    with services.database.write() as connection:
        found = paths.of_team(connection)
        me = viewer.account_id
        account_log.note(connection, Entry.HISTORIES_EXPORTED, me, services.clock(), actor=me)
    return without_rare(found, key, services.today)


def viewer_called(services: Services, username: str) -> Viewer:
    """Who exports at a terminal, by the user name.

    Raises:
        Refused: nobody who can log in has this name.
    """
    with services.database.read() as connection:
        everybody = people.all_accounts(connection)
    account = next((each for each in everybody if each.username == username and each.active), None)
    if account is None:
        raise Refused("There is no account with this user name that can log in.", field="username")
    return account.viewer


def without_rare(found: Sequence[paths.Path], key: bytes, made_on: date) -> Histories:
    """These paths under pseudonyms, none of which fewer than five took; in an order that says nothing."""
    all_steps = {path.client_id: _steps(path) for path in found}
    rare = _fewer_than_five({client_id: _ways(steps) for client_id, steps in all_steps.items()})
    told = {c: [each for each in steps if c not in rare or each[0] in MAIN] for c, steps in all_steps.items()}
    left_out = _fewer_than_five({client_id: _ways(steps) for client_id, steps in told.items()})
    tracks = {path.client_id: path.track or paths.NO_TRACK for path in found if path.client_id not in left_out}
    alone = _fewer_than_five({c: (*_ways(told[c]), track) for c, track in tracks.items()})
    histories = [
        History(_pseudonym(client_id, key), NOT_TOLD if client_id in alone else track, told[client_id])
        for client_id, track in tracks.items()
    ]
    histories.sort(key=lambda history: history.pseudonym)
    return Histories(made_on, histories, _shown(len(rare - left_out)), _shown(len(left_out)))


def _steps(path: paths.Path) -> list[tuple[str, date]]:
    days = (date.fromordinal(int(number)) for number in path.days.split())
    return list(zip(path.steps.split(), days, strict=True))


def _ways(steps: Sequence[tuple[str, date]]) -> tuple[str, ...]:
    return tuple(step for step, _day in steps)


def _fewer_than_five(ways: dict[UUID, tuple[str, ...]]) -> set[UUID]:
    """Those who went a way that fewer than five went."""
    taken = Counter(ways.values())
    return {client_id for client_id, way in ways.items() if taken[way] < SMALLEST_GROUP}


def _shown(number: int) -> int | None:
    return None if 0 < number < SMALLEST_GROUP else number


def _pseudonym(client_id: UUID, key: bytes) -> str:
    return hmac.new(key, client_id.bytes, hashlib.sha256).hexdigest()[:20]
