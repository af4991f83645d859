"""Weekly figures: how things stood on each Monday at 06:00, as they were known then, by team; never by person but the
coach's number of clients."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Date,
    Index,
    Integer,
    String,
    Table,
    Uuid,
    delete,
    func,
    insert,
    select,
)

from database.locks import COUNTING
from database.rows import Row, UtcDateTime
from domain.calendar import Week
from domain.catalogue import State
from domain.client import FIRST_EVENTS, ClientAssigned, ClientClosed, ClientErased, FieldCorrected, IntakeTaken
from domain.gaps import on_list, state_on
from domain.in_force import Rules, rules_under
from eventlog.events import Event
from eventlog.sealing import StreamOpener
from projections import caseload, data_gaps, definitions
from projections.engine.engine import Engine
from projections.engine.folding import opened
from projections.engine.readmodel import Rows, bookkeeping, fold
from projections.tally import Key, Tally

ONE_DAY = timedelta(days=1)
# Weeks back: no file is kept for longer than twenty years.
HISTORY = 1_040

weekly_figures = Table(
    "weekly_figures",
    bookkeeping,
    Column("monday", Date, primary_key=True),
    Column("team_id", Uuid, primary_key=True),
    Column("measure", String(16), primary_key=True),
    Column("detail", String(40), primary_key=True),
    Column("number", Integer, nullable=False),
    Index("ix_weekly_figures_team", "team_id", "measure", "monday"),
)

weekly_figures_built = Table(
    "weekly_figures_built",
    bookkeeping,
    Column("one", Integer, primary_key=True),
    # the last Monday they were built for, the log's position they were folded up to, and how many were erased by then
    Column("monday", Date, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("erased", Integer, nullable=False),
    Column("built_at", UtcDateTime, nullable=False),
)


def build(engine: Engine, upto: Week, *, whole: bool = False) -> int:
    """Bring the weekly figures up to a week: the missing Mondays are added; how many rows were written.

    All are made anew with `whole`, and when somebody was erased since: figures on people lose the person.

    Raises:
        StoppedError: the definitions that they go by are not up to date.
        PoisonError: an event can't be used; nothing is written.
    """
    engine.require(definitions.projection.name)
    with engine.database.advisory_lock(COUNTING):
        return _build(engine, upto, whole=whole)


def _build(engine: Engine, upto: Week, *, whole: bool) -> int:
    head = engine.log.head()
    erased = len(engine.log.erasures())
    with engine.database.read(long=True) as connection:
        built = connection.execute(select(weekly_figures_built)).one_or_none()
    after = None if whole or built is None or built.erased != erased or built.position > head else built.monday
    if after is not None and after >= upto.monday:
        return 0
    with engine.log.placing():
        rows = [
            row for mondays, rules in _periods(engine, upto, after) for row in _rows(engine, upto, head, mondays, rules)
        ]
    with engine.database.write(long=True) as connection:
        stale = delete(weekly_figures)
        connection.execute(stale if after is None else stale.where(weekly_figures.c.monday > after))
        for at in range(0, len(rows), 5000):
            connection.execute(insert(weekly_figures), rows[at : at + 5000])
        connection.execute(delete(weekly_figures_built))
        state = {"one": 1, "monday": upto.monday, "position": head, "erased": erased, "built_at": engine.clock()}
        connection.execute(weekly_figures_built.insert().values(state))
    return len(rows)


def _periods(engine: Engine, upto: Week, after: date | None) -> list[tuple[frozenset[date], Rules]]:
    """The Mondays to be built, by the rules under which each is counted: those recorded and valid by then."""
    with engine.database.read(long=True) as connection:
        revisions = definitions.revisions(connection)
    periods: dict[str, list[date]] = {}
    for monday in (upto.monday - timedelta(weeks=n) for n in range(HISTORY)):
        if after is None or monday > after:
            then = definitions.in_force(revisions, monday, Week(monday).starts_at)
            periods.setdefault(then.rules.parameters, []).append(monday)
    return [(frozenset(mondays), rules_under(parameters)) for parameters, mondays in periods.items()]


def _rows(engine: Engine, upto: Week, head: int, wanted: frozenset[date], rules: Rules) -> Iterator[Row]:
    mondays = [upto.monday - timedelta(weeks=n) for n in reversed(range(HISTORY))]
    tally = Tally(len(mondays))
    starts = [Week(monday).starts_at for monday in mondays]
    for _, events, opener in opened(engine.log, head, FIRST_EVENTS):
        _count(tally, mondays, starts, events, opener, rules)
    for week, (team_id, measure, detail), number in tally.numbers():
        if mondays[week] in wanted:
            yield {
                "monday": mondays[week],
                "team_id": team_id,
                "measure": measure,
                "detail": detail,
                "number": number,
            }


def _count(
    tally: Tally,
    mondays: Sequence[date],
    starts: Sequence[Any],
    events: Sequence[Event],
    opener: StreamOpener,
    rules: Rules,
) -> None:
    """Count one client in every week: folded event by event, assessed where an event or the time changes something."""
    erased = isinstance(events[-1], ClientErased)
    known = events[:-1] if erased else events

    def earlier(event: Event) -> Sequence[Event]:
        return events[: event.originator_version - 1]

    rows = {
        p: Rows(events[0].originator_id, p.tables, opener, earlier, None, rules)
        for p in (caseload.projection, data_gaps.projection)
    }
    folded, week = 0, bisect_left(starts, events[0].recorded_at)
    weeks = min(tally.weeks, bisect_right(starts, events[-1].recorded_at)) if erased else tally.weeks
    while week < weeks:
        until = folded
        while until < len(known) and known[until].recorded_at < starts[week]:
            until += 1
        if until > folded:
            fold(known[folded:until], list(rows.items()))
            folded = until
        row = rows[caseload.projection].of(caseload.caseload).get(None)
        if row is None:
            week += 1
            continue
        gaps = {} if erased else rows[data_gaps.projection].of(data_gaps.data_gaps)
        keys, changes_on = standing(row, gaps, mondays[week])
        end = weeks if changes_on is None else max(bisect_left(mondays, changes_on), week + 1)
        if folded < len(known):
            end = min(end, max(bisect_right(starts, known[folded].recorded_at), week + 1))
        tally.stands(keys, week, min(end, weeks))
        week = min(end, weeks)
    _count_what_happened(tally, starts, events)


def _count_what_happened(tally: Tally, starts: Sequence[Any], events: Sequence[Event]) -> None:
    team: UUID | None = None
    for event in events:
        if isinstance(event, IntakeTaken | ClientAssigned):
            team = event.team
        week = bisect_right(starts, event.recorded_at)
        if team is None or week >= tally.weeks:
            continue
        if isinstance(event, IntakeTaken):
            tally.happened((team, "intakes", ""), week)
        elif isinstance(event, ClientClosed):
            tally.happened((team, "closed", event.reason.value), week)
        elif isinstance(event, FieldCorrected):
            tally.happened((team, "corrected", event.field), week)


def standing(row: Row, gaps: Mapping[Any, Row], monday: date) -> tuple[list[Key], date | None]:
    """The figures that a client counts in on a Monday, and the day from which time alone makes it others."""
    team = row["team_id"]
    if row["closed_on"] is not None or team is None:
        return [], None
    keys: list[Key] = [(team, "open", ""), (team, "track", row["track"] or "none")]
    if row["plan_on"] is None:
        keys.append((team, "no_plan", ""))
    else:
        keys.append((team, "plan_weeks", str(max((row["plan_on"] - row["intake_on"]).days, 0) // 7)))
    changes = [*_contact_standing(row, team, monday, keys)]
    if (coach_id := row["coach_id"]) is not None:
        keys.append((team, "coach", str(coach_id)))
        changes += _gaps_standing(gaps, team, monday, keys)
    return keys, min((day for day in changes if day > monday), default=None)


def _contact_standing(row: Row, team: UUID, monday: date, keys: list[Key]) -> Iterator[date]:
    """Add the figures about contact; the days on which they may change."""
    if (not_seen := row["not_seen_on"]) is not None:
        if not_seen <= monday:
            keys.append((team, "not_seen", ""))
        yield not_seen
    if (due := row["contact_due_on"]) is not None:
        keys.append((team, "contact_agreed", ""))
        if due <= monday:
            keys.append((team, "contact_due", ""))
        yield due


def _gaps_standing(gaps: Mapping[Any, Row], team: UUID, monday: date, keys: list[Key]) -> Iterator[date]:
    """Add the figures about fields; the days on which they may change."""
    for gap in map(data_gaps.gap_of, gaps.values()):
        state = state_on(gap, monday)
        if on_list(gap, monday):
            keys.append((team, "listed", gap.field))
        if state is not State.UNKNOWN or gap.due_on is not None:
            keys.append((team, _MEASURES[state], gap.field))
        yield from filter(None, (gap.due_on and gap.due_on + ONE_DAY, gap.stale_on, gap.review_on))


_MEASURES = {
    State.KNOWN: "known",
    State.UNKNOWN: "unknown",
    State.STALE: "stale",
    State.NOT_RELEVANT: "set_aside",
    State.DECLINED: "set_aside",
    State.CONTRADICTORY: "contradictory",
}


# queries


def of_week(connection: Connection, monday: date, team_id: UUID | None = None) -> dict[str, dict[str, int]]:
    """The figures of a Monday by measure and detail, of a team or of the city."""
    w = weekly_figures.c
    statement = select(w.measure, w.detail, func.sum(w.number)).where(w.monday == monday).group_by(w.measure, w.detail)
    if team_id is not None:
        statement = statement.where(w.team_id == team_id)
    found: dict[str, dict[str, int]] = {}
    for measure, detail, number in connection.execute(statement):
        found.setdefault(measure, {})[detail] = int(number)
    return found


def series(
    connection: Connection, measures: Sequence[str], since: date, team_id: UUID | None = None, detail: str | None = None
) -> dict[str, list[tuple[date, int]]]:
    """Each measure's numbers by Monday, summed over its details or of one; weeks without any are left out."""
    w = weekly_figures.c
    statement = (
        select(w.measure, w.monday, func.sum(w.number))
        .where(w.monday >= since, w.measure.in_(measures))
        .group_by(w.measure, w.monday)
        .order_by(w.monday)
    )
    if team_id is not None:
        statement = statement.where(w.team_id == team_id)
    if detail is not None:
        statement = statement.where(w.detail == detail)
    found: dict[str, list[tuple[date, int]]] = {measure: [] for measure in measures}
    for measure, monday, number in connection.execute(statement):
        found[measure].append((monday, int(number)))
    return found


def by_detail(
    connection: Connection, measure: str, since: date, team_id: UUID | None = None
) -> dict[str, list[tuple[date, int]]]:
    """A measure's numbers by Monday, for each of its details: a field, a track, a reason."""
    w = weekly_figures.c
    statement = (
        select(w.detail, w.monday, func.sum(w.number))
        .where(w.measure == measure, w.monday >= since)
        .group_by(w.detail, w.monday)
        .order_by(w.monday)
    )
    if team_id is not None:
        statement = statement.where(w.team_id == team_id)
    found: dict[str, list[tuple[date, int]]] = {}
    for detail, monday, number in connection.execute(statement):
        found.setdefault(detail, []).append((monday, int(number)))
    return found


def by_team(connection: Connection, monday: date, measures: Sequence[str]) -> dict[UUID, dict[str, int]]:
    """Each team's numbers of a Monday, summed over details."""
    w = weekly_figures.c
    statement = (
        select(w.team_id, w.measure, func.sum(w.number))
        .where(w.monday == monday, w.measure.in_(measures))
        .group_by(w.team_id, w.measure)
    )
    found: dict[UUID, dict[str, int]] = {}
    for team_id, measure, number in connection.execute(statement):
        found.setdefault(team_id, {})[measure] = int(number)
    return found


def details_by_team(connection: Connection, monday: date, measure: str) -> dict[str, dict[UUID, int]]:
    """A measure's numbers of a Monday for each of its details, by team."""
    w, found = weekly_figures.c, dict[str, dict[UUID, int]]()
    statement = select(w.detail, w.team_id, w.number).where(w.monday == monday, w.measure == measure)
    for detail, team_id, number in connection.execute(statement):
        found.setdefault(detail, {})[team_id] = int(number)
    return found


def mondays_by_team(connection: Connection, measure: str, since: date) -> dict[date, dict[UUID, int]]:
    """A measure's numbers by Monday and team, summed over its details."""
    w = weekly_figures.c
    statement = (
        select(w.monday, w.team_id, func.sum(w.number))
        .where(w.monday >= since, w.measure == measure)
        .group_by(w.monday, w.team_id)
        .order_by(w.monday)
    )
    found: dict[date, dict[UUID, int]] = {}
    for monday, team_id, number in connection.execute(statement):
        found.setdefault(monday, {})[team_id] = int(number)
    return found


def mondays(connection: Connection) -> list[date]:
    """The Mondays that there are figures of, the latest first."""
    first, last = connection.scalar(select(func.min(weekly_figures.c.monday))), built_upto(connection)
    if first is None or last is None:
        return []
    weeks = (last - first).days // 7 + 1
    return [last - timedelta(weeks=n) for n in range(weeks)]


def built_upto(connection: Connection) -> date | None:
    """The last Monday that they were built for."""
    return connection.scalar(select(weekly_figures_built.c.monday))
