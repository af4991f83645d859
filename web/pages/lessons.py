"""Lessons: a short text with questions, answered at once. Which of them somebody took is told to nobody else."""

from __future__ import annotations

from functools import cache
from typing import Any

from flask import Blueprint, abort, render_template
from wtforms import RadioField

from application import learning as operations
from domain.refusal import Refused
from web import lessons
from web.context import services, viewer
from web.fields import offered
from web.forms import Form
from web.language import local
from web.lessons import Lesson
from web.permissions import access

page = Blueprint("lessons", __name__, url_prefix="/lessons")


class LessonForm(Form):
    """`form_for` adds a field for each question."""


@cache
def form_for(key: str) -> type[LessonForm]:
    fields = {
        f"answer_{nth}": RadioField(validate_choice=False, choices=[])
        for nth, _question in enumerate(lessons.by_key()[key].questions)
    }
    return type("LessonFormOfQuestions", (LessonForm,), fields)


@page.get("")
@access(operations.seen)
def index() -> str:
    """All lessons, those of one's own role first, with which of them one has taken."""
    own = lessons.meant_for(viewer())
    of_roles = lessons.by_role()
    return render_template(
        "lessons.html",
        own=[(role, of_roles[role]) for role in own],
        others=[(role, found) for role, found in of_roles.items() if role not in own],
        taken=operations.seen(services(), viewer()).lessons,
    )


@page.get("/<key>")
@access(operations.seen)
def one(key: str) -> str:
    lesson = _lesson(key)
    return _page(lesson, form_for(key).empty(), answered=False)


@page.post("/<key>")
@access(operations.take_lesson)
def answer(key: str) -> str | tuple[str, int]:
    """Say of each answer whether it is right, and why."""
    lesson = _lesson(key)
    form = form_for(key)()
    missing = False
    for nth, question in enumerate(lesson.questions):
        if form[f"answer_{nth}"].data not in {str(each) for each in range(len(question.answers))}:
            form.refuse(Refused("Choose an answer.", field=f"answer_{nth}"))
            missing = True
    if missing:
        return _page(lesson, form, answered=False), 400
    operations.take_lesson(services(), viewer(), lesson.key)
    return _page(lesson, form, answered=True)


def _lesson(key: str) -> Lesson:
    return lessons.by_key().get(key) or abort(404)


def _page(lesson: Lesson, form: Any, *, answered: bool) -> str:
    for nth, question in enumerate(lesson.questions):
        field = form[f"answer_{nth}"]
        field.label.text = local(question.ask)
        field.choices = offered([(each, local(text)) for each, text in enumerate(question.answers)])
    told = [
        (question, form[f"answer_{nth}"].data == str(question.right)) for nth, question in enumerate(lesson.questions)
    ]
    return render_template(
        "lesson.html", lesson=lesson, form=form, told=told if answered else None, following=lessons.after(lesson.key)
    )
