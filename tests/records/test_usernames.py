"""Names of accounts: one name, however it is typed, and no letter that looks like another one."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import update

from application import log_ins
from application.log_ins import LogIn
from application.services import Services
from domain.refusal import Refused
from domain.roles import Role
from records import people, usernames
from records.people import Account

PASSWORD = "a long enough password"
ALIKE = ("J.Bakker", "j.bakker", "J.bakker", "\uff2a.Bakker", " j.BAKKER ")
NO_NAMES = (
    "j.b\u0430kker",  # a Cyrillic a
    "\u0458.bakker",  # a Cyrillic je
    "j\u03b1n",  # a Greek alpha
    "jan bakker",
    "jan@bakker",
    "\u0251nna",  # a Latin alpha
    "y\u0131ld\u0131z",  # without dots on the i
    "jan\u200b",
    "jan\u202e",
    "jan\n",
    "-" * 81,
    "",
    " ",
    "a\u0338b",
    "jan#",
)


def account(username: str) -> Account:
    return Account(uuid4(), username, "Jan Invented", Role.ADMINISTRATOR, None, False, active=True, language=None)


@pytest.mark.parametrize("name", ALIKE)
def test_a_name_is_one_however_it_is_typed(services: Services, name: str) -> None:
    with services.database.write() as connection:
        people.add_account(connection, account("J.Bakker"), PASSWORD)
        with pytest.raises(Refused, match=r"already an account J\.Bakker"):
            people.add_account(connection, account(name), PASSWORD)
    assert log_ins.log_in(services, LogIn(name, PASSWORD, "192.0.2.1"), name) is not None


@pytest.mark.parametrize("name", NO_NAMES)
def test_letters_that_look_like_others_are_refused(services: Services, name: str) -> None:
    if name == "jan\n" or not name.strip():
        assert usernames.folded(name) == name.strip()
    if name != "jan\n":
        with services.database.write() as connection, pytest.raises(Refused) as refused:
            people.add_account(connection, account(name), PASSWORD)
        assert refused.value.field == "username"


@pytest.mark.parametrize("name", ["j.bakker", "Zoë_d'Hont", "müller-2", "Łukasz", "søren", "José", "Jose\u0301"])
def test_names_of_people_are_taken(services: Services, name: str) -> None:
    with services.database.write() as connection:
        people.add_account(connection, account(name), PASSWORD)
    assert log_ins.log_in(services, LogIn(name.upper(), PASSWORD, "192.0.2.1"), "t") is not None


def test_two_from_before_go_on_by_their_exact_names(services: Services) -> None:
    first, second = account("jan"), account("other")
    with services.database.write() as connection:
        for each in (first, second):
            people.add_account(connection, each, PASSWORD)
        values = {"username": "Jan", "folded": f"jan {second.account_id.hex}"}
        connection.execute(
            update(people.accounts).where(people.accounts.c.account_id == second.account_id).values(values)
        )
    for name, whose in (("jan", first), ("Jan", second), ("JAN", first)):
        found = log_ins.log_in(services, LogIn(name, PASSWORD, "192.0.2.1"), name)
        assert found is not None and found.account_id == whose.account_id


def test_a_name_of_a_person_has_an_end(services: Services) -> None:
    long = Account(uuid4(), "jan", "x" * 121, Role.ADMINISTRATOR, None, False, active=True, language=None)
    with services.database.write() as connection, pytest.raises(Refused, match="too long") as refused:
        people.add_account(connection, long, PASSWORD)
    assert refused.value.field == "full_name"
