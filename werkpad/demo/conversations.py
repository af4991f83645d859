"""Conversations of the manager with coaches of a team in the demonstration: one held, one ahead, one just planned."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from application.conversations import figures_of
from application.services import Services
from domain.calendar import local_day
from domain.conversation import (
    ChooseCases,
    ConfirmAgreement,
    Conversation,
    MarkPromise,
    NoteAgreement,
    PlanConversation,
    PromiseToCoach,
    ShareSheet,
)
from eventlog.commands import Command, CommandContext
from projections import caseload
from projections.caseload import Scope
from projections.engine.rebuild import rebuild
from records.people import Account
from werkpad.demo.ids import random_id

REMARK = "The many new intakes in September took most of my time. I would like to talk about two files."
AGREED = "You see the two clients we talked about in the next three weeks. Four files without a plan get one."


def invent_conversations(
    services: Services, rng: random.Random, now: datetime, coaches: list[Account], manager: Account
) -> None:
    """Let the manager have talked with the first coach of the team about two cases and promised something; plan the
    next conversation with the same coach, who chose two others, and one with a colleague who has not looked yet."""
    team = [coach.account_id for coach in coaches if coach.team_id == manager.team_id]
    if len(team) < 2 or manager.team_id is None:
        return
    rebuild(services.engine, ["contacts"])
    coach, colleague = team[:2]
    with services.database.read() as connection:
        rows = caseload.clients(connection, Scope(coach_id=coach), order="intake_on", limit=4)
    own, figures = [row.client_id for row in rows], figures_of(services, coach)

    def do(command: Command[Conversation], who: UUID, days_ago: int) -> None:
        context = CommandContext(now - timedelta(days=days_ago), who)
        services.conversations.handle(command, context, random_id(rng))

    def plan(of: UUID, numbers: Mapping[str, int], days_ago: int, after: int) -> UUID:
        conversation_id, held_on = random_id(rng), local_day(now) + timedelta(days=after - days_ago)
        planned = PlanConversation(
            conversation_id=conversation_id, coach=of, team=team_id, held_on=held_on, figures=numbers
        )
        do(planned, manager.account_id, days_ago)
        return conversation_id

    team_id = manager.team_id
    # As they stood then: a few more files without a plan, and a few clients more to see.
    before = figures | {name: figures[name] + more for name, more in (("no_plan", 3), ("not_seen", 2), ("listed", 9))}
    held = plan(coach, before, 40, 7)
    do(ShareSheet(conversation_id=held, remark=REMARK), coach, 38)
    do(ChooseCases(conversation_id=held, cases=own[:2]), coach, 38)
    do(NoteAgreement(conversation_id=held, text=AGREED), manager.account_id, 33)
    do(ConfirmAgreement(conversation_id=held, noted_by=manager.account_id), coach, 32)
    for text, done in (("A quiet room on Thursdays for first meetings", True), ("Ask for evening classes", False)):
        promise_id, due_on = random_id(rng), local_day(now) + timedelta(days=-20 if done else 5)
        do(
            PromiseToCoach(conversation_id=held, promise_id=promise_id, text=text, due_on=due_on),
            manager.account_id,
            33,
        )
        if done:
            do(MarkPromise(conversation_id=held, promise_id=promise_id, done=True), coach, 19)
    ahead = plan(coach, figures, 5, 9)
    do(ShareSheet(conversation_id=ahead), coach, 2)
    do(ChooseCases(conversation_id=ahead, cases=own[2:]), coach, 2)
    plan(colleague, figures_of(services, colleague), 1, 8)
