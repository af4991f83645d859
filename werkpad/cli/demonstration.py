"""The demonstration: an invented city, filled, served or walked through."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.option("--check", is_flag=True, help="Request the main pages as each role, print a line for each, and stop.")
@click.option("--fresh", is_flag=True, help="Start over with a new city.")
@click.option("--fill", is_flag=True, help="Only fill the empty database of the settings, and serve nothing.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--folder", default="var", show_default=True, type=click.Path(file_okay=False, path_type=Path))
def demo(check: bool, fresh: bool, fill: bool, host: str, port: int, folder: Path) -> None:
    """Invent a small city and serve it on this machine.

    The research data is imported as one of its teams.

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
    except (PortTakenError, run.NotADemonstrationError) as error:
        raise click.ClickException(str(error)) from None
    if wrong:
        raise click.ClickException(f"{wrong} pages are not right.")
    click.echo("All pages are right.")
