"""What the tests of mail share: an office that writes to addresses, and what became of its messages."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import select

from application.services import Services
from database.rows import row_as
from domain.roles import Role, Viewer
from eventlog.commands import CommandContext
from feedback.signal import Kind, LogSignal
from records import notices, outbox, people
from records.outbox import Message
from records.people import Account, Team
from workers import deliver_mail
from workers.app import make_app

TEAM = Team(UUID(int=100), "north", "Team north", specialised=False)


def settings(port: int, user: str = "") -> dict[str, str]:
    return {"WERKPAD_SMTP_URL": f"smtp://{user}127.0.0.1:{port}", "WERKPAD_MAIL_FROM": "werk@city.example"}


def prepare(services: Services, days_ago: int = 0) -> None:
    """A signal that was logged and that nobody looked at: who looks after it, is told so, after some weeks."""
    with services.database.write() as connection:
        people.add_team(connection, TEAM)
    viewer = Viewer(uuid4(), Role.WORK_COACH, TEAM.team_id)
    command = LogSignal(signal_id=uuid4(), viewer=viewer, kind=Kind.FAULT, page="", seen="Something")
    services.signals.handle(command, CommandContext(services.clock() - timedelta(days=days_ago)), uuid4())


def write_to(services: Services, *addresses: str, kind: str = notices.CLOCKS, language: str = "nl") -> list[UUID]:
    """Have a mail sent to these addresses, whatever they are, in this order."""
    message_ids = []
    with services.database.write() as connection:
        for address in addresses:
            account_id, message_id = uuid4(), uuid4()
            account = Account(
                account_id,
                account_id.hex,
                "Invented Person",
                Role.WORK_COACH,
                TEAM.team_id,
                True,
                True,
                language=language,
            )
            people.add_account(connection, account, "", password_hash="none")
            # As it was stored before addresses were checked.
            theirs = people.accounts.c.account_id == account_id
            connection.execute(people.accounts.update().where(theirs).values(email=address))
            put_at = services.clock() + timedelta(milliseconds=len(message_ids) - len(addresses))
            outbox.put(connection, message_id, kind, account_id, put_at)
            message_ids.append(message_id)
    return message_ids


def deliver(services: Services) -> int:
    return int(make_app(services.settings, lambda: services).tasks[deliver_mail.NAME].run())


def row(services: Services, message_id: UUID) -> Message:
    with services.database.read() as connection:
        found = connection.execute(select(outbox.outbox).where(outbox.outbox.c.message_id == message_id))
        message = row_as(Message, found)
    assert message is not None
    return message


def state(services: Services, message_id: UUID) -> tuple[str, str | None]:
    found = row(services, message_id)
    return found.state, found.error
