"""Many who write at once on SQLite, the default that a newcomer meets: all is stored, soon, and nobody is refused."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from application.services import Services
from database.turns import Turns, TurnTimeoutError, turns_of
from domain.client import TakeIntake
from eventlog.commands import CommandContext
from projections.engine.verify import verify
from tests.conftest import environment
from tests.faults.conftest import is_what_the_log_says
from tests.processes import lives, until
from tests.serving import Answer, Colleague, served
from tests.stories import begin, contact, do
from werkpad.settings import Settings
from werkpad.wiring import build


def at_once(actions: Iterable[Callable[[], Answer]]) -> list[Answer]:
    """What each of the actions came to, all begun at the same moment."""
    actions = list(actions)
    barrier = threading.Barrier(len(actions))

    def go(action: Callable[[], Answer]) -> Answer:
        barrier.wait()
        return action()

    with ThreadPoolExecutor(len(actions)) as threads:
        return list(threads.map(go, actions))


@pytest.fixture
def sqlite_env(fresh_sqlite: str) -> dict[str, str]:
    return environment(fresh_sqlite)


@pytest.fixture
def here(sqlite_env: dict[str, str]) -> Iterable[Services]:
    """Services in this process, over the database that another process serves."""
    services = build(Settings.from_environment(sqlite_env))
    services.create()
    yield services
    services.close()


@pytest.mark.parametrize("many", [14, pytest.param(20, marks=pytest.mark.slow)])
def test_many_press_record_at_once(here: Services, sqlite_env: dict[str, str], many: int) -> None:
    day = here.today.isoformat()
    with served(here, sqlite_env, many) as colleagues:
        forms = [c.form(c.contact_form) for c in colleagues]
        alone = [colleagues[0].record(colleagues[0].form(colleagues[0].contact_form), day, "alone") for _ in range(4)]
        one = statistics.median(answer.took for answer in alone[1:])
        answers = at_once(
            (lambda c=c, form=form: c.record(form, day, f"said to {c.account.username}"))
            for c, form in zip(colleagues, forms, strict=True)
        )
        assert [answer.status for answer in answers] == [200] * many
        for colleague, answer in zip(colleagues, answers, strict=True):
            assert f"said to {colleague.account.username}" in answer.text, "their own contact is on the page after it"
        # One after another and not longer: nobody waits for a lock that runs out.
        assert max(answer.took for answer in answers) < max(1.0, 1.5 * many * one)
        intakes = at_once(
            (
                lambda c=c, form=form, nth=nth: c.send(
                    "/intake",
                    form,
                    name=f"New Person of {c.account.username}",
                    # Names that sound alike may be the same person.
                    birth_date=str(1950 + nth),
                    held_on=day,
                    coach=str(c.account.account_id),
                )
            )
            for nth, (c, form) in enumerate([(c, c.form("/intake")) for c in colleagues])
        )
        assert [answer.status for answer in intakes] == [200] * many
    is_what_the_log_says(here)


@pytest.mark.parametrize("seconds", [10, pytest.param(300, marks=pytest.mark.slow)])
def test_ten_a_second_for_long(here: Services, sqlite_env: dict[str, str], seconds: int) -> None:
    day, many = here.today.isoformat(), 10
    answers: list[Answer] = []
    with served(here, sqlite_env, many) as colleagues:
        over = time.monotonic() + seconds

        def work(colleague: Colleague) -> None:
            hidden = colleague.form(colleague.contact_form)
            while time.monotonic() < over:
                began = time.monotonic()
                answers.append(colleague.record(hidden | _new_ids(), day, f"note {len(colleague.sent)}"))
                threading.Event().wait(max(0.0, began + 1 - time.monotonic()))

        before = here.log.head()
        with ThreadPoolExecutor(many) as threads:
            list(threads.map(work, colleagues))
        assert {answer.status for answer in answers} == {200}
        assert here.log.head() - before == len(answers)
    is_what_the_log_says(here)


def _new_ids() -> dict[str, str]:
    return {"command_id": str(uuid4()), "contact_id": str(uuid4())}


@pytest.mark.parametrize("rounds", [1, pytest.param(10, marks=pytest.mark.slow)])
def test_people_record_while_other_processes_write(
    here: Services, sqlite_env: dict[str, str], rounds: int, tmp_path: Path
) -> None:
    lives(here, 100, 10)
    day, answers = here.today.isoformat(), list[Answer]()
    with served(here, sqlite_env, 6) as colleagues:
        over = threading.Event()

        def work(colleague: Colleague) -> None:
            hidden = colleague.form(colleague.contact_form)
            while not over.is_set():
                answers.append(colleague.record(hidden | _new_ids(), day, "said meanwhile"))

        with ThreadPoolExecutor(6) as threads:
            working = [threads.submit(work, colleague) for colleague in colleagues]
            try:
                for nth in range(rounds):
                    for command in ("rebuild", "lists", f"backup {tmp_path / f'backup-{nth}'}", "verify --sample"):
                        assert _run(command, sqlite_env) == 0, command
                    # As an import does: many clients in one transaction, with their keys.
                    lives(here, 50, 5)
            finally:
                over.set()
            for one in working:
                one.result()
        assert {answer.status for answer in answers} == {200}
    is_what_the_log_says(here)


def _run(command: str, env: dict[str, str]) -> int:
    return subprocess.run(
        [sys.executable, "-m", "werkpad", *command.split()],
        env=os.environ | env,
        check=False,
        stdout=subprocess.DEVNULL,
    ).returncode


def test_one_who_folds_reads_the_log_while_others_wait_to_append(here: Services) -> None:
    """The very circle that it hung in: a transaction of the read models that reads the log, and appends behind it."""
    begin(here)
    done: list[UUID] = []

    def append() -> None:
        for _ in range(5):
            do(here, contact())
            done.append(uuid4())

    threads = [threading.Thread(target=append) for _ in range(8)]
    with here.database.write():
        for thread in threads:
            thread.start()
        turns = turns_of(here.settings.sqlite_path)
        until(lambda: len(turns._waiting) == 8, "nobody waited for a turn")
        with ThreadPoolExecutor(1) as reader:
            assert reader.submit(here.log.page, 0, 10).result()
        # The turn is still ours: who read took none, and nobody gave up.
        assert here.log.page(0, 10)
        assert len(turns._waiting) == 8 and done == []
    for thread in threads:
        thread.join()
    assert len(done) == 40


def test_turns_come_in_the_order_in_which_they_were_asked_for() -> None:
    turns, came = Turns(), list[int]()

    def wait(nth: int) -> None:
        with turns.turn(30):
            came.append(nth)

    threads = [threading.Thread(target=wait, args=(nth,)) for nth in range(10)]
    with turns.turn(1):
        for nth, thread in enumerate(threads, 1):
            thread.start()
            until(lambda: len(turns._waiting) == nth, "it did not wait")  # noqa: B023 - called within the round
    for thread in threads:
        thread.join()
    assert came == list(range(10))


def test_one_who_waits_in_vain_is_passed_over() -> None:
    turns, told = Turns(), list[str]()

    def wait(patience: float) -> None:
        try:
            with turns.turn(patience):
                told.append("came")
        except TurnTimeoutError:
            told.append("too late")

    threads = [threading.Thread(target=wait, args=(patience,)) for patience in (0.01, 30)]
    with turns.turn(1):
        for thread in threads:
            thread.start()
        until(lambda: told == ["too late"], "nobody gave up")
    for thread in threads:
        thread.join()
    assert told == ["too late", "came"]


def test_a_transaction_within_another_one_is_a_mistake_that_shows_at_once(here: Services) -> None:
    with here.database.write(), pytest.raises(RuntimeError, match="within another"):
        here.clients.handle(
            TakeIntake(client_id=uuid4(), held_on=here.today, team=UUID(int=1), name="Invented"),
            CommandContext(here.clock()),
            uuid4(),
        )
    assert list(verify(here.engine)) == []
