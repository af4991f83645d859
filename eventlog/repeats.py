"""A command id that comes again: with the same content it gets its first answer, with other content it is refused.

The content need not be kept for that. What the command would decide is decided again, on what the stream was before its
first time, and compared with what was stored then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import msgspec

from eventlog.commands import Evolve, Step
from eventlog.events import Event, Sealed
from eventlog.log import EventLog
from eventlog.recording import Written
from eventlog.sealing import Opener

# A step, and how its stream is folded.
Asked = tuple[Evolve[Any], Step[Any]]


class ReusedError(Exception):
    """A command id came again with other content, or from somebody else; nothing was stored this time."""

    outcome = "refused"

    def __init__(self) -> None:
        super().__init__("This was sent before with something else in it. Nothing was saved this time.")


def written_before(log: EventLog, asked: Sequence[Asked]) -> list[Written]:
    """What these steps wrote when they came the first time; empty when they never came through.

    Raises:
        ReusedError: the steps are others than those of the first time.
    """
    written = [log.written_by(step.command_id) for _, step in asked]
    everything = [each for found in written for each in found]
    if not everything:
        return []
    for (evolve, step), found in zip(asked, written, strict=True):
        stream_id = step.command.stream_id
        if any(each.stream_id != stream_id for each in found):
            raise ReusedError
        versions = [each.version for each in everything if each.stream_id == stream_id]
        stream = log.stream(stream_id, max(versions, default=None))
        # A step that wrote nothing was decided where the others of its stream began.
        first = min([each.version for each in found] or versions, default=len(stream) + 1)
        if not _is_the_same(log, evolve, step, stream[: first - 1], [stream[each.version - 1] for each in found]):
            raise ReusedError
    return everything


def _is_the_same(
    log: EventLog, evolve: Evolve[Any], step: Step[Any], before: Sequence[Event], stored: Sequence[Event]
) -> bool:
    context = replace(step.context, at=stored[0].recorded_at) if stored else step.context
    # An event that can't be used says so itself, and nothing of the command.
    with log.placing():
        state = evolve(None, before)
    try:
        decided = step.command.decide(state, context)
    except Exception:
        # What was carried out the first time would be refused: it is something else.
        return False
    if [event.actor or step.context.actor for event in decided] != [event.actor for event in stored]:
        return False
    opener = log.opener([step.command.stream_id] if stored else [])
    return all(_alike(opener, *pair) for pair in zip(decided, stored, strict=True))


def _alike(opener: Opener, decided: Event, stored: Event) -> bool:
    # The rest of the stamp is not decided: when it was is the moment's.
    names = [name for name in type(stored).__struct_fields__ if name not in Event.__struct_fields__]
    return type(decided) is type(stored) and all(
        _equal(getattr(decided, name), getattr(stored, name), opener.value(stored, name)) for name in names
    )


def _equal(decided: Any, stored: Any, opened: Any) -> bool:
    # What was erased or redacted meanwhile can't be compared any more.
    return (isinstance(stored, Sealed) and opened is None) or msgspec.json.encode(decided) == msgspec.json.encode(
        opened
    )
