"""What a short e-mail of a coach to a client says, in plain words: it names but the coach and a phone number."""

from __future__ import annotations

from datetime import date

from babel.dates import format_date

# The kind of message in the outbox.
WRITTEN = "written"

_TEXTS = {
    "en": {
        "call": (
            "Please call us",
            "I would like to speak with you. Please call me by {day}. My phone number is {phone}.",
        ),
        "meet": (
            "Making an appointment",
            "I would like to make an appointment with you. Please call me by {day}, so that we can choose a time that"
            " suits you. My phone number is {phone}.",
        ),
        "post": (
            "There is a letter on its way to you",
            "We have sent you a letter. Did it not arrive by {day}? Please call me. My phone number is {phone}.",
        ),
    },
    "nl": {
        "call": (
            "Wilt u ons bellen?",
            "Ik spreek u graag. Wilt u mij uiterlijk {day} bellen? Mijn telefoonnummer is {phone}.",
        ),
        "meet": (
            "Een afspraak maken",
            "Ik maak graag een afspraak met u. Wilt u mij uiterlijk {day} bellen? Dan kiezen we een moment dat u"
            " uitkomt. Mijn telefoonnummer is {phone}.",
        ),
        "post": (
            "Er is een brief naar u onderweg",
            "Wij hebben u een brief gestuurd. Heeft u die op {day} nog niet? Belt u mij dan. Mijn telefoonnummer is"
            " {phone}.",
        ),
    },
}
_AROUND = {
    "en": ("Dear {name},", "Please do not reply to this e-mail: nobody reads the answers."),
    "nl": ("Beste {name},", "Beantwoord deze e-mail niet: de antwoorden leest niemand."),
}
_END = {"en": "Your work coach at Work and Income", "nl": "Uw werkcoach bij Werk en Inkomen"}


def coach_mail(about: str, language: str, name: str, *, until: date, phone: str, coach: str) -> tuple[str, str]:
    """Subject and text. `about` is what is asked, as a code."""
    language = "en" if language == "en" else "nl"
    subject, asked = _TEXTS[language][about]
    hello, no_answers = _AROUND[language]
    day = format_date(until, "d MMMM y", locale=language)
    lines = [hello.format(name=name), asked.format(day=day, phone=phone), no_answers]
    return subject, "\n\n".join([*lines, f"{coach}\n{_END[language]}".strip()]) + "\n"
