"""Commands are carried out once for each id, also when they come twice, at once, or by many."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from uuid import UUID, uuid4

import pytest
from eventsourcing.persistence import IntegrityError

from application.services import Services
from domain.client import (
    AcceptTransfer,
    ClientErased,
    CloseClient,
    ClosingReason,
    ErasureReason,
    ProposeTransfer,
    RegisterField,
    ReopenClient,
    TakeIntake,
)
from domain.refusal import Refused
from eventlog.commands import Answer, CommandContext, Step
from eventlog.events import Event
from eventlog.handler import handle_together
from eventlog.log import stamped
from eventlog.recording import bucket_of
from tests.stories import CLIENT, COACH, INTAKE_ON, TEAM, begin, contact, do, stored_rows


def test_the_same_command_twice_is_one_effect_and_the_same_answer(services: Services) -> None:
    begin(services)
    command, command_id = contact(), uuid4()
    first, second = do(services, command, command_id), do(services, command, command_id)
    assert first == second
    assert services.log.head() == 3


def test_the_same_command_of_several_events_answers_their_last_position_again(services: Services) -> None:
    begin(services)
    colleague = UUID(int=9)
    do(services, ProposeTransfer(client_id=CLIENT, team=TEAM, coach=colleague, reason="moved house"))
    accept, command_id = AcceptTransfer(client_id=CLIENT), uuid4()
    context = CommandContext(services.clock(), colleague)
    first = services.clients.handle(accept, context, command_id)
    do(services, contact())
    assert (first.position, first.events) == (5, 2)
    assert services.clients.handle(accept, context, command_id) == first


def test_the_same_commands_of_one_transaction_answer_the_same_again(
    make_services: Callable[..., Services], database_url: str
) -> None:
    mine, others = make_services(database_url), make_services(database_url)
    context = CommandContext(mine.clock(), COACH)
    intake = TakeIntake(client_id=CLIENT, held_on=INTAKE_ON, team=TEAM)
    steps = [Step(command, context, uuid4()) for command in (intake, contact(), contact())]
    first = mine.clients.handle_all(steps)  # type: ignore[arg-type]  # the test gives what fits
    assert (first.stream_id, first.position, first.events) == (CLIENT, 3, 3)
    do(mine, contact())
    # Once by one who remembers the stream, and once by one who has to read it.
    assert mine.clients.handle_all(steps) == others.clients.handle_all(steps) == first  # type: ignore[arg-type]  # the test gives what fits


def test_the_same_commands_of_several_streams_answer_the_same_again(services: Services) -> None:
    context = CommandContext(services.clock(), COACH)
    parts = [
        (services.clients, [Step(TakeIntake(client_id=client_id, held_on=INTAKE_ON, team=TEAM), context, uuid4())])
        for client_id in (CLIENT, UUID(int=5))
    ]
    parts[0][1].append(Step(contact(), context, uuid4()))  # type: ignore[arg-type]  # the test gives what fits

    def send() -> Answer:
        return handle_together(services.log, parts, lambda attempt: None)

    first = send()
    assert (first.stream_id, first.position, first.events) == (CLIENT, 3, 3)
    do(services, contact())
    assert send() == first


def test_the_same_command_at_the_same_moment_is_one_effect(services: Services) -> None:
    begin(services)
    command_id, contact_id = uuid4(), uuid4()
    together = threading.Barrier(8)

    def send(_: int) -> object:
        together.wait()
        return do(services, contact(contact_id=contact_id), command_id)

    with ThreadPoolExecutor(8) as threads:
        answers = set(threads.map(send, range(8)))
    assert len(answers) == 1
    assert services.log.head() == 3


def test_a_refused_command_stores_nothing_and_may_be_sent_again_mended(services: Services) -> None:
    begin(services)
    command_id = uuid4()
    with pytest.raises(Refused):
        do(services, contact(date(2031, 1, 1)), command_id)
    assert do(services, contact(), command_id).events == 1


def test_many_at_once_on_one_client_all_come_through(services: Services) -> None:
    begin(services)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: do(services, contact()), range(24)))
    versions = [event.originator_version for event in services.log.stream(CLIENT)]
    assert versions == list(range(1, 27))


def test_all_commands_of_one_transaction_come_through_or_none(services: Services) -> None:
    begin(services)
    context = CommandContext(services.clock(), COACH)
    steps = [Step(c, context, uuid4()) for c in (contact(), contact(date(2031, 1, 1)))]
    with pytest.raises(Refused):
        services.clients.handle_all(steps)  # type: ignore[arg-type]  # the test gives what fits
    assert services.log.head() == 2


def test_two_who_take_the_same_intake_at_once_lose_no_key(services: Services) -> None:
    together = threading.Barrier(4)
    refused = []

    def take(nth: int) -> None:
        together.wait()
        try:
            do(services, TakeIntake(client_id=CLIENT, held_on=INTAKE_ON, team=TEAM, name=f"Name {nth}"))
        except Refused:
            refused.append(nth)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(take, range(4)))
    (event,) = services.log.stream(CLIENT)
    assert len(refused) == 3
    assert str(services.log.opener([CLIENT]).value(event, "name")).startswith("Name ")


def test_a_reader_that_tails_the_log_never_passes_over_an_event(services: Services) -> None:
    seen: list[int] = []
    written = threading.Event()

    def tail() -> None:
        while True:
            done = written.is_set()
            page = services.log.page(seen[-1] if seen else 0, 100)
            seen.extend(recorded.position for recorded in page)
            if done and not page:
                return

    reader = threading.Thread(target=tail)
    reader.start()
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: begin(services, uuid4()), range(60)))
    written.set()
    reader.join()
    assert seen == sorted(row[0] for row in stored_rows(services))
    assert len(seen) == 120


def test_events_are_stored_with_the_bucket_of_their_stream(services: Services) -> None:
    assert {bucket_of(UUID(int=n)) for n in range(5000)} == set(range(64))
    begin(services)
    table = "events"
    with services.database.read() as connection:
        buckets = {row[0] for row in connection.exec_driver_sql(f"SELECT bucket FROM {table}")}  # noqa: S608 - the names are ours
    assert buckets == {bucket_of(CLIENT)}


def test_a_conflicting_version_is_refused_by_the_log_itself(services: Services) -> None:
    begin(services)
    event: Event = stamped(
        ClientErased(reason=ErasureReason.COURT_ORDER),
        originator_id=CLIENT,
        originator_version=2,
        recorded_at=services.clock(),
    )
    with pytest.raises(IntegrityError):
        services.log.append([event])


def test_a_warm_cache_sees_what_another_process_recorded(services: Services) -> None:
    begin(services)
    assert services.clients.state(CLIENT) is not None
    field = RegisterField(client_id=CLIENT, field="own_goal", value="A kitchen of my own", known_on=INTAKE_ON)
    do(services, field)
    state = services.clients.state(CLIENT)
    assert state is not None
    assert state.version == 3


def test_what_a_handler_remembers_decides_nothing_that_others_have_changed(
    database_url: str, make_services: Callable[..., Services]
) -> None:
    mine, others = make_services(database_url), make_services(database_url)
    begin(mine)
    do(mine, contact())
    closing = CloseClient(client_id=CLIENT, reason=ClosingReason.JOB, closed_on=mine.today)
    do(others, closing)
    with pytest.raises(Refused, match="closed"):
        do(mine, contact())
    do(others, ReopenClient(client_id=CLIENT, reopened_on=mine.today, reason="came back"))
    do(mine, contact())
    do(others, contact())
    do(mine, contact())
    versions = [event.originator_version for event in mine.log.stream(CLIENT)]
    assert versions == list(range(1, 9))


def test_a_stream_of_another_kind_is_none(services: Services) -> None:
    begin(services)
    assert services.clients.state(CLIENT) is not None
    assert services.signals.state(CLIENT) is None
    assert services.offers.state(CLIENT) is None
