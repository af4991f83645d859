"""Short words for declaring fields, so that a declaration reads as one sentence."""

from __future__ import annotations

from domain.catalogue.conditions import Always, TrackIn
from domain.catalogue.kinds import Option, Text
from domain.catalogue.model import Required
from domain.catalogue.terms import Track

COACH = frozenset({"coach"})
QUESTIONNAIRE = frozenset({"coach", "questionnaire"})
INTAKE_FORM = frozenset({"coach", "intake_form"})
BOTH_FORMS = INTAKE_FORM | QUESTIONNAIRE
DAYS_ALLOWED = 28

FOR_EVERYBODY = Required(Always(), since="assignment", within_days=DAYS_ALLOWED)
TOWARDS_WORK = Required(TrackIn(Track.DEVELOPMENT, Track.JOB_READY), since="track", within_days=DAYS_ALLOWED)


def option(code: str, en: str, nl: str, meaning_en: str, meaning_nl: str, *, alone: bool = False) -> Option:
    return Option(code, Text(en, nl), Text(meaning_en, meaning_nl), alone)
