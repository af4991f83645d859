"""Mappings: every mistake in one is named at once, and what a cell means follows from it alone."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from domain.catalogue import Value, load
from domain.refusal import Refused
from workers.imports import ImportMistake
from workers.imports.columns import Column, Range
from workers.imports.date_formats import date_format
from workers.imports.mapping import ImportMapping, load_mapping

SOUND = """
[source]
name = "s"
[constants]
team = "north"
intake_on = 2026-06-01
"""


def mapping(folder: Path, text: str | bytes) -> ImportMapping:
    path = folder / "mapping.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load_mapping(path, load())


def mistakes(folder: Path, text: str | bytes) -> tuple[str, ...]:
    with pytest.raises(ImportMistake) as refused:
        mapping(folder, text)
    return refused.value.mistakes


def test_a_sound_mapping_is_read(tmp_path):
    found = mapping(
        tmp_path,
        'key = ["nr"]\nleave_out = ["x", "nr"]\n' + SOUND + 'gender = "man"\n[columns.age]\nfield = "birth_date"\n',
    )
    assert (found.source, found.team, found.intake_on) == ("s", "north", date(2026, 6, 1))
    assert found.constants == {"gender": "man"}
    assert found.names == {"nr", "x", "age"}
    assert found.missing == {""}


def test_the_mapping_in_the_manual_is_sound(tmp_path):
    manual = (Path(__file__).parents[2] / "docs" / "import.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```toml\n(.*?)```", manual, re.DOTALL)
    assert mapping(tmp_path, example).key == ("case_number",)


def test_all_mistakes_are_named_at_once(tmp_path):
    found = mistakes(
        tmp_path,
        """
        leave_out = ["a"]
        colour = "red"
        [source]
        title = "s"
        [constants]
        intake_on = "2026-06-01"
        gender = "other"
        shoe_size = 44
        [columns.a]
        field = "birth_date"
        year_of_birth_from_age = "2026"
        [columns.b]
        field = "shoe_size"
        [columns.c]
        field = "education_level"
        values = { 1 = "university" }
        ranges = [{ from = 9, to = 3, value = "none" }, { from = 5, value = "phd" }, { to = 20 }]
        [columns.d]
        fields = "gender"
        [columns.e]
        field = "name"
        date_format = "%d-%m-%y"
        [columns.f]
        field = "intake_on"
        date_format = "%Y-%m"
        """,
    )
    text = "\n".join(found)
    for said in [
        "there is no setting colour",
        "source: there is no setting title",
        "source: name is missing",
        "constants: team is missing",
        "constants: intake_on is a day, such as 2026-06-01 without quotes",
        "constants: gender: This is not one of the answers. Choose one of: woman, man, x.",
        "constants: shoe_size: there is no field shoe_size in the catalogue",
        "columns.a: year_of_birth_from_age is the year",
        "columns.b: there is no field shoe_size in the catalogue",
        "columns.c: values: 1: This is not one of the answers.",
        "columns.c: range 1: from lies above to",
        "columns.c: range 2: This is not one of the answers.",
        "columns.c: range 3: its value is missing",
        "columns.c: range 3: overlaps",
        "columns.d: there is no setting fields",
        "columns.d: field is missing",
        "columns.e: date_format is for dates",
        "columns.f: date_format needs day, month and year",
        "the column a is both mapped and left out",
    ]:
        assert said in text, said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"\xff\xfe", "not in UTF-8"),
        ("[source", "It is not TOML"),
        ("source = 1", "source is a table"),
        (SOUND + "[columns]\na = 'name'", "columns.a is a table"),
        ("missing = [1]" + SOUND, "missing is a list of texts"),
        (SOUND.replace("2026-06-01", "2026-06-01T10:00:00"), "intake_on is a day"),
        (SOUND.replace("intake_on = 2026-06-01", ""), "the day of the intake is missing"),
        (SOUND + "assigned_on = 2026-05-01", "assigned_on lies before intake_on"),
        (SOUND + 'track = "exempt"\nservice_track = "exempt"', "track and service_track are the same"),
        (SOUND + '[columns.a]\nfield = "intake_on"', "intake_on is filled more than once"),
        (SOUND + '[columns.a]\nfield = "skills"\n[columns.b]\nfield = "skills"', "skills is filled more than once"),
        (SOUND + '[columns.a]\nfield = "birth_date"\ndate_format = "%d-%m-%y"', "needs %Y, a year in four digits"),
        (SOUND + '[columns.a]\nfield = "cv"\nyear_of_birth_from_age = 2026', "whose year alone will do"),
        (SOUND + '[columns.a]\nfield = "name"\nvalues = { a = "b" }', "only a field of the catalogue"),
        (SOUND + '[columns.a]\nfield = "name"\nrequired = 1', "required is true or false"),
        (SOUND + '[columns.a]\nfield = "skills"\nranges = [1]', "ranges is a list"),
        (SOUND + '[columns.a]\nfield = "gender"\nvalues = { a = [1, {}] }', "columns.a: values: a"),
        ('leave_out = "a"' + SOUND, "leave_out is a list of texts"),
    ],
)
def test_each_mistake_has_a_sentence(tmp_path, text, said):
    assert any(said in mistake for mistake in mistakes(tmp_path, text)), mistakes(tmp_path, text)


def test_a_mapping_that_is_not_there_is_a_mistake(tmp_path):
    with pytest.raises(ImportMistake, match="can't be read"):
        load_mapping(tmp_path / "nowhere.toml", load())


def test_columns_that_are_neither_mapped_nor_left_out_are_listed(tmp_path):
    found = mapping(tmp_path, 'key = ["nr"]\nleave_out = ["x", "gone"]' + SOUND + '[columns.a]\nfield = "name"')
    assert list(found.differences(["nr", "x", "a", "black", "hisp"])) == [
        "Columns neither mapped nor left out: nr, black, hisp. Map each under [columns.NAME], or name it in leave_out.",
        "Columns that the file does not have: gone.",
    ]


def test_a_first_line_that_may_be_a_person_is_not_repeated(tmp_path):
    found = mapping(tmp_path, SOUND + '[columns.a]\nfield = "name"')
    (said,) = found.differences(["Ann Secret", "1990"])
    assert "Secret" not in said


def column(key: str, **more: object) -> Column:
    if written := more.pop("date_format", None):
        more["date_format"] = date_format(str(written))
    return Column("c", key, load()[key], **more)


def value(column: Column, cell: str) -> Value:
    try:
        return column.value(cell)
    except Refused:
        return None


def test_years_of_schooling_become_a_level_by_ranges_and_the_rest_is_unknown():
    years = column("education_level", ranges=(Range(0, 5, "none"), Range(6, float("inf"), "primary")))
    cells = ["0", "5", "5.5", "6", "6,0", "99", "-1", "six", "", "nan", "1e3", "²"]
    assert [value(years, cell) for cell in cells] == [
        "none",
        "none",
        None,
        "primary",
        "primary",
        "primary",
        None,
        None,
        None,
        None,
        None,
        None,
    ]


def test_an_age_gives_a_year_of_birth_and_nothing_more_precise():
    age = column("birth_date", born_in=2026)
    assert [value(age, cell) for cell in ["37", "37.0", "0", "120", "121", "-1", "37.5", "x"]] == [
        "1989",
        "1989",
        "2026",
        "1906",
        None,
        None,
        None,
        None,
    ]


def test_a_date_is_as_precise_as_its_format():
    assert column("birth_date", date_format="%m/%d/%Y").value("02/01/1990") == "1990-02-01"
    assert column("birth_date", date_format="%m/%Y").value("02/1990") == "1990-02"
    assert column("birth_date", date_format="%Y").value("1990") == "1990"
    assert value(column("birth_date", date_format="%m/%d/%Y"), "31/01/1990") is None
    assert column("birth_date").value("1-2-1990") == "1990-02-01"


def test_lists_and_yes_or_no_follow_the_catalogue():
    assert column("driving_licence").value("B, C") == ["B", "C"]
    assert column("driving_licence", values={"car": ["B"]}).value("car") == ["B"]
    assert column("childcare_arranged").value("ja") is True
    assert value(column("hours_available"), "41") is None


@pytest.mark.parametrize(
    "also",
    ['values = {old = "1950"}', 'ranges = [{upto = 30, value = "1990"}]', 'date_format = "%Y"'],
)
def test_a_year_of_birth_from_an_age_goes_with_no_other_way_to_read_a_cell(tmp_path, also):
    born = f'{SOUND}[columns.age]\nfield = "birth_date"\nyear_of_birth_from_age = 2026\n'
    said = "year_of_birth_from_age excludes values, ranges and date_format"
    assert mapping(tmp_path, born).columns[0].born_in == 2026
    assert any(said in mistake for mistake in mistakes(tmp_path, born + also + "\n"))
