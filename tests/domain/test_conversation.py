"""Conversations about a caseload: the coach's own figures, the coach first, and agreed by both or by nobody."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from domain.conversation import (
    LONGEST,
    AgreementConfirmed,
    AgreementNoted,
    CasesChosen,
    ChooseCases,
    ConfirmAgreement,
    Conversation,
    ConversationPlanned,
    ManagerPromised,
    ManagerPromiseMarked,
    MarkPromise,
    NoteAgreement,
    PlanConversation,
    PromiseToCoach,
    ShareSheet,
    SheetSeen,
    evolve_conversation,
)
from eventlog.commands import CommandContext
from tests.story import Story

ID, TEAM = UUID(int=7), UUID(int=6)
COACH, MANAGER, OTHER = (UUID(int=n) for n in (1, 2, 3))
AT, TODAY = datetime(2026, 3, 2, 9, tzinfo=UTC), date(2026, 3, 2)
BY_COACH, BY_MANAGER, BY_OTHER = (CommandContext(AT, who) for who in (COACH, MANAGER, OTHER))


def planned() -> Story[Conversation]:
    event = ConversationPlanned(coach=COACH, team=TEAM, held_on=TODAY, figures=[("open", 3)])
    return Story(evolve_conversation, ID).given(event, by=MANAGER)


def plan(held_on: date) -> PlanConversation:
    return PlanConversation(conversation_id=ID, coach=COACH, team=TEAM, held_on=held_on, figures={"open": 3})


def test_it_is_planned_once_for_a_day_that_is_not_over_and_not_far() -> None:
    story: Story[Conversation] = Story(evolve_conversation, ID)
    story.when(plan(TODAY - timedelta(days=1)), BY_MANAGER).refused("today or a later day", "held_on")
    story.when(plan(date(9999, 1, 1)), BY_MANAGER).refused("", "held_on")
    story.when(plan(TODAY), BY_MANAGER).then(
        ConversationPlanned(coach=COACH, team=TEAM, held_on=TODAY, figures=[("open", 3)])
    )
    story.when(plan(TODAY), BY_MANAGER).refused("already been planned")


def test_the_coach_alone_shows_the_sheet_with_a_remark_or_without() -> None:
    story = planned()
    story.when(ShareSheet(conversation_id=ID), BY_MANAGER).refused("Only the coach")
    story.when(ShareSheet(conversation_id=ID, remark="  "), BY_COACH).then(SheetSeen(remark=None))
    story.when(ShareSheet(conversation_id=ID, remark=" Busy. "), BY_COACH).then(SheetSeen(remark="Busy."))
    story.when(ShareSheet(conversation_id=ID, remark="x" * (LONGEST + 1)), BY_COACH).refused("too long", "remark")


def test_nobody_else_learns_that_there_is_one() -> None:
    for command in (ShareSheet(conversation_id=ID), NoteAgreement(conversation_id=ID, text="A course")):
        planned().when(command, BY_OTHER).refused("no such conversation")
        nothing: Story[Conversation] = Story(evolve_conversation, ID)
        nothing.when(command, BY_COACH).refused("no such conversation")


def test_what_one_wrote_the_other_confirms_and_writing_it_anew_asks_again() -> None:
    story = planned()
    story.when(ConfirmAgreement(conversation_id=ID, noted_by=None), BY_COACH).refused("Nothing was written down")
    story.when(NoteAgreement(conversation_id=ID, text=" "), BY_MANAGER).refused("", "text")
    story.when(NoteAgreement(conversation_id=ID, text="A course"), BY_MANAGER).then(AgreementNoted(text="A course"))
    own = ConfirmAgreement(conversation_id=ID, noted_by=MANAGER)
    story.when(own, BY_MANAGER).refused("The other of you")
    story.when(own, BY_COACH).then(AgreementConfirmed())
    story.when(own, BY_COACH).then()
    story.when(NoteAgreement(conversation_id=ID, text="Two"), BY_COACH).then(AgreementNoted(text="Two"))
    story.when(ConfirmAgreement(conversation_id=ID, noted_by=COACH), BY_MANAGER).then(AgreementConfirmed())


def test_the_coach_alone_chooses_two_clients_at_most_and_until_the_day() -> None:
    story, (one, two, three) = planned(), (UUID(int=n) for n in (11, 12, 13))

    def choose(*cases: UUID) -> ChooseCases:
        return ChooseCases(conversation_id=ID, cases=cases)

    story.when(choose(one), BY_MANAGER).refused("The coach chooses")
    story.when(choose(one), BY_OTHER).refused("no such conversation")
    story.when(choose(one, two, three), BY_COACH).refused("two clients at most", "first")
    story.when(choose(), BY_COACH).then()
    story.when(choose(one, one), BY_COACH).then(CasesChosen(cases=(one,)))
    story.when(choose(one), BY_COACH).then()
    story.when(choose(), BY_COACH).then(CasesChosen(cases=()))
    after = CommandContext(AT + timedelta(days=1), COACH)
    story.when(choose(two), after).refused("is over")


def test_the_manager_alone_promises_and_either_says_whether_it_is_done() -> None:
    story, promise_id = planned(), UUID(int=21)

    def promise(text: str = "A course", due_on: date = TODAY) -> PromiseToCoach:
        return PromiseToCoach(conversation_id=ID, promise_id=promise_id, text=text, due_on=due_on)

    def mark(done: bool) -> MarkPromise:
        return MarkPromise(conversation_id=ID, promise_id=promise_id, done=done)

    story.when(mark(True), BY_COACH).refused("no such promise")
    story.when(promise(), BY_COACH).refused("The manager writes down")
    story.when(promise(), BY_OTHER).refused("no such conversation")
    story.when(promise(" "), BY_MANAGER).refused("", "promise")
    story.when(promise(due_on=TODAY - timedelta(days=1)), BY_MANAGER).refused("today or a later day", "due_on")
    story.when(promise(), BY_MANAGER).then(ManagerPromised(promise_id=promise_id, text="A course", due_on=TODAY))
    story.when(promise(), BY_MANAGER).refused("already")
    story.when(mark(False), BY_COACH).then()
    story.when(mark(True), BY_MANAGER).then(ManagerPromiseMarked(promise_id=promise_id, done=True))
    story.when(mark(False), BY_COACH).then(ManagerPromiseMarked(promise_id=promise_id, done=False))
    story.when(mark(True), BY_OTHER).refused("no such conversation")
