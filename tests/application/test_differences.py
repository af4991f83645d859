"""What is hidden can't be worked out: everything that somebody can see on all pages with figures, taken together.

The attack knows the rules: that a hidden number is not nothing, how numbers are rounded, which are parts of others, the
own team's numbers, and what everybody can count. It asks for each small group of another team whether one number alone
is left for it: those of a figure, those who are left of all, and those by whom a week differs from the one before.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from contextlib import suppress
from datetime import date, timedelta
from itertools import pairwise
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete

from application import team_figures, what_ifs
from application.looks import Look
from application.read_models import rebuild_read_models
from application.refusals import NotThereError
from application.services import Services
from domain.calendar import Week
from domain.catalogue import Track
from domain.client import (
    AgreePlanOfAction,
    ChooseServiceTrack,
    ClientCommand,
    CloseClient,
    ClosingReason,
    Delivery,
    ProposeOffer,
)
from domain.offer import OfferKind, OpenOffer
from domain.roles import Role
from domain.suppression import SMALLEST_GROUP
from eventlog.commands import CommandContext
from feedback.signal import Kind, LogSignal
from projections import weekly_figures, what_if
from projections.caseload_table import caseload
from projections.what_if import Compared
from records import people
from records.people import Account, Team
from tests.application.asking import viewer
from tests.application.attack import Attack, Unknown
from tests.application.surfaces import SURFACES, Days, of_page, of_teams, true_paths
from tests.conftest import Clock
from tests.stories import contact, do
from tests.web.at_work import what_ifs as ask_what_ifs
from tests.web.conftest import Town, build_town

Truth = dict[Unknown, int]
PARTS = ("no_plan", "not_seen", "contact_due", "planned", "then not_seen")


def test_the_attack_finds_what_can_be_worked_out() -> None:
    attack, truth = Attack(), {"a": 3, "b": 8, "c": 1}
    attack.told(["a"], None)
    attack.told(["b"], 10)
    wanted: dict[Hashable, Mapping[Unknown, int]] = {name: {name: 1} for name in truth}
    assert attack.determined(truth, wanted) == set()
    attack.exactly({"a": 1, "b": 1}, 11)
    attack.no_more("a", "b")
    assert attack.determined(truth, wanted) == set(), "b is 8 to 10"
    attack.between({"b": 1}, 0, 8)
    assert attack.determined(truth, wanted) == {"a", "b"}, "as whole numbers within bounds"


def commands(client_id: UUID, nth: int, day: date) -> Iterator[ClientCommand]:
    """What became of the nth client of a team."""
    if nth % 2:
        yield AgreePlanOfAction(client_id=client_id, plan="A course", agreed_on=day)
    if nth % 3:
        yield ChooseServiceTrack(client_id=client_id, track=Track.PARTICIPATION, chosen_on=day)
    if nth % 4 == 1:
        yield contact(day, client_id)
    if nth % 5 == 4:
        yield CloseClient(client_id=client_id, reason=ClosingReason.JOB, closed_on=day)


@pytest.fixture
def town(sqlite_services: Services, clock: Clock, sizes: tuple[int, ...]) -> Town:
    """Teams of these sizes, something of each kind in all of them; and the figures of three Mondays after, on each of
    which one more client was there."""
    town = build_town(sqlite_services)
    services, coaches = town.services, [("coach", "north"), ("stranger", "south")]
    with services.database.write() as connection:
        for nth in range(2, len(sizes)):
            name = f"team-{nth}"
            town.teams[name] = Team(uuid4(), name, name, specialised=False)
            people.add_team(connection, town.teams[name])
            account = Account(
                uuid4(), f"coach-{nth}", "Somebody", Role.WORK_COACH, town.teams[name].team_id, False, True, None
            )
            people.add_account(connection, account, "", password_hash="none")
            town.accounts[account.username] = account
            coaches.append((account.username, name))
    offer = OpenOffer(offer_id=uuid4(), kind=OfferKind.VACANCY, title="Driver", requirements=[])
    services.offers.handle(offer, CommandContext(services.clock(), town.accounts["coach"].account_id), uuid4())
    for size, (coach, _) in zip(sizes, coaches, strict=True):
        me = town.accounts[coach]
        for nth in range(size):
            client_id = town.new_client(coach, f"Client {nth}")
            proposed = ProposeOffer(
                client_id=client_id,
                proposal_id=uuid4(),
                offer_id=offer.offer_id,
                offer_kind=OfferKind.VACANCY,
                delivery=Delivery.LETTER if nth % 2 else Delivery.EMAIL,
            )
            for command in (proposed, *commands(client_id, nth, services.today)):
                do(services, command)
            signal = LogSignal(signal_id=uuid4(), viewer=me.viewer, kind=Kind.IDEA, page="", seen="something")
            services.signals.handle(signal, CommandContext(clock(), me.account_id), uuid4())
    for week in range(3):
        clock.now += timedelta(days=21 if week == 0 else 7)
        if week and sizes[-1] and week < 3:
            town.new_client(coaches[-1][0], "One more", services.today - timedelta(days=3))
        services.engine.catch_up()
        weekly_figures.build(services.engine, Week.latest(clock.now))
    ask_what_ifs(town)
    with services.database.write() as connection:
        connection.execute(delete(caseload))
    rebuild_read_models(services, ["caseload"])
    return town


def days_of(town: Town) -> Days:
    with town.services.database.read() as connection:
        return [None, *weekly_figures.mondays(connection)[:3]]


def true_numbers(town: Town, coaches: list[str], days: Days) -> Truth:
    """Every number as the teams themselves see it, and those of signals, proposals and what-ifs."""
    found: Truth = {}
    for who in coaches:
        me = viewer(town, who)
        for day in days:
            with suppress(NotThereError):
                look = Look(town.services, me, "test")
                page = team_figures.team_figures(town.services, look, me.team_id, day)  # type: ignore[arg-type]  # of a team
                found |= {name: number for name, number in of_page(page, day).items() if number is not None}
    with town.services.database.read() as connection:
        for question in what_if.of_subject(connection, "not_seen"):
            for compared in question.figures or []:
                name = f"listed {compared.field}" if compared.field else compared.measure
                for team, number in compared.now.items():
                    found.setdefault((name, None, team), number)
                found |= {(f"then {name}", None, team): number for team, number in compared.then.items()}
        rows = connection.exec_driver_sql("SELECT team_id, count(*) FROM signals GROUP BY team_id").all()
        found |= {("logged", None, UUID(str(team))): number for team, number in rows if team}
        made = connection.exec_driver_sql(
            "SELECT c.team_id, p.offer_id, p.step, count(*) FROM proposals p JOIN caseload c USING (client_id)"
            " GROUP BY 1, 2, 3"
        ).all()
    found |= true_paths(town)
    for team, offer, step, number in made:
        found[step, UUID(str(offer)), UUID(str(team))] = number
        whole = ("of offer", UUID(str(offer)), UUID(str(team)))
        found[whole] = found.get(whole, 0) + number
    return found


def what_is_known(town: Town, who: str, days: Days, truth: Truth) -> Attack:
    attack, me = Attack(), viewer(town, who)
    for read in SURFACES.values():
        read(town, me, attack, days)
    for day in days:
        for team in town.teams.values():
            whole = ("open", day, team.team_id)
            listed = {n for numbers, _, _ in attack.known for (n, *_) in numbers if str(n).startswith("listed ")}  # type: ignore[misc]  # a tuple
            for part in (*PARTS, *listed):
                if (part, day, team.team_id) in truth:
                    attack.no_more((part, day, team.team_id), whole)
            if day is not None:
                _from_flow(attack, day, team.team_id, truth)
            attack.exactly(
                {whole: 1, ("no_plan", day, team.team_id): -1, ("planned", day, team.team_id): -1},
                0,
            )
    if len(town.teams) > 2:
        # Everybody can count the signals of the board, and who is of the team knows its own.
        logged = of_teams(town, "logged", None)
        attack.exactly(dict.fromkeys(logged, 1), sum(truth.get(name, 0) for name in logged))
        if me.team_id:
            attack.exactly({("logged", None, me.team_id): 1}, truth.get(("logged", None, me.team_id), 0))
    return attack


def _from_flow(attack: Attack, day: date, team_id: UUID, truth: Truth) -> None:
    """Who is there on a Monday came and did not leave: known, where whole months tell of everybody. What was recorded
    in the month that still ran is taken to be known, too, if it was nothing."""
    named = [unknown for unknown in truth if isinstance(unknown, tuple) and unknown[0] in ("intakes", "closed")]
    months = {first for _, first, team in named if team == team_id and first < day}
    flow: dict[Unknown, int] = {("open", day, team_id): -1}
    for first in months:
        flow |= {("intakes", first, team_id): 1, ("closed", first, team_id): -1}
    whole = sum(truth.get(name, 0) * times for name, times in flow.items()) == 0
    if months and whole:
        attack.exactly(flow, 0)


def small_groups(truth: Truth, days: Days, mine: UUID | None) -> dict[Hashable, dict[Unknown, int]]:
    """Groups of another team that nobody outside of it may know the number of, as sums of what there is."""
    wanted: dict[Hashable, dict[Unknown, int]] = {}
    weeks = list(pairwise(days))
    for unknown in truth:
        name, day, team = unknown  # type: ignore[misc]  # a tuple
        if team == mine:
            continue
        wanted[name, day, team] = {unknown: 1}
        whole = ("open", day, team)
        if name in (*PARTS, "track none", "track participation") and whole in truth:
            wanted["all but", name, day, team] = {whole: 1, unknown: -1}
        for later, earlier in weeks:
            if day == later and (name, earlier, team) in truth:
                wanted["since", name, day, team] = {unknown: 1, (name, earlier, team): -1}
    return {
        key: of
        for key, of in wanted.items()
        if 0 < abs(sum(truth[name] * times for name, times in of.items())) < SMALLEST_GROUP
    }


SIZES = [
    (3, 8),
    (3, 4),
    (9, 9),
    (1, 6),
    (3, 8, 6),
    (2, 9, 3, 7),
    (1, 1, 9, 5),
    (4, 12, 0),
    (9, 9, 9),
    (1, 1, 1, 1, 1, 1, 1),
]


@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_no_small_group_of_another_team_follows_from_all_that_somebody_sees(town: Town, sizes: tuple[int, ...]) -> None:
    coaches = ["coach", "stranger", *(f"coach-{n}" for n in range(2, len(sizes)))]
    days = days_of(town)
    truth = true_numbers(town, coaches, days)
    for unknown in list(truth):
        name, day, team = unknown  # type: ignore[misc]  # a tuple
        if name == "open":
            truth["planned", day, team] = truth[unknown] - truth["no_plan", day, team]
    for who in (*coaches, "quality", "manager", "process"):
        attack = what_is_known(town, who, days, truth)
        for numbers, least, most in attack.known:
            value = sum(truth.get(name, 0) * times for name, times in numbers.items())
            assert least <= value <= most, (who, numbers, least, value, most)
        full = {name: truth.get(name, 0) for numbers, _, _ in attack.known for name in numbers}
        wanted = small_groups(truth, days, viewer(town, who).team_id)
        kinds = {unknown[0] for unknown in full if isinstance(unknown, tuple)}
        assert {"intakes", "closed"} <= kinds, "the city's months are told"
        assert wanted, "there are small groups"
        assert attack.determined(full | truth, wanted) == set(), who


@pytest.mark.parametrize("sizes", [(3, 8), (3, 8, 6), (2, 9, 3, 7), (12, 13, 14)], ids=str)
@pytest.mark.parametrize("grown", [0, 1, 4])
def test_neither_from_a_what_if_beside_todays_figures(sizes: tuple[int, ...], grown: int) -> None:
    teams = [Team(uuid4(), str(nth), str(nth), specialised=False) for nth in range(len(sizes))]
    now = {team.team_id: size for team, size in zip(teams, sizes, strict=True)}
    then = {team: size + grown * (nth + 1) for nth, (team, size) in enumerate(now.items())}
    truth: Truth = {("now", t): n for t, n in now.items()} | {("then", t): n for t, n in then.items()}
    for mine in (None, *now):
        figure = what_ifs._figure(Compared("open", "", now, then), teams, mine)
        attack = Attack()
        for side in ("now", "then"):
            attack.told([(side, t) for t in now], getattr(figure.city, side))
            for team, sides in figure.teams:
                attack.told([(side, team.team_id)], getattr(sides, side))
            if mine:
                attack.exactly({(side, mine): 1}, truth[side, mine])
        for t in now:
            attack.no_more(("now", t), ("then", t))
        wanted: dict[Hashable, dict[Unknown, int]] = {
            (side, t): {(side, t): 1} for side, t in truth if t != mine and truth[side, t] < SMALLEST_GROUP
        }
        wanted |= {
            ("change", t): {("then", t): 1, ("now", t): -1} for t in now if t != mine and 0 < then[t] - now[t] < 5
        }
        assert attack.determined(truth, wanted) == set(), mine
