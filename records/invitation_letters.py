"""What a letter or an e-mail says that invites a client to choose a time, in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from babel.dates import format_date

INVITATION = "invitation"

_TEXTS = {
    "en": (
        "Choose a time to speak with your work coach",
        "Dear {name},",
        "Your work coach would like to speak with you, and offers you some times to choose from. Choose the one that"
        " suits you best. Then you have an appointment at once.",
        "Choose a time here: {link}",
        "Or go to {page} and fill in this code: {code}",
        "You also need your birth date. You can choose until {day}.",
        "Does none of the times suit you, or would you rather call? Let your work coach know. If you do not choose a"
        " time, that does not change your benefit.",
        "Work and Income",
    ),
    "nl": (
        "Kies een moment voor een gesprek met uw werkcoach",
        "Beste {name},",
        "Uw werkcoach wil graag met u praten en heeft daarvoor een paar momenten vrij. Kies het moment dat u het best"
        " uitkomt. Dan heeft u meteen een afspraak.",
        "Kies hier een moment: {link}",
        "Of ga naar {page} en vul deze code in: {code}",
        "U heeft ook uw geboortedatum nodig. U kunt kiezen tot en met {day}.",
        "Komt geen van de momenten u uit, of belt u liever? Laat het uw werkcoach weten. Als u geen moment kiest, heeft"
        " dat geen gevolgen voor uw uitkering.",
        "Werk en Inkomen",
    ),
}


def invitation_letter(
    language: str, name: str, *, link: str, page: str, code: str, until: date
) -> tuple[str, Sequence[str]]:
    """Subject and paragraphs: how a client gets to the times, and that the benefit is not touched."""
    language = "en" if language == "en" else "nl"
    subject, *texts = _TEXTS[language]
    day = format_date(until, "d MMMM y", locale=language)
    given = {"name": name, "link": link, "page": page, "code": code, "day": day}
    return subject, [text.format(**given) for text in texts]
