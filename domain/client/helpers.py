"""The team around the client: who helps from outside, with the client's consent, and when to ask for that again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from uuid import UUID

import msgspec

from domain.calendar import local_day, within_reach
from domain.client.aggregate import Client, ClientCommand, ClientEvent, open_file, unchanged
from domain.mail_address import optional_address
from domain.refusal import Checks, Conflict, Refused
from domain.text import not_in_future, optional_text, required_text, same_text
from eventlog.commands import CommandContext
from eventlog.events import Personal

LONGEST_NAME, LONGEST_ORGANISATION, LONGEST_ROLE, LONGEST_PHONE = 200, 200, 100, 40


class HelperRole(StrEnum):
    """What somebody outside is to the client: few, so that one is chosen at a glance."""

    DEBTS = "debts"
    CARE = "care"
    SOCIAL_WORK = "social_work"
    PROBATION = "probation"
    REFUGEES = "refugees"
    JOB_COACH = "job_coach"
    TEACHER = "teacher"
    RELATIVE = "relative"
    OTHER = "other"


class HelperRemoval(StrEnum):
    """Why a helper is on the file no more."""

    CONSENT_WITHDRAWN = "consent_withdrawn"
    HELP_ENDED = "help_ended"
    MISTAKE = "mistake"


class KnownHelper(msgspec.Struct, frozen=True):
    """A helper who stands in the file as a form compares with it, and the version of what was last recorded."""

    helper_id: UUID
    version: int
    name: str
    organisation: str | None
    phone: str

    def is_same(self, name: str, organisation: str | None, phone: str) -> bool:
        """Whether it is the same person: called the same, and at the same organisation or by the same number."""
        at_same = same_text(self.organisation or "") == same_text(organisation or "")
        return same_text(self.name) == same_text(name) and (at_same or dialled(self.phone) == dialled(phone))


def dialled(phone: str) -> str:
    """A number as a telephone dials it."""
    return "".join(each for each in phone if each.isascii() and (each.isdigit() or each == "+"))


# events


class HelperEvent(ClientEvent, frozen=True, kw_only=True):
    """A helper as they stand after this event. All of it is sealed: a debt counsellor says something of debts."""

    helper_id: UUID
    helper_role: Personal[HelperRole]
    role_words: Personal[str] | None
    organisation: Personal[str] | None
    name: Personal[str]
    phone: Personal[str]
    email: Personal[str] | None

    def apply(self, client: Client) -> None:
        client.helpers[self.helper_id] = self.originator_version


class HelperAdded(HelperEvent, frozen=True, kw_only=True):
    """The client consented, on a day and asked by the actor, that this helper stands in the file."""

    consent_on: date
    ask_again_on: date


class HelperChanged(HelperEvent, frozen=True):
    """Another number, name or organisation; the consent is what it was."""


class HelperConsentRenewed(ClientEvent, frozen=True):
    """The client was asked again, and still consents."""

    helper_id: UUID
    consent_on: date
    ask_again_on: date

    def apply(self, client: Client) -> None:
        client.helpers[self.helper_id] = self.originator_version


class HelperRemoved(ClientEvent, frozen=True):
    """The helper stands in the file no more."""

    helper_id: UUID
    why: HelperRemoval

    def apply(self, client: Client) -> None:
        client.helpers.pop(self.helper_id, None)


HELPER_EVENTS: tuple[type[ClientEvent], ...] = (HelperAdded, HelperChanged, HelperConsentRenewed, HelperRemoved)

# commands


class HelperDetails(ClientCommand, frozen=True, kw_only=True):
    """What a form says of a helper. `others` are the helpers beside whom it was compared: names are sealed, so that
    nobody is there twice is judged by who knows them, and by nothing older than this file."""

    helper_id: UUID
    role: HelperRole
    role_words: str | None = None
    organisation: str | None = None
    name: str
    phone: str
    email: str | None = None
    others: Sequence[KnownHelper] = ()

    def _checked(self, client: Client, checked: Checks) -> dict[str, object]:
        found: dict[str, object] = {
            "helper_id": self.helper_id,
            "helper_role": self.role,
            "role_words": checked(
                optional_text,
                self.role_words,
                field="role_words",
                longest=LONGEST_ROLE,
                needed=self.role is HelperRole.OTHER,
            ),
            "name": checked(required_text, self.name, field="name", longest=LONGEST_NAME),
            "organisation": checked(
                optional_text,
                self.organisation,
                field="organisation",
                longest=LONGEST_ORGANISATION,
                # Relatives and friends help as themselves.
                needed=self.role is not HelperRole.RELATIVE,
            ),
            "phone": checked(self._phone),
            "email": checked(optional_address, self.email, field="email"),
        }
        return found

    def _phone(self) -> str:
        phone = required_text(self.phone, field="phone", longest=LONGEST_PHONE)
        if not any(each.isdigit() for each in dialled(phone)):
            raise Refused("Enter a phone number in digits.", field="phone")
        return phone

    def _alone(self, client: Client, found: dict[str, object]) -> None:
        beside = {key: version for key, version in client.helpers.items() if key != self.helper_id}
        if {each.helper_id: each.version for each in self.others} != beside:
            raise Conflict("Somebody else changed the team around this client meanwhile. Look again.", field="name")
        said = (str(found["name"]), self.organisation, str(found["phone"]))
        if any(each.is_same(*said) for each in self.others):
            raise Refused("This helper is on the file already. Change what is recorded there.", field="name")


class AddHelper(HelperDetails, frozen=True, kw_only=True):
    """Record a helper, with the consent that the client gave on a day, and the day to ask for it again."""

    consent_on: date
    ask_again_on: date

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        client = open_file(client)
        if self.helper_id in client.helpers:
            raise Refused("This helper has already been recorded.")
        checked = Checks()
        found = self._checked(client, checked) | _consent(client, self.consent_on, self.ask_again_on, context, checked)
        checked.require()
        self._alone(client, found)
        return [HelperAdded(**found)]  # type: ignore[arg-type]  # checked as the command's fields are


class ChangeHelper(HelperDetails, frozen=True, kw_only=True):
    """Have a helper otherwise; `shown` is the version that the form showed."""

    shown: int | None = None

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        client = open_file(client)
        _standing(client, self.helper_id, self.shown)
        checked = Checks()
        found = self._checked(client, checked)
        checked.require()
        self._alone(client, found)
        return [HelperChanged(**found)]  # type: ignore[arg-type]  # checked as the command's fields are


class RenewHelperConsent(ClientCommand, frozen=True):
    """Record that the client was asked again and still consents."""

    helper_id: UUID
    consent_on: date
    ask_again_on: date
    shown: int | None = None

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        client = open_file(client)
        _standing(client, self.helper_id, self.shown)
        checked = Checks()
        days = _consent(client, self.consent_on, self.ask_again_on, context, checked)
        checked.require()
        return [HelperConsentRenewed(helper_id=self.helper_id, **days)]  # type: ignore[arg-type]  # checked as the command's fields are


class RemoveHelper(ClientCommand, frozen=True):
    """Take a helper off the file: at once, whatever was changed meanwhile, since a consent may have been withdrawn."""

    helper_id: UUID
    why: HelperRemoval

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        client = open_file(client)
        _standing(client, self.helper_id, None)
        return [HelperRemoved(helper_id=self.helper_id, why=self.why)]


def _standing(client: Client, helper_id: UUID, shown: int | None) -> None:
    if helper_id not in client.helpers:
        raise Refused("This helper is not on the file any more.")
    unchanged(client.helpers[helper_id], shown, "helper")


def _consent(
    client: Client, given_on: date, again_on: date, context: CommandContext, checked: Checks
) -> dict[str, object]:
    today = local_day(context.at)

    def again() -> date:
        if again_on <= today:
            raise Refused("Choose a day after today: then the client is asked again.", field="ask_again_on")
        return within_reach(again_on, today, field="ask_again_on")

    return {
        "consent_on": checked(not_in_future, given_on, today, field="consent_on", not_before=client.intake_on),
        "ask_again_on": checked(again),
    }
