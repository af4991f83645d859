"""Kinds of fields that give typed values, whatever was sent: a day, an id, a number, one of several."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time
from enum import StrEnum
from typing import Any, Generic, TypeVar
from uuid import UUID

from flask_babel import gettext
from wtforms import (
    BooleanField,
    DateField,
    Field,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation
from wtforms.widgets import CheckboxInput, HiddenInput, TimeInput

from domain.refusal import Refused
from web.context import as_uuid
from web.lengths import CODE, NUMBER, TEXT
from web.words import word

NOBODY = UUID(int=0)

T = TypeVar("T")
C = TypeVar("C", bound=StrEnum)


class Given(Generic[T]):
    """A field with a value of one type."""

    name: str
    data: T | None
    missing = "Please fill this in."

    @property
    def given(self) -> T:
        """The value. Raises Refused, about the field, where none was given."""
        if self.data is None:
            raise Refused(self.missing, field=self.name)
        return self.data


class TextField(StringField):  # type: ignore[misc]  # the library has no types
    """A line of text, empty where none was sent."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = valuelist[0] if valuelist else ""


class IdField(Given[UUID], HiddenField):  # type: ignore[misc]  # the library has no types
    """An id, None where something else was sent."""

    most = CODE

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            self.data = as_uuid(valuelist[0])


class SentIdField(IdField):
    """The id that a form brought along, None where it brought none or something else."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = as_uuid(valuelist[0]) if valuelist else None

    def _value(self) -> str:
        return (self.raw_data and self.raw_data[0]) or str(self.data or self.object_data or "")


class ChosenIdField(Given[UUID], SelectField):  # type: ignore[misc]  # the library has no types
    """The id of one of a list, None where none was sent. Whether it may be chosen the operation says."""

    def __init__(self, label: Any, validators: Any = None, **given: Any) -> None:
        super().__init__(label, validators, coerce=_id, validate_choice=False, **given)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = _id(valuelist[0]) if valuelist else None

    def offer(self, choices: Iterable[tuple[object, str]]) -> None:
        self.choices = offered(choices)


class IdsField(Field):  # type: ignore[misc]  # the library has no types
    """Some ids; what is no id is one that nobody has, for the operation to refuse."""

    most = CODE
    several = True
    data: list[UUID]

    def process_data(self, value: list[UUID] | None) -> None:
        self.data = value or []

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = [as_uuid(text) or NOBODY for text in valuelist]


class ChosenIdsField(SelectMultipleField):  # type: ignore[misc]  # the library has no types
    """The ids that were chosen, each once; what is no id is left out."""

    option_widget = CheckboxInput()

    def __init__(self, label: Any = None, **more: Any) -> None:
        super().__init__(label, coerce=_id, validate_choice=False, **more)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = list(dict.fromkeys(found for text in valuelist if (found := as_uuid(text))))


class CodeField(Given[C], SelectField):  # type: ignore[misc]  # the library has no types
    """One of some codes, as a member of their enumeration; None where something else was sent.

    `words` is the kind of words that people read for them, `offered` those that the form offers, if not all.
    """

    def __init__(
        self,
        label: Any = "",
        validators: Any = None,
        *,
        codes: type[C],
        words: str = "",
        offered: Iterable[C] | None = None,
        **given: Any,
    ) -> None:
        self._codes = codes
        super().__init__(
            label,
            validators,
            coerce=self._code,
            choices=lambda: {code.value: word(words, code) if words else code.value for code in offered or codes},
            validate_choice=False,
            **given,
        )

    def _code(self, text: str) -> C | None:
        return self._codes(text) if text in set(self._codes) else None

    def process_formdata(self, valuelist: list[str]) -> None:
        if text := valuelist[0] if valuelist else "":
            self.data = self._code(text)


class TextsField(Field):  # type: ignore[misc]  # the library has no types
    """All that was sent under a name, for somebody else to read."""

    most = TEXT
    several = True
    data: Sequence[str]

    def process_data(self, value: Sequence[str] | None) -> None:
        self.data = value or ()

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = valuelist


class DayField(Given[date], DateField):  # type: ignore[misc]  # the library has no types
    """A day, None where none was given. What is no day is refused, and shown as it was sent."""

    missing = "Enter a day."

    def process_formdata(self, valuelist: list[str]) -> None:
        text = valuelist[0].strip() if valuelist else ""
        self.data = None
        try:
            self.data = date.fromisoformat(text) if text else None
        except ValueError:
            raise ValueError(gettext("Enter a day.")) from None

    def _value(self) -> str:
        return self.raw_data[0] if self.raw_data else str(self.data or "")


class ClockField(Given[time], StringField):  # type: ignore[misc]  # the library has no types
    """A time of day, None where none was given. What is no time is refused, and shown as it was sent."""

    most = NUMBER
    missing = "Write a time like 14:30."
    widget = TimeInput()
    _TIME = re.compile(r"(\d{1,2})[:.](\d{2})(?::00)?", re.ASCII)

    def process_formdata(self, valuelist: list[str]) -> None:
        text = valuelist[0].strip() if valuelist else ""
        self.data = None
        if not text:
            return
        written = self._TIME.fullmatch(text)
        hour, minute = (int(written[1]), int(written[2])) if written else (-1, -1)
        if not (0 <= hour < 24 and 0 <= minute < 60):
            raise ValueError(gettext("Write a time like 14:30."))
        self.data = time(hour, minute)

    def _value(self) -> str:
        return self.raw_data[0] if self.raw_data else f"{self.data:%H:%M}" if self.data else ""


class NumberField(Given[int], StringField):  # type: ignore[misc]  # the library has no types
    """A whole number, None where nothing was sent or what is none: what was wanted of it, the operation says."""

    most = NUMBER

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            self.data = int(valuelist[0]) if valuelist else None
        except ValueError:
            self.data = None

    def _value(self) -> str:
        return self.raw_data[0] if self.raw_data else str("" if self.data is None else self.data)


class WholeField(Given[int], IntegerField):  # type: ignore[misc]  # the library has no types
    """A whole number, None where none was given."""

    missing = "Enter a whole number."

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if text := valuelist[0].strip() if valuelist else "":
            try:
                self.data = int(text)
            except ValueError:
                raise ValueError(gettext("Enter a whole number.")) from None


class VersionField(NumberField):
    """Which version of a thing the form showed, None where it does not say."""

    widget = HiddenInput()


class TickField(BooleanField):  # type: ignore[misc]  # the library has no types
    """A box that is ticked by its own value and by nothing else."""

    data: bool

    def __init__(self, label: Any = "", validators: Any = None, *, value: str = "yes", **given: Any) -> None:
        self._ticked = value
        super().__init__(label, validators, **given)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = valuelist[:1] == [self._ticked]

    def _value(self) -> str:
        return self._ticked


class IsThereField(BooleanField):  # type: ignore[misc]  # the library has no types
    """Whether it was sent, whatever its value."""

    several = True

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = bool(valuelist)


class Marked:
    """A mark for the label and the browser: something has to be given. The operation says so in its own words."""

    field_flags: Mapping[str, bool] = {"required": True}

    def __call__(self, _form: Any, _field: Any) -> None:
        pass


class Needed:
    """Something has to be given, or this is said."""

    def __init__(self, message: Any) -> None:
        self._message = message

    def __call__(self, _form: Any, field: Any) -> None:
        nothing = not field.data.strip() if isinstance(field.data, str) else field.data is None or field.data is False
        # What can't be read says so itself.
        if nothing and not field.errors:
            raise StopValidation(str(self._message))


def offered(choices: Iterable[tuple[object, str]]) -> list[Any]:
    """Codes or ids with what people read for them, as a field takes them."""
    return [SelectChoice(str(value), str(text)) for value, text in choices]


def _id(value: object) -> UUID | None:
    return value if isinstance(value, UUID) else as_uuid(str(value))
