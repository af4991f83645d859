"""Facts as people read them, in the reader's language."""

from __future__ import annotations

from application.client_file import Fact
from domain.catalogue.reasons import SaidReason
from web.language import language, local


def shown(fact: Fact) -> str:
    """The value of a fact; a plan of action is text already."""
    if fact.field.key == "plan_of_action":
        return str(fact.value)
    return fact.field.show(fact.value, language())


def because(reason: object) -> str:
    """A reason as people read it: that of the list, and the own words; anything else as it is."""
    if not isinstance(reason, SaidReason):
        return str(reason)
    text = local(reason.text) if reason.text else ""
    return ": ".join(filter(None, (text, reason.words)))
