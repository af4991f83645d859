"""Short lessons with questions, by role: data files with both languages side by side, read once and checked as read."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from pathlib import Path

import msgspec

from domain.catalogue import Text
from domain.roles import Role, Viewer

FOLDER = Path(__file__).parent / "lessons"
IMPROVEMENT_TEAM = "improvement_team"


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A question with its answers, which of them is right, and why."""

    ask: Text
    answers: list[Text]
    right: int
    why: Text


class Lesson(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something to learn in a few minutes."""

    key: str
    title: Text
    text: Text
    questions: list[Question]


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    lessons: list[Lesson]


@cache
def by_role() -> dict[str, list[Lesson]]:
    """The lessons of each role, and of the improvement team, in the order in which they are best taken."""
    roles = [*(role.value for role in Role), IMPROVEMENT_TEAM]
    files = [(role, FOLDER / f"{role}.toml") for role in roles]
    return {role: msgspec.toml.decode(path.read_bytes(), type=_File).lessons for role, path in files if path.exists()}


@cache
def by_key() -> dict[str, Lesson]:
    return {lesson.key: lesson for lessons in by_role().values() for lesson in lessons}


def roles_of(viewer: Viewer) -> list[str]:
    """The viewer's role, and the improvement team of one who is in it."""
    return [viewer.role.value, *([IMPROVEMENT_TEAM] if viewer.improves else [])]


def meant_for(viewer: Viewer) -> list[str]:
    """The roles whose lessons are the viewer's own."""
    return [role for role in roles_of(viewer) if role in by_role()]


def after(key: str) -> Lesson | None:
    """The lesson that follows on one."""
    for lessons in by_role().values():
        for lesson, following in pairwise(lessons):
            if lesson.key == key:
                return following
    return None
