"""How each account wants to hear of each kind of notice: by mail, in Werkpad alone, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Column, Connection, String, Table, Uuid, delete, insert, select

from domain.refusal import Refused
from records.notices import CLOCKS, DIGEST, MONTHLY, NEW_WORK, STAND_IN, WEEKLY_LIST
from records.schema import metadata


class Way(StrEnum):
    """How somebody hears of something. All but `OFF` are shown in Werkpad as well."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    APP = "app"
    OFF = "off"


BY_MAIL = frozenset({Way.AT_ONCE, Way.DAILY})

# Shown where the work is done, on Today and in the file; no mail is made of them.
TAKE_OVER, RETURNED = "take_over", "returned"

# The ways of each kind, that of somebody who chose none first. News of signals have none at once: a mail that follows
# an answer tells the mail server who logged a signal without a name. What a list or a clock asks for is work, and can't
# be switched off in Werkpad. New work stands where it is done, too: off takes it from Today, and drafts to read from
# the pages of the team.
WAYS: Mapping[str, tuple[Way, ...]] = {
    WEEKLY_LIST: (Way.AT_ONCE, Way.APP),
    STAND_IN: (Way.AT_ONCE, Way.APP),
    DIGEST: (Way.DAILY, Way.APP, Way.OFF),
    CLOCKS: (Way.DAILY, Way.APP),
    MONTHLY: (Way.AT_ONCE, Way.APP),
    TAKE_OVER: (Way.APP,),
    RETURNED: (Way.APP,),
    **dict.fromkeys(NEW_WORK, (Way.APP, Way.AT_ONCE, Way.DAILY, Way.OFF)),
}

notice_choices = Table(
    "notice_choices",
    metadata,
    Column("account_id", Uuid, primary_key=True),
    Column("kind", String(20), primary_key=True),
    Column("way", String(10), nullable=False),
)


def usual(kind: str) -> Way:
    """The way of somebody who chose none."""
    return WAYS[kind][0]


def of_account(connection: Connection, account_id: UUID) -> dict[str, Way]:
    """How somebody hears of each kind."""
    c = notice_choices.c
    rows = connection.execute(select(c.kind, c.way).where(c.account_id == account_id)).tuples()
    chosen = {kind: Way(way) for kind, way in rows}
    return {kind: chosen.get(kind, usual(kind)) for kind in WAYS}


def ways(connection: Connection, kind: str) -> Callable[[UUID], Way]:
    """How each account hears of a kind."""
    c = notice_choices.c
    chosen = dict(connection.execute(select(c.account_id, c.way).where(c.kind == kind)).tuples().all())
    return lambda account_id: Way(chosen.get(account_id, usual(kind)))


def without_mail(connection: Connection, kind: str) -> set[UUID]:
    """The accounts that want no mail of a kind."""
    c = notice_choices.c
    statement = select(c.account_id).where(c.kind == kind, c.way.not_in(list(BY_MAIL)))
    return set(connection.scalars(statement))


def choose(connection: Connection, account_id: UUID, chosen: Mapping[str, str]) -> None:
    """Keep how somebody wants to hear of these kinds; of the others it stays as it is.

    Raises:
        Refused: a kind is not told in that way; the field is the kind.
    """
    for kind, way in chosen.items():
        if way not in WAYS.get(kind, ()):
            raise Refused("Choose one of these.", field=kind)
    c = notice_choices.c
    connection.execute(delete(notice_choices).where(c.account_id == account_id, c.kind.in_(list(chosen))))
    if chosen:
        rows = [{"account_id": account_id, "kind": kind, "way": way} for kind, way in chosen.items()]
        connection.execute(insert(notice_choices), rows)
