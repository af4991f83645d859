"""The form that revises a definition: its texts in both languages, its parameters, and asking what would change."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request

from application.what_ifs import ask_what_if
from domain.in_force import parameter_names, text_names
from web.context import command_id, services, viewer
from web.persons import typed

_ABOUT_THE_REVISION = ("valid_from", "signal", "meeting")


def texts_typed(subject: str) -> list[str]:
    """The names of the form's fields that hold text. A definition stands in the clear: nothing is taken out later."""
    return ["reason", "withdrawn_because", *(f"{name}.{code}" for name in text_names(subject) for code in ("en", "nl"))]


def typed_texts(subject: str) -> dict[str, tuple[str, str]]:
    """English and Dutch of each text, as they stand in the form."""
    return {name: (typed(f"{name}.en"), typed(f"{name}.nl")) for name in text_names(subject)}


def typed_parameters(subject: str) -> dict[str, Any]:
    """Whole numbers where numbers were typed, None where nothing was; what is neither is left to be refused."""
    found: dict[str, Any] = {}
    for name in parameter_names(subject):
        if name == "channels":
            found[name] = request.form.getlist(name)
            continue
        text = request.form.get(name, "").strip()
        found[name] = int(text) if text.isdecimal() and len(text) < 6 else text or None
    return found


def asked_to_compare(subject: str) -> UUID:
    """Have the figures counted under the parameters that stand in the form; the id of the what-if.

    Raises:
        Refused: they can't be that, or no figure depends on what is different.
    """
    parameters = typed_parameters(subject)
    about = {name: request.form.get(name, "").strip() for name in _ABOUT_THE_REVISION} | {"reason": typed("reason")}
    form = {"texts": typed_texts(subject), "parameters": parameters, **about}
    return ask_what_if(services(), viewer(), subject, parameters, form, command_id())
