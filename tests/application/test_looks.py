"""A look at clients: each is noted once, with how it was seen, on both kinds of database."""

from __future__ import annotations

from uuid import UUID, uuid4

from application.looks import Look, Seen
from application.services import Services
from domain.roles import Role, Viewer
from records import read_log
from tests.conftest import NOW


def test_each_client_is_noted_once_a_page_view(services: Services) -> None:
    viewer = Viewer(uuid4(), Role.WORK_COACH, uuid4())
    first, second, third = (UUID(int=n) for n in (1, 2, 3))
    look = Look(services, viewer, "match")
    look.note_each({first: Seen.MEETS, second: Seen.ASK})
    look.note([first, second, third])
    look.note([])
    look.note([third], Seen.EXPORTED)
    Look(services, viewer, "client").note([first], Seen.OPENED)
    with services.database.read() as connection:
        latest = read_log.latest(connection)
    assert [(found.page, found.account_id, found.read_at, found.clients) for found in latest] == [
        ("client", viewer.account_id, NOW, {first: "opened"}),
        ("match", viewer.account_id, NOW, {first: "meets", second: "ask", third: "listed"}),
    ]


def test_what_was_noted_stays_noted_however_much_is_shown_in_between(services: Services) -> None:
    viewer, (first, second, third) = Viewer(uuid4(), Role.WORK_COACH, uuid4()), (UUID(int=n) for n in (1, 2, 3))
    look = Look(services, viewer, "match")
    look.note([first], Seen.OPENED)
    look.note([second], Seen.FOUND)
    look.note([third])
    look.note([first, second], Seen.EXPORTED)
    with services.database.read() as connection:
        (found,) = read_log.latest(connection)
    assert found.clients == {first: "opened", second: "found", third: "listed"}
