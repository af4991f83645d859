"""How the domain says no: a sentence a coach understands, and the field it is about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


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


class RefusedTogether(Refused):
    """Several things said on one form can't be carried out; nothing of it was recorded.

    `parts` has each refusal with what it is about: the key of a field, or the name of a part of the form. To whoever
    asks no further it is the first of them.
    """

    def __init__(self, parts: Sequence[tuple[str, Refused]]) -> None:
        first = parts[0][1]
        super().__init__(first.message, field=first.field, **first.values)
        self.parts = tuple(parts)
        self.outcome = "conflict" if self.conflicts else "refused"

    @property
    def conflicts(self) -> frozenset[str]:
        """What somebody else has changed meanwhile."""
        return frozenset(about for about, refused in self.parts if isinstance(refused, Conflict))


class Checks:
    """Holds the parts of a command to their checks one after another, and tells all that is wrong at once.

    What the checks make of the parts holds from `require` on, which lets nothing pass that was refused: so nobody says
    what stands in for it.
    """

    def __init__(self) -> None:
        self._wrong: list[Refused] = []

    def __call__(self, check: Callable[P, T], *given: P.args, **named: P.kwargs) -> T:
        """What the check makes of it; where it is refused, None until `require` says so."""
        try:
            return check(*given, **named)
        except Refused as refused:
            self._wrong.append(refused)
            return None  # type: ignore[return-value]  # `require` raises before anybody takes it for what it is not

    def require(self) -> None:
        """Raises the refusal, if there is one; RefusedTogether where there are several."""
        if len(self._wrong) == 1:
            raise self._wrong[0]
        if self._wrong:
            raise RefusedTogether([(refused.field or "", refused) for refused in self._wrong])
