"""Registrations: what is known of a client, field by field, or why it is not; and the plan that was agreed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from uuid import UUID, uuid5

from application import clients, rights
from application.client_file import Fact, known_fact
from application.clients import CaseloadClient
from application.looks import Look
from application.refusals import NotAllowedError, NotThereError
from application.rights import needs
from application.services import Services
from domain.catalogue import Field, Track, load
from domain.client import (
    AgreeContactFrequency,
    AgreePlanOfAction,
    ChooseServiceTrack,
    ContactFrequencyAgreed,
    CorrectField,
    DeclareNotRelevant,
    PlanOfActionAgreed,
    RecordDeclined,
    RegisterField,
    ServiceTrackChosen,
    WithdrawField,
)
from domain.refusal import Refused
from eventlog.commands import Answer, Step
from eventlog.events import Event
from eventlog.sealing import Opener
from projections import data_gaps

# What can be said of one field, and agreed of one part of the plan.
Registration = RegisterField | CorrectField | WithdrawField | DeclareNotRelevant | RecordDeclined
Agreement = AgreePlanOfAction | ChooseServiceTrack | AgreeContactFrequency

PLAN = ("plan_of_action", "service_track", "contact_frequency")
LAST_VERSION = 2**31 - 1


@dataclass(frozen=True, slots=True)
class FieldToRegister:
    """A field of a client with what is known of it, for the form that changes it."""

    client: CaseloadClient
    name: str
    known: Fact


@dataclass(frozen=True, slots=True)
class PlanToAgree:
    """What was agreed with a client. `shown` is the version of each part, by which a conflict is judged."""

    client: CaseloadClient
    name: str
    agreed: str | None
    shown: Mapping[str, int]


@needs(rights.CORRECT)
def register(services: Services, look: Look, command: Registration, command_id: UUID) -> Answer:
    """Say what is known of a field, or why nothing is.

    Raises:
        NotThereError: there is no such client for this viewer, or no such field.
        NotAllowedError: the viewer may not correct what is recorded of this client, or not see this field.
        Conflict: somebody else changed it meanwhile.
        Refused: what is said of it is not sound.
    """
    row = clients.correctable(services, look, command.client_id)
    field = load().fields.get(command.field)
    if field is None:
        raise NotThereError
    _require_seen(look, row.client, field)
    return services.clients.handle(command, clients.recording(services, look, row), command_id)


@needs(rights.CORRECT)
def field_to_register(services: Services, look: Look, client_id: UUID, field: Field) -> FieldToRegister:
    """What is known of a field, folded up to now. Raises NotThereError and NotAllowedError as `register`."""
    row = clients.correctable(services, look, client_id)
    known = known_fact(services, look, row.client, field)
    return FieldToRegister(row.client, clients.names_of(services, look, [row])[client_id], known)


@needs(rights.RECORD)
def agree_plan(
    services: Services,
    look: Look,
    client_id: UUID,
    agreements: Sequence[Agreement],
    command_id: UUID,
    *,
    again: Set[str] = frozenset(),
) -> Answer:
    """Record what was agreed with a client: of these parts of the plan those that say something else than the version
    that was shown, and those agreed `again` as they stand. All of it or nothing.

    Raises:
        NotThereError, NotAllowedError: it is not the viewer's client.
        Conflict: somebody else changed a part meanwhile.
        Refused: nothing was changed, or what is said is not sound.
    """
    row = clients.recordable(services, look, client_id)
    as_shown = _as_shown(services, client_id, [each.shown for each in agreements])
    changed = [each for each in agreements if _part(each) in again or _said(each) != as_shown.get(each.shown)]
    if not changed:
        raise Refused("Nothing was changed.")
    for refused in exempting(look, row.client, changed):
        raise refused
    context = clients.recording(services, look, row)
    ids = [command_id, *(uuid5(command_id, _part(each)) for each in changed[1:])]
    return services.clients.handle_all([Step(each, context, own_id) for each, own_id in zip(changed, ids, strict=True)])


def exempting(look: Look, client: CaseloadClient, said: Sequence[object]) -> list[Refused]:
    """What of it the client's own coach alone decides, where the viewer stands in: an exemption, begun or ended."""
    if not look.viewer.stands_in(client.coach_id):
        return []
    return [
        Refused(
            "The client's own coach decides on an exemption. Leave the track as it is and tell your colleague.",
            field="service_track",
        )
        for each in said
        if isinstance(each, ChooseServiceTrack) and Track.EXEMPT in (each.track, client.track)
    ]


def _as_shown(services: Services, client_id: UUID, shown: Iterable[int | None]) -> dict[int | None, object]:
    """What was agreed in these versions."""
    versions = sorted({version for version in shown if version and 0 < version <= LAST_VERSION})
    events = services.log.versions(client_id, versions)
    opener = services.log.opener([client_id])
    return {version: _agreed(event, opener) for version, event in events.items()}


def _agreed(event: Event, opener: Opener) -> object:
    if isinstance(event, PlanOfActionAgreed):
        return opener.value(event, "plan")
    if isinstance(event, ServiceTrackChosen):
        return event.track
    return opener.value(event, "weeks") if isinstance(event, ContactFrequencyAgreed) else None


def _said(agreement: Agreement) -> object:
    if isinstance(agreement, AgreePlanOfAction):
        return agreement.plan.strip() or None
    return agreement.track if isinstance(agreement, ChooseServiceTrack) else agreement.weeks


def _part(agreement: Agreement) -> str:
    parts = {AgreePlanOfAction: "plan_of_action", ChooseServiceTrack: "service_track"}
    return parts.get(type(agreement), "contact_frequency")


@needs(rights.RECORD)
def plan_to_agree(services: Services, look: Look, client_id: UUID) -> PlanToAgree:
    """The plan of a client, folded up to now. Raises NotThereError and NotAllowedError as `agree_plan`."""
    row = clients.recordable(services, look, client_id)
    services.engine.catch_up([data_gaps.projection.name], wait=True)
    with services.database.read() as connection:
        known = data_gaps.of_client(connection, client_id)
    opener = services.log.opener([client_id])
    agreed = opener.text(known["plan_of_action"].sealed) if "plan_of_action" in known else None
    shown = {part: known[part].version if part in known else 0 for part in PLAN}
    return PlanToAgree(row.client, clients.names_of(services, look, [row])[client_id], agreed, shown)


def _require_seen(look: Look, client: CaseloadClient, field: Field) -> None:
    if field.sensitive and not look.viewer.sees_sensitive(client.coach_id):
        raise NotAllowedError
