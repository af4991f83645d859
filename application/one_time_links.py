"""What opens a one-time link: its secret, its short code, the keyed marks by which they are found, and the birth date.

Both follow from the id of what is opened and the secret of this Werkpad, so they are made when a mail or letter is, and
stand nowhere. A wrong code, one that is over, one that was used and a wrong birth date take the same work and say the
same.
"""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import Connection

from application import tries
from application.services import Services
from domain.calendar import AMSTERDAM
from domain.client.questionnaire import BORN
from projections import data_gaps
from records import log_in_tries
from records.log_in_tries import OF_ADDRESS, OF_NAME, Counted
from records.one_time_links import OneTimeLinks

NOBODY = UUID(int=0)
# Without letters that are taken for a digit; 10 of them are 50 bits.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE, TOKEN = 10, 32
_TAKEN_FOR = str.maketrans("OILU", "011V")


class NotOpenError(Exception):
    """This browser is at nothing that a link opened, or at what can be answered no more."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """What opens a link, with the birth date."""

    token: str
    code: str


@dataclass(frozen=True, slots=True)
class Opening:
    """What somebody brings who wants to open a link; of a birth date what they know."""

    code: str
    born: tuple[int | None, int | None, int | None]
    address: str


def secrets_of(services: Services, links: OneTimeLinks, subject_id: UUID) -> Secrets:
    key, kind = services.settings.secret_key.encode(), links.kind.encode()
    link = hmac.digest(key, kind + b" link " + subject_id.bytes, "sha256")
    short = hmac.digest(key, kind + b" code " + subject_id.bytes, "sha256")
    code = "".join(ALPHABET[byte % len(ALPHABET)] for byte in short[:CODE])
    return Secrets(base64.urlsafe_b64encode(link).decode()[:TOKEN], code)


def marks_of(services: Services, links: OneTimeLinks, typed: str) -> tuple[str, str]:
    """The marks that a link and a code would have, whichever of the two was typed."""
    code = re.sub(r"[^0-9A-Z]", "", typed.upper()).translate(_TAKEN_FOR)
    return (
        tries.mark(services, f"{links.kind} link {typed.strip()}"),
        tries.mark(services, f"{links.kind} code {code}"),
    )


def let_work(services: Services, links: OneTimeLinks, subject_id: UUID, client_id: UUID, until: date) -> Secrets:
    """Let a link work up to and including a day, wherever that was not done yet; what opens it."""
    secrets = secrets_of(services, links, subject_id)
    marks = marks_of(services, links, secrets.token)[0], marks_of(services, links, secrets.code)[1]
    with services.database.write() as connection:
        links.add(connection, subject_id, client_id, marks, _end_of(until))
    return secrets


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), AMSTERDAM)


def spaced(code: str) -> str:
    """A code as people read it."""
    return f"{code[:5]}-{code[5:]}"


def open_link(
    services: Services,
    links: OneTimeLinks,
    given: Opening,
    token: str,
    is_open: Callable[[Connection, UUID, UUID], bool],
    file_of: Callable[[Connection, UUID], UUID | None] = lambda _connection, _subject_id: None,
) -> bool:
    """Begin a session under a token, where code and birth date belong together; `is_open` tells of a client and of what
    the link opens whether it can be answered, `file_of` in whose file that stands, where it may have gone to another.

    Raises:
        HeldBackError: too many tries failed before, whether there is such a code or not.
    """
    now = services.clock()
    marks = marks_of(services, links, given.code)
    counted = [
        Counted(tries.mark(services, f"{links.kind} {marks}"), OF_NAME),
        Counted(tries.mark(services, f"{links.kind} address {tries.network(given.address)}"), OF_ADDRESS),
    ]
    with services.database.write() as connection:
        log_in_tries.count(connection, counted, now)
        link = links.find(connection, marks, now)
        # Before it is judged, so that many at the same moment are no way round it.
        allowed = links.count_failure(connection, link.subject_id if link else NOBODY)
    client_id, subject_id = (link.client_id, link.subject_id) if link else (NOBODY, NOBODY)
    with services.database.read() as connection:
        client_id = file_of(connection, subject_id) or client_id
        known = data_gaps.known_while_open(connection, client_id, BORN)
        answerable = is_open(connection, client_id, subject_id)
    right = _is_born(known, given.born)
    if not (right and allowed and link and answerable):
        return False
    with services.database.write() as connection:
        log_in_tries.forget(connection, counted[:1], now)
        log_in_tries.take_back(connection, counted[1:], now)
        links.opened(connection, subject_id, token, now)
    return True


def _is_born(known: object, given: tuple[int | None, int | None, int | None]) -> bool:
    """Whether a birth date is the one that is known, as far as that goes."""
    text = known if isinstance(known, str) else ""
    year, month, day = (part or 0 for part in given)
    said = f"{year:04}-{month:02}-{day:02}"[: len(text)]
    # As long as each other, whatever was typed: comparing takes the same time.
    return hmac.compare_digest(text.ljust(10)[:10].encode(), said.ljust(10)[:10].encode()) and bool(text)
