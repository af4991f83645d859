"""What forms share: reading what was sent into typed values, and putting a refusal beside the field it is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from functools import lru_cache
from gettext import NullTranslations
from typing import Any, Generic, TypeVar
from uuid import UUID

from babel.support import Translations
from flask import abort, request
from flask_babel import gettext
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, DateField, Field, HiddenField, IntegerField, SelectField
from wtforms.i18n import messages_path
from wtforms.validators import StopValidation

from domain.refusal import Refused
from web.context import as_uuid, new_id
from web.language import language
from web.words import word

NOBODY = UUID(int=0)

T = TypeVar("T")
C = TypeVar("C", bound=StrEnum)


@lru_cache(maxsize=8)
def _own_words(spoken: str) -> NullTranslations:
    """What the library says of itself, read once; it would read its file for each form."""
    return Translations.load(messages_path(), [spoken], domain="wtforms")


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


class IdField(Given[UUID], HiddenField):  # type: ignore[misc]
    """An id, None where something else was sent."""

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            self.data = as_uuid(valuelist[0])


class CommandIdField(IdField):
    """The id that a form brought along, None where it brought none: what was sent twice may get no id of its own."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = as_uuid(valuelist[0]) if valuelist else None


class Form(FlaskForm):  # type: ignore[misc]
    """A form in the reader's language."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        def get_translations(self, _form: Any) -> NullTranslations:
            return _own_words(language())

    def __init__(self, **given: Any) -> None:
        given.setdefault("formdata", self.sent())
        super().__init__(**given)

    def sent(self) -> MultiDict[str, str] | None:
        """What was sent, if anything was: texts alone, so that a file in the place of a text is nothing."""
        return request.form if self.is_submitted() else None

    def check(self) -> None:
        """Hold what was sent to the checks of the fields.

        Raises:
            Refused: the first that is not met; each stands beside its field.
        """
        if not self.validate():
            wrong: Any = next(field for field in self if field.errors)
            raise Refused(str(wrong.errors[0]), field=wrong.name)

    def refuse(self, refused: Refused) -> None:
        """Show a refusal beside its field, or on top when the form has no such field."""
        text = sentence(refused)
        field: Any = self._fields.get(refused.field or "")
        if field is None:
            self.form_errors.append(text)
        elif text not in field.errors:
            field.errors = [*field.errors, text]


class CommandForm(Form):
    """A form that carries out one command, once, however often it is sent."""

    command_id = CommandIdField(default=new_id)

    @property
    def once(self) -> UUID:
        """The command's id, so that a double click is one command. What no form sends is a 400."""
        return self.command_id.data or abort(400)


def sentence(refused: Refused) -> str:
    """A refusal in the reader's language."""
    message = str(gettext(refused.message))
    return message % refused.values if refused.values else message


def day_of(text: str | None, field: str) -> date | None:
    """A day from a form, None where nothing was given. Raises Refused, about the field, for what is no day."""
    try:
        return date.fromisoformat(text.strip()) if text and text.strip() else None
    except ValueError:
        raise Refused("Please give a day.", field=field) from None


def needed_day(text: str | None, field: str) -> date:
    """A day from a form. Raises Refused, about the field, for nothing or for what is no day."""
    day = day_of(text, field)
    if day is None:
        raise Refused("Please give a day.", field=field)
    return day


def blank_to_none(text: str | None) -> str | None:
    return (text or "").strip() or None


class AddressForm(CommandForm):
    """A form that its address may have filled in."""

    def sent(self) -> MultiDict[str, str]:
        return request.values


class ChosenIdField(Given[UUID], SelectField):  # type: ignore[misc]
    """The id of one of a list, None where none was sent. Whether it may be chosen the operation says."""

    def __init__(self, label: Any, validators: Any = None, **given: Any) -> None:
        super().__init__(label, validators, coerce=_id, validate_choice=False, **given)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = _id(valuelist[0]) if valuelist else None


class IdsField(Field):  # type: ignore[misc]
    """Some ids; what is no id is one that nobody has, for the operation to refuse."""

    data: list[UUID]

    def process_data(self, value: list[UUID] | None) -> None:
        self.data = value or []

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = [as_uuid(text) or NOBODY for text in valuelist]


class CodeField(Given[C], SelectField):  # type: ignore[misc]
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


class TextsField(Field):  # type: ignore[misc]
    """All that was sent under a name, for somebody else to read."""

    data: Sequence[str]

    def process_data(self, value: Sequence[str] | None) -> None:
        self.data = value or ()

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = valuelist


class DayField(Given[date], DateField):  # type: ignore[misc]
    """A day, None where none was given."""

    missing = "Please give a day."

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        try:
            self.data = day_of(valuelist[0] if valuelist else None, self.name)
        except Refused as refused:
            raise ValueError(sentence(refused)) from None


class WholeField(Given[int], IntegerField):  # type: ignore[misc]
    """A whole number, None where none was given."""

    missing = "Give a whole number."

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if text := valuelist[0].strip() if valuelist else "":
            try:
                self.data = int(text)
            except ValueError:
                raise ValueError(gettext("Give a whole number.")) from None


class VersionField(Given[int], HiddenField):  # type: ignore[misc]
    """Which version of a thing the form showed, None where it does not say."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            self.data = int(valuelist[0]) if valuelist else None
        except ValueError:
            self.data = None


class TickField(BooleanField):  # type: ignore[misc]
    """A box that is ticked by its own value and by nothing else."""

    data: bool

    def __init__(self, label: Any = "", validators: Any = None, *, value: str = "yes", **given: Any) -> None:
        self._ticked = value
        super().__init__(label, validators, **given)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = valuelist[:1] == [self._ticked]

    def _value(self) -> str:
        return self._ticked


class Marked:
    """A mark for the label and the browser: something has to be given. The operation says so in its own words."""

    field_flags: Mapping[str, bool] = {"required": True}

    def __call__(self, _form: Form, _field: Any) -> None:
        pass


class Needed:
    """Something has to be given, or this is said."""

    def __init__(self, message: Any) -> None:
        self._message = message

    def __call__(self, _form: Form, field: Any) -> None:
        nothing = not field.data.strip() if isinstance(field.data, str) else field.data is None or field.data is False
        # What can't be read says so itself.
        if nothing and not field.errors:
            raise StopValidation(str(self._message))


def _id(text: str | UUID | None) -> UUID | None:
    return text if isinstance(text, UUID) else as_uuid(text)
