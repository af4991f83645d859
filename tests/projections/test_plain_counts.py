"""The read models held to a second, plain way of counting: a wrong fold is wrong on both sides of `verify`."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from application.services import Services
from domain.calendar import Week
from domain.catalogue import Track
from domain.client import (
    AcceptTransfer,
    AgreeContactFrequency,
    AgreePlanOfAction,
    AssignClient,
    Channel,
    ChooseServiceTrack,
    ClientAnswer,
    ClientCommand,
    CloseClient,
    ClosingReason,
    ConcludeProposal,
    CorrectContact,
    CorrectField,
    DeclareNotRelevant,
    Delivery,
    ErasureReason,
    FinishTask,
    Outcome,
    PlanTask,
    ProposalOutcome,
    ProposeOffer,
    ProposeTransfer,
    RecordAnswer,
    RecordContact,
    RecordDeclined,
    RecordDelivery,
    RefuseTransfer,
    RegisterField,
    RemindOfProposal,
    ReopenClient,
    SettlePromise,
    StrikeContact,
    TakeIntake,
    WithdrawField,
    WithdrawTransfer,
)
from domain.offer import OfferKind
from domain.refusal import Refused
from domain.roles import Role
from eventlog.commands import Moment
from projections import agenda, caseload, caseload_figures, contacts, data_gaps, proposals, timeline, weekly_figures
from projections.caseload import Scope
from projections.engine.verify import verify
from records import people, weekly_lists
from records.people import Account, Team
from tests.conftest import Clock
from tests.plain import Life, total

BEGAN = datetime(2026, 1, 1, 9, tzinfo=UTC)
CLIENTS = 3
VALUES: dict[str, list[Any]] = {
    "education_level": ["primary", "none"],
    "language_level": ["a2", "b1"],
    "driving_licence": [["B"], ["E"], ["B", "E"], ["none"]],
    "preferred_sectors": [["care"]],
    "work_sector": ["none", "care"],
    "work_occupation": ["baker"],
    "work_years": [0, 3],
    "marital_status": ["single", "married", "widowed"],
    "living_situation": ["alone", "with_partner"],
    "physical_limitations": [["lifting"]],
    "cv": [],
}
WITHDRAWN_TOO = ("plan_of_action", "service_track", "contact_frequency")


class World:
    """Two teams of two coaches, a few clients, and all that may happen to them: what is refused did not happen."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.clock: Clock = services.clock  # type: ignore[assignment]
        self.clock.now = BEGAN
        self.teams = [uuid4(), uuid4()]
        self.coaches = {uuid4(): self.teams[nth // 2] for nth in range(4)}
        self.clients = [uuid4() for _ in range(CLIENTS)]
        self.offers = [uuid4(), uuid4()]
        with services.database.write() as connection:
            for team in self.teams:
                people.add_team(connection, Team(team, str(team)[:20], "Team", specialised=False))
            for coach, team in self.coaches.items():
                account = Account(coach, str(coach)[:30], "Coach", Role.WORK_COACH, team, False, True, None)
                people.add_account(connection, account, "", password_hash="-")

    def lives(self) -> list[Life]:
        opener = self.services.log.opener(self.clients)
        return [Life(who, self.services.log.stream(who), opener.value) for who in self.clients]

    def happens(self, who: int, what: str, seed: int) -> None:
        """One thing, some time later; which one exactly, the seed says."""
        chance = random.Random(seed)  # noqa: S311 - a life, not a secret
        self.clock.now += timedelta(days=chance.choice((0, 0, 1, 5, 20, 60)), minutes=chance.randrange(1440))
        client_id = self.clients[who]
        if chance.random() < 0.15:
            # On the very stroke of the hour at which the week begins.
            self.clock.now = Week.of(self.clock.now.date()).next.starts_at.astimezone(UTC)
        if not (life := Life(client_id, self.services.log.stream(client_id), lambda *_: None)).events:
            what = "intake"
        with suppress(Refused):
            if what == "erase":
                moment = Moment(self.clock(), next(iter(self.coaches)))
                self.services.erase_in_log(client_id, ErasureReason.CLIENT_REQUEST, moment, uuid4())
                return
            for command, actor in self._commands(client_id, what, life, chance):
                self.services.clients.handle(command, Moment(self.clock(), actor), uuid4())

    def _commands(
        self, client_id: UUID, what: str, life: Life, chance: random.Random
    ) -> list[tuple[ClientCommand, UUID]]:
        today = self.services.today
        coach = chance.choice(list(self.coaches))
        day = today - timedelta(days=chance.choice((0, 0, 1, 7, 40)))
        later = today + timedelta(days=chance.choice((1, 30, 100)))
        held = [e.contact_id for e in life.contacts] or [uuid4()]
        field = chance.choice([*VALUES, *WITHDRAWN_TOO]) if what == "withdraw" else chance.choice(list(VALUES))
        value = chance.choice(VALUES[field]) if VALUES.get(field) else (today - timedelta(days=200)).isoformat()
        tasks = [e.task_id for e in life.events if hasattr(e, "task_id")] or [uuid4()]  # type: ignore[attr-defined]
        asked = [e.proposal_id for e in life.events if hasattr(e, "proposal_id")] or [uuid4()]  # type: ignore[attr-defined]
        about = {"client_id": client_id}
        said = {
            "held_on": day,
            "channel": chance.choice(list(Channel)),
            "outcome": chance.choice(list(Outcome)),
            "minutes_with_client": chance.choice((0, 15, 45)),
        }
        if chance.random() < 0.5:
            said |= {"agreed_next": "to call", "agreed_on": chance.choice((None, later))}
        promised = [e.contact_id for e in life.contacts if e.agreed_next is not None] or [uuid4()]
        reviewing = {"field": field, "reason": "so it is", "review_on": later}
        commands: dict[str, Callable[[], ClientCommand]] = {
            "intake": lambda: TakeIntake(**about, held_on=day, team=self.coaches[coach], name="Invented"),
            "assign": lambda: AssignClient(**about, team=self.coaches[coach], coach=coach, assigned_on=day),
            "ask": lambda: ProposeTransfer(**about, team=self.coaches[coach], coach=coach, reason="moved"),
            "accept": lambda: AcceptTransfer(**about),
            "refuse": lambda: RefuseTransfer(**about, reason="too many"),
            "think_better": lambda: WithdrawTransfer(**about),
            "contact": lambda: RecordContact(**about, **said, contact_id=uuid4()),
            "correct_contact": lambda: CorrectContact(**about, **said, contact_id=chance.choice(held), reason="typo"),
            "strike": lambda: StrikeContact(**about, contact_id=chance.choice(held), reason="wrong client"),
            "settle": lambda: SettlePromise(**about, contact_id=chance.choice(promised)),
            "task": lambda: PlanTask(**about, task_id=uuid4(), what="to call", due_on=later),
            "done": lambda: FinishTask(**about, task_id=chance.choice(tasks)),
            "register": lambda: RegisterField(**about, field=field, value=value, known_on=day),
            "correct": lambda: CorrectField(**about, field=field, value=value, known_on=day, reason="typo"),
            "withdraw": lambda: WithdrawField(**about, field=field, reason="wrong"),
            "decline": lambda: RecordDeclined(**about, **reviewing),
            "not_relevant": lambda: DeclareNotRelevant(**about, **reviewing),
            "plan": lambda: AgreePlanOfAction(**about, plan="learn Dutch", agreed_on=day),
            "track": lambda: ChooseServiceTrack(**about, track=chance.choice(list(Track)), chosen_on=day),
            "frequency": lambda: AgreeContactFrequency(**about, weeks=chance.choice((2, 6)), agreed_on=day),
            "close": lambda: CloseClient(**about, reason=chance.choice(list(ClosingReason)), closed_on=day),
            "reopen": lambda: ReopenClient(**about, reopened_on=today, reason="came back"),
            "propose": lambda: ProposeOffer(
                **about,
                proposal_id=uuid4(),
                offer_id=chance.choice(self.offers),
                offer_kind=OfferKind.WORKSHOP,
                delivery=Delivery.LETTER,
            ),
            "deliver": lambda: RecordDelivery(
                **about, proposal_id=chance.choice(asked), delivered=chance.random() < 0.5
            ),
            "remind": lambda: RemindOfProposal(**about, proposal_id=chance.choice(asked), delivery=Delivery.LETTER),
            "answer": lambda: RecordAnswer(**about, proposal_id=chance.choice(asked), answer=ClientAnswer.NOT_NOW),
            "conclude": lambda: ConcludeProposal(
                **about, proposal_id=chance.choice(asked), outcome=chance.choice(list(ProposalOutcome))
            ),
        }
        actor = life.transfer_to if what in ("accept", "refuse") and life.transfer_to else coach
        return [(commands[what](), actor)]


ACTIONS = (
    "assign",
    "assign",
    "ask",
    "accept",
    "refuse",
    "think_better",
    "contact",
    "contact",
    "contact",
    "correct_contact",
    "strike",
    "settle",
    "task",
    "done",
    "register",
    "register",
    "register",
    "correct",
    "withdraw",
    "decline",
    "not_relevant",
    "plan",
    "track",
    "track",
    "frequency",
    "close",
    "reopen",
    "reopen",
    "propose",
    "deliver",
    "remind",
    "answer",
    "conclude",
    "erase",
)
things = st.lists(
    st.tuples(st.integers(0, CLIENTS - 1), st.sampled_from(ACTIONS), st.integers(0, 2**32)), min_size=1, max_size=45
)


@pytest.mark.parametrize("examples", [20, pytest.param(400, marks=pytest.mark.slow)])
def test_whatever_happens_the_read_models_show_what_one_counts_by_hand(
    sqlite_services: Services, examples: int
) -> None:
    # Not made smaller when it fails: each try is written to the same log, and takes longer than the one before.
    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
    @given(things)
    def whatever_happens(found: list[tuple[int, str, int]]) -> None:
        world = World(sqlite_services)
        for who, what, seed in found:
            world.happens(who, what, seed)
        sqlite_services.engine.catch_up()
        lives = [life for life in world.lives() if life.events]
        today = sqlite_services.today
        for days in (0, 1, 28, 29, 93, 400):
            the_figures_are_so(world, lives, today + timedelta(days=days))
        for life in lives:
            the_file_is_so(world, life)
        what_is_proposed_is_so(world, lives)
        the_lists_are_so(world, lives)
        the_weekly_figures_are_so(world, lives)

    whatever_happens()
    assert list(verify(sqlite_services.engine)) == []


COUNTED = ("track", "plan_on", "last_seen_on", "last_tried_on", "contact_due_on", "not_seen_on")


def the_file_is_so(world: World, life: Life) -> None:
    services, who = world.services, life.client_id
    with services.database.read() as connection:
        row = caseload.client(connection, who)
        held = contacts.of_client(connection, who)
        to_do = agenda.of_client(connection, who)
        transfer = agenda.transfer_of(connection, who)
        told = timeline.of_client(connection, who)
    assert row is not None
    shown = ("team_id", "coach_id", "intake_on", "assigned_on", "closed_on", "closing_reason")
    assert [row[name] for name in shown] == [
        life.team,
        life.coach,
        life.intake.held_on,
        life.assigned_on,
        life.closed_on,
        life.closing_reason,
    ]
    if life.erased:
        assert {name for name, value in row.items() if value is not None} <= {"client_id", "specialised", *shown}
    else:
        counted = {"frequency_weeks": life.weeks} | {name: getattr(life, name) for name in COUNTED}
        assert {name: row[name] for name in counted} == counted
        assert services.log.opener([who]).text(row["name"]) == "Invented"
    assert {c["contact_id"] for c in held if not c["struck"]} == {c.contact_id for c in life.contacts}
    assert [c["held_on"] for c in held] == sorted((c["held_on"] for c in held), reverse=True)
    assert {c["contact_id"]: c["outcome"] for c in held if not c["struck"]} == {
        c.contact_id: c.outcome for c in life.contacts
    }
    assert {item["item_id"]: item["due_on"] for item in to_do} == life.to_do
    assert (transfer["coach_id"] if transfer else None) == life.transfer_to
    assert len(told) == len(life.events)


def the_figures_are_so(world: World, lives: list[Life], day: date) -> None:
    with world.services.database.read() as connection:
        for team in world.teams:
            expected = total(lives, team, day)
            scope = Scope(team_id=team)
            found = caseload_figures.totals(connection, day, scope).get(team, {})
            for name in ("open", "no_plan", "not_seen", "contact_due", "contact_agreed"):
                assert found.get(name, 0) == expected[name, ""], name
            tracks = caseload_figures.by_track(connection, scope)
            assert {track or "none": n for track, n in tracks.items()} == about(expected, "track")
            assert {str(k): n for k, n in caseload_figures.by_coach(connection, team).items() if k} == about(
                expected, "coach"
            )
            assert data_gaps.totals_by_field(connection, day, team) == about(expected, "listed")
            outflow = Counter(life.closing_reason for life in lives if life.team == team and life.closed_on)
            assert caseload_figures.outflow(connection, scope, date.min) == outflow
        for coach in world.coaches:
            listed = {(row["client_id"], row["field"]) for row in data_gaps.listed(connection, day, coach)}
            assert listed == lines(lives, coach, day)
            minutes: Counter[date] = sum((life.minutes(coach) for life in lives), Counter())
            noted = {d: n for d, n, _ in contacts.minutes_by_day(connection, coach, date.min) if n}
            assert noted == {d: n for d, n in minutes.items() if n}


def what_is_proposed_is_so(world: World, lives: list[Life]) -> None:
    with world.services.database.read() as connection:
        for offer in world.offers:
            steps = Counter(life.proposals[offer] for life in lives if offer in life.proposals)
            assert proposals.taken(connection, offer) == steps
            assert proposals.counts(connection, [offer]).get(offer, 0) == steps.total()


def the_lists_are_so(world: World, lives: list[Life]) -> None:
    services, week = world.services, Week.latest(world.clock())
    for listed_week in (week.previous, week):
        weekly_lists.build(services.engine, listed_week, world.clock())
        # That of this week is built now; one gone by, also on a Monday before six, as it was when it began.
        gone_by = listed_week != Week.of(services.today)
        so_far = [life.known_by(listed_week.starts_at) for life in lives] if gone_by else lives
        day = listed_week.monday if gone_by else services.today
        with services.database.read() as connection:
            for coach in world.coaches:
                found = weekly_lists.of_coach(connection, coach, listed_week)
                assert found is not None
                expected = lines(so_far, coach, day)
                assert {(line["client_id"], line["field"]) for line in found["rows"]} == expected
                assert found["lines"] == len(expected)


def the_weekly_figures_are_so(world: World, lives: list[Life]) -> None:
    services, week = world.services, Week.latest(world.clock())
    weekly_figures.build(services.engine, week, whole=True)
    with services.database.read() as connection:
        for monday in {week, week.previous, min(week, Week.of(BEGAN.date()).next.next)}:
            known = [life.known_by(monday.starts_at) for life in lives]
            # Who was erased since keeps counting as a client, and in nothing that was known of the person.
            person = {life.client_id for life in lives if life.erased}
            happened: Counter[tuple[UUID, str, str]] = Counter()
            for life in lives:
                happened += life.happened(monday.previous.starts_at, monday.starts_at)
            for team in world.teams:
                found = weekly_figures.of_week(connection, monday.monday, team)
                expected = total(known, team, monday.monday)
                for name in ("open", "track", "no_plan", "not_seen", "coach"):
                    assert found.get(name, {}) == about(expected, name), name
                readable = total([k for k in known if k.client_id not in person], team, monday.monday)
                for name in ("contact_due", "contact_agreed", "listed"):
                    assert found.get(name, {}) == about(readable, name), name
                for name in ("intakes", "closed", "corrected"):
                    counted = {what: n for (of, figure, what), n in happened.items() if (of, figure) == (team, name)}
                    assert found.get(name, {}) == counted, name


def about(counted: Counter[tuple[str, str]], figure: str) -> dict[str, int]:
    return {detail: number for (name, detail), number in counted.items() if name == figure}


def lines(lives: list[Life], coach: UUID, day: date) -> set[tuple[UUID, str]]:
    """What is on a coach's list on a day: client and field."""
    mine = [life for life in lives if life.events and life.coach == coach and life.closed_on is None]
    return {(life.client_id, field) for life in mine for field in life.listed(day)}
