"""Commands about invitations and workshops, for the sweeps over all commands and all texts."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from domain.catalogue import Source
from domain.client import Channel, ChooseSlot, FieldRegistered, InviteClient, RecordContact, WithdrawInvitation
from domain.client.mails import MailAbout, RecordMailDelivery, WriteMail
from domain.client.workshops import EnrolInWorkshop, LeaveWorkshop, RecordAttendance
from domain.workshop_session import Attendance, PlanSession

AHEAD = datetime(2026, 12, 1, 9, tzinfo=UTC)
ABOUT: dict[str, Any] = {"client_id": UUID(int=7), "invitation_id": UUID(int=7)}
MEET: dict[str, Any] = {"minutes": 30, "channel": Channel.PHONE}
SESSION: dict[str, Any] = {"client_id": UUID(int=7), "session_id": UUID(int=8)}
TALK = RecordContact(client_id=UUID(int=7), contact_id=UUID(int=5), held_on=date(2026, 3, 2), channel=Channel.PHONE)
BORN = FieldRegistered(field="birth_date", value="1988", source=Source.CONVERSATION, known_on=date(2026, 3, 2))
MAIL: dict[str, Any] = {"client_id": UUID(int=7), "mail_id": UUID(int=6)}
OTHERS = (
    RecordMailDelivery(**MAIL),
    WithdrawInvitation(**ABOUT),
    ChooseSlot(**ABOUT, **MEET, appointment_id=UUID(int=7), slot=AHEAD),
    EnrolInWorkshop(**SESSION, offer_id=UUID(int=8), starts_at=AHEAD),
    LeaveWorkshop(**SESSION),
    RecordAttendance(**SESSION, attendance=Attendance.CAME, contact=TALK),
)
# What is recorded in a closed file as well.
CLOSED = {"LeaveWorkshop", "RecordMailDelivery"}


def at_place(text: str) -> PlanSession:
    about: dict[str, Any] = {"session_id": UUID(int=8), "offer_id": UUID(int=8), "day": AHEAD.date(), "at": time(10)}
    return PlanSession(**about, minutes=60, place=text, places=2)


def with_purpose(text: str) -> InviteClient:
    return InviteClient(**ABOUT, **MEET, slots=[AHEAD], purpose=text)


def with_phone(text: str) -> WriteMail:
    return WriteMail(**MAIL, about=MailAbout.CALL, until=AHEAD.date(), phone=text)
