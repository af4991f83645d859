"""What a merge comes to where clients are counted, asked, proposed to, kept and erased: a person is one everywhere."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from application import caseload, privacy, proposals, retention, weekly_list
from application.caseload import Selection
from application.client_file import file_for_client
from application.looks import Look
from application.proposals import ProposalRequest
from application.services import Services
from domain.calendar import Week
from domain.client import CloseClient, ClosingReason, Delivery, ErasureReason
from domain.matching import Operator, Requirement, Verdict
from domain.offer import OfferKind, OpenOffer
from domain.refusal import Refused
from domain.roles import Role, Viewer
from eventlog.commands import CommandContext
from projections import caseload_figures, data_gaps, matches
from projections.caseload import Scope
from records import people, weekly_lists
from records.people import Account, Team
from tests.application.merged import FEBRUARY, KEPT, MARCH, ME, OFFICER, OTHER, look, merge, register, undo
from tests.conftest import Clock
from tests.stories import COACH, TEAM, contact, do

YEARS_LATER = datetime(2040, 1, 2, 9, tzinfo=UTC)


@pytest.fixture
def office(two: Services) -> Services:
    with two.database.write() as connection:
        people.add_team(connection, Team(TEAM, "north", "Team North", specialised=False))
        coach = Account(COACH, "coach", "Invented Coach", Role.WORK_COACH, TEAM, False, active=True, language=None)
        people.add_account(connection, coach, "", password_hash="-")
    return two


def later(services: Services, now: datetime) -> None:
    clock: Clock = services.clock  # type: ignore[assignment]  # replaced on purpose
    clock.now = now


def close(services: Services) -> None:
    do(services, CloseClient(client_id=KEPT, reason=ClosingReason.JOB, closed_on=MARCH))
    services.engine.catch_up()


def test_a_merged_person_is_past_the_term_once_and_erased_in_both_files(office: Services) -> None:
    merge(office)
    later(office, YEARS_LATER)
    assert retention.past_term(office, look(office), 1).total == 0, "an open file has no term, the one that ended none"
    close(office)
    shown = retention.past_term(office, look(office), 1)
    assert ([each.client_id for each in shown.files], shown.total) == ([KEPT], 1)
    retention.erase_past_term(office, OFFICER, [KEPT], uuid4())
    office.engine.catch_up()
    assert {each.stream_id for each in office.log.erasures()} == {KEPT, OTHER}
    assert retention.past_term(office, look(office), 1).total == 0


def test_a_file_that_ended_while_it_was_proposed_for_erasure_is_not_erased_by_that(office: Services) -> None:
    do(office, CloseClient(client_id=OTHER, reason=ClosingReason.JOB, closed_on=MARCH))
    later(office, YEARS_LATER)
    office.engine.catch_up()
    assert [each.client_id for each in retention.past_term(office, look(office), 1).files] == [OTHER]
    merge(office)
    with pytest.raises(Refused, match="no longer on the list"):
        retention.erase_past_term(office, OFFICER, [OTHER], uuid4())
    assert office.log.erasures() == [], "the person has an open file"


def test_an_erasure_asked_for_by_either_file_is_written_down_for_both(office: Services) -> None:
    merge(office)
    privacy.erase_client(office, OFFICER, OTHER, ErasureReason.CLIENT_REQUEST, uuid4())
    found = privacy.looks_and_erasures(office, OFFICER, None).erasures
    assert {(each.stream_id, each.reason) for each in found} == {(KEPT, "client_request"), (OTHER, "client_request")}


def test_what_is_handed_to_the_client_has_both_files_and_who_looked_at_either(office: Services) -> None:
    do(office, contact(FEBRUARY, OTHER, note="Said in the other file"))
    do(office, register(OTHER, "education_level", "primary"))
    other_look = Look(office, Viewer(uuid4(), Role.QUALITY_OFFICER, TEAM), "a look at the other file")
    other_look.note([OTHER])
    merge(office)
    file, looks, _ = file_for_client(office, look(office, ME), KEPT)
    assert [each.note for each in file.contacts.values()] == ["Said in the other file"]
    assert {fact.field.key: fact.value for fact in file.facts}["education_level"] == "primary"
    assert "a look at the other file" in {each.page for each in looks}


def test_an_export_has_the_person_once_with_what_both_files_say(office: Services) -> None:
    do(office, register(OTHER, "education_level", "primary"))
    merge(office)
    exported = caseload.export(office, look(office, ME), Selection())
    assert [row.client_id for row in exported.clients] == [KEPT]
    undo(office)
    assert {row.client_id for row in caseload.export(office, look(office, ME), Selection()).clients} == {KEPT, OTHER}


@pytest.mark.parametrize("late", [False, True], ids=["on time", "a week later, from the log"])
def test_a_weekly_list_asks_one_file_and_what_was_asked_of_the_other_is_not_called_done(
    office: Services, late: bool
) -> None:
    later(office, datetime(2026, 4, 6, 5, tzinfo=UTC))
    week = Week.of(office.today)
    office.engine.catch_up()
    weekly_lists.build(office.engine, week, office.clock())
    do(office, register(OTHER, "driving_licence", ["B"]))
    merge(office)
    with office.database.read() as connection:
        asked = {(gap.client_id, gap.field) for gap in data_gaps.listed(connection, week.next.monday)}
    later(office, datetime(2026, 4, 21 if late else 13, 5, tzinfo=UTC))
    weekly_lists.build(office.engine, week.next, office.clock())
    shown = weekly_list.weekly_list(office, look(office, ME), None, week.next)
    assert shown.found is not None
    assert {(line.client_id, line.field) for line in shown.found.rows} == asked
    assert {line.client_id for line in shown.found.rows} == {KEPT}
    assert not any(line.is_new for line in shown.found.rows), "they stood on the list before"
    before = weekly_list.weekly_list(office, look(office, ME), None, week)
    assert before.found is not None and {row.client_id for row in before.found.rows} == {KEPT, OTHER}
    ended = {(row.client_id, row.field) for row in before.found.rows if row.client_id == OTHER}
    assert ended <= before.gone, "nobody dealt with the lines of the file that ended"
    assert (shown.found.done, shown.found.handed_over) == (1, len(ended)), "what came along was dealt with"


def test_a_match_judges_the_person_once_by_what_either_file_says(office: Services) -> None:
    do(office, register(OTHER, "driving_licence", ["B"]))
    offer_id = uuid4()
    opened = OpenOffer(
        offer_id=offer_id,
        kind=OfferKind.VACANCY,
        title="Driver",
        requirements=[Requirement("driving_licence", Operator.INCLUDES, ("B",))],
    )
    office.offers.handle(opened, CommandContext(office.clock(), COACH), uuid4())
    office.engine.catch_up()
    chosen = proposals.match_offer(office, look(office, ME), offer_id)
    assert [each.client_id for each in chosen.found[Verdict.MEETS]] == [OTHER]
    merge(office)
    found = proposals.match_offer(office, look(office, ME), offer_id)
    assert [each.client_id for each in found.found[Verdict.MEETS]] == [KEPT]
    assert found.found[Verdict.ASK] == []
    late = ProposalRequest(offer_id, frozenset({OTHER}), Delivery.LETTER, chosen.proof)
    with pytest.raises(Refused, match="not on your caseload"):
        proposals.propose_offer(office, ME, late, uuid4())


def test_a_person_counts_once_in_figures_and_among_the_groups_of_a_match(
    office: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The groups as they are counted, before small ones are hidden."""
    monkeypatch.setattr("projections.matches.shown_table", list)
    do(office, register(OTHER, "gender", "woman"))
    office.engine.catch_up()
    assert counted(office) == (2, {"unknown": 1, "woman": 1})
    merge(office)
    assert counted(office) == (1, {"woman": 1}), "of both files what is known counts, once"
    undo(office)
    assert counted(office) == (2, {"unknown": 1, "woman": 1})


def counted(services: Services) -> tuple[int, dict[str, int]]:
    """Clients of the team, and how many of each gender a match of whatever offer has."""
    with services.database.read() as connection:
        clients = sum(caseload_figures.by_coach(connection, TEAM).values())
        found = matches.matches(connection, Scope(coach_id=COACH), [], services.today)
    groups = [each for each in matches.effects(found, services.today) if each.kind == "gender"]
    return clients, {each.group: sum(n for n in each.numbers if isinstance(n, int)) for each in groups}
