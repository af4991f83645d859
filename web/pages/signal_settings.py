"""What is set up for signals: standard replies, rules of who gets which, and how soon each kind is answered."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import SelectField

from application import signal_settings as operations
from domain.refusal import Refused
from feedback.signal import Kind, Within
from web.asked import asked_id
from web.context import colleagues, definitions, services, viewer
from web.fields import ChosenIdField, NumberField, offered
from web.forms import CommandForm
from web.going import go
from web.language import local
from web.permissions import access
from web.public_texts import PublicForm, PublicLineField, PublicTextField
from web.signal_fields import TeamField
from web.words import WORDS, choices, pages, with_word

page = Blueprint("signal_settings", __name__, url_prefix="/signals/settings")


class ReplyForm(PublicForm):
    name = PublicLineField(lazy_gettext("Name"), render_kw={"maxlength": 80})
    kind = SelectField(
        lazy_gettext("Kind"), choices=lambda: _all_or(choices("signal_kind")), validate_choice=False, default=""
    )
    step = SelectField(
        lazy_gettext("Step"),
        choices=lambda: _all_or(with_word(step, "transition") for step in operations.STEPS),
        validate_choice=False,
        default="",
    )
    en = PublicTextField(lazy_gettext("English"), render_kw={"rows": 3, "maxlength": 2000, "lang": "en"})
    nl = PublicTextField(lazy_gettext("Dutch"), render_kw={"rows": 3, "maxlength": 2000, "lang": "nl"})

    def save(self, reply_id: UUID | None) -> None:
        """Raises Refused where it can't be kept."""
        operations.save_reply(
            services(),
            viewer(),
            reply_id,
            kind=self.kind.data or None,
            step=self.step.data or None,
            name=self.name.data,
            en=self.en.data,
            nl=self.nl.data,
        )


class RuleForm(CommandForm):
    kind = SelectField(
        lazy_gettext("Kind"), choices=lambda: _all_or(choices("signal_kind")), validate_choice=False, default=""
    )
    page = SelectField(lazy_gettext("Page"), choices=lambda: _all_or(pages()), validate_choice=False, default="")
    field = SelectField(
        lazy_gettext("Field"),
        choices=lambda: _all_or((f.key, local(f.label)) for f in definitions().catalogue),
        validate_choice=False,
        default="",
    )
    team = TeamField(lazy_gettext("Goes to"))
    person = ChosenIdField(lazy_gettext("Person"))

    def add(self) -> None:
        """Raises Refused where there can be no such rule."""
        kind, about = self.kind.data or None, self.page.data or None
        if (kind and kind not in set(Kind)) or (about and about not in WORDS["page"]):
            raise Refused("Choose one of these.", field="kind")
        operations.add_rule(
            services(),
            viewer(),
            kind=kind,
            page=about,
            field=self.field.data or None,
            team=self.team.data,
            person=self.person.data,
        )


class DeadlinesForm(CommandForm):
    """In how many working days a signal of each kind is triaged and answered; `deadlines_form` adds the kinds."""

    def within(self) -> dict[Kind, tuple[int | None, int | None]]:
        return {kind: (self[f"{kind}-triage"].data, self[f"{kind}-answer"].data) for kind in Kind}


@cache
def deadlines_form() -> type[DeadlinesForm]:
    """The form with two numbers for each kind, as a table has them: named by row and column."""
    size = {"inputmode": "numeric", "size": 4}
    fields = {
        f"{kind}-{step}": NumberField(render_kw={**size, "aria-labelledby": f"{kind} {step}"})
        for kind in Kind
        for step in ("triage", "answer")
    }
    return type("DeadlinesFormOfAllKinds", (DeadlinesForm,), fields)


def _all_or(some: Iterable[tuple[str, str]]) -> list[Any]:
    return offered([("", gettext("all")), *some])


@page.route("/replies", methods=["GET", "POST"])
@access(operations.save_reply)
def standard_replies() -> str | Response | tuple[str, int]:
    chosen = asked_id("reply")
    form = ReplyForm()
    if form.is_submitted() and not form.held_back():
        try:
            form.must_be_sent()
            form.save(chosen)
            return go(url_for("signal_settings.standard_replies"), 303)
        except Refused as refused:
            form.refuse(refused)
    found = operations.standard_replies(services(), viewer(), chosen)
    if not form.is_submitted():
        form = ReplyForm(obj=found.editing)
    html = render_template("standard_replies.html", replies=found.every, editing=found.editing, form=form)
    return (html, 400) if form.is_submitted() else html


@page.post("/replies/<uuid:reply_id>/remove")
@access(operations.remove_reply)
def remove_reply(reply_id: UUID) -> Response:
    operations.remove_reply(services(), viewer(), reply_id)
    return go(url_for("signal_settings.standard_replies"), 303)


@page.route("/routing", methods=["GET", "POST"])
@access(operations.add_rule)
def rules() -> str | Response | tuple[str, int]:
    form = RuleForm()
    if form.validate_on_submit():
        try:
            form.must_be_sent()
            form.add()
            return go(url_for("signal_settings.rules"), 303)
        except Refused as refused:
            form.refuse(refused)
    found = operations.routing_rules(services(), viewer())
    form.team.offer(found.teams)
    form.person.offer([("", "–"), *((a.account_id, a.full_name) for a in found.triagers)])
    html = render_template(
        "routing.html",
        rules=found.rules,
        team_names={t.team_id: t.name for t in found.teams},
        names=colleagues(),
        form=form,
    )
    return (html, 400) if form.is_submitted() else html


@page.post("/routing/<uuid:rule_id>/remove")
@access(operations.remove_rule)
def remove_rule(rule_id: UUID) -> Response:
    operations.remove_rule(services(), viewer(), rule_id)
    return go(url_for("signal_settings.rules"), 303)


@page.route("/deadlines", methods=["GET", "POST"])
@access(operations.set_how_soon)
def how_soon() -> str | Response | tuple[str, int]:
    """How soon signals are triaged and answered, by kind: those logged from now on."""
    form = deadlines_form()()
    if form.is_submitted():
        try:
            form.must_be_sent()
            operations.set_how_soon(services(), viewer(), form.within())
            return go(url_for("signal_settings.how_soon"), 303)
        except Refused as refused:
            form.refuse(refused)
    within = operations.how_soon(services(), viewer())
    if not form.is_submitted():
        days = {f"{kind}-{step}": getattr(own, step) for kind, own in within.items() for step in ("triage", "answer")}
        form = deadlines_form()(data=days)
    html = render_template("deadlines.html", within=within, usual=Within(), form=form)
    return (html, 400) if form.is_submitted() else html
