"""Reading ahead: a thread fetches what will be asked for, so that the database works while we do."""

from __future__ import annotations

import queue
import threading
from collections.abc import Generator, Iterator
from itertools import islice
from typing import Generic, TypeVar

T = TypeVar("T")

BATCHES = 4


class Prefetch(Generic[T]):
    """Iterates over what a generator gives, some items ahead; leave the `with` block to stop it early."""

    def __init__(self, items: Generator[T, None, None], batch: int) -> None:
        self._items = items
        self._batch = batch
        self._batches: queue.Queue[list[T] | BaseException] = queue.Queue(maxsize=BATCHES)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._read, name="reading ahead", daemon=True)

    def __enter__(self) -> Iterator[T]:
        self._thread.start()
        return self._given()

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        while self._thread.is_alive():
            # It may be waiting for room.
            try:
                self._batches.get(timeout=0.01)
            except queue.Empty:
                continue
        self._thread.join()

    def _given(self) -> Iterator[T]:
        while batch := self._batches.get():
            if isinstance(batch, BaseException):
                raise batch
            yield from batch

    def _read(self) -> None:
        try:
            while not self._stopped.is_set():
                batch = list(islice(self._items, self._batch))
                self._batches.put(batch)
                if not batch:
                    return
        except BaseException as error:
            self._batches.put(error)
        finally:
            self._items.close()
