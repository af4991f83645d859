"""A progress bar for work of over a second; a line now and then where there is no terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click


@contextmanager
def bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """Gives a function that is told what is done and how much there is in all."""
    with click.progressbar(length=100, label=label, file=sys.stderr) as shown:
        last = 0

        def progress(done: int, total: int) -> None:
            nonlocal last
            percent = min(100 * done // total, 100) if total else 100
            if percent > last:
                shown.update(percent - last)
                last = percent

        yield progress
        shown.update(100 - last)
