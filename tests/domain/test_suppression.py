"""Small groups are hidden where figures leave a team, also where they would follow from the others."""

from __future__ import annotations

import random

import pytest

from domain.suppression import SMALLEST_GROUP, ByTeam, published, rounded, shown, shown_column, shown_table


@pytest.mark.parametrize(("number", "told"), [(0, 0), (1, None), (4, None), (5, 5), (6, 6)])
def test_a_group_under_five_is_hidden_and_none_is_not(number: int, told: int | None) -> None:
    assert shown(number) == told


@pytest.mark.parametrize(
    ("numbers", "told"),
    [
        ([], []),
        ([3], [None]),
        ([8], [8]),
        ([3, 9, 7], [None, 9, None]),
        ([3, 2, 9], [None, None, 9]),
        # A zero hides nothing: the sum less the others would tell the small one.
        ([3, 0, 9], [None, 0, None]),
        # Where nothing else is there, it is hidden all the same: less would tell more.
        ([3, 0], [None, None]),
        ([5, 6, 7], [5, 6, 7]),
    ],
)
def test_one_that_is_hidden_alone_takes_the_smallest_other_along(numbers: list[int], told: list[int | None]) -> None:
    assert shown_column(numbers) == told


def test_no_line_of_a_table_has_one_hidden_number() -> None:
    drawn = random.Random(7)  # noqa: S311 - numbers to try, no secret
    for _ in range(300):
        rows, columns = drawn.randint(1, 5), drawn.randint(1, 5)
        numbers = [[drawn.choice((0, 1, 4, 5, 9, 40)) for _ in range(columns)] for _ in range(rows)]
        table = shown_table(numbers)
        for line in (*table, *zip(*table, strict=True)):
            assert len(line) == 1 or list(line).count(None) != 1, (numbers, table)
        told = [(n, t) for given, row in zip(numbers, table, strict=True) for n, t in zip(given, row, strict=True)]
        assert all(t is None or (t == n and not 0 < n < SMALLEST_GROUP) for n, t in told)


def test_rows_that_add_up_to_nothing_known_are_left_alone() -> None:
    numbers = [[3, 9, 9], [8, 9, 9]]
    assert shown_table(numbers, rows_add_up=False) == [[None, 9, 9], [None, 9, 9]]
    assert shown_table(numbers) == [[None, None, 9], [None, None, 9]]


def test_of_a_figure_by_team_nothing_follows_from_the_sum_and_ones_own_number() -> None:
    drawn = random.Random(11)  # noqa: S311 - numbers to try, no secret
    for _ in range(2_000):
        numbers = {team: drawn.choice((0, 1, 2, 4, 5, 6, 9, 40)) for team in range(drawn.randint(1, 7))}
        figure = ByTeam(numbers)
        assert all(figure.of(t) is None for t, n in numbers.items() if 0 < n < SMALLEST_GROUP)
        assert all(figure.of(t) in (None, rounded(n)) for t, n in numbers.items())
        for own in (None, *numbers):
            # Nobody at all may be known as well.
            unknown = [n for t, n in numbers.items() if t != own and figure.of(t) is None and n]
            if (total := figure.total(own)) is not None:
                assert total == rounded(sum(numbers.values()))
                assert len(unknown) != 1, (numbers, own)
                assert not unknown or sum(unknown) - len(unknown) + 1 >= SMALLEST_GROUP, (numbers, own)
        if len([n for n in numbers.values() if n >= SMALLEST_GROUP]) > 2:
            assert None not in [figure.total(own) for own in (None, *numbers)], "a city of some size sees its sums"


@pytest.mark.parametrize(
    ("number", "told"), [(0, 0), (1, None), (4, None), (5, 5), (7, 5), (8, 10), (12, 10), (13, 15)]
)
def test_what_leaves_a_team_is_rounded_to_the_nearest_five(number: int, told: int | None) -> None:
    assert published(number) == told


def test_a_part_is_hidden_where_the_whole_is() -> None:
    whole = ByTeam({"a": 3, "b": 7, "c": 30, "d": 30})
    assert [whole.of(team) for team in "abcd"] == [None, None, None, 30]
    part = ByTeam({"a": 0, "b": 6, "c": 20, "d": 20}, whole)
    assert [part.of(team) for team in "abcd"] == [0, None, None, None], "six would say that all of them are six or more"


def test_the_sum_is_hidden_from_the_one_who_would_see_another_team_in_it() -> None:
    two = ByTeam({"a": 9, "b": 14})
    assert (two.of("a"), two.of("b"), two.total(None)) == (10, 15, 25)
    assert two.total("a") is None and two.total("b") is None
    assert ByTeam({"a": 9, "b": 14, "c": 8}).total("a") == 30


def test_where_anybody_can_count_the_sum_nothing_is_told_rather_than_too_much() -> None:
    ones = ByTeam(dict.fromkeys("abcdefg", 1))
    assert set(ones.with_known_sum().values()) == {None}
    assert ByTeam({"a": 9, "b": 14, "c": 0}).with_known_sum() == {"a": 10, "b": 15, "c": 0}
