"""Help: what each page is for and how to work with it, to read and to search; and the tours that pages show."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response
from wtforms import StringField

from application import learning as operations
from web import help_topics
from web.context import services, viewer
from web.forms import Form
from web.going import go
from web.help_here import page_of, to_topic
from web.language import _, language
from web.navigation import topics_by_group
from web.permissions import access, logged_in, may
from web.releases import releases

page = Blueprint("help", __name__, url_prefix="/help")


class HelpForm(Form):
    search = StringField(_("Search the help"), default="", filters=[lambda text: (text or "").strip()])


class TourForm(Form):
    topic = StringField("", default="")
    here = StringField("", default="/")


class ReleaseForm(Form):
    release = StringField("", default="")
    here = StringField("", default="/")


@page.get("")
@access(logged_in)
def index() -> str:
    """Every topic, that of one's own pages first."""
    return _index(HelpForm.empty())


@page.post("")
@access(logged_in)
def found() -> str | tuple[str, int]:
    """The topics that have all of these words: sent as a form, so that what was typed stands in no address."""
    form = HelpForm()
    if not form.validate():
        return _index(form), 400
    return _index(form)


def _index(form: HelpForm) -> str:
    words = (form.search.data or "") if not form.errors else ""
    known = help_topics.topics(language())
    own, others = topics_by_group()
    return render_template(
        "help.html",
        help_form=form,
        words=words,
        found=help_topics.search(language(), words) if words else None,
        groups=[(text, [known[key] for key in keys]) for text, keys in own],
        others=[known[key] for key in others],
    )


@page.get("/<topic>")
@access(logged_in)
def one(topic: str) -> str:
    """One topic; its tour can be shown on the page again."""
    text = help_topics.topics(language()).get(topic) or abort(404)
    endpoint = page_of(topic)
    address = url_for(endpoint) if endpoint and may(endpoint) else None
    parts: list[Markup] = [help_topics.linked(part, to_topic, address) for part in (text.tour, text.rest)]
    return render_template("help_topic.html", topic=text, parts=parts, address=address)


@page.post("/tours/close")
@access(operations.close_tour)
def close_tour() -> Response:
    form = _sent()
    operations.close_tour(services(), viewer(), form.topic.data)
    return go(form.here.data, 303)


@page.post("/tours/open")
@access(operations.open_tour)
def open_tour() -> Response:
    form = _sent()
    operations.open_tour(services(), viewer(), form.topic.data)
    return go(form.here.data, 303)


@page.post("/releases/close")
@access(operations.close_release)
def close_release() -> Response:
    form = ReleaseForm()
    form.refuse_too_long()
    if form.release.data not in releases():
        abort(404)
    operations.close_release(services(), viewer(), form.release.data)
    return go(form.here.data, 303)


def _sent() -> TourForm:
    form = TourForm()
    form.refuse_too_long()
    known = help_topics.topics(language())
    if form.topic.data not in known and form.topic.data != operations.ALL_TOURS:
        abort(404)
    return form
