"""The check of a catalogue: every mistake in its declarations, as a line that says where it is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from domain.catalogue.conditions import All, AtLeast, AtMost, Condition, Includes, KnownAs, Not, TrackIn
from domain.catalogue.kinds import Choice, Choices, Kind, Number, ShortText, Text
from domain.catalogue.model import Contradiction, Field, Required
from domain.catalogue.terms import Track
from domain.refusal import Refused

SUPPLIERS = frozenset({"intake_form", "questionnaire", "coach"})
RECORDED_BY = frozenset({"registration", "plan_of_action", "service_track", "contact_frequency"})
SINCE = frozenset({"assignment", "track", "plan"})

_KEY = re.compile(r"[a-z][a-z0-9_]*")


def mistakes(
    fields: Sequence[Field], contradictions: Sequence[Contradiction], groups: Mapping[str, Text]
) -> Iterator[str]:
    """All that is wrong, not the first alone: who mends a catalogue wants to mend it once."""
    by_key = {field.key: field for field in fields}
    for group, name in groups.items():
        yield from (f"group {group}: {m}" for m in _in_text("name", name))
    yield from (f"{key}: declared twice" for key in _doubles(field.key for field in fields))
    for field in fields:
        yield from (f"{field.key}: {m}" for m in _in_field(field, groups))
        if field.required:
            yield from (f"{field.key}: {m}" for m in _in_required(field.required, by_key))
    yield from (f"contradiction {key}: declared twice" for key in _doubles(c.key for c in contradictions))
    for contradiction in contradictions:
        yield from (f"contradiction {contradiction.key}: {m}" for m in _in_contradiction(contradiction, by_key))


def _doubles(keys: Iterator[str]) -> Iterator[str]:
    return (key for key, times in Counter(keys).items() if times > 1)


def _in_field(field: Field, groups: Mapping[str, Text]) -> Iterator[str]:
    if not _KEY.fullmatch(field.key):
        yield "a key is small letters, digits and underscores"
    if field.group not in groups:
        yield f"there is no group {field.group}"
    yield from _in_text("label", field.label)
    yield from _in_text("definition", field.definition)
    if not field.supplied_by or not field.supplied_by <= SUPPLIERS:
        yield f"supplied by {sorted(field.supplied_by)}, not by some of {sorted(SUPPLIERS)}"
    if bool(field.selects) == bool(field.protected):
        yield "say why it may be a criterion for a vacancy (selects), or why it never is (protected)"
    if field.sensitive and field.selects:
        yield "a special category of personal data selects nobody"
    yield from _in_question(field)
    if field.recorded_by not in RECORDED_BY:
        yield f"there is no command {field.recorded_by}"
    if field.stale_after_months is not None and field.stale_after_months <= 0:
        yield "stale after no time at all"
    yield from _in_kind(field.kind)


def _in_question(field: Field) -> Iterator[str]:
    if field.question is not None:
        yield from _in_text("question", field.question)
    if field.asked_of_client != (field.question is not None):
        yield "a field of the questionnaire, and no other, has a question"
    if field.asked_of_client and (field.specialised_only or field.recorded_by != "registration"):
        yield "the questionnaire asks everybody alike, and for what is registered"


def _in_kind(kind: Kind) -> Iterator[str]:
    match kind:
        case Choice() | Choices():
            if len(kind.codes) < 2:
                yield "needs at least two options"
            yield from (f"option {code}: declared twice" for code in _doubles(iter(kind.codes)))
            for option in kind.options:
                if not option.code or option.code != option.code.strip() or "," in option.code:
                    # Several codes come as one text with commas, out of a file.
                    yield f"option {option.code}: a code is one word without a comma"
                yield from (f"option {option.code}: {m}" for m in _in_text("label", option.label))
                yield from (f"option {option.code}: {m}" for m in _in_text("definition", option.definition))
        case Number():
            if kind.least > kind.most:
                yield f"no number lies between {kind.least} and {kind.most}"
            if kind.unit:
                yield from _in_text("unit", kind.unit)
        case ShortText():
            if kind.longest < 1:
                yield "no text is that short"


def _in_text(what: str, text: Text) -> Iterator[str]:
    for language, words in (("en", text.en), ("nl", text.nl)):
        if not words or not words.strip():
            yield f"no {what} in {language}"


def _in_required(required: Required, fields: Mapping[str, Field]) -> Iterator[str]:
    if required.since not in SINCE:
        yield f"required since {required.since}, not since one of {sorted(SINCE)}"
    if required.within_days < 0:
        yield "required within less than no days"
    yield from (f"required when {m}" for m in _in_condition(required.when, fields))


def _in_contradiction(contradiction: Contradiction, fields: Mapping[str, Field]) -> Iterator[str]:
    about = set(contradiction.fields)
    if not about:
        yield "about no field"
    yield from (f"about an unknown field {key}" for key in sorted(about - fields.keys()))
    # A rule is only asked when all that it is about is known, so it must be about all that it reads.
    yield from (f"reads {key}, but is not about it" for key in sorted(contradiction.when.reads() - about))
    for key in sorted(about & fields.keys()):
        if fields[key].sensitive:
            yield f"about the sensitive field {key}, whose values stay sealed"
    yield from _in_text("message", contradiction.message)
    yield from _in_condition(contradiction.when, fields)


def _in_condition(condition: Condition, fields: Mapping[str, Field]) -> Iterator[str]:
    match condition:
        case All():
            for part in condition.parts:
                yield from _in_condition(part, fields)
            return
        case Not():
            yield from _in_condition(condition.part, fields)
            return
        case TrackIn():
            yield from (f"there is no track {track}" for track in condition.tracks if track not in list(Track))
            return
    for key in sorted(condition.reads()):
        if key not in fields:
            yield f"reads an unknown field {key}"
            continue
        if fields[key].sensitive:
            yield f"reads the sensitive field {key}, whose values stay sealed"
        yield from (f"{key} {m}" for m in _misread(condition, fields[key].kind))


def _misread(condition: Condition, kind: Kind) -> Iterator[str]:
    """What a condition asks of a field that its kind can't answer: such a rule would never hold, and nobody notice."""
    match condition, kind:
        case AtMost() | AtLeast(), _ if not isinstance(kind, Number):
            yield "is no number"
        case Includes(), Choices():
            if condition.code not in kind.codes:
                yield f"has no option {condition.code}"
        case Includes(), _:
            yield "has not several choices"
        case KnownAs(), _:
            yield from (f"is never {value!r}" for value in condition.values if not _is_value(value, kind))


def _is_value(value: object, kind: Kind) -> bool:
    try:
        return kind.parse(value) == value
    except Refused:
        return False
