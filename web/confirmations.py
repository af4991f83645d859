"""What is said after something was written: that it is saved, and where it can be corrected or taken back."""

from __future__ import annotations

from typing import Any

import msgspec
from flask import Flask, flash, g, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from web.language import _

# What is said in the place of "Saved.", by the endpoint that was sent to.
TEXTS: dict[str, Any] = {
    "appointments.cancel": _("The appointment is cancelled."),
    "appointments.make": _("The appointment is made."),
    "appointments.move": _("The appointment is moved."),
    "contact.forget_draft": _("The draft is removed."),
    "contact.record": _("The contact is recorded."),
    "contact.strike_out": _("The contact is removed. It stays in the history."),
    "helpers.remove": _("The helper is removed. The history says no more than that."),
    "exemptions.approve": _("The exemption is approved."),
    "exemptions.draft": _("The draft waits for a reader. Until it is approved the track stays what it is."),
    "exemptions.give_back": _("The draft is returned to the coach."),
    "exemptions.withdraw": _("The draft is withdrawn."),
    "group_contact.record": _("The contact is recorded with each of them."),
    "intake.intake": _("The intake is recorded."),
    "operations.send_again": _("It will be sent again."),
    "privacy.privacy": _("The client is erased."),
    "retention.erase": _("The chosen files are erased."),
    "signal_new.new": _("Your signal is logged."),
    "today.finish": _("It is off your list."),
    "today.plan_task": _("The task is planned."),
    "transfer.propose": _("Your colleague sees the question on their Today page."),
    "take_overs.take_overs": _(
        "The clients are with your colleagues now. On the day that they go back, the team page says so."
    ),
    "take_overs.one": _("The clients are given back."),
    "weekly_list.wrong_flag": _("Your signal is logged."),
}
# What changes nothing that anybody keeps, or says itself what came of it.
SILENT = {
    "account.account": "it says itself that the password was changed",
    "apply.apply": "the next page says it, to whoever applied",
    "caseload.edit": "it opens a form, and nothing is written",
    "caseload.fold": "columns are folded before one's eyes",
    "field_group.register": "it says itself which fields are saved",
    "help.close_release": "the line goes before one's eyes",
    "help.close_tour": "the explanation goes before one's eyes",
    "help.open_tour": "the explanation is on the page that follows",
    "home.language": "the page itself is in the other language",
    "practice.begin": "the file of the invented client is before one's eyes",
    "log_in.log_in": "one is in",
    "log_in.log_out": "one is out",
}


def confirm(app: Flask) -> None:
    """Say after each write that it is saved, on the page that the answer leads to."""

    @app.after_request
    def say(response: Response) -> Response:
        if _is_written(response):
            text = g.get("confirmation") or TEXTS.get(request.endpoint or "") or gettext("Saved.")
            tell(str(text), **g.get("way_back", {}))
        return response


def _is_written(response: Response) -> bool:
    viewer = g.get("viewer")
    return (
        request.method == "POST"
        # Sent on as it is: what was recorded leads to what is read by a form.
        and (response.status_code == 303 or (response.status_code == 307 and "recorded" in g))
        and viewer is not None
        and not viewer.one_time_password
        and request.endpoint not in SILENT
    )


def tell(text: str, **way: str) -> None:
    """Say on the next page that this was done; `way` and `href` are the text and the address of a way back."""
    flash(msgspec.json.encode({"text": text, **way}).decode(), "good")


def say_instead(text: str) -> None:
    """Let this be said of what was just written."""
    g.confirmation = text


def way_back(text: str, endpoint: str, **values: Any) -> None:
    """Let a link stand beside the confirmation, to where what was just written is corrected or taken back."""
    g.way_back = {"way": text, "href": url_for(endpoint, **values)}
