"""What vacancies and workshops ask, as people read it."""

from __future__ import annotations

from flask_babel import gettext

from domain.matching import Operator, Requirement
from web.context import definitions
from web.language import language
from web.words import word


def described(requirement: Requirement) -> str:
    """A requirement as people read it."""
    field = definitions().catalogue.fields.get(requirement.field)
    if field is None:
        return str(requirement)
    codes = {answer.code: str(answer.label.in_(language())) for answer in field.kind.answers}
    values = gettext(" or ").join(codes.get(v) or field.show(v, language()) for v in requirement.values)
    how = "" if requirement.operator in (Operator.IS, Operator.ONE_OF) else f"{word('operator', requirement.operator)} "
    return f"{field.label.in_(language())}: {how}{values}"
