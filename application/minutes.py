"""What is shown of review meetings: all of them, the agenda of one, and what was decided, recorded or confirmed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from msgspec import Struct

from application import meetings as operations
from application import rights
from application.refusals import NotThereError
from application.rights import needs
from application.services import Services
from application.signals import SignalShown, chosen_rows, opened
from database.rows import part_of
from domain.roles import Viewer
from feedback import meetings, norms
from feedback.meeting import Decided, leads
from feedback.meetings import MeetingRow
from feedback.norms import Norm
from feedback.signal import SignalMoved, texts_of
from records import people
from records.people import Account, Team


class MeetingShown(Struct, frozen=True):
    """A review meeting: when and where, and what was decided."""

    meeting_id: UUID
    team_id: UUID | None
    held_on: date
    begins: str
    state: str
    left_out: list[UUID]
    decisions: list[Decided]
    place: str | None


@dataclass(frozen=True, slots=True)
class Meetings:
    """All review meetings with their places, the latest first; the teams whose meetings the viewer leads, and the
    meetings that wait for the viewer to confirm them."""

    meetings: Sequence[MeetingShown]
    led: Sequence[Team]
    team_names: Mapping[UUID, str]
    to_confirm: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class Agenda:
    """A meeting with the signals to be talked about, how many more wait, and the norms to look at again."""

    meeting: MeetingShown
    team: str | None
    items: Sequence[SignalShown]
    more: int
    norms: Sequence[Norm]
    invited: Sequence[Account]
    leads: bool


@dataclass(frozen=True, slots=True)
class _Said:
    """What was decided on a signal."""

    signal_id: UUID
    decision: str
    reason: str | None
    on: date | None
    of: UUID | None


@dataclass(frozen=True, slots=True)
class MinutesItem:
    """A signal, as far as it is still there, and what was decided on it."""

    signal_id: UUID
    signal: SignalShown | None
    decision: str
    reason: str | None
    on: date | None
    of: UUID | None
    original: SignalShown | None


@dataclass(frozen=True, slots=True)
class Minutes:
    """Who was there and what was decided; `recorded` is the version to confirm, as long as it waits for that."""

    meeting: MeetingShown
    team: str | None
    present: Sequence[str]
    items: Sequence[MinutesItem]
    remarks: str | None
    recorded_by: str | None
    recorded: int | None
    may_confirm: bool
    may_decide: bool
    leads: bool


@needs(rights.LOG_SIGNALS)
def all_meetings(services: Services, viewer: Viewer) -> Meetings:
    """All review meetings, those of other teams as well: what was decided is for everybody to read."""
    with services.database.read() as connection:
        rows, teams = meetings.latest(connection), people.all_teams(connection)
    to_confirm = frozenset(row.meeting_id for row in rows if _waits_for(viewer, row))
    return Meetings(
        _placed(services, rows),
        [team for team in teams if leads(viewer, team.team_id)],
        {team.team_id: team.name for team in teams},
        to_confirm,
    )


@needs(rights.LOG_SIGNALS)
def agenda(services: Services, viewer: Viewer, meeting_id: UUID) -> Agenda:
    """What is to be talked about at a meeting. Raises NotThereError."""
    with services.database.read() as connection:
        row = _found(meetings.meeting(connection, meeting_id))
        items, more = meetings.agenda(connection, row, services.today)
        again = norms.to_look_at_again(connection, row.held_on)
        teams = {team.team_id: team.name for team in people.all_teams(connection)}
    (placed,) = _placed(services, [row])
    return Agenda(
        placed,
        _team_of(row, teams),
        opened(services, items),
        more,
        again,
        operations.invited(services, meeting_id),
        leads(viewer, row.team_id),
    )


@needs(rights.LOG_SIGNALS)
def minutes(services: Services, viewer: Viewer, meeting_id: UUID) -> Minutes | None:
    """What was decided at a meeting, None where nothing was recorded of it. Raises NotThereError."""
    with services.database.read() as connection:
        row = _found(meetings.meeting(connection, meeting_id))
        if row.state not in (meetings.HELD, meetings.RECORDED):
            return None
        named = [d.signal for d in row.decisions] + [d.of for d in row.decisions if d.of]
        names = people.names(connection)
        teams = {team.team_id: team.name for team in people.all_teams(connection)}
    (placed,), held = _placed(services, [row]), row.state == meetings.HELD
    items = _told(services, row) if held else _recorded(services, row)
    named += [item.of for item in items if item.of]
    with services.database.read() as connection:
        shown = chosen_rows(services, connection, named)
    return Minutes(
        meeting=placed,
        team=_team_of(row, teams),
        present=[names.get(account_id, "–") for account_id in row.present],
        items=[
            MinutesItem(
                item.signal_id,
                shown.get(item.signal_id),
                item.decision,
                item.reason,
                item.on,
                item.of,
                shown.get(item.of) if item.of else None,
            )
            for item in items
        ],
        remarks=services.log.opener([meeting_id]).text(row.remarks),
        recorded_by=names.get(row.recorded_by, "–") if row.recorded_by else None,
        recorded=None if held else row.recorded_version,
        may_confirm=_waits_for(viewer, row),
        may_decide=held and viewer.decides_signals and viewer.account_id in row.present,
        leads=leads(viewer, row.team_id),
    )


def _waits_for(viewer: Viewer, row: MeetingRow) -> bool:
    present = viewer.account_id in row.present and viewer.account_id != row.recorded_by
    return present and row.state == meetings.RECORDED


def _recorded(services: Services, row: MeetingRow) -> list[_Said]:
    """What was recorded and takes effect when it is confirmed."""
    reasons = dict(services.log.opener([row.meeting_id]).text(row.reasons) or ())
    return [_Said(d.signal, d.decision, reasons.get(str(d.signal)), d.on, d.of) for d in row.decisions]


def _told(services: Services, row: MeetingRow) -> list[_Said]:
    """What took effect, in the words that stand with each signal: what was redacted there is not here either."""
    opener = services.log.opener([d.signal for d in row.decisions])
    found = []
    for decided in row.decisions:
        events = services.log.stream(decided.signal)
        texts = texts_of(events, opener.stream(decided.signal))
        moves = [e for e in events if isinstance(e, SignalMoved) and e.meeting == row.meeting_id]
        said = [texts.get(f"{event.originator_version}.reason") for event in moves]
        found.append(
            _Said(
                decided.signal,
                decided.decision,
                next(filter(None, said), None),
                next((e.on for e in moves if e.on), None),
                next((e.of for e in moves if e.of), None),
            )
        )
    return found


def _found(row: MeetingRow | None) -> MeetingRow:
    if row is None:
        raise NotThereError
    return row


def _placed(services: Services, rows: Sequence[MeetingRow]) -> list[MeetingShown]:
    opener = services.log.opener([row.meeting_id for row in rows])
    return [part_of(MeetingShown, row, place=opener.text(row.place)) for row in rows]


def _team_of(row: MeetingRow, teams: Mapping[UUID, str]) -> str | None:
    """The team's name, None for the city."""
    return teams.get(row.team_id, "–") if row.team_id else None
