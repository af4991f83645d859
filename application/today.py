"""A coach's day: who called, what was promised, who is due or quiet, what is missing, and where the time went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from msgspec import Struct

from application import calendars, clients, exemptions, helpers, own_notes, rights, steps, take_overs
from application.calendars import Agreed, CalendarEntry
from application.clients import Named
from application.exemptions import ExemptionsOfCoach
from application.helpers import ConsentsToAsk
from application.looks import Look
from application.own_notes import NotesDue
from application.rights import needs
from application.services import Services
from application.steps import Unanswered
from application.take_overs import CameTogether
from database.rows import part_of
from domain.calendar import Week
from domain.catalogue import load
from domain.client import TaskKind
from domain.roles import Viewer
from eventlog.events import Event
from eventlog.sealing import Opener
from projections import agenda, applications, caseload, contacts, data_gaps, proposals
from projections.agenda import AgendaItem, NamedTransfer, OpenItem, Transfer
from projections.caseload import CaseloadClient, Scope
from projections.filters import count_each, quick
from records import drafts, notice_choices
from records.notice_choices import Way
from records.notices import MEETING, UNDELIVERED
from records.undelivered import undelivered

# Of each kind: the day has to fit on a screen.
AT_MOST = 4
SOON = timedelta(days=7)
WEEKS_BACK = 8


class Deadline(Struct, frozen=True):
    """A field of a client that is unknown yet, with its last day."""

    client_id: UUID
    field: str
    due_on: date


class NotDelivered(Struct, frozen=True):
    """What did not reach a client, a proposal or an e-mail, with the day on which that was known."""

    kind: str
    client_id: UUID
    since: date


@dataclass(frozen=True, slots=True)
class StoodInDay:
    """What is due with the clients of a colleague for whom the viewer stands in: appointments of today and those that
    passed without an answer, calls, tasks and commitments, contacts, fields with a deadline this week, nothing
    sensitive; the first few of each, and how many there are."""

    coach_id: UUID
    agreed: Sequence[CalendarEntry]
    tasks: Sequence[AgendaItem]
    task_count: int
    due: Sequence[CaseloadClient]
    due_count: int
    unanswered: Sequence[CalendarEntry]
    unanswered_count: int
    deadlines: Sequence[Deadline]
    deadline_count: int


@dataclass(frozen=True, slots=True)
class Today:
    """What a coach can best do now. `agreed` are appointments, `ended` steps without an answer,
    `noted` own notes whose day has come, `consents` clients to ask again about a helper, `exempt` drafts that were
    returned and exemptions that end, `taken_over` clients who came for a time or came back, `asked` transfers that wait
    for the coach's answer;
    `texts` those of calls, tasks and transfers, by client and version; `more` is how many calls and tasks are left out;
    `drafts` are forms half-written, with when they were kept; `minutes` those with clients and of administration, the
    latest week first. `meetings` are those that colleagues planned with the viewer, and `undelivered` proposals
    and e-mails that did not reach clients; none for who does not want to hear of them.
    """

    as_of: date
    agreed: Agreed
    ended: Unanswered
    noted: NotesDue
    consents: ConsentsToAsk
    exempt: ExemptionsOfCoach
    taken_over: Sequence[CameTogether]
    calls: Sequence[AgendaItem]
    tasks: Sequence[AgendaItem]
    call_count: int
    task_count: int
    asked: Sequence[Transfer]
    texts: Mapping[tuple[UUID, int], str]
    due: Sequence[CaseloadClient]
    quiet: Sequence[CaseloadClient]
    changed: Sequence[CaseloadClient]
    new: Sequence[CaseloadClient]
    deadlines: Sequence[Deadline]
    deadline_count: int
    numbers: Mapping[str, int]
    missing: int
    without_offer: int
    drafts: Sequence[tuple[UUID, datetime]]
    meetings: int
    undelivered: Sequence[NotDelivered]
    undelivered_count: int
    minutes: Sequence[tuple[Week, int, int]]
    standing_in: Sequence[StoodInDay]
    names: Mapping[UUID, str]


@needs(rights.COACH_CLIENTS)
def today(services: Services, look: Look, *, everything: bool = False) -> Today:
    """The viewer's own day, with the names of those who come up in it: the first few of each, or everything."""
    most = None if everything else AT_MOST
    me, as_of = look.viewer.account_id, services.today
    scope = Scope(coach_id=me)
    with services.database.read() as connection:
        items = agenda.open_items(connection, scope, as_of)
        due = caseload.clients(connection, scope, [quick("contact_due", as_of)], limit=most)
        wanted = {
            name: quick(name, as_of)
            for name in ("contact_due", "not_seen", "never_seen", "no_plan", "changed", "new_to_me")
        }
        numbers = count_each(connection, scope, [], wanted | {"open": caseload.is_open()})
        deadlines = data_gaps.due_between(connection, me, as_of, as_of + SOON)
        missing = data_gaps.count_listed(connection, as_of, me)
        quiet = caseload.clients(connection, scope, [quick("not_seen", as_of)], order="last_seen_on", limit=most)
        changed = caseload.clients(connection, scope, [quick("changed", as_of)], order="changed_on", limit=most)
        new = caseload.clients(connection, scope, [quick("new_to_me", as_of)], order="assigned_on", limit=most)
        without_offer = len(proposals.without_any(connection, scope))
        asked = agenda.transfers_waiting(connection, coach_id=me)
        kept = {client_id: kept_at for client_id, _, kept_at in drafts.of_account(connection, me)}
        minutes = contacts.minutes_by_day(connection, me, as_of - timedelta(weeks=WEEKS_BACK))
        ways = notice_choices.of_account(connection, me)
        meetings = 0 if ways[MEETING] is Way.OFF else len(applications.met_by(connection, as_of, me))
        lost = [] if ways[UNDELIVERED] is Way.OFF else undelivered(connection, scope, services.clock())
        # What was begun for whom one stands in goes on as long as that lasts.
        own = [scope, *(Scope(coach_id=coach_id) for coach_id in sorted(look.viewer.stands_in_for))]
        drafted = [row for each in own for row in caseload.open_by_id(connection, each, list(kept))] if kept else []
    calls = [i for i in items if i.kind == TaskKind.CALL_BACK][:most]
    tasks = [i for i in items if i.kind != TaskKind.CALL_BACK][:most]
    texts = _texts(services, [*calls, *tasks, *asked])
    appointments = calendars.agreed(services, look.viewer, most)
    ended = steps.unanswered(services, look.viewer, most)
    consents = helpers.to_ask_again(services, look.viewer, most)
    exempt = exemptions.of_coach(services, look.viewer, most)
    noted, with_notes = own_notes.due(services, look.viewer, most)
    named: list[Named] = [
        *exempt.rows,
        *appointments.rows,
        *ended.rows,
        *consents.rows,
        *with_notes,
        *calls,
        *tasks,
        *due,
        *quiet,
        *changed,
        *new,
        *asked,
        *drafted,
        *lost[:most],
        *deadlines[:most],
    ]
    stood_in, rows, said = _standing_in(services, look.viewer, most)
    names = clients.names_of(services, look, [*named, *rows])
    return Today(
        as_of=as_of,
        agreed=appointments,
        ended=ended,
        noted=noted,
        consents=consents,
        exempt=exempt,
        taken_over=take_overs.of_coach(services, look.viewer),
        calls=[part_of(AgendaItem, call) for call in calls],
        tasks=[part_of(AgendaItem, task) for task in tasks],
        call_count=sum(i.kind == TaskKind.CALL_BACK for i in items),
        task_count=sum(i.kind != TaskKind.CALL_BACK for i in items),
        asked=[part_of(Transfer, transfer) for transfer in asked],
        texts=texts | said,
        due=[row.client for row in due],
        quiet=[row.client for row in quiet],
        changed=[row.client for row in changed],
        new=[row.client for row in new],
        deadlines=[part_of(Deadline, field) for field in deadlines[:most]],
        deadline_count=len(deadlines),
        numbers=numbers,
        missing=missing,
        without_offer=without_offer,
        drafts=[(row.client_id, kept[row.client_id]) for row in drafted],
        meetings=meetings,
        undelivered=[part_of(NotDelivered, each) for each in lost[:most]],
        undelivered_count=len(lost),
        minutes=_by_week(minutes),
        standing_in=stood_in,
        names=names,
    )


def _standing_in(
    services: Services, viewer: Viewer, most: int | None
) -> tuple[list[StoodInDay], list[Named], dict[tuple[UUID, int], str]]:
    """What is due with the clients of each colleague for whom the viewer stands in; with the rows that have the sealed
    names, and what was written."""
    days: list[StoodInDay] = []
    named: list[Named] = []
    said: list[OpenItem] = []
    as_of, fields = services.today, load().fields
    for coach_id in sorted(viewer.stands_in_for):
        scope = Scope(coach_id=coach_id)
        with services.database.read() as connection:
            items = agenda.open_items(connection, scope, as_of)
            contact_due = quick("contact_due", as_of)
            due = caseload.clients(connection, scope, [contact_due], limit=most)
            due_count = count_each(connection, scope, [], {"contact_due": contact_due})["contact_due"]
            asked = data_gaps.due_between(connection, coach_id, as_of, as_of + SOON)
        deadlines = [each for each in asked if each.field in fields and not fields[each.field].sensitive]
        agreed = calendars.agreed_of(services, coach_id, most)
        days.append(
            StoodInDay(
                coach_id,
                agreed.today,
                [part_of(AgendaItem, item) for item in items[:most]],
                len(items),
                [row.client for row in due],
                due_count,
                agreed.unanswered,
                agreed.unanswered_count,
                [part_of(Deadline, field) for field in deadlines[:most]],
                len(deadlines),
            )
        )
        said += items[:most]
        named += [*agreed.rows, *items[:most], *due, *deadlines[:most]]
    return days, named, _texts(services, said) if said else {}


def _texts(services: Services, items: Sequence[OpenItem | NamedTransfer]) -> dict[tuple[UUID, int], str]:
    """What was written of each, opened out of the log for those on the page."""
    opener = services.log.opener([i.client_id for i in items])
    events = services.log.at([(i.client_id, i.words) for i in items])
    return {place: _said(event, opener) for place, event in events.items()}


def _said(event: Event, opener: Opener) -> str:
    attribute = next((a for a in ("what", "agreed_next", "reason") if hasattr(event, a)), "what")
    return opener.value(event, attribute) or ""


def _by_week(days: Sequence[tuple[date, int, int]]) -> list[tuple[Week, int, int]]:
    weeks: dict[Week, list[int]] = {}
    for day, with_clients, administration in days:
        sums = weeks.setdefault(Week.of(day), [0, 0])
        sums[0] += with_clients
        sums[1] += administration
    return [(week, sums[0], sums[1]) for week, sums in sorted(weeks.items(), reverse=True)]
