"""The path that each client takes: which steps were reached, and when for the first time; one row a client.

A step counts once, on the first day on which it was reached. Steps of one day stand in the order of `STEPS`, so that
the order in which they were typed makes no other path.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Column, ColumnElement, Connection, Date, Index, String, Table, Text, Uuid, func, select

from database.rows import Row
from domain.calendar import local_day
from domain.catalogue import Track
from domain.client import (
    ClientAssigned,
    ClientClosed,
    ClientErased,
    ClientReopened,
    ClosingReason,
    ContactCorrected,
    ContactRecorded,
    ContactStruckOut,
    FieldWithdrawn,
    IntakeTaken,
    OfferProposed,
    Outcome,
    PlanOfActionAgreed,
    ProposalConcluded,
    ProposalOutcome,
    QuestionnaireReturned,
    ServiceTrackChosen,
)
from domain.client.contacts import ContactEvent
from domain.client.steps import StepAgreed
from domain.client.workshops import WorkshopAttended
from domain.workshop_session import Attendance
from projections.engine.readmodel import Projection, Rows, metadata
from projections.undoing import with_merges

INTAKE, ASSIGNED, QUESTIONNAIRE, CONTACT = "intake", "assigned", "questionnaire", "first_contact"
PLAN, TRACK, STEP, WORKSHOP = "plan", "track", "step", "workshop"
READY, PROPOSAL, PLACED = "job_ready", "proposal", "placed"
NO_TRACK = "none"
REOPENED, TO_WORK, OTHER_END = "reopened", "closed_work", "closed_other"
# In the order in which they mostly come.
STEPS = (
    INTAKE,
    ASSIGNED,
    QUESTIONNAIRE,
    CONTACT,
    PLAN,
    TRACK,
    STEP,
    WORKSHOP,
    READY,
    PROPOSAL,
    PLACED,
    REOPENED,
    TO_WORK,
    OTHER_END,
)
ENDS = frozenset({TO_WORK, OTHER_END})
_PLACE = {step: nth for nth, step in enumerate(STEPS)}
# Looked up once: a member of an enumeration is found slowly in Python 3.11.
_SPOKEN = Outcome.SPOKEN
_WORK = frozenset({ClosingReason.JOB, ClosingReason.OWN_BUSINESS})

paths = Table(
    "paths",
    metadata,
    Column("client_id", Uuid, primary_key=True),
    Column("team_id", Uuid),
    Column("track", String(20)),
    # looked at for each contact: whether it is the first
    Column("contact_on", Date),
    # the steps in order, parted by blanks, and beside them the days, counted from the first day of the calendar
    Column("steps", Text, nullable=False),
    Column("days", Text, nullable=False),
    Index("ix_paths_team", "team_id"),
    sqlite_with_rowid=False,
)


class Path(Struct, frozen=True):
    """The path of one client: the steps in order, and the day of each as a number."""

    client_id: UUID
    team_id: UUID | None
    track: str | None
    steps: str
    days: str


# folds


def intake_taken(event: IntakeTaken, rows: Rows) -> None:
    rows.put(
        paths,
        {
            "client_id": event.originator_id,
            "team_id": event.team,
            "track": None,
            "contact_on": None,
            "steps": INTAKE,
            "days": str(event.held_on.toordinal()),
        },
    )


def client_assigned(event: ClientAssigned, rows: Rows) -> None:
    _row(rows)["team_id"] = event.team
    _reach(rows, ASSIGNED, event.assigned_on)


def contact_recorded(event: ContactRecorded, rows: Rows) -> None:
    if event.outcome is not _SPOKEN:
        return
    first = rows.of(paths)[None]["contact_on"]
    if first is None or event.held_on < first:
        _row(rows)["contact_on"] = event.held_on
        _reach(rows, CONTACT, event.held_on)


def contact_changed(event: ContactCorrected | ContactStruckOut, rows: Rows) -> None:
    """Which contact was the first is found by looking back, since this hardly ever happens."""
    held: dict[UUID, date] = {}
    for each in (*rows.earlier(event), event):
        if isinstance(each, ContactEvent | ContactStruckOut):
            held.pop(each.contact_id, None)
        if isinstance(each, ContactEvent) and each.outcome is _SPOKEN:
            held[each.contact_id] = each.held_on
    first = _row(rows)["contact_on"] = min(held.values(), default=None)
    _set(rows, CONTACT, first)


def plan_agreed(event: PlanOfActionAgreed, rows: Rows) -> None:
    _reach(rows, PLAN, event.agreed_on)


def track_chosen(event: ServiceTrackChosen, rows: Rows) -> None:
    _row(rows)["track"] = event.track.value
    _reach(rows, TRACK, event.chosen_on)
    if event.track is Track.JOB_READY:
        _reach(rows, READY, event.chosen_on)


def field_withdrawn(event: FieldWithdrawn, rows: Rows) -> None:
    if event.field == "plan_of_action":
        _set(rows, PLAN, None)
    elif event.field == "service_track":
        _row(rows)["track"] = None
        _set(rows, TRACK, None)
        _set(rows, READY, None)


def questionnaire_returned(event: QuestionnaireReturned, rows: Rows) -> None:
    _reach(rows, QUESTIONNAIRE, local_day(event.recorded_at))


def step_agreed(event: StepAgreed, rows: Rows) -> None:
    _reach(rows, STEP, local_day(event.recorded_at))


def workshop_attended(event: WorkshopAttended, rows: Rows) -> None:
    if event.attendance is Attendance.CAME:
        _reach(rows, WORKSHOP, local_day(event.recorded_at))


def offer_proposed(event: OfferProposed, rows: Rows) -> None:
    _reach(rows, PROPOSAL, local_day(event.recorded_at))


def proposal_concluded(event: ProposalConcluded, rows: Rows) -> None:
    if event.outcome is ProposalOutcome.PLACED:
        _reach(rows, PLACED, local_day(event.recorded_at))


def client_closed(event: ClientClosed, rows: Rows) -> None:
    _set(rows, TO_WORK if event.reason in _WORK else OTHER_END, event.closed_on)


def client_reopened(event: ClientReopened, rows: Rows) -> None:
    """A path that ended goes on; on the same day the file was closed by mistake."""
    closed_on = max((day for step, day in _reached(rows).items() if step in ENDS), default=0)
    for end in ENDS:
        _set(rows, end, None)
    if event.reopened_on.toordinal() > closed_on:
        _set(rows, REOPENED, event.reopened_on)


def client_erased(event: ClientErased, rows: Rows) -> None:
    """The order and the days of what happened could tell who it was."""
    rows.forget()


def _row(rows: Rows) -> Row:
    return rows.change(paths)  # type: ignore[return-value]  # nothing of it happens before the intake


def _reached(rows: Rows) -> dict[str, int]:
    """The steps with their days, as they stand until all events are folded."""
    if rows.noted is None:
        row = _row(rows)
        rows.noted = dict(zip(row["steps"].split(), map(int, row["days"].split()), strict=True))
    reached: dict[str, int] = rows.noted
    return reached


def _reach(rows: Rows, step: str, day: date) -> None:
    """A step is reached once, on the first of its days."""
    reached, number = _reached(rows), day.toordinal()
    reached[step] = min(number, reached.get(step, number))


def _set(rows: Rows, step: str, day: date | None) -> None:
    reached = _reached(rows)
    if day is None:
        reached.pop(step, None)
    else:
        reached[step] = day.toordinal()


def put_in_order(rows: Rows) -> None:
    """Write the steps once, when all events are folded."""
    if rows.noted is None:
        return
    ordered = sorted(rows.noted.items(), key=lambda each: (each[1], _PLACE[each[0]]))
    row = _row(rows)
    row["steps"] = " ".join(name for name, _day in ordered)
    row["days"] = " ".join(str(number) for _name, number in ordered)


# queries


def of_team(connection: Connection, team_id: UUID | None = None, track: str | None = None) -> Sequence[Path]:
    """The paths of a team or all, of a track or all."""
    asked: list[ColumnElement[bool]] = []
    if team_id is not None:
        asked.append(paths.c.team_id == team_id)
    if track is not None:
        asked.append(func.coalesce(paths.c.track, NO_TRACK) == track)
    names = [paths.c[name] for name in Path.__struct_fields__]
    return [Path(*row) for row in connection.execute(select(*names).where(*asked)).tuples()]


projection = Projection(
    name="paths",
    version=1,
    tables=(paths,),
    preloaded=(paths,),
    begins=frozenset({IntakeTaken}),
    folds=with_merges(
        {
            IntakeTaken: intake_taken,
            ClientAssigned: client_assigned,
            ContactRecorded: contact_recorded,
            ContactCorrected: contact_changed,
            ContactStruckOut: contact_changed,
            PlanOfActionAgreed: plan_agreed,
            ServiceTrackChosen: track_chosen,
            FieldWithdrawn: field_withdrawn,
            QuestionnaireReturned: questionnaire_returned,
            StepAgreed: step_agreed,
            WorkshopAttended: workshop_attended,
            OfferProposed: offer_proposed,
            ProposalConcluded: proposal_concluded,
            ClientClosed: client_closed,
            ClientReopened: client_reopened,
            ClientErased: client_erased,
        }
    ),
    finalize=put_in_order,
)
