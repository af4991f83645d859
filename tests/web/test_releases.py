"""What a release changed: each role has its lines in both languages, announced once, and to nobody who came later."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest

from application import learning, people
from application.people import NewAccount
from domain.roles import Role
from records import seen_in_help
from tests.web.conftest import Town
from web import help_topics
from web.language import LANGUAGES
from web.lessons import IMPROVEMENT_TEAM
from web.navigation import STARTS
from web.releases import releases

ROLES = [*(role.value for role in Role), IMPROVEMENT_TEAM]
WHO = {
    "coach": "work_coach",
    "quality": "quality_officer",
    "manager": "team_manager",
    "process": "process_manager",
    "privacy": "privacy_officer",
    "admin": "administrator",
    "improver": IMPROVEMENT_TEAM,
}
LATEST = next(iter(releases().values()))


def after_the_release(town: Town, *usernames: str) -> None:
    """These have closed no line about a release."""
    with town.services.database.write() as connection:
        for username in usernames:
            whats = {f"release:{key}" for key in releases()}
            seen_in_help.remove(connection, town.accounts[username].account_id, whats)


def line(page: str) -> str:
    return page.partition('aria-label="What changed for you"')[2].partition("</section>")[0]


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("key", releases())
def test_each_role_has_three_to_six_lines_in_both_languages(key: str, role: str) -> None:
    notes = releases()[key].notes.get(role, [])
    assert 3 <= len(notes) <= 6
    assert set(releases()[key].notes) == set(ROLES), "no line is for nobody"
    for note in notes:
        assert note.text.en.strip() and note.text.nl.strip()
        assert max(len(text.split()) for text in (note.text.en, note.text.nl)) <= 40
        assert not re.search(r"\b(u|uw|uwe)\b", note.text.nl, re.IGNORECASE), "colleagues are addressed as colleagues"
        for language in LANGUAGES:
            assert note.help in help_topics.topics(language)


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_role_reads_its_own_lines_and_may_open_their_pages(town: Town, who: str, language: str) -> None:
    visitor = town.visit(who)
    visitor.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = language
    page = visitor.get("/whats-new")
    urls = town.app.url_map.bind("localhost")
    for key, release in releases().items():
        part = page.partition(f'<section id="release-{key}"')[2].partition("</section>")[0]
        own = release.for_viewer(town.accounts[who].viewer)
        assert part.count("<li>") == len(own)
        for note in own:
            assert note.text.in_(language) in unescape(part)
            assert f'href="/help/{note.help}"' in part
            assert f'href="{urls.build(note.page)}"' in part, "a page that this role may not open"
            visitor.get(urls.build(note.page))


@pytest.mark.parametrize("who", WHO)
def test_the_first_page_says_it_in_one_line_until_it_is_closed(town: Town, who: str) -> None:
    after_the_release(town, who)
    start = town.app.url_map.bind("localhost").build(STARTS[town.accounts[who].role])
    visitor = town.visit(who)
    assert f'href="/whats-new#release-{LATEST.key}"' in line(visitor.get("/"))
    assert not line(visitor.get("/whats-new")), "on the first page alone"
    closed = visitor.post("/help/releases/close", form="/help", release=LATEST.key, here=start)
    assert closed.location == start
    assert not line(visitor.get("/"))
    assert not line(town.visit(who).get("/")), "in another browser neither"
    assert LATEST.key in visitor.get("/whats-new"), "it can be read again"


def test_each_closes_the_own_line_and_only_one_of_a_release_that_is_there(town: Town) -> None:
    after_the_release(town, "coach", "colleague")
    visitor = town.visit("coach")
    close = "/help/releases/close"
    assert visitor.post(close, form="/help", release="none", here="/").status_code == 404
    assert line(visitor.get("/"))
    answer = visitor.post(close, form="/help", release=LATEST.key, here="//elsewhere.example")
    assert answer.location == "/", "only to a page of ours"
    assert line(town.visit("colleague").get("/"))


@pytest.mark.parametrize("days", [-1, 0, 1], ids=["the day before", "that day", "the day after"])
def test_a_new_account_hears_only_of_releases_after_it_was_made(
    town: Town, monkeypatch: pytest.MonkeyPatch, days: int
) -> None:
    account_id, admin = uuid4(), town.accounts["admin"].viewer
    made_on = LATEST.on + timedelta(days=days)
    monkeypatch.setattr(type(town.services), "today", made_on)
    new = NewAccount(account_id, "new", "New Invented", Role.ADMINISTRATOR, None, False, "a long enough password")
    people.add_account(town.services, admin, new)
    with town.services.database.read() as connection:
        seen = learning.Seen(seen_in_help.of(connection, account_id))
    assert seen.has_closed_release(LATEST.key, LATEST.on) is (days >= 0)


def test_whoever_logs_no_signals_reads_nothing_of_what_became_of_them(town: Town) -> None:
    page = town.visit("privacy").get("/whats-new")
    assert "Because of signals" not in page
    assert "Because of signals" in town.visit("coach").get("/whats-new")
