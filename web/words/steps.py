"""What people read for codes about agreed steps and tasks: what each is, whose, by when, and what became of it."""

from __future__ import annotations

from typing import Any

from web.language import _

WORDS: dict[str, dict[str, Any]] = {
    "step_kind": {
        "apply": _("apply for jobs"),
        "training": _("course or training"),
        "language": _("language course"),
        "work_trial": _("work trial or volunteering"),
        "care": _("care or support"),
        "money": _("debts and money"),
        "arrange": _("arrange something practical"),
        "other": _("something else"),
    },
    "step_owner": {
        "client": _("the client"),
        "coach": _("the work coach"),
        "third_party": _("a third party"),
    },
    "helper_role": {
        "debts": _("debt counsellor"),
        "care": _("care provider"),
        "social_work": _("social worker"),
        "probation": _("probation officer"),
        "refugees": _("refugee support"),
        "job_coach": _("job coach"),
        "teacher": _("teacher or trainer"),
        "relative": _("relative or friend"),
        "other": _("another role"),
    },
    "helper_removal": {
        "consent_withdrawn": _("the client withdrew consent"),
        "help_ended": _("the help has ended"),
        "mistake": _("recorded by mistake"),
    },
    "own_mark": {
        "circle": _("blue circle"),
        "square": _("green square"),
        "triangle": _("red triangle"),
        "star": _("yellow star"),
        "diamond": _("purple diamond"),
        "cross": _("grey cross"),
    },
    "note_handling": {
        "keep": _("keep them for me, in case the client comes back"),
        "pass_on": _("pass them on to my colleague"),
        "drop": _("remove them"),
    },
    "waiting_for": {
        "client": _("the client"),
        "third_party": _("a third party"),
    },
    "duty": {
        "own": _("task"),
        "call_back": _("missed call"),
        "promise": _("commitment"),
        "appointment": _("appointment"),
        "step": _("step that ended"),
        "deadline": _("to be filled in"),
    },
    "when": {
        "overdue": _("Overdue"),
        "today": _("Today"),
        "this_week": _("This week"),
        "later": _("Later"),
        "waiting": _("Waiting for somebody else"),
    },
    "step_state": {
        "standing": _("agreed"),
        "over": _("ended with the file"),
        "done": _("done"),
        "stopped": _("stopped"),
        "not_relevant": _("not relevant any more"),
    },
}
