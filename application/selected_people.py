"""From a filter to people: those of one's own caseload that a filter leaves, to be written to or met together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from application import clients, rights
from application.caseload import Selection, selected_rows
from application.contact_details import language_of
from application.looks import Look, Seen
from application.rights import needs
from application.services import Services
from application.workshop_rolls import SessionShown, shown_in
from domain.names import by_surname
from domain.refusal import Refused
from domain.text import optional_text, required_text
from projections import offers, workshops
from projections.caseload import CaseloadRow, Scope
from projections.offers import OfferRow
from records import people
from records.letters import LETTER_LANGUAGES as LETTER_LANGUAGES
from records.letters import addressed

LONGEST = 5000


@dataclass(frozen=True, slots=True)
class SelectedPeople:
    """Clients of one's own by name, in the order of surnames, the offers that they could be matched with, and
    the sessions of workshops in which they can be enrolled."""

    names: Mapping[UUID, str]
    offers: Sequence[OfferRow]
    sessions: Sequence[SessionShown]


@dataclass(frozen=True, slots=True)
class LetterRequest:
    """What is written to whom. `texts` has subject and text by language; a client whose language is not in it gets the
    other one."""

    client_ids: Sequence[UUID]
    texts: Mapping[str, tuple[str, str]]
    phone: str


@dataclass(frozen=True, slots=True)
class AddressedLetter:
    """One letter, ready to be printed on a page of its own."""

    client_id: UUID
    language: str
    lines: Sequence[str]


@needs(rights.KEEP)
def selected_people(services: Services, look: Look, selection: Selection) -> SelectedPeople:
    """Those of the viewer's own clients that a selection leaves; each counts as looked at."""
    with services.database.read() as connection:
        rows = selected_rows(services, connection, selection, Scope(coach_id=look.viewer.account_id))
        found = offers.all_offers(connection, as_of=services.today)
        sessions = shown_in(connection, workshops.ahead(connection, services.clock()), services.clock())
    names = clients.names_of(services, look, rows)
    in_order = dict(sorted(names.items(), key=lambda item: by_surname(item[1])))
    return SelectedPeople(in_order, [offer for offer in found if offer.closed_on is None], sessions)


@needs(rights.KEEP)
def addressed_letters(services: Services, look: Look, request: LetterRequest) -> Sequence[AddressedLetter]:
    """A letter to each of some of one's own clients, in the language that each chose; for all of them or for none.
    Each client counts as taken along.

    Raises:
        Refused: nobody was chosen, somebody of another caseload, or nothing was written.
    """
    texts = _texts(request)
    phone = optional_text(request.phone, field="phone", longest=40) or ""
    rows = chosen_of_own(services, look, request.client_ids)
    with services.database.read() as connection:
        account = people.account(connection, look.viewer.account_id)
    names = clients.names_of(services, look, rows, Seen.EXPORTED)
    opener = services.log.opener([row.client_id for row in rows])
    coach = account.full_name if account else ""

    def letter(row: CaseloadRow) -> AddressedLetter:
        wanted = language_of(row, opener)
        language = wanted if wanted in texts else next(iter(texts))
        subject, text = texts[language]
        lines = addressed(
            language,
            name=names[row.client_id],
            number=opener.text(row.client_number),
            day=services.today,
            subject=subject,
            text=text,
            coach=coach,
            phone=phone,
        )
        return AddressedLetter(row.client_id, language, lines)

    return sorted(map(letter, rows), key=lambda each: by_surname(names[each.client_id]))


def chosen_of_own(services: Services, look: Look, client_ids: Sequence[UUID]) -> list[CaseloadRow]:
    """Those clients, each once. Raises Refused where nobody was chosen, or somebody of another caseload."""
    if not client_ids:
        raise Refused("Choose at least one client.", field="client")
    with services.database.read() as connection:
        own = selected_rows(services, connection, Selection(), Scope(coach_id=look.viewer.account_id))
    by_id = {row.client_id: row for row in own}
    if set(client_ids) - by_id.keys():
        raise Refused("One of the clients chosen is not on your caseload.", field="client")
    return [by_id[client_id] for client_id in dict.fromkeys(client_ids)]


def _texts(request: LetterRequest) -> dict[str, tuple[str, str]]:
    """What is written, by language: in one of them at least, each with a subject and a text."""
    found: dict[str, tuple[str, str]] = {}
    for language in LETTER_LANGUAGES:
        subject, text = request.texts.get(language, ("", ""))
        if subject.strip() or text.strip():
            found[language] = (
                required_text(subject, field=f"subject_{language}", longest=120),
                required_text(text, field=f"text_{language}", longest=LONGEST),
            )
    if not found:
        raise Refused("Write the letter in at least one language.", field=f"text_{LETTER_LANGUAGES[0]}")
    return found
