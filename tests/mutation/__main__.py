"""`./dev mutate PATH ...`: make small harmful changes in a copy, and tell which of them no test notices."""

from __future__ import annotations

import compileall
import json
import math
import os
import py_compile
import queue
import random
import shutil
import subprocess
import sys
import tempfile
import threading
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path

import click

from tests.mutation.mutants import Mutant, drafts, mutants
from tests.mutation.touched import SOURCES, Touched, digest
from werkpad import servers

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "var" / "mutation"
TRUSTED = 20  # where more tests than that fail with nothing changed, what they share is broken there


@dataclass(frozen=True)
class Answer:
    """What one that tries says: killed and by which test, survived, or `not here`."""

    outcome: str
    by: str
    seconds: float


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
    if strange := [f for f in found if Path(f).parts[0] not in SOURCES]:
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
    """A process that tries mutants in a copy of its own: `warm` ones are told of all tests first."""

    def __init__(self, module: str, number: int, folder: Path, environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", module],
            cwd=folder,
            text=True,
            # Tests are compiled once, too: what is compiled of the code is taken by its content alone.
            env=environment
            | {"PYTHONPATH": str(folder), "PYTEST_XDIST_WORKER": f"gw{number}", "PYTHONDONTWRITEBYTECODE": ""},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def tell(self, what: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(what) + "\n")
        self._process.stdin.flush()

    def ask(self, path: str, text: str, tests: Sequence[tuple[str, float]]) -> Answer:
        assert self._process.stdout is not None
        self.tell({"path": path, "text": text, "tests": list(tests)})
        return Answer(**json.loads(self._process.stdout.readline()))

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


@dataclass
class Pair:
    """Two that try mutants, in a copy of their own: a quick one, and one that can try any."""

    warm: Runner
    cold: Runner

    @classmethod
    def begin(cls, number: int, folder: Path, environment: dict[str, str], tests: dict[str, float]) -> Pair:
        copy_to(folder)
        warm = Runner("tests.mutation.warm", number, folder, environment)
        warm.tell(tests)
        return cls(warm, Runner("tests.mutation.runner", number, folder, environment))

    def close(self) -> None:
        self.warm.close()
        self.cold.close()


@dataclass
class Trial:
    """Tries the mutants of modules, several at a time."""

    touched: Touched
    kept: Kept
    pairs: list[Pair]
    seconds: float
    quick: bool
    # Tests that passed in the copy with nothing changed, and those that don't where everything is imported.
    passed: set[tuple[bool, str]] = field(default_factory=set)
    not_warm: set[str] = field(default_factory=set)

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

        def work(pair: Pair) -> None:
            while not waiting.empty():
                try:
                    mutant, tests, state = waiting.get_nowait()
                except queue.Empty:
                    return
                done.put(self._tried(pair, mutant, tests, state))

        for pair in self.pairs:
            threading.Thread(target=work, args=(pair,), daemon=True).start()
        for _ in range(asked):
            result = done.get()
            self.kept.put(result)
            yield result

    def _tried(self, pair: Pair, mutant: Mutant, tests: list[tuple[str, float]], state: str) -> Result:
        """What the tests say of a mutant; what fails in the copy anyhow says nothing, and is left out from then on.

        That it is killed is found quickly; that it survived is asked again of one that imports it, unless `quick`.
        """
        outcome, by, took = "", "", 0.0
        for warm, runner in ((True, pair.warm), (False, pair.cold)):
            if warm and len(self.not_warm) > TRUSTED:
                continue
            # What reads the sources reads those of before where nothing is written.
            among = [test for test in tests if test[0] not in self.not_warm] if warm else self.touched.readers() + tests
            while outcome != "killed" and not (self.quick and outcome == "survived"):
                answer = runner.ask(mutant.path, mutant.text, among) if among else Answer("survived", "", 0)
                by, took = answer.by, took + answer.seconds
                seconds = dict(among).get(by)
                if seconds is None or self._passes(runner, mutant.path, by, seconds, warm=warm):
                    outcome = answer.outcome
                    break
                among = [(nodeid, took) for nodeid, took in among if nodeid != by]
        return Result(mutant.id, mutant.path, mutant.line, mutant.diff, outcome, by, round(took, 1), state)

    def _passes(self, runner: Runner, path: str, nodeid: str, seconds: float, *, warm: bool) -> bool:
        if (warm, nodeid) not in self.passed:
            if runner.ask(path, (ROOT / path).read_text(), [(nodeid, seconds)]).outcome != "survived":
                if warm:
                    self.not_warm.add(nodeid)
                else:
                    self.touched.leave_out(nodeid)
                    click.echo(f"{nodeid} is left out: it fails in the copy, with nothing changed.\n")
                return False
            self.passed.add((warm, nodeid))
        return True


def chosen(named: Sequence[str], every: int, sample: int | None, seed: int) -> list[Mutant]:
    if sample is None:
        return [mutant for module in named for mutant in mutants(module, (ROOT / module).read_text())[::every]]
    rooms: defaultdict[str, list[Mutant]] = defaultdict(list)
    for module in named:
        rooms[Path(module).parts[0]] += drafts(module, (ROOT / module).read_text())[::every]
    found, draw = list[Mutant](), random.Random(seed)  # noqa: S311 - nobody has to be surprised
    for room in rooms.values():
        draw.shuffle(room)
        found += islice((mutant for mutant in room if mutant.compiles()), sample)
    # In no order: what was tried of it when somebody stops is a sample, too.
    draw.shuffle(found)
    return found


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("paths", nargs=-1, required=True)
@click.option("--seconds", default=20.0, show_default=True, help="Of tests for each mutant, as they took unchanged.")
@click.option("--every", default=1, show_default=True, type=click.IntRange(1), help="Take each so many-th mutant only.")
@click.option("--sample", type=click.IntRange(1), help="Take so many mutants of each room only, from all over it.")
@click.option("--seed", default=1, show_default=True, help="Which sample: another seed takes others.")
@click.option("--quick", is_flag=True, help="Don't ask again of what survives; at import, or kept, it may be noticed.")
@click.option("--processes", default=2, show_default=True, type=click.IntRange(1), help="How many try at a time.")
@click.option("--tests", default=("tests",), multiple=True, show_default=True, help="Tests to take: folders or files.")
def main(
    paths: tuple[str, ...],
    seconds: float,
    every: int,
    sample: int | None,
    seed: int,
    quick: bool,
    processes: int,
    tests: tuple[str, ...],
) -> None:
    """Change the modules (files or folders) a little and harmfully, one change at a time, in a copy; run the tests that
    touch the changed line, and print each change that none of them noticed.

    What was found is kept in var/mutation: a run that was stopped goes on where it was, and a survivor is tried again
    when the tests have changed. Which test touches which line is found by running the suite once.
    """
    found = chosen(modules(paths), every, sample, seed)
    KEPT.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="werkpad-mutation-")))
        folder.chmod(0o755)  # root's servers run as somebody else
        environment = os.environ | {
            "WERKPAD_TEST_DATABASE_URL": stack.enter_context(servers.postgres()),
            "WERKPAD_TEST_REDIS_URL": stack.enter_context(servers.valkey()),
        }
        touched = Touched.load(KEPT / "touched.json")
        touched.bring_up_to_date(ROOT, tests, folder, processes)
        # Only those that are tried need to be imported.
        wanted = dict(
            test for each in found for test in within(seconds, touched.of(each.path, each.line, each.last_line))
        )
        pairs = []
        for number in range(processes):
            (folder / str(number)).mkdir()
            pair = Pair.begin(number, folder / str(number), environment, wanted)
            stack.callback(pair.close)
            pairs.append(pair)
        trial = Trial(touched, Kept(KEPT / "results.jsonl"), pairs, seconds, quick)
        results: list[Result] = []
        with click.progressbar(trial.results(found), length=len(found), file=sys.stderr) as progress:
            results.extend(progress)
    report(results)
    sys.exit(any(result.outcome != "killed" for result in results))


def report(results: Sequence[Result]) -> None:
    """Print those that nobody noticed, module by module, and their share in each room."""
    rooms: defaultdict[str, list[Result]] = defaultdict(list)
    for result in sorted(results, key=lambda r: (r.path, r.line)):
        rooms[result.path.partition("/")[0]].append(result)
    for room, found in rooms.items():
        alive = [r for r in found if r.outcome != "killed"]
        for result in alive:
            told = " (no test runs this line)" if result.outcome == "untouched" else ""
            click.echo(f"{result.path}:{result.line}{told}\n{result.diff}\n")
        low, high = wilson(len(alive), len(found))
        share = f"{len(alive) / len(found):.0%}; of all, {low:.0%} to {high:.0%}"
        click.echo(f"{room}: {len(found)} mutants, {len(alive)} not noticed ({share})\n")


def wilson(found: int, of: int) -> tuple[float, float]:
    """Where the share lies of which a sample found so many, in 19 of 20 samples."""
    z = 1.96
    middle = (found + z * z / 2) / (of + z * z)
    around = z / (of + z * z) * math.sqrt(found * (of - found) / of + z * z / 4)
    return max(0.0, middle - around), min(1.0, middle + around)


if __name__ == "__main__":
    main()
