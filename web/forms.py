"""What forms share: a command id, dates, and putting a refusal beside the field it is about."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import HiddenField

from domain.refusal import Refused
from web.context import new_id


class CommandForm(FlaskForm):  # type: ignore[misc]
    """A form that carries out one command, once, however often it is sent."""

    command_id = HiddenField(default=lambda: str(new_id()))

    def refuse(self, refused: Refused) -> None:
        """Show a refusal beside its field, or on top when the form has no such field."""
        message = gettext(refused.message)
        text = message % refused.values if refused.values else message
        field: Any = self._fields.get(refused.field or "")
        if field is None:
            self.form_errors.append(text)
        else:
            field.errors = [*field.errors, text]


def blank_to_none(text: str | None) -> str | None:
    return (text or "").strip() or None
