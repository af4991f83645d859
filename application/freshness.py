"""How current the read models are, for pages that wait for what was just recorded."""

from __future__ import annotations

from application.services import Services
from projections.engine.positions import Freshness as Freshness


def freshness(services: Services) -> dict[str, Freshness]:
    """How current each read model is, by its name."""
    return services.engine.freshness()


def shows(services: Services, position: int) -> bool:
    """Whether everything up to a position is in the read models."""
    return services.engine.shows(position)


def head(services: Services) -> int:
    """The position of what was recorded last."""
    return services.log.head()


def catch_up(services: Services) -> None:
    """Bring the read models to all that was recorded, waiting for whoever does so already."""
    services.engine.catch_up(wait=True)
