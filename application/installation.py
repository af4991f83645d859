"""The catalogue of the installation, said where a door is opened; see `domain.catalogue.installed`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from application.services import Services
from domain.catalogue import Catalogue, installed, is_said, load
from projections import definitions


@contextmanager
def catalogue_held(services: Services) -> Iterator[None]:
    """Let what was introduced by today hold below, unless somebody said so already: a request is one door."""
    with nullcontext() if is_said() else installed(lambda: _read(services)):
        # Now, and not in the middle of a transaction, which would need a second connection.
        load()
        yield


def _read(services: Services) -> Catalogue:
    with services.database.read() as connection:
        return definitions.catalogue_on(connection, services.today)
