"""What people read for codes about vacancies and workshops, and about proposing them."""

from __future__ import annotations

from typing import Any

from web.language import _

WORDS: dict[str, dict[str, Any]] = {
    "offer_kind": {"vacancy": _("vacancy"), "workshop": _("workshop")},
    "session_state": {"planned": _("planned"), "cancelled": _("cancelled"), "closed": _("closed")},
    "attendance": {
        "came": _("attended"),
        "excused": _("excused"),
        "stayed_away": _("did not attend"),
        "unknown": _("unknown"),
    },
    "operator": {
        "is": _("is"),
        "one_of": _("one of"),
        "includes": _("includes"),
        "at_least": _("at least"),
        "at_most": _("at most"),
    },
    "verdict": {
        "meets": _("Meets what is asked"),
        "ask": _("May meet: ask first"),
        "fails": _("Does not meet what is asked"),
    },
    "delivery": {"email": _("by e-mail"), "letter": _("by letter")},
    "proposal_step": {
        "proposed": _("proposed, not sent yet"),
        "delivered": _("delivered"),
        "undelivered": _("could not be delivered"),
        "answered": _("answered"),
        "concluded": _("concluded"),
    },
    "answer": {
        "interested": _("interested"),
        "not_interested": _("not interested"),
        "not_now": _("not now"),
    },
    "outcome_of_proposal": {
        "placed": _("got the job"),
        "attended": _("took part"),
        "not_chosen": _("was not chosen"),
        "stayed_away": _("did not attend"),
        "withdrawn": _("withdrawn"),
    },
}
