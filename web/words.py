"""The words for codes: roles, tracks, channels and the like, as people read them."""

from __future__ import annotations

from typing import Any

from web.language import _

WORDS: dict[str, dict[str, Any]] = {
    "role": {
        "work_coach": _("work coach"),
        "quality_officer": _("quality officer"),
        "team_manager": _("team manager"),
        "process_manager": _("process manager"),
        "privacy_officer": _("privacy officer"),
        "administrator": _("administrator"),
    },
    "track": {
        "orientation": _("orientation"),
        "care_first": _("care first"),
        "participation": _("participation"),
        "development": _("development"),
        "job_ready": _("job ready"),
        "exempt": _("temporarily exempt"),
    },
    "channel": {
        "office": _("at the office"),
        "phone": _("by phone"),
        "video": _("video call"),
        "email": _("e-mail"),
        "letter": _("letter"),
        "home_visit": _("home visit"),
        "walking_along": _("walking along"),
    },
    "started_by": {"coach": _("the coach"), "client": _("the client"), "other": _("somebody else")},
    "outcome": {
        "spoken": _("spoken"),
        "no_answer": _("no answer"),
        "no_show": _("did not show up"),
        "cancelled": _("cancelled"),
    },
    "topic": {
        "work": _("work"),
        "training": _("training"),
        "language": _("language"),
        "health": _("health"),
        "money": _("money"),
        "family": _("family"),
        "housing": _("housing"),
        "plan": _("plan"),
        "benefit": _("benefit"),
    },
    "state": {
        "known": _("known"),
        "unknown": _("unknown"),
        "not_relevant": _("not relevant"),
        "declined": _("client declined"),
        "stale": _("out of date"),
        "contradictory": _("contradictory"),
    },
    "source": {
        "intake_form": _("intake form"),
        "questionnaire": _("questionnaire"),
        "conversation": _("conversation"),
        "import": _("import"),
    },
    "closing_reason": {
        "job": _("job"),
        "own_business": _("own business"),
        "education": _("education"),
        "moved": _("moved to another city"),
        "benefit_ended": _("benefit ended"),
        "pension": _("pension"),
        "deceased": _("deceased"),
        "other": _("another reason"),
        "erased": _("erased"),
    },
    "erasure_reason": {
        "client_request": _("the client asked for it"),
        "retention_ended": _("the retention period ended"),
        "recorded_by_mistake": _("recorded by mistake"),
        "court_order": _("a court ordered it"),
    },
    "signal_kind": {
        "data_quality": _("data quality"),
        "service_quality": _("service quality"),
        "representation": _("representation"),
        "definition": _("definition"),
        "usability": _("ease of use"),
        "fault": _("fault"),
        "idea": _("idea"),
    },
    "signal_state": {
        "logged": _("logged"),
        "needs_answer": _("waiting for the reporter"),
        "triaged": _("triaged"),
        "in_discussion": _("in discussion"),
        "accepted": _("accepted"),
        "declined": _("declined"),
        "duplicate": _("duplicate"),
        "planned": _("planned"),
        "delivered": _("delivered"),
        "confirmed": _("confirmed"),
        "reopened": _("reopened"),
    },
    "transition": {
        "triage": _("Triage"),
        "ask": _("Ask the reporter"),
        "answer": _("Answer"),
        "discuss": _("Put up for discussion"),
        "accept": _("Accept"),
        "decline": _("Decline"),
        "mark_duplicate": _("Mark as duplicate"),
        "plan": _("Plan"),
        "deliver": _("Deliver"),
        "confirm": _("Confirm that it helped"),
        "reopen": _("Reopen"),
    },
    "page": {
        "caseload.caseload": _("Caseload"),
        "client.client": _("Client file"),
        "contact.record": _("Contact"),
        "contact.correct": _("Contact corrected"),
        "registration.register": _("Registration"),
        "plan.plan": _("Plan"),
        "intake.intake": _("Intake"),
        "assign.assign": _("Assign"),
        "assign.close": _("Close or reopen"),
        "weekly_list.weekly_list": _("My weekly list"),
        "team.one": _("Team"),
        "team.city": _("City"),
        "definitions.definitions": _("Definitions"),
    },
    "figure": {
        "open_clients": _("open clients"),
        "without_plan": _("without a plan of action"),
        "not_seen": _("not seen for 3 months"),
        "contact_overdue": _("contact overdue"),
        "gaps_on_list": _("fields on weekly lists"),
    },
    "event": {
        "IntakeTaken": _("Intake"),
        "ClientAssigned": _("Assigned to a coach"),
        "FieldRegistered": _("Registered"),
        "FieldCorrected": _("Corrected"),
        "FieldWithdrawn": _("Withdrawn"),
        "FieldDeclaredNotRelevant": _("Not relevant for this client"),
        "FieldDeclined": _("Client declined"),
        "ContactRecorded": _("Contact"),
        "ContactCorrected": _("Contact corrected"),
        "ContactStruckOut": _("Contact struck out"),
        "PlanOfActionAgreed": _("Plan of action agreed"),
        "ServiceTrackChosen": _("Service track chosen"),
        "ContactFrequencyAgreed": _("Contact frequency agreed"),
        "ClientClosed": _("File closed"),
        "ClientReopened": _("File reopened"),
        "ClientErased": _("Client erased"),
    },
}


def word(kind: str, code: object) -> str:
    """What people read for a code; the code itself where there is no word yet."""
    return str(WORDS[kind].get(str(code), code))


def choices(kind: str) -> list[tuple[str, str]]:
    """Codes with their words, for a form."""
    return [(code, str(text)) for code, text in WORDS[kind].items()]
