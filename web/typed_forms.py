"""Forms and fields that give typed values, whatever was sent: a day, an id, a number, one of several."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any
from uuid import UUID

from flask import request
from flask_babel import gettext
from wtforms import BooleanField, HiddenField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, DateInput

from web.context import as_uuid
from web.forms import CommandForm


class TypedForm(CommandForm):
    """A form that is filled from its fields alone: a file or JSON sent in the place of a text is no text."""

    class Meta(CommandForm.Meta):
        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            if formdata is None:
                return None
            return request.form if form.is_submitted() else None

    @classmethod
    def empty(cls, **data: Any) -> Any:
        """The form as it is before anybody filled it, also on a page that another form was sent to."""
        return cls(formdata=None, data=data)

    @property
    def sentences(self) -> list[str]:
        """Why it was not carried out."""
        return [*(text for field in self.every_field() for text in field.errors), *self.form_errors]

    @property
    def sent(self) -> list[tuple[str, str]]:
        """What was sent, to be sent once more."""
        return [(field.name, text) for field in self.every_field() for text in field.raw_data or ()]

    def every_field(self) -> Iterator[Any]:
        return (field for field in self if field.name != "csrf_token")


class TextField(StringField):  # type: ignore[misc]  # the library has no types
    """A line of text, empty where none was sent."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = valuelist[0] if valuelist else ""


class IsThereField(BooleanField):  # type: ignore[misc]  # the library has no types
    """Whether it was sent, whatever its value."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = bool(valuelist)


class DayField(StringField):  # type: ignore[misc]  # the library has no types
    """A day, None where nothing was sent. What is no day is refused, and shown as it was sent."""

    widget = DateInput()
    data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        text = valuelist[0].strip() if valuelist else ""
        self.data = None
        try:
            self.data = date.fromisoformat(text) if text else None
        except ValueError:
            raise ValueError(gettext("Please give a day.")) from None

    def _value(self) -> str:
        return self.raw_data[0] if self.raw_data else str(self.data or "")


class NeededDayField(DayField):
    """A day. Nothing is refused, as is what is no day."""

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        if self.data is None:
            raise ValueError(gettext("Please give a day."))


class NumberField(StringField):  # type: ignore[misc]  # the library has no types
    """A whole number, None where nothing was sent or what is none: what was wanted of it, the operation says."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            self.data = int(valuelist[0]) if valuelist else None
        except ValueError:
            self.data = None

    def _value(self) -> str:
        return self.raw_data[0] if self.raw_data else str("" if self.data is None else self.data)


class IdField(HiddenField):  # type: ignore[misc]  # the library has no types
    """An id, None where nothing was sent or what is none."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = as_uuid(valuelist[0]) if valuelist else None

    def _value(self) -> str:
        return (self.raw_data and self.raw_data[0]) or str(self.data or self.object_data or "")


class IdChoiceField(SelectField):  # type: ignore[misc]  # the library has no types
    """The id of one of several, None where it is none of them. The operation looks up whether there is such a one."""

    def __init__(self, label: Any = None, **more: Any) -> None:
        super().__init__(label, coerce=_id, validate_choice=False, **more)

    def offer(self, choices: Iterable[tuple[object, str]]) -> None:
        self.choices = offered(choices)


class IdsField(SelectMultipleField):  # type: ignore[misc]  # the library has no types
    """The ids that were chosen, each once; what is no id is left out."""

    option_widget = CheckboxInput()

    def __init__(self, label: Any = None, **more: Any) -> None:
        super().__init__(label, coerce=_id, validate_choice=False, **more)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = list(dict.fromkeys(found for text in valuelist if (found := as_uuid(text))))


def offered(choices: Iterable[tuple[object, str]]) -> list[Any]:
    """Codes or ids with what people read for them, as a field takes them."""
    return [SelectChoice(str(value), str(text)) for value, text in choices]


def _id(value: object) -> UUID | None:
    return value if isinstance(value, UUID) else as_uuid(str(value))
