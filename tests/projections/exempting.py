"""Exemptions of a client, drawn at random: drafted, written anew, read, returned and withdrawn."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from domain.client import Client, ClientCommand
from domain.client.exemptions import ApproveExemption, DraftExemption, ReturnExemption, WithdrawExemption

# Who reads them: nobody who drafts one.
READER = UUID(int=4711)


def _about(client: Client) -> dict[str, Any]:
    return {"client_id": client.id, "exemption_id": client.exemption.exemption_id if client.exemption else uuid4()}


EXEMPTING: dict[str, Callable[[Client, random.Random, date], list[ClientCommand]]] = {
    "draft_exemption": lambda client, chance, today: [
        DraftExemption(**_about(client), basis="a letter", until=today + timedelta(days=chance.choice((1, 30, 200))))
    ],
    "withdraw_exemption": lambda client, _chance, _today: [WithdrawExemption(**_about(client))],
}
READING: dict[str, Callable[[Client, random.Random, date], list[ClientCommand]]] = {
    "approve_exemption": lambda client, _chance, _today: [ApproveExemption(**_about(client))],
    "return_exemption": lambda client, _chance, _today: [ReturnExemption(**_about(client), words="until when?")],
}
