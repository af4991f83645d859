"""Logging signals: one on a form, beside those that are like it, or a whole list of wishes from a file."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import msgspec

from application import rights
from application.rights import needs
from application.services import Services
from application.signals import SignalShown, opened, triages
from domain.filters import parse
from domain.names import by_surname
from domain.personal_data import found_in
from domain.refusal import Refused
from domain.roles import Viewer
from domain.text import same_text
from eventlog.commands import Answer, CommandContext, Decision, Step
from feedback import board, clocks
from feedback.signal import Kind, LogSignal, Route, Signal, Within, nameless
from records import people, routing
from records.people import Account, Team


@dataclass(frozen=True, slots=True)
class Wish:
    """A line of a list of wishes, as it stands there; `team` is the code of one."""

    kind: Kind
    page: str
    field: str | None
    team: str
    seen: str
    expected: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of a list: the position to wait for, None where nothing new was logged; or why nothing was, by the
    number of the line."""

    position: int | None
    mistakes: Sequence[tuple[int, Refused]]


@needs(rights.LOG_SIGNALS)
def log_signal(
    services: Services, viewer: Viewer, command: LogSignal, colleague_id: UUID | None, command_id: UUID
) -> Answer:
    """Log what one sees on a page, for oneself, a colleague of the team, or without a name. Where it goes first and how
    soon it is answered is looked up here.

    Raises:
        Refused: this is no colleague of the team, or what is said is not sound.
    """
    colleague = _colleague(services, viewer, colleague_id) if colleague_id else None
    with services.database.read() as connection:
        rule = routing.first_that_fits(connection, command.kind, command.page, command.field)
        within = clocks.within(connection)[command.kind]
        person = rule.person if rule and triages(connection, rule.person) else None
    own = msgspec.structs.replace(
        command,
        viewer=viewer,
        as_reporter=False,
        imported=False,
        within=within,
        colleague=colleague.viewer if colleague else None,
        route=Route(rule.team_id, person) if rule else None,
    )
    now = CommandContext(services.clock(), viewer.account_id)
    return services.signals.handle(own, nameless(now) if command.without_name else now, command_id)


@needs(rights.LOG_SIGNALS)
def alike(services: Services, viewer: Viewer, text: str) -> list[SignalShown]:
    """Open signals that are like a text, the most alike first: one of them can be supported instead."""
    with services.database.read() as connection:
        rows = board.similar(connection, text, services.log.marks())
    return opened(services, rows)


@needs(rights.LOG_SIGNALS)
def longest_triage(services: Services, viewer: Viewer) -> int:
    """In how many working days every signal is triaged, whatever it is about."""
    with services.database.read() as connection:
        return max(within.triage for within in clocks.within(connection).values())


@needs(rights.LOG_SIGNALS)
def colleagues(services: Services, viewer: Viewer) -> list[Account]:
    """For whom the viewer may log a signal: those of the team who work with signals, and those of no team; by name."""
    with services.database.read() as connection:
        accounts = people.all_accounts(connection)
    return [
        account
        for account in sorted(accounts, key=lambda account: by_surname(account.full_name))
        if (account.team_id is None or viewer.team_id is None or account.team_id == viewer.team_id)
        and account.active
        and account.viewer.logs_signals
        and account.account_id != viewer.account_id
    ]


@needs(rights.TRIAGE_SIGNALS)
def import_signals(
    services: Services,
    viewer: Viewer,
    wishes: Sequence[tuple[int, Wish]],
    *,
    definition_version: str,
    only_check: bool = False,
) -> Imported:
    """Log a list of wishes, each with the number of its line, in one transaction: all of them or, where one is not
    sound or they are only to be checked, none. What is there already stays: a list sent twice changes nothing."""
    now = CommandContext(services.clock(), viewer.account_id)
    with services.database.read() as connection:
        teams = {team.code: team for team in people.all_teams(connection)}
        within = clocks.within(connection)
    commands: dict[UUID, LogSignal] = {}
    mistakes: list[tuple[int, Refused]] = []
    for line, wish in wishes:
        try:
            command = _command(services, viewer, wish, teams, within, definition_version)
            command.decide(None, now)
            commands[command.signal_id] = command
        except Refused as refused:
            mistakes.append((line, refused))
    if mistakes or only_check:
        return Imported(None, mistakes)
    known = services.log.known_commands(list(commands))
    decisions: list[Decision] = []
    for signal_id, command in commands.items():
        if signal_id not in known:
            step: Step[Signal] = Step(command, now, signal_id)
            decisions.append(services.signals.decide([step], new=True))
    return Imported(services.signals.record(decisions) if decisions else None, ())


def is_filter(text: str) -> bool:
    """Whether this is a filter of the caseload as an address carries it: codes, and no words of a person."""
    try:
        return str(parse(text)) == text
    except (Refused, ValueError):
        return False


def _colleague(services: Services, viewer: Viewer, colleague_id: UUID) -> Account:
    for account in colleagues(services, viewer):
        if account.account_id == colleague_id:
            return account
    raise Refused("Choose a colleague of your team.", field="colleague")


def _command(
    services: Services,
    viewer: Viewer,
    wish: Wish,
    teams: Mapping[str, Team],
    within: Mapping[Kind, Within],
    definition_version: str,
) -> LogSignal:
    if wish.team and wish.team not in teams:
        raise Refused("There is no team with this code.")
    if found_in(wish.seen, wish.expected):
        raise Refused("This may identify a person: a number or an address. Remove it.")
    return LogSignal(
        signal_id=_id_of(services, wish),
        viewer=viewer,
        kind=wish.kind,
        page=wish.page,
        field=wish.field,
        seen=wish.seen,
        expected=wish.expected.strip() or None,
        imported=True,
        definition_version=definition_version,
        route=Route(teams[wish.team].team_id) if wish.team else None,
        within=within[wish.kind],
    )


def _id_of(services: Services, wish: Wish) -> UUID:
    """The same wish of the same team has the same id, and nobody can tell from an id what was wished for."""
    # Without a team as it was before teams counted, so that older lists are known again.
    parts = (wish.seen, wish.expected, wish.team) if wish.team else (wish.seen, wish.expected)
    said = "\0".join(same_text(part) for part in parts)
    key = services.settings.secret_key.encode()
    return UUID(bytes=hmac.new(key, said.encode(), hashlib.sha256).digest()[:16], version=4)
