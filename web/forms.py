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

from domain.refusal import Refused
from web.context import new_id
from web.fields import SentIdField
from web.language import language


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
        super().__init__(**given)

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
        """The command's id, so that a double click is one command. What no form sends is a 400."""
        return self.command_id.data or abort(400)

    def must_be_sent(self) -> None:
        """Let nothing pass that no form sends, where sending it twice is no matter."""
        if self.command_id.data is None:
            abort(400)


def sentence(refused: Refused) -> str:
    """A refusal in the reader's language."""
    message = str(gettext(refused.message))
    return message % refused.values if refused.values else message


def blank_to_none(text: str | None) -> str | None:
    return (text or "").strip() or None


class AddressForm(CommandForm):
    """A form that its address may have filled in."""

    def posted(self) -> MultiDict[str, str]:
        return request.values
