"""Invented signals of invented colleagues, and what became of them: a review meeting, a definition, a norm, a change."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from application.services import Services
from domain.calendar import local_day
from domain.definition import ReviseDefinition
from domain.in_force import declared, parameters_of, texts_of
from domain.working_days import USUAL
from eventlog.commands import CommandContext, Step
from feedback.change import Change, RecordChange
from feedback.meeting import ArrangeAgenda, ConfirmDecisions, Decided, Decision, Meeting, PlanMeeting, RecordDecisions
from feedback.norm import Norm, SetNorm
from feedback.signal import CommentOnSignal, FollowSignal, Kind, LogSignal, MoveSignal, Signal, SupportSignal
from records import replies
from records.people import Account
from werkpad.demo.ids import random_id
from werkpad.demo.sayings import EARLIER, EARLIER_REASONS, LICENCE, REASONS, REPLIES, RESEARCH_NORM, SIGNALS, WAYS

# Those of the first signals above that one meeting decided on, and what it came to.
MEETING_AGO = timedelta(days=9)


class Voices:
    """Plays the invented signals through the ordinary commands."""

    def __init__(
        self,
        services: Services,
        rng: random.Random,
        now: datetime,
        coaches: Sequence[Account],
        improver: Account,
        process: Account,
    ) -> None:
        self.services = services
        self.rng = rng
        self.now = now
        self.coaches = [coach for coach in coaches if coach != improver]
        self.colleagues = [coach for coach in self.coaches if coach.team_id == improver.team_id]
        self.improver = improver
        self.process = process
        self.meeting_at = _on_a_working_day(now - MEETING_AGO)
        self.meeting_id = random_id(self.rng)

    def invent(self) -> int:
        """Everything; the number of events."""
        events = 0
        decided: list[Decided] = []
        ids = []
        for nth, (*_, moves) in enumerate(SIGNALS):
            signal_id = random_id(self.rng)
            ids.append(signal_id)
            decision = self.services.signals.decide(list(self._signal(nth, signal_id)))
            self.services.signals.record([decision])
            events += len(decision.events)
            if "accept" in moves or "decline" in moves:
                decided.append(Decided(signal_id, Decision.ACCEPT if "accept" in moves else Decision.DECLINE))
        for earlier in EARLIER:
            decision = self.services.signals.decide(list(self._earlier(*earlier)))
            self.services.signals.record([decision])
            events += len(decision.events)
        self._meet(decided)
        self._decide_on(ids)
        with self.services.database.write() as connection:
            for name, kind, step, en, nl in REPLIES:
                replies.save(connection, None, kind=kind, step=step, name=name, en=en, nl=nl)
        return events

    def _signal(self, nth: int, signal_id: UUID) -> Any:
        kind, page, field, seen, expected, moves = SIGNALS[nth]
        at = self.meeting_at - timedelta(days=self.rng.randint(8, 45), minutes=self.rng.randint(0, 400))
        # What is still to be decided on is of the improvement team's own, so that its next meeting has an agenda.
        waiting = moves and not {"accept", "decline"} & set(moves)
        reporter = self.rng.choice(self.colleagues if waiting else self.coaches)
        if nth == 0:
            reporter = next(coach for coach in self.coaches if coach.username == "coach")
        others = self._others(reporter)
        log = LogSignal(
            signal_id=signal_id, viewer=reporter.viewer, kind=kind, page=page, field=field, seen=seen, expected=expected
        )
        yield self._step(log, at, reporter)
        for other in others[: self.rng.randint(0, 3)]:
            at += timedelta(hours=self.rng.randint(1, 30))
            yield self._step(SupportSignal(signal_id=signal_id, viewer=other.viewer), at, other)
        if nth == 1:
            follow = FollowSignal(signal_id=signal_id, viewer=self.process.viewer)
            comment = CommentOnSignal(
                signal_id=signal_id, viewer=others[0].viewer, text="I take the day of the upload."
            )
            yield self._step(follow, at + timedelta(hours=1), self.process)
            yield self._step(comment, at + timedelta(hours=2), others[0])
        for name in moves:
            in_meeting = name in ("accept", "decline")
            later = at + timedelta(hours=self.rng.randint(5, 30))
            if in_meeting:
                at = self.meeting_at
            elif at < self.meeting_at:
                at = min(later, self.meeting_at - timedelta(hours=1))
            else:
                at = min(later, self.now - timedelta(minutes=5))
            move = MoveSignal(
                signal_id=signal_id,
                viewer=self.improver.viewer,
                transition=name,
                reason=REASONS.get(name),
                meeting=self.meeting_id if in_meeting else None,
                on=local_day(at) + timedelta(days=7),
            )
            yield self._step(move, at, self.improver)

    def _earlier(self, kind: Kind, page: str, field: str | None, seen: str, came_to: str) -> Any:
        """A signal of the months before: logged, supported, and answered within its time."""
        signal_id = random_id(self.rng)
        way = WAYS[came_to]
        open_still = way[-1] in ("triage", "discuss")
        at = self.now - timedelta(days=self.rng.randint(6, 10) if open_still else self.rng.randint(60, 170))
        reporter = self.rng.choice(self.colleagues if open_still else self.coaches)
        others = self._others(reporter)
        log = LogSignal(signal_id=signal_id, viewer=reporter.viewer, kind=kind, page=page, field=field, seen=seen)
        yield self._step(log, at, reporter)
        for other in others[: self.rng.randint(0, 3)]:
            yield self._step(SupportSignal(signal_id=signal_id, viewer=other.viewer), at, other)
        for name in way:
            by = reporter if name == "confirm" else self.process
            days = {"triage": self.rng.randint(0, 2), "discuss": 1, "plan": 1}.get(name, self.rng.randint(2, 9))
            at += timedelta(days=days, minutes=self.rng.randint(1, 300))
            move = MoveSignal(
                signal_id=signal_id,
                viewer=by.viewer,
                transition=name,
                on=local_day(at) + timedelta(days=7),
                reason=EARLIER_REASONS.get(name),
            )
            yield self._step(move, at, by)

    def _others(self, reporter: Account) -> list[Account]:
        return self.rng.sample([coach for coach in self.coaches if coach != reporter], 3)

    def _meet(self, decided: Sequence[Decided]) -> None:
        me, team = self.improver, self.improver.team_id
        other = next(coach for coach in self.coaches if coach.team_id == team)
        present = [me.account_id, other.account_id]
        day = local_day(self.meeting_at)
        held: list[Step[Meeting]] = [
            self._step(
                PlanMeeting(
                    meeting_id=self.meeting_id,
                    viewer=me.viewer,
                    team=team,
                    held_on=day,
                    begins="13:30",
                    place="Room 2.04",
                ),
                self.meeting_at - timedelta(days=5),
                me,
            ),
            self._step(
                ArrangeAgenda(meeting_id=self.meeting_id, viewer=me.viewer, order=[d.signal for d in decided]),
                self.meeting_at - timedelta(days=1),
                me,
            ),
            self._step(
                RecordDecisions(meeting_id=self.meeting_id, viewer=me.viewer, present=present, decisions=decided),
                self.meeting_at,
                me,
            ),
            # Planned, arranged and recorded were its first three events.
            self._step(
                ConfirmDecisions(meeting_id=self.meeting_id, viewer=other.viewer, recorded=3), self.meeting_at, other
            ),
        ]
        self.services.meetings.handle_all(held)
        ahead = PlanMeeting(
            meeting_id=random_id(self.rng),
            viewer=me.viewer,
            team=team,
            held_on=USUAL.after(local_day(self.now), 4),
            begins="13:30",
            place="Room 2.04",
        )
        self.services.meetings.handle_all([self._step(ahead, self.now - timedelta(days=1), me)])

    def _decide_on(self, ids: Sequence[UUID]) -> None:
        """What was decided and changed something: a definition, a norm, and an entry in what is new."""
        at, viewer = self.meeting_at + timedelta(days=1), self.process.viewer
        revise = ReviseDefinition(
            subject="driving_licence",
            viewer=viewer,
            valid_from=local_day(at),
            texts=texts_of("driving_licence", declared()) | {"definition": LICENCE},
            parameters=parameters_of("driving_licence", declared()),
            reason="Asked often: does a moped licence count?",
            signal=ids[0],
        )
        self.services.definitions.handle_all([self._step(revise, at, self.process)])
        norm: Step[Norm] = self._step(
            SetNorm(
                norm_id=random_id(self.rng),
                viewer=viewer,
                pages=["team.city"],
                signal=ids[9],
                en="A specialised team is not compared with the others.",
                nl="Een gespecialiseerd team wordt niet met de andere vergeleken.",
                reason="Its clients and its work are others.",
                review_on=local_day(self.now) + timedelta(days=180),
            ),
            at,
            self.process,
        )
        research: Step[Norm] = self._step(
            SetNorm(
                norm_id=random_id(self.rng),
                viewer=viewer,
                pages=["team.city", "team.one"],
                signal=ids[9],
                en=RESEARCH_NORM[0],
                nl=RESEARCH_NORM[1],
                reason="They are counted in the city's figures, and nobody works with them.",
                review_on=local_day(self.now) + timedelta(days=365),
            ),
            at,
            self.process,
        )
        self.services.norms.handle_all([norm])
        self.services.norms.handle_all([research])
        change: Step[Change] = self._step(
            RecordChange(
                change_id=random_id(self.rng),
                viewer=viewer,
                title_en="Never seen, as a filter of its own",
                title_nl="Nooit gezien, als eigen filter",
                text_en="The caseload tells who was never seen apart from who was not seen for 3 months.",
                text_nl="De caseload toont wie nooit gezien is, apart van wie 3 maanden niet gezien is.",
                signals=[ids[7]],
            ),
            self.now - timedelta(days=3),
            self.process,
        )
        self.services.changes.handle_all([change])

    def _step(self, command: Any, at: datetime, by: Account) -> Step[Any]:
        step: Step[Signal] = Step(command, CommandContext(at, by.account_id), random_id(self.rng))
        return step


def _on_a_working_day(at: datetime) -> datetime:
    while not USUAL.includes(local_day(at)):
        at -= timedelta(days=1)
    return at
