"""Invented signals of invented colleagues, and what became of them: a review meeting, a definition, a norm, a change."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from domain.calendar import local_day
from domain.definition import ReviseDefinition
from domain.in_force import declared, parameters_of, texts_of
from eventlog.handler import Moment, Step
from feedback.change import Change, RecordChange
from feedback.meeting import ArrangeAgenda, Decided, Decision, Meeting, PlanMeeting, RecordDecisions
from feedback.norm import Norm, SetNorm
from feedback.signal import CommentOnSignal, FollowSignal, Kind, LogSignal, MoveSignal, Signal, SupportSignal
from records import replies
from records.people import Account
from werkpad.wiring import Services

SIGNALS = (
    (Kind.DEFINITION, "registration.register", "driving_licence", "Does a moped licence count as a driving licence?", "One sentence that says so.", ("triage", "discuss", "accept", "plan", "deliver")),
    (Kind.DEFINITION, "caseload.caseload", "cv", "It is unclear whether the day is that of the CV or of the upload.", "The day of the CV itself.", ("triage", "discuss")),
    (Kind.REPRESENTATION, "caseload.caseload", "children_at_home", "Single fathers are nowhere to be found; children are asked of mothers.", "That we ask everybody.", ("triage",)),
    (Kind.USABILITY, "contact.record", None, "After a group meeting I type the same contact twelve times.", "One form for the group.", ("triage", "discuss", "accept", "plan")),
    (Kind.SERVICE_QUALITY, "weekly_list.weekly_list", None, "A complete list says nothing about whether somebody felt heard.", None, ()),
    (Kind.DATA_QUALITY, "team.one", "language_level", "Half of the levels are estimates from the first conversation.", "See which ones come from a test.", ("triage",)),
    (Kind.FAULT, "client.client", None, "The phone number is not a link.", "Tap it to call.", ()),
    (Kind.IDEA, "caseload.caseload", None, "Let me see who was never called, not only who was not seen.", None, ("triage", "discuss", "accept", "plan", "deliver")),
    (Kind.DEFINITION, "definitions.definitions", "hours_available", "Do hours of voluntary work count?", "Say so in the definition.", ("triage", "discuss", "decline")),
    (Kind.REPRESENTATION, "team.city", None, "A specialised team looks slow beside the others.", "A mark that they can't be compared.", ("triage", "discuss", "accept", "plan", "deliver")),
)  # fmt: skip
REASONS = {
    "decline": "Hours available are about paid work; voluntary work is in the plan.",
    "deliver": "It is in the new version. Please tell us whether it helps.",
}
# Those of the signals above that one meeting decided on, and what it came to.
MEETING_AGO = timedelta(days=9)
LICENCE = ("The categories on the licence. A moped licence (AM) counts as one.",
           "De categorieën op het rijbewijs. Een bromfietsrijbewijs (AM) telt mee.")  # fmt: skip
REPLIES = (
    ("Thank you, we look at it", None, "ask", "Thank you for telling us. Could you say when this happens?",
     "Dank dat je het meldt. Kun je zeggen wanneer dit gebeurt?"),
    ("Definition is being revised", "definition", "deliver", "The definition was revised. Please tell us whether it is clear now.",
     "De definitie is herzien. Laat weten of het nu duidelijk is."),
)  # fmt: skip


class Voices:
    """Plays the invented signals through the ordinary commands."""

    def __init__(
        self, services: Services, rng: random.Random, now: datetime, coaches: Sequence[Account], improver: Account,
        process: Account,
    ) -> None:  # fmt: skip
        self.services = services
        self.rng = rng
        self.now = now
        self.coaches = [coach for coach in coaches if coach != improver]
        self.improver = improver
        self.process = process
        self.meeting_at = now - MEETING_AGO
        self.meeting_id = self._uuid()

    def invent(self) -> int:
        """Everything; the number of events."""
        events = 0
        decided: list[Decided] = []
        ids = []
        for nth, (*_, moves) in enumerate(SIGNALS):
            signal_id = self._uuid()
            ids.append(signal_id)
            decision = self.services.signals.decide(list(self._signal(nth, signal_id)))
            self.services.signals.record([decision])
            events += len(decision.events)
            if "accept" in moves or "decline" in moves:
                decided.append(Decided(signal_id, Decision.ACCEPT if "accept" in moves else Decision.DECLINE))
        self._meet(decided)
        self._decide_on(ids)
        with self.services.database.write() as connection:
            for name, kind, step, en, nl in REPLIES:
                replies.save(connection, None, kind=kind, step=step, name=name, en=en, nl=nl)
        return events

    def _signal(self, nth: int, signal_id: UUID) -> Any:
        kind, page, field, seen, expected, moves = SIGNALS[nth]
        at = self.meeting_at - timedelta(days=self.rng.randint(8, 45), minutes=self.rng.randint(0, 400))
        reporter, *others = self.rng.sample(self.coaches, 4)
        if nth == 0:
            reporter = next(coach for coach in self.coaches if coach.username == "coach")
            others = [coach for coach in others if coach != reporter]
        log = LogSignal(
            signal_id=signal_id, viewer=reporter.viewer, kind=kind, page=page, field=field, seen=seen, expected=expected
        )  # fmt: skip
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
                signal_id=signal_id, viewer=self.improver.viewer, transition=name, reason=REASONS.get(name),
                meeting=self.meeting_id if in_meeting else None, on=local_day(at) + timedelta(days=7),
            )  # fmt: skip
            yield self._step(move, at, self.improver)

    def _meet(self, decided: Sequence[Decided]) -> None:
        me, team = self.improver, self.improver.team_id
        present = [me.account_id, next(c.account_id for c in self.coaches if c.team_id == team)]
        day = local_day(self.meeting_at)
        held: list[Step[Meeting]] = [
            self._step(
                PlanMeeting(meeting_id=self.meeting_id, viewer=me.viewer, team=team, held_on=day, begins="13:30",
                            place="Room 2.04"),
                self.meeting_at - timedelta(days=5), me,
            ),
            self._step(
                ArrangeAgenda(meeting_id=self.meeting_id, viewer=me.viewer, order=[d.signal for d in decided]),
                self.meeting_at - timedelta(days=1), me,
            ),
            self._step(
                RecordDecisions(meeting_id=self.meeting_id, viewer=me.viewer, present=present, decisions=decided),
                self.meeting_at, me,
            ),
        ]  # fmt: skip
        self.services.meetings.handle_all(held)
        ahead = PlanMeeting(
            meeting_id=self._uuid(), viewer=me.viewer, team=team, held_on=local_day(self.now) + timedelta(days=5),
            begins="13:30", place="Room 2.04",
        )  # fmt: skip
        self.services.meetings.handle_all([self._step(ahead, self.now - timedelta(days=1), me)])

    def _decide_on(self, ids: Sequence[UUID]) -> None:
        """What was decided and changed something: a definition, a norm, and an entry in what is new."""
        at, viewer = self.meeting_at + timedelta(days=1), self.process.viewer
        revise = ReviseDefinition(
            subject="driving_licence", viewer=viewer, valid_from=local_day(at),
            texts=texts_of("driving_licence", declared()) | {"definition": LICENCE},
            parameters=parameters_of("driving_licence", declared()),
            reason="Asked often: does a moped licence count?", signal=ids[0],
        )  # fmt: skip
        self.services.definitions.handle_all([self._step(revise, at, self.process)])
        norm: Step[Norm] = self._step(
            SetNorm(
                norm_id=self._uuid(), viewer=viewer, pages=["team.city"], signal=ids[9],
                en="A specialised team is not compared with the others.",
                nl="Een gespecialiseerd team wordt niet met de andere vergeleken.",
                reason="Its clients and its work are others.", review_on=local_day(self.now) + timedelta(days=180),
            ),
            at, self.process,
        )  # fmt: skip
        self.services.norms.handle_all([norm])
        change: Step[Change] = self._step(
            RecordChange(
                change_id=self._uuid(), viewer=viewer, title_en="Never seen, as a filter of its own",
                title_nl="Nooit gezien, als eigen filter",
                text_en="The caseload tells who was never seen apart from who was not seen for 3 months.",
                text_nl="De caseload toont wie nooit gezien is, apart van wie 3 maanden niet gezien is.",
                signals=[ids[7]],
            ),
            self.now - timedelta(days=3), self.process,
        )  # fmt: skip
        self.services.changes.handle_all([change])

    def _step(self, command: Any, at: datetime, by: Account) -> Step[Any]:
        step: Step[Signal] = Step(command, Moment(at, by.account_id), self._uuid())
        return step

    def _uuid(self) -> UUID:
        return UUID(int=self.rng.getrandbits(128), version=4)
