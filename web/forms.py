"""What forms share: a command id, dates, and putting a refusal beside the field it is about."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from gettext import NullTranslations
from typing import Any

from babel.support import Translations
from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import HiddenField
from wtforms.i18n import messages_path

from domain.refusal import Refused
from web.context import new_id
from web.language import language


@lru_cache(maxsize=8)
def _own_words(spoken: str) -> NullTranslations:
    """What the library says of itself, read once; it would read its file for each form."""
    return Translations.load(messages_path(), [spoken], domain="wtforms")


class Form(FlaskForm):  # type: ignore[misc]
    """A form in the reader's language."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        def get_translations(self, _form: Any) -> NullTranslations:
            return _own_words(language())


class CommandForm(Form):
    """A form that carries out one command, once, however often it is sent."""

    command_id = HiddenField(default=lambda: str(new_id()))

    def refuse(self, refused: Refused) -> None:
        """Show a refusal beside its field, or on top when the form has no such field."""
        text = sentence(refused)
        field: Any = self._fields.get(refused.field or "")
        if field is None:
            self.form_errors.append(text)
        else:
            field.errors = [*field.errors, text]


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
