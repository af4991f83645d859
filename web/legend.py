"""What a page says about its own words: what a field or term is called today, and when its counting changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel.speaklater import LazyString

from application.definitions import subject_of
from domain.in_force import NOT_SEEN, SEEN, declared, parameters_of
from projections import definitions as model
from web.context import definitions, services, today
from web.language import local


def label_of(subject: str) -> str:
    """What a field or term is called today."""
    field = definitions().catalogue.fields.get(subject)
    return local(field.label if field else definitions().term(subject).label)


def definition_of(signal: Mapping[str, Any]) -> str | None:
    """The field or term whose definition a signal is about."""
    return subject_of(definitions(), signal["field"], signal["figure"])


def called(subject: str) -> Any:
    """The same, looked up when it is shown."""
    return LazyString(label_of, subject)


def in_a_sentence(subject: str) -> Any:
    """The same, with a small letter."""
    return LazyString(lambda: label_of(subject)[:1].lower() + label_of(subject)[1:])


def marks(*, seen: bool = False, fields: bool = False) -> list[tuple[date, str]]:
    """The days from which something was counted otherwise, with what: what counts as seen, or days of any field."""
    with services().database.read() as connection:
        revisions = model.revisions(connection)
    before = {subject: parameters_of(subject, declared()) for subject in {r.subject for r in revisions}}
    found = []
    for revision in revisions:
        if revision.withdrawn_at is not None or revision.valid_from > today():
            continue
        parameters = parameters_of(revision.subject, declared()) | revision.parameters
        about = seen if revision.subject in (SEEN, NOT_SEEN) else fields and revision.subject in definitions().catalogue
        if about and parameters != before[revision.subject]:
            text = gettext("%(what)s, version %(number)d", what=label_of(revision.subject), number=revision.number)
            found.append((revision.valid_from, text))
        before[revision.subject] = parameters
    return found
