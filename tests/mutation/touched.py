"""Which test touches which line: a pytest plugin that notes it, and what is kept of it between runs."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import time
import warnings
from collections import Counter
from collections.abc import Generator, Iterable
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path

import coverage
import pytest

NOTES = "WERKPAD_MUTATION_NOTES"
SOURCES = (
    "database",
    "eventlog",
    "domain",
    "projections",
    "records",
    "feedback",
    "application",
    "workers",
    "web",
    "werkpad",
)
# Sweeps that read the sources touch no line of them, and notice changes of any.
READERS = (
    "tests/test_days_are_local.py",
    "tests/test_house_rules.py",
    "tests/test_options.py",
    "tests/application/test_caught_up.py",
    "tests/domain/test_bounds.py",
    "tests/domain/test_how_long.py",
    "tests/web/test_translations.py",
    "tests/web/test_words.py",
)
# Minutes in a browser say little about one line.
LEFT_OUT = ("tests/web/test_browser.py",)


class Notes:
    """Notes for each test that passes how long it took and which lines of the code it ran."""

    def __init__(self, file: Path, root: Path) -> None:
        self._file = file
        self._root = root
        sources = [str(root / name) for name in SOURCES]
        self._coverage = coverage.Coverage(data_file=None, source=sources, config_file=False)
        self._seconds: dict[str, float] = {}
        self._failed: set[str] = set()
        self._coverage.start()

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, None]:
        self._coverage.switch_context(item.nodeid)
        began = time.monotonic()
        yield
        self._seconds[item.nodeid] = round(time.monotonic() - began, 3)
        self._coverage.switch_context("")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.outcome != "passed":
            self._failed.add(report.nodeid)

    def pytest_sessionfinish(self) -> None:
        self._coverage.stop()
        with warnings.catch_warnings():
            # It warns of modules that nobody imported, and warnings are errors here.
            warnings.simplefilter("ignore")
            data = self._coverage.get_data()
        lines: dict[str, dict[str, list[int]]] = {}
        for file in data.measured_files():
            for line, tests in data.contexts_by_lineno(file).items():
                for test in filter(None, tests):
                    lines.setdefault(test, {}).setdefault(str(Path(file).relative_to(self._root)), []).append(line)
        notes = {
            test: {"seconds": seconds, "lines": lines.get(test, {})}
            for test, seconds in self._seconds.items()
            if test not in self._failed
        }
        if notes:
            self._file.write_text(json.dumps(notes))


def pytest_configure(config: pytest.Config) -> None:
    """Loaded by `-p tests.mutation.touched`; each worker of xdist writes its own notes."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if worker or not config.getoption("numprocesses", None):
        notes = Notes(Path(f"{os.environ[NOTES]}.{worker or 'alone'}"), Path.cwd())
        config.pluginmanager.register(notes, "touched-notes")


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


@cache
def importers(root: Path, module: str) -> frozenset[str]:
    """The modules that import this one."""
    package, _, name = module.removesuffix(".py").removesuffix("/__init__").replace("/", ".").rpartition(".")
    says = re.compile(
        rf"^(from {package}\.{name} import|from {package} import .*\b{name}\b|import {package}\.{name}\b)", re.M
    )
    files = (file for source in SOURCES for file in (root / source).rglob("*.py"))
    return frozenset(str(file.relative_to(root)) for file in files if says.search(file.read_text()))


def moved(before: str, after: str) -> dict[int, range]:
    """Where each line stands after a change. What was written anew is run by those that ran what it stands for, and
    what was put in by those that ran the line above it."""
    found: dict[int, range] = {}
    lines = before.splitlines(), after.splitlines()
    for kind, first, last, now_first, now_last in SequenceMatcher(None, *lines, autojunk=False).get_opcodes():
        if kind == "equal":
            found |= {n + 1: range(now_first + n - first + 1, now_first + n - first + 2) for n in range(first, last)}
        elif kind == "insert" and first in found:
            found[first] = range(found[first].start, now_last + 1)
        else:
            found |= {n + 1: range(now_first + 1, now_last + 1) for n in range(first, last)}
    return found


@dataclass
class Touched:
    """What is known of the tests: by file, with its digest; by test, its seconds and the lines it runs. Lines are those
    of the modules' `texts`, which are moved along as the modules change."""

    file: Path
    tests: dict[str, dict[str, object]] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)

    @classmethod
    def load(cls, file: Path) -> Touched:
        if not file.exists():
            return cls(file)
        kept = json.loads(file.read_text())
        # What was kept before lines were followed says nothing of the modules of today.
        return cls(file, kept["tests"], kept["digests"], kept["texts"]) if "texts" in kept else cls(file)

    def bring_up_to_date(self, root: Path, among: Iterable[str], folder: Path, processes: int) -> None:
        """Run in `root` those tests that changed since; where modules changed, lines are followed to where they went.

        `among` names the folders or files of tests that are looked at; `processes` is how many run them at a time.
        """
        named = [root / path for path in among]
        files = {f for path in named for f in ([path] if path.is_file() else path.rglob("test_*.py"))}
        tests = [f for f in sorted(files) if str(f.relative_to(root)) not in LEFT_OUT]
        now = {str(p.relative_to(root)): digest(p) for p in tests}
        modules = {str(m.relative_to(root)): m.read_text() for s in SOURCES for m in (root / s).rglob("*.py")}
        self._follow(modules)
        stale = {name for name, found in now.items() if self.digests.get(name) != found}
        self.tests = {n: notes for n, notes in self.tests.items() if n.split("::")[0] not in stale}
        if stale:
            for note in folder.glob("notes.*"):
                note.unlink()
            subprocess.run(
                [
                    sys.executable,
                    "-m",
                    "pytest",
                    "-q",
                    "-m",
                    "not slow",
                    "-n",
                    str(processes),
                    "--dist",
                    "loadfile",
                    "-p",
                    "tests.mutation.touched",
                    "-p",
                    "no:cacheprovider",
                    *sorted(stale),
                ],
                cwd=root,
                env=os.environ | {NOTES: str(folder / "notes")},
                check=False,
                stdout=sys.stderr,
            )
            for note in folder.glob("notes.*"):
                self.tests |= json.loads(note.read_text())
        self.digests |= {name: now[name] for name in stale}
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_text(json.dumps({"tests": self.tests, "digests": self.digests, "texts": self.texts}))

    def _follow(self, modules: dict[str, str]) -> None:
        changes = {
            name: moved(self.texts[name], text) for name, text in modules.items() if self.texts.get(name, text) != text
        }
        for notes in self.tests.values():
            lines: dict[str, list[int]] = notes["lines"]  # type: ignore[assignment]  # lines by module
            for name in changes.keys() & lines.keys():
                went = (changes[name].get(line, range(0)) for line in lines[name])
                lines[name] = sorted({line for place in went for line in place})
        self.texts = modules

    def leave_out(self, nodeid: str) -> bool:
        """Take a test no more, this time; whether it was there."""
        return self.tests.pop(nodeid, None) is not None

    def readers(self) -> list[tuple[str, float]]:
        """The tests that read the sources, with their seconds: those that need nothing but a moment."""
        found = [(n, float(notes["seconds"])) for n, notes in self.tests.items() if n.split("::")[0] in READERS]  # type: ignore[arg-type]  # the test gives what fits
        return [(nodeid, seconds) for nodeid, seconds in found if seconds < 5 and "[" not in nodeid]

    def _who_touch(self, module: str) -> list[tuple[str, dict[str, object]]]:
        asked, waiting = {module}, {module}
        while waiting:
            if found := [(n, notes) for n, notes in self.tests.items() if waiting & notes["lines"].keys()]:  # type: ignore[attr-defined]  # there is one
                return found
            waiting = {m for name in waiting for m in importers(self.file.parents[2], name)} - asked
            asked |= waiting
        return []

    def of(self, module: str, first: int, last: int) -> list[tuple[str, float]]:
        """The tests that run one of these lines, with their seconds: those that mirror the module, then the quick ones.

        Lines that run once at import, such as constants, are touched by all who touch the module; where it is made of
        such lines alone, by all who touch those that import it.
        """
        everybody = self._who_touch(module)
        these = set(range(first, last + 1))
        some = [(n, notes) for n, notes in everybody if these & set(notes["lines"].get(module, ()))]  # type: ignore[attr-defined]  # there is one
        folder, name, package = Path(module).parts[0], Path(module).stem, Path(module).parent.name
        mirrored = (f"tests/{folder}/test_{name}.py::", f"tests/{folder}/test_{package}", f"tests/{folder}/")
        # A test that looks at constants runs no line of theirs: those that bear the name of the module or its folder.
        named = [(n, notes) for n, notes in self.tests.items() if n.startswith(mirrored[:2])]
        among = dict([*named, *(some or everybody)])
        chosen = [(nodeid, float(notes["seconds"])) for nodeid, notes in among.items()]  # type: ignore[arg-type]  # the test gives what fits

        # Of a test with many cases the quickest says most; the others come after other tests.
        nth: Counter[str] = Counter()
        ranks: dict[str, tuple[int, int, float]] = {}
        for nodeid, seconds in sorted(chosen, key=lambda test: test[1]):
            near = next((n for n, prefix in enumerate(mirrored) if nodeid.startswith(prefix)), len(mirrored))
            ranks[nodeid] = (near, nth[nodeid.partition("[")[0]], seconds)
            nth[nodeid.partition("[")[0]] += 1
        return sorted(chosen, key=lambda test: ranks[test[0]])
