"""What read models are folded by that may change with time: the engine asks for it, and looks at none of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection


class Rulebook(Protocol):
    """The rules that read models are folded under; each version of them is named by a text, its `parameters`."""

    @property
    def as_declared(self) -> str:
        """The parameters while nothing has changed."""

    @property
    def read_models(self) -> Sequence[str]:
        """The names of the read models that `in_force` asks."""

    def under(self, parameters: str) -> Any:
        """The rules of that name, as folds take them."""

    def in_force(self, connection: Connection, at: datetime) -> str:
        """The parameters of the rules that hold at that time."""
