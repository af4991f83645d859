"""What a form says of one field among several: a value, or why there is none and when to look again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from wtforms import SelectField, StringField

from application.client_file import Fact
from application.several_fields import Said
from domain.catalogue import Field, Source, Track
from domain.catalogue.reasons import REASONS
from domain.client import (
    AgreeContactFrequency,
    AgreePlanOfAction,
    ChooseServiceTrack,
    DeclareNotRelevant,
    RecordDeclined,
    RegisterField,
)
from domain.refusal import Refused, RefusedTogether
from web.context import today
from web.fields import CodeField, DayField, TextsField, TickField, VersionField, offered
from web.forms import CommandForm, Form
from web.language import _, local
from web.words import word

# Where coaches know something from; a file's import says the rest.
ASKED = (Source.CONVERSATION, Source.QUESTIONNAIRE, Source.INTAKE_FORM)


# What commands call the day from which something is known or agreed.
DAYS = ("known_on", "agreed_on", "chosen_on")


class Say(StrEnum):
    """What is said of a field."""

    VALUE = "value"
    NOT_RELEVANT = "not_relevant"
    DECLINED = "declined"


class FieldAnswer(Form):
    """The part of a form that is about one field. Its names begin with the field's key, and a dash."""

    class Meta(Form.Meta):
        csrf = False

    shown = VersionField()
    value = TextsField(_("The answer"))
    say = SelectField(
        _("What is said of it"), choices=lambda: offered(_sayings()), default=Say.VALUE, validate_choice=False
    )
    reason = StringField(_("In own words"), default="", render_kw={"maxlength": 500})
    review_on = DayField(_("Review on"))
    again = TickField(_("Asked again, and still so"))

    def __init__(self, of: Field, fact: Fact | None = None, **given: Any) -> None:
        self.of, self.fact = of, fact
        super().__init__(prefix=f"{of.key}-", **given)

    def posted(self) -> MultiDict[str, str] | None:
        """What was sent of this field."""
        return parts_of(super().posted(), f"{self.of.key}-")

    @classmethod
    def of_fact(cls, fact: Fact, *, typed: bool = False) -> FieldAnswer:
        """The part of a form about a field, with what is known of it; or with what was `typed` into it and refused."""
        if typed and (form := cls(fact.field, fact)).was_sent:
            return form
        row = fact.row
        set_aside = row is not None and row.recorded in (Say.NOT_RELEVANT, Say.DECLINED)
        return cls(
            fact.field,
            fact,
            formdata=None,
            data={
                "shown": row.version if row else 0,
                "value": fact.field.kind.written(fact.value),
                "say": _saying(fact) if set_aside else Say.VALUE,
                "reason": (fact.reason.words or "") if set_aside and fact.reason else "",
                "review_on": row.review_on if row and set_aside else None,
            },
        )

    @property
    def was_sent(self) -> bool:
        return bool(self.shown.raw_data or self.too_long)

    @property
    def offered_on(self) -> date:
        """The day that is taken for looking again where none is given."""
        return self.of.review_on(today())

    def said(self, client_id: UUID, known_on: date, source: Source) -> Said:
        """What the form says of the field. Raises Refused where that can't be read."""
        self.refuse_too_long()
        if not self.of.kind.several and len(given := set(self.value.data)) > 1:
            raise Refused(
                "Only one value is allowed here, and %(number)d were sent. Enter one.", field="value", number=len(given)
            )
        # What shows no version at all shows none that there is.
        about: dict[str, Any] = {"client_id": client_id, "shown": -1 if self.shown.data is None else self.shown.data}
        if self.of.recorded_by != "registration":
            return self._agreed(about, known_on)
        about["field"] = self.of.key
        say, _colon, code = str(self.say.data or Say.VALUE).partition(":")
        if say == Say.VALUE:
            return RegisterField(**about, value=self._value, known_on=known_on, source=source)
        if say not in (Say.NOT_RELEVANT, Say.DECLINED):
            raise Refused("Choose a reason that goes with the answer.", field="say")
        command = DeclareNotRelevant if say == Say.NOT_RELEVANT else RecordDeclined
        return command(**about, reason=self.reason.data or "", because=code or None, review_on=self._review_on)

    def _agreed(self, about: dict[str, Any], agreed_on: date) -> Said:
        raw = str(self._value)
        if self.of.recorded_by == "plan_of_action":
            return AgreePlanOfAction(**about, plan=raw.replace("\r\n", "\n"), agreed_on=agreed_on)
        if self.of.recorded_by == "service_track":
            if raw not in set(Track):
                raise Refused("Choose a track.", field="value")
            return ChooseServiceTrack(**about, track=Track(raw), chosen_on=agreed_on)
        if not re.fullmatch(r"\d{1,4}", raw.strip()):
            raise Refused("Enter the number of weeks.", field="value")
        return AgreeContactFrequency(**about, weeks=int(raw), agreed_on=agreed_on)

    @property
    def is_left_blank(self) -> bool:
        """Whether nothing is said of a part of the plan of which nothing was agreed before."""
        return not self.shown.data and not str(self._value).strip()

    @property
    def _value(self) -> object:
        return list(self.value.data) if self.of.kind.several else next(iter(self.value.data), "")

    @property
    def _review_on(self) -> date:
        if not (self.review_on.raw_data and self.review_on.raw_data[0].strip()):
            return self.offered_on
        given = self.review_on.given
        # Said once more of what has come up for review: for as long again.
        return self.offered_on if self.again.data and given <= today() else given

    def judge_by_what_stands(self) -> None:
        """Let the answer be one to what is known now, which a colleague recorded meanwhile."""
        row = self.fact.row if self.fact else None
        self.shown.data, self.shown.raw_data = row.version if row else 0, None

    def refuse(self, refused: Refused) -> None:
        """What is wrong with nothing else of the field is wrong with the answer."""
        named = {"because": "say"}.get(refused.field or "", refused.field or "").removeprefix(f"{self.of.key}-")
        at = named if named in self._fields else "value"
        super().refuse(Refused(refused.message, field=at, **refused.values))


def _sayings() -> list[tuple[str, str]]:
    """What can be said of a field: its value; that it does not matter or was declined, and why."""
    found = [(Say.VALUE.value, word("said_of_field", Say.VALUE))]
    for state in (Say.NOT_RELEVANT, Say.DECLINED):
        called = word("said_of_field", state)
        found += [
            (f"{state}:{reason.code}", f"{called}: {local(reason.text)}")
            for reason in REASONS.values()
            if reason.state == state.value
        ]
        found.append((state.value, gettext("%(state)s: another reason, in own words", state=called)))
    return found


def _saying(fact: Fact) -> str:
    """What was said of a field that is set aside."""
    state = fact.row.recorded if fact.row else None
    return f"{state}:{fact.reason.code}" if fact.reason and fact.reason.code else str(state)


class AnswersForm(CommandForm):
    """A form about several fields of one client, with one day and one source for all that is said."""

    known_on = DayField(_("Known as of"), default=today)
    source = CodeField(_("Source"), codes=Source, words="source", offered=ASKED, default=Source.CONVERSATION)

    def posted(self) -> MultiDict[str, str] | None:
        """What was sent beside the fields."""
        return own_of(super().posted())


def parts_of(sent: MultiDict[str, str] | None, prefix: str) -> MultiDict[str, str] | None:
    """What was sent under names that begin so."""
    if sent is None:
        return None
    return MultiDict((name, text) for name, text in sent.items(multi=True) if name.startswith(prefix))


def parts_in(sent: MultiDict[str, str] | None) -> MultiDict[str, str]:
    """What was sent of the parts of a form, and not of the form itself."""
    return MultiDict((name, text) for name, text in (sent or MultiDict()).items(multi=True) if "-" in name)


def own_of(sent: MultiDict[str, str] | None) -> MultiDict[str, str] | None:
    """What was sent of a form itself, and of none of its parts."""
    if sent is None:
        return None
    return MultiDict((name, text) for name, text in sent.items(multi=True) if "-" not in name)


class Answers:
    """The parts of a form about several fields: what they say together, and what is wrong with each."""

    def __init__(self, parts: Sequence[FieldAnswer]) -> None:
        self.parts = [part for part in parts if part.was_sent]

    @property
    def again(self) -> frozenset[str]:
        """The fields that were asked again and stand as they are."""
        return frozenset(part.of.key for part in self.parts if part.again.data)

    @property
    def too_long(self) -> bool:
        """Whether more was sent for one of them than it takes."""
        return any(part.too_long for part in self.parts)

    def refuse_too_long(self) -> None:
        """Raises Refused about the first field that more was sent for than it takes."""
        for part in self.parts:
            part.refuse_too_long()

    def said(self, client_id: UUID, known_on: date, source: Source) -> list[Said]:
        """What the parts say. Raises RefusedTogether with each that can't be read."""
        found, wrong = self.read(client_id, known_on, source)
        if wrong:
            raise RefusedTogether(wrong)
        return found

    def read(self, client_id: UUID, known_on: date, source: Source) -> tuple[list[Said], list[tuple[str, Refused]]]:
        """What the parts say, and each that can't be read with why."""
        found: list[Said] = []
        wrong: list[tuple[str, Refused]] = []
        for part in self.parts:
            if part.of.recorded_by != "registration" and part.is_left_blank and not part.too_long:
                continue
            try:
                found.append(part.said(client_id, known_on, source))
            except Refused as refused:
                wrong.append((part.of.key, refused))
        return found, wrong


def refuse_parts(
    form: Form, parts: Sequence[FieldAnswer], refused: Refused, *, day: str = "known_on"
) -> frozenset[str]:
    """Show each refusal beside its field; the fields that somebody else changed meanwhile.

    What is wrong with the day or the source of all that is said stands with the form, once: with its field `day`.
    """
    if not isinstance(refused, RefusedTogether):
        form.refuse(refused)
        return frozenset()
    by_key = {part.of.key: part for part in parts}
    for key, each in refused.parts:
        part = by_key.get(key)
        if each.field in DAYS and part is not None:
            form.refuse(Refused(each.message, field=day, **each.values))
        elif part is None or each.field == "source":
            form.refuse(each)
        else:
            part.refuse(each)
    for key in refused.conflicts & by_key.keys():
        # What stands beside it is what the answer is to be judged by from now on; of the others that is still what was
        # shown at first, so that nothing of a colleague's is written over unseen.
        by_key[key].judge_by_what_stands()
    return refused.conflicts
