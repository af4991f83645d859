"""Exemptions, on both databases: two readers at the same moment, and what comes in between a draft and its answer."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import UUID, uuid4

import pytest

from application import exemptions, merging
from application.looks import Look
from application.refusals import NotThereError
from application.services import Services
from domain.catalogue import Track
from domain.client import AssignClient, ErasureReason
from domain.client.exemptions import ApproveExemption, DraftExemption, ReturnExemption
from domain.refusal import Conflict, Refused
from eventlog.commands import CommandContext
from projections import exemptions as model
from projections.engine.verify import verify
from records import new_work
from records.notices import ANSWERED, TO_READ
from tests.web.at_work import draft_of
from tests.web.conftest import Town, build_town


@pytest.fixture
def town(services: Services) -> Town:
    return build_town(services)


@pytest.fixture
def client_id(town: Town) -> UUID:
    return town.new_client("coach", "Anna de Vries")


def look(town: Town, who: str) -> Look:
    return Look(town.services, town.accounts[who].viewer, "exemptions")


def approve(town: Town, who: str, client_id: UUID, exemption_id: UUID) -> None:
    command = ApproveExemption(client_id=client_id, exemption_id=exemption_id)
    exemptions.approve_exemption(town.services, look(town, who), command, uuid4())


def give_back(town: Town, who: str, client_id: UUID, exemption_id: UUID) -> None:
    command = ReturnExemption(client_id=client_id, exemption_id=exemption_id, words="Add the letter")
    exemptions.return_exemption(town.services, look(town, who), command, uuid4())


def to_read(town: Town, who: str) -> list[UUID]:
    town.services.engine.catch_up()
    return [row.client_id for row in exemptions.exemptions_to_read(town.services, look(town, who)).drafts]


def told(town: Town, kind: str) -> set[UUID]:
    town.services.engine.catch_up()
    with town.services.database.read() as connection:
        return {e.account_id for e in new_work.standing(connection, town.services.clock()) if e.kind == kind}


def is_sound(town: Town) -> None:
    town.services.engine.catch_up()
    assert list(verify(town.services.engine)) == [], "folded anew, all is the same"


def test_of_two_who_approve_at_the_same_moment_one_decides_and_the_other_is_told(town: Town, client_id: UUID) -> None:
    exemption_id, begins = draft_of(town, client_id), Barrier(2)

    def one(who: str) -> Refused | None:
        begins.wait()
        try:
            approve(town, who, client_id, exemption_id)
        except Refused as refused:
            return refused
        return None

    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(one, ("quality", "manager")))
    (told_so,) = [each for each in said if each is not None]
    assert "approved or withdrawn" in str(told_so)
    kinds = [type(e).__name__ for e in town.services.log.stream(client_id)]
    assert kinds.count("ExemptionApproved") == kinds.count("ServiceTrackChosen") == 1
    is_sound(town)


def test_one_approves_while_the_other_returns_and_what_is_done_is_one_of_both(town: Town, client_id: UUID) -> None:
    exemption_id, begins = draft_of(town, client_id), Barrier(2)

    def one(act: int) -> bool:
        begins.wait()
        try:
            (approve, give_back)[act](town, ("quality", "manager")[act], client_id, exemption_id)
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        approved, returned = pool.map(one, (0, 1))
    assert approved != returned
    state = town.services.clients.state(client_id)
    assert state is not None and (state.track is Track.EXEMPT) == approved
    is_sound(town)


def test_a_client_who_is_erased_takes_draft_and_notices_along(town: Town, client_id: UUID) -> None:
    exemption_id = draft_of(town, client_id)
    assert to_read(town, "quality") == [client_id] and told(town, TO_READ)
    context = CommandContext(town.services.clock())
    town.services.erase(client_id, ErasureReason.CLIENT_REQUEST, context, uuid4())
    assert to_read(town, "quality") == [] and told(town, TO_READ) == set()
    with pytest.raises(Refused, match="was erased"):
        approve(town, "quality", client_id, exemption_id)
    with town.services.database.read() as connection:
        assert model.of_client(connection, client_id) is None
    is_sound(town)


@pytest.mark.parametrize("answered", [False, True], ids=["that waits", "that was returned"])
def test_a_draft_goes_along_with_a_transfer_and_is_read_in_the_team_that_has_the_client_then(
    town: Town, client_id: UUID, answered: bool
) -> None:
    exemption_id, stranger = draft_of(town, client_id), town.accounts["stranger"]
    if answered:
        give_back(town, "quality", client_id, exemption_id)
        assert told(town, ANSWERED) == {town.accounts["coach"].account_id}
    assert stranger.team_id is not None
    over = AssignClient(
        client_id=client_id, team=stranger.team_id, coach=stranger.account_id, assigned_on=town.services.today
    )
    context = CommandContext(town.services.clock(), town.accounts["manager"].account_id)
    town.services.clients.handle(over, context, uuid4())
    assert to_read(town, "quality") == []
    with pytest.raises(NotThereError):
        approve(town, "quality", client_id, exemption_id)
    if answered:
        assert told(town, ANSWERED) == {stranger.account_id} and to_read(town, "manager-south") == []
        until = town.services.today + timedelta(days=90)
        anew = DraftExemption(client_id=client_id, exemption_id=exemption_id, basis="With the letter", until=until)
        exemptions.draft_exemption(town.services, look(town, "stranger"), anew, uuid4())
    assert to_read(town, "manager-south") == [client_id]
    assert town.accounts["manager-south"].account_id in told(town, TO_READ)
    approve(town, "manager-south", client_id, exemption_id)
    assert told(town, ANSWERED) == {stranger.account_id}
    is_sound(town)


@pytest.mark.parametrize("answer", ["none", "returned", "approved"])
def test_a_merge_brings_the_draft_and_undoing_it_leaves_each_file_as_it_was(
    town: Town, client_id: UUID, answer: str
) -> None:
    kept, other = town.new_client("coach", "Ana d'Vrees"), client_id
    exemption_id, coach = draft_of(town, other), look(town, "coach")
    merging.merge_files(town.services, coach, kept, other, uuid4())
    assert to_read(town, "quality") == [kept]
    if answer == "returned":
        give_back(town, "quality", kept, exemption_id)
    elif answer == "approved":
        approve(town, "quality", kept, exemption_id)
    is_sound(town)
    merging.undo_merge(town.services, coach, kept, other, uuid4())
    # What was said of it in the kept file meanwhile goes with the merge: the draft of the other file waits as before.
    assert to_read(town, "quality") == [other]
    state = town.services.clients.state(kept)
    assert state is not None and state.exemption is None
    is_sound(town)
    approve(town, "quality", other, exemption_id)
    with pytest.raises((Refused, Conflict), match="approved or withdrawn"):
        approve(town, "manager", other, exemption_id)
