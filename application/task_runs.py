"""How often tasks ran and with what outcome, noted where whoever watches can ask for it."""

from __future__ import annotations

from application.services import Services
from database.patience import patience
from records import task_runs
from records.task_runs import DONE as DONE
from records.task_runs import FAILED as FAILED
from records.task_runs import NOTHING as NOTHING
from records.task_runs import WAITS as WAITS
from records.task_runs import ByOutcome
from records.task_runs import Runs as Runs

# Seconds that the database has for it: whoever notes it has other things to do.
PATIENCE = 3.0


def note_runs(services: Services, counted: ByOutcome) -> None:
    """Add runs to those that were counted before. Raises what the database raises when it is away."""
    with patience(PATIENCE), services.database.write() as connection:
        task_runs.add(connection, counted)
