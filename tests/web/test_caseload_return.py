"""Whatever is changed beside a caseload leads back to it as it was chosen: filters, order, page, row, and the name that
was searched for, which stands in no address."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest

from application import caseload as operations
from tests.web.conftest import Town, Visitor

CHOSEN = "f=cv:unknown&sort=name&from=2&panel=columns"
FORM = re.compile(r"<form[^>]*>.*?</form>", re.DOTALL)
# Forms that lead to no list: a file, and the search, which asks for a name itself.
ELSEWHERE = {"/caseload/export", "/caseload/search"}


@pytest.fixture
def found(town: Town, monkeypatch: pytest.MonkeyPatch) -> dict[str, UUID]:
    """Four of one surname, two on a page, and somebody of another."""
    for most in ("PAGE_ROWS", "BESIDE_A_PANEL", "APART", "APART_BESIDE_A_PANEL"):
        monkeypatch.setattr(f"web.pages.caseload.{most}", 2)
    operations.save_view(town.services, town.accounts["coach"].viewer, "Kept", "f=cv:unknown", shared=False)
    operations.save_view(town.services, town.accounts["coach"].viewer, "Second", "f=gender:unknown", shared=False)
    names = ("Ida Bos", "Jan Bos", "Kim Bos", "Lot Bos", "Anna de Vries")
    return {name: town.new_client("coach", name) for name in names}


def attributes(tag: str) -> dict[str, str]:
    return {name: html.unescape(text) for name, text in re.findall(r'([\w-]+)="([^"]*)"', tag)}


def forms(page: str) -> Iterator[tuple[str, dict[str, str], list[dict[str, str]]]]:
    """Each form of the cockpit that is posted: its address, what it brings along, and its buttons."""
    for text in FORM.findall(page.partition('<div class="cockpit')[2]):
        form = attributes(text.partition(">")[0])
        if form.get("method") == "post":
            given = [attributes(tag) for tag in re.findall(r"<(?:input|select)[^>]*>", text)]
            sent = {each["name"]: each.get("value", "") for each in given if each.get("type") != "checkbox"}
            yield form["action"], sent, [attributes(tag) for tag in re.findall(r"<button[^>]*>", text)]


def page_of(coach: Visitor, address: str, searched: str) -> str:
    if not searched:
        return coach.get(f"/caseload?{address}")
    return coach.post(f"/caseload/search?{address}", form="/caseload", name=searched).get_data(as_text=True)


def is_as_chosen(page: str, searched: str) -> bool:
    """Whether it is the second page of the list by name, of those found alone."""
    names = re.findall(r'<th scope="row"[^>]*><a[^>]*>([^<]*)</a>', page)
    return names == ["Kim Bos", "Lot Bos"] and (f"{4 if searched else 5} clients found" in page)


def follow(coach: Visitor, address: str, sent: dict[str, str]) -> tuple[list[str], str]:
    """Every address on the way, and the page at its end."""
    answer, ways = coach.client.post(address, data=sent), [address]
    while answer.location:
        ways.append(answer.location)
        answer = coach.client.post(ways[-1], data=sent) if answer.status_code == 307 else coach.client.get(ways[-1])
    assert answer.status_code == 200, (ways, answer.status_code)
    return ways, answer.get_data(as_text=True)


@pytest.mark.parametrize("searched", ["bos", ""], ids=["found by name", "not searched"])
@pytest.mark.parametrize("panel", ["", "columns"], ids=["no panel", "columns"])
def test_each_form_beside_the_list_leads_back_to_it_as_it_was(
    town: Town, found: dict[str, UUID], searched: str, panel: str
) -> None:
    coach, chosen = town.visit("coach"), CHOSEN.replace("panel=columns", f"panel={panel}").removesuffix("&panel=")
    first = page_of(coach, chosen, searched)
    assert is_as_chosen(first, searched)
    tried = set()
    for action, sent, buttons in forms(first):
        path = action.partition("?")[0]
        if path in ELSEWHERE or path == "/caseload/edit":
            continue
        assert "from=2" in action and "sort=name" in action, action
        for button in buttons[:2]:
            named = {button["name"]: button["value"]} if "name" in button else {}
            if named.get("group") == "legend" or "disabled" in button:
                continue
            ways, page = follow(coach, action, {**sent, **named})
            assert is_as_chosen(page, searched), (action, named)
            assert "bos" not in " ".join(ways).casefold(), ways
            tried.add(re.sub("[0-9a-f-]{36}", "ID", path))
    wanted = {"/caseload/density", "/caseload/columns", "/caseload/views/ID/move", "/caseload/views/ID/remove"}
    assert wanted | ({"/caseload/columns/choose"} if panel else set()) <= tried


def place(page: str, key: str) -> int:
    """The number by which cells say that they open this field."""
    return re.search(r'name="fields" value="([^"]*)"', page)[1].split().index(key)


def opened(coach: Visitor, page: str, key: str) -> tuple[str, dict[str, str], str]:
    """The address of the form that a cell of the first row opens, what it brings along, and the page it stands on."""
    text = re.search(r'<form [^>]*action="/caseload/edit".*?<table', page, re.DOTALL)[0]
    sent = {each["name"]: each["value"] for each in map(attributes, re.findall(r"<input[^>]*>", text))}
    ways, shown = follow(coach, "/caseload/edit", {**sent, "cell": f"0:{place(page, key)}"})
    address = ways[-1]
    assert 'class="notice good"' not in shown, "nothing is saved yet"
    form = next(each for each in FORM.findall(shown) if 'name="shown"' in each or '_shown"' in each)
    given = [attributes(tag) for tag in re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", form)]
    return address, {each["name"]: each["value"] for each in given}, form


# What a cell of each kind is answered with, and what the list shows of it then.
ANSWERS = {
    "gender": ({"value": "woman", "known_on": "2026-11-18", "source": "conversation"}, "woman"),
    "service_track": ({"track": "development", "agreed_on": "2026-11-18"}, "development"),
    "plan_of_action": ({"plan": "An invented plan", "agreed_on": "2026-11-18"}, "2026"),
    "contact_frequency": ({"weeks": "6", "agreed_on": "2026-11-18"}, "6"),
}


@pytest.mark.parametrize("searched", ["bos", ""], ids=["found by name", "not searched"])
@pytest.mark.parametrize("key", sorted(ANSWERS))
def test_a_cell_comes_back_to_its_row_on_its_page(town: Town, found: dict[str, UUID], searched: str, key: str) -> None:
    coach, (answer, read) = town.visit("coach"), ANSWERS[key]
    viewer = town.accounts["coach"].viewer
    operations.choose_columns(town.services, viewer, ["gender", "contact_frequency", "plan"])
    address, sent, form = opened(coach, page_of(coach, CHOSEN, searched), key)
    assert "bos" not in address.casefold()
    wrong, page = coach.client.post(address, data=sent | {"command_id": str(uuid4())}), ""
    assert wrong.status_code == 400, "an answer is missing"
    assert not searched or f'name="name" value="{searched}"' in wrong.get_data(as_text=True), "still known"
    ways, page = follow(coach, address, sent | answer)
    row = found["Kim Bos"].hex[:8]
    assert is_as_chosen(page, searched) and ways[-1].endswith(f"#c{row}") and f'id="c{row}"' in page
    assert "bos" not in " ".join(ways).casefold() and 'class="notice good"' in page
    cell = re.search(rf'<button name="cell" value="0:{place(page, key)}">(.*?)</button>', page)[1]
    assert read in cell.casefold(), cell
    undo = html.unescape(re.search(r'href="([^"]*)">Correct', page)[1])
    assert 'name="name"' not in coach.get(undo) and "back=" in undo, "what was done can be corrected at once"
    away = re.search(r'(?:<button[^>]*formaction|<a href)="([^"]*)"[^>]*>Cancel<', form)
    back = html.unescape(away[1])
    assert back.endswith(f"#c{row}") and "bos" not in back.casefold()
    page = follow(coach, back, sent)[1] if searched else coach.get(back)
    assert is_as_chosen(page, searched), "who registers nothing comes back there as well"


def test_a_page_that_has_nobody_any_more_gives_way_to_the_first(town: Town, found: dict[str, UUID]) -> None:
    page = town.visit("coach").get("/caseload?f=cv:unknown&sort=name&from=90")
    assert "Anna de Vries" not in page or "Ida Bos" in page
    assert page.count('<th scope="row"') == 2


def test_an_exemption_is_no_choice_in_place_and_the_form_leads_to_where_it_is_drafted(
    town: Town, found: dict[str, UUID]
) -> None:
    coach = town.visit("coach")
    address, sent, form = opened(coach, page_of(coach, CHOSEN, ""), "service_track")
    assert 'value="exempt"' not in form and 'value="development"' in form
    kim = found["Kim Bos"]
    assert f"/clients/{kim}/exemption" in form and f'href="/clients/{kim}/plan"' in form
    forced = coach.client.post(address, data={**sent, "track": "exempt", "agreed_on": "2026-11-18"})
    assert forced.status_code == 400 and "decided by two" in forced.get_data(as_text=True)
    assert "is left out" in coach.get(f"/clients/{kim}/plan?part=nonsense"), "an odd part is said"
