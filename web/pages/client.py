"""A client's file: who, plan, what is known and where from, what is missing, contacts and the timeline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template

from domain.catalogue import Field, State, load
from domain.gaps import Gap, on_list, state_on
from eventlog.events import Event, shape_of
from eventlog.sealing import Opener
from projections import contacts as contacts_model
from projections import data_gaps, timeline
from projections.database import Row
from web.context import colleagues, nameless, readable_client, services, today, viewer
from web.language import language
from web.permissions import access, opens_files

page = Blueprint("client", __name__, url_prefix="/clients")


@page.get("/<uuid:client_id>")
@access(opens_files)
def client(client_id: UUID) -> str:
    row = readable_client(client_id, "client")
    me = viewer()
    sensitive = me.sees_sensitive(row["coach_id"])
    opener = services().log.opener([client_id])
    with services().database.read() as connection:
        known = data_gaps.of_client(connection, client_id)
        held = contacts_model.of_client(connection, client_id)
        entries = timeline.of_client(connection, client_id)
    # What was said stands in the log alone.
    said = services().log.versions(
        client_id, [*(e["version"] for e in entries), *(c["words"] for c in held if c["words"])]
    )
    facts = [
        fact(field, known.get(field.key), opener, sensitive=sensitive)
        for field in load().fields.values()
        if row["specialised"] or not field.specialised_only
    ]
    return render_template(
        "client.html",
        client=row,
        name=opener.text(row["name"]) or nameless(client_id),
        reachable={key: opener.text(row[key]) for key in ("client_number", "email", "phone")},
        groups=load().groups,
        facts=facts,
        missing=[f for f in facts if f["on_list"]],
        contacts=[opened_contact(c, said, opener) for c in held],
        entries=[opened_entry(e, said, opener, sensitive=sensitive) for e in entries],
        names=colleagues(),
        catalogue=load(),
        as_of=today(),
        may_record=me.may_record(row["team_id"], row["coach_id"]) and row["closed_on"] is None,
        may_correct=me.may_correct(row["team_id"], row["coach_id"]) and row["closed_on"] is None,
        may_assign=me.may_assign(row["team_id"]) and row["closed_on"] is None,
        may_close=me.may_record(row["team_id"], row["coach_id"]),
    )


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
    elif row["recorded"]:
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
    field = load().fields.get(row["field"] or "")
    hidden = field is not None and field.sensitive and not sensitive
    event = said[row["version"]]
    shape = shape_of(type(event))
    details = {name: getattr(event, name) for name in shape.clear}
    opened = {} if hidden else {name: opener.value(event, name) for name in shape.personal}
    if field is not None and opened.get("value") is not None:
        opened["value"] = field.show(opened["value"], language())
    return row | {"details": details, "opened": opened, "hidden": hidden}
