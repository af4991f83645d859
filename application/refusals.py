"""How operations and views say no to a viewer, whatever the door."""

from __future__ import annotations

from uuid import UUID


class NotAllowedError(Exception):
    """The table of roles does not give this to the viewer."""


class PasswordToChangeError(NotAllowedError):
    """The viewer came in with a one-time password, which serves to choose one's own and for nothing else."""


class NotThereError(Exception):
    """There is no such thing, or none for this viewer, who does not learn which."""


class StoodInError(NotThereError):
    """The viewer stood in for the client's coach until a few days ago: the file opens no more, and nothing is
    recorded."""


class MergedError(NotThereError):
    """This file ended in another one, in which the person goes on: `kept`."""

    def __init__(self, kept: UUID) -> None:
        super().__init__()
        self.kept = kept
