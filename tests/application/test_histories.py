"""Histories under pseudonyms: nothing of a person, no path of fewer than five, and files that others read."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import date, timedelta
from uuid import UUID, uuid4
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from application import histories
from application.histories import MAIN, NOT_TOLD, without_rare
from application.history_formats import FORMATS, ocel, xes
from application.refusals import NotAllowedError
from application.services import Services
from domain.client import EraseClient, ErasureReason
from domain.refusal import Refused
from eventlog.commands import CommandContext
from projections.paths import STEPS, Path
from tests.web.conftest import Town, build_town


@pytest.fixture
def town(services: Services) -> Town:
    return build_town(services)


KEY, OTHER_KEY = b"k" * 32, b"o" * 32
TODAY = date(2026, 11, 16)
FIRST = date(2026, 1, 5)


def path(*steps: str, track: str | None = None) -> Path:
    """A path with a day between two steps."""
    days = " ".join(str((FIRST + timedelta(days=nth)).toordinal()) for nth in range(len(steps)))
    return Path(uuid4(), None, track, " ".join(steps), days)


WAYS = st.lists(
    st.builds(
        lambda steps, track: path("intake", *steps, track=track),
        st.lists(st.sampled_from(STEPS[1:5]), unique=True, max_size=3),
        st.sampled_from([None, "development"]),
    ),
    max_size=60,
)


@given(found=WAYS)
def test_no_path_of_fewer_than_five_is_in_the_file(found: list[Path]) -> None:
    made = without_rare(found, KEY, TODAY)
    ways = Counter(tuple(step for step, _ in h.steps) for h in made.histories)
    assert all(number >= 5 for number in ways.values())
    on_tracks = Counter((tuple(step for step, _ in h.steps), h.track) for h in made.histories if h.track != NOT_TOLD)
    assert all(number >= 5 for number in on_tracks.values())
    assert made.left_out is None or made.left_out + len(made.histories) == len(found)
    assert made.generalised is None or made.generalised == 0 or made.generalised >= 5


def test_of_a_path_that_few_took_the_main_steps_are_told() -> None:
    usual = [path("intake", "first_contact", "plan") for _ in range(6)]
    through_a_workshop = [path("intake", "first_contact", "workshop", "plan") for _ in range(2)]
    other = [path("intake", "plan", "first_contact") for _ in range(4)]
    made = without_rare([*usual, *through_a_workshop, *other], KEY, TODAY)
    assert Counter(tuple(step for step, _ in h.steps) for h in made.histories) == {
        ("intake", "first_contact", "plan"): 8
    }
    assert (made.generalised, made.left_out) == (None, None)
    assert "fewer than 5 are told by their main steps alone, and fewer than 5 are left out" in made.about
    assert {"intake", "first_contact", "plan"} <= MAIN


def test_two_exports_can_not_be_laid_beside_each_other() -> None:
    found = [path("intake", "plan") for _ in range(9)]
    one, other = (without_rare(found, key, TODAY) for key in (KEY, OTHER_KEY))
    assert {h.pseudonym for h in one.histories}.isdisjoint({h.pseudonym for h in other.histories})
    assert without_rare(list(reversed(found)), KEY, TODAY) == one, "the order says nothing"


@pytest.mark.parametrize("kind", FORMATS)
def test_a_file_has_no_id_no_time_and_says_what_is_left_out(kind: str) -> None:
    found = [path("intake", "plan", track="development") for _ in range(9)] + [path("intake") for _ in range(2)]
    made = without_rare(found, KEY, TODAY)
    text = FORMATS[kind](made)
    for each in found:
        assert str(each.client_id) not in text
        assert each.client_id.hex not in text
    assert "are left out" in text
    assert set(re.findall(r"T[0-9:]{8}", text)) == {"T00:00:00"}, "days alone"


def test_ocel_names_each_type_and_each_object() -> None:
    log = json.loads(ocel(without_rare([path("intake", "plan") for _ in range(5)], KEY, TODAY)))
    assert (
        {each["name"] for each in log["eventTypes"]} == {event["type"] for event in log["events"]} == {"intake", "plan"}
    )
    known = {each["id"] for each in log["objects"]}
    assert {r["objectId"] for event in log["events"] for r in event["relationships"]} == known
    assert len({event["id"] for event in log["events"]}) == 10


def test_xes_has_a_trace_for_each_client() -> None:
    text = xes(without_rare([path("intake", "plan") for _ in range(5)], KEY, TODAY))
    root = ElementTree.fromstring(text)  # noqa: S314 - written a line before
    traces = root.findall("trace")
    assert len(traces) == 5
    assert [e.find("string").get("value") for e in traces[0].findall("event")] == ["intake", "plan"]  # type: ignore[union-attr]  # each has one


def test_who_exports_is_in_the_log_of_accounts(town: Town) -> None:
    for nth in range(6):
        town.new_client("coach", f"Invented Person {nth}")
    made = histories.histories(town.services, histories.viewer_called(town.services, "privacy"), KEY)
    assert len(made.histories) == 6
    assert "Invented" not in ocel(made)
    page = town.visit("privacy").get("/account-log")
    assert "histories exported under pseudonyms" in page
    for who in ("manager", "improver", "admin"):
        with pytest.raises(NotAllowedError):
            histories.histories(town.services, histories.viewer_called(town.services, who), KEY)
    with pytest.raises(Refused, match="no account"):
        histories.viewer_called(town.services, "nobody")


def test_who_was_erased_is_in_no_export(town: Town) -> None:
    ids: list[UUID] = [town.new_client("coach", f"Invented {nth}") for nth in range(6)]
    erase = EraseClient(client_id=ids[0], reason=ErasureReason.CLIENT_REQUEST)
    town.services.clients.handle(erase, CommandContext(town.services.clock()), uuid4())
    made = histories.histories(town.services, town.accounts["process"].viewer, KEY)
    assert len(made.histories) == 5
