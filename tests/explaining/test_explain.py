"""`werkpad explain`: stories told by hand, under each version of a definition, and what is asked wrongly."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from application import recounts
from application.recounts import UnansweredError, moment_of, recount
from application.services import Services
from domain.catalogue import load
from domain.client import CloseClient, ClosingReason, ErasureReason
from domain.definition import ReviseDefinition
from domain.in_force import declared, parameters_of, texts_of
from domain.roles import Role, Viewer
from eventlog.commands import CommandContext
from explaining.counting import When
from explaining.figures import DETAILS, NAMES, NoSuchFigureError, figure
from records import people
from records.people import Team
from tests.application.merged import KEPT, OTHER, merge, undo
from tests.conftest import Clock
from tests.explaining.held import Recount
from tests.stories import COACH, TEAM, begin, contact, do
from werkpad.cli.explain import REASONS, lines

APRIL = datetime(2026, 4, 1, 9, tzinfo=UTC)
DECIDES = Viewer(uuid4(), Role.PROCESS_MANAGER, None)


@pytest.fixture
def services(sqlite_services: Services) -> Services:
    clock: Clock = sqlite_services.clock  # type: ignore[assignment]  # replaced on purpose
    clock.now = APRIL
    with sqlite_services.database.write() as connection:
        people.add_team(connection, Team(TEAM, "north", "North", specialised=False))
    begin(sqlite_services, KEPT, name="Invented", client_number="K-1")
    begin(sqlite_services, OTHER, name="Invented Too", client_number="O-2")
    return sqlite_services


def revise(services: Services, subject: str, on: date, **parameters: object) -> None:
    command = ReviseDefinition(
        subject=subject,
        viewer=DECIDES,
        valid_from=on,
        texts=texts_of(subject, declared()),
        parameters=parameters_of(subject, declared()) | parameters,
        reason="So that it is counted alike",
    )
    services.definitions.handle(command, CommandContext(services.clock(), DECIDES.account_id), uuid4())
    services.engine.catch_up()


def number(services: Services, asked: str, as_of: str | None = None, *versions: str) -> int | None:
    return recount(services, asked, moment_of(services, as_of), "north", versions).counted.number


def at(services: Services, day: date) -> None:
    services.clock.now = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)  # type: ignore[attr-defined]  # the test looks inside


def test_it_counts_under_the_definition_of_then_of_now_or_of_any_version(services: Services) -> None:
    do(services, contact(date(2026, 4, 1), KEPT))
    at(services, date(2026, 6, 15))
    revise(services, "not_seen", date(2026, 6, 15), months=2)
    # Both were begun long ago; one was seen on the first of April.
    assert number(services, "not_seen", "2026-06-14") == 1
    assert number(services, "not_seen", "2026-06-15") == 2
    assert number(services, "not_seen", "2026-06-14", "2") == 2
    assert number(services, "not_seen", None, "1") == 1
    assert number(services, "not_seen", None, "not_seen:1", "seen:1") == 1
    with pytest.raises(UnansweredError, match="no version 7 of the definition of not_seen: the latest is 2"):
        number(services, "not_seen", None, "7")


def test_what_was_recorded_later_was_not_known_then(services: Services) -> None:
    at(services, date(2026, 5, 20))
    do(services, CloseClient(client_id=OTHER, reason=ClosingReason.JOB, closed_on=date(2026, 5, 4)))
    assert [number(services, "open", day) for day in ("2026-05-19", "2026-05-20", None)] == [2, 1, 1]
    # On the Monday at six, as weekly figures are counted.
    assert [number(services, "open", week) for week in ("2026-W21", "2026-W20")] == [2, 2]
    assert number(services, "exits:job") == 1
    assert number(services, "exits:education") == 0


def test_of_who_was_erased_figures_on_work_are_left(services: Services) -> None:
    at(services, date(2026, 6, 1))
    services.erase_in_log(OTHER, ErasureReason.CLIENT_REQUEST, CommandContext(services.clock(), COACH), uuid4())
    services.engine.catch_up()
    then = recount(services, "listed:cv", moment_of(services, "2026-05-31"), None, ()).counted
    assert number(services, "open", "2026-05-31") == 2
    assert then.excluded.get("erased_since") == 1
    assert recount(services, "open", When(services.today), None, ()).counted.excluded == {"erased": 1}


def test_two_files_of_one_person_count_once_and_twice_again_when_they_are_two(services: Services) -> None:
    services.engine.catch_up()
    merge(services)
    assert number(services, "open") == 1
    assert recount(services, "open", When(services.today), None, ()).counted.excluded == {"merged": 1}
    undo(services)
    assert number(services, "open") == 2


def test_every_figure_counts_and_every_reason_has_words(services: Services) -> None:
    asked = [name for name in NAMES if ":" not in name]
    asked += [f"{name}:{detail}" for name, details in DETAILS.items() for detail in details if detail]
    asked += [f"{name.partition(':')[0]}:{key}" for name in NAMES if name.endswith(":FIELD") for key in load().fields]
    told = Recount(services)
    reasons = set()
    for each in asked:
        assert figure(each).key == each
        told(each, When(services.today))
        reasons |= {step.excluded for step in figure(each).steps}
    assert reasons == REASONS.keys()


def test_the_terminal_tells_all_that_the_number_is_made_of(services: Services) -> None:
    at(services, date(2026, 6, 15))
    revise(services, "not_seen", date(2026, 6, 15), months=2)
    told = lines(recount(services, "not_seen", moment_of(services, None), "north", ()))
    text = "\n".join(f"{head}: {said}" for head, said in told)
    assert "not_seen: 2" in text
    assert "of: clients of North" in text
    assert "not_seen, version 2 (months: 2)" in text
    assert f"up to position {services.log.head()} of the log" in text
    assert "Invented" not in text


@pytest.mark.parametrize(
    ("asked", "as_of", "versions", "said"),
    [
        ("happiness", None, (), "no figure 'happiness'. Choose one of: open, "),
        ("listed:shoe_size", None, (), "no figure 'listed:shoe_size'"),
        ("open", "yesterday", (), "'yesterday' is no day. Write it as 2026-11-23"),
        ("open", "2026-02-30", (), "is no day"),
        ("open", "2026-W99", (), "is no day"),
        ("open", "2027-01-01", (), "lies ahead"),
        ("not_seen", None, ("new",), "'new' is no version"),
        ("changed", None, ("2",), "depends on no definition"),
    ],
    ids=["figure", "field", "word", "no_such_day", "no_week", "ahead", "version", "no_definition"],
)
def test_what_is_asked_wrongly_is_said(
    services: Services, asked: str, as_of: str | None, versions: tuple[str, ...], said: str
) -> None:
    with pytest.raises(UnansweredError, match=said.replace("?", "[?]")):
        recount(services, asked, moment_of(services, as_of), None, versions)


def test_a_team_that_is_not_there_is_told_with_those_that_are(services: Services) -> None:
    with pytest.raises(UnansweredError, match=r"There is no team 'moon'. Choose one of: north"):
        recounts.recount(services, "open", When(services.today), "moon", ())


def test_an_unknown_name_is_no_figure() -> None:
    for asked in ("", ":", "open:x", "track:", "track:moon", "exits:gold", "plan_weeks:x"):
        with pytest.raises(NoSuchFigureError):
            figure(asked)
