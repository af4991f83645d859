"""What single tasks do that nothing else would make up for."""

from __future__ import annotations

import inspect as signatures
import logging
from datetime import timedelta
from uuid import uuid4

import pytest
from kombu.transport.redis import Channel
from redis.connection import Connection as RedisConnection
from sqlalchemy import inspect

from application.services import Services
from domain.definition import ReviseDefinition, parameters_of, texts_of
from domain.in_force import declared
from domain.roles import Role, Viewer
from eventlog.commands import CommandContext
from projections import what_if
from projections.engine import rebuild as rebuilding
from projections.engine import rebuilds, staging_tables
from records import drafts
from tests.conftest import NOW, environment
from tests.post import Hanging
from tests.stories import CLIENT, COACH, begin
from werkpad.settings import Settings
from workers import follow_definitions, lines, rebuild, throw_away_drafts, waiting
from workers.app import make_app
from workers.broker import BrokerError, check_broker
from workers.imports import ImportMistake


def staged(services: Services) -> list[str]:
    names = inspect(services.database.engine).get_table_names()
    return [name for name in names if name.endswith(staging_tables.SUFFIX)]


def test_a_definition_that_nobody_folded_yet_is_followed(services: Services) -> None:
    begin(services)
    services.engine.catch_up()
    process = Viewer(uuid4(), Role.PROCESS_MANAGER, None)
    parameters = parameters_of("driving_licence", declared()) | {"days_allowed": 3}
    revise = ReviseDefinition(
        subject="driving_licence",
        viewer=process,
        valid_from=services.today,
        texts=texts_of("driving_licence", declared()),
        parameters=parameters,
        reason="Sooner.",
    )
    services.definitions.handle(revise, CommandContext(NOW, process.account_id), uuid4())
    follow = follow_definitions.bind(lambda: services)
    assert follow() == 2
    running = rebuilds.current(services.database)
    assert running is not None and set(running.names) == {"caseload", "data_gaps"}
    assert follow() == 0, "it has begun"


def test_the_task_that_rebuilds_sweeps_away_what_a_dead_rebuild_left(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(services)

    class DiedError(BaseException):
        pass

    def die(*_: object) -> None:
        raise DiedError

    with monkeypatch.context() as patched:
        patched.setattr(rebuilding, "_give_up", lambda *_: None)
        with pytest.raises(DiedError):
            rebuilding.rebuild(services.engine, progress=die)
    assert staged(services)
    assert rebuild.bind(lambda: services)() is True, "there was one, and it is nobody's to take part in"
    assert staged(services) == [] and rebuilds.current(services.database) is None


def test_what_was_left_for_two_weeks_and_what_ifs_of_long_ago_go_together(services: Services) -> None:
    begin(services)
    with services.database.write() as connection:
        drafts.save(connection, services.log, COACH, CLIENT, "contact", {"note": ["x"]}, NOW - timedelta(days=15))
        drafts.save(connection, services.log, COACH, CLIENT, "other", {"note": ["x"]}, NOW - timedelta(days=13))
        for days in (70, 80, 50):
            asked_at = NOW - timedelta(days=days)
            what_if.ask(
                connection,
                uuid4(),
                "seen",
                declared(),
                declared(),
                form={},
                as_of=asked_at.date(),
                asked_at=asked_at,
                asked_by=COACH,
            )
    task = throw_away_drafts.bind(lambda: services)
    assert [task(), task()] == [3, 0]


@pytest.mark.parametrize(
    ("level", "shows"), [("warning", logging.WARNING), ("INFO", logging.INFO), ("odd", logging.WARNING)]
)
def test_the_level_of_libraries_is_what_was_asked_for(level: str, shows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    configured: list[tuple[str, int]] = []
    monkeypatch.setattr(lines.logs, "configure", lambda process, libraries: configured.append((process, libraries)))
    monkeypatch.setattr(lines.setup_logging, "connect", lambda *_, **__: None)
    monkeypatch.setattr(lines.worker, "safe_say", None)
    lines.write_lines("worker", level)
    assert configured == [("worker", shows)]


def test_a_broker_that_can_not_be_used_is_named_with_its_port() -> None:
    for address, named in (
        ("redis://localhost.invalid/0", "localhost.invalid:6379"),
        ("redis://localhost.invalid:7000/0", "localhost.invalid:7000"),
    ):
        settings = Settings.from_environment(environment("sqlite:////tmp/x.db", WERKPAD_BROKER_URL=address))
        with pytest.raises(BrokerError, match=f"The broker at {named} can't be used .there is no such host"):
            check_broker(settings)


def test_who_asks_a_broker_that_hangs_has_an_answer_within_seconds(services: Services) -> None:
    with Hanging() as hanging:
        env = environment("sqlite:////tmp/x.db", WERKPAD_BROKER_URL=f"redis://127.0.0.1:{hanging.port}/0")
        app = make_app(Settings.from_environment(env), lambda: services)
        with pytest.raises(Exception, match=r"(?i)time"):
            waiting.asker(app, ["werkpad"])()


def test_the_client_of_the_broker_knows_how_long_it_may_take() -> None:
    taken = {*Channel.from_transport_options, *signatures.signature(RedisConnection).parameters}
    retried = {"connect_retries_timeout", "max_retries", "interval_start"}
    assert waiting.PATIENCE.keys() - retried <= taken
    assert waiting.PATIENCE.keys() >= {"socket_connect_timeout", "socket_timeout"}


def test_mistakes_of_an_import_are_told_with_what_is_wrong_with_what() -> None:
    assert str(ImportMistake("The mapping", ["a", "b"])) == "The mapping:\n- a\n- b"
