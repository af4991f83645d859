"""`./dev bench`: each figure beside its peer or limit, on one log, as medians of ratios over three rounds."""

from __future__ import annotations

import json
import os
import platform
import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

import click

from benchmarks import city, commands, known, lists, pages, rebuilds, signals
from benchmarks.bench import Bench
from benchmarks.figure import Result

ROWS: Mapping[str, Callable[[Bench], Result | list[Result]]] = {
    "append": commands.append_beside_stock,
    "command": commands.command_beside_crud,
    "warm": commands.warm_beside_full_fold,
    "visible": commands.visible,
    "import": city.import_beside_executemany,
    "rebuild-runner": rebuilds.rebuild_beside_runner,
    "rebuild": rebuilds.rebuild_beside_reading,
    "rebuild-caseload": rebuilds.caseload_beside_reading,
    "rebuild-workers": rebuilds.two_workers_beside_one,
    "what-if": rebuilds.what_if_beside_rebuild,
    "catch-up": rebuilds.catch_up_beside_runner,
    "growth": rebuilds.growth,
    "memory": rebuilds.memory,
    "caseload": city.caseload_beside_crud,
    "pages": pages.pages,
    "weekly-lists": lists.lists,
    "signals": signals.signals,
    "known-people": known.known_people,
    "sqlite": rebuilds.sqlite_beside_reading,
    "sqlite-single": rebuilds.sqlite_beside_one_by_one,
}


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--events", default=300_000, show_default=True, type=click.IntRange(10_000), help="Size of the log.")
@click.option("--only", type=click.Choice(list(ROWS)), help="One row.")
@click.option(
    "--keep",
    type=click.Path(file_okay=False, path_type=Path),
    help="Keep the city of the pages in this folder, or take the one that is there.",
)
@click.option("--json", "file", type=click.Path(dir_okay=False, path_type=Path), help="Write the results there too.")
def main(events: int, only: str | None, keep: Path | None, file: Path | None) -> None:
    """Measure on a real PostgreSQL, a real broker and real workers, each figure beside its peer."""
    results: list[Result] = []
    with tempfile.TemporaryDirectory(prefix="werkpad-bench-") as folder, ExitStack() as stack:
        bench = Bench(events, Path(folder), stack, keep)
        for name, measure in ROWS.items():
            if only not in (None, name):
                continue
            click.echo(f"Measuring {name}", err=True)
            found = measure(bench)
            results += found if isinstance(found, list) else [found]
    _print(results)
    if file:
        machine = f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}"
        file.write_text(json.dumps({"machine": machine, "results": [asdict(r) for r in results]}, indent=1) + "\n")


def _print(results: list[Result]) -> None:
    wide = max((len(r.name) for r in results), default=4)
    click.echo(f"{'what':{wide}} {'value':>10} {'unit':10} {'beside':34} {'ratio':>8}  goal")
    for r in results:
        met = "met" if r.met else "NOT MET"
        value = f"{r.value:,.0f}" if r.value >= 100 else f"{r.value:.2f}"
        click.echo(f"{r.name:{wide}} {value:>10} {r.unit:10} {r.beside:34} {r.ratio:8.2f}  {r.goal}: {met}")


if __name__ == "__main__":
    main()
