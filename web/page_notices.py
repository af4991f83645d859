"""What stands on every page beside its own matter: how much is new for the viewer, and the norms about the page."""

from __future__ import annotations

from typing import cast
from urllib.parse import parse_qsl, urlencode

from flask import g, request

from application.news import unheard_ids
from application.norms import Norm, norms_on_page
from web.context import colleagues, services, viewer


def news_count() -> int:
    """How many signals have news that the viewer has not seen; looked up once a request."""
    if "news_count" not in g:
        g.news_count = len(unheard_ids(services(), viewer()))
    return cast("int", g.news_count)


# What the path of a page may name without pointing at a client or a colleague.
PLACES = frozenset({"team_id", "offer_id", "meeting_id", "signal_id", "what_if_id", "subject"})


def chosen_here() -> str:
    """How the page is chosen that is being shown: a signal brings it along, as far as it points at nobody."""
    places = {name: value for name, value in (request.view_args or {}).items() if name in PLACES}
    return "?" + urlencode([*places.items(), *request.args.items(multi=True)])


def codes(chosen: str | None) -> str:
    """What chooses a page, as far as people can read it: without the ids of places."""
    return urlencode([(name, value) for name, value in parse_qsl(chosen or "") if name not in PLACES])


def norms_here() -> list[Norm]:
    """The norms about the page that is being shown."""
    return norms_on_page(services(), viewer(), request.endpoint or "")


def stood_in_for_here(client: object) -> str | None:
    """The colleague for whom the viewer stands in, where this page is about a client of theirs."""
    me, coach_id = g.get("viewer"), getattr(client, "coach_id", None)
    if me is None or coach_id is None or not me.stands_in(coach_id):
        return None
    return colleagues().get(coach_id, "–")
