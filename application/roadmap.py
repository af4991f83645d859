"""The roadmap: signals that are discussed, accepted, planned by month and delivered, and what they changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from application import rights
from application.changelog import Entry, entries_of
from application.rights import needs
from application.services import Services
from application.signals import SignalShown, opened
from domain.calendar import add_months
from domain.roles import Viewer
from feedback import board
from feedback.signal import SignalState
from feedback.signals import signals

# What was delivered stays on the roadmap for so long.
MONTHS = 12
AHEAD = (SignalState.IN_DISCUSSION, SignalState.ACCEPTED, SignalState.PLANNED)
DELIVERED = (SignalState.DELIVERED, SignalState.CONFIRMED)


@dataclass(frozen=True, slots=True)
class Roadmap:
    """Signals by how far they are, those with most support first: `planned` by month, the next first and those without
    one last; `delivered` the latest first. `changed` is what came of each signal, by its id."""

    planned: Sequence[tuple[date | None, Sequence[SignalShown]]]
    accepted: Sequence[SignalShown]
    discussed: Sequence[SignalShown]
    delivered: Sequence[SignalShown]
    changed: Mapping[str, Sequence[Entry]]


@needs(rights.READ_ROADMAP)
def roadmap(services: Services, viewer: Viewer) -> Roadmap:
    """What is planned because of signals, and what was delivered in the last year; who logged them is not told."""
    since = add_months(services.today, -MONTHS)
    with services.database.read() as connection:
        ahead = board.board(connection, [signals.c.state.in_(AHEAD)])
        done = board.board(connection, [signals.c.state.in_(DELIVERED), signals.c.delivered_on >= since])
        entries = entries_of(connection)
    done.sort(key=lambda row: row.delivered_on or date.min, reverse=True)
    shown = opened(services, [*ahead, *done], ["seen"])
    of_state = defaultdict(list)
    for each in shown:
        of_state[each.state].append(each)
    changed = defaultdict(list)
    for entry in entries:
        for signal_id in entry.signals:
            changed[str(signal_id)].append(entry)
    return Roadmap(
        _by_month(of_state[SignalState.PLANNED]),
        of_state[SignalState.ACCEPTED],
        of_state[SignalState.IN_DISCUSSION],
        [each for each in shown if each.state in DELIVERED],
        changed,
    )


def _by_month(planned: Sequence[SignalShown]) -> list[tuple[date | None, Sequence[SignalShown]]]:
    months: dict[date | None, list[SignalShown]] = defaultdict(list)
    for each in planned:
        months[each.planned_for.replace(day=1) if each.planned_for else None].append(each)
    return sorted(months.items(), key=lambda found: found[0] or date.max)
