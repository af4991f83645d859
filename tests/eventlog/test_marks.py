"""Keyed marks: the same of the same texts, others under another vault, and kept through a rotation of the key."""

from __future__ import annotations

import base64

from application.services import Services
from eventlog.marks import MARKS, Marks
from tests.conftest import Clock, environment
from werkpad.settings import Settings
from werkpad.wiring import build

NEXT = base64.b64encode(bytes(range(1, 33))).decode()


def test_a_mark_is_that_of_its_texts_in_their_order_and_no_others() -> None:
    marks = Marks(bytes(32))
    made = [marks.of("a", "b"), marks.of("b", "a"), marks.of("ab"), marks.of("ab", ""), marks.of("a", "", "b")]
    assert len(set(made)) == len(made) and marks.of("a", "b") == made[0]
    assert Marks(bytes([1]) + bytes(31)).of("a", "b") != made[0]


def test_a_vault_has_one_key_for_marks_and_keeps_it(database_url: str, services: Services) -> None:
    mark = services.log.marks().of("Zoë")
    (kept,) = services.log.keys_kept([MARKS])
    services.create()
    assert services.log.keys_kept([MARKS]) == [kept] and services.log.marks().of("Zoë") == mark
    old = environment(database_url)["WERKPAD_KEY_ENCRYPTION_KEY"]
    rotated = {"WERKPAD_KEY_ENCRYPTION_KEY": NEXT, "WERKPAD_PREVIOUS_KEY_ENCRYPTION_KEY": old}
    again = build(Settings.from_environment(environment(database_url, **rotated)), clock=Clock())
    try:
        again.check()
        again.log.rotate_key(lambda _done, _of: None)
        assert again.log.marks().of("Zoë") == mark
        assert again.log.keys_kept([MARKS])[0].wrapped != kept.wrapped
    finally:
        again.close()
