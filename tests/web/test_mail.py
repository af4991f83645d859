"""The page of operations tells of mail that could not be delivered; who may, has it sent again."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from domain.client import Channel, RecordContact
from eventlog.commands import CommandContext
from records import drafts, mail_server, notices, outbox
from tests.web.conftest import Town


@pytest.fixture
def dead(town: Town) -> UUID:
    """A message that was given up, of a server that is away."""
    message_id, now = uuid4(), town.services.clock()
    with town.services.database.write() as connection:
        outbox.put(connection, message_id, notices.WEEKLY_LIST, uuid4(), now)
        outbox.failed(connection, outbox.due(connection, now)[0], "address_refused")
        mail_server.went_away(connection, now, mail_server.LOG_IN_REFUSED)
    return message_id


def states(town: Town) -> dict[str, int]:
    with town.services.database.read() as connection:
        return outbox.counts(connection)


@pytest.mark.parametrize("who", ["admin", "process"])
@pytest.mark.parametrize("wanted", ["one", "all"])
def test_what_failed_is_shown_and_sent_again(town: Town, dead: UUID, who: str, wanted: str) -> None:
    visitor = town.visit(who)
    page = visitor.get("/operations")
    assert str(dead) in page and "the address does not exist" in page and "refuses our name and password" in page
    for _ in range(2):
        sent = visitor.post("/operations/mail", form="/operations", message=str(dead) if wanted == "one" else "all")
        assert sent.status_code == 303
        assert states(town) == {"waiting": 1, "sent": 0, "dropped": 0, "failed": 0, "settled": 0}
    assert "is away" not in visitor.get("/operations")


@pytest.mark.parametrize(("who", "status"), [("manager", 403), ("coach", 403), ("privacy", 403)])
def test_nobody_else_sends_it_again(town: Town, dead: UUID, who: str, status: int) -> None:
    visitor = town.visit(who)
    sent = visitor.post("/operations/mail", form="/", message=str(dead))
    assert sent.status_code == status and states(town)["failed"] == 1
    if who == "manager":
        page = visitor.get("/operations")
        assert str(dead) in page and 'action="/operations/mail"' not in page


def test_a_form_without_its_token_or_its_message_changes_nothing(town: Town, dead: UUID) -> None:
    visitor = town.visit("process")
    assert visitor.client.post("/operations/mail", data={"message": str(dead)}).status_code == 400
    assert visitor.post("/operations/mail", form="/operations", message="something").status_code == 409
    assert states(town)["failed"] == 1


def test_a_draft_that_became_a_contact_is_not_offered_again(town: Town) -> None:
    client_id, coach = town.new_client("coach", "Anna de Vries"), town.accounts["coach"].account_id
    visitor, contact_id = town.visit("coach"), uuid4()
    path = f"/clients/{client_id}/contact"
    kept = visitor.post(f"{path}/draft", form=path, contact_id=str(contact_id), note="words of before")
    assert kept.status_code == 204
    page = visitor.get(path)
    assert "words of before" in page and str(contact_id) in page, "sent again, it is the same contact"
    # The contact is recorded, and the process ends before the draft is thrown away.
    command = RecordContact(
        client_id=client_id, contact_id=contact_id, held_on=town.services.today, channel=Channel.PHONE
    )
    town.services.clients.handle(command, CommandContext(town.services.clock(), coach), uuid4())
    assert "words of before" not in visitor.get(path)
    with town.services.database.read() as connection:
        assert drafts.of_account(connection, coach) == []
