"""Review meetings: who is invited to one, and whose presence counts."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from application.refusals import NotThereError
from application.services import Services
from domain.refusal import Refused
from feedback import meetings
from records import people
from records.people import Account


def invited(services: Services, meeting_id: UUID) -> list[Account]:
    """Who may have been there: the team's own people who work with signals, and the process managers; active ones only.

    Raises:
        NotThereError: there is no such meeting.
    """
    with services.database.read() as connection:
        meeting = meetings.meeting(connection, meeting_id)
        accounts = people.all_accounts(connection)
    if meeting is None:
        raise NotThereError
    teams = (None, meeting["team_id"])
    may_come = [
        account
        for account in accounts
        if account.active and account.viewer.logs_signals and (meeting["team_id"] is None or account.team_id in teams)
    ]
    return sorted(may_come, key=lambda account: (not account.improves, account.full_name.casefold()))


def require_invited(services: Services, meeting_id: UUID, present: Collection[UUID]) -> None:
    """Raises Refused where somebody is said to have been there who was not invited; NotThereError as `invited`."""
    if set(present) - {account.account_id for account in invited(services, meeting_id)}:
        raise Refused("One of those marked as present was not invited, or works here no more.", field="present")
