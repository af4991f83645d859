"""The plan: plan of action, service track and contact frequency, agreed together."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import RadioField, StringField
from wtforms.widgets import TextArea

from application import registrations
from domain.catalogue import Track
from domain.client import AgreeContactFrequency, AgreePlanOfAction, ChooseServiceTrack
from domain.refusal import Conflict, Refused
from web import caseload_return
from web.asked import one_of
from web.confirmations import way_back
from web.context import definitions, look, services, today, viewer
from web.fields import DayField, Needed, NumberField, TextsField, offered
from web.freshness import recorded
from web.language import local
from web.permissions import access

page = Blueprint("plan", __name__, url_prefix="/clients/<uuid:client_id>")


# The field of the form for what the domain says of a part.
FIELDS = {"plan_of_action": "plan", "service_track": "track", "contact_frequency": "weeks"}


class PlanForm(caseload_return.InPlaceForm):
    """All that is agreed with a client, each part with the version of it that was shown."""

    plan = StringField(lazy_gettext("What was agreed"), widget=TextArea(), render_kw={"rows": 6, "maxlength": 4000})
    track = RadioField(lazy_gettext("Track"), choices=lambda: offered(_tracks()), validate_choice=False)
    weeks = StringField(lazy_gettext("After how many weeks at most"), render_kw={"inputmode": "numeric"})
    agreed_on = DayField(lazy_gettext("Agreed on"), [Needed(lazy_gettext("Enter a day."))], default=today)
    again = TextsField()
    plan_shown = NumberField()
    track_shown = NumberField()
    weeks_shown = NumberField()

    def refuse(self, refused: Refused) -> None:
        if refused.field in FIELDS:
            refused.field = FIELDS[refused.field]
        super().refuse(refused)

    def agreements(self, client_id: UUID) -> list[registrations.Agreement]:
        """Each part that was sent. Raises Refused where one says nothing that can be agreed."""
        on = self.agreed_on.given
        found: list[registrations.Agreement] = []
        if self.plan.data or self.plan_shown.data:
            plan = (self.plan.data or "").replace("\r\n", "\n")
            found.append(AgreePlanOfAction(client_id=client_id, shown=self.plan_shown.data, plan=plan, agreed_on=on))
        if self.track.data:
            track = _track(self.track.data)
            found.append(
                ChooseServiceTrack(client_id=client_id, shown=self.track_shown.data, track=track, chosen_on=on)
            )
        if self.weeks.data or self.weeks_shown.data:
            weeks = _weeks(self.weeks.data)
            found.append(
                AgreeContactFrequency(client_id=client_id, shown=self.weeks_shown.data, weeks=weeks, agreed_on=on)
            )
        return found


def _track(code: str) -> Track:
    if code not in set(Track):
        raise Refused("Choose a track.", field="service_track")
    return Track(code)


def _weeks(text: str | None) -> int:
    if not re.fullmatch(r"\d{1,4}", (text or "").strip()):
        raise Refused("Enter the number of weeks.", field="contact_frequency")
    return int(text or "")


def _tracks(*, in_place: bool = False) -> list[tuple[str, str]]:
    """The tracks to choose from; in place without an exemption, which is decided by two on its own page."""
    kind: Any = definitions().catalogue["service_track"].kind
    return [
        (option.code, f"{local(option.label)}: {local(option.definition)}")
        for option in kind.options
        if not in_place or option.code != Track.EXEMPT
    ]


@page.route("/plan", methods=["GET", "POST"])
@access(registrations.agree_plan)
def plan(client_id: UUID) -> str | Response | tuple[str, int]:
    """All that is agreed, or the part of it that a cell of the caseload opened."""
    form, part, back = PlanForm(), one_of("part", FIELDS), request.args.get("back")
    sent, conflict, searched = form.is_answer, False, form.name.data.strip()
    if sent and form.validate():
        try:
            answer = registrations.agree_plan(
                services(), look(), client_id, form.agreements(client_id), form.once, again=set(form.again.data)
            )
            way_back(gettext("Correct"), "plan.plan", client_id=client_id, part=part, back=back, _anchor=part)
            if back:
                return caseload_return.to_list(caseload_return.row(back, client_id), searched, answer.position)
            return recorded(answer.position, "client.client", client_id=client_id)
        except Refused as refused:
            form.refuse(refused)
            conflict = isinstance(refused, Conflict)
    found = registrations.plan_to_agree(services(), look(), client_id)
    stands = {"plan": found.agreed, "track": found.client.track, "weeks": found.client.frequency_weeks}
    form = form if sent else PlanForm.empty(**stands)
    if part == "service_track":
        form.track.choices = offered(_tracks(in_place=True))
    html = render_template(
        "plan.html",
        parts=[part] if part else list(FIELDS),
        in_place=part is not None,
        back=back,
        searched=searched,
        client=found.client,
        name=found.name,
        shown=found.shown,
        may_keep=viewer().coaches_client_of(found.client.coach_id),
        stands=stands,
        form=form,
        conflict=conflict,
        **caseload_return.cancel(back, client_id, searched),
    )
    return (html, 409 if conflict else 400) if sent else html
