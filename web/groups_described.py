"""Groups of clients by a characteristic, as people read them."""

from __future__ import annotations

from domain.catalogue import Field
from web.language import local
from web.words import WORDS, word


def group_label(field: Field, group: str) -> str:
    """A group of one characteristic. What is unknown says of what, or nobody could tell two of these apart."""
    if group in WORDS["group_unknown"]:
        return f"{local(field.label)}: {word('group_unknown', group)}"
    if field.key == "birth_date":
        return str(word("effect_group", group))
    if field.key == "children_at_home":
        return str(word("children_group", group))
    answers = {answer.code: local(answer.label) for answer in field.kind.answers}
    return f"{local(field.label)}: {answers.get(group, group)}"
