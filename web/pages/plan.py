"""The plan: plan of action, service track and contact frequency, agreed one by one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, render_template, request
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response
from wtforms import HiddenField, RadioField
from wtforms.widgets import TextArea

from application import registrations
from domain.catalogue import Track
from domain.client import AgreeContactFrequency, AgreePlanOfAction, ChooseServiceTrack
from domain.refusal import Conflict, Refused
from web.context import definitions, look, services, today
from web.fields import DayField, Needed, NumberField, TextField, offered
from web.forms import CommandForm, sentence
from web.freshness import recorded
from web.language import local
from web.permissions import access

page = Blueprint("plan", __name__, url_prefix="/clients/<uuid:client_id>")


class PartForm(CommandForm):
    """One part of the plan, with the version of it that was shown."""

    part = HiddenField()
    shown = NumberField()
    agreed_on = DayField(lazy_gettext("Since"), [Needed(lazy_gettext("Please give a day."))], default=today)

    def refuse(self, refused: Refused) -> None:
        # Whatever is wrong with a part stands above it.
        self.form_errors.append(sentence(refused))

    def command(self, client_id: UUID) -> registrations.Agreement:
        """Raises Refused where it says nothing that can be agreed."""
        raise NotImplementedError


class PlanOfActionForm(PartForm):
    plan = TextField(lazy_gettext("What was agreed"), widget=TextArea(), render_kw={"rows": 6, "maxlength": 4000})

    def command(self, client_id: UUID) -> AgreePlanOfAction:
        return AgreePlanOfAction(
            client_id=client_id, shown=self.shown.data, plan=self.plan.data, agreed_on=self.agreed_on.given
        )


class TrackForm(PartForm):
    track = RadioField(lazy_gettext("Track"), choices=lambda: offered(_tracks()), validate_choice=False)

    def command(self, client_id: UUID) -> ChooseServiceTrack:
        if self.track.data not in set(Track):
            raise Refused("Choose a track.", field="service_track")
        track = Track(self.track.data)
        return ChooseServiceTrack(
            client_id=client_id, shown=self.shown.data, track=track, chosen_on=self.agreed_on.given
        )


class FrequencyForm(PartForm):
    weeks = NumberField(lazy_gettext("After how many weeks at most"), render_kw={"inputmode": "numeric"})

    def command(self, client_id: UUID) -> AgreeContactFrequency:
        if self.weeks.data is None:
            raise Refused("Say after how many weeks.", field="contact_frequency")
        return AgreeContactFrequency(
            client_id=client_id, shown=self.shown.data, weeks=self.weeks.data, agreed_on=self.agreed_on.given
        )


PARTS: dict[str, type[PartForm]] = {
    "plan_of_action": PlanOfActionForm,
    "service_track": TrackForm,
    "contact_frequency": FrequencyForm,
}


def _tracks() -> list[tuple[str, str]]:
    kind: Any = definitions().catalogue["service_track"].kind
    return [(option.code, f"{local(option.label)}: {local(option.definition)}") for option in kind.options]


@page.route("/plan", methods=["GET", "POST"])
@access(registrations.agree_plan)
def plan(client_id: UUID) -> str | Response | tuple[str, int]:
    sent = _sent() if request.method == "POST" else None
    conflict = False
    if sent is not None and sent.validate():
        try:
            answer = registrations.agree_plan(services(), look(), sent.command(client_id), sent.once)
            return recorded(answer.position, "client.client", client_id=client_id)
        except Refused as refused:
            sent.refuse(refused)
            conflict = isinstance(refused, Conflict)
    found = registrations.plan_to_agree(services(), look(), client_id)
    begun = {"plan": found.agreed, "track": found.client.track, "weeks": found.client.frequency_weeks}
    parts = {name: sent if isinstance(sent, kind) else kind.empty(**begun) for name, kind in PARTS.items()}
    html = render_template(
        "plan.html",
        client=found.client,
        name=found.name,
        shown=found.shown,
        parts=parts,
        sent=sent,
    )
    return (html, 409 if conflict else 400) if sent is not None else html


def _sent() -> PartForm:
    kind = PARTS.get(PartForm().part.data or "") or abort(400)
    return kind()
