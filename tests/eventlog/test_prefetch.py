"""Reading ahead gives what there is, in order, and stops when nobody wants more."""

from __future__ import annotations

import threading
from collections.abc import Generator

import pytest

from eventlog.prefetch import Prefetch


class Source:
    """Numbers; notes how far it was read and whether it was closed."""

    def __init__(self, upto: int, fail_at: int | None = None) -> None:
        self.read, self.closed = 0, threading.Event()
        self._upto, self._fail_at = upto, fail_at

    def items(self) -> Generator[int, None, None]:
        try:
            for number in range(self._upto):
                if number == self._fail_at:
                    raise ZeroDivisionError(number)
                self.read += 1
                yield number
        finally:
            self.closed.set()


@pytest.mark.parametrize("upto", [0, 1, 2, 3, 4, 50])
def test_everything_comes_in_order(upto: int) -> None:
    source = Source(upto)
    with Prefetch(source.items(), 2) as items:
        assert list(items) == list(range(upto))
    assert source.closed.is_set()


def test_what_goes_wrong_is_told_where_it_went_wrong() -> None:
    source, seen = Source(100, fail_at=5), []
    with pytest.raises(ZeroDivisionError, match="5"), Prefetch(source.items(), 2) as items:
        for item in items:
            seen.append(item)
    assert seen == [0, 1, 2, 3]
    assert source.closed.is_set()


@pytest.mark.parametrize("wanted", [0, 1, 3])
def test_whoever_wants_no_more_is_let_go(wanted: int) -> None:
    source = Source(1_000_000)
    with Prefetch(source.items(), 2) as items:
        assert [next(items) for _ in range(wanted)] == list(range(wanted))
    assert source.closed.is_set(), "nobody reads on behind one's back"
    assert source.read < 100, "and not all was read"
    assert not [t for t in threading.enumerate() if t.name == "reading ahead"]
