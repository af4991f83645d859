"""Lessons: each is short and in both languages, its answers are explained at once, and nobody else sees who took it."""

from __future__ import annotations

import re

import pytest

from domain.catalogue import Text
from tests.web.conftest import Town
from web import lessons

ROLES = (
    "work_coach",
    "quality_officer",
    "team_manager",
    "process_manager",
    "privacy_officer",
    "administrator",
    "improvement_team",
)
KEYS = sorted(lessons.by_key())


def test_each_of_these_roles_has_five_and_no_two_have_one_key() -> None:
    assert {role: len(found) for role, found in lessons.by_role().items()} == dict.fromkeys(ROLES, 5)
    assert len(KEYS) == 35
    assert {path.stem for path in lessons.FOLDER.glob("*.toml")} == set(ROLES), "none that is shown to nobody"


@pytest.mark.parametrize("key", KEYS)
def test_a_lesson_is_short_and_whole_in_both_languages(key: str) -> None:
    lesson = lessons.by_key()[key]
    assert 2 <= len(lesson.questions) <= 3
    told: list[Text] = [lesson.title, lesson.text]
    for question in lesson.questions:
        assert 2 <= len(question.answers) <= 4
        assert 0 <= question.right < len(question.answers)
        told += [question.ask, *question.answers, question.why]
        assert len({answer.en for answer in question.answers}) == len(question.answers)
    for text in told:
        assert text.en.strip() and text.nl.strip()
    assert max(len(text.split()) for text in (lesson.text.en, lesson.text.nl)) <= 200
    dutch = " ".join(text.nl for text in told)
    assert not re.search(r"\b(u|uw|uwe)\b", dutch, re.IGNORECASE), "colleagues are addressed as colleagues"


@pytest.mark.parametrize("role", ROLES)
def test_the_right_answer_is_not_always_in_the_same_place(role: str) -> None:
    places = {question.right for lesson in lessons.by_role()[role] for question in lesson.questions}
    assert len(places) > 1


def test_answers_are_explained_at_once_and_only_the_own_page_says_that_it_was_taken(town: Town) -> None:
    coach, manager = town.visit("coach"), town.visit("manager")
    lesson = lessons.by_key()["coach-contact"]
    at = "/lessons/coach-contact"
    assert "Only you see which of them you took" in coach.get("/lessons")
    assert 'class="tag good">taken' not in coach.get("/lessons")
    missing = coach.post(at, answer_0="0")
    assert missing.status_code == 400
    assert "Choose an answer." in missing.get_data(as_text=True)
    odd = coach.post(at, answer_0="7", answer_1="x")
    assert odd.status_code == 400
    assert 'class="tag good">taken' not in coach.get("/lessons"), "nothing was answered yet"
    page = coach.post(at, answer_0="0", answer_1="0").get_data(as_text=True)
    assert page.count("Not quite.") == 1
    assert page.count("That is right.") == 1
    for question in lesson.questions:
        assert question.why.en.replace("'", "&#39;") in page
    assert "/lessons/coach-answers" in page, "the next one"
    assert coach.get("/lessons").count('class="tag good">taken') == 1
    assert 'class="tag good">taken' not in manager.get("/lessons")
    coach.get("/lessons/none", 404)


@pytest.mark.parametrize("who", ["coach", "improver", "quality", "manager", "process", "privacy", "admin"])
def test_everybody_opens_every_lesson_those_of_the_own_role_first(town: Town, who: str) -> None:
    visitor = town.visit(who)
    page = visitor.get("/lessons")
    assert page.count("For you as") == {"improver": 2}.get(who, 1)
    for key in KEYS:
        assert f'href="/lessons/{key}"' in page
    assert 'href="/lessons"' in visitor.get("/help")


def test_lessons_are_there_in_dutch(town: Town) -> None:
    visitor = town.visit("improver")
    visitor.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "nl"
    assert "Dubbel, en niemand kwijt" in visitor.get("/lessons")
    assert "Wat gebeurt er met de steun van een dubbel signaal?" in visitor.get("/lessons/improve-duplicates")
