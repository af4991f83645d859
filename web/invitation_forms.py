"""The forms of an invitation: what is offered to whom, and which of the times a client chooses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from wtforms import RadioField

from application.appointments import UnconfirmedError, Warned
from application.invitations import Offered
from domain.calendar import AMSTERDAM, moment_at
from domain.client import Channel, Delivery
from domain.client.meeting_details import LONGEST_PURPOSE
from domain.meeting_length import LONGEST_PLACE
from domain.refusal import Refused, RefusedTogether
from web.fields import CodeField, DayField, IdsField, Marked, NumberField, TextField, TextsField
from web.forms import CommandForm, sentence
from web.language import _

USUAL_MINUTES = 30
MINUTES = (15, 30, 45, 60, 90)


class InviteForm(CommandForm):
    """What is offered; `in_the_way` is what was not confirmed yet."""

    first = DayField("")
    minutes = NumberField("")
    clients = IdsField("")
    slots = TextsField("")
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

    def offered(self, client_id: UUID | None) -> Offered:
        """What is offered, to one client or to those that were chosen. Raises Refused, about the field."""
        if self.channel.data is None or self.delivery.data is None:
            raise Refused("There is no such choice here.", field="channel")
        return Offered(
            clients=[client_id] if client_id else self.clients.data,
            slots=[slot_of(text) for text in self.slots.data],
            minutes=self.minutes.data or 0,
            channel=self.channel.data,
            place=self.place.data,
            purpose=self.purpose.data,
            delivery=self.delivery.data,
        )

    def refuse_all(self, refused: Refused) -> None:
        """Show what is wrong, each beside its field, or what stands in the way."""
        if isinstance(refused, UnconfirmedError):
            self.in_the_way = refused.warnings
            self.form_errors.append(sentence(refused))
            return
        each = refused.parts if isinstance(refused, RefusedTogether) else [("", refused)]
        for _part, one in each:
            self.refuse(one)


class ChooseForm(CommandForm):
    slot = RadioField(_("Choose a time"), [Marked()], choices=[], validate_choice=False)

    @property
    def chosen(self) -> datetime | None:
        """The time that was chosen, None where there is no such time."""
        try:
            return slot_of(self.slot.data or "")
        except Refused:
            return None


class WithdrawForm(CommandForm):
    back = TextField("")


def slot_of(text: str) -> datetime:
    """The moment of a time as a form carries it. Raises Refused for what is none."""
    day, _t, at = text.partition("T")
    try:
        return moment_at(date.fromisoformat(day), time.fromisoformat(at), field="slots")
    except ValueError:
        raise Refused("Choose one of the times.", field="slots") from None


def as_slot(moment: datetime) -> str:
    """A time as a form carries it: as the clock in Amsterdam shows it."""
    return f"{moment.astimezone(AMSTERDAM):%Y-%m-%dT%H:%M}"
