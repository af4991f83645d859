"""Two teams, a few clients, and all that may happen to them, drawn at random."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, time, timedelta
from uuid import UUID, uuid4

from application.services import Services
from domain.calendar import Week
from domain.catalogue import Track
from domain.client import (
    AcceptTransfer,
    AgreeContactFrequency,
    AgreePlanOfAction,
    AssignClient,
    CancelAppointment,
    CancelledBy,
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
    InviteClient,
    MakeAppointment,
    MoveAppointment,
    Notice,
    Outcome,
    PlanTask,
    ProposalOutcome,
    ProposeOffer,
    ProposeTransfer,
    RecordAnswer,
    RecordAppointmentNotice,
    RecordContact,
    RecordContactOfAppointments,
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
    WithdrawInvitation,
    WithdrawTransfer,
)
from domain.client.own_notes import NoteHandling, OwnMark, SetOwnMark, WriteOwnNote
from domain.client.steps import AgreeStep, ChangeStep, EndStep, StepEnd, StepKind, StepOwner
from domain.client.tasks import TaskKind, WaitFor, WaitingFor
from domain.closing_days import SetClosingDays, TakeBackClosingDays
from domain.offer import OfferKind
from domain.refusal import Refused
from domain.roles import Role
from eventlog.commands import CommandContext
from records import people
from records.people import Account, Team
from tests.conftest import Clock
from tests.plain import Life
from tests.projections.answering import ANSWERING, VALUES
from tests.projections.exempting import EXEMPTING, READER, READING
from tests.projections.helping import HELPING

BEGAN = datetime(2026, 1, 1, 9, tzinfo=UTC)


CLIENTS = 3


WITHDRAWN_TOO = ("plan_of_action", "service_track", "contact_frequency")


class World:
    """Two teams of two coaches, a few clients, and all that may happen to them: what is refused did not happen."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.clock: Clock = services.clock  # type: ignore[assignment]  # replaced on purpose
        self.clock.now = BEGAN
        self.teams = [uuid4(), uuid4()]
        self.coaches = {uuid4(): self.teams[nth // 2] for nth in range(4)}
        self.clients = [uuid4() for _ in range(CLIENTS)]
        self.offers = [uuid4(), uuid4()]
        self.closings: list[UUID] = []
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
                context = CommandContext(self.clock(), next(iter(self.coaches)))
                self.services.erase_in_log(client_id, ErasureReason.CLIENT_REQUEST, context, uuid4())
                return
            if what in ("closing_days", "open_after_all"):
                self._closes(what, chance)
                return
            for command, actor in self._commands(client_id, what, life, chance):
                self.services.clients.handle(command, CommandContext(self.clock(), actor), uuid4())

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
        tasks = [e.task_id for e in life.events if hasattr(e, "task_id")] or [uuid4()]  # type: ignore[attr-defined]  # the test looks inside
        asked = [e.proposal_id for e in life.events if hasattr(e, "proposal_id")] or [uuid4()]  # type: ignore[attr-defined]  # the test looks inside
        about = {"client_id": client_id}
        agreed = [e.appointment_id for e in life.events if hasattr(e, "appointment_id")] or [uuid4()]  # type: ignore[attr-defined]  # the test looks inside
        invited = [e.invitation_id for e in life.events if hasattr(e, "invitation_id")] or [uuid4()]  # type: ignore[attr-defined]  # the test looks inside
        when = {
            "day": today + timedelta(days=chance.choice((0, 1, 5, 30))),
            "at": time(chance.randrange(7, 18), 30),
            "minutes": chance.choice((5, 30, 300)),
            "channel": Channel.PHONE,
        }
        steps = [e.step_id for e in life.events if hasattr(e, "step_id")] or [uuid4()]  # type: ignore[attr-defined]  # the test looks inside
        begins = today + timedelta(days=chance.choice((0, 1, 20, 40)))
        step = {
            "kind": chance.choice(list(StepKind)),
            "whose": StepOwner.CLIENT,
            "what": "a course",
            "starts_on": begins,
            "ends_on": chance.choice((None, begins, begins + timedelta(days=30))),
        }
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
            "ask": lambda: ProposeTransfer(
                **about,
                team=self.coaches[coach],
                coach=coach,
                reason="moved",
                own_note=chance.choice((None, *NoteHandling)),
            ),
            "accept": lambda: AcceptTransfer(**about),
            "refuse": lambda: RefuseTransfer(**about, reason="too many"),
            "think_better": lambda: WithdrawTransfer(**about),
            "contact": lambda: RecordContact(**about, **said, contact_id=uuid4()),
            "correct_contact": lambda: CorrectContact(**about, **said, contact_id=chance.choice(held), reason="typo"),
            "strike": lambda: StrikeContact(**about, contact_id=chance.choice(held), reason="wrong client"),
            "finalize": lambda: SettlePromise(**about, contact_id=chance.choice(promised)),
            "task": lambda: PlanTask(
                **about, task_id=uuid4(), what="to call", due_on=later, kind=chance.choice(list(TaskKind))
            ),
            "note": lambda: WriteOwnNote(**about, what=chance.choice((None, "first")), look_on=None),
            "mark": lambda: SetOwnMark(**about, mark=chance.choice((None, *OwnMark))),
            "wait": lambda: WaitFor(
                **about,
                **chance.choice(({"task_id": chance.choice(tasks)}, {"contact_id": chance.choice(promised)})),
                whom=chance.choice((None, *WaitingFor)),
                since=day,
            ),
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
            "appoint": lambda: MakeAppointment(**about, **when, appointment_id=uuid4()),
            "move": lambda: MoveAppointment(**about, **when, appointment_id=chance.choice(agreed)),
            "call_off": lambda: CancelAppointment(
                **about, appointment_id=chance.choice(agreed), by=chance.choice(list(CancelledBy))
            ),
            "tell": lambda: RecordAppointmentNotice(
                **about,
                appointment_id=chance.choice(agreed),
                notice=chance.choice(list(Notice)),
                changes=chance.choice((0, 0, 1, 2)),
                delivery=Delivery.LETTER,
                delivered=chance.random() < 0.5,
            ),
            "meet": lambda: RecordContactOfAppointments(
                **about,
                contact=RecordContact(**about, **said, contact_id=uuid4()),
                appointments=[chance.choice(agreed)],
            ),
            "agree_step": lambda: AgreeStep(**about, **step, step_id=uuid4()),
            "change_step": lambda: ChangeStep(**about, **step, step_id=chance.choice(steps)),
            "end_step": lambda: EndStep(
                **about, step_id=chance.choice(steps), how=chance.choice(list(StepEnd)), ended_on=day, reason="so"
            ),
            "invite": lambda: InviteClient(
                **about,
                invitation_id=uuid4(),
                slots=[self.clock() + timedelta(days=chance.choice((1, 9)), hours=n) for n in range(2)],
                minutes=30,
                channel=Channel.PHONE,
            ),
            "uninvite": lambda: WithdrawInvitation(**about, invitation_id=chance.choice(invited)),
            "conclude": lambda: ConcludeProposal(
                **about, proposal_id=chance.choice(asked), outcome=chance.choice(list(ProposalOutcome))
            ),
        }
        known = ANSWERING | HELPING | EXEMPTING | READING
        if what in known:
            state = self.services.clients.state(client_id)
            assert state is not None
            who = READER if what in READING else coach
            return [(command, who) for command in known[what](state, chance, today)]
        actor = life.transfer_to if what in ("accept", "refuse") and life.transfer_to else coach
        return [(commands[what](), actor)]

    def _closes(self, what: str, chance: random.Random) -> None:
        today, context = self.services.today, CommandContext(self.clock(), next(iter(self.coaches)))
        if what == "open_after_all":
            closing_id = (self.closings or [uuid4()])[-1]
            self.services.closing_days.handle(TakeBackClosingDays(closing_id=closing_id), context, uuid4())
            return
        first = today + timedelta(days=chance.choice((0, 1, 40, 90)))
        last = first + timedelta(days=chance.choice((0, 2, 12)))
        closing = SetClosingDays(closing_id=uuid4(), name="Invented holiday", first_day=first, last_day=last)
        self.services.closing_days.handle(closing, context, uuid4())
        self.closings.append(closing.closing_id)


ACTIONS = (
    "send",
    "end",
    "return",
    "return",
    "return",
    "settle",
    "settle",
    "both_hold",
    "both_hold",
    "both_hold",
    "wait",
    "note",
    "mark",
    "agree_step",
    "agree_step",
    *HELPING,
    *HELPING,
    *EXEMPTING,
    *EXEMPTING,
    *(*READING, *READING),
    "change_step",
    "end_step",
    "closing_days",
    "open_after_all",
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
    "finalize",
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
    "appoint",
    "appoint",
    "move",
    "call_off",
    "invite",
    "uninvite",
    "tell",
    "meet",
    "meet",
    "erase",
)
ABOUT_FACTS = (
    *("return", "return", "return", "settle", "both_hold", "both_hold", "register", "register"),
    *("send", "end", "correct", "withdraw", "decline", "not_relevant", "assign", "close", "reopen"),
    *("closing_days", "closing_days", "open_after_all", "open_after_all"),
)
