"""Nobody becomes a client twice: compared across sources, in one form of each letter, and told without whose client."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import select

from application.merging import parts_of_merge
from eventlog.commands import CommandContext
from projections.caseload import caseload
from tests.workers.importing import HEADER, MAPPING

NUMBERED = (
    MAPPING.replace('leave_out = ["remark"]', "")
    + """
[columns.remark]
field = "client_number"
[columns.born]
field = "birth_date"
"""
)
NUMBERED_HEADER = HEADER.strip() + ";born\n"
ANOTHER_FORM = "Ann-Zoe\u0308 de  Vries"

DOUBLES = {
    "number, another source": ("Bob;01/03/2026;P;B;X 17;1990-01-01", NUMBERED.replace("old system", "other system")),
    "number, another form": ("Bob;01/03/2026;P;B; x17 ;1990-01-01", NUMBERED),
    "name and birth date": ("Ann-Zoë de Vries;01/03/2026;H;B;;2-1-1980", NUMBERED),
    "another form of letters": (f"{ANOTHER_FORM};01/03/2026;H;B;;1980-01-02", NUMBERED),
    "capitals and blanks": (" ANN-ZOË   DE VRIES ;01/03/2026;H;B;Y 1;1980-01-02", NUMBERED),
}


@pytest.mark.parametrize(("row", "mapping"), DOUBLES.values(), ids=DOUBLES)
def test_a_person_who_is_a_client_already_becomes_none_again(each_office, row, mapping):
    office = each_office
    office.team("south", coaches=1)
    assert office.load(NUMBERED_HEADER + "Ann-Zoë de Vries;01/02/2026;P;B;X17;1980-01-02\n", NUMBERED).imported == 1
    for team in ("north", "south"):
        outcome = office.load(NUMBERED_HEADER + row + "\n", mapping.replace("north", team))
        assert (outcome.imported, outcome.rejected) == (0, 1)
        (rejection,) = outcome.rejections
        assert "client" in rejection.reason
        assert not any(told in rejection.reason for told in ("Zo", "17", "1980", "north", "Coach"))
    only_alike = "number" not in rejection.reason
    outcome = office.load(NUMBERED_HEADER + row + "\n", mapping, may_be_alike=True)
    assert outcome.imported == int(only_alike)


def test_rows_that_say_the_same_in_another_form_are_the_same_row(office):
    composed, decomposed = "Zoë  de Vries;01/02/2026;P;B;\n", "Zoe\u0308 de\u00a0Vries;01/02/2026;P;B;\n"
    assert office.load(HEADER + composed).imported == 1
    assert office.load(HEADER + decomposed).already == 1


def test_two_rows_with_one_number_are_not_two_people(office):
    rows = "Ann;01/02/2026;P;B;17;1980\nBob;01/02/2026;P;B; 17;1981\nCy;01/02/2026;P;B;18;\n"
    outcome = office.load(NUMBERED_HEADER + rows, NUMBERED)
    assert (outcome.imported, [r.line for r in outcome.rejections]) == (2, [3])


def test_the_same_row_from_another_source_is_somebody_else_only_if_that_is_said(office):
    keyed = 'key = ["remark"]\n' + MAPPING
    row, other = HEADER + "Ann;01/02/2026;P;B;77\n", keyed.replace("old system", "other system")
    assert office.load(row, keyed).imported == 1
    assert office.load(row, other).rejected == 1
    assert office.load(row, other, may_be_alike=True).imported == 1
    assert office.load(row, keyed).already == 1
    assert len(office.clients()) == 2


SPELLED_OTHERWISE = {
    "sounds alike": "Anne Soe de Friess;01/03/2026;H;B;;2-1-1980",
    "day and month swapped": "Ann-Zoë de Vries;01/03/2026;H;B;;1-2-1980",
    "the year alone": "Ann Zoe de Vries;01/03/2026;H;B;;1980",
    "another number": "Vries, Ann-Zoë de;01/03/2026;H;B;Y 99;2-1-1980",
}


@pytest.mark.parametrize("row", SPELLED_OTHERWISE.values(), ids=SPELLED_OTHERWISE)
def test_who_is_probably_known_under_another_spelling_is_held_back_with_line_and_reason(each_office, row):
    office = each_office
    assert office.load(NUMBERED_HEADER + "Ann-Zoë de Vries;01/02/2026;P;B;X17;1980-01-02\n", NUMBERED).imported == 1
    rows, other = f"Bob Bakker;01/03/2026;P;B;;1990-05-06\n{row}\n", NUMBERED.replace("old system", "other system")
    head = office.services.log.head()
    for dry_run in (True, False):
        outcome = office.load(NUMBERED_HEADER + rows, other, dry_run=dry_run)
        assert (outcome.imported, [r.line for r in outcome.rejections]) == (1, [3])
        (reason,) = outcome.reasons
        assert "similar name and birth date" in reason and not any(t in reason for t in ("Zo", "1980", "north"))
        assert (office.services.log.head() == head) == dry_run
    assert office.load(NUMBERED_HEADER + rows, other, may_be_alike=True).imported == 1


@pytest.mark.parametrize(
    "row",
    [
        "Ann Bakker;01/03/2026;H;B;;2-1-1980",
        "Ann-Zoë de Vries;01/03/2026;H;B;;2-1-1981",
        "Ann-Zoë de Vries;01/03/2026;H;B;;",
    ],
    ids=["one part of the name", "another birth date", "a birth date that is not known"],
)
def test_who_has_less_in_common_is_somebody_else(office, row):
    assert office.load(NUMBERED_HEADER + "Ann-Zoë de Vries;01/02/2026;P;B;X17;1980-01-02\n", NUMBERED).imported == 1
    assert office.load(NUMBERED_HEADER + row + "\n", NUMBERED).imported == 1


def test_two_rows_of_one_file_are_two_people_however_many_are_recorded_at_once(office, monkeypatch):
    monkeypatch.setattr("workers.import_clients.BATCH", 1)
    office.services.engine.catch_up()
    rows = "Ann Bos;01/02/2026;P;B;1;1980-01-02\nAnn Bos;01/02/2026;P;B;2;1980-01-02\n"

    def caught_up(_done, _total):
        office.services.engine.catch_up(wait=True)

    assert office.load(NUMBERED_HEADER + rows, NUMBERED, progress=caught_up).imported == 2


def test_what_a_merged_file_says_holds_a_row_back_too(office):
    rows = "Ann-Zoë de Vries;01/02/2026;P;B;X17;1980-01-02\nBeatrix Lubbers;01/02/2026;P;B;X18;1971-03-04\n"
    assert office.load(NUMBERED_HEADER + rows, NUMBERED).imported == 2
    services = office.services
    services.engine.catch_up(wait=True)
    with services.database.read() as connection:
        one, other = connection.scalars(select(caseload.c.client_id))
    context = CommandContext(services.clock())
    services.together(parts_of_merge(services, one, other, context, uuid4()))
    again = NUMBERED_HEADER + "Trix;01/03/2026;P;B;X18;1971-03-04\nZoe Ann Vries;01/03/2026;P;B;;1980-01-02\n"
    assert office.load(again, NUMBERED).rejected == 2
