"""What is set up for signals: standard replies, rules of who gets which, and how soon each kind is answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from application import rights
from application.rights import needs
from application.services import Services
from application.signals import require_team, require_triager
from domain.refusal import Refused
from domain.roles import Viewer
from feedback import clocks
from feedback.signal import TRANSITIONS, Kind, Within
from projections import definitions
from records import deadlines, people, replies, routing
from records.people import Account, Team
from records.replies import Reply
from records.routing import Rule

# Steps that the team takes, and answers the reporter with.
STEPS = tuple(t.name for t in TRANSITIONS.values() if t.name not in ("answer", "confirm", "reopen"))


@dataclass(frozen=True, slots=True)
class Replies:
    """All standard replies, and the one that is being changed."""

    every: Sequence[Reply]
    editing: Reply | None


@dataclass(frozen=True, slots=True)
class Routing:
    """The rules in the order in which they are asked, and to whom a new one may give signals."""

    rules: Sequence[Rule]
    teams: Sequence[Team]
    triagers: Sequence[Account]


@needs(rights.TRIAGE_SIGNALS)
def standard_replies(services: Services, viewer: Viewer, reply_id: UUID | None) -> Replies:
    """All standard replies, and one of them to be changed."""
    with services.database.read() as connection:
        every = replies.everything(connection)
        return Replies(every, replies.reply(connection, reply_id) if reply_id else None)


@needs(rights.TRIAGE_SIGNALS)
def save_reply(
    services: Services,
    viewer: Viewer,
    reply_id: UUID | None,
    *,
    kind: str | None,
    step: str | None,
    name: str,
    en: str,
    nl: str,
) -> None:
    """Keep a standard reply, a new one where `reply_id` is None; of any kind, or at any step, where that is None.

    Raises:
        Refused: it has no name, lacks a language, or is for no kind or step that there is.
    """
    if (kind and kind not in set(Kind)) or (step and step not in STEPS):
        raise Refused("Choose one of these.", field="kind")
    with services.database.write() as connection:
        replies.save(connection, reply_id, kind=kind, step=step, name=name, en=en, nl=nl)


@needs(rights.TRIAGE_SIGNALS)
def remove_reply(services: Services, viewer: Viewer, reply_id: UUID) -> None:
    """Remove a standard reply; what was answered with it stays."""
    with services.database.write() as connection:
        replies.remove(connection, reply_id)


@needs(rights.DECIDE)
def routing_rules(services: Services, viewer: Viewer) -> Routing:
    """The rules of who gets which signals, and to whom a new one may give them."""
    with services.database.read() as connection:
        rules = routing.rules(connection)
        teams, accounts = people.all_teams(connection), people.all_accounts(connection)
    return Routing(rules, teams, [a for a in accounts if a.active and a.viewer.triages_signals])


@needs(rights.DECIDE)
def add_rule(
    services: Services,
    viewer: Viewer,
    *,
    kind: str | None,
    page: str | None,
    field: str | None,
    team: UUID | None,
    person: UUID | None,
) -> None:
    """Have signals of this kind, about this page and field (None: any), looked after by a team (None: the city).

    Raises:
        Refused: it would take every signal, there are too many, or no such kind, field, team or person.
    """
    if kind and kind not in set(Kind):
        raise Refused("Choose one of these.", field="kind")
    with services.database.write() as connection:
        if field and field not in definitions.on(connection, services.today).catalogue:
            raise Refused("Choose one of these.", field="field")
        require_team(connection, team)
        require_triager(connection, person)
        routing.add(connection, kind, page, field, team, person)


@needs(rights.DECIDE)
def remove_rule(services: Services, viewer: Viewer, rule_id: UUID) -> None:
    """Remove a rule; signals that it gave away stay where they are."""
    with services.database.write() as connection:
        routing.remove(connection, rule_id)


@needs(rights.DECIDE_ALONE)
def how_soon(services: Services, viewer: Viewer) -> Mapping[Kind, Within]:
    """How soon signals logged from now on are triaged and answered, by kind."""
    with services.database.read() as connection:
        return clocks.within(connection)


@needs(rights.DECIDE_ALONE)
def set_how_soon(services: Services, viewer: Viewer, days: Mapping[Kind, tuple[int | None, int | None]]) -> None:
    """Set in how many working days signals of each kind are triaged and answered from now on.

    Raises:
        Refused: one is no number of working days, or the answer is due before the triage.
    """
    with services.database.write() as connection:
        deadlines.save(connection, {kind.value: both for kind, both in days.items()})
