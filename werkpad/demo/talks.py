"""The contacts of an invented client: spoken, tried, with a promise, or put right."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from domain.client import (
    Channel,
    CorrectContact,
    Outcome,
    RecordContact,
    SettlePromise,
    StartedBy,
    StrikeContact,
    Topic,
)
from domain.working_days import USUAL
from werkpad.demo import words
from werkpad.demo.diary import Diary
from werkpad.demo.habits import AT_LENGTH, MINUTES, SPOKEN_BY, TRIED_BY
from werkpad.demo.ids import random_id


class Talks(Diary):
    """What coach and client have to say to each other."""

    promised: tuple[UUID, date] | None = None

    def _keep_promise(self) -> None:
        """What was agreed for a day that came is mostly done by then."""
        if self.promised is None or self.promised[1] > self.today:
            return
        if self.rng.random() < 0.95:
            kept = self.rng.random() < 0.9
            self._do(SettlePromise(client_id=self.client_id, contact_id=self.promised[0], kept=kept))
            self._soon()
        self.promised = None

    def _held_on(self) -> date:
        """Today, or now and then the working day before."""
        day = self.today - timedelta(days=self.rng.choice([0, 0, 0, 0, 1]))
        return day if USUAL.includes(day) else self.today

    def _try_in_vain(self) -> None:
        outcome = self.rng.choices(list(TRIED_BY), [70, 18, 12])[0]
        channel = self.rng.choice(TRIED_BY[outcome])
        called = outcome is Outcome.NO_ANSWER and channel is Channel.PHONE
        self._do(
            RecordContact(
                client_id=self.client_id,
                contact_id=random_id(self.rng),
                held_on=self._held_on(),
                channel=channel,
                outcome=outcome,
                note=self._in_words(words.TRIED) if called and self.rng.random() < 0.5 else None,
                minutes_administration=self.rng.choice([None, 5, 5, 10]),
            )
        )

    def _contact(self) -> None:
        if self.rng.random() < 0.15:
            self._try_in_vain()
        else:
            self._talk()

    def _talk(self) -> None:
        rng = self.rng
        contact_id, held_on = random_id(self.rng), self._held_on()
        topics = rng.sample(list(Topic), rng.randint(1, 3))
        first = topics[0]
        channel = rng.choices(list(SPOKEN_BY), list(SPOKEN_BY.values()))[0]
        agreed = rng.random() < 0.35 and self.promised is None
        own_words = rng.choice(words.OWN_WORDS[first])[self._language == "en"]
        facts = {
            "client_id": self.client_id,
            "contact_id": contact_id,
            "held_on": held_on,
            "channel": channel,
            "started_by": rng.choices(list(StartedBy), [75, 22, 3])[0],
            "outcome": Outcome.SPOKEN,
            "topics": topics,
            "note": self._in_words(rng.choice(words.NOTES[first])) if rng.random() < 0.7 else None,
            "own_words": own_words if rng.random() < 0.45 else None,
            "minutes_with_client": rng.choice(MINUTES.get(channel, AT_LENGTH)) if rng.random() < 0.6 else None,
            "minutes_administration": rng.choice([5, 10, 10, 15, 20]) if rng.random() < 0.4 else None,
            "agreed_next": self._in_words(rng.choice(words.AGREED[first])) if agreed else None,
            "agreed_on": held_on + timedelta(days=rng.randint(3, 28)) if agreed else None,
        }
        self._do(RecordContact(**facts))  # type: ignore[arg-type]  # checked as the command's fields are
        if agreed:
            self.promised = contact_id, held_on + timedelta(days=28)
        self._put_right(facts)

    def _put_right(self, facts: dict[str, object]) -> None:
        """One in fifty came down wrongly, and is put right or struck out a moment later."""
        luck, about = self.rng.random(), {"client_id": self.client_id, "contact_id": facts["contact_id"]}
        kept = {name: facts[name] for name in ("held_on", "channel", "started_by", "minutes_administration")}
        agreed = facts["agreed_next"] is not None
        if luck < 0.012 and not agreed and facts["channel"] is Channel.OFFICE:
            self._soon()
            reason = self._in_words(words.DID_NOT_COME)
            self._do(CorrectContact(**about, **kept, outcome=Outcome.NO_SHOW, reason=reason))  # type: ignore[arg-type]  # the facts of the contact
        elif luck < 0.02:
            self._soon()
            minutes = 15 if facts["minutes_administration"] != 15 else 10
            right = {**facts, "minutes_administration": minutes}
            self._do(CorrectContact(**right, reason=self._in_words(words.MINUTES_WRONG)))  # type: ignore[arg-type]  # the facts of the contact
        elif luck < 0.03 and not agreed:
            self._soon()
            self._do(StrikeContact(**about, reason=self._in_words(words.WRONG_CLIENT)))  # type: ignore[arg-type]  # two ids
