"""Invented signals of invented colleagues, some of them on their way to an answer."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from eventlog.handler import Moment, Step
from feedback.signal import Kind, LogSignal, MoveSignal, Signal, SupportSignal
from records.people import Account

SIGNALS = (
    (Kind.DEFINITION, "registration.register", "driving_licence", "Does a moped licence count as a driving licence?", "One sentence that says so.", ("triage", "discuss", "accept")),
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


def invent_signals(
    rng: random.Random, now: datetime, coaches: list[Account], improver: Account
) -> Iterator[list[Step[Signal]]]:
    """The commands of each signal."""

    def uuid() -> UUID:
        return UUID(int=rng.getrandbits(128), version=4)

    for nth, (kind, page, field, seen, expected, moves) in enumerate(SIGNALS):
        at = now - timedelta(days=rng.randint(12, 60), minutes=rng.randint(0, 400))
        reporter, *others = rng.sample([c for c in coaches if c != improver], 4)
        if nth == 0:
            reporter = next(c for c in coaches if c.username == "coach")
            others = [c for c in others if c != reporter]
        signal_id = uuid()
        log = LogSignal(
            signal_id=signal_id,
            viewer=reporter.viewer,
            kind=kind,
            page=page,
            field=field,
            seen=seen,
            expected=expected,
        )
        steps: list[Step[Signal]] = [Step(log, Moment(at, reporter.account_id), uuid())]
        for other in others[: rng.randint(0, 3)]:
            at += timedelta(hours=rng.randint(1, 30))
            support = SupportSignal(signal_id=signal_id, viewer=other.viewer)
            steps.append(Step(support, Moment(at, other.account_id), uuid()))
        for name in moves:
            at = min(at + timedelta(hours=rng.randint(5, 60)), now - timedelta(minutes=5))
            move = MoveSignal(signal_id=signal_id, viewer=improver.viewer, transition=name, reason=REASONS.get(name))
            steps.append(Step(move, Moment(at, improver.account_id), uuid()))
        yield steps
