"""What is worth asking a client now: what is missing or due for review, what blocks a plan or an offer first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from sqlalchemy import Connection

from application.client_file import Fact, known_facts
from application.clients import CaseloadClient
from application.looks import Look
from application.registrations import PLAN
from application.services import Services
from application.several_fields import may_answer
from domain.catalogue import Catalogue, State
from projections import definitions, offers

# A conversation is no form.
AT_MOST = 5


class Blocks(IntEnum):
    """What can't go on while a field is missing; the first comes first."""

    PLAN = 0
    OFFER = 1
    NOTHING = 2


@dataclass(frozen=True, slots=True)
class Asking:
    """What fields are needed for: how many of the open vacancies and workshops ask for each of them."""

    catalogue: Catalogue
    asked_by: Mapping[str, int]

    def blocks(self, key: str) -> Blocks:
        """What can't go on while this field is missing."""
        if key in PLAN:
            return Blocks.PLAN
        return Blocks.OFFER if key in self.asked_by else Blocks.NOTHING


def asking(connection: Connection, as_of: date) -> Asking:
    """What fields are needed for on a day."""
    asked_by: dict[str, int] = {}
    for offer in offers.all_offers(connection):
        for key in {requirement.field for requirement in offer.requirements}:
            asked_by[key] = asked_by.get(key, 0) + 1
    return Asking(definitions.on(connection, as_of).catalogue, asked_by)


def worth_asking(
    services: Services, look: Look, client: CaseloadClient, also: frozenset[str] = frozenset()
) -> tuple[list[Fact], list[Fact]]:
    """The few fields that are worth asking this client now, and the parts of the plan as they stand. `also`: fields
    that somebody has begun to answer already, which stay."""
    with services.database.read() as connection:
        needs = asking(connection, services.today)
    facts = known_facts(services, client, [f for f in needs.catalogue if may_answer(look, client, f)])
    plan = [fact for fact in facts if fact.field.key in PLAN]
    others = [fact for fact in facts if fact.field.key not in PLAN]
    first = sorted((f for f in others if _is_wanted(f, needs)), key=lambda fact: _order(fact, needs))[:AT_MOST]
    chosen = {fact.field.key for fact in first} | also
    return [*first, *(f for f in others if f.field.key in chosen and f not in first)], plan


def _is_wanted(fact: Fact, needs: Asking) -> bool:
    """Whether a field is missing or due for review, comes to be so, or is what an offer asks about."""
    if fact.on_list:
        return True
    return fact.state is State.UNKNOWN and (fact.row is not None or needs.blocks(fact.field.key) is Blocks.OFFER)


def _order(fact: Fact, needs: Asking) -> tuple[bool, Blocks, date, str]:
    since = fact.row.since if fact.row and fact.row.since else date.max
    return not fact.on_list, needs.blocks(fact.field.key), since, fact.field.key
