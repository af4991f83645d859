"""The monthly letter: drafted from what a month brought, edited and sent once by the improvement team, read by all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid5

from babel.dates import format_date

from application import rights
from application.changelog import LANGUAGES
from application.meeting_pack import CHANGE, DEFINITION, IN_ORDER, NORM, NORM_ENDED, NORM_REVIEW, Item, meeting_pack
from application.rights import needs
from application.services import Services
from domain.calendar import add_months
from domain.in_force import Definitions, texts_of
from domain.refusal import Conflict, Refused
from domain.roles import Viewer
from domain.text import required_text
from projections import definitions
from records import city_letters, notice_choices, notices, outbox, people, targets
from records.city_letters import CityLetter
from records.notice_choices import BY_MAIL

LONGEST = 8000
_LETTERS = UUID("5d0f3c1e-7d6e-5c57-9b50-0c8f0e1b7a26")

_HEADINGS: Mapping[str, Mapping[str, str]] = {
    DEFINITION: {"en": "Definitions that changed", "nl": "Definities die zijn veranderd"},
    NORM: {"en": "New agreements", "nl": "Nieuwe afspraken"},
    NORM_ENDED: {"en": "Agreements that ended", "nl": "Afspraken die zijn vervallen"},
    NORM_REVIEW: {"en": "Agreements to review", "nl": "Afspraken om opnieuw te bekijken"},
    CHANGE: {"en": "What was delivered", "nl": "Wat er is opgeleverd"},
}
_TARGETS = {"en": "Targets", "nl": "Doelen"}
_TARGET = {"en": "open clients from %s on: %s", "nl": "lopende klanten vanaf %s: %s"}
_NOTHING = {"en": "This month brought no change.", "nl": "Deze maand bracht geen verandering."}


@dataclass(frozen=True, slots=True)
class Letters:
    """The letter that is shown, and the months of all that were sent; `to_write` are months whose letter was not."""

    shown: CityLetter | None
    sent: Sequence[date]
    to_write: Sequence[date]


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter to be edited: as it was saved, or as it follows from the month. `version` is 0 before it was saved."""

    month: date
    texts: Mapping[str, str]
    version: int


@needs(rights.READ_LETTERS)
def letters(services: Services, viewer: Viewer, month: date | None) -> Letters:
    """The letter of a month, or the latest that was sent; none that was not sent."""
    with services.database.read() as connection:
        sent = [letter for letter in city_letters.every(connection) if letter.sent_at is not None]
    shown = next((letter for letter in sent if month in (None, letter.month)), None)
    months = [letter.month for letter in sent]
    this = services.today.replace(day=1)
    open_months = [each for each in (this, add_months(this, -1)) if each not in months]
    return Letters(shown, months, open_months if rights.DECIDE.allows(viewer) else [])


@needs(rights.DECIDE)
def draft(services: Services, viewer: Viewer, month: date | None) -> Draft:
    """The letter of a month to be edited; of the first that is to be written where none is asked.

    Raises:
        Refused: that of this month was sent, or the month has not begun.
    """
    to_write = letters(services, viewer, None).to_write
    chosen = month or (to_write[-1] if to_write else services.today.replace(day=1))
    _require_open(services, chosen)
    with services.database.read() as connection:
        saved = city_letters.of_month(connection, chosen)
        in_force = definitions.on(connection, services.today)
        wanted = [
            (target.from_on, target.number)
            for target in targets.all_targets(connection)
            if (target.figure, target.team_id, target.from_on.replace(day=1)) == ("open", None, chosen)
        ]
    if saved is not None:
        return Draft(chosen, {"en": saved.en, "nl": saved.nl}, saved.version)
    items = meeting_pack(services, viewer, chosen).items
    return Draft(chosen, {each: _drafted(items, wanted, in_force, each) for each in LANGUAGES}, 0)


def _require_open(services: Services, month: date) -> None:
    with services.database.read() as connection:
        saved = city_letters.of_month(connection, month)
    if saved is not None and saved.sent_at is not None:
        raise Refused("The letter of this month was sent. What is sent stays as it is.")
    if month > services.today:
        raise Refused("This month has not begun. Choose an earlier one.", field="month")


def _drafted(items: Sequence[Item], wanted: Sequence[tuple[date, int]], in_force: Definitions, language: str) -> str:
    """What a month brought, as a text to begin with."""
    parts = []
    for kind in IN_ORDER:
        lines = [_line(item, in_force, language) for item in items if item.kind == kind]
        if lines:
            parts.append("\n".join([_HEADINGS[kind][language], *lines]))
    if wanted:
        lines = [f"- {_TARGET[language] % (_day(day, language), number)}" for day, number in wanted]
        parts.append("\n".join([_TARGETS[language], *lines]))
    return "\n\n".join(parts) or _NOTHING[language]


def _line(item: Item, in_force: Definitions, language: str) -> str:
    title = item.titles.get(language, "")
    if item.subject:
        title = texts_of(item.subject, in_force)["label"][LANGUAGES.index(language)]
    text = item.texts.get(language, "")
    return f"- {title} ({_day(item.on, language)})" + (f": {text}" if text else "")


def _day(day: date, language: str) -> str:
    return format_date(day, "d MMMM y", locale=language)


@needs(rights.DECIDE)
def write_letter(
    services: Services, viewer: Viewer, month: date, texts: Mapping[str, str | None], shown: int, *, send: bool
) -> bool:
    """Save the letter of a month, and send it where `send` says so: to the page of everybody, and by mail to those who
    want it so. Whether it was stored now; sent twice, it is stored and sent once.

    Raises:
        Refused: a text lacks or is too long, the month has not begun, or its letter was sent.
        Conflict: somebody saved another version than was `shown`.
    """
    en, nl = (required_text(texts.get(each), field=each, longest=LONGEST) for each in LANGUAGES)
    now, me = services.clock(), viewer.account_id
    with services.database.read() as connection:
        before = city_letters.of_month(connection, month)
    done = before is not None and before.sent_at is not None
    if before and (before.en, before.nl, before.written_by, done) == (en, nl, me, send):
        return False
    _require_open(services, month)
    sent_by, sent_at = (me, now) if send else (None, None)
    with services.database.write() as connection:
        letter = CityLetter(month, en, nl, shown + 1, me, now, sent_by, sent_at)
        if not city_letters.save(connection, letter):
            raise Conflict("A colleague saved this letter meanwhile. Reload the page and add your changes.", field="en")
        if send and services.settings.smtp_url:
            way = notice_choices.ways(connection, notices.MONTHLY)
            for account in people.all_accounts(connection):
                if account.active and account.email and way(account.account_id) in BY_MAIL:
                    message_id = uuid5(_LETTERS, f"{month}/{account.account_id}")
                    language = account.language or "nl"
                    outbox.put(connection, message_id, notices.MONTHLY, account.account_id, now, language=language)
    return True
