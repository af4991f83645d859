"""Commands about invitations, for the sweeps over all commands and all texts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from domain.client import Channel, ChooseSlot, InviteClient, WithdrawInvitation

AHEAD = datetime(2026, 12, 1, 9, tzinfo=UTC)
ABOUT: dict[str, Any] = {"client_id": UUID(int=1), "invitation_id": UUID(int=7)}
MEET: dict[str, Any] = {"minutes": 30, "channel": Channel.PHONE}
OTHERS = (WithdrawInvitation(**ABOUT), ChooseSlot(**ABOUT, **MEET, appointment_id=UUID(int=7), slot=AHEAD))


def with_purpose(text: str) -> InviteClient:
    return InviteClient(**ABOUT, **MEET, slots=[AHEAD], purpose=text)
