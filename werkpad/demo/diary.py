"""The days of one invented client: the commands so far, each at its moment, and who is the coach."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID

from domain.calendar import AMSTERDAM, local_day
from domain.catalogue import Source
from domain.client import AssignClient, Client, ClientCommand, RegisterField
from domain.working_days import USUAL
from eventlog.commands import CommandContext, Step
from records.people import Team
from werkpad.demo.ids import random_id
from werkpad.demo.words import Both

ONE_DAY = timedelta(days=1)


class Diary:
    """From one moment on, up to an hour before now. `gone` says on which day a coach left, and `english` whose notes
    are in English."""

    def __init__(
        self,
        rng: random.Random,
        now: datetime,
        begins: datetime,
        number: int,
        team: Team,
        coaches: Sequence[UUID],
        *,
        gone: Mapping[UUID, date],
        english: frozenset[UUID],
    ) -> None:
        self.rng, self.now, self.clock = rng, now, begins
        self.number, self.team = number, team
        self.coaches, self.gone, self.english = coaches, gone, english
        self.client_id = random_id(self.rng)
        present = [c for c in coaches if c not in gone or gone[c] > self.today + timedelta(days=30)]
        self.coach = present[number // 3 % len(present)]
        self._steps: list[Step[Client]] = []
        self.registered: dict[str, object] = {}
        self.assigned = self.left = False

    def _do(self, command: ClientCommand, command_id: UUID | None = None) -> None:
        self._steps.append(Step(command, CommandContext(self.clock, self.coach), command_id or random_id(self.rng)))

    def _later(self, least: int, most: int) -> bool:
        """Move on to an hour of a working day some days later; False when that would lie in the future."""
        day = local_day(self.clock) + timedelta(days=self.rng.randint(least, most))
        while not USUAL.includes(day):
            day += ONE_DAY
        hour = time(self.rng.randint(8, 16), self.rng.randint(0, 59), tzinfo=AMSTERDAM)
        later = max(datetime.combine(day, hour), self.clock + timedelta(minutes=3))
        if later >= self.now - timedelta(hours=1):
            return False
        self._hand_over(later)
        self.clock = max(later, self.clock + timedelta(minutes=3))
        return True

    def _soon(self) -> None:
        self.clock += timedelta(seconds=self.rng.randint(20, 90))

    @property
    def today(self) -> date:
        return local_day(self.clock)

    def _in_words(self, both: Both) -> str:
        """As this coach writes it."""
        return both[self.coach in self.english]

    @property
    def _language(self) -> str:
        """Of the pages and letters that the client gets."""
        return "en" if self.number % 12 == 0 else "nl"

    def _assign(self, coach: UUID) -> None:
        self._do(
            AssignClient(
                client_id=self.client_id,
                team=self.team.team_id,
                specialised=self.team.specialised,
                coach=coach,
                assigned_on=self.today,
            )
        )
        self.coach, self.assigned = coach, True

    def _hand_over(self, until: datetime) -> None:
        """When the coach leaves the department, a colleague takes the client over on that day."""
        day = self.gone.get(self.coach)
        if day is None or not self.assigned or self.left:
            return
        at = max(datetime.combine(day, time(15, tzinfo=AMSTERDAM)), self.clock + timedelta(minutes=3))
        if at < until:
            self.clock = at
            self._assign(self.rng.choice([c for c in self.coaches if c not in self.gone]))

    def _register(self, field: str, value: object, source: Source) -> None:
        self._soon()
        self.registered[field] = value
        self._do(RegisterField(client_id=self.client_id, field=field, value=value, known_on=self.today, source=source))
