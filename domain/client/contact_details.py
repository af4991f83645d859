"""How a client can be reached, and in which language letters are wanted: said at the intake, and changed later."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from domain.client.aggregate import Client, ClientCommand, ClientEvent, open_file
from domain.mail_address import optional_address
from domain.refusal import Refused
from domain.text import optional_text
from eventlog.commands import CommandContext
from eventlog.events import Personal


class LetterLanguage(StrEnum):
    """The languages that letters are written in; Dutch for who did not choose."""

    DUTCH = "nl"
    ENGLISH = "en"


_CALLED = {
    "nl": LetterLanguage.DUTCH,
    "nederlands": LetterLanguage.DUTCH,
    "dutch": LetterLanguage.DUTCH,
    "en": LetterLanguage.ENGLISH,
    "engels": LetterLanguage.ENGLISH,
    "english": LetterLanguage.ENGLISH,
}


def letter_language(text: str | None, *, field: str = "language") -> LetterLanguage:
    """The language by its code or its name; Dutch where nothing was said.

    Raises:
        Refused: letters are not written in it.
    """
    said = (text or "").strip().casefold()
    if said and said not in _CALLED:
        raise Refused("Letters are written in Dutch or in English. Choose one of the two.", field=field)
    return _CALLED.get(said, LetterLanguage.DUTCH)


class ContactDetailsChanged(ClientEvent, frozen=True):
    """The client can be reached otherwise, or wants letters in another language; all of it as it is from now on."""

    email: Personal[str] | None
    phone: Personal[str] | None
    language: Personal[str] | None


class ChangeContactDetails(ClientCommand, frozen=True):
    """Say how the client can be reached from now on, and in which language."""

    email: str | None = None
    phone: str | None = None
    language: str | None = None

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        open_file(client)
        return [
            ContactDetailsChanged(
                email=optional_address(self.email, field="email"),
                phone=optional_text(self.phone, field="phone", longest=40),
                language=letter_language(self.language).value,
            )
        ]
