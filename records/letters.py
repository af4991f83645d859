"""What a proposal or a questionnaire says to a client, by e-mail or printed, in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from babel.dates import format_date

from projections.offers import OfferRow

PROPOSAL, REMINDER, QUESTIONNAIRE = "proposal", "reminder", "questionnaire"

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


_QUESTIONNAIRE = {
    "en": (
        "Questions from your work coach",
        "Dear {name},",
        "Your work coach would like to know more about you. Then you can talk about what matters to you, and we don’t"
        " have to ask everything again.",
        "Answer the questions here: {link}",
        "Or go to {page} and fill in this code: {code}",
        "You also need your birth date. You can stop and go on later, until {day}. You can always answer “I don’t know”"
        " or “I’d rather not say”.",
        "Work and Income",
    ),
    "nl": (
        "Vragen van uw werkcoach",
        "Beste {name},",
        "Uw werkcoach wil u graag beter leren kennen. Dan kunt u samen praten over wat voor u belangrijk is, en hoeven"
        " we niet alles opnieuw te vragen.",
        "Beantwoord de vragen hier: {link}",
        "Of ga naar {page} en vul deze code in: {code}",
        "U heeft ook uw geboortedatum nodig. U kunt stoppen en later verdergaan, tot en met {day}. U kunt altijd “Ik"
        " weet het niet” of “Dat zeg ik liever niet” antwoorden.",
        "Werk en Inkomen",
    ),
}


def questionnaire_letter(
    language: str, name: str, *, link: str, page: str, code: str, until: date
) -> tuple[str, Sequence[str]]:
    """Subject and paragraphs: how a client gets to the questionnaire, and what is asked for there."""
    language = "en" if language == "en" else "nl"
    subject, *texts = _QUESTIONNAIRE[language]
    given = {"name": name, "link": link, "page": page, "code": code, "day": _day(until, language)}
    return subject, [text.format(**given) for text in texts]


def _day(day: date, language: str) -> str:
    return format_date(day, "d MMMM y", locale=language)


LETTER_LANGUAGES = ("nl", "en")
_ADDRESSED = {
    "en": {
        "hello": "Dear {name},",
        "number": "Client number: {number}",
        "end": "Kind regards,",
        "coach": "{coach}, work coach, Work and Income",
        "phone": "Phone: {phone}",
    },
    "nl": {
        "hello": "Beste {name},",
        "number": "Klantnummer: {number}",
        "end": "Met vriendelijke groet,",
        "coach": "{coach}, werkcoach, Werk en Inkomen",
        "phone": "Telefoon: {phone}",
    },
}


def addressed(
    language: str, *, name: str, number: str | None, day: date, subject: str, text: str, coach: str, phone: str
) -> list[str]:
    """The paragraphs of a letter that a coach wrote: to whom, of when, and from whom."""
    texts = _ADDRESSED[language]
    lines = [name]
    if number:
        lines.append(texts["number"].format(number=number))
    lines += [_day(day, language), subject, texts["hello"].format(name=name), *text.replace("\r\n", "\n").split("\n\n")]
    lines += [texts["end"], texts["coach"].format(coach=coach)]
    return [*lines, texts["phone"].format(phone=phone)] if phone else lines
