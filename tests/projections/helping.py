"""Helpers around a client, drawn at random: added, changed, asked again and removed."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from domain.client import Client, ClientCommand
from domain.client.helpers import (
    AddHelper,
    ChangeHelper,
    HelperRemoval,
    HelperRole,
    KnownHelper,
    RemoveHelper,
    RenewHelperConsent,
)


def _who(client: Client, helper_id: UUID) -> dict[str, Any]:
    others = [
        KnownHelper(key, version, f"{key}", None, "0") for key, version in client.helpers.items() if key != helper_id
    ]
    who = {"client_id": client.id, "helper_id": helper_id, "role": HelperRole.CARE, "name": f"Ilse {helper_id}"}
    return who | {"organisation": "De Zorg", "phone": "0612345678", "others": others}


def _one(client: Client, chance: random.Random) -> UUID:
    return chance.choice([*client.helpers] or [uuid4()])


def _days(chance: random.Random, today: date) -> dict[str, Any]:
    return {"consent_on": today, "ask_again_on": today + timedelta(days=chance.choice((1, 300)))}


HELPING: dict[str, Callable[[Client, random.Random, date], list[ClientCommand]]] = {
    "add_helper": lambda client, chance, today: [AddHelper(**_who(client, uuid4()), **_days(chance, today))],
    "change_helper": lambda client, chance, today: [ChangeHelper(**_who(client, _one(client, chance)))],
    "renew_helper": lambda client, chance, today: [
        RenewHelperConsent(client_id=client.id, helper_id=_one(client, chance), **_days(chance, today))
    ],
    "remove_helper": lambda client, chance, today: [
        RemoveHelper(client_id=client.id, helper_id=_one(client, chance), why=chance.choice(list(HelperRemoval)))
    ],
}
