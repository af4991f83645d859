"""Small things that pages tell: which events stand under which part of a file, and texts in the reader's language."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

from domain.client import CLIENT_EVENTS
from eventlog.commands import CommandContext
from feedback.change import RecordChange
from tests.web.conftest import Town
from web.pages.client import TIMELINE
from web.words import WORDS

# What is still to be done stands on top of a file; of looking together and of an erasure its history tells nothing.
NOWHERE = {
    "TaskPlanned",
    "TaskDone",
    "TaskWaits",
    "OwnNoteWritten",
    "OwnMarkSet",
    "OwnNoteHandedOver",
    "FileReviewed",
    "ClientErased",
}


def test_each_event_stands_under_one_part_of_a_file() -> None:
    named = [name for names in TIMELINE.values() for name in names]
    assert len(named) == len(set(named))
    assert set(named) == {event.__name__ for event in CLIENT_EVENTS} - NOWHERE
    assert list(TIMELINE) == list(WORDS["timeline"])


def test_what_is_new_is_told_in_the_language_of_the_reader(town: Town) -> None:
    process = town.accounts["process"]
    change = RecordChange(
        change_id=UUID(int=5),
        viewer=process.viewer,
        title_en="Quicker lists",
        title_nl="Snellere lijsten",
        text_en="They open at once.",
        text_nl="Ze openen meteen.",
        signals=(),
    )
    town.services.changes.handle(change, CommandContext(town.services.clock(), process.account_id), uuid4())
    town.services.engine.catch_up()
    visitor = town.visit("coach")
    told = {}
    for language in ("en", "nl"):
        visitor.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = language
        told[language] = visitor.get("/whats-new")
    assert "Quicker lists" in told["en"] and "They open at once." in told["en"]
    assert "Snellere" not in told["en"] and "meteen" not in told["en"]
    assert "Snellere lijsten" in told["nl"] and "Ze openen meteen." in told["nl"]
    assert "Quicker" not in told["nl"] and "at once" not in told["nl"]


def test_the_client_whose_looks_were_asked_for_stands_in_the_form_again(town: Town) -> None:
    client_id = town.new_client("coach", "Anna de Vries", town.services.today - timedelta(days=9))
    assert f'name="client" value="{client_id}"' in town.visit("privacy").get(f"/privacy?client={client_id}")
    assert 'name="client" value=""' in town.visit("privacy").get("/privacy")
