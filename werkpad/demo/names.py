"""Invented names for the people of the demonstration."""

from __future__ import annotations

import random

from faker import Faker


class Names:
    """Invented names, combined from Faker's Dutch ones: asking Faker each time would take seconds."""

    def __init__(self, seed: int) -> None:
        fake = Faker("nl_NL")
        fake.seed_instance(seed)
        self.first = sorted({fake.first_name() for _ in range(400)})
        self.last = sorted({fake.last_name() for _ in range(400)})

    def person(self, rng: random.Random) -> tuple[str, str]:
        """A full name, and an address at example.org."""
        first, last = rng.choice(self.first), rng.choice(self.last)
        local = "".join(c for c in f"{first}.{last}".lower() if c.isascii() and (c.isalnum() or c == "."))
        return f"{first} {last}", f"{local}@example.org"
