"""The pack for a team meeting: what a month brought, how it was before, a question for each, and no person in it."""

from __future__ import annotations

import re
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from application import meeting_pack
from domain.calendar import add_months
from domain.definition import ReviseDefinition
from domain.in_force import declared, parameters_of, texts_of
from eventlog.commands import CommandContext
from feedback.change import RecordChange
from feedback.norm import SetNorm, WithdrawNorm
from tests.web.conftest import NOW, Town
from web.words import WORDS

TODAY = NOW.date()


def revise(town: Town, subject: str, on: date, label: str = "", **parameters: object) -> None:
    texts = texts_of(subject, declared())
    command = ReviseDefinition(
        subject=subject,
        viewer=town.accounts["process"].viewer,
        valid_from=on,
        texts=texts | ({"label": (label, label)} if label else {}),
        parameters=parameters_of(subject, declared()) | parameters,
        reason="So that it is read alike",
    )
    town.services.definitions.handle(command, _now(town), uuid4())
    town.services.engine.catch_up()


def norm(town: Town, norm_id: UUID, text: str, review_on: date) -> None:
    command = SetNorm(
        norm_id=norm_id,
        viewer=town.accounts["process"].viewer,
        en=text,
        nl=f"{text} (nl)",
        reason="Because of the week",
        pages=["caseload.caseload"],
        review_on=review_on,
    )
    town.services.norms.handle(command, _now(town), uuid4())
    town.services.engine.catch_up()


def deliver(town: Town) -> None:
    command = RecordChange(
        change_id=uuid4(),
        viewer=town.accounts["process"].viewer,
        title_en="Mopeds count",
        title_nl="Bromfietsen tellen mee",
        text_en="Licence AM is a licence.",
        text_nl="Rijbewijs AM is een rijbewijs.",
        signals=[],
    )
    town.services.changes.handle(command, _now(town), uuid4())
    town.services.engine.catch_up()


def _now(town: Town) -> CommandContext:
    return CommandContext(town.services.clock(), town.accounts["process"].account_id)


def pack(town: Town, month: date | None = None) -> meeting_pack.MeetingPack:
    return meeting_pack.meeting_pack(town.services, town.accounts["manager"].viewer, month)


def test_each_kind_is_in_the_pack_with_what_was_before_and_a_question(town: Town) -> None:
    norm_id, review_on = uuid4(), add_months(TODAY, 2)
    revise(town, "cv", TODAY + timedelta(days=1), label="Résumé", stale_after_months=9)
    norm(town, norm_id, "Call before writing", review_on)
    norm(town, norm_id, "Call twice before writing", review_on)
    deliver(town)
    page = town.visit("manager").get("/team-meeting")
    for said in ("Résumé", "Until then: CV", "Out of date after so many months", "Until then: 12"):
        assert said in page
    assert "Call twice before writing" in page
    assert "Until then: Call before writing" in page, "the earlier wording, for whoever missed it"
    assert "Mopeds count" in page
    for code in ("definition_name", "definition_numbers", "norm", "change"):
        assert str(WORDS["to_discuss"][code]) in page
    assert str(WORDS["to_discuss"]["definition_texts"]) not in page, "none of its texts but the name became otherwise"
    later = town.visit("quality").get(f"/team-meeting?month={review_on:%Y-%m}")
    assert str(WORDS["to_discuss"]["norm_review"]) in later
    assert "Mopeds count" not in later


def test_nobody_is_named_in_it(town: Town) -> None:
    norm(town, uuid4(), "Call before writing", add_months(TODAY, 1))
    revise(town, "cv", TODAY, stale_after_months=9)
    main = town.visit("manager").get("/team-meeting").partition("<main")[2].partition("</main>")[0]
    assert "Call before writing" in main
    for account in town.accounts.values():
        assert account.full_name not in main


def test_a_definition_is_talked_about_when_it_is_decided_and_when_it_comes_to_hold(town: Town) -> None:
    holds = add_months(TODAY, 1)
    revise(town, "cv", holds, stale_after_months=9)
    for month in (TODAY, holds):
        assert [item.subject for item in pack(town, month).items] == ["cv"]
    assert pack(town).months == [TODAY.replace(day=1)], "one that is still to come is not offered"
    assert pack(town).month == TODAY.replace(day=1), "not one that is still to come"


def test_a_norm_that_was_withdrawn_is_told_as_ended_alone(town: Town) -> None:
    norm_id = uuid4()
    norm(town, norm_id, "Call before writing", add_months(TODAY, 1))
    withdraw = WithdrawNorm(norm_id=norm_id, viewer=town.accounts["process"].viewer, reason="It cost too much")
    town.services.norms.handle(withdraw, _now(town), uuid4())
    town.services.engine.catch_up()
    [item] = pack(town).items
    assert (item.kind, item.texts["nl"]) == (meeting_pack.NORM_ENDED, "It cost too much")
    assert pack(town, add_months(TODAY, 1)).items == [], "nobody reviews what does not hold"


def test_in_dutch_and_for_a_month_that_brought_nothing(town: Town) -> None:
    deliver(town)
    visitor = town.visit("process")
    assert "This month brought nothing to talk about" in visitor.get("/team-meeting?month=2019-03")
    visitor.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "nl"
    page = visitor.get("/team-meeting")
    assert "Bromfietsen tellen mee" in page
    assert "Mopeds" not in page


@pytest.mark.parametrize("odd", ["2026", "2026-13", "0000-01", "x", "2026-11-03"])
def test_what_is_no_month_is_left_out_and_said(town: Town, odd: str) -> None:
    page = town.visit("manager").get(f"/team-meeting?month={odd}")
    assert "Choose a month, such as 2026-11." in page


@pytest.mark.parametrize("who", ["manager", "quality", "improver", "process", "coach"])
def test_what_is_new_and_norms_lead_to_it_for_whoever_may_print_it(town: Town, who: str) -> None:
    visitor = town.visit(who)
    for page in ("/whats-new", "/norms"):
        assert bool(re.search(r'<p><a href="/team-meeting"', visitor.get(page))) == (who != "coach")
