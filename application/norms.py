"""Norms: agreements about proper use of the dashboard, where they stand, and setting one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import msgspec

from application import rights
from application.decisions import DecidedIn, meetings_to_decide_in, require_decided
from application.refusals import NotThereError
from application.rights import needs
from application.services import Services
from domain.roles import Viewer
from eventlog.commands import Answer, CommandContext
from feedback import norms as model
from feedback.norm import SetNorm, WithdrawNorm
from feedback.norms import Norm as Norm


@dataclass(frozen=True, slots=True)
class Norms:
    """The norms that hold, and the wordings that no longer do."""

    holding: Sequence[Norm]
    ended: Sequence[Norm]


@needs(rights.LOG_SIGNALS)
def every_norm(services: Services, viewer: Viewer) -> Norms:
    """All norms, those that hold and those that did, the latest first."""
    with services.database.read() as connection:
        return Norms(model.holding(connection), model.ended(connection))


@needs(rights.LOG_SIGNALS)
def norms_on_page(services: Services, viewer: Viewer, page: str) -> list[Norm]:
    """The norms that hold on a page, by its name."""
    with services.database.read() as connection:
        return model.on_page(connection, page)


@needs(rights.DECIDE)
def one_norm(services: Services, viewer: Viewer, norm_id: UUID) -> Norm:
    """A norm in its last words. Raises NotThereError where there is none."""
    with services.database.read() as connection:
        found = model.history(connection, norm_id)
    if not found:
        raise NotThereError
    return found[0]


@needs(rights.DECIDE)
def meetings_to_set_in(services: Services, viewer: Viewer) -> list[DecidedIn]:
    """The meetings in whose name the viewer may set or withdraw a norm."""
    with services.database.read() as connection:
        return meetings_to_decide_in(services, viewer, connection)


@needs(rights.DECIDE)
def set_norm(services: Services, viewer: Viewer, command: SetNorm, command_id: UUID) -> Answer:
    """Set a norm, or put one into other words.

    Raises:
        Refused: it is not the viewer's to decide, alone or in this meeting, or what is said is not sound.
    """
    require_decided(services, viewer, command.meeting, command.signal)
    return _handled(services, viewer, command, command_id)


@needs(rights.DECIDE)
def withdraw_norm(services: Services, viewer: Viewer, command: WithdrawNorm, command_id: UUID) -> Answer:
    """Say that a norm no longer holds, and why. Raises as `set_norm`."""
    require_decided(services, viewer, command.meeting)
    return _handled(services, viewer, command, command_id)


def _handled(services: Services, viewer: Viewer, command: SetNorm | WithdrawNorm, command_id: UUID) -> Answer:
    own = msgspec.structs.replace(command, viewer=viewer)
    return services.norms.handle(own, CommandContext(services.clock(), viewer.account_id), command_id)
