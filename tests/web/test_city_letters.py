"""The monthly letter: drafted from the month, edited and sent once, to the page of everybody and by mail."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, expect

from application import city_letters as operations
from domain.refusal import Conflict, Refused
from records import outbox, people, targets
from records.targets import Target
from tests.web.at_work import voices
from tests.web.conftest import Town
from tests.web.looking import problems
from tests.web.test_navigation import PLACES
from tests.web.walking import visiting

MONTH = date(2026, 11, 1)
LOOKS = [("en-GB", "light", 1440), ("nl-NL", "dark", 360)]
WRITE = "/letters/write?month=2026-11"


@pytest.fixture
def busy_town(town: Town) -> Town:
    """Something became of a signal this month, and a target was set."""
    voices(town)
    process = town.accounts["process"]
    with town.services.database.write() as connection:
        since, now = date(2026, 11, 2), town.services.clock()
        targets.put(connection, Target(uuid4(), "open", None, since, 4_000, "As agreed.", process.account_id, now))
    return town


def test_a_draft_has_what_the_month_brought_in_both_languages(busy_town: Town) -> None:
    draft = operations.draft(busy_town.services, busy_town.accounts["improver"].viewer, MONTH)
    assert "Definitions that changed\n- Driving licence (18 November 2026): asked" in draft.texts["en"]
    assert "Definities die zijn veranderd\n- Rijbewijs (18 november 2026): asked" in draft.texts["nl"]
    assert "New agreements\n- Call first. (18 November 2026): It is kinder." in draft.texts["en"]
    assert "open clients from 2 November 2026 on: 4000" in draft.texts["en"]
    quiet = operations.draft(busy_town.services, busy_town.accounts["improver"].viewer, date(2026, 10, 1))
    assert quiet.texts["en"] == "This month brought no change."


def test_a_letter_is_saved_edited_and_sent_once(busy_town: Town) -> None:
    improver = busy_town.visit("improver")
    assert "Driving licence" in improver.get(WRITE)
    said = {"en": "Licences count.", "nl": "Rijbewijzen tellen.", "shown": "0"}
    assert improver.post(WRITE, **said, what="save").status_code == 303
    assert "Licences count." not in busy_town.visit("coach").get("/letters")
    again = improver.get(WRITE)
    assert "Licences count." in again
    more = said | {"en": "Licences count now.", "shown": "1"}
    assert improver.post(WRITE, **more, what="send").status_code == 303
    assert "Licences count now." in busy_town.visit("coach").get("/letters")
    late = said | {"en": "Something else.", "shown": "2"}
    with pytest.raises(Refused, match="was sent"):
        operations.write_letter(busy_town.services, busy_town.accounts["process"].viewer, MONTH, late, 2, send=True)
    assert "Licences count now." in improver.get(WRITE), "leads to what was sent"


def test_two_who_write_at_once_do_not_overwrite_each_other(town: Town) -> None:
    one, other = town.accounts["improver"].viewer, town.accounts["process"].viewer
    operations.write_letter(town.services, one, MONTH, {"en": "One", "nl": "Een"}, 0, send=False)
    with pytest.raises(Conflict, match="meanwhile"):
        operations.write_letter(town.services, other, MONTH, {"en": "Two", "nl": "Twee"}, 0, send=False)
    assert not operations.write_letter(town.services, one, MONTH, {"en": "One", "nl": "Een"}, 0, send=False), "a repeat"


@pytest.mark.parametrize(
    ("en", "nl", "month", "why"),
    [
        ("", "Brief", MONTH, "fill this in"),
        ("Letter", "x" * 8001, MONTH, "8000"),
        ("Letter", "Brief", date(2026, 12, 1), "has not begun"),
    ],
    ids=["nothing said", "too long", "a month ahead"],
)
def test_what_is_no_letter_is_refused_with_why(town: Town, en: str, nl: str, month: date, why: str) -> None:
    viewer = town.accounts["improver"].viewer
    with pytest.raises(Refused) as refused:
        operations.write_letter(town.services, viewer, month, {"en": en, "nl": nl}, 0, send=True)
    assert why in refused.value.message % (refused.value.values or {})


def test_a_number_of_a_person_is_asked_about_before_it_is_saved(town: Town) -> None:
    sent = town.visit("improver").post(WRITE, en="Call 06 12345678", nl="Bel", shown="0", what="send")
    assert sent.status_code == 400
    assert operations.letters(town.services, town.accounts["coach"].viewer, None).sent == []


def test_those_who_want_it_get_one_mail_without_its_text(town: Town) -> None:
    object.__setattr__(town.services.settings, "smtp_url", "smtp://127.0.0.1:1")
    with town.services.database.write() as connection:
        for who in ("coach", "manager"):
            people.set_email(connection, town.accounts[who].account_id, f"{who}@example.org")
    texts = {"en": "Letter", "nl": "Brief"}
    viewer = town.accounts["improver"].viewer
    for _ in range(2):
        operations.write_letter(town.services, viewer, MONTH, texts, 0, send=True)
    with town.services.database.read() as connection:
        waiting = outbox.due(connection, town.services.clock())
    of = {message.subject_id for message in waiting if message.kind == "monthly_letter"}
    assert of == {town.accounts[who].account_id for who in ("coach", "manager")}
    assert len(waiting) == 2


@pytest.mark.parametrize("who", PLACES)
def test_everybody_reads_letters_and_few_write_them(town: Town, who: str) -> None:
    texts = {"en": "Licences count.", "nl": "Rijbewijzen tellen."}
    operations.write_letter(town.services, town.accounts["improver"].viewer, MONTH, texts, 0, send=True)
    page = town.visit(who).get("/letters")
    assert "Licences count." in page
    assert ("Write the letter of" in page) == (who in ("improver", "process"))


@pytest.mark.parametrize(("locale", "scheme", "width"), LOOKS, ids=["desk", "phone, Dutch, dark"])
def test_axe_finds_nothing_on_letters(
    busy_town: Town, address: str, browser: Browser, locale: str, scheme: str, width: int
) -> None:
    texts = {"en": "Licences count.", "nl": "Rijbewijzen tellen."}
    writer = busy_town.accounts["improver"].viewer
    operations.write_letter(busy_town.services, writer, date(2026, 10, 1), texts, 0, send=True)
    with visiting(busy_town, browser, address, "improver", width=width, locale=locale, scheme=scheme) as page:
        for path in ("/letters", WRITE):
            page.goto(f"{address}{path}")
            expect(page.locator("h1")).to_be_visible()
            assert problems(page) == []
