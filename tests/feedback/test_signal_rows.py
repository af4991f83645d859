"""The row of a signal, column by column, after each thing that can happen to it: this changes, and nothing else."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from application.services import Services
from domain.roles import Role, Viewer
from eventlog.commands import CommandContext
from feedback.search import signal_search
from feedback.signal import (
    AddNote,
    AssignSignal,
    ClassifySignal,
    CommentOnSignal,
    FollowSignal,
    Help,
    JudgeHelp,
    Kind,
    LogSignal,
    MoveSignal,
    Signal,
    SignalCommand,
    SignalCommented,
    SignalState,
    SupportSignal,
    Within,
)
from feedback.signals import signal_hearers, signals
from projections.engine.verify import verify
from tests.conftest import NOW, Clock

ID, TEAM, OTHER = UUID(int=7), UUID(int=8), UUID(int=9)
REPORTER = Viewer(UUID(int=1), Role.WORK_COACH, TEAM)
COLLEAGUE = Viewer(UUID(int=2), Role.WORK_COACH, TEAM)
CITY = Viewer(UUID(int=3), Role.PROCESS_MANAGER, None)
ALL = {"signal_id": ID}


class Life:
    """One signal, a day later each time, and what its row should say."""

    def __init__(self, services: Services, clock: Clock) -> None:
        self.services, self.clock, self.row = services, clock, {}
        self.version = 0

    @property
    def today(self) -> date:
        return self.clock.now.date()

    def do(self, command: SignalCommand, **changed: Any) -> None:
        self.clock.now += timedelta(days=1)
        context = CommandContext(self.clock.now, command.viewer.account_id)
        self.services.signal_handler.handle(command, context, uuid4())
        self.version += 1
        # What is a function here needs the day on which it is done.
        given = {name: value(self) if callable(value) else value for name, value in changed.items()}
        self.row = self.row | {"version": self.version} | given
        self.services.engine.catch_up()
        with self.services.database.read() as connection:
            found = dict(
                connection.execute(select(signals).where(signals.c.signal_id == command.signal_id)).mappings().one()
            )
        assert found == self.row

    def move(self, transition: str, viewer: Viewer = CITY, **changed: Any) -> None:
        on = date(2027, 3, 1) if transition == "plan" else None
        command = MoveSignal(**ALL, viewer=viewer, transition=transition, reason="because", on=on)
        news = {"news_version": self.version + 1, "news_on": today, "state_on": today}
        self.do(command, **news | changed)

    def hearers(self) -> dict[UUID, tuple[bool, bool, int]]:
        with self.services.database.read() as connection:
            rows = connection.execute(select(signal_hearers)).mappings()
            return {row["account_id"]: (row["supports"], row["follows"], row["mentioned"]) for row in rows}

    def marks(self) -> set[str]:
        with self.services.database.read() as connection:
            return set(connection.execute(select(signal_search.c.marks)).scalar_one().split())


def today(life: Life) -> date:
    return life.today


def moment(life: Life) -> datetime:
    return life.clock.now


@pytest.fixture
def life(sqlite_services: Services, clock: Clock) -> Life:
    told = Life(sqlite_services, clock)
    # The clock stands on a Wednesday: logged on Thursday the 19th.
    assert told.today == NOW.date() == date(2026, 11, 18)
    nothing = ("before", "figure", "person", "asked_on", "triage_days", "answer_days", "duplicate_of", "planned_for")
    zero = ("given_version", "support", "rank", "comments", "waited", "helped_yes", "helped_partly", "helped_no")
    told.do(
        LogSignal(
            **ALL,
            viewer=REPORTER,
            kind=Kind.FAULT,
            page="client.client",
            field="cv",
            filter="cv:stale",
            definition_version="abc",
            seen="Rijbewijzen tellen niet",
            expected="Bromfietsen ook",
            within=Within(triage=3, answer=10),
        ),
        **dict.fromkeys((*nothing, "delivered_on")),
        **dict.fromkeys(zero, 0),
        **dict.fromkeys(("accepted", "delivered", "confirmed", "answered", "nameless", "imported"), False),
        signal_id=ID,
        kind="fault",
        state="logged",
        state_on=today,
        page="client.client",
        field="cv",
        filter="cv:stale",
        definition_version="abc",
        reporter=REPORTER.account_id,
        logged_by=REPORTER.account_id,
        role="work_coach",
        team_id=TEAM,
        handled_by=TEAM,
        logged_at=moment,
        triage_within=3,
        answer_within=10,
        clock_since=date(2026, 11, 19),
        triage_by=date(2026, 11, 24),
        answer_by=date(2026, 12, 3),
        due_on=date(2026, 11, 24),
        news_version=1,
        news_on=today,
    )
    return told


def test_it_is_moved_and_given_to_somebody(life: Life) -> None:
    given = {"handled_by": OTHER, "person": COLLEAGUE.account_id, "given_version": 2, "news_on": today}
    life.do(AssignSignal(**ALL, viewer=CITY, team=OTHER, person=COLLEAGUE.account_id), **given)
    # Moved along with the same person, it is no news to that person; without one it is nobody's.
    life.do(AssignSignal(**ALL, viewer=CITY, team=None, person=COLLEAGUE.account_id), handled_by=None)
    life.do(AssignSignal(**ALL, viewer=CITY, team=TEAM), handled_by=TEAM, person=None)
    assert list(verify(life.services.engine)) == []


def test_it_is_classified_anew_and_its_clock_follows(life: Life) -> None:
    life.do(
        ClassifySignal(**ALL, viewer=CITY, kind=Kind.IDEA, field=None, within=Within(triage=1, answer=2)),
        kind="idea",
        field=None,
        triage_within=1,
        answer_within=2,
        triage_by=date(2026, 11, 20),
        answer_by=date(2026, 11, 23),
        due_on=date(2026, 11, 20),
    )


def test_people_support_follow_and_mention(life: Life) -> None:
    life.do(SupportSignal(**ALL, viewer=COLLEAGUE), support=1, rank=-1)
    life.do(FollowSignal(**ALL, viewer=CITY))
    assert life.hearers() == {COLLEAGUE.account_id: (True, False, 0), CITY.account_id: (False, True, 0)}
    before = life.marks()
    life.do(
        CommentOnSignal(**ALL, viewer=COLLEAGUE, text="Ook trekkers", mentions=(OTHER,)),
        comments=1,
        news_version=4,
        news_on=today,
    )
    assert life.marks() > before and len(life.marks() - before) >= 1
    assert life.hearers()[OTHER] == (False, False, 4)
    life.do(AddNote(**ALL, viewer=CITY, text="For us", mentions=(CITY.account_id,)), news_on=today)
    assert life.hearers()[CITY.account_id] == (False, True, 5)
    answer = CommentOnSignal(**ALL, viewer=CITY, text="We look at it")
    life.do(answer, comments=2, answered=True, news_version=6, news_on=today)
    life.do(SupportSignal(**ALL, viewer=COLLEAGUE, back=True), support=0, rank=0)
    life.do(FollowSignal(**ALL, viewer=CITY, back=True))
    assert life.hearers() == {OTHER: (False, False, 4), CITY.account_id: (False, False, 5)}
    assert list(verify(life.services.engine)) == []


def test_a_question_stops_the_clock_for_as_long_as_it_waits(life: Life) -> None:
    asked = {"state": "needs_answer", "before": "logged", "asked_on": today, "due_on": None, "answered": True}
    life.move("ask", **asked)  # on Friday the 20th
    life.clock.now += timedelta(days=2)
    back = {"state": "logged", "before": None, "asked_on": None, "waited": 1, "due_on": date(2026, 11, 25)}
    life.move("answer", REPORTER, **back, triage_by=date(2026, 11, 25), answer_by=date(2026, 12, 4))


def test_it_goes_all_the_way_and_comes_back(life: Life) -> None:
    life.move("triage", state="triaged", triage_days=1, due_on=date(2026, 12, 3), answered=True)
    life.move("discuss", state="in_discussion")
    life.clock.now += timedelta(days=1)  # Monday the 23rd
    life.move("accept", state="accepted", answer_days=2, accepted=True, due_on=None)
    life.move("plan", state="planned", planned_for=date(2027, 3, 1))
    life.move("deliver", state="delivered", delivered=True, delivered_on=today)
    life.do(JudgeHelp(**ALL, viewer=REPORTER, help=Help.PARTLY), helped_partly=1)
    life.do(JudgeHelp(**ALL, viewer=REPORTER, help=Help.NO), helped_partly=0, helped_no=1)
    life.move("confirm", REPORTER, state="confirmed", confirmed=True)
    # Reopened on Sunday the 29th: the first working day is Monday.
    again = {"clock_since": date(2026, 11, 29), "waited": 0, "answered": False, "due_on": date(2026, 12, 2)}
    again |= {"triage_by": date(2026, 12, 2), "answer_by": date(2026, 12, 11)}
    life.move("reopen", REPORTER, state="reopened", **again)
    # How soon it was first triaged and decided on stays.
    life.move("triage", state="triaged", due_on=date(2026, 12, 11), answered=True)
    assert list(verify(life.services.engine)) == []


def test_a_declined_one_was_answered_and_is_not_found_among_open_ones(life: Life) -> None:
    life.move("triage", state="triaged", triage_days=1, due_on=date(2026, 12, 3), answered=True)
    life.move("discuss", state="in_discussion")
    of_open = life.marks()
    life.move("decline", state="declined", answer_days=1, due_on=None)
    assert len(of_open - life.marks()) == 1
    assert life.marks() < of_open


@pytest.mark.parametrize(
    ("viewer", "answers"), [(REPORTER, False), (COLLEAGUE, False), (CITY, True)], ids=["reporter", "coach", "city"]
)
def test_a_comment_answers_when_one_who_triages_says_it_of_anothers(viewer: Viewer, answers: bool) -> None:
    signal = Signal(ID, 1, SignalState.LOGGED, None, reporter=REPORTER.account_id, kind=Kind.IDEA)
    said = CommentOnSignal(**ALL, viewer=viewer, text="So", mentions=(OTHER,))
    told = said.decide(signal, CommandContext(NOW, viewer.account_id))
    assert told == [SignalCommented(text="So", mentions=(OTHER,), answers=answers)]


def test_one_who_triages_does_not_answer_the_own_signal() -> None:
    signal = Signal(ID, 1, SignalState.LOGGED, None, reporter=CITY.account_id, kind=Kind.IDEA)
    told = CommentOnSignal(**ALL, viewer=CITY, text="So").decide(signal, CommandContext(NOW, CITY.account_id))
    assert told == [SignalCommented(text="So", mentions=(), answers=False)]
