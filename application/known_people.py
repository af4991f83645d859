"""Who is a client already: found by number, or by name and birth date, and told without saying whose file it is."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from application import clients
from application.looks import Look, Seen
from application.services import Services
from database.locks import TAKING_IN
from domain.client import IntakeTaken
from domain.refusal import Refused
from domain.same_person import By, looked_for, number
from domain.text import same_text
from eventlog.events import shape_of
from projections import applications, caseload, known_people, merges
from projections.caseload_people import SealedPerson, all_people, people_among, with_a_file

INTAKES = frozenset({shape_of(IntakeTaken).topic})
PAGE = 10_000  # events


@dataclass(frozen=True, slots=True)
class Person:
    """What tells a person from others at an intake."""

    name: str | None
    client_number: str | None
    birth_date: str | None
    intake_on: date


@dataclass(frozen=True, slots=True)
class Alike:
    """Somebody who may be the same person: what both have in common, and who it is where the viewer may open the file;
    else neither id nor name. `applied`: by an application, and not by a file."""

    by: By
    client_id: UUID | None = None
    name: str | None = None
    applied: bool = False


@dataclass(slots=True)
class KnownPeople:
    """All clients, open and closed, as far as they can be opened: compared without capitals and blanks, in one form of
    each letter, whichever source they came from. `upto` is the position in the log up to which they are known, and
    `event` what stands there."""

    upto: int = 0
    event: str | None = None
    numbers: set[str] = field(default_factory=set)
    alike: set[tuple[str, object]] = field(default_factory=set)

    def add(self, person: Person) -> None:
        """From now on this person is known."""
        self.add_number(person.client_number)
        if (alike := _alike(person)) is not None:
            self.alike.add(alike)

    def add_number(self, text: str | None) -> None:
        """From now on this number is known."""
        if text:
            self.numbers.add(number(text))

    def refuse_double(self, person: Person, *, may_be_alike: bool) -> None:
        """Raises Refused for somebody with the number of a client, or with the name and birth date of one unless that
        may be. The sentence is the same for everybody: whose client it is may not be for whoever asks."""
        if person.client_number and number(person.client_number) in self.numbers:
            raise _same_number()
        if not may_be_alike and _alike(person) in self.alike:
            raise Refused(
                "Somebody with this name and birth date is or was a client here already. Make sure that this is"
                " somebody else, and say so.",
                field="somebody_else",
            )


def _same_number() -> Refused:
    return Refused(
        "Somebody with this client number is or was a client here already. Look them up; if they are not among"
        " your clients, ask the team manager.",
        field="client_number",
    )


@contextmanager
def one_intake_at_a_time(services: Services) -> Iterator[None]:
    """While this lasts, nobody else makes a file of somebody, by whichever way: who looks in here whether there is one
    may rely on it until their own is recorded."""
    with services.database.advisory_lock(TAKING_IN):
        yield


def known_people_opened(services: Services) -> KnownPeople:
    """Everybody who is or was a client: for whoever compares many with them."""
    head = services.log.head()
    known = KnownPeople(head, services.log.identity_at(head))
    # Who came in a moment ago counts, too.
    services.engine.catch_up([caseload.projection.name], wait=True)
    with services.database.read() as connection:
        _add(services, known, list(all_people(connection)))
    return known


def learn_who_came(services: Services, known: KnownPeople, but: Collection[UUID]) -> None:
    """Let those be known, too, who became clients since; `but` those whom the one who asks made clients."""
    came = _came_since(services, known) - set(but)
    if not came:
        return
    services.engine.catch_up([caseload.projection.name], wait=True)
    with services.database.read() as connection:
        _add(services, known, list(people_among(connection, came)))


def _came_since(services: Services, known: KnownPeople) -> set[UUID]:
    came: set[UUID] = set()
    while True:
        page = services.log.following_among(INTAKES, known.upto, known.event, PAGE)
        if page is None:
            # The log was restored meanwhile: from its beginning, then.
            known.upto, known.event = 0, None
            continue
        came |= {recorded.event.originator_id for recorded in page.events}
        if page.position == known.upto:
            return came
        known.upto, known.event = page.position, page.identity


def _add(services: Services, known: KnownPeople, sealed: Sequence[SealedPerson]) -> None:
    opener = services.log.opener([person.client_id for person in sealed])
    for person in sealed:
        name, client_number = opener.text(person.name), opener.text(person.client_number)
        known.add(Person(name, client_number, person.birth_date, person.intake_on))


def refuse_double(services: Services, person: Person, *, may_be_alike: bool) -> None:
    """Raises Refused for somebody with the number of a client, or who may be one by name and birth date, unless that
    was looked at; many have the same name and nothing else in common. The sentence is the same for everybody."""
    found = _alike_by_marks(services, person)
    with services.database.read() as connection:
        files = with_a_file(connection, list(found))
    common = {by for client_id, by in found.items() if client_id in files} - {By.NAME}
    if By.NUMBER in common:
        raise _same_number()
    if common and not may_be_alike:
        raise Refused(
            "Somebody with a name and birth date like these is or was a client here already. Make sure that this is"
            " somebody else, and say so.",
            field="somebody_else",
        )


def who_may_be_the_same(services: Services, look: Look, person: Person, *, but: UUID | None = None) -> Sequence[Alike]:
    """Clients, open and closed, and those who applied, who may be this person, `but` the one under this id; most in
    common first. They are named where the viewer may see them, and counted where not."""
    found = _alike_by_marks(services, person)
    if but is not None:
        found.pop(but, None)
    with services.database.read() as connection:
        rows = caseload.by_id(connection, list(found))
        applied = {row.client_id: row for row in applications.by_id(connection, list(found))}
    seen: list[clients.Named] = [r for r in rows if look.viewer.may_read(r.client.team_id, r.client.coach_id)]
    seen += [row for row in applied.values() if look.viewer.may_see_application(row.team_id)]
    names = clients.names_of(services, look, seen, Seen.FOUND)
    return [
        Alike(by, client_id, names[client_id], applied=client_id in applied) if client_id in names else Alike(by)
        for client_id, by in found.items()
    ]


def _alike_by_marks(services: Services, person: Person) -> dict[UUID, By]:
    # Who came in a moment ago counts, too.
    read = (known_people.projection, caseload.projection, applications.projection, merges.projection)
    services.engine.catch_up([projection.name for projection in read], wait=True)
    signs = looked_for(person.name, person.client_number, person.birth_date)
    marks = services.log.opener([]).marks()
    with services.database.read() as connection:
        found = known_people.alike(connection, {known_people.of(marks, sign): sign[0] for sign in signs})
        kept = merges.kept_of(connection, found)
    people: dict[UUID, By] = {}
    for client_id, by in found.items():
        # Found by what a file says that ended in another one: the person is where it goes on.
        people.setdefault(kept.get(client_id, client_id), by)
    return people


def _alike(person: Person) -> tuple[str, object] | None:
    """By what a person is taken for another: name and birth date; without a birth date and a number that would tell
    them apart, name and day of the intake."""
    if not person.name:
        return None
    if person.birth_date:
        return same_text(person.name), person.birth_date
    return None if person.client_number else (same_text(person.name), person.intake_on)
