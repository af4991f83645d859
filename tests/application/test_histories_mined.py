"""What a program for process mining makes of the histories: `./dev run --group mining pytest` with this file."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from application.histories import without_rare
from application.history_formats import FORMATS
from tests.application.test_histories import KEY, TODAY, path

pytestmark = pytest.mark.filterwarnings("ignore")
FOUND = [path("intake", "first_contact", "plan") for _ in range(7)] + [path("intake", "plan") for _ in range(5)]


@pytest.fixture(scope="module")
def pm4py() -> object:
    """Half a gigabyte with all that it needs, so in a group of its own."""
    return pytest.importorskip("pm4py", reason="pm4py is in the group mining", exc_type=ImportError)


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    made = without_rare(FOUND, KEY, TODAY)
    names = {"ocel": "histories.json", "xes": "histories.xes"}
    for kind, name in names.items():
        (tmp_path / name).write_text(FORMATS[kind](made))
    return {kind: str(tmp_path / name) for kind, name in names.items()}


def test_pm4py_loads_ocel(pm4py: object, files: dict[str, str]) -> None:
    log = pm4py.read_ocel2_json(files["ocel"])  # type: ignore[attr-defined]  # it has no types
    assert len(log.objects) == 12
    assert Counter(log.events["ocel:activity"]) == {"intake": 12, "plan": 12, "first_contact": 7}
    flat = pm4py.ocel_flattening(log, "client")  # type: ignore[attr-defined]  # it has no types
    ways = flat.sort_values("time:timestamp", kind="stable").groupby("case:concept:name")["concept:name"].apply(tuple)
    assert Counter(ways) == {("intake", "first_contact", "plan"): 7, ("intake", "plan"): 5}


def test_pm4py_loads_xes(pm4py: object, files: dict[str, str]) -> None:
    log = pm4py.read_xes(files["xes"])  # type: ignore[attr-defined]  # it has no types
    found = pm4py.get_variants(log)  # type: ignore[attr-defined]  # it has no types
    assert found == {("intake", "first_contact", "plan"): 7, ("intake", "plan"): 5}
