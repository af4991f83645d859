"""One invented client's life with the department, as the commands that a coach would give."""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid5

from domain.calendar import AMSTERDAM, local_day
from domain.catalogue import Choice, Choices, DateKind, Field, Number, Source, Track, YesNo, load
from domain.client import (
    AgreeContactFrequency,
    AgreePlanOfAction,
    AssignClient,
    ChangeContactDetails,
    Channel,
    ChooseServiceTrack,
    Client,
    ClientCommand,
    CloseClient,
    ClosingReason,
    CorrectContact,
    CorrectField,
    DeclareNotRelevant,
    Outcome,
    PlanTask,
    RecordContact,
    RecordDeclined,
    RegisterField,
    ReopenClient,
    SettlePromise,
    StartedBy,
    StrikeContact,
    TakeIntake,
    TaskKind,
    Topic,
)
from eventlog.commands import CommandContext, Step
from records.people import Team
from werkpad.demo import words
from werkpad.demo.ids import random_id
from werkpad.demo.names import Names

HISTORY = 730
# Fields that coaches ask nearly everybody, and the chance that they did.
ASKED = {
    "education_level": 0.9,
    "language_level": 0.85,
    "driving_licence": 0.85,
    "living_situation": 0.8,
    "children_at_home": 0.8,
    "marital_status": 0.75,
    "gender": 0.95,
    "hours_available": 0.75,
    "digital_skills": 0.6,
    "own_transport": 0.6,
    "travel_time": 0.5,
    "physical_limitations": 0.65,
    "mental_limitations": 0.55,
    "preferred_sectors": 0.65,
    "work_sector": 0.7,
    "work_occupation": 0.55,
    "work_years": 0.6,
    "cv": 0.6,
    "outside_office_hours": 0.4,
    "childcare_arranged": 0.3,
    "debts": 0.35,
    "own_goal": 0.6,
    "skills": 0.4,
    "benefit_start_date": 0.7,
    "job_ready_since": 0.15,
    "criminal_record_restricts": 0.4,
    "preferred_occupations": 0.3,
    "certificates": 0.2,
    "field_of_education": 0.3,
    "children_ages": 0.25,
}


class Life:
    """From intake, at most `longest` days ago, to today; nothing in it lies in the future."""

    def __init__(
        self,
        rng: random.Random,
        names: Names,
        now: datetime,
        number: int,
        team: Team,
        coaches: list[UUID],
        *,
        longest: int = HISTORY,
    ) -> None:
        self.rng = rng
        self.now = now
        self.team = team
        self.coaches = coaches
        self.coach = coaches[number // 3 % len(coaches)]
        self.most_contacts = longest // 12
        self.client_id = random_id(self.rng)
        self.name, self.email = names.person(rng)
        self.number = number
        self.clock = now - timedelta(days=rng.randint(20, longest))
        self._steps: list[Step[Client]] = []
        self.contacts: list[tuple[UUID, date]] = []
        self.promised: UUID | None = None
        self.left = False

    def steps(self) -> list[Step[Client]]:
        """All commands, in the order of their moments."""
        self._begin()
        self._questionnaire()
        self._agree()
        self._work_together()
        if not self.left:
            self._have_something_to_do()
        return self._steps

    def _do(self, command: ClientCommand, command_id: UUID | None = None) -> None:
        self._steps.append(Step(command, CommandContext(self.clock, self.coach), command_id or random_id(self.rng)))

    def _later(self, least: int, most: int) -> bool:
        """Move on to a working hour some days later; False when that would lie in the future."""
        day = local_day(self.clock) + timedelta(days=self.rng.randint(least, most))
        day += timedelta(days=(7 - day.weekday()) % 7 if day.weekday() > 4 else 0)
        hour = time(self.rng.randint(8, 16), self.rng.randint(0, 59), tzinfo=AMSTERDAM)
        later = max(datetime.combine(day, hour), self.clock + timedelta(minutes=3))
        if later >= self.now - timedelta(hours=1):
            return False
        self.clock = later
        return True

    def _soon(self) -> None:
        self.clock += timedelta(seconds=self.rng.randint(20, 90))

    @property
    def today(self) -> date:
        return local_day(self.clock)

    def _begin(self) -> None:
        self._later(0, 1)
        team, specialised = self.team.team_id, self.team.specialised
        self._do(
            TakeIntake(
                client_id=self.client_id,
                held_on=self.today,
                team=team,
                specialised=specialised,
                name=self.name,
                client_number=f"DEMO-{self.number:06}",
                email=self.email if self.rng.random() < 0.7 else None,
                phone=f"06-000{self.number:05}",
                source=Source.INTAKE_FORM,
            )
        )
        birth = local_day(self.now) - timedelta(days=self.rng.randint(19 * 365, 64 * 365))
        shown = birth.isoformat()[: self.rng.choice([10] * 9 + [4])]
        self._register("birth_date", shown, Source.INTAKE_FORM)
        self._later(1, 7)
        self._do(
            AssignClient(
                client_id=self.client_id, team=team, specialised=specialised, coach=self.coach, assigned_on=self.today
            )
        )
        if self.number % 12 == 0:
            english = ChangeContactDetails(client_id=self.client_id, email=self.email, language="en")
            # Its id follows from the client: all other lives stay as they are.
            self._do(english, uuid5(self.client_id, "language"))

    def _register(self, field: str, value: object, source: Source) -> None:
        self._soon()
        self._do(RegisterField(client_id=self.client_id, field=field, value=value, known_on=self.today, source=source))

    def _questionnaire(self) -> None:
        if not self._later(2, 14):
            return
        for key, chance in ASKED.items():
            field = load()[key]
            if field.specialised_only and not self.team.specialised:
                continue
            luck = self.rng.random()
            if luck < chance * 0.92:
                self._register(key, self._answer(field), Source.QUESTIONNAIRE)
            elif luck < chance:
                self._set_aside(key)

    def _set_aside(self, key: str) -> None:
        self._soon()
        review_on = self.today + timedelta(days=self.rng.choice([60, 90, 180, 365]))
        kind = self.rng.choice([DeclareNotRelevant, RecordDeclined])
        reason = self.rng.choice(words.NOT_RELEVANT if kind is DeclareNotRelevant else words.DECLINED)
        self._do(kind(client_id=self.client_id, field=key, reason=reason, review_on=review_on))

    def _answer(self, field: Field) -> object:
        rng, kind = self.rng, field.kind
        if field.key == "driving_licence":
            return rng.choice(words.LICENCES)
        if isinstance(kind, Choice):
            return rng.choice(kind.codes)
        if isinstance(kind, Choices):
            if rng.random() < 0.4 and any(o.code == "none" for o in kind.options):
                return ["none"]
            free = [o.code for o in kind.options if not o.alone and o.code != "none"]
            return rng.sample(free, rng.randint(1, min(3, len(free))))
        if isinstance(kind, YesNo):
            return rng.random() < 0.5
        if isinstance(kind, Number):
            return min(kind.most, max(kind.least, int(rng.triangular(kind.least, kind.most, kind.least + 2))))
        if isinstance(kind, DateKind):
            return (self.today - timedelta(days=rng.randint(0, 420))).isoformat()
        return rng.choice(words.TEXTS.get(field.key, words.SKILLS))

    def _agree(self) -> None:
        rng = self.rng
        if rng.random() < 0.88 and self._later(5, 45):
            self._do(AgreePlanOfAction(client_id=self.client_id, plan=rng.choice(words.PLANS), agreed_on=self.today))
            if rng.random() < 0.92:
                self._soon()
                weeks = rng.choice([2, 3, 4, 4, 6, 8])
                self._do(AgreeContactFrequency(client_id=self.client_id, weeks=weeks, agreed_on=self.today))
        if rng.random() < 0.9:
            self._soon()
            self._do(ChooseServiceTrack(client_id=self.client_id, track=self._track(), chosen_on=self.today))

    def _track(self) -> Track:
        return self.rng.choices(list(Track), [3, 2, 3, 5, 3, 1])[0]

    def _work_together(self) -> None:
        rng = self.rng
        if rng.random() < 0.04:
            return  # never seen
        leaves_after = rng.randint(3, 18) if rng.random() < 0.3 else 1000
        quiet_after = rng.randint(3, 20) if rng.random() < 0.12 else 1000
        every = rng.randint(12, 42)
        for nth in range(self.most_contacts):
            if nth >= quiet_after or not self._later(every - 7, every + 12):
                return
            self._keep_promise()
            self._contact()
            self._something_else()
            if nth >= leaves_after:
                self._leave()
                return

    def _keep_promise(self) -> None:
        """What was agreed the time before was mostly done by now."""
        if self.promised is not None and self.rng.random() < 0.95:
            kept = self.rng.random() < 0.9
            self._do(SettlePromise(client_id=self.client_id, contact_id=self.promised, kept=kept))
            self._soon()
        self.promised = None

    def _have_something_to_do(self) -> None:
        """A few clients called lately, or have something noted for the days to come."""
        if self.now - self.clock > timedelta(days=30) or self.rng.random() > 0.12:
            return
        self._soon()
        kind = self.rng.choice([TaskKind.OWN, TaskKind.OWN, TaskKind.CALL_BACK])
        due_on = (
            self.today if kind is TaskKind.CALL_BACK else local_day(self.now) + timedelta(days=self.rng.randint(0, 6))
        )
        what = self.rng.choice(words.TASKS if kind is TaskKind.OWN else words.CALLS)
        self._do(PlanTask(client_id=self.client_id, task_id=random_id(self.rng), what=what, due_on=due_on, kind=kind))

    def _contact(self) -> None:
        rng = self.rng
        contact_id = random_id(self.rng)
        outcome = rng.choices(list(Outcome), [80, 9, 6, 5])[0]
        spoken = outcome is Outcome.SPOKEN
        agreed = rng.random() < 0.3 and spoken
        held_on = self.today - timedelta(days=rng.choice([0, 0, 0, 0, 1]))
        facts = {
            "client_id": self.client_id,
            "contact_id": contact_id,
            "held_on": held_on,
            "channel": rng.choices(list(Channel), [35, 40, 5, 8, 3, 5, 4])[0],
            "started_by": rng.choices(list(StartedBy), [75, 22, 3])[0],
            "outcome": outcome,
            "topics": rng.sample(list(Topic), rng.randint(1, 3)) if spoken else (),
            "note": rng.choice(words.NOTES) if spoken and rng.random() < 0.7 else None,
            "own_words": rng.choice(words.OWN_WORDS) if spoken and rng.random() < 0.45 else None,
            "minutes_with_client": rng.choice([10, 15, 20, 30, 45, 60]) if spoken and rng.random() < 0.6 else None,
            "minutes_administration": rng.choice([5, 10, 10, 15, 20]) if rng.random() < 0.4 else None,
            "agreed_next": rng.choice(words.AGREED) if agreed else None,
            "agreed_on": held_on + timedelta(days=rng.randint(3, 28)) if agreed else None,
        }
        self._do(RecordContact(**facts))  # type: ignore[arg-type]  # checked as the command's fields are
        self.promised = contact_id if agreed else None
        luck = rng.random()
        if luck < 0.02:
            self._soon()
            facts["outcome"] = Outcome.NO_SHOW
            self._do(CorrectContact(**facts, reason=rng.choice(words.MISTAKES)))  # type: ignore[arg-type]  # checked as the command's fields are
        elif luck < 0.03:
            self._soon()
            self.promised = None
            self._do(StrikeContact(client_id=self.client_id, contact_id=contact_id, reason=rng.choice(words.MISTAKES)))

    def _something_else(self) -> None:
        rng = self.rng
        luck = rng.random()
        key = rng.choice(["cv", "hours_available", "language_level", "own_goal", "preferred_sectors", "travel_time"])
        if luck < 0.25:
            self._register(key, self._answer(load()[key]), Source.CONVERSATION)
        elif luck < 0.29 and any(isinstance(s.command, RegisterField) and s.command.field == key for s in self._steps):
            last = [s.command for s in self._steps if getattr(s.command, "field", None) == key][-1]
            if isinstance(last, RegisterField | CorrectField):
                self._soon()
                self._do(
                    CorrectField(
                        client_id=self.client_id,
                        field=key,
                        value=self._answer(load()[key]),
                        known_on=self.today,
                        reason=rng.choice(words.MISTAKES),
                    )
                )
        elif luck < 0.33:
            self._soon()
            self._do(ChooseServiceTrack(client_id=self.client_id, track=self._track(), chosen_on=self.today))
        elif luck < 0.35:
            self._soon()
            others = [c for c in self.coaches if c != self.coach]
            new = rng.choice(others)
            self._do(
                AssignClient(
                    client_id=self.client_id,
                    team=self.team.team_id,
                    specialised=self.team.specialised,
                    coach=new,
                    assigned_on=self.today,
                )
            )
            self.coach = new

    def _leave(self) -> None:
        rng = self.rng
        if not self._later(3, 20):
            return
        self.left = True
        reason = rng.choices(list(ClosingReason), [45, 4, 12, 10, 12, 5, 2, 10])[0]
        self._do(CloseClient(client_id=self.client_id, reason=reason, closed_on=self.today))
        if reason is ClosingReason.JOB and rng.random() < 0.1 and self._later(40, 200):
            self._do(ReopenClient(client_id=self.client_id, reopened_on=self.today, reason=rng.choice(words.BACK)))
            self.left = False
            if self._later(2, 20):
                self._contact()
