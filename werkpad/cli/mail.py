"""Mail: how much waits, left or could not leave and why; and sending again what failed."""

from __future__ import annotations

import click

from application import mail as operations
from application.mail import Away, MailCounts
from application.services import Services
from werkpad.cli.opening import opened

# What stands in the outbox as a code.
REASONS = {
    "address_refused": "the address is no address, or its mail server does not know it",
    "mail_refused": "the mail server refused what was sent",
    "not_composed": "the message could not be made; the log of the worker says how",
    "not_taken": "the mail server did not take it and asked to try again later",
    "not_recorded": "the subject was not recorded",
    "read_model_stopped": "a read model that it depends on has stopped; see werkpad status",
    operations.UNREACHABLE: "the mail server can't be reached",
    operations.UNANSWERED: "the mail server does not answer in time",
    operations.LOG_IN_REFUSED: "the mail server refuses the name and password of WERKPAD_SMTP_URL",
    operations.SENDER_REFUSED: "the mail server refuses WERKPAD_MAIL_FROM as the sender",
    "passed": "its moment has passed",
    "nothing_to_say": "there was nothing new to say any more",
    "no_address": "there is no address any more",
    "closed": "the file or the account was closed",
    "answered": "the client had already answered",
    "erased": "the client was erased",
}


@click.command()
@click.option("--send-again", is_flag=True, help="Try all mail again that failed, and ask the mail server now.")
def mail(send_again: bool) -> None:
    """Tell how much mail waits, was sent, was dropped or failed.

    It says why, and no address stands here.
    """
    with opened() as services:
        services.create()
        if not services.settings.smtp_url:
            click.echo("No mail server is set up (WERKPAD_SMTP_URL): nothing is sent.")
        if send_again:
            again = operations.send_again(services)
            click.echo(f"{again} messages will be tried again, by the worker within a minute.")
        found = operations.count_mail(services)
        click.echo(f"mail        {_line(found)}")
        for state, kind, reason, number in found.reasons:
            click.echo(f"  {number} {kind} {state}: {REASONS.get(reason, reason)}")


def line(services: Services) -> str:
    """The mail in one line, for `werkpad status`."""
    return _line(operations.count_mail(services))


def _line(found: MailCounts) -> str:
    text = ", ".join(f"{number} {state}" for state, number in found.counts.items())
    return text if found.away is None else f"{text}; {_away(found.away)}"


def _away(away: Away) -> str:
    return f"since {away.since:%Y-%m-%d %H:%M} UTC {REASONS[away.reason]}, asked again at {away.try_at:%H:%M} UTC"
