"""One-time links to questionnaires, and the answers so far under the client's own key."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Column, Connection, Text, select, update

from eventlog.log import EventLog
from eventlog.sealing import Place, SealedRef
from records.one_time_links import Link, OneTimeLinks

LINKS = OneTimeLinks("questionnaire", Column("sealed", Text))
questionnaire_links = LINKS.links

of, opened, of_client = LINKS.of, LINKS.opened, LINKS.of_client
forget_client, clients = LINKS.forget_client, LINKS.clients


def end(connection: Connection, questionnaire_ids: Collection[UUID], now: datetime) -> None:
    """Let links work no more, and forget what was answered there; whoever is at one is out."""
    LINKS.end(connection, questionnaire_ids, now, sealed=None)


# the answers so far


def answers(connection: Connection, log: EventLog, link: Link) -> dict[str, Any]:
    """What was answered so far, by field."""
    mine = questionnaire_links.c.subject_id == link.subject_id
    sealed = connection.scalar(select(questionnaire_links.c.sealed).where(mine))
    return _opened(log, link, sealed)


def _opened(log: EventLog, link: Link, sealed: str | None) -> dict[str, Any]:
    if sealed is None:
        return {}
    return cast("dict[str, Any]", log.opener([link.client_id]).text(sealed) or {})


def keep(connection: Connection, log: EventLog, link: Link, changed: Mapping[str, Mapping[str, Any] | None]) -> None:
    """Keep these answers with those that are there; None takes one back. Nothing is kept where the key is gone."""
    c = questionnaire_links.c
    mine = c.subject_id == link.subject_id
    # Two devices at once: what the other kept meanwhile stays.
    now = connection.execute(select(c.sealed, c.ended_at).where(mine).with_for_update()).first()
    if now is None or now.ended_at is not None:
        return
    whole = {key: value for key, value in {**_opened(log, link, now.sealed), **changed}.items() if value is not None}
    place = Place(link.client_id, 0, "questionnaire", str(link.subject_id))
    sealed = log.seal(whole, place)
    text = SealedRef(place, sealed).dump() if sealed is not None else None
    connection.execute(update(questionnaire_links).where(mine).values(sealed=text))


def forget_old(connection: Connection, now: datetime) -> int:
    """Answers of links that work no more, at once, and links some time later; how many were thrown away."""
    c = questionnaire_links.c
    over = update(questionnaire_links).where(c.until <= now, c.sealed.is_not(None))
    count = connection.execute(over.values(sealed=None)).rowcount
    return count + LINKS.forget_old(connection, now)
