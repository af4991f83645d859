"""Whatever code people can meet has a word of its own: where one is missing, a page would show the code itself."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from pathlib import Path

import pytest

from application import meeting_pack, paths
from application.appointments import Warned
from application.caseload import DENSITIES
from application.looks import Seen
from application.my_tasks import Duty, When
from domain import filters
from domain.catalogue import Source, State, Track
from domain.catalogue.checks import SUPPLIERS
from domain.catalogue.fields import GROUPS
from domain.client import (
    CLIENT_EVENTS,
    ApplicationOutcome,
    CancelledBy,
    Channel,
    ChosenBy,
    ClientAnswer,
    ClosingReason,
    Delivery,
    ErasureReason,
    InvitationOver,
    LetterLanguage,
    Notice,
    Outcome,
    ProposalOutcome,
    ProposalStep,
    ReviewOutcome,
    SentHow,
    StartedBy,
    TaskKind,
    Topic,
)
from domain.client.helpers import HelperRemoval, HelperRole
from domain.client.mails import MailAbout
from domain.client.own_notes import NoteHandling, OwnMark
from domain.client.steps import StepEnd, StepKind, StepOwner
from domain.client.tasks import WaitingFor
from domain.in_force import TERMS
from domain.matching import Operator, Verdict
from domain.offer import OfferKind
from domain.representation import CHILDREN, MEASURES
from domain.roles import Role
from domain.same_person import By
from domain.workshop_session import Attendance
from explaining.difference import CAUSES
from explaining.figures import NAMES as EXPLAINED
from feedback.choice import AGES, MINE
from feedback.meeting import Decision
from feedback.signal import SIGNAL_EVENTS, TRANSITIONS, Help, Kind, SignalState
from feedback.voices import STEPS
from projections.take_overs import Standing
from records import appointment_letters, coach_mails, invitation_letters, letters, notices, outbox, undelivered
from records.account_log import Entry
from records.notice_choices import WAYS, Way
from tests.web.conftest import Town
from web.field_answers import Say
from web.pages.representation import TABLES
from web.words import WORDS
from werkpad.cli.explain import REASONS

ROOT = Path(__file__).parents[2]
# Of each kind of code those that the rooms below declare; those that no one place declares, by hand.
DECLARED: dict[str, Iterable[str]] = {
    "account_entry": Entry,
    "age": AGES,
    "alike": By,
    "answer": ClientAnswer,
    "application_outcome": ApplicationOutcome,
    "appointment_notice": Notice,
    "appointment_state": ["standing", "cancelled", "concluded", "over"],
    "appointment_told": ["waiting", "to_post", "told", "not_told", "nobody"],
    "counts": {*(name.partition(":")[0] for name in EXPLAINED), "listed_field"},
    # Who applied or ended in another file has no row, and who was erased since counts as erased today.
    "excluded": REASONS.keys() - {"application", "merged", "erased_since"},
    "cancelled_by": CancelledBy,
    "group_unknown": [state for state in State if state is not State.KNOWN],
    "in_the_way": Warned,
    "cause": CAUSES,
    "channel": Channel,
    "invitation": [*InvitationOver, "open", "no_answer", "expired", "answered", "other_coach"],
    "invited_how": Channel,
    "chosen_by": ChosenBy,
    "children_group": [name for name, _ in CHILDREN],
    "client_group": GROUPS,
    "closing_reason": [*ClosingReason, "erased"],
    "density": DENSITIES,
    "columns": ["characteristics", "monitoring", "legend"],
    "conversation_state": ["planned", "seen", "noted", "agreed"],
    "day": filters.DAYS,
    "decision": [*Decision, "none"],
    "delivery": Delivery,
    "effect": ["age", "gender", "parent"],
    "effect_group": ["under_27", "27_to_54", "55_up", "woman", "man", "x", "single_parent", "others", "unknown"],
    "erasure_reason": ErasureReason,
    "event": [event.__name__ for event in CLIENT_EVENTS],
    "figure": ["open_clients", "without_plan", "not_seen", "contact_overdue", "gaps_on_list"],
    "help": Help,
    "letter_language": LetterLanguage,
    "attendance": Attendance,
    "session_state": ["planned", "cancelled", "closed"],
    "mail_kind": [
        letters.PROPOSAL,
        letters.REMINDER,
        letters.QUESTIONNAIRE,
        invitation_letters.INVITATION,
        coach_mails.WRITTEN,
        *notices.KINDS,
        *appointment_letters.KINDS,
    ],
    "mail_about": MailAbout,
    "mail_state": outbox.STATES,
    "measure": [
        # One's own notes and marks are nobody else's matter.
        *(each for each in filters.QUICK if each not in filters.OWN),
        *["open", "listed", "stale", "contradictory", "known", "unknown", "set_aside", "above_do_able", "above_usual"],
        *["minutes_with_client", "minutes_administration"],
        # figures that are explained, and no filter of the caseload
        *["contact_agreed", "without_coach", "without_offer", "deadlines", "plan_weeks", "not_relevant", "declined"],
        *MEASURES,
    ],
    "measures": TABLES,
    "meeting_state": ["planned", "recorded", "held", "cancelled"],
    "mine": MINE,
    "news_kind": ["change", "definition", "norm"],
    "path_step": paths.STEPS,
    "in_team_meeting": [*meeting_pack.IN_ORDER],
    "to_discuss": [
        "change",
        "definition_name",
        "definition_numbers",
        "definition_texts",
        "norm",
        "norm_ended",
        "norm_review",
    ],
    "notice": WAYS,
    "notice_way": Way,
    "offer_kind": OfferKind,
    "operator": Operator,
    "outcome": Outcome,
    "outcome_of_proposal": ProposalOutcome,
    "parameter": ["days_allowed", "stale_after_months", *(name for term in TERMS.values() for name in term.parameters)],
    "proposal_step": ProposalStep,
    "questionnaire_how": SentHow,
    "questionnaire_state": ["sent", "opened", "returned", "ended", "passed"],
    "quick": filters.QUICK,
    "reachable": ["client_number", "email", "phone"],
    "review_outcome": ReviewOutcome,
    "role": Role,
    "said_of_field": Say,
    "seen": Seen,
    "signal_event": [event.__name__ for event in SIGNAL_EVENTS],
    "signal_kind": Kind,
    "signal_state": SignalState,
    "source": Source,
    "started_by": StartedBy,
    "state": [*State, filters.LISTED],
    "helper_role": HelperRole,
    "helper_removal": HelperRemoval,
    "step_kind": StepKind,
    "step_owner": StepOwner,
    "step_state": [*StepEnd, "standing", "over"],
    "supplied_by": SUPPLIERS,
    "taken_over": Standing,
    "task_kind": [*TaskKind, "promise", "appointment"],
    "timeline": ["contacts", "appointments", "registrations", "plan", "offers", "questionnaire", "path"],
    "topic": Topic,
    "track": [*Track, "none"],
    "transition": TRANSITIONS,
    "duty": Duty,
    "own_mark": OwnMark,
    "note_handling": NoteHandling,
    "undelivered_kind": undelivered.KINDS,
    "waiting_for": WaitingFor,
    "when": When,
    "verdict": Verdict,
    "voice": STEPS,
}
# Codes that are looked for where they arise: why a mail was not sent, and the pages, below.
ELSEWHERE = {"mail_reason", "page", "page_of_look"}


def test_every_kind_of_code_stands_in_the_table() -> None:
    assert set(WORDS) == DECLARED.keys() | ELSEWHERE


@pytest.mark.parametrize("kind", sorted(DECLARED))
def test_every_code_has_a_word_and_no_word_is_left_over(kind: str) -> None:
    assert {str(code) for code in DECLARED[kind]} == set(WORDS[kind])


def test_pages_that_have_a_name_are_pages(town: Town) -> None:
    assert set(WORDS["page"]) <= town.app.view_functions.keys()
    assert set(WORDS["page_of_look"]) <= town.app.blueprints.keys()


def test_why_a_mail_was_not_sent_has_a_word_wherever_that_is_decided() -> None:
    """A mail's error is a code in the code of those who compose, send and follow up."""
    written = set()
    for folder in ("application", "records", "workers"):
        for file in (ROOT / folder).rglob("*.py"):
            calls = [node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call)]
            written |= {code for call in calls if _names(call.func) in GIVES_UP for code in _texts(call)}
    assert {"erased", "closed", "mail_refused", "no_public_address", "not_taken"} <= written
    assert written - set(WORDS["mail_reason"]) == set()


# What says why a mail can't be composed or sent.
GIVES_UP = {"NothingToSendError", "NotYetError", "NotNowError", "RefusedForGoodError", "LostError", "_refused"}


def _names(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _texts(call: ast.Call) -> list[str]:
    parts = (part for argument in call.args for part in ast.walk(argument))
    return [part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)]
