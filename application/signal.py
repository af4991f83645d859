"""One signal: what was seen, all that happened to it, and what the viewer can do with it now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from application import rights
from application.definitions import subject_of
from application.refusals import NotThereError
from application.rights import needs
from application.services import Services
from application.signal_steps import existing
from application.signals import SignalShown, chosen_rows, opened
from domain.calendar import local_day
from domain.in_force import Definitions
from domain.names import by_surname
from domain.roles import Viewer
from eventlog.events import Event, shape_of
from feedback import board
from feedback.board import SignalRow
from feedback.signal import (
    ENDED,
    TRANSITIONS,
    Acting,
    Help,
    HelpJudged,
    NoteAdded,
    Signal,
    SignalState,
    Transition,
    asked_until,
    open_transitions,
    texts_of,
)
from projections import definitions
from records import people, replies
from records.people import Account, Team
from records.replies import Reply

# A signal in one of these can be found to repeat another one.
_MAY_REPEAT = ("logged", "triaged", "in_discussion", "reopened")


@dataclass(frozen=True, slots=True)
class Told:
    """Something that happened: the name of its event, when, by whom, its texts, and what it says in the clear.

    `at` is None where one who logged without a name did it: then the day alone is known.
    """

    event: str
    at: datetime | None
    on: date
    actor: UUID | None
    words: Sequence[str]
    said: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class OneSignal:
    """A signal as one viewer may see it.

    `mine`: the viewer reported it. `offers_reopening` is what they said when it did not help; `versions` are those of
    its definition when it was logged and today. `alike` and `replies` are for those who triage.
    """

    signal: SignalShown
    nameless: bool
    ended: bool
    mine: bool
    supports: bool
    follows: bool
    steps: Sequence[Transition]
    history: Sequence[Told]
    asks_help: bool
    offers_reopening: str | None
    may_redact: bool
    duplicates: Sequence[SignalShown]
    original: SignalShown | None
    alike: Sequence[SignalShown]
    replies: Sequence[Reply]
    versions: tuple[int, int]
    teams: Sequence[Team]
    triagers: Sequence[Account]


@dataclass(frozen=True, slots=True)
class OpenSteps:
    """Where a signal is, and the steps that the viewer can take with it now."""

    state: SignalState
    steps: Sequence[Transition]


@needs(rights.LOG_SIGNALS)
def one_signal(services: Services, viewer: Viewer, signal_id: UUID, in_force: Definitions) -> OneSignal:
    """A signal with its history; the viewer has heard its news by this. Raises NotThereError where there is none."""
    state = existing(services, signal_id)
    acting = services.signal_handler.acting(state, viewer)
    with services.database.read() as connection:
        row = board.signal(connection, signal_id)
        if row is None:
            raise NotThereError
        duplicates = chosen_rows(services, connection, board.duplicates_of(connection, signal_id))
        original = chosen_rows(services, connection, [row.duplicate_of] if row.duplicate_of else [])
        subject = subject_of(in_force, row.field, row.figure)
        revisions = definitions.revisions(connection, subject) if subject else []
        standard = replies.fitting(connection, row.kind) if viewer.triages_signals else []
        teams, accounts = people.all_teams(connection), people.all_accounts(connection)
    (shown,) = opened(services, [row])
    with services.database.write() as connection:
        services.signal_handler.receipts.note(connection, viewer.account_id, {signal_id: row.version})
    events, history = _history(services, viewer, signal_id, nameless=state.nameless)
    return OneSignal(
        signal=shown,
        nameless=state.nameless,
        ended=state.state in ENDED,
        mine=acting.is_reporter,
        supports=viewer.account_id in state.supporters,
        follows=viewer.account_id in state.followers,
        steps=open_transitions(state, acting),
        history=history,
        asks_help=_asks_help(row, state, acting, services.today),
        offers_reopening=_offers_reopening(acting, state, events, history),
        may_redact=viewer.triages_signals or acting.is_reporter,
        duplicates=list(duplicates.values()),
        original=next(iter(original.values()), None),
        alike=_alike(services, viewer, shown),
        replies=standard,
        versions=(
            definitions.number_on(revisions, local_day(row.logged_at), row.logged_at),
            definitions.number_on(revisions, services.today),
        ),
        teams=teams,
        triagers=_triagers(accounts),
    )


@needs(rights.LOG_SIGNALS)
def signal_with_steps(services: Services, viewer: Viewer, signal_id: UUID) -> tuple[SignalShown, OpenSteps]:
    """A signal, and the steps that the viewer can take with it now. Raises NotThereError where there is none."""
    with services.database.read() as connection:
        row = board.signal(connection, signal_id)
    if row is None:
        raise NotThereError
    (shown,) = opened(services, [row])
    return shown, open_steps(services, viewer, signal_id)


@needs(rights.LOG_SIGNALS)
def open_steps(services: Services, viewer: Viewer, signal_id: UUID) -> OpenSteps:
    """Where a signal is, and the steps that the viewer can take now. Raises NotThereError where there is none."""
    state = existing(services, signal_id)
    return OpenSteps(state.state, open_transitions(state, services.signal_handler.acting(state, viewer)))


def _triagers(accounts: Sequence[Account]) -> list[Account]:
    return sorted((a for a in accounts if a.active and a.viewer.triages_signals), key=lambda a: by_surname(a.full_name))


def _asks_help(row: SignalRow, signal: Signal, acting: Acting, today: date) -> bool:
    """Whether the viewer is asked if it helped, and has time left to say so."""
    if row.delivered_on is None or row.state not in ("delivered", "confirmed"):
        return False
    me = acting.viewer.account_id
    answered = signal.reporter_helped if acting.is_reporter else me in signal.helped
    hears = acting.is_reporter or me in signal.hearers
    return hears and not answered and today <= asked_until(row.delivered_on)


def _offers_reopening(acting: Acting, signal: Signal, events: Sequence[Event], history: Sequence[Told]) -> str | None:
    """What the reporter said when it did not help, which is offered as the reason to reopen; None where it did."""
    if not (acting.is_reporter and signal.reporter_helped and TRANSITIONS["reopen"].open_to(acting, signal)):
        return None
    judged, told = [
        (event, told)
        for event, told in zip(events, history, strict=True)
        if isinstance(event, HelpJudged) and event.by_reporter
    ][-1]
    return " ".join(told.words) if judged.help is Help.NO else None


def _alike(services: Services, viewer: Viewer, row: SignalShown) -> list[SignalShown]:
    """Open signals like this one, for those who may mark it as a duplicate."""
    if not viewer.triages_signals or row.state not in _MAY_REPEAT:
        return []
    with services.database.read() as connection:
        similar = board.similar(connection, row.seen or "", services.log.marks(), but=row.signal_id)
    return opened(services, similar)


def _history(services: Services, viewer: Viewer, signal_id: UUID, *, nameless: bool) -> tuple[list[Event], list[Told]]:
    """Every event, the first one first, and what is told of it; notes for those who triage alone."""
    events = services.log.stream(signal_id)
    texts = texts_of(events, services.log.opener([signal_id]).stream(signal_id))
    shown = [event for event in events if viewer.triages_signals or not isinstance(event, NoteAdded)]
    history = [
        Told(
            type(event).__name__,
            event.recorded_at if event.actor or not nameless else None,
            local_day(event.recorded_at),
            event.actor,
            [texts[where] for where in _places(event) if where in texts],
            {name: getattr(event, name) for name in shape_of(type(event)).clear},
        )
        for event in shown
    ]
    return shown, history


def _places(event: Event) -> list[str]:
    names = ("reason", "text", "words") if event.originator_version > 1 else ()
    return [f"{event.originator_version}.{name}" for name in names]
