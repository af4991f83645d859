"""Every figure of every dashboard as its page shows it, beside the same figure counted again from the raw log."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from application.explanations import explanation
from application.looks import Look
from application.quality import quality
from application.services import Services
from application.team_figures import city_figures, team_figures
from application.today import today
from domain.calendar import Week
from domain.catalogue import Track
from domain.client import ClosingReason
from domain.roles import Role, Viewer
from domain.suppression import rounded
from explaining.counting import Counted, Of, Stream, When, client_streams, count, definition_events
from explaining.defined import BY_KEY, defined
from explaining.difference import Side, split
from explaining.fields import STATES, asked_by, fields_of
from explaining.figures import NAMES, figure
from projections import weekly_figures
from records import weekly_lists

# A figure, and what the page says of it.
Told = Iterator[tuple[str, Any]]
EVERYBODY = Of()


class Recount:
    """All of the log, read once, and counted as often as asked."""

    def __init__(self, services: Services, clients: frozenset[UUID] | None = None) -> None:
        streams = client_streams(services.log, services.log.head())
        self.streams: list[Stream] = [s for s in streams if clients is None or s.client_id in clients]
        self._definitions = definition_events(services.log)

    def whole(self, asked: str, when: When, of: Of = EVERYBODY) -> Counted:
        by = defined(self._definitions, when.day, when.known_by)
        return count(self.streams, figure(asked), when, of, by)

    def __call__(self, asked: str, when: When, of: Of = EVERYBODY) -> int | None:
        return self.whole(asked, when, of).number

    def split(self, asked: str, of: Of, before: When, after: When) -> dict[str, int]:
        sides = [Side(when, defined(self._definitions, when.day, when.known_by)) for when in (before, after)]
        found = split(self.streams, figure(asked), of, *sides)
        return {cause: number for cause, number in found.items() if number}

    def turning_points(self, today: date) -> list[date]:
        """The days ahead on which something of an open client becomes due or out of date, the nearest first."""
        days: set[date | None] = set()
        for stream in self.streams:
            life = stream.known(When(today), defined(self._definitions, today, None))
            if life.closed_on is None:
                days |= {life.contact_due_on, life.not_seen_on}
                days |= {getattr(entry, "review_on", None) for entry in life.entries.values()}
                asked = [asked_by(life, field) for field in fields_of(life)]
                days |= {each + timedelta(days=1) for each in asked if each}
        return sorted(day for day in days if day and day > today)


def every_page_is_so(services: Services, teams: Mapping[UUID, list[UUID]], recount: Recount, city: Recount) -> int:
    """Hold what pages show today to the recount, of everybody for the city; `teams` have their coaches. How many
    figures were held."""
    when, held = When(services.today), 0
    for team, coaches in teams.items():
        for asked, shown in [*_team(services, team, None), *_quality(services, team)]:
            assert shown == recount(asked, when, Of(team=team)), (asked, team)
            held += 1
        for coach in coaches:
            for asked, shown in _today(services, coach, team):
                assert shown == recount(asked, when, Of(coach=coach)), (asked, coach)
                held += 1
    for asked, shown in _city(services, None):
        assert shown is None or shown == rounded(city(asked, when) or 0), asked
        held += 1
    return held


# All that are of no field, track or outcome, and some of each that are.
EXPLAINED = (
    *(name for name in NAMES if ":" not in name),
    *("listed:cv", "listed:plan_of_action", "track:job_ready", "track:none", "exits:job", "stale:cv", "known:gender"),
    *("declined:marital_status", "not_relevant:cv", "unknown:education_level", "contradictory:driving_licence"),
)


def every_explanation_is_so(
    services: Services, teams: Mapping[UUID, list[UUID]], recount: Recount, since: date
) -> dict[str, int]:
    """Hold what "How is this counted?" says to the recount: the number, who is left out and why, and what of the
    difference is due to what. The reasons that came up, with how many clients."""
    seen: dict[str, int] = {}
    for team, coaches in teams.items():
        looks = [(_look(services, Role.TEAM_MANAGER, team, team), Of(team=team))]
        looks += [(_look(services, Role.WORK_COACH, team, coach), Of(coach=coach)) for coach in coaches]
        for look, of in looks:
            for asked in EXPLAINED:
                shown = explanation(services, look, asked, since=since)
                plainly = recount.whole(asked, When(services.today), of)
                assert (shown.number, shown.counted) == (plainly.number, len(plainly.clients)), (asked, of)
                # Who ended in another file, or only applied, has no row.
                expected = {why: n for why, n in plainly.excluded.items() if why not in ("merged", "application")}
                assert dict(shown.excluded or ()) == expected, (asked, of)
                for why, number in expected.items():
                    seen[why] = seen.get(why, 0) + number
                if not shown.median:
                    assert shown.difference is not None
                    parts = recount.split(asked, of, When.end_of(since), When(services.today))
                    assert dict(shown.difference.parts) == parts, (asked, of)
                    assert shown.difference.was == recount(asked, When.end_of(since), of), (asked, of)
    return seen


def a_week_is_so(services: Services, teams: Mapping[UUID, list[UUID]], week: Week, recount: Recount) -> int:
    """The same of what pages show as of a Monday, and of the weekly lists that were built then."""
    when, held = When(week.monday, week.starts_at), 0
    with services.database.read() as connection:
        counted = set(weekly_figures.mondays(connection))
    for team in teams:
        with services.database.read() as connection:
            any_of_team = bool(weekly_figures.of_week(connection, week.monday, team))
        if week.monday not in counted or not any_of_team:
            continue
        for asked, shown in _team(services, team, week.monday):
            assert shown == recount(asked, when, Of(team=team)), (asked, team)
            held += 1
    return held


def the_lists_are_so(services: Services, coaches: list[UUID], week: Week, when: When, recount: Recount) -> None:
    for coach in coaches:
        with services.database.read() as connection:
            found = weekly_lists.of_coach(connection, coach, week)
        assert found is not None
        assert found.lines == recount("listed", when, Of(coach=coach))


def _look(services: Services, role: Role, team: UUID, account: UUID) -> Look:
    return Look(services, Viewer(account, role, team), "team.one")


def _team(services: Services, team: UUID, monday: date | None) -> Told:
    look = _look(services, Role.TEAM_MANAGER, team, team)
    shown = team_figures(services, look, team, monday)
    yield from shown.figures.items()
    yield "contact_agreed", shown.agreed
    yield "plan_weeks", shown.plan_weeks[0] if shown.plan_weeks else None
    for track in [*Track, "none"]:
        yield f"track:{track}", shown.tracks.get(track, 0)
    if monday is None:
        # As of a Monday the page counts what was closed in whole weeks.
        for reason in ClosingReason:
            yield f"exits:{reason}", shown.outflow.get(reason, 0)
    for key in BY_KEY:
        yield f"listed:{key}", shown.gaps.get(key, 0)


def _quality(services: Services, team: UUID) -> Told:
    shown = quality(services, _look(services, Role.QUALITY_OFFICER, team, team), None)
    for key in BY_KEY:
        for state in STATES:
            yield f"{state}:{key}", shown.states[key].get(state, 0)  # type: ignore[call-overload]  # codes are its names
        yield f"contradictory:{key}", shown.contradicted.get(key, 0)
    yield "open", shown.everybody


def _today(services: Services, coach: UUID, team: UUID) -> Told:
    shown = today(services, _look(services, Role.WORK_COACH, team, coach))
    yield from shown.numbers.items()
    yield "listed", shown.missing
    yield "deadlines", shown.deadline_count
    yield "without_offer", shown.without_offer


def _city(services: Services, monday: date | None) -> Told:
    yield from city_figures(services, Viewer(UUID(int=9), Role.PROCESS_MANAGER, None), monday).totals.items()


def later(services: Services, day: date) -> None:
    services.clock.now = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)  # type: ignore[attr-defined]  # the test looks inside
