"""Which help belongs to the page that is shown, and the tour that it shows until its reader closes it."""

from __future__ import annotations

from flask import g, request, url_for
from markupsafe import Markup

from application import learning
from web import help_topics
from web.context import services, viewer
from web.language import language
from web.navigation import page_of as page_of
from web.navigation import topic_here


def to_topic(topic: str) -> str:
    return url_for("help.one", topic=topic)


def help_here() -> str:
    """The address of the help about the page that is shown; that of all help where the page has none of its own."""
    topic = topic_here()
    return to_topic(topic) if topic else url_for("help.index")


def tour_here() -> tuple[str, Markup] | None:
    """The topic of this page and its tour, until the viewer has closed it. Pages about one thing have none: it would
    come up with each of them, and the place that they belong to had its own."""
    if request.method != "GET" or not g.get("viewer"):
        return None
    topic = topic_here()
    if topic is None or request.endpoint != page_of(topic):
        return None
    if learning.seen(services(), viewer()).has_closed_tour(topic):
        return None
    text = help_topics.topics(language())[topic]
    return topic, help_topics.linked(text.tour, to_topic, "")
