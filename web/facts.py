"""Facts as people read them, in the reader's language."""

from __future__ import annotations

from application.client_file import Fact
from web.language import language


def shown(fact: Fact) -> str:
    """The value of a fact; a plan of action is text already."""
    if fact.field.key == "plan_of_action":
        return str(fact.value)
    return fact.field.show(fact.value, language())
