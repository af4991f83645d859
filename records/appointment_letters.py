"""What a letter or an e-mail says of an appointment: when, how and where, and never what it is about."""

from __future__ import annotations

from datetime import datetime

from babel.dates import format_date
from msgspec import Struct

from domain.calendar import AMSTERDAM, local_day

# What a message is about: one that was made or moved, one that was cancelled, one that lies ahead soon.
APPOINTMENT, OFF, SOON = "appointment", "appointment_off", "appointment_soon"
KINDS = (APPOINTMENT, OFF, SOON)

_TEXTS = {
    "en": {
        "subject": "Your appointment with Work and Income",
        "hello": "Dear {name},",
        "made": "You have an appointment with your work coach.",
        "moved": "Your appointment with your work coach was changed. This is how it is now.",
        OFF: "Your appointment with your work coach was cancelled. It was to be:",
        SOON: "We remind you of your appointment with your work coach.",
        "when": "When: {day} at {time}, about {minutes} minutes",
        "office": "How: you come to us",
        "phone": "How: your work coach calls you",
        "video": "How: a video call",
        "email": "How: your work coach writes you an e-mail",
        "letter": "How: your work coach writes you a letter",
        "home_visit": "How: your work coach comes to you",
        "walking_along": "How: your work coach goes there with you",
        "where": "Where: {place}",
        "cannot": "Can’t you make it, or does another time suit you better? Let your work coach know.",
        "another": "Do you want another appointment? Let your work coach know.",
        "file": "The file with this e-mail puts it into your calendar.",
        "file_off": "The file with this e-mail takes it out of your calendar.",
        "end": "Work and Income",
    },
    "nl": {
        "subject": "Uw afspraak met Werk en Inkomen",
        "hello": "Beste {name},",
        "made": "U heeft een afspraak met uw werkcoach.",
        "moved": "Uw afspraak met uw werkcoach is veranderd. Zo is het nu afgesproken.",
        OFF: "Uw afspraak met uw werkcoach gaat niet door. Dit was de afspraak:",
        SOON: "We herinneren u aan uw afspraak met uw werkcoach.",
        "when": "Wanneer: {day} om {time} uur, ongeveer {minutes} minuten",
        "office": "Hoe: u komt bij ons langs",
        "phone": "Hoe: uw werkcoach belt u",
        "video": "Hoe: met een videogesprek",
        "email": "Hoe: uw werkcoach stuurt u een e-mail",
        "letter": "Hoe: uw werkcoach stuurt u een brief",
        "home_visit": "Hoe: uw werkcoach komt bij u langs",
        "walking_along": "Hoe: uw werkcoach gaat met u mee",
        "where": "Waar: {place}",
        "cannot": "Kunt u niet, of komt een ander moment beter uit? Laat het uw werkcoach weten.",
        "another": "Wilt u een nieuwe afspraak? Laat het uw werkcoach weten.",
        "file": "Met het bestand bij deze e-mail zet u de afspraak in uw agenda.",
        "file_off": "Met het bestand bij deze e-mail haalt u de afspraak uit uw agenda.",
        "end": "Werk en Inkomen",
    },
}


class Told(Struct, frozen=True):
    """What a client is told of an appointment. `changes` is how often it was changed since it was made."""

    starts_at: datetime
    minutes: int
    channel: str
    place: str | None
    changes: int


def texts_in(language: str) -> dict[str, str]:
    return _TEXTS["en" if language == "en" else "nl"]


def appointment_letter(kind: str, language: str, name: str, told: Told, *, by_mail: bool) -> tuple[str, str]:
    """Subject and text. With an e-mail goes a file for the calendar."""
    texts, shown = texts_in(language), told.starts_at.astimezone(AMSTERDAM)
    first = kind if kind in (OFF, SOON) else "moved" if told.changes else "made"
    when = {"day": _day(told.starts_at, language), "time": f"{shown:%H:%M}", "minutes": told.minutes}
    lines = [texts["hello"].format(name=name), "", texts[first], "", texts["when"].format(**when), texts[told.channel]]
    if told.place:
        lines.append(texts["where"].format(place=told.place))
    lines += ["", texts["another" if kind == OFF else "cannot"]]
    if by_mail:
        lines.append(texts["file_off" if kind == OFF else "file"])
    lines += ["", texts["end"]]
    return texts["subject"], "\n".join(lines) + "\n"


def _day(moment: datetime, language: str) -> str:
    return format_date(local_day(moment), "EEEE d MMMM y", locale="en" if language == "en" else "nl")
