"""The forms about review meetings: planning one, arranging its agenda, recording what was decided, confirming it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import chain
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext
from wtforms import HiddenField, RadioField
from wtforms.widgets import HiddenInput, TimeInput

from application.meetings import AgendaChange, ItemDecided, MeetingRecord
from domain.refusal import Refused
from feedback.meeting import Decision, PlanMeeting
from web.context import as_uuid, new_id, viewer
from web.fields import ChosenIdsField, DayField, NumberField, SentIdField, TextField, offered
from web.forms import CommandForm, Form, blank_to_none, sentence
from web.public_texts import PublicForm, PublicTextField
from web.signal_fields import TeamField, signal_at
from web.words import choices


class PlanForm(CommandForm):
    meeting_id = SentIdField(default=new_id)
    team = TeamField(lazy_gettext("Team"))
    held_on = DayField(lazy_gettext("Day"))
    begins = TextField(lazy_gettext("Begins at"), widget=TimeInput())
    place = TextField(lazy_gettext("Place"), render_kw={"maxlength": 120})

    def command(self, meeting_id: UUID) -> PlanMeeting:
        return PlanMeeting(
            meeting_id=meeting_id,
            viewer=viewer(),
            team=self.team.data,
            held_on=self.held_on.data,
            begins=self.begins.data,
            place=self.place.data,
        )


class AgendaForm(CommandForm):
    up = SentIdField()
    first = SentIdField()
    out = SentIdField()
    back = HiddenField()

    def change(self) -> AgendaChange:
        return AgendaChange(self.up.data, self.first.data, self.out.data, back=self.back.data == "all")


class ConfirmationForm(CommandForm):
    """`about` is the signal because of which it can't be confirmed, if there is one."""

    recorded = NumberField(widget=HiddenInput())
    about: UUID | None = None

    def refuse(self, refused: Refused) -> None:
        super().refuse(refused)
        self.about = as_uuid((refused.field or "").removeprefix("item-"))


class ItemForm(Form):
    """What was decided on one signal; its fields have the signal's id behind their names."""

    class Meta(CommandForm.Meta):
        csrf = False

        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Any:
            return super().bind_field(form, unbound_field, options | {"name": f"{options['name']}-{form.signal_id}"})

    decision = RadioField(
        choices=lambda: offered(choices("decision")), validate_choice=False, default=Decision.NONE.value
    )
    reason = PublicTextField(lazy_gettext("What should people know?"), render_kw={"rows": 2, "maxlength": 2000})
    on = DayField(lazy_gettext("Planned for"))
    of = TextField(lazy_gettext("The original signal"))

    def __init__(self, signal_id: UUID, **more: Any) -> None:
        self.signal_id = signal_id
        super().__init__(**more)

    def item(self) -> ItemDecided:
        return ItemDecided(
            self.signal_id,
            Decision(self.decision.data),
            of=signal_at(self.of.data),
            on=self.on.data,
            reason=blank_to_none(self.reason.data),
        )


class DecisionsForm(PublicForm):
    """Who was there, and what was decided on each signal that stands on the form."""

    present = ChosenIdsField(lazy_gettext("Present"))
    item = ChosenIdsField()
    remarks = PublicTextField(lazy_gettext("Remarks"), render_kw={"rows": 3, "maxlength": 4000})

    @cached_property
    def items(self) -> dict[UUID, ItemForm]:
        return {signal_id: ItemForm(signal_id) for signal_id in self.item.data or ()}

    def of(self, signal_id: UUID) -> ItemForm:
        """The form of a signal: as it was sent, or else empty."""
        return self.items.get(signal_id) or ItemForm(signal_id, formdata=None)

    def every_field(self) -> Iterator[Any]:
        return chain(super().every_field(), *self.items.values())

    def validate(self, extra_validators: Any = None) -> bool:
        sound = [item.validate() for item in self._decided()]
        return super().validate(extra_validators) and all(sound)

    def refuse(self, refused: Refused) -> None:
        about = next((item for item in self.items.values() if refused.field == f"item-{item.signal_id}"), None)
        if about is None:
            super().refuse(refused)
        else:
            about.form_errors.append(sentence(refused))

    @property
    def sentences(self) -> list[str]:
        return [*super().sentences, *(text for item in self.items.values() for text in item.form_errors)]

    @property
    def wrong_items(self) -> bool:
        """Whether something that was sent about a signal can't be carried out."""
        return any(item.errors or item.form_errors for item in self.items.values())

    def record(self, meeting_id: UUID) -> MeetingRecord:
        return MeetingRecord(
            meeting_id,
            present=self.present.data,
            items=[item.item() for item in self._decided()],
            remarks=blank_to_none(self.remarks.data),
        )

    def _decided(self) -> list[ItemForm]:
        """Those on which something that there is was decided."""
        return [item for item in self.items.values() if item.decision.data in set(Decision)]
