"""From a filter to people: whom a filter of one's own caseload leaves, to be matched, met together or written to."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from wtforms import StringField, TextAreaField

from application import selected_people as operations
from domain.carrying import carried
from domain.refusal import Refused
from web import caseload_query
from web.context import definitions, look, services
from web.fields import IdsField
from web.forms import CommandForm, sentence
from web.language import _
from web.pages.offers import described
from web.permissions import access
from web.words import word

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


@page.get("/people")
@access(operations.selected_people)
def people() -> str:
    return _page(LettersForm())


def _page(form: LettersForm) -> str:
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
        chosen=chosen,
        caseload_query=caseload_query,
        searched="",
        names=shown.names,
        offers=shown.offers,
        kept=[described(requirement) for requirement in kept],
        dropped=left_behind,
        taken_along=[str(f) for f in chosen.filters],
        ticked=set(form.client.data) if form.is_submitted() else set(shown.names),
    )


@page.post("/letters")
@access(operations.addressed_letters)
def letters() -> str | tuple[str, int]:
    """A letter to each of those chosen, one a page, to be printed at once."""
    form = LettersForm()
    try:
        written = operations.addressed_letters(services(), look(), form.letters())
    except Refused as refused:
        form.refuse(refused)
        return _page(form), 400
    chosen = caseload_query.chosen_of_own(request.args)
    return render_template("caseload_letters.html", letters=written, chosen=chosen)
