"""The caseload: filters in the address, saved and shared, names searched in forms only, files to take along."""

from __future__ import annotations

import csv
import html
import io
import re
from datetime import date, timedelta
from uuid import UUID, uuid4
from zipfile import ZipFile

import pytest

from domain.client import RegisterField
from domain.filters import OWN, QUICK
from eventlog.commands import CommandContext
from records import read_log
from tests.web.conftest import Town


def register(town: Town, client_id: UUID, field: str, value: object) -> None:
    command = RegisterField(client_id=client_id, field=field, value=value, known_on=date(2026, 6, 2))
    town.services.clients.handle(
        command, CommandContext(town.services.clock(), town.accounts["coach"].account_id), uuid4()
    )
    town.services.engine.catch_up()


@pytest.fixture
def drivers(town: Town) -> dict[str, UUID]:
    found = {name: town.new_client("coach", name) for name in ("Anna de Vries", "Bram Bakker", "Carla Claes")}
    register(town, found["Anna de Vries"], "driving_licence", ["B"])
    register(town, found["Bram Bakker"], "driving_licence", ["AM"])
    return found


def shown(page: str) -> set[str]:
    return {name for name in ("Anna de Vries", "Bram Bakker", "Carla Claes") if f">{name}<" in page}


def test_several_filters_stand_in_the_address_and_keep_the_unknown(town: Town, drivers: dict[str, UUID]) -> None:
    coach = town.visit("coach")
    assert shown(coach.get("/caseload?f=driving_licence:is:B")) == {"Anna de Vries"}
    assert shown(coach.get("/caseload?f=driving_licence:is_not:B")) == {"Bram Bakker", "Carla Claes"}
    both = coach.get("/caseload?f=driving_licence:is_not:B&f=driving_licence:known")
    assert shown(both) == {"Bram Bakker"}
    assert "Driving licence: not B (car)" in both


def test_the_form_adds_a_filter_to_those_there_are(town: Town, drivers: dict[str, UUID]) -> None:
    coach = town.visit("coach")
    answer = coach.client.get("/caseload?f=cv:unknown&field=driving_licence&op=is&values=B&values=blank")
    assert answer.status_code == 302
    assert answer.location.endswith("f=cv:unknown&f=driving_licence:is:B,blank")
    page = coach.get("/caseload?field=driving_licence")
    assert 'B (car) <span class="quiet-text">(1)</span>' in page
    assert 'blank <span class="quiet-text">(1)</span>' in page


def test_the_list_is_sorted_and_the_unknown_come_last(town: Town, drivers: dict[str, UUID]) -> None:
    coach = town.visit("coach")
    page = coach.get("/caseload?sort=name&desc=1")
    assert page.index("Anna de Vries") < page.index("Carla Claes") < page.index("Bram Bakker")


def test_of_one_who_was_never_seen_no_days_since_seen_are_told(town: Town) -> None:
    town.new_client("coach", "Never Seen", town.services.today - timedelta(days=3))
    page = " ".join(town.visit("coach").get("/caseload").split())
    # What says so itself needs no label where cells stand below each other.
    (cell,) = re.findall(r'<td class="number">(.*?)</td>', page)
    assert re.sub(r"<[^>]+>", "", cell).split() == ["never", "seen", "assigned", "3", "days", "ago"]


def test_a_name_is_searched_by_form_and_stands_in_no_address(town: Town, drivers: dict[str, UUID]) -> None:
    town.new_client("colleague", "Bram Boer")
    coach = town.visit("coach")
    found = coach.post("/caseload/search", form="/caseload", name="bram").get_data(as_text=True)
    assert shown(found) == {"Bram Bakker"}
    assert "Bram Boer" not in found
    assert not [link for link in re.findall(r'(?:href|action)="([^"]*)"', found) if "bram" in link.casefold()]


def test_names_are_found_without_their_accents_and_stand_by_surname(town: Town) -> None:
    names = ["Özgür Çelik", "Zoë van den Berg", "Élise Zanten", "Jan Aalders", "Berg, van, Ida", "Ewa Łukasik"]
    for name in names:
        town.new_client("coach", name)
    coach = town.visit("coach")
    page = coach.get("/caseload?sort=name")
    in_order = sorted(names, key=page.index)
    assert in_order == [
        "Jan Aalders",
        "Berg, van, Ida",
        "Zoë van den Berg",
        "Özgür Çelik",
        "Ewa Łukasik",
        "Élise Zanten",
    ]
    for wanted, name in (
        ("ozgur", "Özgür Çelik"),
        ("CELIK", "Özgür Çelik"),
        ("berg zoe", "Zoë van den Berg"),
        ("elise", "Élise Zanten"),
        ("lukasik", "Ewa Łukasik"),
    ):
        found = coach.post("/caseload/search", form="/caseload", name=wanted).get_data(as_text=True)
        assert [each for each in names if each in found] == [name], wanted


def test_options_stand_in_their_order_and_not_by_their_codes(town: Town) -> None:
    levels = {"Bram": "bachelor", "Nora": "none", "Pim": "primary"}
    for name, level in levels.items():
        client_id = town.new_client("coach", name)
        register(town, client_id, "education_level", level)
    page = town.visit("coach").get("/caseload?sort=education_level")
    assert sorted(levels, key=page.index) == ["Nora", "Pim", "Bram"]


def test_a_filter_is_saved_for_oneself_or_shared_with_the_team(town: Town, drivers: dict[str, UUID]) -> None:
    coach = town.visit("coach")
    address = "/caseload/views?f=driving_licence:is:B"
    coach.post(address, form="/caseload?f=cv:unknown", view="Drivers", shared="1")
    coach.post(address, form="/caseload?f=cv:unknown", view="My own")
    mine, theirs = coach.get("/caseload"), town.visit("colleague").get("/caseload")
    assert "Drivers" in mine and "My own" in mine
    assert "Drivers" in theirs and "My own" not in theirs
    assert "Drivers" not in town.visit("stranger").get("/caseload")
    assert "?f=driving_licence:is:B" in mine


def test_columns_folded_away_stay_so(town: Town, drivers: dict[str, UUID]) -> None:
    coach = town.visit("coach")
    assert ">Language level (Dutch)" in coach.get("/caseload")
    coach.post("/caseload/columns", form="/caseload", group="characteristics")
    coach.post("/caseload/columns", form="/caseload", group="legend")
    again = town.visit("coach").get("/caseload")
    assert "sort=language_level" not in again and 'id="legend"' not in again


def test_a_list_filtered_by_a_protected_field_offers_no_proposal(town: Town, drivers: dict[str, UUID]) -> None:
    coach = town.visit("coach")
    assert "Propose a vacancy or workshop" in coach.get("/caseload?f=cv:unknown")
    for address in ("/caseload?f=gender:unknown", "/caseload?sort=birth_date"):
        page = coach.get(address)
        assert "No vacancy can be proposed from this list" in page
        assert "Propose a vacancy or workshop" not in page


def test_what_no_filter_is_any_more_is_left_out_and_said(town: Town, drivers: dict[str, UUID]) -> None:
    coach = town.visit("coach")
    page = coach.get("/caseload?f=driving_licence:is:B&f=driving_licence:is:Z&f=gone:known&sort=debts")
    assert shown(page) == {"Anna de Vries"}
    for left_out in ("driving_licence:is:Z", "gone:known", "debts"):
        assert f"“{left_out}” is left out:" in page
    assert "The list can’t be sorted by that." in page.replace("&#39;", "’")
    for address in (
        "sort=nonsense",
        "f=",
        "f=a:b:c",
        "f=last_seen:between:x,",
        "field=cv&is=nonsense",
        "f=" + "x" * 3000,
    ):
        assert shown(coach.get(f"/caseload?{address}")) == set(drivers), address
    address = "/caseload/views?f=driving_licence:is:B&f=gone:known"
    coach.post(address, form="/caseload?f=cv:unknown", view="Some of it is gone")
    assert "?f=driving_licence:is:B&" not in coach.get("/caseload")


def test_days_of_a_filter_are_read_as_the_sentences_write_them(town: Town, drivers: dict[str, UUID]) -> None:
    coach = town.visit("coach")
    iso = coach.get("/caseload?f=intake:between:2026-05-31,2026-06-02")
    assert shown(iso) == set(drivers)
    assert shown(coach.get("/caseload?f=intake:between:31-05-2026,2-6-2026")) == set(drivers)
    assert shown(coach.get("/caseload?f=intake:between:02-06-2026,")) == set()
    answer = coach.client.get("/caseload?field=intake&op=before&upper=31-12-2025")
    assert answer.status_code == 302 and answer.location.endswith("f=intake:before:2025-12-31")


def found_among(page: str) -> tuple[set[str], str]:
    """Who is shown, and what the chip says of those without a plan."""
    return shown(page), re.sub(r"\s+", "", re.search(r"No plan[^<]*<b>(\d+)</b>", page)[1])


def test_what_is_searched_for_is_one_with_filters_counts_pages_and_files(
    town: Town, drivers: dict[str, UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    coach, search = town.visit("coach"), "/caseload/search"
    for name in ("Ida Bos", "Jan Bos", "Kim Bos"):
        town.new_client("coach", name)
    among = coach.post(f"{search}?f=driving_licence:known", form="/caseload", name="a").get_data(as_text=True)
    assert found_among(among) == ({"Anna de Vries", "Bram Bakker"}, "2"), "within the filter, and counted so"
    assert found_among(coach.get("/caseload?f=driving_licence:is:B")) == ({"Anna de Vries"}, "1")
    by_name = coach.post(f"{search}?sort=name&desc=1", form="/caseload", name="bos").get_data(as_text=True)
    assert by_name.index("Kim Bos") < by_name.index("Jan Bos") < by_name.index("Ida Bos")
    folded = coach.post("/caseload/columns?show=no_plan", form="/caseload", name="bos", group="monitoring")
    assert folded.status_code == 307 and folded.location == f"{search}?show=no_plan"
    file = coach.post("/caseload/export", form="/caseload", name="bos", format="csv", command_id=str(uuid4()))
    assert {name for name in ("Ida Bos", "Jan Bos", "Kim Bos", *drivers) if name in file.get_data(as_text=True)} == {
        "Ida Bos",
        "Jan Bos",
        "Kim Bos",
    }
    for most in ("PAGE_ROWS", "BESIDE_A_PANEL"):
        monkeypatch.setattr(f"web.pages.caseload.{most}", 2)
    first = coach.post(f"{search}?sort=name", form="/caseload", name="bos").get_data(as_text=True)
    onward = re.search(r'formaction="([^"]*from=2[^"]*)"', first)
    assert onward and "Ida Bos" in first and "Jan Bos" in first and "Kim Bos" not in first
    last = coach.post(html.unescape(onward[1]), form="/caseload", name="bos").get_data(as_text=True)
    assert "Kim Bos" in last and "Ida Bos" not in last
    chosen = {"name": "bos", "field": "driving_licence", "is": "unknown"}
    assert "3 clients found, shown: 1 to 2" in coach.post(search, form="/caseload", **chosen).get_data(as_text=True)
    assert "bos" not in " ".join(re.findall(r'(?:href|action)="([^"]*)"', first + last)).casefold()


def exports_of(town: Town, client_id: UUID) -> int:
    with town.services.database.read() as connection:
        looks = read_log.latest(connection, client_id=client_id, limit=99)
    return [look.clients.get(client_id) for look in looks].count("exported")


def test_what_is_taken_along_says_what_it_is_and_holds_no_formula(town: Town) -> None:
    client_id = town.new_client("coach", "=HYPERLINK(1)")
    register(town, client_id, "debts", "problematic")
    coach = town.visit("coach")
    answer = coach.post("/caseload/export?f=cv:unknown", form="/caseload", format="csv")
    text = answer.get_data().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert ["Filters", "CV (date): unknown"] in rows
    assert ["Made on", "2026-11-18"] in rows
    assert any(row[:1] == ["Definitions, version"] and row[1] for row in rows)
    assert rows[0][0] == "Client" and rows[1][0] == "'=HYPERLINK(1)", "the header is the first line"
    assert text.startswith('"Client","'), "every cell stands in quotes"
    assert "Debts" not in text and "limitations" not in text, "what is sensitive stays in the system"
    taken_along = exports_of(town, client_id)
    assert coach.post("/caseload/export", form="/caseload", format="pdf").status_code == 400
    assert exports_of(town, client_id) == taken_along == 1, "nothing was taken along"
    book = coach.post("/caseload/export", form="/caseload", format="xlsx").get_data()
    with ZipFile(io.BytesIO(book)) as parts:
        sheets = "".join(parts.read(name).decode() for name in parts.namelist() if "sheet" in name)
    assert "<f>" not in sheets
    looks = town.visit("privacy").get(f"/privacy?client={client_id}")
    assert "Coach Invented" in looks


def test_the_team_is_shown_to_a_coach_without_names(town: Town, drivers: dict[str, UUID]) -> None:
    town.new_client("stranger", "Dirk Dijk")
    colleague = town.visit("colleague")
    few = colleague.get("/caseload?scope=team")
    assert "3 clients" in few and "fewer than 5 people" in few
    everybody = {*drivers.values(), *(town.new_client("coach", f"Client {nth}") for nth in range(7))}
    page = colleague.get("/caseload?scope=team")
    assert "10 clients found" in page and page.count('<th scope="row">') == 10
    assert not shown(page) and "Dirk" not in page
    assert "/clients/" not in page.partition("<main")[2]
    with town.services.database.read() as connection:
        (look,) = [found for found in read_log.latest(connection) if "unnamed" in found.ways]
    assert look.clients.keys() == everybody
    assert look.account_id == town.accounts["colleague"].account_id


@pytest.mark.parametrize(
    "query",
    [
        "f=birth_date:between:1980-02-03,1980-02-03",
        "f=birth_date:before:1980-02-03",
        "f=driving_licence:is:B",
        "f=driving_licence:is_not:B",
        "field=hours_available&op=between&lower=1&upper=2",
        "f=last_seen:blank",
        "f=intake:between:2026-06-01,2026-06-01",
        "show=not_seen",
        "show=contact_due",
    ],
)
def test_the_team_without_names_is_filtered_by_track_and_states_alone(town: Town, query: str) -> None:
    for nth in range(12):
        town.new_client("coach", f"Client {nth}")
    colleague = town.visit("colleague")
    assert "12 clients found" in colleague.get("/caseload?scope=team&f=driving_licence:unknown")
    colleague.get(f"/caseload?scope=team&{query}", 400)


def test_no_group_without_names_differs_from_the_team_by_few(town: Town) -> None:
    """Neither a small group nor one that leaves few out: the two together would point at those few."""
    clients = [town.new_client("coach", f"Client {nth}") for nth in range(12)]
    colleague = town.visit("colleague")
    for number, client_id in enumerate(clients[:9], start=1):
        register(town, client_id, "driving_licence", ["B"])
        for state, group in (("known", number), ("unknown", 12 - number)):
            page = colleague.get(f"/caseload?scope=team&f=driving_licence:{state}")
            told = f"{group} clients found" in page
            assert told == (group >= 5 and 12 - group >= 5), (state, group)
            assert ("fewer than 5 people" in page) != told
            assert page.count('<th scope="row">') == (group if told else 0)


def test_two_lists_without_names_never_differ_by_few(town: Town) -> None:
    clients = [town.new_client("coach", f"Client {nth}") for nth in range(18)]
    for client_id in clients[:12]:
        register(town, client_id, "driving_licence", ["B"])
    for client_id in clients[:11]:
        register(town, client_id, "education_level", "upper_secondary")
    colleague = town.visit("colleague")
    assert "12 clients found" in colleague.get("/caseload?scope=team&f=driving_licence:known")
    assert "11 clients found" in colleague.get("/caseload?scope=team&f=education_level:known")
    both = colleague.get("/caseload?scope=team&f=driving_licence:known&f=education_level:known")
    assert "fewer than 5 people" in both, "it leaves out one of the twelve"
    many = "&".join(f"f={key}:unknown" for key in ("cv", "skills", "travel_time", "language_level", "certificates"))
    colleague.get(f"/caseload?scope=team&{many}", 400)


def test_the_team_without_names_can_not_be_exported(town: Town) -> None:
    for nth in range(6):
        town.new_client("coach", f"Client {nth}")
    answer = town.visit("colleague").post("/caseload/export?scope=team", form="/caseload", format="csv")
    assert answer.status_code == 403
    page = town.visit("manager").get("/caseload?scope=team")
    assert "Client 0" in page, "who sees the team by name goes on doing so"


def test_as_it_was_shows_only_whom_the_viewer_may_see(town: Town, drivers: dict[str, UUID]) -> None:
    assert shown(town.visit("coach").get("/caseload/then?day=2026-11-18")) == set(drivers)
    assert "Nobody was on this caseload then" in town.visit("coach").get("/caseload/then?day=2026-06-03")
    assert shown(town.visit("colleague").get("/caseload/then?day=2026-11-18")) == set()
    coach_id = town.accounts["coach"].account_id
    assert shown(town.visit("manager").get(f"/caseload/then?day=2026-11-18&coach={coach_id}")) == set(drivers)
    assert shown(town.visit("manager-south").get(f"/caseload/then?day=2026-11-18&coach={coach_id}")) == set()
    assert "is left out: This day is still to come." in town.visit("coach").get("/caseload/then?day=2031-01-01")
    assert "is left out: Enter a day." in town.visit("coach").get("/caseload/then?day=soon")


def test_a_choice_of_a_facet_leads_to_the_address_that_says_it_in_one_way(town: Town) -> None:
    town.new_client("coach", "Ann Invented")
    coach = town.visit("coach")
    page = coach.get("/caseload?f=cv:unknown&panel=filters")
    assert '<button class="facet" name="toggle" value="gender:unknown">' in page
    assert 'value="gender:is:woman"' not in page, "what leaves nobody is told and can't be chosen"
    made = coach.client.get("/caseload?f=cv:unknown&panel=filters&toggle=gender:unknown")
    assert made.location == "/caseload?f=cv:unknown&f=gender:unknown&panel=filters#facet-gender"
    back = coach.client.get("/caseload?f=cv:unknown&f=gender:unknown&panel=filters&toggle=gender:unknown")
    assert back.location == "/caseload?f=cv:unknown&panel=filters#facet-gender"
    assert "is left out" in coach.get("/caseload?panel=filters&toggle=shoe_size:unknown")


def test_a_signal_about_a_list_names_its_figure_in_words_and_no_own_mark(town: Town) -> None:
    coach = town.visit("coach")
    for show in QUICK:
        (about,) = re.findall(r"about the figure ([^<]+)</span>", coach.get(f"/caseload?show={show}"))
        assert "_" not in about and (about == "open clients") is (show in OWN), (show, about)
