"""What the read models of clients do about two files that were merged, and about a merge that was undone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.client import MergedInto, MergeUndone
from eventlog.events import Event
from projections.engine.readmodel import Fold, Rows


def with_merges(folds: Mapping[type[Event], Fold]) -> Mapping[type[Event], Fold]:
    """These folds, and those about merges: of a file that ended in another nothing stands, and after a merge was undone
    what stands is what would stand without it. A fold of their own goes before."""

    def undone(event: Any, rows: Rows) -> None:
        for each in rows.begin_again(event):
            if (fold := folded.get(type(each))) is not None and not isinstance(each, MergeUndone):
                fold(each, rows)
        if (own := folds.get(MergeUndone)) is not None:
            own(event, rows)

    folded: dict[type[Event], Fold] = {MergedInto: _ended, **folds, MergeUndone: undone}
    return folded


def _ended(_event: MergedInto, rows: Rows) -> None:
    rows.forget()
