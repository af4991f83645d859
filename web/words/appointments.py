"""What people read for codes about appointments: how they stand, who cancelled, and what the client knows."""

from __future__ import annotations

from typing import Any

from web.language import _

WORDS: dict[str, dict[str, Any]] = {
    "appointment_state": {
        "standing": _("agreed"),
        "cancelled": _("cancelled"),
        "concluded": _("became a contact"),
        "over": _("passed; nothing was recorded of it"),
    },
    "cancelled_by": {
        "client": _("by the client"),
        "coach": _("by us"),
        "closing": _("because the file was closed"),
    },
    "appointment_told": {
        "waiting": _("e-mail is on its way"),
        "to_post": _("letter is still to be posted"),
        "told": _("client was told"),
        "not_told": _("client was not told"),
        "nobody": _("client is not written to"),
    },
    "in_the_way": {
        "clash": _("You have another appointment at that time."),
        "closed": _("The city is closed that day: it is a weekend, a public holiday or a closing day."),
        "away": _("You are on leave that day."),
        "few": _("There are fewer times than clients: not everybody can choose one."),
    },
    "invitation": {
        "open": _("waiting for an answer"),
        "no_answer": _("no answer"),
        "expired": _("expired"),
        "answered": _("the client chose a time"),
        "withdrawn": _("withdrawn"),
        "replaced": _("another invitation took its place"),
        "appointment": _("an appointment was made"),
        "closed": _("the file was closed"),
        "other_coach": _("another coach took over"),
    },
    # as the client reads it
    "invited_how": {
        "office": _("You come to us."),
        "phone": _("Your work coach will call you."),
        "video": _("You will speak by video call."),
        "email": _("Your work coach will write you an e-mail."),
        "letter": _("Your work coach will write you a letter."),
        "home_visit": _("Your work coach will come to you."),
        "walking_along": _("Your work coach will go there with you."),
    },
    "appointment_notice": {
        "change": _("letter or e-mail"),
        "reminder": _("reminder"),
    },
}
