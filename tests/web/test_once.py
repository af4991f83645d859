"""What a form says is done once, and all of it or nothing, however often and in whatever company it is sent."""

from __future__ import annotations

import io
from uuid import UUID, uuid4

from werkzeug.test import TestResponse

from eventlog.commands import CommandContext
from feedback.signal import Kind, LogSignal
from projections import contacts, offers
from tests.conftest import NOW
from tests.web.conftest import Town, days_ago
from tests.web.test_offers import made, offer_id, propose  # noqa: F401 - a fixture


def stored(town: Town) -> int:
    return town.services.log.head()


def say(town: Town, who: str, client_id: UUID, **changed: object) -> TestResponse:
    given: dict[str, object] = {
        "held_on": days_ago(1),
        "channel": "phone",
        "outcome": "spoken",
        "started_by": "coach",
        "contact_id": str(UUID(int=5)),
        "note": "said hello",
        "command_id": str(UUID(int=6)),
    }
    return town.visit(who).post(f"/clients/{client_id}/contact", **given | changed)


def test_a_form_sent_twice_is_one_contact_and_with_other_words_none(town: Town) -> None:
    client_id = town.new_client("coach", "Anna de Vries")
    assert say(town, "coach", client_id).status_code == 303
    before = stored(town)
    assert say(town, "coach", client_id).status_code == 303
    answer = say(town, "coach", client_id, note="said something else")
    assert answer.status_code == 409
    assert "sent before with something else" in answer.get_data(as_text=True)
    assert stored(town) == before
    with town.services.database.read() as connection:
        assert len(contacts.of_client(connection, client_id)) == 1


def test_a_program_is_told_422(town: Town) -> None:
    improver, key = town.visit("improver"), str(uuid4())
    csrf = improver.token("/definitions")
    signal_id, coach = UUID(int=9), town.accounts["coach"]
    log = LogSignal(signal_id=signal_id, viewer=coach.viewer, kind=Kind.FAULT, page="caseload.caseload", seen="Empty.")
    town.services.signals.handle(log, CommandContext(NOW, coach.account_id), uuid4())
    town.services.engine.catch_up()

    def ask(reason: str) -> TestResponse:
        return improver.client.post(
            f"/api/signals/{signal_id}/steps/ask",
            json={"reason": reason},
            headers={"X-CSRFToken": csrf, "Idempotency-Key": key},
        )

    first = ask("Which page?")
    assert first.status_code < 300, first.get_data(as_text=True)
    assert ask("Which page?").status_code == first.status_code
    other = ask("Which day?")
    assert other.status_code == 422 and other.content_type == "application/problem+json"


def test_an_offer_is_changed_and_closed_by_its_team_alone(town: Town, offer_id: UUID) -> None:  # noqa: F811 - the fixture itself
    form = {"kind": "vacancy", "title": "Taxi driver", "capacity": "2"}
    for who in ("stranger", "manager-south"):
        visitor = town.visit(who)
        page = visitor.get(f"/offers/{offer_id}")
        assert f"/offers/{offer_id}/close" not in page and f"/offers/{offer_id}/change" not in page
        assert visitor.post(f"/offers/{offer_id}/close", form="/offers/new").status_code == 403
        assert visitor.post(f"/offers/{offer_id}/change", form="/offers/new", **form).status_code == 403
        visitor.get(f"/offers/{offer_id}/change", 403)
    for who in ("colleague", "quality", "manager"):
        assert f"/offers/{offer_id}/close" in town.visit(who).get(f"/offers/{offer_id}")
    assert town.visit("colleague").post(f"/offers/{offer_id}/change", **form).status_code == 303
    assert town.visit("manager").post(f"/offers/{offer_id}/close", form=f"/offers/{offer_id}").status_code == 303
    assert town.visit("coach").post(f"/offers/{uuid4()}/close", form="/offers/new").status_code == 404


FILE = "kind;title;capacity\nworkshop;Writing a CV;12\nvacancy;Driver;2\nvacancy;Baker;1\n"


def test_a_file_of_offers_sent_twice_is_there_once(town: Town) -> None:
    coach = town.visit("coach")
    data = {"csrf_token": coach.token("/offers/import"), "command_id": str(uuid4())}
    for _ in range(3):
        sent = coach.client.post("/offers/import", data=data | {"file": (io.BytesIO(FILE.encode()), "offers.csv")})
        assert sent.status_code == 303
    town.services.engine.catch_up()
    with town.services.database.read() as connection:
        assert sorted(o.title for o in offers.all_offers(connection)) == ["Baker", "Driver", "Writing a CV"]
    head = town.services.log.head()
    fewer, more, other = FILE.rpartition("vacancy")[0], f"{FILE}vacancy;Cook;1\n", FILE.replace("Baker", "Cook")
    for text in (fewer, more, other):
        sent = coach.client.post("/offers/import", data=data | {"file": (io.BytesIO(text.encode()), "offers.csv")})
        assert sent.status_code == 409 and "with something else in it" in sent.get_data(as_text=True), text
    assert town.services.log.head() == head


def test_a_proposal_to_several_goes_to_all_of_them_or_to_nobody(town: Town, offer_id: UUID) -> None:  # noqa: F811 - the fixture itself
    coach = town.visit("coach")
    chosen = sorted(town.new_client("coach", f"Client {nth}") for nth in range(4))
    assert propose(coach, offer_id, chosen[-1]).status_code == 303
    before = stored(town)
    answer = propose(coach, offer_id, *chosen)
    assert answer.status_code == 400, "the last of them was proposed this already"
    assert stored(town) == before
    assert [made(town, client_id) for client_id in chosen[:-1]] == [[], [], []]
    assert propose(coach, offer_id, *chosen[:-1]).status_code == 303
    assert [len(made(town, client_id)) for client_id in chosen] == [1, 1, 1, 1]
