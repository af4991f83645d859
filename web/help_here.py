"""Which help belongs to the page that is shown, and what it shows until its reader closes it: the tour of the page, and
on the first page of a role that a release changed something."""

from __future__ import annotations

from typing import cast

from flask import g, request, url_for
from markupsafe import Markup

from application import learning
from web import help_topics, releases
from web.context import services, viewer
from web.language import language
from web.navigation import LEADS_ON, STARTS, topic_here
from web.navigation import page_of as page_of
from web.releases import Release


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
    if _seen().has_closed_tour(topic):
        return None
    text = help_topics.topics(language())[topic]
    return topic, help_topics.linked(text.tour, to_topic, "")


def release_here() -> Release | None:
    """The latest release, on the first page of the viewer's role, until the viewer has closed it."""
    if request.method != "GET" or not g.get("viewer"):
        return None
    start = STARTS[viewer().role]
    if request.endpoint != LEADS_ON.get(start, start):
        return None
    latest = releases.latest_for(viewer())
    if latest is None or _seen().has_closed_release(latest.key, latest.on):
        return None
    return latest


def _seen() -> learning.Seen:
    """What the viewer has seen, looked up once a request."""
    if "seen_of_help" not in g:
        g.seen_of_help = learning.seen(services(), viewer())
    return cast("learning.Seen", g.seen_of_help)
