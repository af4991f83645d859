"""How signals become rows: what each event changes of the board, of who hears of it, and of the words to search by."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from database.rows import Row
from domain.calendar import local_day
from domain.in_force import of_closing_days
from domain.working_days import WorkingDays
from eventlog.sealing import reference
from feedback import clocks
from feedback.search import OPEN, marks_of, signal_search, words_of
from feedback.signal import (
    ENDED,
    SIGNAL_EVENTS,
    DuplicateUndone,
    Help,
    HelpJudged,
    NoteAdded,
    PassageRedacted,
    QuestionDropped,
    ReporterAnswered,
    ReporterAsked,
    SignalAccepted,
    SignalAssigned,
    SignalClassified,
    SignalCommented,
    SignalConfirmed,
    SignalDeclined,
    SignalDelivered,
    SignalFollowed,
    SignalLogged,
    SignalMarkedDuplicate,
    SignalMoved,
    SignalReopened,
    SignalState,
    SignalSupported,
    SignalTriaged,
    SignalUnfollowed,
    SupportWithdrawn,
    VoicesCarriedOver,
    VoicesTakenBack,
)
from feedback.signals import signal_hearers, signal_judgements, signal_texts, signals
from projections.engine.readmodel import Projection, Rows


def signal_logged(event: SignalLogged, rows: Rows) -> None:
    day = local_day(event.recorded_at)
    row = {column.name: None for column in signals.columns} | {
        "signal_id": event.originator_id,
        "version": event.originator_version,
        "kind": event.kind.value,
        "state": SignalState.LOGGED.value,
        "state_on": day,
        "page": event.page,
        "field": event.field,
        "figure": event.figure,
        "filter": event.filter,
        "definition_version": event.definition_version,
        "reporter": None if event.imported else event.for_colleague or event.actor,
        "logged_by": event.actor,
        "role": event.role.value if event.role else None,
        "team_id": event.team,
        "imported": event.imported,
        "logged_at": event.recorded_at,
        "handled_by": event.team,
        "triage_within": event.within.triage,
        "answer_within": event.within.answer,
        "clock_since": day,
        "waited": 0,
        "news_version": event.originator_version,
        "news_on": day,
    }
    row["nameless"] = event.sealed_reporter is not None
    row |= dict.fromkeys(
        ("given_version", "support", "rank", "comments", "helped_yes", "helped_partly", "helped_no"), 0
    )
    row |= dict.fromkeys(("accepted", "delivered", "confirmed", "answered"), False)
    _set_clock(row, rows)
    rows.put(signals, row)
    rows.put(signal_texts, {"signal_id": event.originator_id, "reason": None, **_sealed(event)})
    if event.for_colleague is not None and event.actor is not None:
        _hear(rows, event.actor, follows=True)
    _find_by(rows, _marks(rows, event, "seen", "expected"))


def _sealed(event: SignalLogged | PassageRedacted) -> Row:
    return {name: reference(event, name) for name in ("seen", "expected", "sealed_reporter")}


def _row(event: Any, rows: Rows) -> Row:
    row = rows.change(signals)
    if row is None:
        raise LookupError(
            f"The log has event {event.originator_version} of {event.originator_id} before it was logged."
        )
    row["version"] = event.originator_version
    return row


def _texts(rows: Rows) -> Row:
    texts = rows.change(signal_texts)
    assert texts is not None  # noqa: S101 - put beside the signal's row
    return texts


def _set_clock(row: Row, rows: Rows) -> None:
    days = rows.rules.working_days
    for step in ("triage", "answer"):
        row[f"{step}_by"] = days.after(row["clock_since"], row[f"{step}_within"] + row["waited"])
    _set_due(row)


def _set_due(row: Row) -> None:
    row["due_on"] = clocks.due(SignalState(row["state"]), row["triage_by"], row["answer_by"])


def _marks(rows: Rows, event: Any, *names: str) -> set[str]:
    return marks_of(words_of(*(rows.opener.value(event, name) for name in names)), rows.opener.marks())


def _find_by(rows: Rows, marks: set[str]) -> None:
    row = rows.of(signals)[None]
    marks = marks | {OPEN} if SignalState(row["state"]) not in ENDED else marks - {OPEN}
    rows.put(signal_search, {"signal_id": rows.stream_id, "marks": " ".join(sorted(marks))})


def _known_marks(rows: Rows) -> set[str]:
    return set(rows.of(signal_search)[None]["marks"].split())


def _hear(rows: Rows, account_id: UUID | None, via: UUID | None = None, **facts: int) -> None:
    if account_id is None:
        return
    key = (account_id, via or rows.stream_id)
    hearer = rows.of(signal_hearers).get(key) or {
        "signal_id": rows.stream_id,
        "account_id": account_id,
        "via": key[1],
        "supports": False,
        "follows": False,
        "mentioned": 0,
    }
    hearer = hearer | facts
    if hearer["supports"] or hearer["follows"] or hearer["mentioned"]:
        rows.put(signal_hearers, hearer, key)
    else:
        rows.drop(signal_hearers, key)


def _count_support(rows: Rows, row: Row) -> None:
    row["support"] = len({key[0] for key, hearer in rows.of(signal_hearers).items() if hearer["supports"]})
    row["rank"] = -row["support"]


def support_changed(event: SignalSupported | SupportWithdrawn, rows: Rows) -> None:
    _hear(rows, event.actor, supports=isinstance(event, SignalSupported))
    _count_support(rows, _row(event, rows))


def following_changed(event: SignalFollowed | SignalUnfollowed, rows: Rows) -> None:
    _row(event, rows)
    _hear(rows, event.actor, follows=isinstance(event, SignalFollowed))


def voices_carried(event: VoicesCarriedOver, rows: Rows) -> None:
    row = _row(event, rows)
    for account_id in event.supporters:
        _hear(rows, account_id, event.duplicate, supports=True)
    for account_id in event.followers:
        _hear(rows, account_id, event.duplicate, follows=True)
    _count_support(rows, row)


def voices_taken_back(event: VoicesTakenBack, rows: Rows) -> None:
    row = _row(event, rows)
    for key in [key for key in rows.of(signal_hearers) if key[1] == event.duplicate]:
        rows.drop(signal_hearers, key)
    _count_support(rows, row)


def assigned(event: SignalAssigned, rows: Rows) -> None:
    row = _row(event, rows)
    if event.person not in (None, row["person"]):
        row.update(given_version=event.originator_version, news_on=local_day(event.recorded_at))
    row.update(handled_by=event.team, person=event.person)


def classified(event: SignalClassified, rows: Rows) -> None:
    row = _row(event, rows)
    within = event.within
    row.update(kind=event.kind.value, field=event.field, triage_within=within.triage, answer_within=within.answer)
    _set_clock(row, rows)


def commented(event: SignalCommented, rows: Rows) -> None:
    row = _row(event, rows)
    row["comments"] += 1
    row["answered"] = row["answered"] or event.answers
    for account_id in event.mentions:
        _hear(rows, account_id, mentioned=event.originator_version)
    _is_news(event, row)
    _find_by(rows, _known_marks(rows) | _marks(rows, event, "text"))


def noted(event: NoteAdded, rows: Rows) -> None:
    row = _row(event, rows)
    for account_id in event.mentions:
        _hear(rows, account_id, mentioned=event.originator_version)
    row["news_on"] = max(row["news_on"], local_day(event.recorded_at))


def _is_news(event: Any, row: Row) -> None:
    row.update(news_version=event.originator_version, news_on=local_day(event.recorded_at))


def signal_moved(event: SignalMoved, rows: Rows) -> None:
    row = _row(event, rows)
    day = local_day(event.recorded_at)
    if isinstance(event, ReporterAsked):
        row.update(before=row["state"], asked_on=day)
    if isinstance(event, SignalMarkedDuplicate):
        row.update(before=row["state"], duplicate_of=event.of)
    if isinstance(event, ReporterAnswered | QuestionDropped):
        row.update(asked_on=None, waited=row["waited"] + rows.rules.working_days.between(row["asked_on"], day))
        _set_clock(row, rows)
    if isinstance(event, DuplicateUndone):
        row["duplicate_of"] = None
    if event.moved_to is None:
        row.update(state=row["before"], before=None)
    else:
        row["state"] = event.moved_to.value
    if isinstance(event, SignalReopened):
        row.update(clock_since=day, waited=0, answered=False)
        _set_clock(row, rows)
    if isinstance(event, SignalDelivered):
        row.update(delivered_on=day, helped_yes=0, helped_partly=0, helped_no=0)
        for judge in list(rows.of(signal_judgements)):
            rows.drop(signal_judgements, judge)
    row["planned_for"] = event.on or row["planned_for"]
    _note_progress(event, row, day, rows.rules.working_days)
    row["state_on"] = day
    if reason := reference(event, "reason"):
        _texts(rows)["reason"] = reason
    row["answered"] = row["answered"] or (event.reason is not None and event.actor not in (None, row["reporter"]))
    _set_due(row)
    _is_news(event, row)
    _find_by(rows, _known_marks(rows))


def _note_progress(event: SignalMoved, row: Row, day: date, days: WorkingDays) -> None:
    """What figures about voices count: how soon it was triaged and decided on, and what it ever came to."""
    since = local_day(row["logged_at"])
    if isinstance(event, SignalTriaged) and row["triage_days"] is None:
        row["triage_days"] = days.between(since, day)
    if isinstance(event, SignalAccepted | SignalDeclined | SignalMarkedDuplicate) and row["answer_days"] is None:
        row["answer_days"] = days.between(since, day)
    if isinstance(event, DuplicateUndone) and not row["accepted"]:
        row["answer_days"] = None
    for reached, kind in (("accepted", SignalAccepted), ("delivered", SignalDelivered), ("confirmed", SignalConfirmed)):
        row[reached] = row[reached] or isinstance(event, kind)


def help_judged(event: HelpJudged, rows: Rows) -> None:
    row = _row(event, rows)
    judge = "reporter" if event.by_reporter else str(event.actor)
    rows.put(signal_judgements, {"signal_id": rows.stream_id, "judge": judge, "help": event.help.value}, judge)
    said = [judgement["help"] for judgement in rows.of(signal_judgements).values()]
    row.update({f"helped_{answer}": said.count(answer.value) for answer in Help})


def redacted(event: PassageRedacted, rows: Rows) -> None:
    _row(event, rows)
    _texts(rows).update(_sealed(event), reason=reference(event, "last"))
    _find_by(rows, _marks(rows, event, "seen", "expected"))


projection = Projection(
    name="signals",
    version=5,
    tables=(signals, signal_texts, signal_hearers, signal_judgements, signal_search),
    folds={
        **{event: signal_moved for event in SIGNAL_EVENTS if issubclass(event, SignalMoved)},
        SignalLogged: signal_logged,
        SignalSupported: support_changed,
        SupportWithdrawn: support_changed,
        SignalFollowed: following_changed,
        SignalUnfollowed: following_changed,
        VoicesCarriedOver: voices_carried,
        VoicesTakenBack: voices_taken_back,
        SignalAssigned: assigned,
        SignalClassified: classified,
        SignalCommented: commented,
        NoteAdded: noted,
        HelpJudged: help_judged,
        PassageRedacted: redacted,
    },
    takes_rules=of_closing_days,
    preloaded=(signals, signal_search),
    decrypts=frozenset({SignalLogged, SignalCommented, PassageRedacted}),
)
