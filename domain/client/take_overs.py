"""Taking a client over for a time, from a colleague who is away for long, and giving the client back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from domain.calendar import local_day, within_reach
from domain.client.aggregate import Client, ClientCommand, ClientEvent, open_file
from domain.client.intake import ClientAssigned
from domain.refusal import Refused
from eventlog.commands import CommandContext


class TakenOverForTime(ClientEvent, frozen=True):
    """A client came to a colleague for a time, and goes back to who had them before. `clients` is how many were taken
    over together: of those who are erased since, nothing else is left to count."""

    take_over_id: UUID
    team: UUID
    from_coach: UUID
    coach: UUID
    back_on: date
    clients: int

    def apply(self, client: Client) -> None:
        client.take_overs[self.take_over_id] = (self.from_coach, self.coach)


class GivenBack(ClientEvent, frozen=True):
    """A client who was taken over for a time went back."""

    take_over_id: UUID

    def apply(self, client: Client) -> None:
        client.take_overs.pop(self.take_over_id, None)


TAKE_OVER_EVENTS: tuple[type[ClientEvent], ...] = (TakenOverForTime, GivenBack)


class TakeOverForTime(ClientCommand, frozen=True):
    """Put a client on a colleague's caseload until a day, on which they go back."""

    take_over_id: UUID
    team: UUID
    from_coach: UUID
    coach: UUID
    back_on: date
    clients: int
    specialised: bool = False

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        client, today = open_file(client), local_day(context.at)
        if self.back_on <= today:
            raise Refused("Choose a day after today.", field="back_on")
        within_reach(self.back_on, today, field="back_on")
        if client.coach != self.from_coach:
            raise Refused("One of these clients is with another colleague by now.", field="coach")
        if self.coach == self.from_coach:
            raise Refused("This client is already on that colleague’s caseload.", field="coach")
        assigned = ClientAssigned(team=self.team, specialised=self.specialised, coach=self.coach, assigned_on=today)
        taken_over = TakenOverForTime(
            take_over_id=self.take_over_id,
            team=self.team,
            from_coach=self.from_coach,
            coach=self.coach,
            back_on=self.back_on,
            clients=self.clients,
        )
        return [assigned, taken_over]


class GiveBack(ClientCommand, frozen=True):
    """Give a client back to the colleague from whom they were taken over for a time."""

    take_over_id: UUID
    team: UUID
    specialised: bool = False

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        client = open_file(client)
        if self.take_over_id not in client.take_overs:
            raise Refused("This client was not taken over for a time, or was given back already.")
        from_coach, coach = client.take_overs[self.take_over_id]
        if (client.coach, client.team) != (coach, self.team):
            raise Refused("One of these clients is with another colleague by now.", field="coach")
        assigned = ClientAssigned(
            team=self.team, specialised=self.specialised, coach=from_coach, assigned_on=local_day(context.at)
        )
        return [GivenBack(take_over_id=self.take_over_id), assigned]
