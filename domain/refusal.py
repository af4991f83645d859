"""How the domain says no: a sentence a coach understands, and the field it is about."""

from __future__ import annotations


class Refused(Exception):  # noqa: N818 - a refusal is an answer, not an error
    """A command can't be carried out; nothing was recorded.

    `message` is English source text (translatable), `field` the form field or catalogue key it is about,
    `values` the values to put into the `%(name)s` places of the message: never personal data.
    """

    outcome = "refused"

    def __init__(self, message: str, *, field: str | None = None, **values: object) -> None:
        super().__init__(message % values if values else message)
        self.message = message
        self.field = field
        self.values = values


class Conflict(Refused):
    """Somebody else changed the same thing since the form was shown; show both, let the coach choose."""

    outcome = "conflict"
