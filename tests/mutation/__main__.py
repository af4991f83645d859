"""`./dev mutate PATH ...`: make small harmful changes in a copy, and tell which of them no test notices."""

from __future__ import annotations

import compileall
import json
import os
import py_compile
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from tests.mutation.mutants import Mutant, mutants
from tests.mutation.touched import SOURCES, Touched, digest
from werkpad import servers

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "var" / "mutation"
RUNNERS = 2


@dataclass(frozen=True)
class Result:
    """What became of a mutant: killed, survived, or touched by no test. `tests` is the state of those that ran."""

    id: str
    path: str
    line: int
    diff: str
    outcome: str
    by: str
    seconds: float
    tests: str


def modules(paths: Sequence[str]) -> list[str]:
    found = []
    for path in paths:
        whole = (ROOT / path.rstrip("/")).resolve()
        if not whole.exists():
            raise click.BadParameter(f"{path} is not there.")
        files = sorted(whole.rglob("*.py")) if whole.is_dir() else [whole]
        found += [str(f.relative_to(ROOT)) for f in files if "migrations" not in f.parts]
    strange = [f for f in found if Path(f).parts[0] not in SOURCES]
    if strange:
        raise click.BadParameter(f"{strange[0]} is none of the product's modules.")
    return found


def copy_to(folder: Path) -> None:
    """What git knows and what is new, as it is now; compiled by content, so that no change is taken for what was."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    for source in SOURCES:
        compileall.compile_dir(folder / source, quiet=2, invalidation_mode=py_compile.PycInvalidationMode.CHECKED_HASH)


class Kept:
    """Results of before: what was killed stays killed, what survived is tried again when tests have changed."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._results: dict[str, Result] = {}
        if file.exists():
            for line in file.read_text().splitlines():
                result = Result(**json.loads(line))
                self._results[result.id] = result

    def get(self, mutant: Mutant, tests: str) -> Result | None:
        result = self._results.get(mutant.id)
        return result if result and (result.outcome == "killed" or result.tests == tests) else None

    def put(self, result: Result) -> None:
        self._results[result.id] = result
        with self._file.open("a") as file:
            file.write(json.dumps(asdict(result)) + "\n")


def state_of(tests: Sequence[tuple[str, float]]) -> str:
    files = sorted({nodeid.split("::")[0] for nodeid, _ in tests})
    return " ".join(digest(ROOT / f) if (ROOT / f).exists() else "" for f in files)


def within(seconds: float, tests: Sequence[tuple[str, float]]) -> list[tuple[str, float]]:
    """As many of the tests, in their order, as fit."""
    chosen: list[tuple[str, float]] = []
    total = 0.0
    for nodeid, took in tests:
        if chosen and total + took > seconds:
            continue
        chosen.append((nodeid, took))
        total += took
    return chosen


class Runner:
    """A process that tries mutants in a copy of its own."""

    def __init__(self, number: int, folder: Path, environment: dict[str, str]) -> None:
        copy_to(folder)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.mutation.runner"],
            cwd=folder,
            text=True,
            env=environment | {"PYTHONPATH": str(folder), "PYTEST_XDIST_WORKER": f"gw{number}"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def ask(self, path: str, text: str, tests: Sequence[tuple[str, float]]) -> dict[str, object]:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps({"path": path, "text": text, "tests": list(tests)}) + "\n")
        self._process.stdin.flush()
        answer: dict[str, object] = json.loads(self._process.stdout.readline())
        return answer

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


@dataclass
class Trial:
    """Tries the mutants of modules, several at a time."""

    touched: Touched
    kept: Kept
    runners: list[Runner]
    seconds: float

    def results(self, found: Sequence[Mutant]) -> Iterator[Result]:
        waiting: queue.SimpleQueue[tuple[Mutant, list[tuple[str, float]], str]] = queue.SimpleQueue()
        done: queue.SimpleQueue[Result] = queue.SimpleQueue()
        asked = 0
        for mutant in found:
            tests = within(self.seconds, self.touched.of(mutant.path, mutant.line, mutant.last_line))
            state = state_of(tests)
            if known := self.kept.get(mutant, state):
                yield known
            elif not tests:
                yield Result(mutant.id, mutant.path, mutant.line, mutant.diff, "untouched", "", 0, "")
            else:
                waiting.put((mutant, tests, state))
                asked += 1

        def work(runner: Runner) -> None:
            while not waiting.empty():
                try:
                    mutant, tests, state = waiting.get_nowait()
                except queue.Empty:
                    return
                answer = runner.ask(mutant.path, mutant.text, tests)
                done.put(
                    Result(
                        mutant.id,
                        mutant.path,
                        mutant.line,
                        mutant.diff,
                        str(answer["outcome"]),
                        str(answer["by"]),
                        float(answer["seconds"]),
                        state,  # type: ignore[arg-type]  # the test gives what fits
                    )
                )

        for runner in self.runners:
            threading.Thread(target=work, args=(runner,), daemon=True).start()
        for _ in range(asked):
            result = done.get()
            self.kept.put(result)
            yield result


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("paths", nargs=-1, required=True)
@click.option("--seconds", default=20.0, show_default=True, help="Of tests for each mutant, as they took unchanged.")
@click.option("--every", default=1, show_default=True, type=click.IntRange(1), help="Take each so many-th mutant only.")
@click.option("--tests", default=("tests",), multiple=True, show_default=True, help="Tests to take: folders or files.")
def main(paths: tuple[str, ...], seconds: float, every: int, tests: tuple[str, ...]) -> None:
    """Change the modules (files or folders) a little and harmfully, one change at a time, in a copy; run the tests that
    touch the changed line, and print each change that none of them noticed.

    What was found is kept in var/mutation: a run that was stopped goes on where it was, and a survivor is tried again
    when the tests have changed. Which test touches which line is found by running the suite once.
    """
    named = modules(paths)
    KEPT.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="werkpad-mutation-")))
        folder.chmod(0o755)  # root's servers run as somebody else
        environment = os.environ | {
            "WERKPAD_TEST_DATABASE_URL": stack.enter_context(servers.postgres()),
            "WERKPAD_TEST_REDIS_URL": stack.enter_context(servers.valkey()),
        }
        touched = Touched.load(KEPT / "touched.json")
        touched.bring_up_to_date(ROOT, named, tests, folder)
        runners = []
        for number in range(RUNNERS):
            (folder / str(number)).mkdir()
            runner = Runner(number, folder / str(number), environment)
            stack.callback(runner.close)
            runners.append(runner)
        trial = Trial(touched, Kept(KEPT / "results.jsonl"), runners, seconds)
        bad = 0
        for module in named:
            bad += report(module, trial, every)
    sys.exit(bool(bad))


def report(module: str, trial: Trial, every: int) -> int:
    """Try one module's mutants and print its survivors; how many there were."""
    text = (ROOT / module).read_text()
    found = mutants(module, text)[::every]
    if not found:
        return 0
    while usual := within(trial.seconds / 2, trial.touched.of(module, 0, 0)):
        answer = trial.runners[0].ask(module, text, usual)
        if answer["outcome"] == "survived":
            break
        failing = str(answer["by"])
        if not trial.touched.leave_out(failing):
            raise click.ClickException(f"{module} unchanged fails in the copy: {failing}")
        click.echo(f"{failing} is left out: it fails in the copy, with {module} unchanged.\n")
    results = []
    with click.progressbar(trial.results(found), length=len(found), label=module, file=sys.stderr) as progress:
        results.extend(progress)
    alive = sorted((r for r in results if r.outcome != "killed"), key=lambda r: r.line)
    for result in alive:
        told = " (no test runs this line)" if result.outcome == "untouched" else ""
        click.echo(f"{result.path}:{result.line}{told}\n{result.diff}\n")
    share = 100 * len(alive) / len(results)
    click.echo(f"{module}: {len(results)} mutants, {len(alive)} not noticed ({share:.0f}%)\n")
    return len(alive)


if __name__ == "__main__":
    main()
