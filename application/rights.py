"""Rights: what somebody may do at all, by role. Each operation and view declares the one that it needs.

Routes, the navigation and `docs/permissions.md` follow from what is declared here and on the operations. Whose clients
it may be done to is asked of each client, by the operation itself; `of` says it in words.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, TypeVar, cast

from application.installation import catalogue_held
from application.looks import Look
from application.refusals import NotAllowedError, PasswordToChangeError
from application.services import Services
from domain.roles import SEES_CITY_FIGURES, Role, Viewer

P = ParamSpec("P")
R = TypeVar("R", covariant=True)
# Who asks: a viewer, or a viewer's look at clients.
Who = TypeVar("Who", Viewer, Look, contravariant=True)


@dataclass(frozen=True, slots=True)
class Right:
    """Something that people may do. `of` says in words whose clients, signals and so on it is about; `at_first`: also
    with a one-time password, before choosing one's own."""

    name: str
    held_by: Callable[[Viewer], bool]
    of: str = ""
    at_first: bool = False

    def allows(self, viewer: Viewer) -> bool:
        """Whether the viewer may use it now."""
        return self.held_by(viewer) and (self.at_first or not viewer.one_time_password)

    def require(self, viewer: Viewer) -> None:
        """Raises NotAllowedError where the viewer does not hold it, PasswordToChangeError where not yet."""
        if self.allows(viewer):
            return
        raise PasswordToChangeError if viewer.one_time_password else NotAllowedError


def _roles(*roles: Role) -> Callable[[Viewer], bool]:
    return lambda viewer: viewer.role in roles


COACH, OFFICER, MANAGER = Role.WORK_COACH, Role.QUALITY_OFFICER, Role.TEAM_MANAGER

# clients
READ_FILES = Right("read clients' files", _roles(COACH, OFFICER, MANAGER), "own clients, those stood in for, own team")
RECORD = Right("record what happens with a client", _roles(COACH), "own clients, those stood in for")
KEEP = Right("close a file, keep own notes, invite, send questionnaires", _roles(COACH), "own clients")
CORRECT = Right(
    "correct what was recorded", _roles(COACH, OFFICER), "own clients, those stood in for; an officer's own team"
)
DECIDE_EXEMPTIONS = Right(
    "read drafts of exemptions, and approve or return them",
    lambda viewer: viewer.reads_exemptions,
    "own team, never one's own draft",
)
REVIEW = Right("note what came of looking at a file together", _roles(OFFICER), "own team")
ASSIGN = Right("assign clients and close caseloads", _roles(MANAGER), "own team")
HAND_OVER = Right("ask a colleague to take over a client", _roles(COACH, MANAGER), "own clients; a manager's own team")
TAKE_INTAKES = Right("take an intake", lambda viewer: viewer.takes_intakes, "own clients; a manager's own team")
COACH_CLIENTS = Right("work through one's own day, list and caseload", _roles(COACH), "own clients")
SEE_UNNAMED = Right("see the team's clients without names", _roles(COACH), "own team")
MANAGE_LEAVE = Right("enter leave and who stands in", _roles(MANAGER), "own team")
MERGE = Right(
    "merge two files of one person, and undo it",
    _roles(COACH, OFFICER, MANAGER, Role.PRIVACY_OFFICER),
    "both own clients; both of an officer's or manager's own team; any two by number",
)
HANDLE_REQUESTS = Right(
    "carry out what people ask for by law", _roles(Role.PRIVACY_OFFICER), "a client found by name or number"
)
KEEP_TO_TERMS = Right(
    "keep closed files no longer than their term", _roles(Role.PRIVACY_OFFICER), "closed files, by number"
)

PRACTISE = Right("practise with an invented client", _roles(COACH), "one's own practice, which counts nowhere")

# work
OFFER_WORK = Right("enter vacancies and workshops", lambda viewer: viewer.offers_work, "changed by one's own team")
TAKE_OVER = Right("take over a client from a colleague", _roles(COACH), "clients offered to them")
MATCH = Right("match an offer with a caseload, and propose it", _roles(COACH), "own clients")

# figures
SEE_FIGURES = Right("see figures of teams and the city", _roles(*SEES_CITY_FIGURES), "no group under five")
SEE_REPRESENTATION = Right(
    "see whom the dashboard hides, by group",
    lambda viewer: viewer.sees_representation,
    "city and own team, a process manager every team; no group under five",
)
CHOOSE_GROUPS = Right(
    "choose by which groups to look", lambda viewer: viewer.decides_signals, "each choice noted with a reason"
)
SEE_PATHS = Right(
    "see the paths that clients take",
    lambda viewer: viewer.improves or viewer.role in {OFFICER, MANAGER, Role.PROCESS_MANAGER},
    "own team; no group under five of others",
)
SET_TARGETS = Right("set targets", _roles(Role.PROCESS_MANAGER))
EXPORT_HISTORIES = Right(
    "export histories under pseudonyms",
    _roles(Role.PRIVACY_OFFICER, Role.PROCESS_MANAGER),
    "no path of fewer than five",
)
PLAN_CONVERSATIONS = Right("plan conversations about a caseload", _roles(MANAGER), "own team")
HOLD_CONVERSATIONS = Right("hold conversations about a caseload", _roles(COACH, MANAGER), "own; a manager's own team")

# signals, and what becomes of them
LOG_SIGNALS = Right("log, support and comment on signals", lambda viewer: viewer.logs_signals)
TRIAGE_SIGNALS = Right("triage signals", lambda viewer: viewer.triages_signals)
DECIDE = Right("decide on signals, definitions and norms", lambda viewer: viewer.decides_signals, "in a meeting")
PREPARE_TEAM_MEETINGS = Right(
    "print the pack for a team meeting",
    lambda viewer: viewer.improves or viewer.role in {OFFICER, MANAGER, Role.PROCESS_MANAGER},
    "no person in it",
)
DECIDE_ALONE = Right("decide without a meeting", lambda viewer: viewer.decides_alone)

# running it
READ_ROADMAP = Right("read what is planned because of signals", lambda _: True)
READ_LETTERS = Right("read the monthly letters", lambda _: True)
READ_DEFINITIONS = Right("read what fields and terms mean", lambda _: True)
ENTER = Right("choose one's own password and language", lambda _: True, "own account", at_first=True)
KEEP_ACCOUNT = Right("say how one's own account is used", lambda _: True, "own account")
MANAGE_PEOPLE = Right("manage accounts and teams", _roles(Role.ADMINISTRATOR))
SEE_ACCOUNT_LOG = Right("see log-ins and changes of accounts", _roles(Role.PRIVACY_OFFICER, Role.ADMINISTRATOR))
SEE_OPERATIONS = Right("see how the machinery does", _roles(Role.ADMINISTRATOR, Role.PROCESS_MANAGER, MANAGER))
SEND_MAIL_AGAIN = Right("send mail again", _roles(Role.ADMINISTRATOR, Role.PROCESS_MANAGER))

ALL = tuple(value for value in list(globals().values()) if isinstance(value, Right))


class Operation(Protocol[Who, P, R]):
    """An operation or a view, with the right that it needs."""

    right: Right

    def __call__(self, services: Services, who: Who, /, *arguments: P.args, **named: P.kwargs) -> R: ...


def needs(right: Right) -> Callable[[Callable[Concatenate[Services, Who, P], R]], Operation[Who, P, R]]:
    """Declare the right that an operation needs; who does not hold it is refused before anything else."""

    def declare(operation: Callable[Concatenate[Services, Who, P], R]) -> Operation[Who, P, R]:
        @wraps(operation)
        def asked(services: Services, who: Who, /, *arguments: P.args, **named: P.kwargs) -> R:
            right.require(who if isinstance(who, Viewer) else who.viewer)
            with catalogue_held(services):
                return operation(services, who, *arguments, **named)

        declared = cast("Operation[Who, P, R]", asked)
        declared.right = right
        return declared

    return declare
