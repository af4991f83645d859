"""Who is a client already: found by number, or by name and birth date, and told without saying whose file it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from application import clients
from application.looks import Look, Seen
from application.services import Services
from database.locks import TAKING_IN
from domain.refusal import Refused
from domain.same_person import By, Sign, is_probably, looked_for, number
from projections import applications, caseload, caseload_people, known_people, merges
from projections.caseload_people import KnownPerson

# What tells who is known.
_TELLING = [each.projection.name for each in (known_people, caseload, applications, merges)]


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
class Comparing:
    """Many newcomers of one source compared with who is known: `came` are those who came in with them, and `numbers`
    theirs. Two rows of a source that say the same of two people are two people, but no two have one number. `upto` is
    the position up to which all that others recorded was looked at."""

    came: set[UUID] = field(default_factory=set)
    numbers: set[str] = field(default_factory=set)
    upto: int = 0

    def add(self, client_id: UUID, person: Person) -> None:
        """This person came in, too."""
        self.came.add(client_id)
        if person.client_number:
            self.numbers.add(number(person.client_number))


def _same_number() -> Refused:
    return Refused(
        "Somebody with this client number is already a client here, or was before. Look them up; "
        "if they are not among your clients, ask the team manager.",
        field="client_number",
    )


def _somebody_alike() -> Refused:
    return Refused(
        "Somebody with a similar name and birth date is already a client here, or was before. "
        "Check that this is a different person, and confirm it.",
        field="somebody_else",
    )


@contextmanager
def one_intake_at_a_time(services: Services, beside: Comparing | None = None) -> Iterator[None]:
    """While this lasts, nobody else makes a file of somebody, by whichever way: who looks in here whether there is one
    may rely on it until their own is recorded. Nothing is folded where nobody but those `beside` came since."""
    with services.database.advisory_lock(TAKING_IN):
        if beside is None or beside.upto != services.log.head():
            # Who came in a moment ago counts, too.
            services.engine.catch_up(_TELLING, wait=True)
        yield


def refuse_double(services: Services, person: Person, *, may_be_alike: bool) -> None:
    """Raises Refused for somebody with the number of a client, or who may be one by name and birth date, unless that
    was looked at; many have the same name and nothing else in common. The sentence is the same for everybody. For who
    has `one_intake_at_a_time`, which has folded who came in a moment ago."""
    found = _known_as(services, person)
    with services.database.read() as connection:
        files = caseload_people.by_id(connection, found)
    common = {by for client_id, by in found.items() if client_id in files} - {By.NAME}
    if By.NUMBER in common:
        raise _same_number()
    if common and not may_be_alike:
        raise _somebody_alike()


def who_may_be_the_same(services: Services, look: Look, person: Person, *, but: UUID | None = None) -> Sequence[Alike]:
    """Clients, open and closed, and those who applied, who may be this person, `but` the one under this id; most in
    common first. They are named where the viewer may see them, and counted where not."""
    found = who_is_known_as(services, person)
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


def who_is_known_as(services: Services, person: Person) -> dict[UUID, By]:
    """Everybody who may be this person, with what both have in common; by id alone, and no look at anybody."""
    # Who came in a moment ago counts, too.
    services.engine.catch_up(_TELLING, wait=True)
    return _known_as(services, person)


def _known_as(services: Services, person: Person) -> dict[UUID, By]:
    signs = looked_for(person.name, person.client_number, person.birth_date)
    marks = services.log.marks()
    with services.database.read() as connection:
        found = known_people.alike(connection, {known_people.of(marks, sign): sign[0] for sign in signs})
        kept = merges.kept_of(connection, found)
    people: dict[UUID, By] = {}
    for client_id, by in found.items():
        # Found by what a file says that ended in another one: the person is where it goes on.
        people.setdefault(kept.get(client_id, client_id), by)
    return people


def who_is_known(services: Services, people: Sequence[Person], beside: Comparing) -> list[By | None]:
    """For each of these people, what makes it probable that they are a client already; None of who is not.

    All are looked for at once, and nobody's name is opened for it.
    """
    marks = services.log.marks()
    signs = [
        {known_people.of(marks, sign): sign for sign in looked_for(each.name, each.client_number, each.birth_date)}
        for each in people
    ]
    with services.database.read() as connection:
        having = known_people.having(connection, {mark for several in signs for mark in several})
        found = {client_id for several in having.values() for client_id in several} - beside.came
        kept = merges.kept_of(connection, found) if found else {}
        clients_known = caseload_people.by_id(connection, found | set(kept.values())) if found else {}
    told: list[By | None] = []
    for person, several in zip(people, signs, strict=True):
        common: dict[UUID, list[Sign]] = {}
        for mark, sign in several.items():
            for client_id in having.get(mark, ()):
                if client_id in found:
                    common.setdefault(client_id, []).append(sign)
        told.append(_most_telling(person, common, kept, clients_known))
    return told


def _most_telling(
    person: Person,
    common: Mapping[UUID, Sequence[Sign]],
    kept: Mapping[UUID, UUID],
    clients_known: Mapping[UUID, KnownPerson],
) -> By | None:
    probable = []
    for client_id, signs in common.items():
        known = clients_known.get(kept.get(client_id, client_id))
        if known is None:
            # Who applied, and has no file.
            continue
        together = not person.client_number and not known.numbered and person.intake_on == known.intake_on
        probable.append(is_probably(signs, person.name, person.birth_date, known.birth_date, came_together=together))
    return min((by for by in probable if by), key=list(By).index, default=None)


def refuse_known(person: Person, by: By | None, beside: Comparing, *, may_be_alike: bool) -> None:
    """Raises Refused for a newcomer who is probably a client already (`by`), unless that may be; for one with the
    number of a client, or of somebody who came with them, in any case."""
    if by is By.NUMBER or (person.client_number and number(person.client_number) in beside.numbers):
        raise _same_number()
    if by is not None and not may_be_alike:
        raise _somebody_alike()
