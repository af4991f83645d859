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
