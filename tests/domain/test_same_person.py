"""Who may be the same person: names by their sound, birth dates with what is not known of them, and numbers."""

from __future__ import annotations

import pytest

from domain.same_person import By, looked_for, parts, signs, sound


def common(known: tuple[str | None, str | None, str | None], new: tuple[str | None, str | None, str | None]) -> set[By]:
    return {by for by, *_ in signs(*known) & looked_for(*new)}


@pytest.mark.parametrize(
    "alike",
    [
        ("jansen", "janssen", "janzen"),
        ("meijer", "meyer", "meier", "maier"),
        ("vries", "fries"),
        ("bakker", "backer"),
        ("dijkstra", "dykstra"),
        ("kuijpers", "kuipers", "cuypers"),
        ("smit", "smith", "smid", "schmidt"),
        ("hendriks", "hendrix", "hendricks"),
        ("mohamed", "mohammed", "muhammed"),
        ("yilmaz", "yilmas"),
        ("youssef", "yusuf", "joesoef"),
        ("catharina", "katarina"),
        ("philips", "filips"),
    ],
)
def test_names_that_are_spelt_otherwise_sound_alike(alike: tuple[str, ...]) -> None:
    assert len({sound(name) for name in alike}) == 1


@pytest.mark.parametrize(
    ("one", "another"), [("jansen", "bakker"), ("bos", "vos"), ("meijer", "mulder"), ("ali", "ahmed")]
)
def test_names_that_are_others_sound_otherwise(one: str, another: str) -> None:
    assert sound(one) != sound(another)


def test_a_name_without_a_sound_stands_for_itself() -> None:
    assert sound("h") == "h" and sound("b2") == "b2"


def test_prefixes_and_initials_tell_nobody_apart() -> None:
    assert parts("J. van den Berg-Özdemir") == ["berg", "ozdemir"]
    assert parts("A. B.") == ["a", "b"]
    assert parts("  ") == []
    assert len(parts("ab " * 50_000)) <= 8


KNOWN = ("Catharina de Vries", "X-17", "1980-02-01")


@pytest.mark.parametrize(
    ("new", "by"),
    [
        ((None, " x-1 7", None), {By.NUMBER}),
        (("Katarina Fries", None, "1980-02-01"), {By.NAME_AND_BIRTH_DATE, By.NAME_AND_YEAR}),
        # married, and known by another surname since
        (("Catharina Bakker", None, "1980-02-01"), {By.NAME_AND_BIRTH_DATE}),
        # day and month the other way round
        (("C. de Vries", None, "1980-01-02"), {By.NAME_AND_BIRTH_DATE}),
        # as far as it is known
        (("de Vries, Catharina", None, "1980"), {By.NAME_AND_YEAR}),
        (("Catharina de Vries", None, None), {By.NAME}),
        (("Catharina de Vries", None, "1981-02-01"), set()),
        (("Bram Bakker", None, "1980-02-01"), set()),
        ((None, None, "1980-02-01"), set()),
        (("Catharina de Vries", "X-18", "1990-02-01"), set()),
    ],
)
def test_what_a_person_has_in_common_with_one_who_is_known(
    new: tuple[str | None, str | None, str | None], by: set[By]
) -> None:
    assert common(KNOWN, new) == by


def test_one_whose_birth_date_is_not_known_is_found_by_the_name() -> None:
    assert common(("Catharina de Vries", None, None), ("Katarina de Vries", None, "1980-02-01")) == {By.NAME_AND_YEAR}
    assert common(("Catharina de Vries", None, None), ("Katarina de Vries", None, None)) == {By.NAME, By.NAME_AND_YEAR}
