"""One invented client's life with the department, as the commands that a coach would give."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid5

from domain.calendar import AMSTERDAM, local_day
from domain.catalogue import Source, Track, load
from domain.client import (
    AgreeContactFrequency,
    AgreePlanOfAction,
    ChangeContactDetails,
    ChooseServiceTrack,
    Client,
    CloseClient,
    ClosingReason,
    CorrectField,
    DeclareNotRelevant,
    PlanTask,
    RecordDeclined,
    ReopenClient,
    TakeIntake,
    TaskKind,
)
from eventlog.commands import CommandContext, Step
from records.people import Team
from werkpad.demo import words
from werkpad.demo.exemptions import exempted
from werkpad.demo.habits import ASKED, NEXT, PRIVATE, WEEKS
from werkpad.demo.ids import random_id
from werkpad.demo.names import Names
from werkpad.demo.somebody import Somebody
from werkpad.demo.talks import Talks

HISTORY = 1_095

# Who reads drafts of exemptions where nobody is named.
READER = UUID(int=4711)


class Life(Talks):
    """From intake, at most `longest` days ago, to today; nothing in it lies in the future.

    `arrivals` says how many came in each of as many equal parts of that time, the earliest first, and `stays` for how
    many days one stays about.
    """

    def __init__(
        self,
        rng: random.Random,
        names: Names,
        now: datetime,
        number: int,
        team: Team,
        coaches: Sequence[UUID],
        *,
        longest: int = HISTORY,
        arrivals: Sequence[int] = (1,),
        gone: Mapping[UUID, date] | None = None,
        english: frozenset[UUID] = frozenset(),
        stays: int = 900,
        reader: UUID = READER,
    ) -> None:
        part = rng.choices(range(len(arrivals)), arrivals)[0]
        ago = longest - part * longest // len(arrivals) - rng.randint(0, longest // len(arrivals))
        begins = now - timedelta(days=max(8, ago))
        super().__init__(rng, now, begins, number, team, coaches, gone=gone or {}, english=english)
        self.stays, self.reader = stays, reader
        self.frequency: int | None = None
        self._later(0, 1)
        self.who = Somebody(rng, self.today, newcomer=team.specialised)
        self.name, self.email = names.person(rng, woman=self.who.woman, from_elsewhere=self.who.from_elsewhere)
        self.track = self._first_track()

    def steps(self) -> list[Step[Client]]:
        """All commands, in the order of their moments."""
        self._begin()
        self._questionnaire()
        if self.rng.random() < 0.012:
            self._is_never_reached()
        else:
            self._agree()
            self._work_together()
        if not self.left:
            self._goes_on()
        return self._steps

    def _begin(self) -> None:
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
        shown = self.who.born.isoformat()[: self.rng.choice([10] * 9 + [4])]
        self._register("birth_date", shown, Source.INTAKE_FORM)
        self._later(1, 7)
        self._assign(self.coach)
        if self._language == "en":
            english = ChangeContactDetails(client_id=self.client_id, email=self.email, language="en")
            # Its id follows from the client: all other lives stay as they are.
            self._do(english, uuid5(self.client_id, "language"))

    def _questionnaire(self) -> None:
        if not self._later(2, 14):
            return
        for key, chance in ASKED.items():
            if load()[key].specialised_only and not self.team.specialised:
                continue
            luck = self.rng.random()
            if luck >= chance:
                continue
            value = self.who.answer(key, self.today, self._language)
            if value is None:
                self._does_not_apply(key)
            elif luck < chance * 0.92:
                source = Source.INTAKE_FORM if key == "benefit_start_date" else Source.QUESTIONNAIRE
                self._register(key, value, source)
            else:
                self._set_aside(key)

    def _does_not_apply(self, key: str) -> None:
        if key in words.DOES_NOT_APPLY:
            self._soon()
            reason = self._in_words(words.DOES_NOT_APPLY[key])
            year = self.today + timedelta(days=365)
            self._do(DeclareNotRelevant(client_id=self.client_id, field=key, reason=reason, review_on=year))

    def _set_aside(self, key: str) -> None:
        self._soon()
        review_on = self.today + timedelta(days=self.rng.choice([60, 90, 180, 365]))
        kind = RecordDeclined if key in PRIVATE else DeclareNotRelevant
        reason = self._in_words(self.rng.choice(words.DECLINED if key in PRIVATE else words.NOT_RELEVANT))
        self._do(kind(client_id=self.client_id, field=key, reason=reason, review_on=review_on))

    def _agree(self) -> None:
        rng = self.rng
        if rng.random() < 0.94 and self._later(5, 45):
            self._talk()
            self._soon()
            plan = self._in_words(rng.choice(words.PLANS[self.track.value]))
            self._do(AgreePlanOfAction(client_id=self.client_id, plan=plan, agreed_on=self.today))
            if rng.random() < 0.94:
                self._agree_frequency()
        if rng.random() < 0.95:
            self._take(self.track)

    def _agree_frequency(self) -> None:
        self._soon()
        self.frequency = self.rng.choice(WEEKS[self.track])
        self._do(AgreeContactFrequency(client_id=self.client_id, weeks=self.frequency, agreed_on=self.today))

    def _first_track(self) -> Track:
        who, rng = self.who, self.rng
        ages = who.children_on(self.today)
        if who.household == "children" and ages and ages[0] < 5 and rng.random() < 0.35:
            return Track.EXEMPT
        if (who.body and who.mind) or who.household == "street" or who.age(self.today) >= 63:
            return rng.choice((Track.CARE_FIRST, Track.CARE_FIRST, Track.PARTICIPATION))
        if self.team.specialised:
            return rng.choice((Track.ORIENTATION, Track.ORIENTATION, Track.DEVELOPMENT, Track.DEVELOPMENT))
        return rng.choices(list(Track), [30, 8, 14, 26, 20, 2])[0]

    def _take(self, track: Track) -> None:
        """Come to a track; who is job ready has hours, a CV and a day from which on."""
        self._soon()
        self.track = track
        if track is Track.EXEMPT:
            for command, actor in exempted(self.client_id, self.clock, self.coach, self.reader):
                # Their ids follow from the client: all other lives stay as they are.
                command_id = uuid5(self.client_id, f"{type(command).__name__} {self.today}")
                self._steps.append(Step(command, CommandContext(self.clock, actor), command_id))
            return
        self._do(ChooseServiceTrack(client_id=self.client_id, track=track, chosen_on=self.today))
        if track is not Track.JOB_READY:
            return
        for key in ("hours_available", "cv"):
            if key not in self.registered:
                self._register(key, self.who.answer(key, self.today, self._language), Source.CONVERSATION)
        if "job_ready_since" not in self.registered:
            self._register("job_ready_since", self.today.isoformat(), Source.CONVERSATION)

    def _work_together(self) -> None:
        """Contacts about as often as was agreed, until one leaves; now and then somebody is silent for months."""
        rng, quiet_until = self.rng, self.clock
        while True:
            days = 7 * (self.frequency or 6)
            if not self._later(days * 7 // 10, days * 13 // 10):
                return
            if self.today >= self.who.pension_on:
                return
            if self.clock < quiet_until:
                self._try_in_vain()
                continue
            if rng.random() < 0.02:
                quiet_until = self.clock + timedelta(days=rng.randint(90, 280))
            self._keep_promise()
            self._contact()
            self._something_else()
            if rng.random() < days / self.stays:
                self._leave()
            if self.left:
                return

    def _is_never_reached(self) -> None:
        """Tried again and again, and closed after some months: nobody is forgotten."""
        for _ in range(self.rng.randint(5, 7)):
            if not self._later(14, 30):
                return
            self._try_in_vain()
        if self._later(10, 20):
            self._close(ClosingReason.BENEFIT_ENDED)

    def _goes_on(self) -> None:
        """What is left to do of somebody who did not leave: the pension begins, a coach left, something is noted."""
        self._hand_over(self.now - timedelta(hours=1))
        pension = datetime.combine(self.who.pension_on, time(9, tzinfo=AMSTERDAM))
        if pension < self.now - timedelta(hours=1):
            self.clock = max(pension, self.clock + timedelta(minutes=3))
            self._close(ClosingReason.PENSION)
        else:
            self._have_something_to_do()

    def _have_something_to_do(self) -> None:
        """A few clients called lately, or have something noted for the days to come."""
        if self.now - self.clock > timedelta(days=30) or self.rng.random() > 0.12:
            return
        self._soon()
        kind = self.rng.choice([TaskKind.OWN, TaskKind.OWN, TaskKind.CALL_BACK])
        due_on = (
            self.today if kind is TaskKind.CALL_BACK else local_day(self.now) + timedelta(days=self.rng.randint(0, 6))
        )
        what = self._in_words(self.rng.choice(words.TASKS if kind is TaskKind.OWN else words.CALLS))
        self._do(PlanTask(client_id=self.client_id, task_id=random_id(self.rng), what=what, due_on=due_on, kind=kind))

    def _something_else(self) -> None:
        rng = self.rng
        luck = rng.random()
        key = rng.choice(["cv", "hours_available", "language_level", "own_goal", "preferred_sectors", "travel_time"])
        if luck < 0.25:
            if key == "language_level" and rng.random() < 0.5:
                self.who.learns()
            self._register(key, self.who.answer(key, self.today, self._language), Source.CONVERSATION)
        elif luck < 0.29 and key in self.registered:
            self._correct(key)
        elif luck < 0.34:
            self._take(rng.choice(NEXT[self.track]))
            self._agree_frequency()
        elif luck < 0.36:
            others = [c for c in self.coaches if c != self.coach and c not in self.gone]
            self._soon()
            self._assign(rng.choice(others))

    def _correct(self, key: str) -> None:
        right = self.who.answer(key, self.today, self._language)
        if right == self.registered[key]:
            return
        self._soon()
        self.registered[key] = right
        reason = self._in_words(self.rng.choice(words.MISTAKES))
        correction = CorrectField(client_id=self.client_id, field=key, value=right, known_on=self.today, reason=reason)
        self._do(correction)

    def _close(self, reason: ClosingReason) -> None:
        self._do(CloseClient(client_id=self.client_id, reason=reason, closed_on=self.today))
        self.left = True

    def _leave(self) -> None:
        rng = self.rng
        if not self._later(3, 20):
            return
        age, ready = self.who.age(self.today), self.track is Track.JOB_READY
        reason = rng.choices(
            [reason for reason in ClosingReason if reason is not ClosingReason.PENSION],
            [75 if ready else 25, 4, 12 if age < 32 else 1, 14, 22, 3 if age > 50 else 1, 8],
        )[0]
        self._close(reason)
        if reason is ClosingReason.JOB and rng.random() < 0.12 and self._later(40, 200):
            back = self._in_words(rng.choice(words.BACK))
            self._do(ReopenClient(client_id=self.client_id, reopened_on=self.today, reason=back))
            self.left = False
