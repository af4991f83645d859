"""A client's file: who, plan, what is known and where from, what is missing, contacts and the timeline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, render_template, request

from application.clients import short_id
from database.rows import Row
from domain.catalogue import Field, State
from domain.client import ClientAnswer, ProposalOutcome
from domain.gaps import Gap, on_list, state_on
from eventlog.events import Event, shape_of
from eventlog.sealing import Opener
from projections import agenda, data_gaps, offers, proposals, timeline
from projections import contacts as contacts_model
from records import read_log
from web.context import colleagues, definitions, readable_client, services, today, viewer
from web.language import language
from web.permissions import access, opens_files

page = Blueprint("client", __name__, url_prefix="/clients")


TIMELINE = {
    "contacts": ("ContactRecorded", "ContactCorrected", "ContactStruckOut", "PromiseSettled"),
    "registrations": ("FieldRegistered", "FieldCorrected", "FieldWithdrawn", "FieldDeclaredNotRelevant",
                      "FieldDeclined"),
    "plan": ("PlanOfActionAgreed", "ServiceTrackChosen", "ContactFrequencyAgreed"),
    "offers": ("OfferProposed", "ProposalDelivered", "ProposalUndelivered", "ProposalReminded", "ProposalAnswered",
               "ProposalConcluded"),
    "path": ("IntakeTaken", "ClientAssigned", "TransferProposed", "TransferAccepted", "TransferRefused",
             "TransferWithdrawn", "ClientClosed", "ClientReopened"),
}  # fmt: skip


@page.get("/<uuid:client_id>")
@access(opens_files)
def client(client_id: UUID) -> str:
    row = readable_client(client_id)
    me = viewer()
    only = request.args.get("only")
    with services().database.read() as connection:
        todo = agenda.of_client(connection, client_id)
        transfer = agenda.transfer_of(connection, client_id)
        proposed = proposals.of_client(connection, client_id)
        titles = offers.titles_of(connection, [p["offer_id"] for p in proposed])
    opener = services().log.opener([client_id])
    own = me.may_record(row["team_id"], row["coach_id"])
    said = services().log.versions(
        client_id, [*(i["words"] for i in todo), *(p["words"] for p in proposed if p["words"])]
    )
    return render_template(
        "client.html",
        **_file(row, opener, sensitive=me.sees_sensitive(row["coach_id"]), only=TIMELINE.get(only or "")),
        only=only if only in TIMELINE else None,
        kinds=list(TIMELINE),
        todo=[i | {"what": _what(said.get(i["words"]), opener)} for i in todo],
        transfer=transfer,
        proposals=[p | {"own_words": _what(said.get(p["words"]), opener)} for p in proposed],
        titles=titles,
        answers=list(ClientAnswer),
        outcomes=list(ProposalOutcome),
        may_record=own and row["closed_on"] is None,
        may_correct=me.may_correct(row["team_id"], row["coach_id"]) and row["closed_on"] is None,
        may_assign=me.may_assign(row["team_id"]) and row["closed_on"] is None,
        may_close=own,
        stands_in=row["coach_id"] in me.stands_in_for,
    )


def _what(event: Event | None, opener: Opener) -> str | None:
    attribute = next((a for a in ("what", "agreed_next", "own_words") if hasattr(event, a)), None)
    return opener.value(event, attribute) if event is not None and attribute else None


@page.get("/<uuid:client_id>/shown-to-client")
@access(opens_files)
def shown_to_client(client_id: UUID) -> str:
    """What the client would see of this file: everything held, in full, with where it comes from and who looked."""
    row = readable_client(client_id)
    if not viewer().may_record(row["team_id"], row["coach_id"]):
        abort(403)
    opener = services().log.opener([client_id])
    with services().database.read() as connection:
        looks = read_log.latest(connection, client_id=client_id, limit=50)
    return render_template(
        "shown_to_client.html", looks=looks, **_file(row, opener, sensitive=True, only=None, limit=1000)
    )


def _file(
    row: Row, opener: Opener, *, sensitive: bool, only: tuple[str, ...] | None, limit: int = 100
) -> dict[str, Any]:
    """What a file shows: who, what is known and where from, what is missing, contacts and timeline."""
    client_id = row["client_id"]
    with services().database.read() as connection:
        known = data_gaps.of_client(connection, client_id)
        held = contacts_model.of_client(connection, client_id)
        entries = timeline.of_client(connection, client_id, kinds=only, limit=limit)
    # What was said stands in the log alone.
    said = services().log.versions(
        client_id, [*(e["version"] for e in entries), *(c["words"] for c in held if c["words"])]
    )
    facts = [
        fact(field, known.get(field.key), opener, sensitive=sensitive)
        for field in definitions().catalogue.fields.values()
        if row["specialised"] or not field.specialised_only
    ]
    return {
        "client": row,
        "name": opener.text(row["name"]) or short_id(client_id),
        "reachable": {key: opener.text(row[key]) for key in ("client_number", "email", "phone")},
        "groups": definitions().catalogue.groups,
        "facts": facts,
        "missing": [f for f in facts if f["on_list"]],
        "contacts": [opened_contact(c, said, opener) for c in held],
        "entries": [opened_entry(e, said, opener, sensitive=sensitive) for e in entries],
        "names": colleagues(),
        "catalogue": definitions().catalogue,
        "as_of": today(),
    }


def fact(field: Field, row: Row | None, opener: Opener, *, sensitive: bool) -> dict[str, Any]:
    """What is known of a field: its state today, its value as people read it, and where that comes from."""
    found: dict[str, Any] = {
        "field": field,
        "row": row,
        "state": State.UNKNOWN,
        "shown": None,
        "on_list": False,
    }
    if row is None:
        return found
    gap = Gap(
        field.key, State(row["state"]), row["due_on"], row["stale_on"], row["review_on"],
        tuple(row["contradictions"]), row["since"],
    )  # fmt: skip
    found["state"] = state_on(gap, today())
    found["on_list"] = on_list(gap, today())
    if row["recorded"] == State.KNOWN:
        found["shown"] = _shown(field, row, opener, sensitive=sensitive)
    elif row["recorded"] and (sensitive or not field.sensitive):
        # Why somebody does not say what is sensitive is as sensitive.
        found["reason"] = opener.text(row["sealed"])
    return found


def _shown(field: Field, row: Row, opener: Opener, *, sensitive: bool) -> str | None:
    if field.key == "plan_of_action":
        return opener.text(row["sealed"])  # type: ignore[no-any-return]
    if field.sensitive and not sensitive:
        return None
    value = opener.text(row["sealed"]) if field.sensitive else row["value"]
    return None if value is None else field.show(value, language())


def opened_contact(row: Row, said: Mapping[int, Event], opener: Opener) -> Row:
    """A contact with its words: the topics, the note, the client's own words and what was agreed next."""
    event = said.get(row["words"])
    words = ("topics", "note", "own_words", "agreed_next")
    return row | {name: opener.value(event, name) if event else None for name in words}


def opened_entry(row: Row, said: Mapping[int, Event], opener: Opener, *, sensitive: bool) -> Row:
    """A timeline entry with its sealed values opened, but for a sensitive one that the viewer may not see."""
    field = definitions().catalogue.fields.get(row["field"] or "")
    hidden = field is not None and field.sensitive and not sensitive
    event = said[row["version"]]
    shape = shape_of(type(event))
    details = {name: getattr(event, name) for name in shape.clear}
    opened = {} if hidden else {name: opener.value(event, name) for name in shape.personal}
    if field is not None and opened.get("value") is not None:
        opened["value"] = field.show(opened["value"], language())
    return row | {"details": details, "opened": opened, "hidden": hidden}
