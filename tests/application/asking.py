"""Who asks in the tests of permissions, and how a row of their tables is written."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from domain.roles import Viewer
from tests.web.conftest import Town

YES, NO, NONE, REFUSED = "yes", "not allowed", "not there", "refused"
# Who asks, about a client of the coach in the team north. `stand-in` is a colleague while the coach is away.
WHO = (
    "coach",
    "colleague",
    "stand-in",
    "stranger",
    "quality",
    "manager",
    "manager-south",
    "process",
    "privacy",
    "admin",
)

COACHES = ("coach", "colleague", "stand-in", "stranger")


def rights(*who: str, no: str = "", roles: tuple[str, ...]) -> dict[str, str]:
    """Who may. Others whose `roles` hold the right learn nothing of it, but for those of `no`; nobody else may."""
    there = dict.fromkeys(WHO, NO) | dict.fromkeys(roles, NONE)
    return there | dict.fromkeys(no.split(), NO) | dict.fromkeys(who, YES)


# What is the own coach's alone, and what who stands in does as well while the coach is away.
OWN = rights("coach", no="stand-in", roles=COACHES)
RECORDING = rights("coach", "stand-in", roles=COACHES)


def viewer(town: Town, who: str) -> Viewer:
    if who != "stand-in":
        return town.accounts[who].viewer
    away: frozenset[UUID] = frozenset({town.accounts["coach"].account_id})
    return replace(town.accounts["colleague"].viewer, stands_in_for=away)
