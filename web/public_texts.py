"""Texts that colleagues of other teams read, held back where they seem to point at a person, until somebody chooses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wtforms import HiddenField
from wtforms.widgets import TextArea

from domain.personal_data import found_in, without
from web.fields import TextField
from web.forms import CommandForm

WITHOUT, ANYWAY = "without", "anyway"


class PublicLineField(TextField):
    """A line that others read."""


class PublicTextField(PublicLineField):
    """A text that others read."""

    widget = TextArea()


class PublicForm(CommandForm):
    """A form with texts that others read. `named` has what in them looks like a person, once it was checked: then the
    form is shown again with the question whether to send it without that, or as it is."""

    send = HiddenField()
    named: Sequence[str] = ()

    def process(self, *args: Any, **kwargs: Any) -> None:
        super().process(*args, **kwargs)
        if self.send.data == WITHOUT:
            for field in self.public_fields():
                field.data = without(field.data)

    def public_fields(self) -> list[PublicLineField]:
        return [field for field in self.every_field() if isinstance(field, PublicLineField)]

    def held_back(self) -> bool:
        """Whether it has to be asked first."""
        chosen = self.send.data in (WITHOUT, ANYWAY)
        self.named = [] if chosen else found_in(*(field.data for field in self.public_fields()))
        return bool(self.named)

    def validate(self, extra_validators: Any = None) -> bool:
        return not self.held_back() and bool(super().validate(extra_validators))

    @property
    def sent(self) -> list[tuple[str, str]]:
        return [(name, text) for name, text in super().sent if name != "send"]
