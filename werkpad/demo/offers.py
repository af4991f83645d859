"""Invented vacancies and workshops, some proposed already, and the team's leave and the city's target."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from application.services import Services
from domain.calendar import local_day
from domain.client import (
    Channel,
    ClientAnswer,
    ClientCommand,
    ConcludeProposal,
    Delivery,
    ProposalOutcome,
    ProposeOffer,
    RecordAnswer,
    RecordContact,
    RecordDelivery,
    RemindOfProposal,
    Topic,
)
from domain.matching import Requirement, Verdict, parse_requirement
from domain.offer import OfferKind, OpenOffer
from eventlog.commands import CommandContext
from projections import caseload, matches
from projections.caseload import Scope
from projections.engine.rebuild import rebuild
from records import leave, targets
from records.people import Account
from records.targets import Target
from werkpad.demo import words
from werkpad.demo.ids import random_id
from werkpad.demo.workshops import invent_sessions

OFFERS = (
    (
        "vacancy",
        "Driver for parcel delivery",
        "Invented Parcels",
        3,
        ("driving_licence includes B", "language_level at_least a2", "hours_available at_least 24"),
    ),
    (
        "vacancy",
        "Assistant in a plant nursery",
        "Invented Gardens",
        2,
        ("hours_available at_least 16", "preferred_sectors includes agriculture"),
    ),
    ("vacancy", "Cleaner in the evening", "Invented Cleaning", 5, ("outside_office_hours includes evenings|early",)),
    (
        "vacancy",
        "Administrative assistant",
        "Invented Office",
        1,
        ("digital_skills at_least basic", "language_level at_least b1", "education_level at_least lower_secondary"),
    ),
    ("workshop", "Writing a CV", "Work and Income", 12, ()),
    ("workshop", "Dutch at work", "Invented Language School", 15, ("language_level at_most b1",)),
    ("workshop", "Applying with a smartphone", "Work and Income", 10, ("digital_skills one_of none|phone|basic",)),
)


def invent_offers(services: Services, rng: random.Random, now: datetime, coaches: list[Account]) -> None:
    """Open the offers, propose some of them to clients who fit, and arrange leave and a target."""
    day = local_day(now)
    rebuild(services.engine, ["caseload", "data_gaps"])
    for nth, (kind, title, organisation, capacity, asked) in enumerate(OFFERS):
        opened_at = CommandContext(now - timedelta(days=20 - nth), coaches[nth % len(coaches)].account_id)
        requirements = [parse_requirement(text) for text in asked]
        offer_id = random_id(rng)
        command = OpenOffer(
            offer_id=offer_id,
            kind=OfferKind(kind),
            title=title,
            organisation=organisation,
            capacity=capacity,
            requirements=requirements,
            description=f"{title}, invented for this demonstration.",
            starts_on=day + timedelta(days=21 + nth),
            answer_by=day + timedelta(days=7 + nth),
        )
        services.offers.handle(command, opened_at, random_id(rng))
        if kind == OfferKind.WORKSHOP:
            # With luck of their own: all that is invented after stays as it is.
            luck = random.Random(f"sessions {title} {day}")  # noqa: S311 - a city, not a secret
            invent_sessions(services, luck, now, coaches[nth % len(coaches)].account_id, offer_id, title)
        for coach in coaches[:3]:
            _propose(services, rng, now - timedelta(days=6), coach.account_id, offer_id, OfferKind(kind), requirements)
    team_id = coaches[0].team_id
    team = [coach for coach in coaches if coach.team_id == team_id]
    if team_id is not None and len(team) > 3:
        _stand_in(services, now, team[2].account_id, team[0].account_id)
    with services.database.write() as connection:
        if team_id is not None and len(team) > 3:
            away, stand_in = team[2].account_id, team[0].account_id
            leave.arrange(connection, away, stand_in, team_id, day - timedelta(days=2), day + timedelta(days=12), day)
        for days, number, reason in (
            (400, 1_200, "As agreed in the council's budget."),
            (120, 1_100, "Two coaches more than planned have begun."),
        ):
            by = coaches[0].account_id
            since = day - timedelta(days=days)
            targets.put(connection, Target(random_id(rng), "open", None, since, number, reason, by, now))


def _stand_in(services: Services, now: datetime, away: UUID, stand_in: UUID) -> None:
    """Let the one who stands in have spoken with a client of the coach on leave yesterday."""
    # With luck of their own: all that is invented after stays as it is.
    luck, yesterday = random.Random(f"standing in {local_day(now)}"), now - timedelta(days=1)  # noqa: S311 - a city
    with services.database.read() as connection:
        rows = caseload.clients(connection, Scope(coach_id=away), limit=20)
    before = local_day(now) - timedelta(days=30)
    client_id = next((row.client_id for row in rows if (row.client.assigned_on or before) < before), None)
    if client_id is None:
        return
    contact = RecordContact(
        client_id=client_id,
        contact_id=random_id(luck),
        held_on=local_day(yesterday),
        channel=Channel.PHONE,
        topics=[Topic.PLAN],
        note=words.NOTES[Topic.PLAN][0][0],
        minutes_with_client=10,
    )
    services.clients.handle(contact, CommandContext(yesterday, stand_in, away), random_id(luck))


def _propose(
    services: Services,
    rng: random.Random,
    at: datetime,
    coach_id: UUID,
    offer_id: UUID,
    kind: OfferKind,
    requirements: list[Requirement],
) -> None:
    with services.database.read() as connection:
        found = matches.matches(connection, Scope(coach_id=coach_id), requirements, local_day(at))
    for nth, match in enumerate(found[Verdict.MEETS][:2]):
        one: dict[str, UUID] = {"client_id": match.row.client_id, "proposal_id": random_id(rng)}
        for days, command in _story(rng, one, offer_id, kind, nth):
            context = CommandContext(at + timedelta(days=days), coach_id)
            services.clients.handle(command, context, random_id(rng))


def _story(
    rng: random.Random, one: dict[str, UUID], offer_id: UUID, kind: OfferKind, nth: int
) -> Iterator[tuple[int, ClientCommand]]:
    """How one proposal went: each step, so many days after it was made."""
    by = Delivery.LETTER if nth else Delivery.EMAIL
    yield (
        0,
        ProposeOffer(
            client_id=one["client_id"], proposal_id=one["proposal_id"], offer_id=offer_id, offer_kind=kind, delivery=by
        ),
    )
    arrived = by is Delivery.LETTER or rng.random() < 0.7
    why = None if arrived else "address_refused"
    yield 0, RecordDelivery(client_id=one["client_id"], proposal_id=one["proposal_id"], delivered=arrived, reason=why)
    luck = rng.random()
    if luck < 0.3 and arrived:
        yield 2, RemindOfProposal(client_id=one["client_id"], proposal_id=one["proposal_id"], delivery=by)
    if luck < 0.6:
        answer = rng.choice(list(ClientAnswer))
        yield 3, RecordAnswer(client_id=one["client_id"], proposal_id=one["proposal_id"], answer=answer)
    if luck < 0.15:
        outcome = ProposalOutcome.PLACED if kind is OfferKind.VACANCY else ProposalOutcome.ATTENDED
        yield 5, ConcludeProposal(client_id=one["client_id"], proposal_id=one["proposal_id"], outcome=outcome)
