"""Review meetings of the team north: planned and recorded by its improvement team, confirmed by others, read by all."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

from application import meetings, minutes
from application.meetings import AgendaChange, MeetingRecord
from domain.roles import Viewer
from eventlog.commands import CommandContext
from feedback.meeting import PlanMeeting, RecordDecisions
from tests.application.asking import COACHES, REFUSED, rights
from tests.web.conftest import Town

WORKING = (*COACHES, "quality", "manager", "manager-south", "process")
LEADING = rights("process", roles=())
TABLE: dict[str, dict[str, str]] = {
    "meetings.plan_meeting": LEADING,
    "meetings.arrange_agenda": LEADING,
    "meetings.cancel_meeting": LEADING,
    "meetings.record_decisions": LEADING,
    # Who was there and did not record it; others are told that they were not.
    "meetings.confirm_decisions": rights("coach", roles=()) | dict.fromkeys(set(WORKING) - {"coach"}, REFUSED),
    "minutes.all_meetings": rights(*WORKING, roles=WORKING),
    "minutes.agenda": rights(*WORKING, roles=WORKING),
    "minutes.minutes": rights(*WORKING, roles=WORKING),
}
PARTS = {"meetings.invited", "meetings.require_invited"}


def calls(town: Town) -> dict[str, Callable[[Viewer], object]]:
    """Each operation, on a meeting that lies ahead or on one that the improver recorded with the coach."""
    services, improver = town.services, town.accounts["improver"]
    present = [improver.account_id, town.accounts["coach"].account_id]
    context = CommandContext(services.clock(), improver.account_id)

    def planned(viewer: Viewer) -> PlanMeeting:
        return PlanMeeting(meeting_id=uuid4(), viewer=viewer, team=improver.team_id, held_on=services.today)

    def ahead() -> PlanMeeting:
        plan = planned(improver.viewer)
        services.meetings.handle(plan, context, uuid4())
        services.engine.catch_up()
        return plan

    open_one, recorded = ahead().meeting_id, ahead().meeting_id
    services.meetings.handle(
        RecordDecisions(meeting_id=recorded, viewer=improver.viewer, present=present, decisions=[]), context, uuid4()
    )

    def record(viewer: Viewer) -> object:
        own = MeetingRecord(open_one, [viewer.account_id, improver.account_id], [])
        return meetings.record_decisions(services, viewer, own, uuid4())

    return {
        "meetings.plan_meeting": lambda v: meetings.plan_meeting(services, v, planned(v), uuid4()),
        "meetings.arrange_agenda": lambda v: meetings.arrange_agenda(services, v, open_one, AgendaChange(), uuid4()),
        "meetings.record_decisions": record,
        "meetings.cancel_meeting": lambda v: meetings.cancel_meeting(services, v, open_one, uuid4()),
        "meetings.confirm_decisions": lambda v: meetings.confirm_decisions(services, v, recorded, 2, uuid4()),
        "minutes.all_meetings": lambda v: minutes.all_meetings(services, v),
        "minutes.agenda": lambda v: minutes.agenda(services, v, open_one),
        "minutes.minutes": lambda v: minutes.minutes(services, v, recorded),
    }
