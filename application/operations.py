"""How the machinery does: the rebuild that is going on, weekly figures, and the mail that waits or could not leave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from msgspec import Struct

from application import rights
from application.mail import send_again
from application.rebuilt_figures import Told, told
from application.rights import needs
from application.services import Services
from database.rows import part_of
from domain.roles import Viewer
from projections import weekly_figures
from projections.engine import rebuilds
from projections.engine.rebuilds import Rebuild
from records import mail_server, outbox
from records.mail_server import Away


class Undelivered(Struct, frozen=True):
    """What is shown of a message that failed: nothing of whom it is about."""

    message_id: UUID
    kind: str
    put_at: datetime
    attempts: int
    error: str | None


# So many of the latest are shown at first.
REBUILDS, FAILURES = 20, 100


@dataclass(frozen=True, slots=True)
class Mail:
    """Mail that failed for good, how many messages are in each state and why, and whether the server is away; `set_up`
    where there is one."""

    set_up: bool
    undelivered: Sequence[Undelivered]
    counts: Mapping[str, int]
    reasons: Sequence[tuple[str, str, str, int]]
    away: Away | None


@dataclass(frozen=True, slots=True)
class Machinery:
    """Where the log stands, the rebuild that is going on with its pace, those of before with the city's figures that
    they changed, up to which Monday weekly figures are built, and the mail."""

    head: int
    running: Rebuild | None
    pace: tuple[int, timedelta] | None
    past: Sequence[tuple[Rebuild, Told]]
    past_count: int
    weekly: date | None
    mail: Mail


@needs(rights.SEE_OPERATIONS)
def machinery(services: Services, viewer: Viewer, *, everything: bool = False) -> Machinery:
    """How the machinery does now, but for the read models; of rebuilds and mail that failed the latest, or
    `everything`."""
    running = rebuilds.current(services.database)
    with services.database.read() as connection:
        past = rebuilds.history(connection, None if everything else REBUILDS)
        past_count = rebuilds.ended(connection)
        mail = Mail(
            bool(services.settings.smtp_url),
            [
                part_of(Undelivered, message)
                for message in outbox.failures(connection, None if everything else FAILURES)
            ],
            outbox.counts(connection),
            outbox.by_reason(connection),
            mail_server.away(connection),
        )
        weekly = weekly_figures.built_upto(connection)
    changed = told(
        services, viewer, [{k: v for each in rebuild.changes.values() for k, v in each.items()} for rebuild in past]
    )
    shown = list(zip(past, changed, strict=True))
    pace = _pace(running) if running else None
    return Machinery(services.log.head(), running, pace, shown, past_count, weekly, mail)


@needs(rights.SEND_MAIL_AGAIN)
def send_mail_again(services: Services, viewer: Viewer, message_id: UUID | None) -> None:
    """Try mail again that failed: one message, or where None is named all of it."""
    send_again(services, message_id)


def _pace(running: Rebuild) -> tuple[int, timedelta] | None:
    """Events a second, and the time left; None while nothing is known."""
    if running.updated_at is None or running.events == 0:
        return None
    seconds = (running.updated_at - running.started_at).total_seconds()
    if seconds <= 0:
        return None
    rate = running.events / seconds
    return round(rate), timedelta(seconds=round((running.total - running.events) / rate))
