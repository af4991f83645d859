"""What people read for the names of figures, groups and columns."""

from __future__ import annotations

from typing import Any

from web.language import _
from web.legend import in_a_sentence

WORDS: dict[str, dict[str, Any]] = {
    "figure": {
        "open_clients": _("open clients"),
        "without_plan": _("without a plan of action"),
        "not_seen": in_a_sentence("not_seen"),
        "contact_overdue": _("contact overdue"),
        "gaps_on_list": _("fields on weekly lists"),
    },
    "measure": {
        "open": _("open clients"),
        "no_plan": _("without a plan of action"),
        "not_seen": in_a_sentence("not_seen"),
        "contact_due": _("contact due"),
        "no_track": _("without a service track"),
        "never_seen": _("never seen"),
        "quiet": _("out of touch, and no contact agreed"),
        "changed": _("changed by the client"),
        "appointment_today": _("appointment today"),
        "appointment_this_week": _("appointment this week"),
        "no_appointment": _("no upcoming appointment"),
        "step_unanswered": _("step ended, no answer yet"),
        "in_step": _("in a step"),
        "step_end_unknown": _("step without a known end"),
        "step_starts_soon": _("step starts soon"),
        "new_to_me": _("new, not spoken with yet"),
        "consent_due": _("consent to ask again"),
        "exemption_ends": _("exemption ends"),
        "no_step": _("no step now or soon"),
        "no_answer": _("invited, no answer yet"),
        "invitation_expired": _("invitation expired"),
        "listed": _("fields on weekly lists"),
        "stale": _("out of date"),
        "contradictory": _("contradictory"),
        "known": _("known"),
        "unknown": _("unknown"),
        "set_aside": _("not relevant or declined"),
        "above_do_able": _("coaches above the manageable caseload"),
        "above_usual": _("coaches above the typical caseload"),
        "minutes_with_client": _("minutes with clients in 4 weeks"),
        "minutes_administration": _("minutes on administration in 4 weeks"),
        # of representation
        "never_offered": _("never offered a vacancy or workshop"),
        "not_offered_lately": _("offered nothing in the last quarter"),
        "no_workshop": _("in no workshop in the last year"),
        "no_contact": _("not spoken with in the last quarter"),
        "declined": _("declined to share a field"),
        "not_relevant": _("with a field that is not relevant"),
        "out_of_date": _("with a field that is out of date"),
        "exits_to_work": _("exits to work in the last year"),
        "fields_not_asked": _("fields not asked, for each client"),
        "weeks_unseen": _("weeks since seen"),
        "contacts": _("contacts in the last quarter"),
        "minutes": _("minutes with the client in the last quarter"),
        "weeks_to_plan": _("weeks from intake to plan of action"),
    },
    "group_unknown": {
        "unknown": _("not asked"),
        "declined": _("declined"),
        "not_relevant": _("not relevant"),
        "stale": _("out of date"),
        "contradictory": _("contradictory"),
    },
    "children_group": {
        "none": _("no children"),
        "one_or_two": _("1 or 2 children"),
        "three_or_more": _("3 children or more"),
    },
    "measures": {
        "unknown": _("What is unknown of them"),
        "contact": _("Contact"),
        "offers": _("Offers, plan and exits"),
    },
    "effect": {"age": _("Age"), "gender": _("Gender"), "parent": _("Parents")},
    "effect_group": {
        "under_27": _("under 27"),
        "27_to_54": _("27 to 54"),
        "55_up": _("55 and over"),
        "woman": _("women"),
        "man": _("men"),
        "x": _("X"),
        "single_parent": _("single parents"),
        "others": _("others"),
        "unknown": _("unknown"),
    },
    "density": {
        "compact": _("Compact"),
        "comfortable": _("Comfortable"),
    },
    "columns": {
        "characteristics": _("Characteristics"),
        "monitoring": _("Monitoring"),
        "legend": _("Legend"),
    },
}
