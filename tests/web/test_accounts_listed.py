"""The administrator's accounts: a part at a time, and found by name without a name in an address."""

from __future__ import annotations

import re
from dataclasses import replace
from uuid import uuid4

import pytest

from application.people import SHOWN
from domain.roles import Role
from records import people
from tests.web.conftest import HASH, Town

MANY = 2 * SHOWN


@pytest.fixture
def city(town: Town) -> Town:
    with town.services.database.write() as connection:
        for nth in range(MANY):
            account = replace(
                town.accounts["coach"], account_id=uuid4(), username=f"k{nth:03}", full_name=f"Kéa Invented {nth:03}"
            )
            people.add_account(connection, account, "", password_hash=HASH)
    return town


def usernames(page: str) -> list[str]:
    return re.findall(r'<td data-label="Username">([^<]+)</td>', page)


def test_all_accounts_are_found_page_by_page(city: Town) -> None:
    admin, found = city.visit("admin"), []
    first = admin.get("/people")
    address: str | None = "/people"
    while address:
        page = admin.get(address)
        assert len(usernames(page)) <= SHOWN
        found += usernames(page)
        further = re.search(r'<a href="(/people\?page=\d+)">Next</a>', page)
        address = further[1] if further else None
    assert f"{MANY + len(city.accounts)} accounts" in first and "Page 1 of 3" in first
    assert sorted(found) == sorted([*city.accounts, *(f"k{nth:03}" for nth in range(MANY))])


def test_somebody_is_found_by_name_or_username_and_so_is_the_further_page(city: Town) -> None:
    admin = city.visit("admin")
    one = admin.post("/people/search", form="/people", name=" KEA invented 007 ").get_data(as_text=True)
    assert usernames(one) == ["k007"] and "1 account" in one and "Show all" in one
    assert usernames(admin.post("/people/search", form="/people", name="stranger").get_data(as_text=True)) == [
        "stranger"
    ]
    second = admin.post("/people/search", form="/people", name="kea", page="2").get_data(as_text=True)
    assert usernames(second) == [f"k{nth:03}" for nth in range(SHOWN, MANY)]
    assert 'form="search" class="quiet" name="page" value="1"' in second and "name=kea" not in second
    none = admin.post("/people/search", form="/people", name="Nobody at all").get_data(as_text=True)
    assert usernames(none) == [] and "No account has this in its name." in none


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999999", "²"])
def test_an_odd_page_is_left_out_with_a_word(city: Town, page: str) -> None:
    shown = city.visit("admin").get(f"/people?page={page}")
    assert "Page 1 of 3" in shown and "There is no such choice here." in shown


def test_a_page_beyond_the_last_says_so(city: Town) -> None:
    assert "There are no further accounts." in city.visit("admin").get("/people?page=9")


def test_an_account_is_added_from_a_page_of_those_searched_for(city: Town) -> None:
    admin = city.visit("admin")
    searched = admin.post("/people/search", form="/people", name="kea").get_data(as_text=True)
    assert 'class="narrow" action="/people"' in searched
    added = {"full_name": "Newcomer", "username": "newcomer", "password": "first of all", "role": Role.PROCESS_MANAGER}
    assert admin.post("/people", form="/people", **added).status_code == 303
