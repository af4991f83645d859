"""A pack to print for a team meeting: what a month brought, and what to talk about. No person stands in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from application import rights
from application.changelog import same_in_both
from application.definitions import changes_of
from application.rights import needs
from application.services import Services
from domain.calendar import local_day
from domain.in_force import text_names
from domain.roles import Viewer
from feedback import changelog, norms
from feedback.changelog import Delivered
from feedback.norms import Norm
from projections import definitions
from projections.definitions import Revision

DEFINITION, NORM, NORM_ENDED, NORM_REVIEW, CHANGE = "definition", "norm", "norm_ended", "norm_review", "change"
IN_ORDER = (DEFINITION, NORM, NORM_ENDED, NORM_REVIEW, CHANGE)


@dataclass(frozen=True, slots=True)
class Item:
    """Something to talk about: of which kind, from which day, and the questions to begin with, as codes.

    Titles and texts are in both languages; a definition has the name of its `subject` for a title. `changed` is what
    became otherwise, as it was and as it is; `before` how a norm was worded.
    """

    kind: str
    on: date
    titles: Mapping[str, str]
    texts: Mapping[str, str]
    to_discuss: Sequence[str]
    subject: str | None = None
    changed: Mapping[str, tuple[Any, Any]] | None = None
    before: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class MeetingPack:
    """What a month brought, by kind and day. `months` are those that have begun and in which there is something,
    the latest first."""

    month: date
    items: Sequence[Item]
    months: Sequence[date]


@needs(rights.PREPARE_TEAM_MEETINGS)
def meeting_pack(services: Services, viewer: Viewer, month: date | None) -> MeetingPack:
    """What a month brought, told by any of its days; without one, this month or the last that brought anything."""
    with services.database.read() as connection:
        revisions = definitions.revisions(connection)
        wordings = [*norms.holding(connection), *norms.ended(connection)]
        changes = changelog.latest(connection)
    found = [*_of_definitions(revisions), *_of_norms(wordings), *map(_of_change, changes)]
    now = _month(services.today)
    # A month that has not begun brought nothing yet: what it will bring is not whole.
    months = sorted({on for days, _item in found for on in map(_month, days) if on <= now}, reverse=True)
    chosen = _month(month) if month else next(iter(months), now)
    items = [item for days, item in found if chosen in map(_month, days)]
    items.sort(key=lambda item: (IN_ORDER.index(item.kind), item.on))
    return MeetingPack(chosen, items, months)


# Each with the days in whose months it is worth talking about.
Found = tuple[Iterable[date], Item]


def _of_definitions(revisions: Sequence[Revision]) -> list[Found]:
    """A revision is talked about when it is decided, and again when it comes to hold."""
    of_subject: dict[str, list[Revision]] = {}
    for revision in revisions:
        of_subject.setdefault(revision.subject, []).append(revision)
    found: list[Found] = []
    for subject, each in of_subject.items():
        for revision, changed in changes_of(subject, each):
            if revision.withdrawn_at is None:
                days = {local_day(revision.revised_at), revision.valid_from}
                found.append((days, _of_revision(revision, changed)))
    return found


def _of_revision(revision: Revision, changed: Mapping[str, tuple[Any, Any]]) -> Item:
    texts = set(text_names(revision.subject))
    questions = []
    if "label" in changed:
        questions.append("definition_name")
    if any(name in texts for name in changed if name != "label"):
        questions.append("definition_texts")
    if any(name not in texts for name in changed):
        questions.append("definition_numbers")
    return Item(
        DEFINITION,
        revision.valid_from,
        {},
        same_in_both(revision.reason),
        questions,
        subject=revision.subject,
        changed=changed,
    )


def _of_norms(wordings: Sequence[Norm]) -> list[Found]:
    """A norm is talked about when it is worded, when it ends, and when it is to be reviewed."""
    of_norm: dict[Any, list[Norm]] = {}
    for row in sorted(wordings, key=lambda row: row.version):
        of_norm.setdefault(row.norm_id, []).append(row)
    found: list[Found] = []
    for rows in of_norm.values():
        last = rows[-1]
        for nth, row in enumerate(rows):
            # One that lasted less than the month is told by what came after it.
            if row.until is None or _month(row.until) > _month(local_day(row.set_at)):
                found.append(_of_wording(row, rows[nth - 1] if nth else None))
        if last.until is not None:
            ended = Item(NORM_ENDED, last.until, _titles(last), same_in_both(last.ended_because or ""), [NORM_ENDED])
            found.append(([last.until], ended))
        else:
            review = Item(NORM_REVIEW, last.review_on, _titles(last), same_in_both(last.reason), [NORM_REVIEW])
            found.append(([last.review_on], review))
    return found


def _of_wording(row: Norm, earlier: Norm | None) -> Found:
    on = local_day(row.set_at)
    before = _titles(earlier) if earlier and _titles(earlier) != _titles(row) else None
    return [on], Item(NORM, on, _titles(row), same_in_both(row.reason), [NORM], before=before)


def _of_change(change: Delivered) -> Found:
    titles = {"en": change.title_en, "nl": change.title_nl}
    texts = {"en": change.text_en, "nl": change.text_nl}
    return [change.delivered_on], Item(CHANGE, change.delivered_on, titles, texts, [CHANGE])


def _titles(norm: Norm) -> dict[str, str]:
    return {"en": norm.en, "nl": norm.nl}


def _month(day: date) -> date:
    return day.replace(day=1)
