"""What an event is: a frozen struct, stamped when it is recorded, whose personal values are marked as such."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Annotated, Any, ClassVar, TypeVar, get_args, get_type_hints
from uuid import UUID

import msgspec

UNSTAMPED = UUID(int=0)
NEVER = datetime.min.replace(tzinfo=UTC)

T = TypeVar("T")


class Sealed(msgspec.Struct, frozen=True, gc=False, rename={"key_id": "k", "box": "c"}):
    """A personal value as the log keeps it: the key's id, and the nonce with the ciphertext."""

    key_id: UUID
    box: bytes


PERSONAL = msgspec.Meta(extra={"personal": True})
# Clear when an event is being made, sealed when it comes back from the log; a type checker sees both.
Personal = Annotated[T | Sealed, PERSONAL]


Upcast = Callable[[dict[str, Any]], dict[str, Any]]


class Event(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Something that happened to the stream `originator_id`; subclasses are past tense and frozen.

    The fields below are the stamp: the handler of a command sets them, a decision leaves them alone.
    """

    category: ClassVar[str] = ""
    # What makes a stored state of version 1, 2 … of the class into one of the next. A personal attribute keeps its
    # name through all of them: it is sealed to it.
    upcasts: ClassVar[tuple[Upcast, ...]] = ()
    # Whether it takes earlier events of its stream back, so that they count no more; `undoes` says which.
    takes_back: ClassVar[bool] = False

    originator_id: UUID = UNSTAMPED
    originator_version: int = 0
    recorded_at: datetime = NEVER
    actor: UUID | None = None
    # on whose behalf the actor recorded it, who stood in for somebody then
    recorded_for: UUID | None = None

    def apply(self, aggregate: Any, /) -> None:
        """Change the folded aggregate accordingly."""

    def undoes(self, earlier: Sequence[Event]) -> AbstractSet[int]:
        """The versions of those `earlier` events of its stream that count no more from here on."""
        return frozenset()


def standing(events: Sequence[Event], without: AbstractSet[int] = frozenset()) -> Sequence[Event]:
    """The events of a stream's beginning that were not taken back by a later one of them, nor are `without`."""
    gone = set(without)
    for nth, event in enumerate(events):
        if event.takes_back:
            gone |= event.undoes(events[:nth])
    return [event for event in events if event.originator_version not in gone] if gone else events


STAMP = frozenset({"originator_id", "originator_version"})


def class_version(event_type: type[Event]) -> int:
    """The version in which events of this class are stored now."""
    return len(event_type.upcasts) + 1


@dataclass(frozen=True)
class Shape:
    """Which attributes of an event class are stored in the clear and which sealed."""

    topic: str
    clear: tuple[str, ...]
    personal: tuple[str, ...]


@cache
def shape_of(event_type: type[Event]) -> Shape:
    """The shape of an event class; its topic is `category.ClassName` and is data: it never changes."""
    hints = get_type_hints(event_type, include_extras=True)
    clear: list[str] = []
    personal: list[str] = []
    for name in event_type.__struct_fields__:
        if name in STAMP:
            continue
        (personal if _is_personal(hints[name]) else clear).append(name)
    return Shape(f"{event_type.category}.{event_type.__name__}", tuple(clear), tuple(personal))


def _is_personal(hint: object) -> bool:
    return any(arg is PERSONAL for arg in get_args(hint)) or any(map(_is_personal, get_args(hint)))


def topics(event_types: Iterable[type[Event]]) -> Mapping[str, type[Event]]:
    """The registry of a log: each topic with its class.

    Raises:
        ValueError: two classes claim one topic.
    """
    registry: dict[str, type[Event]] = {}
    for event_type in event_types:
        topic = shape_of(event_type).topic
        if topic in registry:
            raise ValueError(f"Two event classes claim the topic {topic}.")
        registry[topic] = event_type
    return registry


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event with its place in the log."""

    position: int
    event: Event


@dataclass(frozen=True, slots=True)
class Page:
    """A part of the log: the events that were asked for, in order, where it ends, and with which event."""

    events: list[Recorded]
    position: int
    identity: str | None
