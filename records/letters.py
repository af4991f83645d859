"""What a proposal says to a client, by e-mail or printed, in the client's language and in plain words."""

from __future__ import annotations

from datetime import date

from babel.dates import format_date

from projections.offers import OfferRow

PROPOSAL, REMINDER = "proposal", "reminder"

_TEXTS = {
    "en": {
        "vacancy": "a vacancy: {title}",
        "workshop": "a workshop: {title}",
        "subject": {"proposal": "We have something for you", "reminder": "A reminder of what we proposed"},
        "hello": "Dear {name},",
        "proposal": "Your work coach thinks of you for {what}.",
        "reminder": "Some time ago we wrote to you about {what}. We have not heard from you yet.",
        "at": "With: {organisation}",
        "starts": "It starts on {day}.",
        "answer": "Please let your work coach know by {day} whether this is something for you.",
        "soon": "Please let your work coach know whether this is something for you.",
        "free": "You can also say no, and say why: that helps us to find something that suits you better.",
        "end": "Work and Income",
    },
    "nl": {
        "vacancy": "een vacature: {title}",
        "workshop": "een workshop: {title}",
        "subject": {"proposal": "We hebben iets voor u", "reminder": "Een herinnering aan ons voorstel"},
        "hello": "Beste {name},",
        "proposal": "Uw werkcoach denkt aan u voor {what}.",
        "reminder": "Een tijd geleden schreven we u over {what}. We hebben nog niets van u gehoord.",
        "at": "Bij: {organisation}",
        "starts": "Het begint op {day}.",
        "answer": "Laat uw werkcoach uiterlijk {day} weten of dit iets voor u is.",
        "soon": "Laat uw werkcoach weten of dit iets voor u is.",
        "free": "U mag ook nee zeggen, en waarom: dan kunnen we iets zoeken dat beter bij u past.",
        "end": "Werk en Inkomen",
    },
}


def letter(kind: str, language: str, name: str, offer: OfferRow) -> tuple[str, str]:
    """Subject and text. `kind` is a proposal or a reminder of one."""
    language = "en" if language == "en" else "nl"
    texts = _TEXTS[language]
    what = str(texts[offer.kind]).format(title=offer.title)
    subjects = texts["subject"]
    assert isinstance(subjects, dict)  # noqa: S101 - so the table above is made
    lines = [str(texts["hello"]).format(name=name), "", str(texts[kind]).format(what=what)]
    if offer.organisation:
        lines.append(str(texts["at"]).format(organisation=offer.organisation))
    if offer.starts_on:
        lines.append(str(texts["starts"]).format(day=_day(offer.starts_on, language)))
    if offer.description:
        lines += ["", offer.description]
    asked = str(texts["answer"]).format(day=_day(offer.answer_by, language)) if offer.answer_by else str(texts["soon"])
    lines += ["", asked, str(texts["free"]), "", str(texts["end"])]
    return str(subjects[kind]), "\n".join(lines) + "\n"


def _day(day: date, language: str) -> str:
    return format_date(day, "d MMMM y", locale=language)
