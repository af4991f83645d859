"""The caseload: one row a client, with assignment, plan, contact and the state of every field."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import (
    Connection,
)

from database.rows import Row
from domain.calendar import add_months, local_day
from domain.catalogue import Choices, Field, State, Value, as_declared
from domain.client import (
    AnswersLookedAt,
    ClientAssigned,
    ClientClosed,
    ClientErased,
    ClientReopened,
    ContactCorrected,
    ContactDetailsChanged,
    ContactFrequencyAgreed,
    ContactRecorded,
    ContactStruckOut,
    FieldCorrected,
    FieldDeclaredNotRelevant,
    FieldDeclined,
    FieldRegistered,
    FieldWithdrawn,
    IntakeTaken,
    MergeUndone,
    Outcome,
    PlanOfActionAgreed,
    QuestionnaireReturned,
    ServiceTrackChosen,
)
from domain.client.contacts import ContactEvent
from domain.in_force import of_definitions
from eventlog.sealing import reference
from projections import introduced_cells
from projections.caseload_queries import by_id as by_id
from projections.caseload_queries import client as client
from projections.caseload_queries import clients as clients
from projections.caseload_queries import count as count
from projections.caseload_queries import is_one_of as is_one_of
from projections.caseload_queries import open_by_id as open_by_id
from projections.caseload_queries import present_on as present_on
from projections.caseload_queries import sealed_names as sealed_names
from projections.caseload_table import ERASED as ERASED
from projections.caseload_table import CaseloadClient as CaseloadClient
from projections.caseload_table import CaseloadRow as CaseloadRow
from projections.caseload_table import Scope as Scope
from projections.caseload_table import caseload as caseload
from projections.caseload_table import cell as cell
from projections.caseload_table import is_open as is_open
from projections.caseload_table import not_seen as not_seen
from projections.caseload_table import state_is as state_is
from projections.caseload_table import value_is as value_is
from projections.engine.readmodel import Projection, Rows
from projections.undoing import with_merges

_BLANK: Row = {column.name: None for column in caseload.columns}
# Of each field the columns of its state, of the day until which that holds, and of its value.
_COLUMNS = {f.key: (f"s_{f.key}", f"u_{f.key}", None if f.sensitive else f"v_{f.key}") for f in as_declared()}
# Looked up once: a member of an enumeration is found slowly in Python 3.11.
_KNOWN, SPOKEN = State.KNOWN.value, Outcome.SPOKEN


# folds


def intake_taken(event: IntakeTaken, rows: Rows) -> None:
    rows.put(
        caseload,
        _BLANK
        | {
            "client_id": event.originator_id,
            "team_id": event.team,
            "specialised": event.specialised,
            "intake_on": event.held_on,
            "name": reference(event, "name"),
            "client_number": reference(event, "client_number"),
            "email": reference(event, "email"),
            "phone": reference(event, "phone"),
            "language": reference(event, "language"),
        },
    )


def contact_details_changed(event: ContactDetailsChanged, rows: Rows) -> None:
    _row(event, rows).update({name: reference(event, name) for name in ("email", "phone", "language")})


def _row(event: Any, rows: Rows) -> Row:
    row = rows.change(caseload)
    if row is None:
        raise LookupError(f"The log has event {event.originator_version} of {event.originator_id} before its intake.")
    return row


def client_assigned(event: ClientAssigned, rows: Rows) -> None:
    row = _row(event, rows)
    if row["assigned_on"] is None:
        row["assigned_on"] = event.assigned_on
    row.update(team_id=event.team, coach_id=event.coach, specialised=event.specialised)


def field_known(event: FieldRegistered | FieldCorrected, rows: Rows) -> None:
    field = rows.rules.catalogue.fields.get(event.field)
    if field is None:
        return
    value = None if field.sensitive else rows.opener.value(event, "value")
    stale_on = field.stale_on(value, event.known_on)
    _set_field(_row(event, rows), field, _KNOWN, value, stale_on)


def field_set_aside(event: FieldDeclaredNotRelevant | FieldDeclined, rows: Rows) -> None:
    field = rows.rules.catalogue.fields.get(event.field)
    if field is not None:
        state = State.DECLINED if isinstance(event, FieldDeclined) else State.NOT_RELEVANT
        _set_field(_row(event, rows), field, state.value, None, event.review_on)


def field_withdrawn(event: FieldWithdrawn, rows: Rows) -> None:
    field = rows.rules.catalogue.fields.get(event.field)
    if field is None:
        return
    row = _row(event, rows)
    _set_field(row, field, None, None, None)
    if field.key == "service_track":
        row.update(track=None, track_on=None, exempt_until=None)
    elif field.key == "plan_of_action":
        row["plan_on"] = None
    elif field.key == "contact_frequency":
        row["frequency_weeks"] = None


def _set_field(row: Row, field: Field, state: str | None, value: Value, until: date | None) -> None:
    if field.key not in _COLUMNS:
        introduced_cells.put(row, field.key, state, until, None if field.sensitive else stored(field, value))
        return
    in_state, until_day, known_as = _COLUMNS[field.key]
    row[in_state] = state
    row[until_day] = until
    if known_as is not None:
        row[known_as] = stored(field, value)


def stored(field: Field, value: Value) -> Any:
    """A value as its column keeps it: several choices as a JSON list."""
    if isinstance(field.kind, Choices) and value is not None:
        return msgspec.json.encode(value).decode()
    return value


def plan_agreed(event: PlanOfActionAgreed, rows: Rows) -> None:
    row = _row(event, rows)
    row["plan_on"] = event.agreed_on
    # The plan itself is in the file; here it counts that there is one.
    _set_field(row, rows.rules.catalogue["plan_of_action"], _KNOWN, None, None)


def track_chosen(event: ServiceTrackChosen, rows: Rows) -> None:
    row = _row(event, rows)
    row.update(track=event.track.value, track_on=event.chosen_on, exempt_until=event.until)
    _set_field(row, rows.rules.catalogue["service_track"], _KNOWN, event.track.value, None)


def frequency_agreed(event: ContactFrequencyAgreed, rows: Rows) -> None:
    row = _row(event, rows)
    weeks = rows.opener.value(event, "weeks")
    row["frequency_weeks"] = weeks
    _set_field(row, rows.rules.catalogue["contact_frequency"], _KNOWN, weeks, None)


def contact_recorded(event: ContactRecorded, rows: Rows) -> None:
    row = _row(event, rows)
    last = "last_seen_on" if event.outcome is SPOKEN and event.channel in rows.rules.seen else "last_tried_on"
    before = row[last]
    if before is None or before < event.held_on:
        row[last] = event.held_on


def contact_changed(event: ContactCorrected | ContactStruckOut, rows: Rows) -> None:
    """Corrected or struck out: which contact was the last is found by looking back, since this hardly ever happens."""
    standing: dict[UUID, ContactEvent] = {}
    for earlier in (*rows.earlier(event), event):
        if isinstance(earlier, ContactEvent):
            standing[earlier.contact_id] = earlier
        elif isinstance(earlier, ContactStruckOut):
            standing.pop(earlier.contact_id, None)
    row = _row(event, rows)
    contacts = standing.values()
    seen = [c for c in contacts if c.outcome is SPOKEN and c.channel in rows.rules.seen]
    row["last_seen_on"] = max((c.held_on for c in seen), default=None)
    row["last_tried_on"] = max((c.held_on for c in contacts if c not in seen), default=None)


def client_changed(event: QuestionnaireReturned, rows: Rows) -> None:
    _row(event, rows)["changed_on"] = local_day(event.recorded_at)


def change_seen(event: AnswersLookedAt, rows: Rows) -> None:
    _row(event, rows)["changed_on"] = None


def client_closed(event: ClientClosed, rows: Rows) -> None:
    _row(event, rows).update(
        closed_on=event.closed_on, closing_reason=event.reason.value, exit_reason=event.reason.value
    )


def client_reopened(event: ClientReopened, rows: Rows) -> None:
    row = _row(event, rows)
    if event.reopened_on > row["closed_on"]:
        # On the same day it was closed by mistake, and nothing begins again.
        row["reopened_on"] = event.reopened_on
    row.update(closed_on=None, closing_reason=None, exit_reason=None)


def count_from_last_seen(rows: Rows) -> None:
    """When the next contact is due, and when one was not seen for long: counted from the day the client was last seen,
    or else assigned, and anew when a file is reopened."""
    row = rows.change(caseload)
    if row is None or row["closing_reason"] == ERASED:
        return
    since, reopened_on = row["last_seen_on"] or row["assigned_on"], row["reopened_on"]
    if since and reopened_on:
        since = max(since, reopened_on)
    weeks = row["frequency_weeks"]
    row["contact_due_on"] = since + timedelta(weeks=weeks) if since and weeks else None
    row["not_seen_on"] = add_months(since, rows.rules.not_seen_months) if since else None


# What is kept of one who was erased: figures on work stay, figures on people lose the person.
_KEPT = (
    "client_id",
    "team_id",
    "coach_id",
    "specialised",
    "intake_on",
    "assigned_on",
    "closed_on",
    "closing_reason",
    "exit_reason",
)


def client_erased(event: ClientErased, rows: Rows) -> None:
    row = rows.of(caseload).get(None)
    rows.forget()
    if row is not None:
        kept = {name: row[name] for name in _KEPT}
        erased_on = local_day(event.recorded_at)
        rows.put(caseload, _BLANK | kept | {"closed_on": row["closed_on"] or erased_on, "closing_reason": ERASED})


def figures(connection: Connection, at: datetime) -> Mapping[str, int]:
    """City-wide totals that managers are told of when a rebuild changes them."""
    everybody, as_of = Scope(), local_day(at)
    return {
        "open_clients": count(connection, everybody),
        "without_plan": count(connection, everybody, [caseload.c.plan_on.is_(None)]),
        "not_seen": count(connection, everybody, [not_seen(as_of)]),
        "contact_overdue": count(connection, everybody, [caseload.c.contact_due_on < as_of]),
    }


projection = Projection(
    name="caseload",
    version=8,
    tables=(caseload,),
    folds=with_merges(
        {
            IntakeTaken: intake_taken,
            ContactDetailsChanged: contact_details_changed,
            ClientAssigned: client_assigned,
            FieldRegistered: field_known,
            FieldCorrected: field_known,
            FieldDeclaredNotRelevant: field_set_aside,
            FieldDeclined: field_set_aside,
            FieldWithdrawn: field_withdrawn,
            PlanOfActionAgreed: plan_agreed,
            ServiceTrackChosen: track_chosen,
            ContactFrequencyAgreed: frequency_agreed,
            ContactRecorded: contact_recorded,
            ContactCorrected: contact_changed,
            ContactStruckOut: contact_changed,
            QuestionnaireReturned: client_changed,
            AnswersLookedAt: change_seen,
            ClientClosed: client_closed,
            ClientReopened: client_reopened,
            ClientErased: client_erased,
        }
    ),
    preloaded=(caseload,),
    decrypts=frozenset({FieldRegistered, FieldCorrected, ContactFrequencyAgreed, MergeUndone}),
    finalize=count_from_last_seen,
    figures=figures,
    takes_rules=of_definitions,
)
