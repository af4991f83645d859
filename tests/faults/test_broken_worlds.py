"""Every command in every broken world: one sentence that names the cause, no traceback, nothing half-made.

The commands are those of the command line, whichever they are: a new one fails here until it has arguments below.
"""

from __future__ import annotations

import multiprocessing
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from multiprocessing.connection import Connection
from pathlib import Path
from uuid import UUID

import click
import pytest
from click.testing import CliRunner

from application.services import Services
from records import people
from tests.conftest import environment, sqlite_in
from tests.faults.conftest import is_what_the_log_says
from tests.faults.worlds import WITH_A_BROKER, WORLDS, Env, Ground, give_up_rights, snapshot
from tests.stories import CLIENT, COACH, TEAM, begin
from werkpad import servers
from werkpad.backups import back_up
from werkpad.cli import main
from werkpad.settings import Settings
from werkpad.wiring import build

# What each command needs to be asked for something sound. {port} is free; {people} and {mapping} are files to import;
# {city} makes the first account; {backups} has a backup of the right kind; {new} is a folder that is not there yet.
ARGUMENTS = {
    "init": "",
    "import": "{people} --mapping {mapping}",
    "rebuild": "timeline weekly_figures",
    "verify": "timeline",
    "explain": "open",
    "histories": "--format ocel --as ada {new}",
    "erase": f"{CLIENT} --reason court_order --yes",
    "lists": "",
    "serve": "--port {port}",
    "worker": "",
    "beat": "",
    "backup": "{new}",
    "restore": "{backups} --replace",
    "maintenance": "on",
    "mail": "",
    "rotate-key": "",
    "status": "",
    "demo": "--fill",
    "setup": "{city}",
}
EnvOf = Callable[[str, Env], Env]
# Told before the database is looked at: which backup there is, and of what.
OF_THEIR_OWN = {
    "restore": "|This is a backup of sqlite",
    "backup": "|was not set up yet",
    "maintenance": "|was not set up yet",
}
PATIENCE = 180  # seconds, on a machine that has much else to do


def commands(group: click.Group, before: str = "") -> Iterator[str]:
    """The names of all commands, those of groups within it included."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from commands(command, f"{before}{name} ")
        else:
            yield f"{before}{name}"


def test_every_command_is_tried() -> None:
    assert set(commands(main)) == set(ARGUMENTS)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What sound arguments name."""
    folder = tmp_path_factory.mktemp("sound")
    (folder / "people.csv").write_text("name\nAnna\n")
    (folder / "map.toml").write_text(
        '[source]\nname = "old"\n[constants]\nteam = "north"\nintake_on = 2026-01-05\n[columns.name]\nfield = "name"\n'
    )
    (folder / "city.toml").write_text('[administrator]\nusername = "ada"\nname = "Ada Admin"\n')
    services = build(Settings.from_environment(environment(sqlite_in(folder))))
    services.create()
    back_up(services, folder / "backups", None, 30)
    services.close()
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755)
    return {
        "people": str(folder / "people.csv"),
        "mapping": str(folder / "map.toml"),
        "city": str(folder / "city.toml"),
        "new": str(folder / "new"),
        "backups": str(folder / "backups"),
        "port": str(servers.free_port()),
    }


@pytest.fixture
def ground(postgres_url: str) -> Iterator[Ground]:
    # Where one who is not root can get, too.
    folder = Path(tempfile.mkdtemp(prefix="wp-", dir="/tmp"))
    folder.chmod(0o755)
    yield Ground(folder, postgres_url)
    folder.chmod(0o755)
    shutil.rmtree(folder)


def run(command: str, sound: dict[str, str], env: Env) -> tuple[int, str]:
    """The command in this process; its exit code and all that it said."""
    arguments = [*command.split(), *ARGUMENTS[command].format(**sound).split()]
    cleared = {name: None for name in os.environ if name.startswith("WERKPAD_")}
    done = CliRunner(env=cleared | env).invoke(main, arguments)
    assert done.exception is None or isinstance(done.exception, SystemExit), repr(done.exception)
    return done.exit_code, done.output


def run_apart(command: str, sound: dict[str, str], env: Env, *, by_modes: bool = False) -> tuple[int, str]:
    """The command as a process of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WERKPAD_")}
    kept["PYTHONDONTWRITEBYTECODE"] = "1"
    done = subprocess.run(
        [sys.executable, "-m", "werkpad", *command.split(), *ARGUMENTS[command].format(**sound).split()],
        env=kept | env,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
        preexec_fn=give_up_rights if by_modes else None,
    )
    return done.returncode, done.stdout + done.stderr


def is_told(code: int, output: str, says: str) -> None:
    assert code != 0, output
    assert "Traceback" not in output
    assert "Something went wrong inside Werkpad" not in output
    assert "a password of the tests" not in output
    assert re.search(says, output.replace("\n", " ")), output
    message = output[output.rindex("Error: ") :].strip()
    assert len(message) < 500 and len(message.splitlines()) <= 3, output


def met_by(name: str) -> list[str]:
    return sorted(set(WORLDS[name].only or ARGUMENTS) - WORLDS[name].but)


@pytest.fixture
def env_of(redis_url: str) -> EnvOf:
    """The environment of a command: what wants a broker is not to stop at there being none."""
    return lambda command, env: env if command not in WITH_A_BROKER else {"WERKPAD_BROKER_URL": redis_url} | env


@pytest.mark.parametrize("name", [name for name, broken in WORLDS.items() if not broken.slow])
def test_a_command_in_a_broken_world_says_what_is_broken(
    name: str, ground: Ground, sound: dict[str, str], env_of: EnvOf
) -> None:
    """All commands in some worlds, one in each; here, where that is the same as a process of its own."""
    broken = WORLDS[name]
    with ExitStack() as stack:
        env = stack.enter_context(broken.make(ground))
        before = snapshot(ground, env)
        for command in met_by(name) if broken.each_time else met_by(name)[:1]:
            if broken.by_modes:
                code, output = run_apart(command, sound, env_of(command, env), by_modes=True)
            else:
                code, output = run(command, sound, env_of(command, env))
            is_told(code, output, broken.says + OF_THEIR_OWN.get(command, ""))
            assert snapshot(ground, env) == before, f"{command} changed something"


@pytest.mark.parametrize(
    ("name", "command"),
    [("refused_connection", "serve"), ("a_file_that_is_no_database", "beat"), ("a_newer_schema_on_sqlite", "worker")],
)
def test_a_process_that_cannot_begin_ends(
    name: str, command: str, ground: Ground, sound: dict[str, str], env_of: EnvOf
) -> None:
    with WORLDS[name].make(ground) as env:
        before = snapshot(ground, env)
        is_told(*run_apart(command, sound, env_of(command, env)), WORLDS[name].says)
        assert snapshot(ground, env) == before


@pytest.mark.slow
@pytest.mark.parametrize("command", ARGUMENTS)
@pytest.mark.parametrize("name", WORLDS)
def test_every_command_in_every_broken_world(
    name: str, command: str, ground: Ground, sound: dict[str, str], env_of: EnvOf
) -> None:
    broken = WORLDS[name]
    if command not in met_by(name):
        pytest.skip("does not meet it")
    with broken.make(ground) as env:
        before = snapshot(ground, env)
        code, output = run_apart(command, sound, env_of(command, env), by_modes=broken.by_modes)
        is_told(code, output, broken.says + OF_THEIR_OWN.get(command, ""))
        assert snapshot(ground, env) == before


def test_gunicorn_by_itself_gives_up_with_one_line_in_the_log(ground: Ground) -> None:
    with WORLDS["refused_connection"].make(ground) as env:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("WERKPAD_")}
        done = subprocess.run(
            [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{servers.free_port()}", "werkpad.wsgi:app"],
            env=kept | env,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    assert '"event": "cannot_start"' in done.stderr and "connection refused" in done.stderr


@pytest.mark.parametrize("week", ["", " ", "last", "2026-W99", "2026-W00", "9" * 5000, "2099-W01", "1-W1", "2026-w01"])
def test_a_week_that_is_none_is_refused(week: str, fresh_sqlite: str) -> None:
    done = CliRunner(env=environment(fresh_sqlite)).invoke(main, ["lists", "--week", week])
    is_told(done.exit_code, done.output, "Write a week like|has no week|has not begun")


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (TypeError("Anna de Vries"), r"nobody foresaw: TypeError in werkpad\.cli"),
        (OSError(28, "No space left"), "full"),
    ],
)
def test_what_nobody_foresaw_is_named_by_its_place_and_never_by_its_words(
    error: Exception, says: str, fresh_sqlite: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: Services) -> bool:
        raise error

    monkeypatch.setattr("werkpad.cli.report.say_due", fail)
    done = CliRunner(env=environment(fresh_sqlite)).invoke(main, ["status"])
    assert done.exit_code in (1, 70)
    assert re.search(says, done.output) and "Anna" not in done.output and "Traceback" not in done.output


def work(end: Connection, command: str, sound: dict[str, str], env: Env) -> None:
    try:
        end.send(run(command, sound, env))
    except BaseException as error:
        end.send((-1, f"Traceback: {error!r}"))


def at_once(times: int, command: str, sound: dict[str, str], env: Env) -> list[tuple[int, str]]:
    """So many processes with the same command, begun together; how each ended."""
    # They come from a process that has no threads: one of ours might hold a lock that nobody lets go of in a copy.
    forking = multiprocessing.get_context("forkserver")
    forking.set_forkserver_preload(["werkpad.cli", __name__])
    pipes = [forking.Pipe(duplex=False) for _ in range(times)]
    started = [forking.Process(target=work, args=(sending, command, sound, env)) for _, sending in pipes]
    for process in started:
        process.start()
    try:
        assert all(receiving.poll(PATIENCE) for receiving, _ in pipes), "one of them does not end"
        return [receiving.recv() for receiving, _ in pipes]
    finally:
        for process in started:
            process.kill()
            process.join()
        for ends in pipes:
            for end in ends:
                end.close()


SIX = 6
AT_ONCE = {
    "init": r"Ready",
    "lists": r"lists built",
    "rebuild": r"rebuilt|Another process is rebuilding",
    "erase": r"Erased client|was erased",
    "backup": r"Backed up|There is a backup of this moment already|Another backup is being made",
    "import": r"already there",
}


@pytest.mark.parametrize("command", AT_ONCE)
def test_six_at_once_end_well_or_with_a_sentence(
    command: str, database_url: str, sound: dict[str, str], tmp_path: Path
) -> None:
    env = environment(database_url)
    services = build(Settings.from_environment(env))
    if command != "init":
        services.create()
        with services.database.write() as connection:
            people.add_team(connection, people.Team(TEAM, "north", "Team North", specialised=False))
            for nth in range(5):
                coach_id = COACH if nth == 0 else UUID(int=nth)
                coach = people.Account(coach_id, f"c{nth}", "C", people.Role.WORK_COACH, TEAM, False, True, None)
                people.add_account(connection, coach, "", password_hash="-")
        begin(services)
    # No thread and no connection of this process may come along into the others.
    services.close()
    ends = at_once(SIX, command, sound | {"new": str(tmp_path / "backups")}, env)
    services = build(Settings.from_environment(env))
    for _, output in ends:
        assert "Traceback" not in output
        assert re.search(AT_ONCE[command], output), output
    assert any(code == 0 for code, _ in ends)
    if command == "init":
        services.create()
    is_what_the_log_says(services)
    services.close()
