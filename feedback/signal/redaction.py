"""Redacting a passage: every text of the signal is sealed anew without it, and the key of before is destroyed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from domain.refusal import Refused
from eventlog.commands import CommandContext
from eventlog.events import Event, Personal
from eventlog.sealing import StreamOpener
from feedback.signal.aggregate import Signal, SignalCommand, SignalEvent, existing

GONE = "▒▒▒"
SHORTEST = 2
# The personal attributes of a signal's events that are texts.
TEXTS = ("seen", "expected", "reason", "text", "words")


class PassageRedacted(SignalEvent, frozen=True):
    """A passage was taken out. All texts of the signal so far, by `version.attribute`, stand here without it: what the
    events before sealed can't be opened any more. `last` is what was last said to or by the reporter."""

    seen: Personal[str]
    expected: Personal[str] | None
    last: Personal[str] | None
    sealed_reporter: Personal[str] | None
    texts: Personal[list[tuple[str, str]]]


class RedactPassage(SignalCommand, frozen=True):
    """Take a passage out of every text of a signal. `texts` are all of them, as `all_texts` gives them."""

    passage: str
    texts: Mapping[str, str | None]
    sealed_reporter: str | None = None

    def decide(self, signal: Signal | None, context: CommandContext) -> Sequence[SignalEvent]:
        signal = existing(signal)
        if not (self.viewer.triages_signals or self.is_reporter(signal)):
            raise Refused("In your role you can't redact what others wrote.")
        passage = self.passage.strip()
        if len(passage) < SHORTEST:
            raise Refused("Enter the passage exactly as it appears in the signal.", field="passage")
        known = {where: text for where, text in self.texts.items() if text is not None}
        if len(known) < len(self.texts):
            raise Refused(
                "Some texts of this signal can't be opened and would be lost. The administrator of Werkpad "
                "can restore them from a backup."
            )
        if not any(passage in text for text in known.values()):
            raise Refused(
                "No text of this signal has this passage. Copy it exactly as it appears in the signal.", field="passage"
            )
        texts = {where: text.replace(passage, GONE) for where, text in known.items()}
        said = [text for where, text in texts.items() if where.endswith(".reason")]
        return [
            PassageRedacted(
                seen=texts["1.seen"],
                expected=texts.get("1.expected"),
                last=said[-1] if said else None,
                sealed_reporter=self.sealed_reporter,
                texts=list(texts.items()),
            )
        ]


def texts_of(events: Sequence[Event], opener: StreamOpener) -> dict[str, str]:
    """Every text of a signal's events that can be opened, by `version.attribute`, in order."""
    return {where: text for where, text in all_texts(events, opener).items() if text is not None}


def all_texts(events: Sequence[Event], opener: StreamOpener) -> dict[str, str | None]:
    """Every text of a signal's events, by `version.attribute`, in order; None for one that can't be opened."""
    found: dict[str, str | None] = {}
    for event in events:
        if isinstance(event, PassageRedacted):
            texts = opener.value(event, "texts")
            found = {f"{event.originator_version}.texts": None} if texts is None else dict(texts)
            continue
        for name in TEXTS:
            if getattr(event, name, None) is not None:
                found[f"{event.originator_version}.{name}"] = opener.value(event, name)
    return found
