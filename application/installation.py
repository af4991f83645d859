"""The catalogue of the installation, said where a door is opened; see `domain.catalogue.installed`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from application.services import Services
from domain.catalogue import installed, is_said
from projections import definitions


@contextmanager
def catalogue_held(services: Services) -> Iterator[None]:
    """Let what was introduced by today hold below, unless somebody said so already: a request is one door."""
    if is_said():
        yield
        return
    with services.database.read() as connection:
        catalogue = definitions.catalogue_on(connection, services.today)
    with installed(catalogue):
        yield
