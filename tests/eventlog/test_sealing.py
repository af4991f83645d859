"""Personal values are sealed under the stream's own key, at the very place they stand in."""

from __future__ import annotations

import msgspec
import pytest

from application.services import Services
from domain.client import FieldRegistered, IntakeTaken
from eventlog.events import Sealed, shape_of, topics
from eventlog.keyring import Keyring, WrongKeyEncryptionKeyError
from eventlog.sealing import SealedRef, TamperedError, reference
from tests.stories import CLIENT, begin, stored_rows


def test_what_is_stored_holds_nothing_personal(services: Services) -> None:
    begin(services, name="Anna de Vries", email="anna@example.org")
    everything = b"".join(state for *_, state in stored_rows(services))
    assert b"Anna" not in everything and b"anna@" not in everything
    event = services.log.stream(CLIENT)[0]
    assert isinstance(event, IntakeTaken)
    assert isinstance(event.name, Sealed)
    assert services.log.opener([CLIENT]).value(event, "name") == "Anna de Vries"


def test_a_reference_in_a_read_model_opens_and_an_absent_value_has_none(services: Services) -> None:
    begin(services, name="Anna de Vries")
    event = services.log.stream(CLIENT)[0]
    opener = services.log.opener([CLIENT])
    assert opener.text(reference(event, "name")) == "Anna de Vries"
    assert reference(event, "phone") is None
    assert opener.text(None) is None


@pytest.mark.parametrize(("place", "value"), [(0, "0" * 32), (1, 7), (2, "client.ClientClosed"), (3, "email")])
def test_a_sealed_value_does_not_open_in_another_place(services: Services, place: int, value: object) -> None:
    begin(services, name="Anna de Vries")
    text = reference(services.log.stream(CLIENT)[0], "name")
    assert text is not None
    moved = msgspec.json.decode(text)
    key = services.log.opener([CLIENT])._keys[CLIENT]
    moved[0][place] = value
    ref = SealedRef.load(msgspec.json.encode(moved).decode())
    with pytest.raises(TamperedError) as error:
        key.open(ref.sealed, ref.place)
    assert "Anna" not in str(error.value)


def test_another_key_encryption_key_is_named_as_the_trouble(services: Services) -> None:
    begin(services, name="Anna de Vries")
    other = Keyring([b"x" * 32], services.log._recorder)
    with pytest.raises(WrongKeyEncryptionKeyError, match="WERKPAD_KEY_ENCRYPTION_KEY"):
        other.opener([CLIENT])


def test_each_event_class_has_a_topic_of_its_own() -> None:
    with pytest.raises(ValueError, match=r"client\.FieldRegistered"):
        topics([FieldRegistered, FieldRegistered])


def test_which_attributes_are_sealed_is_part_of_the_class() -> None:
    assert shape_of(FieldRegistered).personal == ("value",)
    assert "field" in shape_of(FieldRegistered).clear
