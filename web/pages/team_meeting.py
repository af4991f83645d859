"""A pack to print for a team meeting: the definitions, norms and changes of a month, with what to talk about."""

from __future__ import annotations

import re
from datetime import date

from flask import Blueprint, render_template

from application import meeting_pack as view
from domain.refusal import Refused
from web.asked import asked
from web.context import services, viewer
from web.legend import label_of, option_label
from web.permissions import access

page = Blueprint("team_meeting", __name__)


@page.get("/team-meeting")
@access(view.meeting_pack)
def pack() -> str:
    """What the chosen month brought; without a choice, the last month that brought anything."""
    found = view.meeting_pack(services(), viewer(), asked("month", _month))
    kinds = [(kind, [item for item in found.items if item.kind == kind]) for kind in view.IN_ORDER]
    return render_template(
        "team_meeting.html",
        month=found.month,
        months=found.months,
        kinds=[(kind, items) for kind, items in kinds if items],
        name_of=label_of,
        option_label=option_label,
    )


def _month(text: str) -> date:
    if re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", text) and not text.startswith("0000"):
        return date.fromisoformat(f"{text}-01")
    raise Refused("Choose a month, such as 2026-11.", field="month")
