"""Where people go: a few places in groups, and the pages of a place as tabs. Who sees which of them, the routes say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from flask import g, request, url_for

from web.language import _
from web.permissions import may


@dataclass(frozen=True, slots=True)
class Page:
    """A page that stands in the navigation; `about` are pages that are reached from it, and belong to it."""

    endpoint: str
    text: Any
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Pages that belong together, under an icon of the sprite. It is called after the first of them that its viewer may
    see, or as `text` says; `within` are the blueprints of pages that are somewhere in this place and under none of its
    tabs."""

    icon: str
    pages: tuple[Page, ...]
    text: Any = None
    within: tuple[str, ...] = ()


CLIENTS = (
    Place("sun", (Page("today.today_page", _("Today")), Page("tasks.mine", _("Tasks and commitments")))),
    Place("calendar", (Page("appointments.calendar", _("Calendar")),)),
    Place(
        "users",
        (Page("caseload.caseload", _("Caseload")),),
        within=(
            "caseload_then",
            "caseload_people",
            "group_contact",
            "own_notes",
            "steps",
            "helpers",
            "invitations",
            "client",
            "client_answers",
            "contact",
            "contact_details",
            "registration",
            "field_group",
            "contradictions",
            "plan",
            "assign",
            "transfer",
            "appointments",
            "merge",
        ),
    ),
    Place("list-check", (Page("weekly_list.weekly_list", _("My weekly list")),), within=("weekly_list",)),
    Place("briefcase", (Page("offers.offers", _("Vacancies and workshops")),), within=("offers", "match", "workshops")),
    Place(
        "user-plus",
        (
            Page("intake.intake", _("Intake")),
            Page("applications.queue", _("Applications"), about=("applications.one",)),
        ),
    ),
)
FIGURES = (
    Place("shield-check", (Page("quality.quality", _("Quality")),)),
    Place(
        "users-group",
        (
            Page("team.team", _("Team"), about=("team.one",)),
            Page("conversations.conversations", _("Conversations"), about=("conversations.one",)),
            Page("reassign.reassign", _("Reassign a caseload")),
            Page("nobodys_clients.nobody", _("Clients without a coach")),
            Page("leave.leave", _("Leave and stand-ins")),
            Page("team.city", _("City"), about=("team.one",)),
            Page("what_we_ask.what_we_ask", _("What we ask"), about=("what_we_ask.of_team",)),
        ),
    ),
    Place("activity", (Page("operations.operations", _("Operations")),)),
)
IMPROVING = (
    Place(
        "message-report",
        (
            Page("signals.board", _("Signals")),
            Page("signals.mine", _("My signals")),
            Page("meetings.meetings", _("Review meetings"), about=("meetings.one",)),
            Page("norms.norms", _("Norms"), about=("norms.new", "norms.one")),
            Page("signals.whose_voice", _("Who is heard")),
            Page("signal_import.import_signals", _("Import")),
        ),
        within=("signals", "signal", "signal_new"),
    ),
    Place(
        "adjustments",
        (
            Page("signal_settings.rules", _("Routing rules")),
            Page("signal_settings.standard_replies", _("Standard replies")),
            Page("signal_settings.how_soon", _("Deadlines")),
            Page("closing_days.closing_days", _("Closing days")),
        ),
        _("Settings for signals"),
    ),
    Place(
        "inbox",
        (
            Page("news.news", _("News")),
            Page("whats_new.whats_new", _("What is new"), about=("whats_new.new",)),
        ),
    ),
    Place("book", (Page("definitions.definitions", _("Definitions")),), within=("definitions", "what_if")),
)
MANAGING = (
    Place(
        "lock",
        (
            Page("privacy.privacy", _("Privacy"), about=("privacy.person",)),
            Page("retention.past_term", _("Files past their retention period")),
        ),
    ),
    Place("id", (Page("people.people", _("Accounts"), about=("people.close", "people.password")),)),
    Place("history", (Page("account_log.account_log", _("Log of accounts")),)),
)
OWN = Place(
    "user-circle", (Page("account.account", _("My account")), Page("notifications.notifications", _("Notifications")))
)
GROUPS = ((_("Clients"), CLIENTS), (_("Figures"), FIGURES), (_("Improve"), IMPROVING), (_("Manage"), MANAGING))


@dataclass(frozen=True, slots=True)
class Link:
    """A place or a tab as it is shown, a place with its icon. `current`: what `aria-current` says of it, empty where
    one is not there."""

    text: Any
    endpoint: str
    href: str
    current: str = ""
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Navigation:
    """What the one at the screen may see. `tabs` are those of the place where they are, where it has several."""

    groups: list[tuple[Any, list[Link]]]
    own: list[Link]
    here: Any
    tabs: list[Link]


def navigation() -> Navigation:
    """The navigation for this viewer on this page, made once a request."""
    if "navigation" not in g:
        g.navigation = _made()
    return cast("Navigation", g.navigation)


def _made() -> Navigation:
    seen = {place: [page for page in place.pages if may(page.endpoint)] for place in _places()}
    here = _place_here(seen)
    groups = []
    for text, places in GROUPS:
        links = [_link(place, seen[place], here) for place in places if seen[place]]
        if links:
            groups.append((text, links))
    tabs: list[Link] = []
    if here is not None and len(seen[here]) > 1:
        at = _page_here(seen[here])
        if at is not None:
            tabs = [_tab(page, at) for page in seen[here]]
    own = [_tab(page, page if page.endpoint == request.endpoint else None) for page in seen[OWN]]
    return Navigation(groups, own, _name(here, seen[here]) if here else "", tabs if here is not OWN else [])


def places() -> list[Link]:
    """Every page of the navigation that this viewer may see."""
    return [_tab(page, None) for place in _places() for page in place.pages if may(page.endpoint)]


def _places() -> Iterator[Place]:
    for _text, places in GROUPS:
        yield from places
    yield OWN


def _place_here(seen: dict[Place, list[Page]]) -> Place | None:
    for place, pages in seen.items():
        if _page_here(pages):
            return place
    return next((place for place, pages in seen.items() if pages and request.blueprint in place.within), None)


def _page_here(pages: list[Page]) -> Page | None:
    exact = (page for page in pages if page.endpoint == request.endpoint)
    return next(exact, None) or next((page for page in pages if request.endpoint in page.about), None)


def _name(place: Place, pages: list[Page]) -> Any:
    return place.text or pages[0].text


def _link(place: Place, pages: list[Page], here: Place | None) -> Link:
    first = pages[0].endpoint
    current = "" if place is not here else "page" if request.endpoint == first else "true"
    return Link(_name(place, pages), first, url_for(first), current, place.icon)


def _tab(page: Page, at: Page | None) -> Link:
    current = "" if page is not at else "page" if request.endpoint == page.endpoint else "true"
    return Link(page.text, page.endpoint, url_for(page.endpoint), current)
