"""`werkpad explain`: a figure counted again from the raw log, with who counts in it, who does not, and why."""

from __future__ import annotations

import click

from application.recounts import Recount, UnansweredError, moment_of, recount
from werkpad.cli.opening import opened

# Why somebody does not count, as it reads after a number.
REASONS = {
    "application": "applied, and are no client yet",
    "merged": "files that ended in another file of the same person",
    "erased": "erased",
    "erased_since": "erased since: nothing of the person can be read any more",
    "closed": "closed",
    "has_plan": "with a plan of action",
    "no_plan": "without a plan of action",
    "not_assigned": "never assigned and never seen, so that nothing counts from a day",
    "seen_in_time": "seen, assigned or reopened lately enough",
    "seen": "seen at least once",
    "no_frequency": "without an agreed contact frequency",
    "not_due_yet": "whose next contact is due later",
    "has_track": "on a service track",
    "other_track": "on another service track",
    "has_coach": "with a coach",
    "no_coach": "without a coach",
    "nothing_new": "of whom the coach has looked at all that the client changed",
    "spoken_since": "spoken with since they are with their coach",
    "offered": "who got an offer, or to whom one is on its way",
    "nothing_listed": "with nothing on the list",
    "not_listed": "of whom this field is not on the list",
    "no_deadline": "without a deadline in the seven days ahead",
    "other_state": "of whom the field stands otherwise",
    "no_exit": "not closed, or with no outcome",
    "closed_earlier": "closed more than twelve months before",
    "other_outcome": "closed with another outcome",
}


@click.command()
@click.argument("figure")
@click.option(
    "--as-of", metavar="DAY", help="A day as 2026-11-23 (when it is over), or a week as 2026-W48 (Monday 6:00)."
)
@click.option(
    "--definition",
    "versions",
    multiple=True,
    metavar="VERSION",
    help="Count under this version of the figure's definition, such as 2, or seen:2; may be given again.",
)
@click.option("--team", metavar="CODE", help="Clients of one team only, by its code.")
def explain(figure: str, as_of: str | None, versions: tuple[str, ...], team: str | None) -> None:
    """Count a FIGURE again from the raw log, and tell who counts.

    It shares no code with what the dashboards show, and is slow: it reads every event. A FIGURE is named as open,
    not_seen, contact_due, listed, listed:cv, track:job_ready, exits:job or stale:cv; another name lists them all.
    """
    with opened() as services:
        services.create()
        try:
            found = recount(services, figure, moment_of(services, as_of), team, versions)
        except UnansweredError as error:
            raise click.ClickException(str(error)) from None
    for head, text in lines(found):
        click.echo(f"{head:12}{text}")


def lines(found: Recount) -> list[tuple[str, str]]:
    """What is told, each with what it is."""
    counted = found.counted
    when, by = counted.when, counted.by
    known = f"known by {when.known_by:%Y-%m-%d %H:%M} in Amsterdam" if when.known_by else "with all that is recorded"
    number = "–" if counted.number is None else f"{counted.number:,}"
    told = [
        (counted.figure.key, number),
        ("as of", f"{when.day}, {known}"),
        ("of", f"clients of {found.team.name}" if found.team else "all clients of the city"),
    ]
    told += [(_once("definition", nth), _definition(found, s)) for nth, s in enumerate(counted.figure.subjects)]
    told.append(("counted", f"{len(counted.clients):,} clients"))
    excluded = sorted(counted.excluded.items(), key=lambda each: (-each[1], each[0]))
    told += [(_once("left out", nth), f"{n:,} {REASONS[reason]}") for nth, (reason, n) in enumerate(excluded)]
    if found.team:
        told.append(("beside", f"{counted.beside:,} clients of other teams"))
    told.append(("read", f"{counted.events:,} events of clients, up to position {counted.position} of the log"))
    if by.numbers:
        told.append(("revised", ", ".join(f"{s} (version {n})" for s, n in sorted(by.numbers.items()))))
    return told


def _once(head: str, nth: int) -> str:
    return head if nth == 0 else ""


def _definition(found: Recount, subject: str) -> str:
    by = found.counted.by
    said = ", ".join(f"{name}: {value}" for name, value in by.said.get(subject, {}).items())
    return f"{subject}, version {by.number(subject)}" + (f" ({said})" if said else "")
