"""Ids of what is invented: the same each time, as the city is."""

from __future__ import annotations

import random
from uuid import UUID


def random_id(rng: random.Random) -> UUID:
    """The next id of a row of chance."""
    return UUID(int=rng.getrandbits(128), version=4)
