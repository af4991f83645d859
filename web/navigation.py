"""Where people go: a few places in groups, and the pages of a place as tabs. Who sees which of them, the routes say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from flask import g, request, url_for

from domain.roles import Role
from web.language import _
from web.permissions import may


@dataclass(frozen=True, slots=True)
class Page:
    """A page that stands in the navigation; `help` is its topic there, and `about` are pages that are reached from it,
    and belong to it."""

    endpoint: str
    text: Any
    help: str
    about: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False, slots=True)
class Place:
    """Pages that belong together, under an icon of the sprite. It is called after the first of them that its viewer may
    see, or as `text` says; `within` are the blueprints of pages that are somewhere in this place and under none of its
    tabs."""

    icon: str
    pages: tuple[Page, ...]
    text: Any = None
    within: tuple[str, ...] = ()


CLIENTS = (
    Place(
        "sun", (Page("today.today_page", _("Today"), "today"), Page("tasks.mine", _("Tasks and commitments"), "tasks"))
    ),
    Place("calendar", (Page("appointments.calendar", _("Calendar"), "calendar"),)),
    Place(
        "users",
        (Page("caseload.caseload", _("Caseload"), "caseload"),),
        within=(
            "caseload_then",
            "caseload_people",
            "closed_files",
            "group_contact",
            "own_notes",
            "steps",
            "helpers",
            "exemptions",
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
    Place(
        "list-check", (Page("weekly_list.weekly_list", _("My weekly list"), "weekly-list"),), within=("weekly_list",)
    ),
    Place(
        "briefcase",
        (Page("offers.offers", _("Vacancies and workshops"), "offers"),),
        within=("offers", "match", "workshops"),
    ),
    Place(
        "user-plus",
        (
            Page("intake.intake", _("Intake"), "intake"),
            Page("applications.queue", _("Applications"), "applications", about=("applications.one",)),
        ),
    ),
)
FIGURES = (
    Place(
        "shield-check",
        (
            Page("quality.quality", _("Quality"), "quality"),
            Page("exemptions.to_read", _("Exemptions to read"), "exemptions"),
        ),
    ),
    Place(
        "users-group",
        (
            Page("team.team", _("Team"), "team", about=("team.one",)),
            Page(
                "conversations.conversations",
                _("Conversations"),
                "conversations",
                about=("conversations.one", "conversations.cases"),
            ),
            Page("reassign.reassign", _("Reassign a caseload"), "reassign"),
            Page("nobodys_clients.nobody", _("Clients without a coach"), "without-coach"),
            Page("leave.leave", _("Leave and stand-ins"), "leave"),
            Page("take_overs.take_overs", _("Taken over for a time"), "take-over", about=("take_overs.one",)),
        ),
    ),
    Place(
        "building-community",
        (
            Page("team.city", _("City"), "city", about=("team.one",)),
            Page("year_plan.year_plan", _("Year plan"), "year-plan"),
            Page(
                "representation.representation",
                _("Representation"),
                "representation",
                about=("representation.choose",),
            ),
            Page("paths.paths", _("Paths"), "paths"),
            Page("what_we_ask.what_we_ask", _("What we ask"), "what-we-ask", about=("what_we_ask.of_team",)),
        ),
    ),
    Place("activity", (Page("operations.operations", _("Operations"), "operations"),)),
)
IMPROVING = (
    Place(
        "message-report",
        (
            Page("signals.board", _("Signals"), "signals"),
            Page("signals.mine", _("My signals"), "my-signals"),
            Page("meetings.meetings", _("Review meetings"), "meetings", about=("meetings.one",)),
            Page("norms.norms", _("Norms"), "norms", about=("norms.new", "norms.one")),
            Page("signals.whose_voice", _("Who is heard"), "who-is-heard"),
            Page("signal_import.import_signals", _("Import"), "import-signals"),
        ),
        within=("signals", "signal", "signal_new"),
    ),
    Place(
        "adjustments",
        (
            Page("signal_settings.rules", _("Routing rules"), "routing-rules"),
            Page("signal_settings.standard_replies", _("Standard replies"), "standard-replies"),
            Page("signal_settings.how_soon", _("Deadlines"), "deadlines"),
            Page("closing_days.closing_days", _("Closing days"), "closing-days"),
        ),
        _("Settings for signals"),
    ),
    Place(
        "inbox",
        (
            Page("news.news", _("News"), "news"),
            Page("whats_new.whats_new", _("What is new"), "whats-new", about=("whats_new.new", "team_meeting.pack")),
            Page("roadmap.roadmap", _("Roadmap"), "roadmap"),
            Page("city_letters.letters", _("Monthly letter"), "monthly-letter", about=("city_letters.write",)),
        ),
    ),
    Place(
        "book",
        (Page("definitions.definitions", _("Definitions"), "definitions"),),
        within=("definitions", "what_if", "own_fields"),
    ),
)
MANAGING = (
    Place(
        "lock",
        (
            Page("privacy.privacy", _("Privacy"), "privacy", about=("privacy.person",)),
            Page("retention.past_term", _("Files past their retention period"), "retention"),
        ),
    ),
    Place("id", (Page("people.people", _("Accounts"), "accounts", about=("people.close", "people.password")),)),
    Place("history", (Page("account_log.account_log", _("Log of accounts"), "account-log"),)),
)
OWN = Place(
    "user-circle",
    (
        Page("account.account", _("My account"), "account"),
        Page("notifications.notifications", _("Notifications"), "notifications"),
    ),
)
GROUPS = ((_("Clients"), CLIENTS), (_("Figures"), FIGURES), (_("Improve"), IMPROVING), (_("Manage"), MANAGING))
# Pages without a place of their own, by their blueprint: the topic of the help that they have nevertheless.
BESIDE = {
    "client": "file",
    "client_answers": "questionnaire",
    "contact": "contact",
    "group_contact": "contact",
    "registration": "registration",
    "field_group": "registration",
    "contradictions": "registration",
    "invitations": "invitations",
    "own_notes": "own-notes",
    "match": "match",
    "workshops": "workshops",
    "steps": "steps",
    "plan": "steps",
    "merge": "merge",
    "transfer": "transfer",
    "signal": "signals",
    "signal_new": "log-a-signal",
    "what_if": "definitions",
    "explain": "explain",
    "own_fields": "fields-of-our-own",
    "find": "find",
    "practice": "practice",
}
# The first page of each role after logging in.
STARTS = {
    Role.WORK_COACH: "today.today_page",
    Role.QUALITY_OFFICER: "quality.quality",
    Role.TEAM_MANAGER: "team.team",
    Role.PROCESS_MANAGER: "team.city",
    Role.PRIVACY_OFFICER: "privacy.privacy",
    Role.ADMINISTRATOR: "people.people",
}
# Where it leads on to another page.
LEADS_ON = {"team.team": "team.one"}
NOT_OF_A_FILE = ("find", "log-a-signal")


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


def topic_here() -> str | None:
    """The topic of the help about the page that is shown, where there is one."""
    every = [page for place in _places() for page in place.pages]
    page = next((page for page in every if page.endpoint == request.endpoint), None)
    page = page or next((page for page in every if request.endpoint in page.about), None)
    if page is not None:
        return page.help
    if request.blueprint in BESIDE:
        return BESIDE[request.blueprint]
    return next((place.pages[0].help for place in _places() if request.blueprint in place.within), None)


def page_of(topic: str) -> str | None:
    """The page of the navigation that a topic of the help is about."""
    return next((page.endpoint for place in _places() for page in place.pages if page.help == topic), None)


def topics_by_group() -> tuple[list[tuple[Any, list[str]]], list[str]]:
    """The topics about the viewer's own pages, in the groups of the navigation; and all others."""
    own: list[tuple[Any, list[str]]] = []
    others: list[str] = []
    for text, places in (*GROUPS, (OWN.pages[0].text, (OWN,))):
        pages = [page for place in places for page in place.pages]
        if keys := [page.help for page in pages if may(page.endpoint)]:
            own.append((text, keys))
        others += [page.help for page in pages if not may(page.endpoint)]
    named = {page.help for place in _places() for page in place.pages}
    beside = sorted(set(BESIDE.values()) - named)
    if may("caseload.caseload"):
        own.insert(1, (_("Working with a client"), [key for key in beside if key not in NOT_OF_A_FILE]))
        others += NOT_OF_A_FILE
    else:
        others += beside
    return own, others


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
