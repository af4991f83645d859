"""The web application as a server gets it."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.conftest import environment


def test_no_template_is_left_to_be_compiled_while_people_wait(fresh_sqlite: str) -> None:
    tell = "from werkpad.wsgi import app; e = app.jinja_env; print(len(e.list_templates()), len(e.cache))"
    told = subprocess.run(
        [sys.executable, "-c", tell], env=os.environ | environment(fresh_sqlite), capture_output=True, check=True
    )
    there, compiled = map(int, told.stdout.split()[-2:])
    assert there == compiled > 50


def test_what_stays_is_not_looked_through_for_garbage_while_people_wait(fresh_sqlite: str) -> None:
    tell = "import gc; from werkpad.wsgi import app; print(gc.get_freeze_count(), len(gc.get_objects()))"
    told = subprocess.run(
        [sys.executable, "-c", tell], env=os.environ | environment(fresh_sqlite), capture_output=True, check=True
    )
    frozen, looked_through = map(int, told.stdout.split()[-2:])
    assert frozen > 100_000 > 20 * looked_through
