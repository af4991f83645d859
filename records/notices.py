"""What a mail to a colleague says: how much there is and where to read it; never what was said, or about whom."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta

from domain.calendar import AMSTERDAM, Week, local_day

DIGEST, CLOCKS, WEEKLY_LIST, STAND_IN = "digest", "clocks", "weekly_list", "stand_in"
MONTHLY = "monthly_letter"
MEETING, UNDELIVERED = "meeting", "undelivered"
TO_READ, ANSWERED, ENDING = "exemption_to_read", "exemption_answered", "exemption_ends"
TO_GIVE_BACK, TAKEN_OVER = "to_give_back", "taken_over"
# What came to a colleague to look at (`new_work.py`), each told as its reader chose.
NEW_WORK = (MEETING, UNDELIVERED, TO_READ, ANSWERED, ENDING, TO_GIVE_BACK, TAKEN_OVER)
KINDS = frozenset({DIGEST, CLOCKS, WEEKLY_LIST, STAND_IN, MONTHLY, *NEW_WORK})
# Where each is read.
PATHS = {
    DIGEST: "/news",
    CLOCKS: "/signals?clock=passed",
    WEEKLY_LIST: "/weekly-list",
    STAND_IN: "/today#standin",
    MONTHLY: "/letters",
    MEETING: "/applications",
    UNDELIVERED: "/today#undelivered",
    TO_READ: "/exemptions",
    ANSWERED: "/today",
    ENDING: "/caseload?show=exemption_ends",
    TO_GIVE_BACK: "/team/take-overs",
    TAKEN_OVER: "/today#taken-over",
}

_TEXTS = {
    "en": {
        DIGEST: (
            "News of your signals today",
            "There is news of {signals} of the signals that you reported, support, follow or were given.",
        ),
        CLOCKS: (
            "Signals that wait for the improvement team",
            "Of the signals that your team looks after, the time has passed for {passed} and is near for {near}.",
        ),
        WEEKLY_LIST: (
            "Your weekly list",
            "Your list of this week has {lines} lines, {new} of them new. Since the list before, {done} were done."
            " Only you see it.",
        ),
        STAND_IN: (
            "The weekly list of whom you stand in for",
            "Of the colleagues on leave for whom you stand in, {lists} have a list of this week. Lines in all: {lines},"
            " {new} of them new.",
        ),
        MONTHLY: (
            "The monthly letter about the dashboard",
            "The improvement team wrote what changed in the dashboard, and why.",
        ),
        MEETING: (
            "Intake meetings with you",
            "Intake meetings that colleagues planned with you and that are still to come: {number}.",
        ),
        UNDELIVERED: (
            "Mail to clients that could not be delivered",
            "Proposals, e-mails and news of appointments that did not reach your clients: {number}.",
        ),
        TO_READ: (
            "Drafts of exemptions to read",
            "Drafts of exemptions of your team that wait for a reader: {number}.",
        ),
        ANSWERED: (
            "Answers to drafts of exemptions",
            "Drafts of exemptions of your clients that were returned or approved: {number}.",
        ),
        ENDING: (
            "Exemptions that end",
            "Exemptions of your clients that end within six weeks, have ended or have no last day: {number}.",
        ),
        TO_GIVE_BACK: (
            "Clients to give back",
            "Times that clients of your team were taken over and now go back: {number}.",
        ),
        TAKEN_OVER: (
            "Clients taken over for a time",
            "Times that you took over clients of a colleague, or that clients came back to you: {number}.",
        ),
        "where": "Read it here: {link}",
        "log_in": "Log in to Werkpad to read it.",
        "off": "Which mails you get, you choose in Werkpad under Notifications.",
    },
    "nl": {
        DIGEST: (
            "Nieuws over je signalen van vandaag",
            "Er is nieuws over {signals} van de signalen die je meldde, steunt, volgt of kreeg toegewezen.",
        ),
        CLOCKS: (
            "Signalen die op het verbeterteam wachten",
            "Van de signalen waar je team over gaat, is de tijd voor {passed} voorbij en voor {near} bijna om.",
        ),
        WEEKLY_LIST: (
            "Je weeklijst",
            "Je lijst van deze week heeft {lines} regels, waarvan {new} nieuw. Sinds de vorige lijst zijn er {done}"
            " afgehandeld. Alleen jij ziet hem.",
        ),
        STAND_IN: (
            "De weeklijst van wie je vervangt",
            "Van de collega’s met verlof die je vervangt, hebben er {lists} een lijst van deze week. Regels samen:"
            " {lines}, waarvan {new} nieuw.",
        ),
        MONTHLY: (
            "De maandbrief over het dashboard",
            "Het verbeterteam schreef wat er in het dashboard is veranderd, en waarom.",
        ),
        MEETING: (
            "Intakegesprekken met jou",
            "Intakegesprekken die collega’s met jou hebben gepland en die nog komen: {number}.",
        ),
        UNDELIVERED: (
            "Mail aan klanten die niet is aangekomen",
            "Voorstellen, e-mails en berichten over afspraken die je klanten niet hebben bereikt: {number}.",
        ),
        TO_READ: (
            "Concepten van vrijstellingen om te lezen",
            "Concepten van vrijstellingen van je team die op een lezer wachten: {number}.",
        ),
        ANSWERED: (
            "Antwoord op concepten van vrijstellingen",
            "Concepten van vrijstellingen van je klanten die zijn teruggestuurd of goedgekeurd: {number}.",
        ),
        ENDING: (
            "Vrijstellingen die eindigen",
            "Vrijstellingen van je klanten die binnen zes weken eindigen, al eindigden of geen laatste dag hebben:"
            " {number}.",
        ),
        TO_GIVE_BACK: (
            "Klanten om terug te geven",
            "Keren dat klanten van je team tijdelijk zijn overgenomen en nu teruggaan: {number}.",
        ),
        TAKEN_OVER: (
            "Tijdelijk overgenomen klanten",
            "Keren dat je klanten van een collega overnam, of dat klanten bij jou terugkwamen: {number}.",
        ),
        "where": "Lees het hier: {link}",
        "log_in": "Log in op Werkpad om het te lezen.",
        "off": "Welke mails je krijgt, kies je in Werkpad onder Meldingen.",
    },
}


def good_until(kind: str, put_at: datetime) -> datetime | None:
    """Until when a notice is worth sending: one of the day until that ends, one of a weekly list until the next list,
    and of other work until the evening after.

    None for what is no notice: that is good as long as it has something to say.
    """
    day = local_day(put_at)
    if kind in (DIGEST, CLOCKS):
        return datetime.combine(day + timedelta(days=1), time(), AMSTERDAM)
    if kind in NEW_WORK:
        return datetime.combine(day + timedelta(days=2), time(), AMSTERDAM)
    if kind in (WEEKLY_LIST, STAND_IN):
        return Week.of(day).next.starts_at
    return None


def notice(kind: str, language: str, numbers: Mapping[str, int], public_url: str) -> tuple[str, str]:
    """Subject and text. `public_url` is where Werkpad is, empty where nobody said so."""
    texts = _TEXTS["en" if language == "en" else "nl"]
    subject, text = texts[kind]
    where = str(texts["where"]).format(link=public_url + PATHS[kind]) if public_url else str(texts["log_in"])
    lines = [text.format(**numbers), "", where, "", str(texts["off"])]
    return subject, "\n".join(lines) + "\n"
