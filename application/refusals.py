"""How operations and views say no to a viewer, whatever the door."""

from __future__ import annotations


class NotAllowedError(Exception):
    """The table of roles does not give this to the viewer."""


class NotThereError(Exception):
    """There is no such thing, or none for this viewer, who does not learn which."""
