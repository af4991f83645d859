"""Why a field is set aside: a short list beside own words, sealed as they are, and the day to look again is offered."""

from __future__ import annotations

from datetime import date

import pytest

from domain.catalogue import State, load
from domain.catalogue.reasons import REASONS, Reason
from domain.client import FieldDeclaredNotRelevant, FieldDeclined
from tests.web.conftest import Town, days_ago
from tests.web.test_field_group import send, shown_on

STATES = (State.NOT_RELEVANT, State.DECLINED)


def test_the_list_is_short_and_in_both_languages() -> None:
    assert {reason.state for reason in REASONS.values()} == set(STATES)
    for state in STATES:
        texts = [reason.text for reason in REASONS.values() if reason.state is state]
        assert 3 <= len(texts) <= 6
        assert len({text.en for text in texts} | {text.nl for text in texts}) == 2 * len(texts)


@pytest.mark.parametrize("reason", REASONS.values(), ids=REASONS)
def test_each_reason_is_chosen_with_the_answer_sealed_and_read_again(town: Town, reason: Reason) -> None:
    client_id, coach = town.new_client("coach", "Anna de Vries"), town.visit("coach")
    address, say = f"/clients/{client_id}/groups/knows", f"{reason.state}:{reason.code}"
    sent = send(coach, address, language_level__say=say, skills__say=say, skills__reason="in her own words")
    assert sent.status_code == 303
    page = coach.get(f"/clients/{client_id}")
    assert page.count(f"{reason.text.en}: in her own words") == 2, "beside the field and in the history"
    assert page.count(reason.text.en) == 4
    events = town.services.log.stream(client_id)[-2:]
    opener = town.services.log.opener([client_id])
    assert [opener.value(event, "reason") for event in events] == [
        [reason.code],
        [reason.code, "in her own words"],
    ]
    for event in events:
        assert isinstance(event, FieldDeclaredNotRelevant | FieldDeclined)
        assert event.review_on == load()[event.field].review_on(town.services.today), "what the field offers"
    with town.services.database.read() as connection:
        kept = str(connection.exec_driver_sql("SELECT * FROM data_gaps").all())
    assert reason.code not in kept and "own words" not in kept
    same = send(coach, address, language_level__say=say, language_level__review_on=str(events[0].review_on))  # type: ignore[attr-defined]  # one of the two
    assert same.status_code == 400 and "Nothing was changed." in same.get_data(as_text=True)


def test_a_reason_goes_with_its_answer_and_own_words_alone_will_do(town: Town) -> None:
    client_id, coach = town.new_client("coach", "Anna de Vries"), town.visit("coach")
    head = town.services.log.head()
    for say in ("declined:agency", "not_relevant:nonsense", "nonsense", "known", ":agency", "not_relevant"):
        sent = send(coach, f"/clients/{client_id}/groups/knows", skills__say=say)
        assert sent.status_code == 400, say
        part = sent.get_data(as_text=True).split('id="field-skills"')[1].split("</fieldset>")[0]
        assert 'class="error"' in part, say
    form = {"answer": "declined", "because": "agency", "review_on": "2027-05-01", "shown": "0", "known_on": days_ago(0)}
    address = f"/clients/{client_id}/fields/skills"
    assert coach.post(address, **form).status_code == 400 and town.services.log.head() == head
    assert coach.post(address, **form | {"because": "private"}).status_code == 303
    assert "finds it too personal" in coach.get(address)
    assert shown_on(coach.get(f"/clients/{client_id}/groups/knows"))["skills-shown"] == "3"


def test_the_page_of_a_field_offers_the_day_to_look_again(town: Town) -> None:
    client_id, coach = town.new_client("coach", "Anna de Vries"), town.visit("coach")
    today = town.services.today
    assert (load()["cv"].review_on(today), load()["skills"].review_on(today)) == (date(2027, 11, 18), date(2027, 5, 18))
    for key, day in (("cv", "2027-11-18"), ("skills", "2027-05-18"), ("debts", "2027-05-18")):
        assert f'value="{day}"' in coach.get(f"/clients/{client_id}/fields/{key}"), key
    town.services.engine.catch_up()
    sent = coach.post(
        f"/clients/{client_id}/fields/cv", answer="not_relevant", because="not_now", shown="0", review_on="2027-11-18"
    )
    assert sent.status_code == 303
