"""Bounds of what is no client's: definitions, offers, sessions, conversations, closing days, signals and meetings."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

from domain.catalogue import load
from domain.closing_days import ClosingDaysSet, SetClosingDays, TakeBackClosingDays, evolve_closing_days
from domain.columns import checked
from domain.columns import choosable as columns
from domain.conversation import ChooseCases, ConversationPlanned, PlanConversation, PromiseToCoach, evolve_conversation
from domain.definition import (
    DefinitionRevised,
    ReviseDefinition,
    WithdrawRevision,
    evolve_definition,
    revised_parameters,
)
from domain.in_force import checked_parameter, declared, parameters_of
from domain.matching import Operator, Requirement, check_requirements
from domain.offer import OpenOffer
from domain.representation import characteristics, check_choice
from domain.workshop_session import CloseSession, PlanSession, SessionPlanned, TakePlace, evolve_workshop
from feedback.meeting import MeetingPlanned, PlanMeeting, RecordDecisions, evolve_meeting
from feedback.norm import SetNorm
from feedback.signal import Help, JudgeHelp, MoveSignal, RedactPassage, SignalState
from tests.domain.bounds import MINUTE, TODAY, TOMORROW, YESTERDAY, Bound, Place, after_today, decided, from_today
from tests.domain.texts import (
    AT,
    CHANNELS,
    COACH,
    ID,
    MEETING_OF,
    NORM_OF,
    NORM_SAYS,
    NOW,
    OFFER,
    SEEN,
    SIGNAL,
    TEAM,
    WORDS,
    X,
    come_to,
    signal,
)


def closing(day: date) -> SetClosingDays:
    return SetClosingDays(closing_id=ID, name="Easter", first_day=TOMORROW, last_day=day)


def taken_back(last: date) -> object:
    closed = come_to(evolve_closing_days, ID, [ClosingDaysSet(name="Easter", first_day=YESTERDAY, last_day=last)])
    return TakeBackClosingDays(closing_id=ID).decide(closed, NOW)


def conversation(on: date) -> Any:
    planned = ConversationPlanned(coach=COACH, team=TEAM, held_on=on, figures=[], actor=COACH)
    return come_to(evolve_conversation, ID, [planned])


def cases(*chosen: UUID, on: date = TODAY) -> object:
    return ChooseCases(conversation_id=ID, cases=chosen).decide(conversation(on), NOW)


def definition(valid_from: date) -> Any:
    facts: dict[str, Any] = {"texts": {}, "parameters": {}, "reason": "so"}
    return come_to(evolve_definition, ID, [DefinitionRevised(subject="seen", number=2, valid_from=valid_from, **facts)])


def revise(day: date) -> ReviseDefinition:
    return ReviseDefinition(**SEEN, valid_from=day, texts=WORDS, parameters={"channels": ["office"]}, reason="so")


def caseload(do_able: int) -> object:
    return revised_parameters("caseload", {**parameters_of("caseload", declared()), "usual": 120, "do_able": do_able})


def session(starts_at: Any) -> Any:
    planned = SessionPlanned(offer_id=X, starts_at=starts_at, minutes=60, place="A1", places=2)
    return come_to(evolve_workshop, ID, [planned])


def plan(at: time = time(11), places: int = 2) -> PlanSession:
    return PlanSession(session_id=ID, offer_id=X, day=TODAY, at=at, minutes=60, place="A1", places=places)


def judged(days: int) -> object:
    delivered = signal(SignalState.DELIVERED, delivered_on=TODAY - timedelta(days=days))
    return JudgeHelp(**SIGNAL, help=Help.YES).decide(delivered, NOW)


def redacted(passage: str = "abc", more: Any = "abc") -> object:
    return RedactPassage(**SIGNAL, passage=passage, texts={"1.seen": "abc", "1.expected": more}).decide(signal(), NOW)


def meeting(on: date) -> Any:
    return come_to(evolve_meeting, ID, [MeetingPlanned(team=None, held_on=on, begins="", place="")])


def decisions(*present: UUID, on: date = TODAY) -> object:
    return RecordDecisions(**MEETING_OF, present=present, decisions=[]).decide(meeting(on), NOW)


PROMISE: dict[str, Any] = {"conversation_id": ID, "promise_id": X, "text": "call"}
OF_OTHERS: dict[Place, Bound] = {
    ("closing_days.SetClosingDays", "first <= today"): after_today(
        None, lambda day: SetClosingDays(closing_id=ID, name="Easter", first_day=day)
    ),
    ("closing_days.SetClosingDays", "last < first"): Bound(decided(None, closing), (TOMORROW,), (TODAY,)),
    ("closing_days.SetClosingDays", "(last - first).days >= MOST_DAYS"): Bound(
        decided(None, closing), (TOMORROW + timedelta(days=30),), (TOMORROW + timedelta(days=31),)
    ),
    ("closing_days.TakeBackClosingDays", "closing.last_day < open_from"): Bound(taken_back, (TOMORROW,), (TODAY,)),
    ("columns.checked", "len(chosen) > MOST_COLUMNS"): Bound(
        lambda many: checked(list(columns())[:many]), (10,), (11,)
    ),
    ("representation.check_choice", "FEWEST <= len(chosen) <= MOST"): Bound(
        lambda many: check_choice([f.key for f in characteristics(load())][:many], "It is kinder.", load()),
        (2, 8),
        (1, 9),
    ),
    ("conversation.PlanConversation", "self.held_on < local_day(context.at)"): from_today(
        None, lambda day: PlanConversation(conversation_id=ID, coach=COACH, team=TEAM, held_on=day, figures={})
    ),
    ("conversation.ChooseCases", "conversation.held_on < local_day(context.at)"): Bound(
        lambda day: cases(X, on=day), (TODAY,), (YESTERDAY,)
    ),
    ("conversation.ChooseCases", "len(cases) > MOST_CASES"): Bound(
        lambda chosen: cases(*chosen), ((X, ID),), ((X, ID, TEAM),)
    ),
    ("conversation.PromiseToCoach", "self.due_on < local_day(context.at)"): from_today(
        conversation(TODAY), lambda day: PromiseToCoach(**PROMISE, due_on=day)
    ),
    ("definition.revised_parameters", "checked.get('do_able', 0) > checked.get('usual', 0)"): Bound(
        caseload, (119, 120), (121,)
    ),
    ("definition.ReviseDefinition", "self.valid_from < local_day(context.at)"): from_today(None, revise),
    ("definition.ReviseDefinition", "valid_from > self.valid_from"): Bound(
        lambda day: revise(TOMORROW).decide(definition(day), NOW), (TOMORROW,), (TOMORROW + timedelta(days=1),)
    ),
    ("definition.WithdrawRevision", "definition.revisions[self.number][0] <= local_day(context.at)"): Bound(
        lambda day: WithdrawRevision(**SEEN, number=2, reason="so").decide(definition(day), NOW), (TOMORROW,), (TODAY,)
    ),
    ("in_force.checked_parameter", "1 <= value <= most"): Bound(
        lambda days: checked_parameter("days_allowed", days), (1, 365), (0, 366)
    ),
    ("in_force.checked_parameter", "set(value) <= set(Channel)"): Bound(
        lambda channels: checked_parameter("channels", channels), (CHANNELS["channels"],), (["office", "smoke"], [])
    ),
    ("in_force.checked_parameter", "set(value or ()) <= set(known)"): Bound(
        lambda rules: checked_parameter("rules_off", rules),
        ([], ["single_with_partner"], [rule.key for rule in load().contradictions]),
        (["no such rule"],),
    ),
    ("matching._values", "len(values) > 1"): Bound(
        lambda values: check_requirements(
            [Requirement("hours_available", Operator.AT_LEAST, values)], may_use_protected=False
        ),
        (("24",),),
        (("24", "32"),),
    ),
    ("offer.OfferDetails", "len(title) > 120"): Bound(
        decided(None, lambda title: OpenOffer(**OFFER | {"title": title})), ("x" * 120, f" {'x' * 120} "), ("x" * 121,)
    ),
    ("offer.OfferDetails", "1 <= self.capacity <= MOST_PLACES"): Bound(
        decided(None, lambda places: OpenOffer(**OFFER, capacity=places)), (1, 10_000), (0, 10_001)
    ),
    ("offer.OfferDetails", "self.answer_by > self.starts_on"): Bound(
        decided(None, lambda day: OpenOffer(**OFFER, starts_on=TOMORROW, answer_by=day)),
        (TOMORROW,),
        (TOMORROW + timedelta(days=1),),
    ),
    ("offer.OpenOffer", "self.starts_on < local_day(context.at)"): from_today(
        None, lambda day: OpenOffer(**OFFER, starts_on=day)
    ),
    ("workshop_session.PlanSession", "1 <= self.places <= MOST_PLACES"): Bound(
        decided(None, lambda places: plan(places=places)), (1, 500), (0, 501)
    ),
    ("workshop_session.PlanSession", "starts_at <= context.at"): Bound(
        decided(None, plan), (time(10, 1),), (time(10), time(9, 59))
    ),
    ("workshop_session.TakePlace", "session.starts_at <= context.at"): Bound(
        lambda at: TakePlace(session_id=ID, client_id=X).decide(session(at), NOW), (AT + MINUTE,), (AT,)
    ),
    ("workshop_session.CloseSession", "session.starts_at > context.at"): Bound(
        lambda at: CloseSession(session_id=ID, attended=(), seen=()).decide(session(at), NOW), (AT,), (AT + MINUTE,)
    ),
    ("feedback/meeting.PlanMeeting", "self.held_on < local_day(context.at)"): from_today(
        None, lambda day: PlanMeeting(**MEETING_OF, team=None, held_on=day)
    ),
    ("feedback/meeting.RecordDecisions", "meeting.held_on > local_day(context.at)"): Bound(
        lambda day: decisions(COACH, X, on=day), (YESTERDAY, TODAY), (TOMORROW,)
    ),
    ("feedback/meeting.RecordDecisions", "len(set(self.present)) < FEWEST"): Bound(
        lambda present: decisions(*present), ((COACH, X),), ((COACH,), (COACH, COACH))
    ),
    ("feedback/norm.SetNorm", "self.review_on <= local_day(context.at)"): after_today(
        None, lambda day: SetNorm(**NORM_OF | NORM_SAYS | {"review_on": day})
    ),
    ("feedback/signal/helping.JudgeHelp", "local_day(context.at) > asked_until(signal.delivered_on)"): Bound(
        judged, (0, 14), (15,)
    ),
    ("feedback/signal/redaction.RedactPassage", "len(passage) < SHORTEST"): Bound(
        redacted, ("ab", " ab "), ("a", " a ")
    ),
    ("feedback/signal/redaction.RedactPassage", "len(known) < len(self.texts)"): Bound(
        lambda more: redacted(more=more), ("another",), (None,)
    ),
    ("feedback/signal/steps.MoveSignal", "self.on < local_day(context.at)"): from_today(
        signal(SignalState.ACCEPTED), lambda day: MoveSignal(**SIGNAL, transition="plan", on=day)
    ),
}
