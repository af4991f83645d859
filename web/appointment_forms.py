"""The forms of an appointment: made or moved on a page of its own, or made with a contact; cancelled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time
from typing import Any
from uuid import UUID, uuid5

from werkzeug.datastructures import MultiDict
from wtforms import StringField

from application.appointments import AppointmentShown, UnconfirmedError, Warned
from domain.calendar import AMSTERDAM
from domain.client import CancelledBy, Channel, Delivery, MakeAppointment, MoveAppointment, Outcome
from domain.client.meeting_details import LONGEST_PURPOSE
from domain.meeting_length import LONGEST_PLACE
from domain.refusal import Refused, RefusedTogether
from web.field_answers import parts_of
from web.fields import ClockField, CodeField, DayField, Marked, TextField, TextsField, VersionField, WholeField
from web.forms import CommandForm, Form, sentence
from web.language import _

USUAL_MINUTES = 30
# The part of a contact's form that is about the next appointment: its names begin so.
NEXT = "next"


class AppointmentFields(Form):
    """What is said of an appointment; `in_the_way` is what stands in its way, and can be confirmed."""

    day = DayField(_("Day"), [Marked()])
    at = ClockField(_("Time"), [Marked()])
    minutes = WholeField(_("Minutes"), [Marked()], default=USUAL_MINUTES)
    channel = CodeField(_("Channel"), codes=Channel, words="channel", default=Channel.OFFICE)
    place = TextField(
        _("Where"),
        description=_("The client reads it in the letter. Write no name and no reason here."),
        render_kw={"maxlength": LONGEST_PLACE, "autocomplete": "off"},
    )
    purpose = TextField(
        _("What it is about"),
        description=_("For the file only: it is not shown in any letter, e-mail or calendar."),
        render_kw={"maxlength": LONGEST_PURPOSE, "autocomplete": "off"},
    )
    delivery = CodeField(_("The client is told"), codes=Delivery, words="delivery", default=Delivery.EMAIL)
    confirmed = TextsField("")

    def __init__(self, **given: Any) -> None:
        self.in_the_way: Sequence[Warned] = ()
        super().__init__(**given)

    def refuse(self, refused: Refused) -> None:
        """Show a refusal beside its field, which may be called by its full name."""
        field = (refused.field or "").removeprefix(f"{NEXT}-") or None
        super().refuse(Refused(refused.message, field=field, **refused.values))

    def details(self, client_id: UUID, appointment_id: UUID) -> dict[str, Any]:
        """What a command takes of it. Raises Refused, about the field, where that is missing."""
        return {
            "client_id": client_id,
            "appointment_id": appointment_id,
            "day": self.day.given,
            "at": self.at.given,
            "minutes": self.minutes.given,
            "channel": _chosen(self.channel),
            "place": self.place.data,
            "purpose": self.purpose.data,
            "delivery": _chosen(self.delivery),
        }

    def refuse_all(self, refused: Refused) -> None:
        """Show what is wrong, each beside its field, or what stands in the way."""
        if isinstance(refused, UnconfirmedError):
            self.in_the_way = refused.warnings
            self.form_errors.append(sentence(refused))
            return
        each = refused.parts if isinstance(refused, RefusedTogether) else [("", refused)]
        for _part, one in each:
            self.refuse(one)

    @property
    def letting_through(self) -> frozenset[str]:
        return frozenset(self.confirmed.data)


class AppointmentForm(AppointmentFields, CommandForm):
    """The form of a page of its own."""

    shown = VersionField()

    @classmethod
    def of(cls, before: AppointmentShown | None, *, moved: bool) -> AppointmentForm:
        """The form as it is before anybody filled it: with the appointment that is moved, or as the last one went."""
        return cls.empty(**begun(before, moved=moved))  # type: ignore[no-any-return]  # one of these

    def making(self, client_id: UUID) -> MakeAppointment:
        return MakeAppointment(**self.details(client_id, uuid5(self.once, "appointment")))

    def moving(self, client_id: UUID, appointment_id: UUID) -> MoveAppointment:
        # What shows no version at all shows none that there is.
        shown = -1 if self.shown.data is None else self.shown.data
        return MoveAppointment(**self.details(client_id, appointment_id), shown=shown)


class NextAppointment(AppointmentFields):
    """The part of a contact's form in which the next appointment is made; left blank where none was agreed."""

    class Meta(Form.Meta):
        csrf = False

    def __init__(self, **given: Any) -> None:
        super().__init__(prefix=f"{NEXT}-", **given)
        for field in self:
            # Nothing of it has to be given, as long as nothing else is.
            field.flags.required = False

    def posted(self) -> MultiDict[str, str] | None:
        return parts_of(super().posted(), f"{NEXT}-")

    @property
    def is_blank(self) -> bool:
        """Whether no appointment was agreed: neither a day nor a time nor what it is about was given."""
        given = (self.day, self.at, self.place, self.purpose)
        return not self.too_long and not any(text.strip() for field in given for text in field.raw_data or ())

    def making(self, client_id: UUID, contact_id: UUID) -> MakeAppointment:
        """Raises Refused about the first field that is missing or no good."""
        self.check()
        return MakeAppointment(**self.details(client_id, uuid5(contact_id, NEXT)))


class CancelForm(CommandForm):
    by = CodeField(
        _("Who cancels it"),
        codes=CancelledBy,
        words="cancelled_by",
        offered=(CancelledBy.CLIENT, CancelledBy.COACH),
        default=CancelledBy.CLIENT,
    )


class OutcomeForm(CommandForm):
    outcome = CodeField(codes=Outcome)
    back = StringField("", default="")


class PostedForm(CommandForm):
    shown = VersionField()


def begun(before: AppointmentShown | None, *, moved: bool) -> dict[str, Any]:
    """What a form about an appointment begins with."""
    if before is None:
        return {}
    started = before.starts_at.astimezone(AMSTERDAM)
    usual = {"minutes": before.minutes, "channel": Channel(before.channel), "place": before.place}
    if not moved:
        return usual
    day, at = before.starts_on, time(started.hour, started.minute)
    return usual | {
        "day": day,
        "at": at,
        "purpose": before.purpose,
        "delivery": Delivery(before.delivery) if before.delivery else Delivery.EMAIL,
        "shown": before.version,
    }


def _chosen(field: Any) -> Any:
    if field.data is None:
        raise Refused("There is no such choice here.", field=field.short_name)
    return field.data
