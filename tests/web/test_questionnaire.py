"""The questionnaire from the coach's button to file, caseload, list, match and export; and what differs, settled."""

from __future__ import annotations

from domain.catalogue import State
from projections import data_gaps
from tests.web.conftest import Town
from tests.web.filling_in import ASKED, AtTheQuestions, an_answer, asked


def known(town: Town, at: AtTheQuestions) -> dict[str, tuple[str | None, object]]:
    """What is recorded of each field, and its value."""
    town.services.engine.catch_up()
    with town.services.database.read() as connection:
        rows = data_gaps.of_client(connection, at.client_id)
    opener = town.services.log.opener([at.client_id])
    return {
        key: (row.recorded, row.value if row.sealed is None else opener.text(row.sealed)) for key, row in rows.items()
    }


def test_a_client_answers_every_question_and_nothing_is_typed_again(town: Town) -> None:
    at = asked(town)
    assert at.opens() == 303
    at.answers_all({f"v-{field.key}": an_answer(field) for field in ASKED})
    assert "something that was typed" in at.visitor.get("/questionnaire/check")
    sent = at.sends()
    assert sent.status_code == 303 and sent.location.endswith("/questionnaire/thanks")
    found = known(town, at)
    for field in ASKED:
        raw = an_answer(field)
        assert found[field.key] == (State.KNOWN, field.check([raw] if field.kind.several else raw)), field.key
