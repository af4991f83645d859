"""Looks at clients: whom somebody sees is noted before it is shown, each client once a page, in one insert."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from uuid import UUID, uuid4

from application.services import Services
from domain.roles import Viewer
from records import read_log


class Seen(StrEnum):
    """How somebody came to see a client."""

    OPENED = "opened"
    LISTED = "listed"
    FOUND = "found"
    # in a list without names
    UNNAMED = "unnamed"
    EXPORTED = "exported"
    # beside an offer, by what came of matching
    MEETS = "meets"
    ASK = "ask"
    FAILS = "fails"
    # asked for and not shown
    REFUSED = "refused"


class Look:
    """One viewer's look at one page. `page` is the page's name in the read log."""

    def __init__(self, services: Services, viewer: Viewer, page: str) -> None:
        self._services = services
        self.viewer = viewer
        self._page = page
        self._look_id = uuid4()
        self._noted: set[UUID] = set()

    def note(self, client_ids: Iterable[UUID], seen: Seen = Seen.LISTED) -> None:
        """Note clients whom this look has not shown yet; until this is through, nothing of them may be shown."""
        self.note_each(dict.fromkeys(client_ids, seen))

    def note_each(self, seen: Mapping[UUID, Seen]) -> None:
        new = {client_id: how.value for client_id, how in seen.items() if client_id not in self._noted}
        if not new:
            return
        with self._services.database.write(aside=True) as connection:
            read_log.note(
                connection,
                self.viewer.account_id,
                new,
                page=self._page,
                look_id=self._look_id,
                now=self._services.clock(),
            )
        self._noted |= new.keys()
