"""Reading other systems' files: the mapping, the rows and the values in them."""

from __future__ import annotations

from collections.abc import Sequence


class ImportMistake(Exception):  # noqa: N818 - what people make, not a fault
    """A mapping or a file as a whole can't be used; every mistake is named, nothing was imported."""

    def __init__(self, what: str, mistakes: Sequence[str]) -> None:
        super().__init__(f"{what}:\n" + "\n".join(f"- {m}" for m in mistakes))
        self.mistakes = tuple(mistakes)
