"""Appointments in the demonstration: ahead, moved, cancelled, one that became a contact, others that ask an answer; and
invitations: answered, without an answer, withdrawn."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from application.services import Services
from domain.calendar import AMSTERDAM, local_day
from domain.client import (
    CancelAppointment,
    CancelledBy,
    Channel,
    ChooseSlot,
    ClientCommand,
    Delivery,
    InviteClient,
    MakeAppointment,
    MoveAppointment,
    Notice,
    Outcome,
    RecordAppointmentNotice,
    RecordContact,
    RecordContactOfAppointments,
    WithdrawInvitation,
)
from domain.client.mails import MailAbout, RecordMailDelivery, WriteMail
from domain.client.questionnaire import BORN
from domain.working_days import USUAL
from eventlog.commands import CommandContext
from projections import caseload
from projections.caseload import Scope
from records.people import Account
from werkpad.demo.ids import random_id

PLACES = ("Spreekkamer 2, eerste verdieping", "Balie Werk, hoofdingang", "Spreekkamer 7")
PURPOSES = ("het cv doornemen", "de opleiding kiezen", "hoe het thuis gaat", "de sollicitatie voorbereiden")
# Made so long ago: the letter to everybody has been posted, but for the latest.
AGO = timedelta(days=9)
LONG_ENOUGH = 30
ENOUGH = 9
INVITED = 3


def invent_appointments(services: Services, rng: random.Random, now: datetime, coaches: list[Account]) -> None:
    """Let each coach have agreed something with some of the clients."""
    for coach in coaches:
        with services.database.read() as connection:
            rows = caseload.clients(connection, Scope(coach_id=coach.account_id), limit=60)
        before = local_day(now) - timedelta(days=LONG_ENOUGH)
        known = [row.client_id for row in rows if (row.client.assigned_on or local_day(now)) < before]
        if len(known) >= ENOUGH:
            _Agreed(services, rng, now, coach, known).invent()


class _Agreed:
    """What a coach agrees with clients, in these last days."""

    def __init__(
        self, services: Services, rng: random.Random, now: datetime, coach: Account, clients: list[UUID]
    ) -> None:
        self.services, self.rng, self.now, self.coach = services, rng, now, coach
        self.clients, self.spare = clients[:ENOUGH], clients[ENOUGH:]
        self.today = local_day(now)

    def invent(self) -> None:
        passed, asks, moved, cancelled, *ahead = self.clients
        last, next_one = self._days_before(2), USUAL.after(self.today, 2)
        held, asking = self._make(passed, last, 9), self._make(asks, self._days_before(1), 10)
        self._hold(passed, held, last)
        self._told(asks, asking, 0)
        one = self._make(moved, next_one, 11)
        self._do(MoveAppointment(**self._said(moved, one, USUAL.after(next_one, 3), 13)), timedelta(days=1))
        gone = self._make(cancelled, next_one, 14)
        self._do(CancelAppointment(client_id=cancelled, appointment_id=gone, by=CancelledBy.CLIENT), timedelta(hours=5))
        for nth, client_id in enumerate(ahead):
            day = self.today if nth == 0 else USUAL.after(self.today, nth)
            made = self._make(client_id, day, 15, by_mail=nth == 2)
            if nth == 1:
                self._told(client_id, made, 0)
            if nth == 2:
                self._not_told(client_id, made)
        self._invite()
        self._write()

    def _invite(self) -> None:
        """Of those whose birth date is known: one who chose a time, one who has not answered, one who was invited and
        is so no more."""
        states = ((each, self.services.clients.state(each)) for each in self.spare)
        known = [each for each, state in states if state and BORN in state.fields and not state.appointments]
        if len(known) < INVITED:
            return
        chose, silent, withdrawn = known[:INVITED]
        days = [USUAL.after(self.today, n) for n in (4, 5)]
        slots = [datetime.combine(day, time(hour), AMSTERDAM).astimezone(UTC) for day in days for hour in (9, 13)]
        offered: dict[str, Any] = {"minutes": 30, "channel": Channel.OFFICE, "place": PLACES[0], "purpose": PURPOSES[0]}
        made = {}
        for client_id in (chose, silent, withdrawn):
            made[client_id] = random_id(self.rng)
            command = InviteClient(
                client_id=client_id,
                invitation_id=made[client_id],
                slots=slots,
                delivery=Delivery.LETTER,
                **offered,
            )
            self._do(command, timedelta(days=5))
        self._do(WithdrawInvitation(client_id=withdrawn, invitation_id=made[withdrawn]), timedelta(days=4))
        choose = ChooseSlot(
            client_id=chose,
            invitation_id=made[chose],
            appointment_id=random_id(self.rng),
            slot=slots[0],
            delivery=Delivery.LETTER,
            **offered,
        )
        # The client did it, and not the coach.
        context = CommandContext(self.now - timedelta(days=3))
        self.services.clients.handle(choose, context, random_id(self.rng))

    def _write(self) -> None:
        """Short e-mails: one that left, and one that did not."""
        for nth, client_id in enumerate(self.spare[:2]):
            mail_id = random_id(self.rng)
            until = USUAL.after(self.today, 3)
            write = WriteMail(
                client_id=client_id, mail_id=mail_id, about=MailAbout.CALL, until=until, phone="06 00000000"
            )
            self._do(write, timedelta(days=2))
            reason = "address_refused" if nth else None
            came = RecordMailDelivery(client_id=client_id, mail_id=mail_id, delivered=not nth, reason=reason)
            self._do(came, timedelta(days=2))

    def _days_before(self, working_days: int) -> date:
        day = self.today
        while working_days:
            day -= timedelta(days=1)
            working_days -= USUAL.includes(day)
        return day

    def _said(
        self, client_id: UUID, appointment_id: UUID, day: date, hour: int, *, by_mail: bool = False
    ) -> dict[str, Any]:
        channel = self.rng.choice((Channel.OFFICE, Channel.OFFICE, Channel.PHONE, Channel.VIDEO))
        return {
            "client_id": client_id,
            "appointment_id": appointment_id,
            "day": day,
            "at": time(hour, self.rng.choice((0, 15, 30))),
            "minutes": self.rng.choice((20, 30, 45)),
            "channel": channel,
            "place": self.rng.choice(PLACES) if channel is Channel.OFFICE else None,
            "purpose": self.rng.choice(PURPOSES),
            "delivery": Delivery.EMAIL if by_mail else Delivery.LETTER,
        }

    def _make(self, client_id: UUID, day: date, hour: int, *, by_mail: bool = False) -> UUID:
        appointment_id = random_id(self.rng)
        self._do(MakeAppointment(**self._said(client_id, appointment_id, day, hour, by_mail=by_mail)), AGO)
        return appointment_id

    def _told(self, client_id: UUID, appointment_id: UUID, changes: int) -> None:
        about = {"client_id": client_id, "appointment_id": appointment_id, "changes": changes}
        command = RecordAppointmentNotice(**about, notice=Notice.CHANGE, delivery=Delivery.LETTER)  # type: ignore[arg-type]  # checked as the command's fields are
        self._do(command, AGO - timedelta(hours=1))

    def _not_told(self, client_id: UUID, appointment_id: UUID) -> None:
        self._do(
            RecordAppointmentNotice(
                client_id=client_id,
                appointment_id=appointment_id,
                notice=Notice.CHANGE,
                changes=0,
                delivery=Delivery.EMAIL,
                delivered=False,
                reason="address_refused",
            ),
            AGO - timedelta(hours=1),
        )

    def _hold(self, client_id: UUID, appointment_id: UUID, day: date) -> None:
        contact = RecordContact(
            client_id=client_id,
            contact_id=random_id(self.rng),
            held_on=day,
            channel=Channel.OFFICE,
            outcome=Outcome.SPOKEN,
            minutes_with_client=30,
        )
        command = RecordContactOfAppointments(client_id=client_id, contact=contact, appointments=[appointment_id])
        self._do(command, timedelta(hours=20))

    def _do(self, command: ClientCommand, ago: timedelta) -> None:
        context = CommandContext(self.now - ago, self.coach.account_id)
        self.services.clients.handle(command, context, random_id(self.rng))
