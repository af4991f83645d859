"""The form that revises a definition: its texts in both languages, its parameters, and asking what would change."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import abort, request

from domain.definition import revised_parameters
from domain.in_force import parameter_names, text_names
from domain.refusal import Refused
from projections import what_if
from web.context import command_id, definitions, services, today, viewer
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
    if not viewer().decides_signals:
        abort(403)
    in_force, parameters = definitions(), typed_parameters(subject)
    proposed = in_force.revised(subject, revised_parameters(subject, parameters))
    if proposed.parameters == in_force.parameters:
        raise Refused("These are the numbers and channels that hold today: nothing would change in the figures.")
    what_if_id = command_id()
    about = {name: request.form.get(name, "").strip() for name in _ABOUT_THE_REVISION} | {"reason": typed("reason")}
    with services().database.write() as connection:
        what_if.ask(
            connection, what_if_id, subject, in_force, proposed, asked_at=services().clock(), as_of=today(),
            asked_by=viewer().account_id, form={"texts": typed_texts(subject), "parameters": parameters, **about},
        )  # fmt: skip
    return what_if_id
