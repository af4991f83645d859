"""The command line: set up, import, rebuild, verify, erase, build lists, serve, work and tell how things are."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID, uuid4

import click
from eventsourcing.persistence import PersistenceError
from sqlalchemy.exc import OperationalError

from domain.calendar import Week, local_day
from domain.catalogue import CatalogueError
from domain.client import ErasureReason
from domain.refusal import Refused
from eventlog.backup import BackupError
from eventlog.handler import Moment
from eventlog.keyring import WrongKeyEncryptionKeyError
from eventlog.recording import BUCKETS
from projections import rebuild as rebuilding
from projections import verify as verifying
from projections import weekly_figures
from projections.readmodel import FoldError
from records import weekly_lists
from werkpad.progress import bar
from werkpad.settings import Settings, SettingsError
from werkpad.wiring import PROJECTIONS, OnePerProcess, Services, build

NAMES = [p.name for p in PROJECTIONS]
WEEKLY = "weekly_figures"


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="werkpad")
def main() -> None:
    """Werkpad: case management for a city's Work and Income department.

    Settings come from the environment: WERKPAD_DATABASE_URL (sqlite:///PATH or postgresql://...; by default
    var/werkpad.db), WERKPAD_KEY_ENCRYPTION_KEY and WERKPAD_SECRET_KEY (made and kept beside an SQLite database by
    themselves), WERKPAD_BROKER_URL (redis://...; without it, tasks run in the process).
    """


@contextmanager
def opened() -> Iterator[Services]:
    """The services by the environment; what goes wrong becomes one clear message."""
    with _told_plainly():
        services = build(Settings.from_environment())
        try:
            yield services
        finally:
            services.close()


@contextmanager
def _told_plainly() -> Iterator[None]:
    try:
        yield
    except (SettingsError, CatalogueError, WrongKeyEncryptionKeyError, BackupError) as error:
        raise click.ClickException(str(error)) from None
    except Refused as refused:
        raise click.ClickException(str(refused)) from None
    except (PersistenceError, OperationalError) as error:
        reason = str(error.__cause__ or error).strip().splitlines()[0]
        raise click.ClickException(
            f"The database can't be used: {reason}. Is it running, and is WERKPAD_DATABASE_URL right?"
        ) from None


@main.command()
def init() -> None:
    """Make the tables of log, vault, read models and lasting facts, where they are missing.

    Can be run at every start. Finishes erasures that a crash interrupted.
    """
    with opened() as services:
        services.create()
        click.echo(f"Ready. The log has {services.log.head()} events.")
        _say_due(services)


@main.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--mapping", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="A TOML file that says which column is which field; see docs/import.md.")  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Say what would happen, and write nothing.")
def import_(file: Path, mapping: Path, dry_run: bool) -> None:
    """Import clients from a CSV FILE.

    Good rows are kept. Rows that can't be taken are written, with line and reason, to FILE.rejected.csv, which can be
    corrected and imported again. Importing a row twice adds nothing.
    """
    from workers.import_clients import import_clients
    from workers.imports import ImportMistake

    with opened() as services:
        services.create()
        try:
            with bar("Importing") as progress:
                outcome = import_clients(
                    services,
                    file,
                    mapping,
                    moment=Moment(services.clock()),
                    dry_run=dry_run,
                    progress=progress,
                )
        except ImportMistake as mistake:
            raise click.ClickException(str(mistake)) from None
        if not dry_run and outcome.imported:
            with bar("Bringing the read models up to date") as progress:
                services.engine.catch_up(wait=True, progress=progress)
    would = "would be " if dry_run else ""
    click.echo(f"{outcome.rows} rows: {outcome.imported} {would}imported, {outcome.already} already there, "
               f"{outcome.rejected} {would}rejected.")  # fmt: skip
    if outcome.unknown_values:
        click.echo(f"{outcome.unknown_values} missing or unknown values {would}left unknown.")
    for rejection in outcome.rejections[:20]:
        click.echo(f"  line {rejection.line}: {rejection.reason}")
    if outcome.rejected_file:
        click.echo(f"Rejected rows, with reasons: {outcome.rejected_file}")


@main.command()
@click.argument("names", nargs=-1, type=click.Choice([*NAMES, WEEKLY]), metavar="[NAME]...")
@click.option("--due", is_flag=True, help="Only those of which the code has another version, or the log was restored.")
@click.option("--shards", default=1, show_default=True, type=click.IntRange(1, BUCKETS),
              help="In how many parts the log is folded. With a broker, workers take part.")  # fmt: skip
def rebuild(names: tuple[str, ...], due: bool, shards: int) -> None:
    """Rebuild read models from the log: all of them, or those with the given NAMEs.

    Fresh tables are filled beside the served ones and switched to in one transaction; interrupted, nothing changes.
    The weekly figures, of every week gone by, are made anew last.
    """
    with opened() as services:
        services.create()
        chosen = [name for name in names or NAMES if name != WEEKLY]
        if names and not chosen:
            _rebuild_weekly_figures(services)
            return
        if due:
            fresh = services.engine.freshness()
            chosen = [name for name in chosen if fresh[name].rebuild_due]
            if not chosen:
                click.echo("No rebuild is due.")
                return
        try:
            with bar("Rebuilding") as progress:
                if shards > 1 and not services.settings.embedded:
                    changes = _rebuild_together(services, chosen, shards, progress)
                else:
                    changes = rebuilding.rebuild(services.engine, chosen, progress, shards=shards)
        except (rebuilding.RebuildRunningError, FoldError) as error:
            raise click.ClickException(f"{error} Nothing has changed.") from None
        for name in chosen:
            figures = ", ".join(f"{key} {old} -> {new}" for key, (old, new) in changes[name].items())
            click.echo(f"{name}: rebuilt; {figures or 'no figure changed'}.")
        if not due and (not names or WEEKLY in names):
            _rebuild_weekly_figures(services)


def _rebuild_weekly_figures(services: Services) -> None:
    rows = weekly_figures.build(services.engine, Week.latest(services.clock()), whole=True)
    click.echo(f"{WEEKLY}: rebuilt; {rows} figures.")


def _rebuild_together(
    services: Services, names: list[str], shards: int, progress: rebuilding.Progress
) -> rebuilding.Changes:
    """Begin a rebuild, call the workers and take part until it is done."""
    from workers.app import make_app
    from workers.nudge import call_to_rebuild

    rebuild_id = rebuilding.begin(services.engine, names, shards=shards)
    call_to_rebuild(make_app(services.settings, lambda: services), shards - 1)
    pause = threading.Event()
    while True:
        rebuilding.take_part(services.engine, progress)
        running = rebuilding.found(services.engine, rebuild_id)
        progress(running.events, running.total)
        if running.state == rebuilding.DONE:
            return running.changes
        if running.state == rebuilding.GIVEN_UP:
            reason = running.given_up_because or "An erasure or another rebuild came between; start it again."
            raise click.ClickException(f"The rebuild was given up. {reason}")
        # The last shards are being filled by others; should one of them die, its shard is ours to claim.
        pause.wait(0.2)


@main.command()
@click.argument("names", nargs=-1, type=click.Choice(NAMES), metavar="[NAME]...")
@click.option("--sample", is_flag=True, help="Compare one client in eight: quick, for a system at work.")
def verify(names: tuple[str, ...], sample: bool) -> None:
    """Compare read models with a fold of the log and name every difference; exits 1 when there is one."""
    with opened() as services:
        services.create()
        found = 0
        buckets = BUCKETS // 8 if sample else BUCKETS
        with bar("Comparing") as progress:
            for difference in verifying.verify(services.engine, names, progress, buckets=buckets):
                click.echo(str(difference))
                found += 1
    if found:
        click.echo(f"{found} differences. `werkpad rebuild` puts them right.")
        sys.exit(1)
    click.echo("The read models are what the log says.")


@main.command()
@click.argument("client", type=click.UUID)
@click.option("--reason", required=True, type=click.Choice([r.value for r in ErasureReason]),
              help="Why; a code, since it stays when the person's data is gone.")  # fmt: skip
@click.option("--yes", is_flag=True, help="Don't ask, at a terminal.")
def erase(client: UUID, reason: str, yes: bool) -> None:
    """Erase a CLIENT (by id) for good: the key is destroyed, and nobody can read any more who it was.

    Counts and history by number stay. It can't be undone.
    """
    if not yes and sys.stdin.isatty():
        click.confirm(f"Erase client {client}? This can't be undone", abort=True)
    with opened() as services:
        services.create()
        services.erase(client, ErasureReason(reason), Moment(services.clock()), uuid4())
        click.echo(f"Erased client {client} ({reason}).")


@main.command()
@click.option("--week", help="ISO week such as 2026-W47; this week by default.")
def lists(week: str | None) -> None:
    """Build the weekly missing-data lists, one for each coach; those that exist stay as they are."""
    with opened() as services:
        services.create()
        now = services.clock()
        built = weekly_lists.build(services.engine, Week.parse(week) if week else Week.of(local_day(now)), now)
        click.echo(f"Week {built.week}: {built.built} lists built with {built.lines} lines, {built.kept} were there.")


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", type=click.IntRange(1, 64), help="Processes; one when tasks run in the process.")
@click.option("--quiet", is_flag=True, help="Log warnings and errors only.")
def serve(host: str, port: int, workers: int | None, quiet: bool) -> None:
    """Serve the web interface until interrupted."""
    from werkpad.serving import PortTakenError
    from werkpad.serving import serve as run

    try:
        run(Settings.from_environment(), host, port, workers=workers, quiet=quiet)
    except (SettingsError, PortTakenError) as error:
        raise click.ClickException(str(error)) from None


def _celery(arguments: list[str]) -> None:
    from werkpad import logs
    from workers.app import make_app

    logs.configure()
    with opened() as services:
        if services.settings.embedded:
            raise click.ClickException(
                "There is no broker, so tasks run in the web process. Set WERKPAD_BROKER_URL to redis://HOST:PORT/0."
            )
        services.create()
        settings = services.settings
    make_app(settings, OnePerProcess(settings)).start(arguments)


@main.command()
@click.option("--concurrency", default=2, show_default=True, type=click.IntRange(1, 64), help="Processes.")
@click.option("--loglevel", default="warning", show_default=True)
def worker(concurrency: int, loglevel: str) -> None:
    """Run a Celery worker: projects events, builds lists, finishes erasures."""
    _celery(
        [
            "worker",
            f"--concurrency={concurrency}",
            f"--loglevel={loglevel}",
            "--queues=werkpad",
            "--without-mingle",
        ]
    )


@main.command()
@click.option("--loglevel", default="warning", show_default=True)
def beat(loglevel: str) -> None:
    """Run Celery's clock, once: it starts what is due."""
    _celery(["beat", f"--loglevel={loglevel}", "--scheduler=celery.beat:Scheduler"])


@main.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--vault-dir", type=click.Path(file_okay=False, path_type=Path),
              help="Where the vault's backups go; FOLDER/vault by default. Better: another disk.")  # fmt: skip
@click.option("--vault-days", default=30, show_default=True, type=click.IntRange(1, 3650),
              help="Vault backups older than this are deleted: they would undo erasures.")  # fmt: skip
def backup(folder: Path, vault_dir: Path | None, vault_days: int) -> None:
    """Back up log, vault and lasting facts into a new folder in FOLDER, while the system goes on.

    The vault is kept apart, and the key-encryption key is in neither: keep it elsewhere. Read models are left out.
    """
    from werkpad.backups import back_up

    with opened() as services:
        services.create()
        made, expired = back_up(services, folder, vault_dir, vault_days)
        click.echo(f"Backed up to {made.folder} and {made.vault}; the log ends at position {made.position}.")
        for path in expired:
            click.echo(f"Deleted {path}, older than {vault_days} days.")
        if services.settings.erasure_register is None:
            click.echo("Set WERKPAD_ERASURE_REGISTER to a file outside the database, or a restore could bring back"
                       " who is erased from now on.", err=True)  # fmt: skip


@main.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--vault-dir", type=click.Path(file_okay=False, path_type=Path), help="Where the vault's backups are.")
@click.option("--replace", is_flag=True, help="Allow it where the database has events; they are lost.")
def restore(folder: Path, vault_dir: Path | None, replace: bool) -> None:
    """Restore the backup in FOLDER, or the latest of those in it. Stop web, worker and beat first.

    Clients who were erased after the backup are erased again; the read models are rebuilt.
    """
    from werkpad.backups import restore as restoring

    with _told_plainly(), bar("Rebuilding") as progress:
        done = restoring(Settings.from_environment(), folder, vault_dir, progress, replace=replace)
    click.echo(f"Restored the backup of {done.backup.made_at:%Y-%m-%d %H:%M} UTC with {done.events} events; "
               f"{done.erased_again} clients erased again.")  # fmt: skip


@main.command()
def status() -> None:
    """Tell how far the read models are, and what is due; exits 1 when something needs doing."""
    with opened() as services:
        services.create()
        fresh = services.engine.freshness()
        click.echo(f"log         {services.log.head()} events, {len(services.log.erasures())} erasures")
        for name, f in fresh.items():
            updated = f.updated_at.isoformat(timespec="seconds") if f.updated_at else "never"
            click.echo(f"{name:11} position {f.position}, {f.behind} behind, version {f.version}, updated {updated}")
            if f.stopped_because:
                click.echo(f"{'':11} stopped at position {f.stopped_at}: {f.stopped_because}")
        if _say_due(services):
            sys.exit(1)


def _say_due(services: Services) -> bool:
    """Whether something needs doing."""
    fresh = services.engine.freshness()
    due = [name for name, f in fresh.items() if f.rebuild_due]
    if due:
        click.echo(f"A rebuild is due: werkpad rebuild --due   ({', '.join(due)})")
    return bool(due) or any(f.stopped_at for f in fresh.values())


@main.command()
@click.option("--check", is_flag=True, help="Request the main pages as each role, print a line for each, and stop.")
@click.option("--fresh", is_flag=True, help="Start over with a new city.")
@click.option("--fill", is_flag=True, help="Only fill the empty database of the settings, and serve nothing.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--folder", default="var", show_default=True, type=click.Path(file_okay=False, path_type=Path))
def demo(check: bool, fresh: bool, fill: bool, host: str, port: int, folder: Path) -> None:
    """Invent a small city, import the research data, and serve it all on this machine.

    A second run reuses what is there.
    """
    from werkpad.demo import run
    from werkpad.serving import PortTakenError, check_port

    try:
        if fill:
            run.fill()
            return
        check_port(host, port)
        run.prepare(folder, fresh=fresh)
        if not check:
            run.serve(folder, host, port)
        wrong = run.check(folder, host, port)
    except (SettingsError, PortTakenError, run.NotADemonstrationError) as error:
        raise click.ClickException(str(error)) from None
    if wrong:
        raise click.ClickException(f"{wrong} pages are not right.")
    click.echo("All pages are right.")
