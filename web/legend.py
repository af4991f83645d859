"""What a page says about its own words: what a field or term is called today, and when its counting changed."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext
from flask_babel.speaklater import LazyString

from application.definitions import Revision, changes_of_counting, subject_of
from application.signals import SignalShown
from domain.in_force import NOT_SEEN, SEEN
from web.context import definitions, services
from web.language import local


def label_of(subject: str) -> str:
    """What a field or term is called today."""
    field = definitions().catalogue.ever(subject)
    return local(field.label if field else definitions().term(subject).label)


def option_label(subject: str, name: str) -> Any:
    """What an answer of a field is called, by the name that its text has in a definition."""
    field = definitions().catalogue.ever(subject)
    options = getattr(field.kind, "options", ()) if field else ()
    return next(option.label for option in options if option.code == name.partition(":")[2])


def definition_of(signal: SignalShown) -> str | None:
    """The field or term whose definition a signal is about."""
    return subject_of(definitions(), signal.field, signal.figure)


def called(subject: str) -> Any:
    """The same, looked up when it is shown."""
    return LazyString(label_of, subject)


def in_a_sentence(subject: str) -> Any:
    """The same, with a small letter."""
    return LazyString(lambda: label_of(subject)[:1].lower() + label_of(subject)[1:])


def marks(*, seen: bool = False, fields: bool = False) -> list[tuple[date, str, str | None]]:
    """The days from which something was counted otherwise, with what, and the signal that caused it or else the
    definition: what counts as seen, or days of any field."""

    def counts(subject: str) -> bool:
        return seen if subject in (SEEN, NOT_SEEN) else fields and subject in definitions().catalogue

    return [
        (
            revision.valid_from,
            gettext("%(what)s, version %(number)d", what=label_of(revision.subject), number=revision.number),
            where_from(revision),
        )
        for revision in changes_of_counting(services(), counts)
    ]


def where_from(revision: Revision) -> str:
    """The signal that caused a revision, or else the definition with its versions."""
    if revision.signal_id is not None:
        return url_for("signal.one", signal_id=revision.signal_id)
    return url_for("definitions.one", subject=revision.subject)


def changes_of_fields() -> dict[str, list[date]]:
    """Of each field the days from which it was counted otherwise."""
    found: dict[str, list[date]] = {}
    for revision in changes_of_counting(services(), lambda subject: subject in definitions().catalogue):
        found.setdefault(revision.subject, []).append(revision.valid_from)
    return found
