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
    },
    "appointment_notice": {
        "change": _("letter or e-mail"),
        "reminder": _("reminder"),
    },
}
