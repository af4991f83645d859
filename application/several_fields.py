"""Several fields of a client on one form: what differs from what was shown is recorded, all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from uuid import UUID, uuid4, uuid5

from application import clients, registrations, rights
from application.client_file import Fact, known_facts
from application.clients import CaseloadClient
from application.looks import Look
from application.refusals import NotAllowedError, NotThereError
from application.registrations import PLAN, Agreement
from application.rights import needs
from application.services import Services
from domain.catalogue import Field, Track, load
from domain.catalogue.reasons import stored
from domain.client import (
    AgreeContactFrequency,
    AgreePlanOfAction,
    ChooseServiceTrack,
    Client,
    ClientCommand,
    ContactFrequencyAgreed,
    DeclareNotRelevant,
    FieldCorrected,
    FieldDeclaredNotRelevant,
    FieldDeclined,
    FieldRegistered,
    PlanOfActionAgreed,
    RecordDeclined,
    RegisterField,
    ServiceTrackChosen,
)
from domain.refusal import Refused, RefusedTogether
from eventlog.commands import Answer, CommandContext, Step
from eventlog.events import Event
from eventlog.sealing import Opener
from projections.definitions import on as definitions_on

# What a form with several fields can say of each.
Said = RegisterField | DeclareNotRelevant | RecordDeclined | Agreement
LAST_VERSION = 2**31 - 1
# What stands in a form where nobody answered.
BLANK = ("", None)

_PARTS: dict[type, str] = {
    AgreePlanOfAction: "plan_of_action",
    ChooseServiceTrack: "service_track",
    AgreeContactFrequency: "contact_frequency",
}


@dataclass(frozen=True, slots=True)
class FieldsToRegister:
    """Fields of a client with what is known of each, for a form that asks for all of them."""

    client: CaseloadClient
    name: str
    facts: Sequence[Fact]


@needs(rights.CORRECT)
def register_several(
    services: Services,
    look: Look,
    client_id: UUID,
    said: Sequence[Said],
    command_id: UUID,
    *,
    again: Set[str] = frozenset(),
) -> Answer:
    """Record what is said of several fields of a client: of those that say something else than the version that was
    shown, and of those that were asked `again` and stand as they are. All of it or nothing.

    Raises:
        NotThereError: there is no such client for this viewer, or no such field.
        NotAllowedError: the viewer may not correct what is recorded of this client, not see one of the fields, or not
            agree the plan with the client.
        RefusedTogether: something of it is not sound, or was changed by somebody else meanwhile; each with its field.
        Refused: nothing was changed.
    """
    row = clients.correctable(services, look, client_id)
    require_answerable(look, row.client, said)
    differing = what_differs(services, client_id, said, again)
    if not differing:
        raise Refused("Nothing was changed.")
    require_decided_by_coach(look, row.client, differing)
    context = clients.recording(services, look, row)
    return handle_parts(services, context, command_id, [(key_of(each), each) for each in differing])


@needs(rights.CORRECT)
def fields_to_register(services: Services, look: Look, client_id: UUID, keys: Sequence[str]) -> FieldsToRegister:
    """What is known of these fields, folded up to now, but for those that the viewer may not answer.

    Raises NotThereError and NotAllowedError as `register_several`.
    """
    row = clients.correctable(services, look, client_id)
    name = clients.names_of(services, look, [row])[client_id]
    return FieldsToRegister(row.client, name, facts_to_answer(services, look, row.client, keys))


def facts_to_answer(services: Services, look: Look, client: CaseloadClient, keys: Sequence[str]) -> list[Fact]:
    """What is known of those of these fields that the viewer may answer."""
    with services.database.read() as connection:
        catalogue = definitions_on(connection, services.today).catalogue
    fields = [catalogue.fields[key] for key in keys if key in catalogue]
    return known_facts(services, client, [field for field in fields if may_answer(look, client, field)])


def facts_of(services: Services, client: CaseloadClient, keys: Sequence[str]) -> list[Fact]:
    """What is known of these fields, folded up to now, for one who may correct them; none of them is sensitive."""
    return known_facts(services, client, [load()[key] for key in keys if not load()[key].sensitive])


def key_of(said: Said) -> str:
    """The field that something is said of."""
    return _PARTS.get(type(said)) or said.field  # type: ignore[union-attr]  # what is no part of the plan has a field


def require_answerable(look: Look, client: CaseloadClient, said: Sequence[Said]) -> None:
    """Raises NotThereError where there is no such field, NotAllowedError where it is not for the viewer to answer."""
    for key in map(key_of, said):
        field = load().fields.get(key)
        if field is None:
            raise NotThereError
        if not may_answer(look, client, field):
            raise NotAllowedError


def may_answer(look: Look, client: CaseloadClient, field: Field) -> bool:
    """Whether a field of this client, whom the viewer may correct, is for the viewer to answer."""
    if field.specialised_only and not client.specialised:
        return False
    if field.key == "service_track" and client.track == Track.EXEMPT and look.viewer.stands_in(client.coach_id):
        return False
    if field.key in PLAN:
        return look.viewer.may_record(client.team_id, client.coach_id)
    return not field.sensitive or look.viewer.sees_sensitive(client.coach_id)


def require_decided_by_coach(look: Look, client: CaseloadClient, said: Sequence[Said]) -> None:
    """Raises RefusedTogether with what of it is not for who stands in."""
    if wrong := _for_coach(look, client, said):
        raise RefusedTogether(wrong)


def _for_coach(look: Look, client: CaseloadClient, said: Sequence[Said]) -> list[tuple[str, Refused]]:
    return [("service_track", refused) for refused in registrations.exempting(look, client, said)]


def what_differs(services: Services, client_id: UUID, said: Sequence[Said], again: Set[str]) -> list[Said]:
    """Those that say something else than the version that was shown, and those that are said `again`."""
    shown = _as_shown(services, client_id, [each.shown for each in said])
    return [each for each in said if key_of(each) in again or not _is_as_shown(each, shown)]


def _as_shown(services: Services, client_id: UUID, versions: Iterable[int | None]) -> Mapping[int | None, object]:
    """What was said in these versions, in the words of a command: the field, its state, and what goes with it."""
    wanted = sorted({version for version in versions if version and 0 < version <= LAST_VERSION})
    opener = services.log.opener([client_id])
    return {version: _told(event, opener) for version, event in services.log.versions(client_id, wanted).items()}


def _told(event: Event, opener: Opener) -> object:
    match event:
        case FieldRegistered() | FieldCorrected():
            return event.field, "known", opener.value(event, "value")
        case FieldDeclaredNotRelevant():
            return event.field, "not_relevant", opener.value(event, "reason"), event.review_on
        case FieldDeclined():
            return event.field, "declined", opener.value(event, "reason"), event.review_on
        case PlanOfActionAgreed():
            return "plan_of_action", "known", opener.value(event, "plan")
        case ServiceTrackChosen():
            return "service_track", "known", event.track.value
        case ContactFrequencyAgreed():
            return "contact_frequency", "known", opener.value(event, "weeks")
    return None


def _is_as_shown(said: Said, shown: Mapping[int | None, object]) -> bool:
    before, key = shown.get(said.shown), key_of(said)
    match said:
        case DeclareNotRelevant():
            return before == (key, "not_relevant", stored(said.because, said.reason), said.review_on)
        case RecordDeclined():
            return before == (key, "declined", stored(said.because, said.reason), said.review_on)
        case RegisterField():
            raw = said.value
        case AgreePlanOfAction():
            raw = said.plan.strip()
        case ChooseServiceTrack():
            raw = said.track.value
        case _:
            raw = said.weeks
    if _is_blank(raw):
        # No answer, where there was none either.
        return not isinstance(before, tuple) or before[1] != "known"
    if key in PLAN:
        return before == (key, "known", raw)
    try:
        return before == (key, "known", load()[key].check(raw))
    except Refused:
        # What can't be read is refused with the rest.
        return False


def _is_blank(raw: object) -> bool:
    return raw in BLANK or (isinstance(raw, list) and not any(raw)) or (isinstance(raw, str) and not raw.strip())


@needs(rights.CORRECT)
def refusals(
    services: Services, look: Look, client_id: UUID, said: Sequence[Said], again: Set[str] = frozenset()
) -> list[tuple[str, Refused]]:
    """What would be refused of it, each with its field; nothing is recorded. Raises as `register_several`."""
    row = clients.correctable(services, look, client_id)
    require_answerable(look, row.client, said)
    context = clients.recording(services, look, row)
    differing = what_differs(services, client_id, said, again)
    by_coach = _for_coach(look, row.client, differing)
    return [*wrong_of(services, context, [(key_of(each), each) for each in differing]), *by_coach]


def wrong_of(
    services: Services, context: CommandContext, parts: Sequence[tuple[str, ClientCommand]]
) -> list[tuple[str, Refused]]:
    """What is wrong with each of them: they say nothing about each other, so each is judged alone."""
    wrong: list[tuple[str, Refused]] = []
    for part, command in parts:
        try:
            services.clients.decide([Step(command, context, uuid4())])
        except RefusedTogether as several:
            wrong += [(part, refused) for _, refused in several.parts]
        except Refused as refused:
            wrong.append((part, refused))
    return wrong


def handle_parts(
    services: Services, context: CommandContext, command_id: UUID, parts: Sequence[tuple[str, ClientCommand]]
) -> Answer:
    """Carry out the commands of a form about one client, each with its part of the form: all of them or none.

    Raises:
        RefusedTogether: what is wrong with each of them that can't be carried out.
    """
    ids = [command_id, *(uuid5(command_id, part) for part, _ in parts[1:])]
    steps: list[Step[Client]] = [
        Step(command, context, own_id) for (_, command), own_id in zip(parts, ids, strict=True)
    ]
    try:
        return services.clients.handle_all(steps)
    except Refused as first:
        raise RefusedTogether(wrong_of(services, context, parts) or [(parts[0][0], first)]) from None
