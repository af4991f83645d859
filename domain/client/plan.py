"""The plan: plan of action, service track and contact frequency."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from domain.calendar import local_day
from domain.catalogue import State, Track, load
from domain.client.aggregate import Client, ClientCommand, ClientEvent, Mark, open_file, unchanged
from domain.refusal import Refused
from domain.text import not_in_future, required_text
from eventlog.commands import CommandContext
from eventlog.events import Personal, Upcast

PLAN, TRACK, FREQUENCY = "plan_of_action", "service_track", "contact_frequency"


class PlanOfActionAgreed(ClientEvent, frozen=True):
    """Coach and client agreed what will be done."""

    plan: Personal[str]
    agreed_on: date

    def apply(self, client: Client) -> None:
        client.plan_on = self.agreed_on
        client.fields[PLAN] = Mark(State.KNOWN, self.originator_version)


def _no_last_day(state: dict[str, Any]) -> dict[str, Any]:
    """Version 2 may have the last day of an exemption; of those chosen before, no last day is on record."""
    return state


class ServiceTrackChosen(ClientEvent, frozen=True):
    """The kind of service that the client gets from now on; it stays in the clear. `until` is the last day of an
    exemption."""

    upcasts: ClassVar[tuple[Upcast, ...]] = (_no_last_day,)

    track: Track
    chosen_on: date
    until: date | None = None

    def apply(self, client: Client) -> None:
        client.track = self.track
        client.fields[TRACK] = Mark(State.KNOWN, self.originator_version)


class ContactFrequencyAgreed(ClientEvent, frozen=True):
    """How many weeks may pass between two contacts."""

    weeks: Personal[int]
    agreed_on: date

    def apply(self, client: Client) -> None:
        client.fields[FREQUENCY] = Mark(State.KNOWN, self.originator_version)


class AgreePlanOfAction(ClientCommand, frozen=True):
    """Record the plan of action."""

    plan: str
    agreed_on: date
    shown: int | None = None

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        client = _open(client, PLAN, self.shown)
        return [
            PlanOfActionAgreed(
                plan=required_text(self.plan, field=PLAN, longest=4000),
                agreed_on=since_intake(self.agreed_on, client, context),
            )
        ]


class ChooseServiceTrack(ClientCommand, frozen=True):
    """Record the service track; an exemption is drafted and approved instead (`domain/client/exemptions.py`)."""

    track: Track
    chosen_on: date
    shown: int | None = None

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        client = _open(client, TRACK, self.shown)
        if client.track is self.track:
            return []
        if self.track is Track.EXEMPT:
            raise Refused(
                "An exemption is decided by two people. Leave the track as it is and write a draft of the exemption on"
                " the file; another person of the team reads it.",
                field=TRACK,
            )
        return [ServiceTrackChosen(track=self.track, chosen_on=since_intake(self.chosen_on, client, context))]


class AgreeContactFrequency(ClientCommand, frozen=True):
    """Record how often coach and client will be in touch. `weeks` between two contacts."""

    weeks: int
    agreed_on: date
    shown: int | None = None

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        client = _open(client, FREQUENCY, self.shown)
        weeks = load()[FREQUENCY].check(self.weeks)
        return [
            ContactFrequencyAgreed(weeks=weeks, agreed_on=since_intake(self.agreed_on, client, context))  # type: ignore[arg-type]  # checked as the command's fields are
        ]


def _open(client: Client | None, field: str, shown: int | None) -> Client:
    client = open_file(client)
    mark = client.fields.get(field)
    unchanged(mark.version if mark else None, shown, field)
    return client


def since_intake(day: date, client: Client, context: CommandContext) -> date:
    return not_in_future(day, local_day(context.at), field="agreed_on", not_before=client.intake_on)
