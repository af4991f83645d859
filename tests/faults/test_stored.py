"""What a page says of a command is what happened to it: stored stays stored, whatever fails afterwards."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any
from uuid import UUID, uuid4, uuid5

import psycopg
import pytest
from eventsourcing.persistence import PersistenceError
from sqlalchemy.exc import OperationalError

from application.services import Services
from domain.client import ContactRecorded
from eventlog import outcome
from eventlog.outcome import Outcome
from tests.faults.conftest import Postgres, is_what_the_log_says
from tests.stories import begin, contact, do
from tests.web.conftest import Town, Visitor, build_town
from tests.web.test_api import logged, program

STORED = "What you recorded is saved"
NOTHING = "Nothing was saved"
PATIENT = {"WERKPAD_LOCK_TIMEOUT": "1"}


@contextmanager
def locked(services: Services, table: str) -> Iterator[None]:
    """Somebody else holds a read model, as a migration or a careless administrator does."""
    if services.settings.is_sqlite:
        with closing(sqlite3.connect(services.settings.sqlite_path, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            yield
            other.execute("ROLLBACK")
        return
    with psycopg.connect(services.settings.database_url) as other:
        other.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")  # type: ignore[arg-type]  # the test gives what fits
        yield
        other.rollback()


@pytest.fixture
def somewhere(make_services: Callable[..., Services], database_url: str) -> Town:
    """A town whose read models nobody folds but the pages themselves, on both kinds of database."""
    return build_town(make_services(database_url, **PATIENT), nudge=lambda: None)


CONTACT = {"channel": "phone", "started_by": "coach", "outcome": "spoken"}


def record(town: Town, visitor: Visitor, client_id: UUID, command_id: str) -> Any:
    return visitor.post(
        f"/clients/{client_id}/contact",
        command_id=command_id,
        contact_id=str(uuid5(UUID(command_id), "contact")),
        held_on=town.services.today.isoformat(),
        **CONTACT,
    )


def contacts_of(town: Town, client_id: UUID) -> int:
    return sum(isinstance(event, ContactRecorded) for event in town.services.log.stream(client_id))


def test_the_page_after_a_command_says_that_it_is_stored_while_a_read_model_is_locked(somewhere: Town) -> None:
    town = somewhere
    client_id = town.new_client("coach", "Anna de Vries")
    visitor = town.visit("coach")
    answer = record(town, visitor, client_id, str(uuid4()))
    assert answer.status_code == 303
    with locked(town.services, "caseload"):
        page = visitor.client.get(answer.location)
    text = page.get_data(as_text=True)
    assert STORED in text
    assert NOTHING not in text
    assert f'href="{answer.location.replace("&", "&amp;")}"' in text, "it can be asked for again"
    # And then it is there.
    assert STORED not in visitor.get(answer.location)
    assert contacts_of(town, client_id) == 1


@pytest.mark.parametrize("table", ["caseload", "timeline", "contacts"])
def test_a_read_model_that_is_locked_holds_up_no_other(
    make_services: Callable[..., Services], fresh_postgres: str, table: str
) -> None:
    services = make_services(fresh_postgres, **PATIENT)
    begin(services)
    services.engine.catch_up()
    do(services, contact())
    with locked(services, table), pytest.raises(OperationalError, match="lock timeout"):
        services.engine.catch_up()
    assert [name for name, f in services.engine.freshness().items() if f.behind] == [table]
    services.engine.catch_up()
    is_what_the_log_says(services)


def test_a_page_without_a_command_never_says_that_nothing_was_stored(somewhere: Town) -> None:
    town = somewhere
    client_id = town.new_client("coach", "Anna de Vries")
    visitor = town.visit("coach")
    with locked(town.services, "caseload"):
        page = visitor.client.get(f"/clients/{client_id}")
    text = page.get_data(as_text=True)
    assert page.status_code == 503
    assert STORED not in text
    assert NOTHING not in text


def test_a_read_model_that_is_locked_while_the_command_runs_without_workers(
    make_services: Callable[..., Services], fresh_postgres: str
) -> None:
    """Without a broker the nudge folds within the request."""
    services = make_services(fresh_postgres, **PATIENT)
    town = build_town(services, nudge=lambda: services.engine.catch_up() and None)
    client_id = town.new_client("coach", "Anna de Vries")
    visitor = town.visit("coach")
    form = f"/clients/{client_id}/contact"
    hidden = {"csrf_token": visitor.token(form), "command_id": str(uuid4()), "contact_id": str(uuid4())}
    with locked(services, "timeline"):
        answer = visitor.client.post(form, data=hidden | CONTACT | {"held_on": services.today.isoformat()})
        text = answer.get_data(as_text=True)
    assert answer.status_code in (202, 303)
    assert NOTHING not in text
    assert contacts_of(town, client_id) == 1


class BreakAfterwards:
    """Lets what comes after the first command that is stored fail, at the nudge that follows on it."""

    def __call__(self) -> None:
        raise ZeroDivisionError("secret")


POSTS: dict[str, tuple[str, str, Callable[[Town, UUID], dict[str, str]]]] = {
    "contact": ("coach", "/clients/{client}/contact", lambda t, _: CONTACT | {"held_on": t.services.today.isoformat()}),
    "field": (
        "coach",
        "/clients/{client}/fields/driving_licence",
        lambda t, _: {
            "answer": "value",
            "value": "B",
            "known_on": t.services.today.isoformat(),
            "source": "conversation",
            "shown": "0",
        },
    ),
    "plan": (
        "coach",
        "/clients/{client}/plan",
        lambda t, _: {
            "weeks": "4",
            "agreed_on": t.services.today.isoformat(),
        },
    ),
    "intake": (
        "coach",
        "/intake",
        lambda t, _: {
            "name": "Bea Invented",
            "held_on": t.services.today.isoformat(),
            "client_id": str(uuid4()),
            "coach": str(t.accounts["coach"].account_id),
        },
    ),
    "signal": (
        "coach",
        "/signals/new",
        lambda *_: {"kind": "definition", "seen": "Mopeds do not count", "signal_id": str(uuid4()), "send": "anyway"},
    ),
}


@pytest.mark.parametrize("kind", POSTS)
def test_whatever_fails_after_a_command_of_any_kind_it_is_said_to_be_stored(
    make_services: Callable[..., Services], fresh_sqlite: str, kind: str
) -> None:
    town = build_town(make_services(fresh_sqlite), nudge=BreakAfterwards())
    client_id = town.new_client("coach", "Anna de Vries")
    who, path, fields = POSTS[kind]
    path = path.format(client=client_id)
    before = town.services.log.head()
    answer = town.visit(who).post(path, **fields(town, client_id))
    text = answer.get_data(as_text=True)
    assert town.services.log.head() > before, (answer.status_code, re.sub(r"<[^>]+>|\s+", " ", text)[-1500:])
    assert answer.status_code == 202
    assert STORED in text
    assert NOTHING not in text


def test_a_program_is_told_that_its_step_was_stored(make_services: Callable[..., Services], fresh_sqlite: str) -> None:
    town = build_town(make_services(fresh_sqlite), nudge=BreakAfterwards())
    signal_id = logged(town)
    answer = program(town, "improver").send(f"/api/signals/{signal_id}/steps/triage", {})
    assert answer.status_code == 202
    assert answer.json["stored"] is True
    assert STORED in answer.json["detail"]


def test_a_connection_that_is_lost_in_the_middle_leaves_it_open(
    on_own_postgres: Services, own_postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = build_town(on_own_postgres, nudge=lambda: None)
    client_id = town.new_client("coach", "Anna de Vries")
    visitor = town.visit("coach")
    recorder: Any = town.services.log._recorder
    append, command_id = recorder.append, str(uuid4())

    def lose_the_answer(*args: Any) -> Any:
        append(*args)
        # Committed, and the answer never arrives: what a server that is killed right then leaves behind.
        with recorder.datastore.get_connection() as session:
            session.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    monkeypatch.setattr(recorder, "append", lose_the_answer)
    answer = record(town, visitor, client_id, command_id)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 503
    assert NOTHING not in text
    assert "Send the same form again" in text
    monkeypatch.undo()
    assert record(town, visitor, client_id, command_id).status_code == 303
    assert contacts_of(town, client_id) == 1


@pytest.mark.parametrize(
    ("error", "surely"),
    [
        (psycopg.errors.LockNotAvailable("lock timeout"), True),
        (psycopg.errors.QueryCanceled("statement timeout"), True),
        (psycopg.errors.AdminShutdown("terminating"), False),
        (psycopg.OperationalError("server closed the connection unexpectedly"), False),
        (sqlite3.OperationalError("database is locked"), True),
        (sqlite3.OperationalError("disk I/O error"), False),
    ],
)
def test_which_errors_say_that_nothing_was_stored(error: Exception, surely: bool) -> None:
    wrapped = PersistenceError(str(error))
    wrapped.__cause__ = error
    outcome.begin()
    with pytest.raises(PersistenceError), outcome.noted():
        raise wrapped
    assert outcome.of_this_request() is (Outcome.NOTHING if surely else Outcome.UNKNOWN)
