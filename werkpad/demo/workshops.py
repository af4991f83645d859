"""Sessions of a workshop in the demonstration: held, ahead with a waiting list, and cancelled."""

from __future__ import annotations

import random
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from application.services import Services
from domain.calendar import local_day
from domain.client import Channel, ClientCommand, Outcome, RecordContact
from domain.client.workshops import EnrolInWorkshop, LeaveWorkshop, RecordAttendance
from domain.working_days import USUAL
from domain.workshop_session import (
    Attendance,
    Attended,
    CancelSession,
    CloseSession,
    GivePlaceBack,
    PlanSession,
    TakePlace,
    WorkshopCommand,
)
from eventlog.commands import CommandContext
from projections import caseload
from projections.caseload import Scope
from werkpad.demo.ids import random_id

PLACES, ENOUGH = 3, 12
PLANNED_AGO = timedelta(days=16)
WAS = ((Attendance.CAME, Outcome.SPOKEN), (Attendance.EXCUSED, Outcome.CANCELLED), (Attendance.CAME, Outcome.SPOKEN))


def invent_sessions(
    services: Services, rng: random.Random, now: datetime, coach_id: UUID, offer_id: UUID, title: str
) -> None:
    """Plan sessions of a workshop, and enrol clients of the coach who entered it."""
    with services.database.read() as connection:
        rows = caseload.clients(connection, Scope(coach_id=coach_id), order="intake_on", limit=ENOUGH)
    if len(rows) == ENOUGH:
        _Sessions(services, rng, now, coach_id, offer_id).invent([row.client_id for row in rows], title)


class _Sessions:
    def __init__(self, services: Services, rng: random.Random, now: datetime, coach_id: UUID, offer_id: UUID) -> None:
        self.services, self.rng, self.now = services, rng, now
        self.coach_id, self.offer_id, self.today = coach_id, offer_id, local_day(now)

    def invent(self, clients: list[UUID], title: str) -> None:
        held, ahead, off = self._plan(-5), self._plan(6), self._plan(8)
        came, more = clients[:PLACES], clients[PLACES : 2 * PLACES + 1]
        for client_id in came:
            self._enrol(held, client_id, PLANNED_AGO)
        for client_id in more:
            self._enrol(ahead, client_id, timedelta(days=4))
        self._do(GivePlaceBack(session_id=ahead[0], client_id=more[0]), timedelta(days=2))
        self._file(LeaveWorkshop(client_id=more[0], session_id=ahead[0]), timedelta(days=2))
        self._do(CancelSession(session_id=off[0]), timedelta(days=1))
        self._close(held, came, title)

    def _plan(self, days: int) -> tuple[UUID, datetime]:
        """A session so many days from now, on the next working day."""
        day = USUAL.after(self.today + timedelta(days=days), 1)
        session_id = random_id(self.rng)
        command = PlanSession(
            session_id=session_id,
            offer_id=self.offer_id,
            day=day,
            at=time(10),
            minutes=120,
            place="Leslokaal 1, Balie Werk",
            places=PLACES,
        )
        self._do(command, PLANNED_AGO)
        state = self.services.workshops.state(session_id)
        assert state is not None  # noqa: S101 - it was planned a moment ago
        return session_id, state.starts_at

    def _enrol(self, session: tuple[UUID, datetime], client_id: UUID, ago: timedelta) -> None:
        self._do(TakePlace(session_id=session[0], client_id=client_id), ago)
        about: dict[str, Any] = {"session_id": session[0], "offer_id": self.offer_id, "starts_at": session[1]}
        self._file(EnrolInWorkshop(client_id=client_id, **about), ago)

    def _close(self, session: tuple[UUID, datetime], came: list[UUID], title: str) -> None:
        attended = [Attended(client_id, how) for client_id, (how, _) in zip(came, WAS, strict=True)]
        ago = self.now - session[1] - timedelta(hours=3)
        self._do(CloseSession(session_id=session[0], attended=attended, seen=came), ago)
        for client_id, (how, outcome) in zip(came, WAS, strict=True):
            contact = RecordContact(
                client_id=client_id,
                contact_id=random_id(self.rng),
                held_on=local_day(session[1]),
                channel=Channel.OFFICE,
                outcome=outcome,
                note=title,
            )
            record = RecordAttendance(client_id=client_id, session_id=session[0], attendance=how, contact=contact)
            self._file(record, ago)

    def _do(self, command: WorkshopCommand, ago: timedelta) -> None:
        self.services.workshops.handle(command, CommandContext(self.now - ago, self.coach_id), random_id(self.rng))

    def _file(self, command: ClientCommand, ago: timedelta) -> None:
        self.services.clients.handle(command, CommandContext(self.now - ago, self.coach_id), random_id(self.rng))
