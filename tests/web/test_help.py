"""Help: each page has its topic in both languages, is led to it, and shows its tour until the reader closes it."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

from application import learning
from records import seen_in_help
from tests.web.conftest import Town, Visitor
from web import help_topics
from web.language import LANGUAGES
from web.navigation import BESIDE, GROUPS, OWN

PLACES = [*(place for _, places in GROUPS for place in places), OWN]
PAGES = {page.help: page.endpoint for place in PLACES for page in place.pages}
TOPICS = sorted({*PAGES, *BESIDE.values()})
EVERYBODY = ("coach", "improver", "quality", "manager", "process", "privacy", "admin")
FILES = [path for language in LANGUAGES for path in sorted((help_topics.FOLDER / language).glob("*.md"))]
IDS = [f"{path.parent.name}-{path.stem}" for path in FILES]


def parts(text: str) -> set[str]:
    return set(re.findall(r'href="#([a-z0-9-]+)"', text))


def first_visit(town: Town, who: str) -> Visitor:
    """Somebody who has not closed any tour."""
    with town.services.database.write() as connection:
        seen_in_help.remove(connection, town.accounts[who].account_id, {"tour:all"})
    return town.visit(who)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_page_of_the_navigation_has_its_topic(language: str) -> None:
    assert sorted(help_topics.topics(language)) == TOPICS, "one for each page, and none that nothing leads to"
    of_page = [page.help for place in PLACES for page in place.pages]
    assert len(of_page) == len(set(of_page)), "two pages with one topic: one of them is not explained"


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_a_topic_begins_with_a_tour_of_two_to_four_sentences(path: Path) -> None:
    heading, _, body = path.read_text().partition("\n")
    assert re.fullmatch(r"# \S.*", heading)
    tour = re.sub(r"\]\([^)]*\)", "]", body.strip().split("\n\n")[0])
    sentences = re.findall(r"[.?!](?:\s|$)", tour)
    assert 2 <= len(sentences) <= 4, tour


@pytest.mark.parametrize("topic", TOPICS)
def test_both_languages_lead_to_the_same_parts_and_topics(topic: str) -> None:
    both = [help_topics.topics(language)[topic] for language in LANGUAGES]
    links = [sorted(re.findall(r'href="([^"]+)"', text.tour + text.rest)) for text in both]
    assert links[0] == links[1]
    assert {link.removeprefix("topic:") for link in links[0] if link.startswith("topic:")} <= set(TOPICS)
    assert not [link for link in links[0] if not link.startswith(("#", "topic:"))], "nothing leads out of Werkpad"
    assert not parts(both[0].tour) or topic in PAGES, "a part of a page that has no tour"


@pytest.mark.parametrize("who", EVERYBODY)
def test_a_tour_leads_to_parts_that_are_on_its_page_and_goes_when_it_is_closed(town: Town, who: str) -> None:
    visitor = first_visit(town, who)
    visitor.get("/help")
    shown = 0
    urls = town.app.url_map.bind("localhost")
    for topic, endpoint in PAGES.items():
        address = urls.build(endpoint)
        answer = visitor.client.get(address, follow_redirects=True)
        if answer.status_code == 403 or answer.request.path != address:
            continue
        page = answer.get_data(as_text=True)
        tour = page.partition('class="notice info tour"')[2].partition("</section>")[0]
        assert tour, f"{address} has no tour"
        for part in parts(tour):
            assert f'id="{part}"' in page, f"{address}#{part}"
        visitor.post("/help/tours/close", form="/help", topic=topic, here=address)
        assert 'class="notice info tour"' not in visitor.get(address)
        shown += 1
    assert shown >= 5


@pytest.mark.parametrize("who", EVERYBODY)
def test_every_page_leads_to_the_help_about_it(town: Town, who: str) -> None:
    visitor = town.visit(who)
    urls = town.app.url_map.bind("localhost")
    for topic, endpoint in PAGES.items():
        answer = visitor.client.get(urls.build(endpoint), follow_redirects=True)
        if answer.status_code == 200 and answer.request.path == urls.build(endpoint):
            assert f'href="/help/{topic}"' in answer.get_data(as_text=True), endpoint
    for topic in TOPICS:
        page = visitor.get(f"/help/{topic}")
        assert help_topics.topics("en")[topic].title in page.replace("&#39;", "'")
        assert "topic:" not in page.partition("<main")[2]
    assert 'href="/help"' in visitor.get("/find"), "from the shortcuts"


def test_a_file_and_its_forms_lead_to_their_own_help(town: Town) -> None:
    client_id = town.new_client("coach", "Anna de Vries")
    visitor = first_visit(town, "coach")
    for address, topic in ((f"/clients/{client_id}", "file"), (f"/clients/{client_id}/contact", "contact")):
        page = visitor.get(address)
        assert f'href="/help/{topic}"' in page
        assert "tour" not in page.partition("<main")[2].partition("<h1")[0], "not with each client anew"


def test_help_is_searched_without_its_words_in_an_address(town: Town) -> None:
    visitor = town.visit("coach")
    answer = visitor.post("/help", search="attendance SHEET")
    page = answer.get_data(as_text=True)
    assert answer.request.url.endswith("/help")
    assert 'href="/help/workshops"' in page
    assert "as the attendance sheet" in page
    assert "Leave one out" in visitor.post("/help", search="no such wordatall").get_data(as_text=True)
    found = [topic.key for topic, _ in help_topics.search("nl", "caseload")]
    assert found[0] in ("caseload", "match", "reassign"), "what is called so comes first"
    assert visitor.post("/help", search="x" * 5000).status_code == 400
    visitor.get("/help/nothing-of-the-kind", 404)


def test_help_is_there_in_dutch(town: Town) -> None:
    visitor = town.visit("coach")
    visitor.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "nl"
    assert "Hier staat wat vandaag om je aandacht vraagt" in visitor.get("/help/today")


def test_tours_are_closed_for_oneself_and_shown_again_from_help(town: Town) -> None:
    visitor, colleague = first_visit(town, "coach"), first_visit(town, "colleague")
    visitor.post("/help/tours/close", form="/help", topic="all", here="/today")
    assert "tour" not in visitor.get("/calendar").partition("<main")[2]
    assert "info tour" in colleague.get("/calendar"), "each closes the own"
    answer = visitor.post("/help/tours/open", form="/help/today", topic="today", here="/today")
    assert answer.location == "/today"
    assert "info tour" in visitor.get("/today")
    assert visitor.post("/help/tours/close", form="/help", topic="none", here="/").status_code == 404
    answer = visitor.post("/help/tours/close", form="/help", topic="today", here="//elsewhere.example")
    assert answer.location == "/", "only to a page of ours"


def test_markup_in_a_topic_is_shown_and_not_carried_out(tmp_path: Path) -> None:
    odd = tmp_path / "odd.md"
    odd.write_text("# Odd\n\nA <b>bold</b> one. <script>x</script> [js](javascript:alert(1)) ![p](a.png)\n")
    html = help_topics._read(odd).tour
    assert "<b>" not in html and "<script" not in html and "<img" not in html
    assert 'href="javascript' not in html


def test_what_somebody_has_seen_can_be_asked_by_nobody_else() -> None:
    """No operation of learning takes another account, so none can tell of it; and nothing else reads the table."""
    operations = [each for each in vars(learning).values() if hasattr(each, "right")]
    assert len(operations) >= 3
    for operation in operations:
        names = list(inspect.signature(operation).parameters)
        assert names[:2] == ["services", "viewer"]
        assert not [name for name in names if "account" in name or "who" in name], operation
    root = Path(learning.__file__).parents[1]
    rooms = ("application", "web", "workers", "feedback", "projections", "records", "werkpad")
    readers = {
        path.relative_to(root).as_posix()
        for room in rooms
        for path in (root / room).rglob("*.py")
        if "seen_in_help" in path.read_text()
    }
    assert readers == {
        "application/learning.py",
        "records/seen_in_help.py",
        "records/migrations/versions/v0024_seen_in_help.py",
    }
