"""Names that people log in with: in one script, and compared so that no two look or sound the same to a person."""

from __future__ import annotations

import unicodedata

from domain.refusal import Refused
from domain.text import required_text

LONGEST = 80
_BESIDE_LETTERS = frozenset("0123456789.-_'")
# Latin letters that are no plain letter with marks, and look like none.
_OF_THEIR_OWN = frozenset("ßæøđłðþœ")


def folded(username: str) -> str:
    """How a name is compared: whatever its case, its width and the way in which its marks were typed."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", username.strip()).casefold())


def checked(username: str) -> str:
    """A name as it is kept.

    Raises:
        Refused: there is none, it is too long, or it has what is no Latin letter, digit, dot, hyphen, underscore or
            apostrophe: letters of other scripts look like those.
    """
    name = required_text(unicodedata.normalize("NFKC", username), field="username", longest=LONGEST)
    if not all(_may_stand(character) for character in name):
        raise Refused("Use Latin letters, digits and . - _ ' alone, without blanks.", field="username")
    return name


def _may_stand(character: str) -> bool:
    plain = unicodedata.normalize("NFD", character)[0]
    return character in _BESIDE_LETTERS or (plain.isascii() and plain.isalpha()) or character.lower() in _OF_THEIR_OWN
