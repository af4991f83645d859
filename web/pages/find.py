"""Find a client, a page or something to do: one field on every page, and a list of all places without it."""

from __future__ import annotations

from flask import Blueprint, render_template
from wtforms import StringField

from application import finding
from application.finding import ClientsFound
from domain.names import has_words
from web.context import look, services
from web.forms import Form
from web.language import _
from web.navigation import places
from web.permissions import access, logged_in, may

page = Blueprint("find", __name__)
# So many clients are more than one looks through; whoever has more adds a word.
MOST = 20


class FindForm(Form):
    find = StringField(_("Find"), default="", filters=[lambda text: (text or "").strip()])


@page.get("/find")
@access(logged_in)
def find() -> str:
    """Every page there is for this viewer, and the keys that lead there."""
    return _page(FindForm.empty())


@page.post("/find")
@access(logged_in)
def found() -> str | tuple[str, int]:
    """What has all of these words: sent as a form, so that nobody's name stands in an address."""
    form = FindForm()
    if not form.validate():
        return _page(form), 400
    return _page(form)


def _page(form: FindForm) -> str:
    words = (form.find.data or "") if not form.errors else ""
    return render_template(
        "find.html",
        find_form=form,
        words=words,
        found=_clients(words),
        pages=[each for each in places() if not words or has_words(str(each.text), words)],
        may_record=may("contact.record"),
    )


def _clients(words: str) -> ClientsFound | None:
    if not words or not may("caseload.caseload"):
        return None
    return finding.find_clients(services(), look(), words, most=MOST)
