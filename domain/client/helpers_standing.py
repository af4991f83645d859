"""The helpers who stand in a file, and those that a file takes over from another one of the same person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from domain.calendar import local_day
from domain.client.aggregate import ClientEvent
from domain.client.helpers import (
    HelperAdded,
    HelperChanged,
    HelperConsentRenewed,
    HelperEvent,
    HelperRemoval,
    HelperRemoved,
    KnownHelper,
)

_WHO = ("helper_id", "helper_role", "role_words", "organisation", "name", "phone", "email")


@dataclass(slots=True)
class HelpersStanding:
    """Of each helper who they are and the consent; and for whom the client took the consent back, and when."""

    who: dict[UUID, HelperEvent] = field(default_factory=dict)
    consents: dict[UUID, HelperAdded | HelperConsentRenewed] = field(default_factory=dict)
    withdrawn: list[tuple[HelperEvent, date]] = field(default_factory=list)

    def add(self, event: ClientEvent) -> None:
        """What stands after one more event, of which nothing is sealed."""
        match event:
            case HelperAdded():
                self.who[event.helper_id] = self.consents[event.helper_id] = event
            case HelperChanged():
                self.who[event.helper_id] = event
            case HelperConsentRenewed():
                self.consents[event.helper_id] = event
            case HelperRemoved():
                who = self.who.pop(event.helper_id, None)
                self.consents.pop(event.helper_id, None)
                if who is not None and event.why is HelperRemoval.CONSENT_WITHDRAWN:
                    self.withdrawn.append((who, local_day(event.recorded_at)))
            case _:
                pass

    def beside(self, kept: HelpersStanding) -> Iterator[ClientEvent]:
        """Those that the kept file lacks, each as it stands, but for those whom the client did not want there."""
        for helper_id, who in self.who.items():
            consent = self.consents[helper_id]
            again = any(_is_same(each, who) and consent.consent_on <= on for each, on in kept.withdrawn)
            if helper_id not in kept.who and not again and not any(_is_same(each, who) for each in kept.who.values()):
                yield HelperAdded(
                    **{name: getattr(who, name) for name in _WHO},
                    consent_on=consent.consent_on,
                    ask_again_on=consent.ask_again_on,
                    actor=consent.actor,
                )


def _is_same(one: HelperEvent, other: HelperEvent) -> bool:
    known = KnownHelper(one.helper_id, 0, str(one.name), _text(one.organisation), str(one.phone))
    return known.is_same(str(other.name), _text(other.organisation), str(other.phone))


def _text(value: object) -> str | None:
    return None if value is None else str(value)
