"""Clients are taken over for a time and given back in one step; who cannot be given back is named, with why."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from application import merging, take_overs
from application.looks import Look
from application.refusals import NotThereError
from application.services import Services
from application.take_overs import TakeOverWish, ToGiveBack
from domain.client import (
    AssignClient,
    ClientCommand,
    CloseClient,
    ClosingReason,
    EraseClient,
    ErasureReason,
    ReopenClient,
)
from domain.client.own_notes import WriteOwnNote
from domain.refusal import Refused
from eventlog.commands import CommandContext
from projections import own_notes
from projections.take_overs import Standing
from records import people
from tests.web.conftest import Town, build_town


@pytest.fixture
def town(services: Services) -> Town:
    return build_town(services)


def coach_of(town: Town, client_id: UUID) -> UUID | None:
    client = town.services.clients.state(client_id)
    return client.coach if client else None


def do(town: Town, command: ClientCommand, by: str = "manager") -> None:
    context = CommandContext(town.services.clock(), town.accounts[by].account_id)
    town.services.clients.handle(command, context, uuid4())
    town.services.engine.catch_up()


def look(town: Town, who: str = "manager") -> Look:
    return Look(town.services, town.accounts[who].viewer, "test")


def wished(town: Town, clients: list[UUID], *to: str, away: str = "coach", days: int = 60) -> TakeOverWish:
    away_id, to_ids = town.accounts[away].account_id, {town.accounts[name].account_id for name in to}
    preview = take_overs.take_overs_of_team(town.services, look(town), away_id, to_ids).preview
    return TakeOverWish(away_id, to_ids, town.services.today + timedelta(days=days), set(clients), preview)


def take_over(town: Town, clients: list[UUID], *to: str, away: str = "coach") -> UUID:
    before = {each.take_over_id for each in open_ones(town)}
    take_overs.take_over_for_time(
        town.services, town.accounts["manager"].viewer, wished(town, clients, *to, away=away), uuid4()
    )
    town.services.engine.catch_up()
    (new,) = {each.take_over_id for each in open_ones(town)} - before
    return new


def open_ones(town: Town) -> list[take_overs.TakeOver]:
    return list(take_overs.take_overs_of_team(town.services, look(town), None, ()).open)


def shown(town: Town, take_over_id: UUID) -> ToGiveBack:
    return take_overs.to_give_back(town.services, look(town), take_over_id)


def give_back(town: Town, take_over_id: UUID, command_id: UUID | None = None) -> None:
    preview = shown(town, take_over_id).preview
    manager = town.accounts["manager"].viewer
    take_overs.give_back(town.services, manager, take_over_id, preview, command_id or uuid4())
    town.services.engine.catch_up()


def test_the_chosen_go_to_colleagues_and_come_back_in_one_step_each_once(town: Town) -> None:
    services, manager = town.services, town.accounts["manager"].viewer
    clients = [town.new_client("coach", f"Client {n}") for n in range(4)]
    wish, command_id = wished(town, clients[:3], "colleague", "improver"), uuid4()
    first = take_overs.take_over_for_time(services, manager, wish, command_id)
    services.engine.catch_up()
    head = services.log.head()
    again = take_overs.take_over_for_time(services, manager, wish, command_id)
    assert again.position == first.position and services.log.head() == head, "sent twice, done once"
    away, stand_ins = wish.away, {town.accounts[name].account_id for name in ("colleague", "improver")}
    assert {coach_of(town, client_id) for client_id in clients[:3]} == stand_ins
    assert coach_of(town, clients[3]) == away, "who was not chosen stays"
    (taken,) = open_ones(town)
    assert (taken.from_coach_id, taken.clients, taken.away) == (away, 3, 3)
    preview, command_id = shown(town, taken.take_over_id).preview, uuid4()
    first = take_overs.give_back(services, manager, taken.take_over_id, preview, command_id)
    services.engine.catch_up()
    head = services.log.head()
    again = take_overs.give_back(services, manager, taken.take_over_id, preview, command_id)
    assert again.position == first.position and services.log.head() == head, "sent twice, done once"
    assert {coach_of(town, client_id) for client_id in clients} == {away}
    assert not open_ones(town) and shown(town, taken.take_over_id).gone_back == 3
    with pytest.raises(Refused, match="Nobody is left"):
        give_back(town, taken.take_over_id)


def test_who_cannot_be_given_back_is_named_with_the_reason(town: Town) -> None:
    services = town.services
    names = ("Goes", "Closed", "Elsewhere", "South", "Erased", "Merged")
    clients = {name: town.new_client("coach", name) for name in names}
    other = town.new_client("colleague", "Kept")
    taken = take_over(town, list(clients.values()), "colleague")
    with services.database.read() as connection:
        south = next(t for t in people.all_teams(connection) if t.team_id != town.accounts["manager"].team_id)
    north = town.accounts["manager"].team_id
    assert north is not None
    today = services.today
    do(town, CloseClient(client_id=clients["Closed"], reason=ClosingReason.JOB, closed_on=today))
    improver, stranger = (town.accounts[name].account_id for name in ("improver", "stranger"))
    do(town, AssignClient(client_id=clients["Elsewhere"], team=north, coach=improver, assigned_on=today))
    do(town, AssignClient(client_id=clients["South"], team=south.team_id, coach=stranger, assigned_on=today))
    do(town, EraseClient(client_id=clients["Erased"], reason=ErasureReason.CLIENT_REQUEST))
    context = CommandContext(services.clock(), improver)
    services.together(merging.parts_of_merge(services, other, clients["Merged"], context, uuid4()))
    services.engine.catch_up()
    found = shown(town, taken)
    assert [found.names[row.client_id] for row in found.back] == ["Goes"]
    why = {found.names[row.client_id]: row.standing for row in found.stays}
    # Of two files that are one now, the name of the one that goes on.
    assert why == {"Closed": Standing.CLOSED, "Elsewhere": Standing.ELSEWHERE, "Kept": Standing.MERGED}
    assert (found.unnamed, found.erased) == (1, 1)
    give_back(town, taken)
    assert coach_of(town, clients["Goes"]) == town.accounts["coach"].account_id
    assert coach_of(town, clients["Closed"]) == town.accounts["colleague"].account_id
    assert coach_of(town, clients["South"]) == stranger
    assert not open_ones(town)
    do(town, ReopenClient(client_id=clients["Closed"], reopened_on=today, reason="came back"))
    (again,) = open_ones(town)
    assert (again.take_over_id, again.away) == (taken, 1), "a file that is reopened comes up again"


def test_all_go_back_or_none(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    services, manager = town.services, town.accounts["manager"].viewer
    stays, goes = town.new_client("coach", "Anna"), town.new_client("coach", "Bram")
    taken = take_over(town, [stays, goes], "colleague")
    preview = shown(town, taken).preview
    close = CloseClient(client_id=goes, reason=ClosingReason.MOVED, closed_on=services.today)
    services.clients.handle(close, CommandContext(services.clock(), manager.account_id), uuid4())
    with monkeypatch.context() as between, pytest.raises(Refused, match="closed"):
        # As when it was closed after folding what is new, and before each client is given back.
        between.setattr(services.engine, "catch_up", lambda *_, **__: None)
        take_overs.give_back(services, manager, taken, preview, uuid4())
    assert coach_of(town, stays) == town.accounts["colleague"].account_id
    with pytest.raises(Refused, match="changed since the preview"):
        take_overs.give_back(services, manager, taken, preview, uuid4())
    give_back(town, taken)
    assert coach_of(town, stays) == town.accounts["coach"].account_id


def test_who_was_taken_over_twice_goes_back_the_same_way(town: Town) -> None:
    client_id = town.new_client("coach", "Anna")
    first = take_over(town, [client_id], "colleague")
    second = take_over(town, [client_id], "improver", away="colleague")
    with pytest.raises(Refused, match="Nobody is left"):
        give_back(town, first)
    give_back(town, second)
    assert coach_of(town, client_id) == town.accounts["colleague"].account_id
    give_back(town, first)
    assert coach_of(town, client_id) == town.accounts["coach"].account_id


def test_it_comes_up_on_the_day_and_not_before(town: Town) -> None:
    services, manager = town.services, town.accounts["manager"].viewer
    take_over(town, [town.new_client("coach", "Anna")], "colleague")
    services.clock.now += timedelta(days=59)  # type: ignore[attr-defined]  # the test looks inside
    assert take_overs.count_due(services, manager) == 0
    services.clock.now += timedelta(days=1)  # type: ignore[attr-defined]  # the test looks inside
    assert take_overs.count_due(services, manager) == 1
    give_back(town, open_ones(town)[0].take_over_id)
    assert take_overs.count_due(services, manager) == 0


def test_what_does_not_say_enough_or_is_anothers_is_refused(town: Town) -> None:
    services, manager = town.services, town.accounts["manager"].viewer
    client_id = town.new_client("coach", "Anna")
    abroad = town.new_client("stranger", "Zoë")
    good = wished(town, [client_id], "colleague")
    away, to = good.away, good.to
    wrong = [
        (TakeOverWish(None, to, good.back_on, good.clients, good.preview), "Choose a coach of your team"),
        (TakeOverWish(town.accounts["stranger"].account_id, to, good.back_on, {abroad}, ""), "Choose a coach"),
        (TakeOverWish(away, {away} if away else (), good.back_on, good.clients, ""), "at least one colleague"),
        (
            TakeOverWish(away, {town.accounts["stranger"].account_id}, good.back_on, good.clients, ""),
            "at least one col",
        ),
        (TakeOverWish(away, to, None, good.clients, good.preview), "day on which the clients go back"),
        (TakeOverWish(away, to, services.today, good.clients, good.preview), "a day after today"),
        (TakeOverWish(away, to, good.back_on, (), good.preview), "at least one client"),
        (TakeOverWish(away, to, good.back_on, {abroad}, good.preview), "at least one client"),
        (TakeOverWish(away, to, good.back_on, good.clients, "another"), "changed since the preview"),
    ]
    head = services.log.head()
    for wish, why in wrong:
        with pytest.raises(Refused, match=why):
            take_overs.take_over_for_time(services, manager, wish, uuid4())
    assert services.log.head() == head
    taken = take_over(town, [client_id], "colleague")
    south = town.accounts["manager-south"].viewer
    with pytest.raises(NotThereError):
        take_overs.give_back(services, south, taken, "", uuid4())
    with pytest.raises(NotThereError):
        take_overs.give_back(services, manager, uuid4(), "", uuid4())


def test_to_a_colleague_whose_account_was_closed_nobody_goes_back(town: Town) -> None:
    services, client_id = town.services, town.new_client("coach", "Anna")
    taken = take_over(town, [client_id], "colleague")
    with services.database.write() as connection:
        people.set_active(connection, town.accounts["coach"].account_id, active=False)
    assert shown(town, taken).refused is not None
    with pytest.raises(Refused, match="Assign the clients to somebody else"):
        give_back(town, taken)
    assert coach_of(town, client_id) == town.accounts["colleague"].account_id


def test_own_notes_stay_with_their_coach_and_are_there_again(town: Town) -> None:
    services, client_id = town.services, town.new_client("coach", "Anna")
    do(town, WriteOwnNote(client_id=client_id, what="likes to be called"), by="coach")
    taken = take_over(town, [client_id], "colleague")

    def notes(who: str) -> int:
        with services.database.read() as connection:
            return len(own_notes.of_coach(connection, town.accounts[who].account_id))

    assert (notes("coach"), notes("colleague")) == (1, 0)
    do(town, WriteOwnNote(client_id=client_id, what="of my own"), by="colleague")
    give_back(town, taken)
    assert (notes("coach"), notes("colleague")) == (1, 1)
