"""A progress bar for work of over a second; a line now and then where there is no terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click


@contextmanager
def bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """Gives a function that is told what is done and how much there is in all; shows the rate and the time left."""
    began = time.monotonic()
    figures = ""
    last = 0

    def tell(_: int | None) -> str:
        return figures

    with click.progressbar(length=100, label=label, file=sys.stderr, item_show_func=tell) as shown:

        def progress(done: int, total: int) -> None:
            nonlocal last, figures
            rate = done / max(time.monotonic() - began, 1e-9)
            figures = f"{done:,} of {total:,}, {rate:,.0f} a second"
            percent = min(100 * done // total, 100) if total else 100
            if percent > last:
                shown.update(percent - last)
                last = percent

        yield progress
        shown.update(100 - last)
