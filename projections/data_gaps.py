"""Data gaps: one row a client and field, with what is known, from where, and when it has to be looked at."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy import (
    Connection,
)

from database.rows import Row
from domain.calendar import local_day
from domain.catalogue import State
from domain.client import (
    ClientAssigned,
    ClientClosed,
    ClientErased,
    ClientReopened,
    ContactFrequencyAgreed,
    ContradictionAccepted,
    FieldCorrected,
    FieldDeclaredNotRelevant,
    FieldDeclined,
    FieldRegistered,
    FieldWithdrawn,
    IntakeTaken,
    MergeUndone,
    PlanOfActionAgreed,
    ServiceTrackChosen,
)
from domain.client.registrations import FieldEvent
from domain.gaps import assess
from domain.in_force import of_definitions
from eventlog.sealing import reference
from projections.data_gaps_queries import contradictions as contradictions
from projections.data_gaps_queries import count_listed as count_listed
from projections.data_gaps_queries import due_between as due_between
from projections.data_gaps_queries import known_while_open as known_while_open
from projections.data_gaps_queries import listed as listed
from projections.data_gaps_queries import listed_of as listed_of
from projections.data_gaps_queries import not_relevant_by_field as not_relevant_by_field
from projections.data_gaps_queries import of_client as of_client
from projections.data_gaps_queries import on_list as on_list
from projections.data_gaps_queries import open_clients as open_clients
from projections.data_gaps_queries import totals_by_field as totals_by_field
from projections.data_gaps_tables import DueField as DueField
from projections.data_gaps_tables import ListedGap as ListedGap
from projections.data_gaps_tables import RecordedField as RecordedField
from projections.data_gaps_tables import data_gaps as data_gaps
from projections.data_gaps_tables import data_gaps_accepted as data_gaps_accepted
from projections.data_gaps_tables import data_gaps_clients as data_gaps_clients
from projections.data_gaps_tables import facts_of
from projections.data_gaps_tables import gap_of as gap_of
from projections.engine.readmodel import Projection, Rows
from projections.undoing import with_merges

LONGEST_RULE = 40

_KNOWN, _UNKNOWN = State.KNOWN.value, State.UNKNOWN.value
_NO_GAP: Row = {"state": _UNKNOWN} | dict.fromkeys(("due_on", "stale_on", "review_on", "contradictions", "since"))
_BLANK: Row = {column.name: None for column in data_gaps.columns} | {"version": 0}


# folds


def intake_taken(event: IntakeTaken, rows: Rows) -> None:
    row = {column.name: None for column in data_gaps_clients.columns}
    given = {
        "client_id": event.originator_id,
        "team_id": event.team,
        "specialised": event.specialised,
        "closed": False,
    }
    rows.put(data_gaps_clients, row | given)


def _client(event: Any, rows: Rows) -> Row:
    row = rows.change(data_gaps_clients)
    if row is None:
        raise LookupError(f"The log has event {event.originator_version} of {event.originator_id} before its intake.")
    return row


def client_assigned(event: ClientAssigned, rows: Rows) -> None:
    row = _client(event, rows)
    row.update(team_id=event.team, coach_id=event.coach, specialised=event.specialised)
    if row["assigned_on"] is None:
        row["assigned_on"] = event.assigned_on


def _record(
    event: FieldEvent | PlanOfActionAgreed | ServiceTrackChosen | ContactFrequencyAgreed,
    rows: Rows,
    field: str,
    recorded: str | None,
    *,
    known_on: date | None = None,
    review_on: date | None = None,
    source: str | None = None,
    value: str | None = None,
    sealed: str | None = None,
) -> None:
    rows.put(
        data_gaps,
        {
            "client_id": event.originator_id,
            "field": field,
            # the gap itself is assessed when the stream is settled
            "state": _UNKNOWN,
            "due_on": None,
            "stale_on": None,
            "review_on": review_on,
            "contradictions": None,
            "since": None,
            "recorded": recorded,
            "value": value,
            "sealed": sealed,
            "source": source,
            "known_on": known_on,
            "version": event.originator_version,
            "actor": event.actor,
            "recorded_for": event.recorded_for,
            "recorded_at": event.recorded_at,
        },
        field,
    )


def field_known(event: FieldRegistered | FieldCorrected, rows: Rows) -> None:
    field = rows.rules.catalogue.ever(event.field)
    if field is None:
        return
    if field.sensitive:
        value, sealed = None, reference(event, "value")
    else:
        value, sealed = _dumped(rows.opener.value(event, "value")), None
    _record(
        event,
        rows,
        event.field,
        _KNOWN,
        known_on=event.known_on,
        source=event.source,
        value=value,
        sealed=sealed,
    )


def field_set_aside(event: FieldDeclaredNotRelevant | FieldDeclined, rows: Rows) -> None:
    state = State.DECLINED if isinstance(event, FieldDeclined) else State.NOT_RELEVANT
    _record(event, rows, event.field, state.value, review_on=event.review_on, sealed=reference(event, "reason"))


def field_withdrawn(event: FieldWithdrawn, rows: Rows) -> None:
    _record(event, rows, event.field, None)
    if event.field == "service_track":
        _client(event, rows).update(track=None, track_on=None)
    elif event.field == "plan_of_action":
        _client(event, rows)["plan_on"] = None


def plan_agreed(event: PlanOfActionAgreed, rows: Rows) -> None:
    _client(event, rows)["plan_on"] = event.agreed_on
    _record(event, rows, "plan_of_action", _KNOWN, known_on=event.agreed_on, sealed=reference(event, "plan"))


def track_chosen(event: ServiceTrackChosen, rows: Rows) -> None:
    _client(event, rows).update(track=event.track.value, track_on=event.chosen_on)
    _record(event, rows, "service_track", _KNOWN, known_on=event.chosen_on, value=_dumped(event.track))


def frequency_agreed(event: ContactFrequencyAgreed, rows: Rows) -> None:
    value = _dumped(rows.opener.value(event, "weeks"))
    _record(event, rows, "contact_frequency", _KNOWN, known_on=event.agreed_on, value=value)


def contradiction_accepted(event: ContradictionAccepted, rows: Rows) -> None:
    rule = rows.opener.value(event, "rule")
    if rule is None or len(rule) > LONGEST_RULE:
        return
    rows.put(
        data_gaps_accepted,
        {
            "client_id": event.originator_id,
            "rule": rule,
            "review_on": event.review_on,
            "version": event.originator_version,
        },
        rule,
    )


def client_closed(event: ClientClosed, rows: Rows) -> None:
    _client(event, rows)["closed"] = True


def client_reopened(event: ClientReopened, rows: Rows) -> None:
    """What is asked counts anew from the day on which the client came back, unless the file was closed that day."""
    row = _client(event, rows)
    row["closed"] = False
    closed = next(e for e in reversed(rows.earlier(event)) if isinstance(e, ClientClosed))
    if event.reopened_on == closed.closed_on:
        return
    for since in ("assigned_on", "track_on", "plan_on"):
        if row[since] is not None:
            row[since] = max(row[since], event.reopened_on)


def client_erased(event: ClientErased, rows: Rows) -> None:
    rows.forget()


def finalize(rows: Rows) -> None:
    """Assess a client's gaps anew once its events are folded, and put the rows that came out otherwise."""
    client = rows.of(data_gaps_clients).get(None)
    if client is None:
        return
    recorded = rows.of(data_gaps)
    facts = facts_of(client, recorded, rows.of(data_gaps_accepted).values(), rows.rules.catalogue)
    gaps = assess(facts, rows.rules.catalogue)
    for field, gap in gaps.items():
        contradictions = _dumped(gap.contradictions) if gap.contradictions else None
        row = recorded.get(field)
        if row is None:
            row = _BLANK | {"client_id": rows.stream_id, "field": field}
        elif (
            row["state"] == gap.state
            and row["since"] == gap.since
            and row["stale_on"] == gap.stale_on
            and row["due_on"] == gap.due_on
            and row["review_on"] == gap.review_on
            and row["contradictions"] == contradictions
        ):
            continue
        row["state"] = gap.state
        row["due_on"] = gap.due_on
        row["stale_on"] = gap.stale_on
        row["review_on"] = gap.review_on
        row["contradictions"] = contradictions
        row["since"] = gap.since
        rows.put(data_gaps, row, field)
    for field, row in list(recorded.items()):
        if field in gaps:
            continue
        if not row["version"]:
            rows.drop(data_gaps, field)
        elif any(row[name] != value for name, value in _NO_GAP.items()):
            rows.put(data_gaps, row | _NO_GAP, field)


def _dumped(value: object) -> str | None:
    return None if value is None else msgspec.json.encode(value).decode()


def figures(connection: Connection, at: datetime) -> Mapping[str, int]:
    on_lists = totals_by_field(connection, local_day(at)).values()
    return {"gaps_on_list": sum(sum(by_team.values()) for by_team in on_lists)}


projection = Projection(
    name="data_gaps",
    version=5,
    tables=(data_gaps, data_gaps_clients, data_gaps_accepted),
    folds=with_merges(
        {
            IntakeTaken: intake_taken,
            ClientAssigned: client_assigned,
            FieldRegistered: field_known,
            FieldCorrected: field_known,
            FieldDeclaredNotRelevant: field_set_aside,
            FieldDeclined: field_set_aside,
            FieldWithdrawn: field_withdrawn,
            PlanOfActionAgreed: plan_agreed,
            ServiceTrackChosen: track_chosen,
            ContactFrequencyAgreed: frequency_agreed,
            ContradictionAccepted: contradiction_accepted,
            ClientClosed: client_closed,
            ClientReopened: client_reopened,
            ClientErased: client_erased,
        }
    ),
    preloaded=(data_gaps, data_gaps_clients, data_gaps_accepted),
    decrypts=frozenset({FieldRegistered, FieldCorrected, ContactFrequencyAgreed, ContradictionAccepted, MergeUndone}),
    finalize=finalize,
    figures=figures,
    takes_rules=of_definitions,
)
