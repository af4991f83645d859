"""A coach's weekly list: which fields were missing, out of date or contradictory, and which of them still are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from application import clients, rights, several_fields
from application.asking import Asking, asking
from application.client_file import Fact
from application.looks import Look
from application.refusals import NotThereError
from application.rights import needs
from application.services import Services
from domain.calendar import Week, local_day
from domain.catalogue import load
from domain.names import by_surname
from projections import caseload, data_gaps
from projections.caseload import CaseloadRow
from records import weekly_lists
from records.weekly_lists import KeptList, Missing, WeeklyLine

# Lines of one page: what most coaches have in a week stands on one.
PAGE = 280

Groups = Sequence[tuple[UUID | str, Sequence[WeeklyLine]]]


@dataclass(frozen=True, slots=True)
class WeeklyList:
    """A list as it was built, None where there is none, with its lines by client or by field, what blocks a plan or an
    offer first; `on_page` has those of this page of it; `asking` says what fields are needed for. `names` has those
    clients alone whom the viewer may read today; `open_now` what is missing still, `gone` what went with clients who
    were handed over, closed or erased before it was dealt with; `answerable` the lines that the viewer may answer,
    nothing sensitive of whom one stands in for; `opened` what is known of the line that is to be answered now."""

    coach_id: UUID
    found: KeptList | None
    weeks: Sequence[str]
    groups: Groups
    page: int
    pages: int
    on_page: Groups
    asking: Asking
    names: Mapping[UUID, str]
    open_now: Set[Missing]
    gone: Set[Missing]
    done: int
    answerable: Set[Missing]
    opened: tuple[UUID, Fact] | None

    @property
    def built_late(self) -> bool:
        """Whether it was made up after its Monday, as things stood then."""
        found = self.found
        return found is not None and local_day(found.built_at) > Week.parse(found.week).monday


@needs(rights.COACH_CLIENTS)
def weekly_list(
    services: Services,
    look: Look,
    coach_id: UUID | None,
    week: Week | None,
    at: Missing | None = None,
    *,
    stay: bool = False,
    by_field: bool = False,
    page: int | None = None,
) -> WeeklyList:
    """One's own list, or that of a colleague on leave for whom one stands in; by default the latest. The line `at`
    which somebody is stands open, and where it is done the next that is not, unless they `stay`; by default the first
    of the `page`, or where none is asked for, of all. The page is the one on which a line stands open.

    Raises:
        NotThereError: this is the list of somebody else.
    """
    me = look.viewer
    coach_id = coach_id or me.account_id
    if coach_id != me.account_id and coach_id not in me.stands_in_for:
        raise NotThereError
    with services.database.read() as connection:
        found = weekly_lists.of_coach(connection, coach_id, week)
        weeks = weekly_lists.weeks(connection, coach_id)
        rows = caseload.by_id(connection, {line.client_id for line in found.rows} if found else set())
        open_now = {(gap.client_id, gap.field) for gap in data_gaps.listed(connection, services.today, coach_id)}
        needs = asking(connection, services.today)
        gone = _gone(connection, services.today, coach_id, found.rows if found else [], rows)
    may_read = [row for row in rows if me.may_read(row.client.team_id, row.client.coach_id)]
    named = clients.unnoted_names(services, may_read)
    groups = _grouped(found.rows if found else [], named, needs, by_field=by_field)
    lines = [line for _, of_one in groups for line in of_one]
    here = [(line.client_id, line.field) for line in lines]
    answerable = _answerable(look, here, rows)
    to_answer = (open_now | ({at} if stay and at else set())) & answerable
    pages = max(1, -(-len(here) // PAGE))
    page = page and min(page, pages)
    opened = _opened(services, look, here[(page - 1) * PAGE : page * PAGE] if page and not at else here, to_answer, at)
    if opened:
        page = here.index((opened[0], opened[1].field.key)) // PAGE + 1
    names = clients.names_of(services, look, may_read)
    return WeeklyList(
        coach_id=coach_id,
        found=found,
        weeks=weeks,
        groups=groups,
        page=page or 1,
        pages=pages,
        on_page=_on_page(groups, page or 1),
        asking=needs,
        names=names,
        open_now=open_now,
        gone=gone,
        done=sum(1 for line in lines if (line.client_id, line.field) not in open_now | gone),
        answerable=answerable,
        opened=opened,
    )


def _grouped(
    lines: Sequence[WeeklyLine], names: Mapping[UUID, str], needs: Asking, *, by_field: bool
) -> list[tuple[UUID | str, list[WeeklyLine]]]:
    """The lines by client or by field: of the groups and in each what blocks a plan first, then what an offer asks."""
    found: dict[UUID | str, list[WeeklyLine]] = {}
    for line in sorted(lines, key=lambda line: (needs.blocks(line.field), line.since or date.max, line.field)):
        found.setdefault(line.field if by_field else line.client_id, []).append(line)
    if by_field:
        return [(key, sorted(of_one, key=lambda line: _by_name(line, names))) for key, of_one in found.items()]
    first = {key: needs.blocks(of_one[0].field) for key, of_one in found.items()}
    return sorted(found.items(), key=lambda group: (first[group[0]], *_by_name(group[1][0], names)))


def _on_page(groups: Groups, page: int) -> Groups:
    """The lines of a page, by group: one that does not fit goes on on the next."""
    found, begin = [], (page - 1) * PAGE
    for key, lines in groups:
        if here := lines[max(begin, 0) : max(begin + PAGE, 0)]:
            found.append((key, here))
        begin -= len(lines)
    return found


def _by_name(line: WeeklyLine, names: Mapping[UUID, str]) -> tuple[Any, UUID]:
    return by_surname(names.get(line.client_id, "")), line.client_id


def _answerable(look: Look, lines: Sequence[Missing], rows: Sequence[CaseloadRow]) -> set[Missing]:
    """The lines about clients with whom the viewer may record, and of these what is the viewer's to answer."""
    mine = {
        row.client_id: row.client for row in rows if look.viewer.may_record(row.client.team_id, row.client.coach_id)
    }
    fields = load().fields
    return {
        (client_id, field)
        for client_id, field in lines
        if client_id in mine and field in fields
        if several_fields.may_answer(look, mine[client_id], fields[field])
    }


def _opened(
    services: Services, look: Look, lines: Sequence[Missing], open_now: Set[Missing], at: Missing | None
) -> tuple[UUID, Fact] | None:
    """The line to be answered now: this one, or the next after it that is still open."""
    begin = lines.index(at) if at in lines else 0
    following = next((line for line in lines[begin:] if line in open_now), None)
    if following is None:
        return None
    client_id, field = following
    row = clients.correctable(services, look, client_id)
    facts = several_fields.facts_to_answer(services, look, row.client, [field])
    return (client_id, facts[0]) if facts else None


def _gone(
    connection: Connection, as_of: date, coach_id: UUID, lines: Sequence[WeeklyLine], rows: Sequence[CaseloadRow]
) -> set[Missing]:
    """The lines that nobody dealt with before the client was handed over, closed or erased."""
    still_open = {row.client.client_id: row.client.coach_id for row in rows if row.client.closed_on is None}
    elsewhere = {client_id for client_id, coach in still_open.items() if coach != coach_id}
    missing = data_gaps.listed_of(connection, as_of, elsewhere) if elsewhere else set()
    return {
        (line.client_id, line.field)
        for line in lines
        if line.client_id not in still_open or (line.client_id, line.field) in missing
    }
