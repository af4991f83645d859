"""What the privacy officer works with: who looked at which client, and erasures; no client's data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from application import rights
from application.rights import needs
from application.services import Services
from domain.client import ErasureReason
from domain.refusal import Refused
from domain.roles import Viewer
from eventlog.commands import Answer, CommandContext
from eventlog.recording import Erasure
from projections import caseload, merges
from records import read_log
from records.read_log import LoggedLook


@dataclass(frozen=True, slots=True)
class LooksAndErasures:
    """Looks at one client or at all, what to ask `before` to see earlier ones (None: there are none), and everybody who
    was erased, by number."""

    looks: Sequence[LoggedLook]
    earlier: int | None
    erasures: Sequence[Erasure]


@needs(rights.HANDLE_REQUESTS)
def looks_and_erasures(
    services: Services, _viewer: Viewer, client_id: UUID | None, before: int | None = None
) -> LooksAndErasures:
    """Who looked at a client, or at any where none is asked for, the latest first, a part at a time; and who was
    erased."""
    with services.database.read() as connection:
        looks, earlier = read_log.part(connection, client_id=client_id, before=before)
    return LooksAndErasures(looks, earlier, services.log.erasures())


def erase_for_operator(services: Services, client_id: UUID, reason: ErasureReason) -> list[str]:
    """Erase a client for good, for whoever runs Werkpad; the read models that stopped, and still hold something.

    Raises:
        Refused: as `erase_client`.
    """
    services.erase(client_id, reason, CommandContext(services.clock()), uuid4())
    return list(services.engine.stopped())


@needs(rights.HANDLE_REQUESTS)
def erase_client(
    services: Services, viewer: Viewer, client_id: UUID, reason: ErasureReason, command_id: UUID
) -> Answer:
    """Erase a client: nobody can read any more who it was, while counts and history by number stay. Whichever of the
    files of one person this is, all that were merged are erased.

    Raises:
        Refused: there is no such client, or the erasure register can't be written; nothing was erased.
    """
    with services.database.read() as connection:
        if caseload.client(connection, client_id) is None and not merges.kept_of(connection, [client_id]):
            raise Refused("There is no client with this id.", field="client")
    return services.erase(client_id, reason, CommandContext(services.clock(), viewer.account_id), command_id)
