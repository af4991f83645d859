"""The table of the caseload: how close rows stand, its columns, and cells that open the form of their field."""

from __future__ import annotations

import csv
import html
import io
import re
from uuid import UUID

from tests.web.conftest import Town, Visitor
from tests.web.test_caseload import drivers as drivers
from tests.web.test_caseload import register
from web.caseload_return import packed


def test_how_close_rows_stand_is_kept_for_one_alone(town: Town, drivers: dict[str, UUID]) -> None:
    coach = town.visit("coach")
    assert "cockpit by-width" in coach.get("/caseload")
    coach.post("/caseload/density", form="/caseload", density="compact")
    assert "cockpit compact" in town.visit("coach").get("/caseload")
    assert "cockpit by-width" in town.visit("colleague").get("/caseload")
    assert coach.post("/caseload/density", form="/caseload", density="tiny").status_code == 400
    again = coach.post("/caseload/density?show=no_plan", form="/caseload", density="comfortable", name="anna")
    assert (again.status_code, again.location) == (307, "/caseload/search?show=no_plan")


def heads(page: str) -> list[str]:
    """The heads of the columns beside the overview, as they stand."""
    line = page.partition('<tr class="groups">')[2].partition("</tr>")[2].partition("</thead>")[0]
    cells = re.findall(r"<th[^>]*>(.*?)</th>", line, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>|[↑↓]", " ", each).split()) for each in cells][6:]


def explained(page: str) -> set[str]:
    """Of which columns the legend has the definitions."""
    legend = page.partition('class="legend-panel"')[2].partition("</aside>")[0]
    return set(re.findall(r'<dt id="([^"]+)"', legend))


def exported(visitor: Visitor, query: str = "") -> list[list[str]]:
    answer = visitor.post(f"/caseload/export{query}", form="/caseload", format="csv")
    return list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))


def test_columns_follow_filters_and_choices_on_the_screen_in_the_legend_and_in_the_file(
    town: Town, drivers: dict[str, UUID]
) -> None:
    register(town, drivers["Anna de Vries"], "birth_date", "1990-11-18")
    coach = town.visit("coach")
    page = coach.get("/caseload")
    assert heads(page) == [
        "Age",
        "Gender",
        "Marital status",
        "Education level",
        "Language level (Dutch)",
        "Driving licence",
        "Hours available",
        "Last seen",
        "Plan of action",
        "CV (date)",
    ]
    assert "<td>36</td>" in page and "1990" not in page, "an age, and no birth date"
    for step in ("up:gender", "remove:driving_licence", "down:last_seen", "up:nothing"):
        answer = coach.post("/caseload/columns/choose?show=no_plan", form="/caseload", step=step)
        assert (answer.status_code, answer.location) == (303, "/caseload?show=no_plan")
    coach.post("/caseload/columns/choose", form="/caseload", step="add", add="travel_time")
    page = town.visit("coach").get("/caseload?f=debts:unknown&f=intake:known")
    wanted = ["Gender", "Age", "Marital status", "Education level", "Language level (Dutch)", "Hours available"]
    wanted += ["Travel time", "Debts", "Plan of action", "Last seen", "CV (date)", "Intake"]
    assert heads(page) == wanted
    assert {"gender", "travel_time", "debts", "plan_of_action", "seen"} <= explained(page)
    assert "driving_licence" not in explained(page)
    file = exported(coach, "?f=debts:unknown&f=intake:known")
    assert file[0][4] == "Next contact due" and file[0][5:] == [
        head for head in wanted if head not in ("Debts", "Last seen")
    ], "what is sensitive stays, and the day last seen is in the overview of the file"
    anna = next(row for row in file if row[0] == "Anna de Vries")
    assert anna[file[0].index("Age")] == "36"
    too_many = coach.post("/caseload/columns/choose", form="/caseload", step="add", add="debts")
    assert too_many.status_code == 400 and "at most 10 columns" in too_many.get_data(as_text=True)
    coach.post("/caseload/columns/choose", form="/caseload", step="usual")
    assert heads(coach.get("/caseload"))[0] == "Age"


def test_a_folded_group_shows_what_is_filtered_by_alone(town: Town, drivers: dict[str, UUID]) -> None:
    coach = town.visit("coach")
    for group in ("characteristics", "monitoring"):
        coach.post("/caseload/columns", form="/caseload", group=group)
    assert heads(coach.get("/caseload?f=driving_licence:known")) == ["Driving licence"]


def cells(page: str) -> dict[str, str]:
    """What opens a form of each field of the first row, with what is read there."""
    row = page.partition("<tbody>")[2].partition("</tr>")[0]
    keys = re.findall(r'name="fields" value="([^"]*)"', page)
    found = re.findall(r'<button name="cell" value="0:(\d+)">(.*?)</button>', row)
    return {keys[0].split()[int(nth)]: re.sub("<[^>]+>", "", text) for nth, text in found}


def test_a_cell_of_one_choice_opens_its_form_and_comes_back_to_its_row(town: Town, drivers: dict[str, UUID]) -> None:
    anna = drivers["Anna de Vries"]
    register(town, anna, "debts", "problematic")
    register(town, anna, "gender", "woman")
    coach, chosen = town.visit("coach"), "f=driving_licence:is:B&f=debts:known&sort=name"
    page = coach.get(f"/caseload?{chosen}")
    assert cells(page) == {
        "service_track": "–",
        "plan_of_action": "none",
        "gender": "woman",
        "marital_status": "unknown",
        "education_level": "unknown",
        "language_level": "unknown",
        "debts": "recorded",
    }, "one choice, and of what is sensitive no value"
    back = html.unescape(re.search(r'name="back" value="([^"]*)"', page)[1])
    cell = {"back": back, "cell": "0:0", "rows": packed([anna]), "fields": "gender"}
    opened = coach.post("/caseload/edit", form="/caseload", **cell)
    form = opened.location
    assert form.startswith(f"/clients/{anna}/fields/gender?back=")
    version = re.search(r'name="shown"[^>]*value="(\d+)"', coach.get(form))[1]
    saved = coach.post(form, form=form, value="x", known_on="2026-11-18", source="conversation", shown=version)
    assert saved.status_code == 303, saved.get_data(as_text=True)
    place, _hash, row = saved.location.partition("#")
    assert row == f"c{anna.hex[:8]}" and f'id="{row}"' in coach.get(place)
    assert all(part in place for part in chosen.split("&")), "the same list"
    assert cells(coach.get(place))["gender"] == "X"
    assert f"#c{anna.hex[:8]}" in coach.get(form), "who registers nothing comes back there as well"
    elsewhere = f"/clients/{anna}/fields/gender?back=//example.org/"
    version = re.search(r'name="shown"[^>]*value="(\d+)"', coach.get(elsewhere))[1]
    sent = {"value": "man", "known_on": "2026-11-18", "source": "conversation", "shown": version}
    gone = coach.post(elsewhere, form=elsewhere, **sent)
    assert gone.status_code == 303 and gone.location.startswith("/caseload?at=")


def test_a_cell_opens_nothing_for_who_may_not_record_there(town: Town, drivers: dict[str, UUID]) -> None:
    assert cells(town.visit("manager").get("/caseload")) == {}
    anna = drivers["Anna de Vries"]
    sent = {"cell": "0:0", "rows": packed([anna]), "fields": "gender", "back": "show=no_plan"}
    colleague = town.visit("colleague")
    colleague.get(colleague.post("/caseload/edit", form="/caseload", **sent).location, 404)
    coach = town.visit("coach")
    for odd in ({"cell": ""}, {"cell": "1:0"}, {"cell": "0:1"}, {"cell": "x:²"}, {"rows": "é"}, {"fields": "nothing"}):
        answer = coach.post("/caseload/edit", form="/caseload", **sent | odd)
        assert (answer.status_code, answer.location) == (303, "/caseload?show=no_plan"), odd
