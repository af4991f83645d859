"""What forms share: reading what was sent into typed values, and putting a refusal beside the field it is about."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from gettext import NullTranslations
from typing import Any
from uuid import UUID

from babel.support import Translations
from flask import abort, request
from flask_babel import gettext
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms.i18n import messages_path
from wtforms.widgets import TextArea, TextInput

from domain.refusal import Refused
from web.context import new_id
from web.fields import SentIdField
from web.language import filled_in, language
from web.lengths import within


@lru_cache(maxsize=8)
def _own_words(spoken: str) -> NullTranslations:
    """What the library says of itself, read once; it would read its file for each form."""
    return Translations.load(messages_path(), [spoken], domain="wtforms")


class Form(FlaskForm):  # type: ignore[misc]  # the library has no types
    """A form in the reader's language."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # the library has no types
        def get_translations(self, _form: Any) -> NullTranslations:
            return _own_words(language())

    def __init__(self, **given: Any) -> None:
        given.setdefault("formdata", self.posted())
        self.too_long: dict[str, str] = {}
        super().__init__(**given)

    def process(self, formdata: MultiDict[str, str] | None = None, *args: Any, **more: Any) -> None:
        """Read what was sent, but for what is longer than its field takes: nobody reads that, and it is refused."""
        sent, by_name = formdata, self._by_name
        if formdata:
            formdata, self.too_long = within(formdata, by_name)
        super().process(formdata, *args, **more)
        for name in self.too_long.keys() & by_name.keys():
            self._show_as_sent(by_name[name], sent.getlist(name) if sent else [])

    @property
    def _by_name(self) -> dict[str, Any]:
        """The fields by what they are called when they are sent: with a prefix, where the form is a part of one."""
        return {field.name: field for field in self._fields.values()}

    @staticmethod
    def _show_as_sent(field: Any, texts: list[str]) -> None:
        """Let a text stand there as it was typed, to be made shorter."""
        field.raw_data, field.process_errors = texts, []
        if isinstance(field.widget, TextArea | TextInput):
            field._value = lambda: texts[0]

    def validate(self, extra_validators: Any = None) -> bool:
        right = bool(super().validate(extra_validators))
        for name, text in self.too_long.items():
            if name in self._by_name:
                # That it is blank besides is not to be said.
                self._by_name[name].errors = [text]
            else:
                self.form_errors.append(text)
        return right and not self.too_long

    def refuse_too_long(self) -> None:
        """Raises Refused about the first field that more was sent for than it takes."""
        for name, text in self.too_long.items():
            raise Refused(text, field=name)

    def posted(self) -> MultiDict[str, str] | None:
        """What was sent, if anything was: texts alone, so that a file in the place of a text is nothing."""
        return request.form if self.is_submitted() else None

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

    def check(self) -> None:
        """Hold what was sent to the checks of the fields.

        Raises:
            Refused: the first that is not met; each stands beside its field.
        """
        if not self.validate():
            self.refuse_too_long()
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

    command_id = SentIdField(default=new_id)

    @property
    def once(self) -> UUID:
        """The command's id, so that a double click is one command. What no form sends is a 400.

        Raises:
            Refused: more was sent for a field than it takes.
        """
        command_id: UUID = self.command_id.data or abort(400)
        self.refuse_too_long()
        return command_id

    def must_be_sent(self) -> None:
        """Let nothing pass that no form sends, where sending it twice is no matter. Raises Refused as `once`."""
        if self.command_id.data is None:
            abort(400)
        self.refuse_too_long()


def sent_token() -> str:
    """The token against forged requests that a form was sent with."""
    return request.form.get("csrf_token", "")


def sentence(refused: Refused) -> str:
    """A refusal in the reader's language."""
    message = str(gettext(refused.message))
    return filled_in(message, refused.values) if refused.values else message


def blank_to_none(text: str | None) -> str | None:
    return (text or "").strip() or None


class AddressForm(CommandForm):
    """A form that its address may have filled in."""

    def posted(self) -> MultiDict[str, str]:
        return request.values
