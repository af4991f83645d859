"""Logging a signal: what one sees on a page and expected instead; for oneself, a colleague, or without a name."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import msgspec

from domain.refusal import Refused
from domain.roles import Role, Viewer
from domain.text import optional_text, required_text
from eventlog.commands import CommandContext
from eventlog.events import Personal
from feedback.signal.aggregate import LONGEST, Kind, Signal, SignalCommand, SignalEvent, Within
from feedback.signal.assigning import SignalAssigned


class SignalLogged(SignalEvent, frozen=True):
    """Somebody logged a signal; page, field or figure, filter and definition version came along, personal data did not.

    Logged for a colleague, that colleague is the reporter, and role and team are the colleague's. Logged without a
    name it has no actor, role, team or filter, and the reporter is sealed.
    """

    kind: Kind
    page: str
    field: str | None
    filter: str | None
    definition_version: str
    role: Role | None
    team: UUID | None
    seen: Personal[str]
    expected: Personal[str] | None
    figure: str | None = None
    for_colleague: UUID | None = None
    sealed_reporter: Personal[str] | None = None
    # where it was on a list of wishes that was imported
    imported: bool = False
    within: Within = Within()

    def apply(self, signal: Signal) -> None:
        signal.kind = self.kind
        signal.field = self.field
        signal.reporter = None if self.imported else self.for_colleague or self.actor
        signal.nameless = self.sealed_reporter is not None
        signal.team = self.team
        if self.for_colleague is not None and self.actor is not None:
            signal.followers.add(self.actor)


class Route(msgspec.Struct, frozen=True):
    """Where a signal goes first, by a routing rule: a team (None: the city) and perhaps one person."""

    team: UUID | None
    person: UUID | None = None


class LogSignal(SignalCommand, frozen=True):
    """Log what one sees on a page and what one expected.

    `colleague` is for whom it is logged. `without_name` needs a moment without an actor, made by `nameless`.
    """

    kind: Kind
    page: str
    seen: str
    expected: str | None = None
    field: str | None = None
    figure: str | None = None
    filter: str | None = None
    definition_version: str = ""
    colleague: Viewer | None = None
    without_name: bool = False
    route: Route | None = None
    imported: bool = False
    within: Within = Within()

    def decide(self, signal: Signal | None, context: CommandContext) -> Sequence[SignalEvent]:
        if signal is not None:
            raise Refused("This signal has already been logged.")
        if not self.viewer.logs_signals:
            raise Refused("In your role you can't log signals.")
        reporter = self.colleague or self.viewer
        if not reporter.logs_signals:
            raise Refused("This colleague doesn't work with signals.", field="colleague")
        if self.without_name and self.colleague is not None:
            raise Refused("Log it for a colleague or without a name, not both.", field="colleague")
        if self.without_name and context.actor is not None:
            raise ValueError("A signal without a name carries no actor.")
        named = not self.without_name
        logged = SignalLogged(
            kind=self.kind,
            page=self.page,
            field=self.field,
            figure=self.figure,
            filter=self.filter if named else None,
            definition_version=self.definition_version,
            role=reporter.role if named and not self.imported else None,
            team=reporter.team_id if named and not self.imported else None,
            for_colleague=self.colleague.account_id if self.colleague else None,
            sealed_reporter=None if named else str(self.viewer.account_id),
            seen=required_text(self.seen, field="seen", longest=LONGEST),
            expected=optional_text(self.expected, field="expected", longest=LONGEST),
            imported=self.imported,
            within=self.within,
        )
        if self.route is None or self.route == Route(logged.team):
            return [logged]
        return [logged, SignalAssigned(team=self.route.team, person=self.route.person, by_rule=True)]
