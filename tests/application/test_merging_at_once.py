"""Merging and undoing by several at the same moment: whoever is first has it, the others are told, nothing is half."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID, uuid4

import pytest

from application import merging
from application.refusals import NotThereError
from application.services import Services
from domain.refusal import Refused
from projections.engine.verify import verify
from tests.application.merged import FEBRUARY, KEPT, OTHER, THIRD, look, merge, register, without_the_merge
from tests.stories import begin, contact, do

Work = Callable[[], object]


def merging_of(services: Services, kept: UUID, other: UUID) -> Work:
    return lambda: merging.merge_files(services, look(services), kept, other, uuid4())


def undoing_of(services: Services, kept: UUID, other: UUID) -> Work:
    return lambda: merging.undo_merge(services, look(services), kept, other, uuid4())


def at_once(*works: Work) -> Sequence[Exception | None]:
    """Do these at the same moment; what each was refused by, or None."""
    begins = Barrier(len(works))

    def one(work: Work) -> Exception | None:
        begins.wait()
        try:
            work()
        except (Refused, NotThereError) as refused:
            # A file that was merged on meanwhile is there no more.
            return refused
        return None

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(one, works))


def leads_to(services: Services) -> dict[UUID, UUID]:
    return {each: services.file_that_goes_on(each) for each in (KEPT, OTHER, THIRD)}


def is_sound(services: Services) -> None:
    services.engine.catch_up()
    assert list(verify(services.engine)) == [], "folded anew, all is the same"


@pytest.mark.parametrize("how_often", range(3))
def test_of_two_opposite_merges_at_once_one_is_done(two: Services, how_often: int) -> None:
    begin(two, THIRD)
    do(two, register(OTHER, "education_level", "primary"))
    said = at_once(merging_of(two, KEPT, OTHER), merging_of(two, OTHER, KEPT))
    assert [each is None for each in said].count(True) == 1, said
    assert "merged" in str(next(each for each in said if each)) or "Check them again" in str(next(e for e in said if e))
    goes_on = KEPT if said[0] is None else OTHER
    assert leads_to(two) == {KEPT: goes_on, OTHER: goes_on, THIRD: THIRD}
    is_sound(two)


def test_of_two_who_merge_one_file_into_two_others_at_once_one_has_it(two: Services) -> None:
    begin(two, THIRD)
    said = at_once(merging_of(two, KEPT, OTHER), merging_of(two, THIRD, OTHER))
    assert [each is None for each in said].count(True) == 1, said
    goes_on = KEPT if said[0] is None else THIRD
    assert leads_to(two) == {KEPT: KEPT, OTHER: goes_on, THIRD: THIRD}
    is_sound(two)


def test_of_a_ring_of_merges_at_once_nobody_is_lost(two: Services) -> None:
    begin(two, THIRD)
    at_once(merging_of(two, KEPT, OTHER), merging_of(two, OTHER, THIRD), merging_of(two, THIRD, KEPT))
    ends = set(leads_to(two).values())
    assert len(ends) <= 2 and all(two.file_that_goes_on(end) == end for end in ends), "each leads to one that goes on"
    is_sound(two)


def test_undoing_while_the_file_is_merged_on_is_one_after_the_other(two: Services) -> None:
    begin(two, THIRD)
    merge(two)
    said = at_once(undoing_of(two, KEPT, OTHER), merging_of(two, THIRD, KEPT))
    undone, merged = (each is None for each in said)
    assert undone or merged, said
    there = leads_to(two)
    assert there[KEPT] == (THIRD if merged else KEPT)
    assert there[OTHER] == (OTHER if undone else there[KEPT])
    is_sound(two)


def test_undoing_twice_at_once_undoes_once_and_brings_back_what_was(two: Services) -> None:
    do(two, contact(FEBRUARY, OTHER))
    do(two, register(KEPT, "education_level", "primary"))
    two.engine.catch_up()
    before = without_the_merge(two)
    merge(two)
    said = at_once(undoing_of(two, KEPT, OTHER), undoing_of(two, KEPT, OTHER))
    assert [each is None for each in said].count(True) == 1, said
    is_sound(two)
    assert without_the_merge(two) == before


def test_what_is_recorded_while_files_are_merged_is_in_the_one_that_goes_on_or_told(two: Services) -> None:
    work = contact(FEBRUARY, OTHER)
    said = at_once(merging_of(two, KEPT, OTHER), lambda: do(two, work))
    assert said.count(None) >= 1
    events = {type(event).__name__ for event in two.log.stream(KEPT)}
    if said == [None, None]:
        assert "ContactRecorded" in events, "it came first, and went along"
    is_sound(two)
