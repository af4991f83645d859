"""The client's questionnaire, without an account: opened by code and birth date, a group a page, sent once.

Nothing after the first page has the code in its address, and no page is kept by a browser.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from flask import Blueprint, current_app, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response
from wtforms import HiddenField

from application import filling_in
from application.failures import HeldBackError
from application.filling_in import DECLINED, UNKNOWN, Filling, SoFar
from application.one_time_links import NotOpenError
from domain.catalogue import Field
from domain.client.questionnaire import LONGEST_WORDS, takes_words
from domain.refusal import Refused
from web.context import services, today, web_context
from web.fields import TextField, TextsField
from web.forms import CommandForm, Form
from web.going import go
from web.language import COOKIE, LANGUAGES, _
from web.link_forms import OpenForm, held_back, keep_to_itself
from web.permissions import access, everybody
from web.session import new_token

page = Blueprint("questionnaire", __name__, url_prefix="/questionnaire")

CLIENT_COOKIE = "werkpad_questionnaire"
# Among the answers to choose from: what is no code of an option.
SAID = {"?unknown": UNKNOWN, "?declined": DECLINED}
STOP, BACK, CHECK = "stop", "back", "check"


class QuestionsForm(CommandForm):
    """The questions of a page; `questions_form` adds them."""

    go = HiddenField()

    def fill(self, filling: Filling, fields: list[Field]) -> None:
        """Show what was answered before."""
        for field in fields:
            answer = filling.answers.get(field.key, SoFar())
            said = [code for code, meant in SAID.items() if meant == answer.said]
            written = list(field.kind.written(answer.value))
            single = bool(field.kind.answers) and not field.kind.several
            self[f"v-{field.key}"].data = written or (said if single else [])
            self[f"s-{field.key}"].data = [] if single else said
            if takes_words(field):
                self[f"w-{field.key}"].data = answer.words or ""

    def answers(self, fields: list[Field]) -> dict[str, dict[str, Any] | None]:
        """The answers that can be kept; what is wrong with the others stands beside them."""
        self.validate()
        kept: dict[str, dict[str, Any] | None] = {}
        for field in fields:
            try:
                if not any(self[name].errors for name in self.names(field)):
                    kept[field.key] = self._answer(field)
            except Refused as refused:
                self.refuse(Refused(refused.message, field=f"v-{field.key}", **refused.values))
        return kept

    def names(self, field: Field) -> list[str]:
        return [f"{letter}-{field.key}" for letter in "vsw" if f"{letter}-{field.key}" in self]

    def _answer(self, field: Field) -> dict[str, Any] | None:
        given = [text for text in self[f"v-{field.key}"].data if text.strip()]
        said = {SAID[code] for code in (*given, *self[f"s-{field.key}"].data) if code in SAID}
        given = [text for text in given if text not in SAID]
        words = " ".join((self[f"w-{field.key}"].data or "").split()) if takes_words(field) else ""
        if len(said) + bool(given or words) > 1:
            raise Refused("Choose one: an answer, “I don’t know” or “I’d rather not say”.")
        if said:
            return {"said": said.pop()}
        answer: dict[str, Any] = {"words": words} if words else {}
        if given:
            answer["value"] = field.check(given if field.kind.several else given[0], today())
        return answer or None


@cache
def questions_form(keys: tuple[tuple[str, bool], ...]) -> type[QuestionsForm]:
    """The form of these fields, each with whether it takes words beside its options."""
    fields: dict[str, Any] = {}
    for key, words in keys:
        fields |= {f"v-{key}": TextsField(""), f"s-{key}": TextsField("")}
        if words:
            label = _("Something else? Say it in your own words")
            fields[f"w-{key}"] = TextField(label, render_kw={"maxlength": LONGEST_WORDS})
    return type("QuestionsFormOfOne", (QuestionsForm,), fields)


page.after_request(keep_to_itself)


@page.errorhandler(NotOpenError)
def not_open(_error: NotOpenError) -> Response:
    answer = go(url_for("questionnaire.enter", over="1"), 303)
    answer.delete_cookie(CLIENT_COOKIE, path=page.url_prefix or "/")
    return answer


@page.get("")
@access(everybody)
def enter() -> str:
    return render_template("questionnaire_open.html", form=OpenForm(), over="over" in request.args)


@page.get("/<code>")
@access(everybody)
def follow(code: str) -> str:
    """The page that a link leads to; it says nothing of the link, so nobody learns here which there are."""
    form = OpenForm.empty(code=code[:100])
    return render_template("questionnaire_open.html", form=form, over=False)


@page.post("")
@access(everybody)
def unlock() -> Response | tuple[str, int]:
    form, token = OpenForm(), new_token()
    if form.validate():
        try:
            if filling_in.open_questionnaire(services(), form.opening, token):
                return begin(token)
        except HeldBackError as held:
            return held_back(form, held.wait, "questionnaire_open.html")
        form.form_errors.append(
            gettext(
                "This code and this birth date do not match, or the questions can no longer be answered. "
                "Check both again. If that does not help, ask your work coach for a new letter or e-mail."
            )
        )
    return render_template("questionnaire_open.html", form=form, over=False), 400


def begin(token: str) -> Response:
    """Go to the first page of the questionnaire that a token opens."""
    answer = go(url_for("questionnaire.questions", number=1), 303)
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    answer.set_cookie(CLIENT_COOKIE, token, path=page.url_prefix, httponly=True, samesite="Lax", secure=secure)
    return answer


def _token() -> str:
    return request.cookies.get(CLIENT_COOKIE, "")


@page.route("/questions/<int:number>", methods=["GET", "POST"])
@access(everybody)
def questions(number: int) -> str | Response | tuple[str, int]:
    filling = filling_in.filling(services(), _token())
    pages = len(filling.groups)
    if not 1 <= number <= pages:
        return go(url_for("questionnaire.questions", number=1), 303)
    group, asked = filling.groups[number - 1][0], list(filling.groups[number - 1][1])
    form = questions_form(tuple((field.key, takes_words(field)) for field in asked))()
    if form.is_submitted():
        kept = form.answers(asked)
        filling_in.keep_answers(services(), _token(), kept)
        if len(kept) == len(asked) and not form.form_errors:
            return _onward(form.go.data, number, pages)
    else:
        form.fill(filling, asked)
    html = render_template(
        "questionnaire_questions.html", form=form, asked=asked, group=group, number=number, pages=pages, said=SAID
    )
    return (html, 400) if form.is_submitted() else html


def _onward(wanted: str | None, number: int, pages: int) -> Response:
    if wanted == STOP:
        filling_in.stop_for_now(services(), _token())
        answer = go(url_for("questionnaire.stopped"), 303)
        answer.delete_cookie(CLIENT_COOKIE, path=page.url_prefix or "/")
        return answer
    if wanted == BACK and number > 1:
        return go(url_for("questionnaire.questions", number=number - 1), 303)
    if wanted == CHECK or number == pages:
        return go(url_for("questionnaire.check"), 303)
    return go(url_for("questionnaire.questions", number=number + 1), 303)


@page.get("/check")
@access(everybody)
def check() -> str:
    return _check(CommandForm())


def _check(form: CommandForm) -> str:
    filling = filling_in.filling(services(), _token())
    return render_template("questionnaire_check.html", form=form, filling=filling, unknown=UNKNOWN)


@page.post("/check")
@access(everybody)
def send() -> Response | tuple[str, int]:
    form = CommandForm()
    try:
        reason = gettext("The client would rather not say (questionnaire).")
        filling_in.send_answers(services(), _token(), reason, form.once)
    except Refused as refused:
        form.refuse(refused)
        return _check(form), 400
    web_context().nudge()
    answer = go(url_for("questionnaire.thanks"), 303)
    answer.delete_cookie(CLIENT_COOKIE, path=page.url_prefix or "/")
    return answer


@page.get("/thanks")
@access(everybody)
def thanks() -> str:
    return render_template("questionnaire_thanks.html", stopped=False)


@page.get("/stopped")
@access(everybody)
def stopped() -> str:
    return render_template("questionnaire_thanks.html", stopped=True)


class LanguageForm(Form):
    language = TextField("")
    here = TextField("")


@page.post("/language")
@access(everybody)
def language() -> Response:
    """Read on in the other language: of this browser, also where a colleague is logged in who reads another."""
    form = LanguageForm()
    form.refuse_too_long()
    answer = go(form.here.data or url_for("questionnaire.enter"), 303)
    if form.language.data in LANGUAGES:
        age, secure = 31_536_000, request.is_secure
        answer.set_cookie(COOKIE, form.language.data, max_age=age, samesite="Lax", httponly=True, secure=secure)
    return answer
