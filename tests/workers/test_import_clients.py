"""Importing clients: each row once, rows that can't be taken reported, what is not known unknown."""

from __future__ import annotations

import stat
from collections import Counter
from datetime import date
from uuid import uuid4

import pytest

from domain.catalogue import DateKind, ShortText, load
from domain.client import ErasureReason
from eventlog.commands import CommandContext
from projections import exemptions
from projections.caseload import Scope
from tests.workers.importing import EXAMPLES, HEADER, MAPPING, NOW
from workers import import_clients as module
from workers.import_clients import import_clients
from workers.imports.findings import told
from workers.imports.mapping import load_mapping


def test_the_445_men_of_the_job_training_programme_become_the_clients_of_one_team(office):
    coaches = office.team("nsw", coaches=4)
    seen = []
    outcome = import_clients(
        office.services,
        EXAMPLES / "nsw-job-training.csv",
        EXAMPLES / "nsw-job-training.toml",
        at=NOW,
        progress=lambda done, total: seen.append((done, total)),
    )
    assert (outcome.rows, outcome.imported, outcome.already, outcome.rejected) == (445, 445, 0, 0)
    assert (outcome.unknown_values, outcome.unknown_by_column) == (370, {"married": 370})
    assert outcome.rejected_file is None
    assert seen[0] == (0, 445) and seen[-1] == (445, 445)
    clients = office.clients()
    assert Counter(Counter(c["coach_id"] for c in clients).values()) == {111: 3, 112: 1}
    assert {c["coach_id"] for c in clients} == set(coaches)
    assert Counter(c["v_education_level"] for c in clients) == {
        "none": 11,
        "primary": 53,
        "lower_secondary": 284,
        "upper_secondary": 96,
        "bachelor": 1,
    }
    assert {c["intake_on"] for c in clients} == {date(2026, 6, 1)}


def test_the_example_leaves_ethnicity_out_by_name():
    mapping = load_mapping(EXAMPLES / "nsw-job-training.toml", load())
    assert {"black", "hisp"} <= mapping.leave_out


def test_importing_a_file_twice_adds_nothing(each_office):
    office = each_office
    content = HEADER + "Ann;01/02/2026;P;B;\nAnn;01/02/2026;P;B;\nBob;01/02/2026;H;none;\n"
    assert office.load(content).imported == 3, "two rows that say the same are two people"
    head = office.services.log.head()
    again = office.load(content)
    assert (again.imported, again.already, office.services.log.head()) == (0, 3, head)


def test_the_order_of_columns_the_delimiter_and_line_ends_make_no_other_person(office):
    office.load(HEADER + "Ann;01/02/2026;P;B;x\n")
    turned = office.load("\ufeffremark,licence,school,seen_first,who\r\nx,B,P,01/02/2026,Ann\r\n")
    assert (turned.imported, turned.already) == (0, 1)


def test_with_a_key_a_row_that_changed_is_still_the_same_person(office):
    keyed = 'key = ["remark"]\n' + MAPPING
    office.load(HEADER + "Ann;01/02/2026;P;B;17\n", keyed)
    later = office.load(HEADER + "Anna;01/02/2026;H;B;17\nBob;01/02/2026;H;B;18\n", keyed)
    assert (later.imported, later.already) == (1, 1)


def test_with_a_key_two_rows_of_one_person_in_a_file_are_not_two_people(office):
    keyed = 'key = ["remark"]\n' + MAPPING
    row, other = "Ann;01/02/2026;P;B;17\n", "Bob;01/02/2026;P;B;17\n"
    outcome = office.load(HEADER + row + row + other + "Cy;01/02/2026;P;B;\n", keyed)
    assert (outcome.imported, outcome.already, outcome.rejected) == (1, 1, 2)
    assert [(r.line, r.reason) for r in outcome.rejections] == [
        (4, "This row is identified by the same remark as the one on line 2."),
        (5, "remark: this identifies the row and can't be missing."),
    ]


def test_the_same_cells_under_other_headings_are_another_person(office):
    office.load("who;alias;seen_first;school;licence;remark\nAnn;;01/02/2026;P;B;\n", with_alias("who", "alias"))
    again = "who;alias;seen_first;school;licence;remark\n;Ann;01/02/2026;P;B;\n"
    assert office.load(again, with_alias("alias", "who"), may_be_alike=True).imported == 1


def with_alias(named: str, left_out: str) -> str:
    return MAPPING.replace("[columns.who]", f"[columns.{named}]").replace('"remark"', f'"remark", "{left_out}"')


def test_one_who_was_erased_does_not_come_back_with_the_file(each_office):
    office = each_office
    row = HEADER + "Ann;01/02/2026;P;B;\n"
    office.load(row)
    (client,) = office.clients()
    office.services.erase(client["client_id"], next(iter(ErasureReason)), CommandContext(NOW), uuid4())
    again = office.load(row)
    assert (again.imported, again.already) == (0, 1)
    assert [c["name"] for c in office.clients()] == [None]


def test_what_is_missing_or_outside_the_catalogue_is_unknown_and_counted(office):
    content = HEADER + "Ann;01/02/2026;X;\nBob;01/02/2026;NA;Q\nCy;01/02/2026;P;B\n".replace("\n", ";\n")
    outcome = office.load(content)
    assert (outcome.imported, outcome.unknown_values) == (3, 4)
    assert outcome.unknown_by_column == {"school": 2, "licence": 2}
    assert {name: (f.empty, f.unreadable, f.first_lines) for name, f in outcome.findings.items()} == {
        "school": (1, 1, [2]),
        "licence": (1, 1, [3]),
    }
    assert outcome.findings["school"].reasons == {"This is not among the values that the mapping names.": 1}
    assert list(told(outcome.findings))[:2] == ["school: 1 empty", "school: 1 unreadable (line 2)"]
    assert Counter(c["v_education_level"] for c in office.clients()) == {None: 2, "primary": 1}


def test_a_column_with_values_takes_no_other_word_even_one_of_the_catalogue(office):
    content = HEADER + "Ann;01/02/2026;master;B;\nBob;01/02/2026;P;B;\n"
    assert office.load(content).unknown_by_column == {"school": 1}


@pytest.mark.parametrize(
    ("key", "cell"),
    [(field.key, "☂ not one of these ☂") for field in load() if not isinstance(field.kind, ShortText)],
)
def test_a_column_that_cant_be_read_from_the_first_row_to_the_last_stops_the_import(office, key, cell):
    mapping = MAPPING.replace("driving_licence", key).replace("education_level", "skills")
    mapping = mapping.replace('values = { P = "primary", H = "bachelor" }', "")
    if key in ("education_level", "criminal_record_restricts"):
        return
    content = HEADER + f"Ann;01/02/2026;P;{cell};\nBob;01/02/2026;P;{cell};\nCy;01/02/2026;P;;\n"
    said = office.mistakes(content, mapping)
    assert "licence: not one of its 2 cells can be read (line 2: " in said and cell not in said
    outcome = office.load(content, mapping, unreadable=["licence"])
    assert (outcome.imported, outcome.findings["licence"].unreadable, outcome.findings["licence"].empty) == (3, 2, 1)


def test_a_required_cell_that_cant_be_read_and_a_text_that_is_too_long_reject_their_row(office):
    mapping = MAPPING.replace('field = "driving_licence"', 'field = "driving_licence"\nrequired = true')
    mapping += '[columns.goal]\nfield = "own_goal"\n'
    head = HEADER.strip() + ";goal\n"
    rows = ["Ann;01/02/2026;P;Q;;x", f"Bob;01/02/2026;P;B;;{'long ' * 300}", "Cy;01/02/2026;P;B;;x"]
    outcome = office.load(head + "\n".join(rows), mapping)
    assert outcome.imported == 1
    assert [(r.line, r.reason.partition(":")[0]) for r in outcome.rejections] == [(2, "licence"), (3, "goal")]
    assert "too long" in outcome.rejections[1].reason
    assert outcome.reasons.total() == 2


def test_a_date_ahead_is_taken_where_a_form_takes_it(office):
    for key in (f.key for f in load() if isinstance(f.kind, DateKind)):
        mapping = MAPPING.replace("driving_licence", key)
        outcome = office.load(HEADER + f"{key};01/02/2026;P;2027-01-01;\n", mapping)
        assert outcome.imported == int(load()[key].kind.future), key


def test_a_birth_date_known_to_the_year_as_the_civil_registry_writes_it_keeps_its_year(office):
    for written in ("", 'date_format = "%d-%m-%Y"'):
        mapping = MAPPING.replace("driving_licence", "birth_date") + written
        outcome = office.load(HEADER + f"A{len(written)};01/02/2026;P;00-00-1980;\n", mapping)
        assert (outcome.imported, outcome.unknown_values) == (1, 0)
    assert {c["v_birth_date"] for c in office.clients()} == {"1980"}


def test_rows_that_cant_be_taken_are_reported_and_can_be_corrected_and_imported_again(office):
    outcome = office.load(
        HEADER
        + "Ann;01/02/2026;P;B;\n"
        + "Bob;31/02/2026;P;B;\n"
        + '"Cy\nsecond line";01/02/2026;P;B;\n'
        + "Di;01/02/2027;P;B;\n"
        + "Ed;01/02/2026;P\n"
        + ";;;;\n"
        + "Flo;;P;B;\n"
    )
    assert (outcome.rows, outcome.imported, outcome.rejected) == (6, 2, 4)
    assert [(r.line, r.reason) for r in outcome.rejections] == [
        (3, "seen_first: this is not a day. There is no such day."),
        (6, "seen_first: this can't be in the future."),
        (7, "The row has 3 cells, the header 5. Put a text with a comma or semicolon in quotes."),
        (9, "seen_first: this can't be missing."),
    ]
    written = outcome.rejected_file
    assert written == office.folder / "people.rejected.csv"
    assert stat.S_IMODE(written.stat().st_mode) == 0o600, "it says what the rows say of people"
    text = written.read_bytes().decode("utf-8-sig")
    assert text.splitlines()[0] == '"line";"reason";"who";"seen_first";"school";"licence";"remark"'
    assert '"3";"seen_first: this is not a day. There is no such day.";"Bob";"31/02/2026";"P";"B";""\r\n' in text

    as_it_is = office.load_file(written)
    assert (as_it_is.imported, as_it_is.rejected) == (0, 4)
    corrected = text.replace("31/02/2026", "28/02/2026").replace("01/02/2027", "01/02/2026")
    corrected = corrected.replace('"Ed";"01/02/2026";"P"', '"Ed";"01/02/2026";"P";"";""')
    corrected = corrected.replace('"Flo";""', '"Flo";"01/02/2026"')
    written.write_bytes(corrected.encode("utf-8-sig"))
    assert office.load_file(written).imported == 4
    assert {c["name"] for c in office.clients()} == {"Ann", "Bob", "Cy second line", "Di", "Ed", "Flo"}


def test_a_rejected_file_that_somebody_is_correcting_is_never_written_over(office):
    content = HEADER + "Bob;31/02/2026;P;B;\n"
    first = office.load(content).rejected_file
    assert office.load(content).rejected_file == first, "the same content needs no second file"
    first.write_text("being corrected", encoding="utf-8")
    assert office.load(content).rejected_file.name == "people.rejected-2.csv"
    assert first.read_text(encoding="utf-8") == "being corrected"


def test_reasons_name_line_and_column_but_never_what_the_row_says(office):
    mapping = MAPPING + '[columns.mail]\nfield = "email"\n[columns.born]\nfield = "birth_date"\n'
    outcome = office.load(
        HEADER.strip() + ";mail;born\n"
        "Ann;01/02/2026;P;B;;secret-at-home;1990\n"
        f"{'Bob' * 100};01/02/2026;P;B;;;1990\n"
        "Cy;01/02/2026;P;B;;;2031-01-01\n"
        "Di;secret;P;B;;;1990\n"
        "E\x00d;01/02/2026;P;B;;;1990\n",
        mapping,
    )
    assert outcome.imported == 0
    assert [r.reason for r in outcome.rejections] == [
        "mail: This is not an e-mail address. Enter one like name@example.org.",
        "who: This is too long: 300 characters, at most 200.",
        "born: this can't be in the future.",
        "seen_first: this is not a day. This is not written as %d/%m/%Y says. Where figures touch, none may be missing:"
        " 02, and not 2.",
        "The row holds characters that can't be shown.",
    ]


def test_a_dry_run_says_what_would_happen_and_writes_nothing(office):
    content = HEADER + "Ann;01/02/2026;X;B;\nBob;31/02/2026;P;B;\n"
    before = sorted(office.folder.rglob("*.csv"))
    dry = office.load(content, dry_run=True)
    assert (dry.rows, dry.imported, dry.rejected, dry.unknown_values) == (2, 1, 1, 1)
    assert (dry.rejections[0].line, dry.rejected_file, office.services.log.head()) == (3, None, 0)
    assert sorted(office.folder.rglob("*.csv")) == [*before, office.folder / "people.csv"]
    real = office.load(content)
    assert (real.imported, real.rejected, real.unknown_values) == (1, 1, 1)


def test_newcomers_go_to_the_coaches_with_the_smallest_caseload(office):
    rows = [f"P{n};01/02/2026;P;B;\n" for n in range(7)]
    office.load(HEADER + "".join(rows[:4]))
    office.clients()
    office.load(HEADER + "".join(rows))
    assert sorted(Counter(c["coach_id"] for c in office.clients()).values()) == [2, 2, 3]


def test_two_imports_of_one_file_at_the_same_time_make_each_client_once(each_office, monkeypatch):
    office = each_office
    content = HEADER + "Ann;01/02/2026;P;B;\nBob;01/02/2026;P;B;\n"
    office.load(HEADER + "Ann;01/02/2026;P;B;\n")
    # As if the other import came between the look and the append.
    monkeypatch.setattr(office.services.log, "known_commands", lambda ids: set())
    outcome = office.load(content, may_be_alike=True)
    assert (outcome.imported, outcome.already) == (1, 1)
    assert sorted(c["name"] for c in office.clients()) == ["Ann", "Bob"]


def test_an_import_that_was_interrupted_goes_on_where_it_stopped(office, monkeypatch):
    monkeypatch.setattr(module, "BATCH", 2)
    content = HEADER + "".join(f"P{n};01/02/2026;P;B;\n" for n in range(5))

    def interrupt(done: int, total: int) -> None:
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        office.load(content, progress=interrupt)
    outcome = office.load(content)
    assert (outcome.imported, outcome.already) == (1, 4)


def test_track_plan_and_frequency_are_recorded_as_such(office):
    mapping = (
        MAPPING.replace('team = "north"', 'team = "north"\ntrack = "development"')
        + '[columns.plan]\nfield = "plan_of_action"\n[columns.weeks]\nfield = "contact_frequency"\n'
    )
    office.load(HEADER.strip() + ";plan;weeks\nAnn;01/02/2026;P;B;;Look around;4\n", mapping)
    (client,) = office.clients()
    assert client["track"] == "development"
    assert client["plan_on"] == date(2026, 2, 1)


def test_an_unknown_team_a_team_without_coaches_and_a_field_of_specialised_teams_are_mistakes(office):
    office.team("empty", coaches=0)
    row = HEADER + "Ann;01/02/2026;P;B;\n"
    assert "There is no team with the code south." in office.mistakes(row, MAPPING.replace("north", "south"))
    assert "no active coaches" in office.mistakes(row, MAPPING.replace("north", "empty"))
    record = MAPPING.replace('field = "driving_licence"', 'field = "criminal_record_restricts"')
    assert "only a specialised team records this" in office.mistakes(row, record)


def test_nothing_of_a_person_can_be_found_in_the_clear(office):
    office.load(HEADER + "Wilhelmina Findme;01/02/2026;P;B;\n")
    office.services.close()
    databases = list(office.folder.parent.glob("werkpad*.db*"))
    assert len(databases) >= 2
    for path in databases:
        assert b"Findme" not in path.read_bytes()


def test_a_specialised_team_records_what_only_such_a_team_may(office):
    office.team("reentry", coaches=1, specialised=True)
    mapping = MAPPING.replace("north", "reentry").replace("driving_licence", "criminal_record_restricts")
    assert office.load(HEADER + "Ann;01/02/2026;P;yes;\n", mapping).unknown_values == 0
    (client,) = office.clients()
    assert (client["specialised"], client["s_criminal_record_restricts"]) == (True, "known")


def test_the_mapping_must_fit_the_file(office):
    said = office.mistakes("who;seen_first;licence;remark;shoe size\nAnn;01/02/2026;B;;44\n")
    assert "Columns neither mapped nor left out: shoe size." in said
    assert "Columns that the file does not have: school." in said
    assert "Ann" not in said


def test_an_exemption_that_was_decided_before_is_brought_without_a_last_day_and_comes_up(each_office):
    mapping = MAPPING + '[columns.track]\nfield = "service_track"\nvalues = { V = "exempt", O = "development" }\n'
    content = HEADER.replace("remark", "remark;track") + "Ann;01/02/2026;P;B;;V\nBob;01/02/2026;P;B;;O\n"
    assert each_office.load(content, mapping).imported == 2
    found = {c["name"]: (c["track"], c["exempt_until"]) for c in each_office.clients()}
    assert found == {"Ann": ("exempt", None), "Bob": ("development", None)}
    with each_office.services.database.read() as connection:
        (one,) = exemptions.ending(connection, Scope(), each_office.services.today)
        assert (one.exempt_until, one.drafted_by, one.approved_on) == (None, None, None)
