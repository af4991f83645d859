"""How operations and views say no to a viewer, whatever the door."""

from __future__ import annotations


class NotAllowedError(Exception):
    """The table of roles does not give this to the viewer."""


class PasswordToChangeError(NotAllowedError):
    """The viewer came in with a one-time password, which serves to choose one's own and for nothing else."""


class NotThereError(Exception):
    """There is no such thing, or none for this viewer, who does not learn which."""
