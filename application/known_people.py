"""Who is a client already: found by number, or by name and birth date, and told without saying whose file it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from application.services import Services
from domain.refusal import Refused
from domain.text import same_text
from projections.caseload_people import SealedPerson, all_people


@dataclass(frozen=True, slots=True)
class Person:
    """What tells a person from others at an intake."""

    name: str | None
    client_number: str | None
    birth_date: str | None
    intake_on: date


@dataclass(slots=True)
class KnownPeople:
    """All clients, open and closed, as far as they can be opened: compared without capitals and blanks, in one form of
    each letter, whichever source they came from."""

    numbers: set[str] = field(default_factory=set)
    alike: set[tuple[str, object]] = field(default_factory=set)

    def add(self, person: Person) -> None:
        """From now on this person is known."""
        self.add_number(person.client_number)
        if (alike := _alike(person)) is not None:
            self.alike.add(alike)

    def add_number(self, number: str | None) -> None:
        """From now on this number is known."""
        if number:
            self.numbers.add(_number(number))

    def refuse_double(self, person: Person, *, may_be_alike: bool) -> None:
        """Raises Refused for somebody with the number of a client, or with the name and birth date of one unless that
        may be. The sentence is the same for everybody: whose client it is may not be for whoever asks."""
        if person.client_number and _number(person.client_number) in self.numbers:
            raise Refused(
                "Somebody with this client number is or was a client here already. Look them up; if they are not among"
                " your clients, ask the team manager.",
                field="client_number",
            )
        if not may_be_alike and _alike(person) in self.alike:
            raise Refused(
                "Somebody with this name and birth date is or was a client here already. Make sure that this is"
                " somebody else, and say so.",
                field="somebody_else",
            )


def known_people(services: Services, among: Person | None = None) -> KnownPeople:
    """Everybody who is or was a client; of one person alone those who could be the same."""
    with services.database.read() as connection:
        sealed = [person for person in all_people(connection) if among is None or _could_be(person, among)]
    return _opened(services, sealed, among)


def _could_be(person: SealedPerson, same: Person) -> bool:
    numbered = bool(same.client_number and person.client_number)
    return numbered or (bool(person.name) and person.birth_date == same.birth_date)


def _opened(services: Services, sealed: Sequence[SealedPerson], among: Person | None) -> KnownPeople:
    opener = services.log.opener([person.client_id for person in sealed])
    known = KnownPeople()
    for person in sealed:
        number = opener.text(person.client_number)
        # To open all names takes as long as to open all numbers, and most could not be the one that is looked for.
        name = opener.text(person.name) if among is None or person.birth_date == among.birth_date else None
        known.add(Person(name, number, person.birth_date, person.intake_on))
    return known


def _number(text: str) -> str:
    return "".join(same_text(text).split())


def _alike(person: Person) -> tuple[str, object] | None:
    """By what a person is taken for another: name and birth date; without a birth date and a number that would tell
    them apart, name and day of the intake."""
    if not person.name:
        return None
    if person.birth_date:
        return same_text(person.name), person.birth_date
    return None if person.client_number else (same_text(person.name), person.intake_on)
