"""From a filter to people: whom a filter of one's own caseload leaves, to be matched, met together or written to."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response
from wtforms import DateField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired

from application import coach_mails
from application import selected_people as operations
from domain.carrying import carried
from domain.client.mails import MailAbout
from domain.refusal import Refused
from web import caseload_query
from web.context import definitions, look, services
from web.fields import IdsField
from web.forms import CommandForm, sentence
from web.freshness import recorded
from web.language import _
from web.offers_described import described
from web.permissions import access
from web.words import choices, word

page = Blueprint("caseload_people", __name__, url_prefix="/caseload")


class LettersForm(CommandForm):
    client = IdsField("")
    subject_nl = StringField(_("Subject"), default="", render_kw={"maxlength": 120, "lang": "nl"})
    text_nl = TextAreaField(_("Text"), default="", render_kw={"rows": 8, "lang": "nl"})
    subject_en = StringField(_("Subject"), default="", render_kw={"maxlength": 120, "lang": "en"})
    text_en = TextAreaField(_("Text"), default="", render_kw={"rows": 8, "lang": "en"})
    phone = StringField(_("Your phone number, as printed in the letter"), default="", render_kw={"maxlength": 40})

    def letters(self) -> operations.LetterRequest:
        self.check()
        texts = {
            language: (self[f"subject_{language}"].data or "", self[f"text_{language}"].data or "")
            for language in operations.LETTER_LANGUAGES
        }
        return operations.LetterRequest(self.client.data, texts, self.phone.data or "")


class MailsForm(CommandForm):
    client = IdsField("")
    about = RadioField(_("What the e-mail says"), [InputRequired()], choices=lambda: choices("mail_about"))
    until = DateField(_("By which day"), [InputRequired()])
    phone = StringField(
        _("Your phone number, as it stands in the e-mail"), [InputRequired()], render_kw={"maxlength": 40}
    )
    # said by the button under what was shown
    seen = HiddenField(default="")

    def mails(self) -> coach_mails.MailRequest:
        self.check()
        return coach_mails.MailRequest(
            self.client.data, MailAbout(self.about.data), self.until.data, self.phone.data or ""
        )


@page.get("/people")
@access(operations.selected_people)
def people() -> str:
    return _page(LettersForm(formdata=None), MailsForm(formdata=None))


def _page(form: LettersForm, mails: MailsForm) -> str:
    chosen = caseload_query.chosen_of_own(request.args)
    shown = operations.selected_people(services(), look(), chosen.selection())
    kept, dropped = carried(chosen.filters, definitions().catalogue)
    left_behind = [(caseload_query.described(f), sentence(refused)) for f, refused in dropped]
    if chosen.show:
        why = Refused("Days of contact and plan say how the work with somebody goes, and nothing that a vacancy asks.")
        left_behind.insert(0, (word("quick", chosen.show), sentence(why)))
    return render_template(
        "caseload_people.html",
        form=form,
        mails=mails,
        chosen=chosen,
        caseload_query=caseload_query,
        searched="",
        names=shown.names,
        offers=shown.offers,
        sessions=shown.sessions,
        kept=[described(requirement) for requirement in kept],
        dropped=left_behind,
        taken_along=[str(f) for f in chosen.filters],
        ticked=_ticked(form, shown.names),
        ticked_mails=_ticked(mails, shown.names),
    )


def _ticked(form: LettersForm | MailsForm, names: Collection[UUID]) -> set[UUID]:
    """Who is ticked: those of the form that was sent, or everybody."""
    return set(form.client.data) if form.errors else set(names)


@page.post("/letters")
@access(operations.addressed_letters)
def letters() -> str | tuple[str, int]:
    """A letter to each of those chosen, one a page, to be printed at once."""
    form = LettersForm()
    try:
        written = operations.addressed_letters(services(), look(), form.letters())
    except Refused as refused:
        form.refuse(refused)
        return _page(form, MailsForm(formdata=None)), 400
    chosen = caseload_query.chosen_of_own(request.args)
    return render_template("caseload_letters.html", letters=written, chosen=chosen)


@page.post("/mails")
@access(coach_mails.send_mails)
def mails() -> str | Response | tuple[str, int]:
    """A short e-mail to each of those chosen: shown first, then sent."""
    form = MailsForm()
    chosen = caseload_query.chosen_of_own(request.args)
    try:
        asked = form.mails()
        if form.seen.data:
            answer = coach_mails.send_mails(services(), look(), asked, form.once)
            return recorded(answer.position, "caseload.caseload", **chosen.arguments())
        preview = coach_mails.preview_mails(services(), look(), asked)
    except Refused as refused:
        form.refuse(refused)
        return _page(LettersForm(formdata=None), form), 400
    return render_template("caseload_mails.html", form=form, preview=preview, chosen=chosen)
