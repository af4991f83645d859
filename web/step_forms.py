"""The forms of an agreed step: agreed or changed on a page of its own, or agreed with a contact; answered."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid5

from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from wtforms import StringField

from application.steps import StepShown
from domain.client.steps import (
    LONGEST_REASON,
    LONGEST_STEP,
    AgreeStep,
    ChangeStep,
    EndStep,
    StepEnd,
    StepKind,
    StepOwner,
)
from domain.refusal import Refused, RefusedTogether
from web.context import today
from web.field_answers import parts_of
from web.fields import CodeField, DayField, Marked, TextField, VersionField
from web.forms import CommandForm, Form
from web.language import _

# The part of a contact's form that is about a step: its names begin so.
STEP = "step"


class StepFields(Form):
    """What is said of a step."""

    kind = CodeField(_("Kind"), codes=StepKind, words="step_kind", default=StepKind.APPLY)
    what = TextField(
        _("What exactly"),
        description=_("Required for “something else”."),
        render_kw={"maxlength": LONGEST_STEP, "autocomplete": "off"},
    )
    whose = CodeField(_("Who does it"), codes=StepOwner, words="step_owner", default=StepOwner.CLIENT)
    starts_on = DayField(_("From"), [Marked()], default=today)
    ends_on = DayField(_("Until"), description=_("Leave it blank where nobody knows yet."))

    def refuse(self, refused: Refused) -> None:
        """Show a refusal beside its field, which may be called by its full name."""
        field = (refused.field or "").removeprefix(f"{STEP}-") or None
        super().refuse(Refused(refused.message, field=field, **refused.values))

    def refuse_all(self, refused: Refused) -> None:
        """Show what is wrong, each beside its field."""
        for _part, one in refused.parts if isinstance(refused, RefusedTogether) else [("", refused)]:
            self.refuse(one)

    def details(self, client_id: UUID, step_id: UUID) -> dict[str, Any]:
        """What a command takes of it. Raises Refused, about the field, where that is missing."""
        if self.kind.data is None:
            raise Refused("Choose what kind of step it is.", field="kind")
        if self.whose.data is None:
            raise Refused("Choose who does it.", field="whose")
        return {
            "client_id": client_id,
            "step_id": step_id,
            "kind": self.kind.given,
            "whose": self.whose.given,
            "what": self.what.data,
            "starts_on": self.starts_on.given,
            "ends_on": self.ends_on.data,
        }


class StepForm(StepFields, CommandForm):
    """The form of a page of its own."""

    shown = VersionField()

    @classmethod
    def of(cls, step: StepShown) -> StepForm:
        """The form with a step as it stands."""
        return cls.empty(  # type: ignore[no-any-return]  # one of these
            kind=StepKind(step.step_kind) if step.step_kind else None,
            whose=StepOwner(step.whose),
            what=step.what,
            starts_on=step.starts_on,
            ends_on=step.ends_on,
            shown=step.version,
        )

    def agreeing(self, client_id: UUID) -> AgreeStep:
        return AgreeStep(**self.details(client_id, uuid5(self.once, "step")))

    def changing(self, client_id: UUID, step_id: UUID) -> ChangeStep:
        return ChangeStep(**self.details(client_id, step_id), shown=_shown(self.shown))


class NextStep(StepFields):
    """The part of a contact's form in which a step is agreed; left blank where none was."""

    class Meta(Form.Meta):
        csrf = False

    kind = CodeField(_("Kind"), codes=StepKind, words="step_kind")

    def __init__(self, **given: Any) -> None:
        super().__init__(prefix=f"{STEP}-", **given)
        self.kind.choices = {"": gettext("no step"), **self.kind.choices}
        for field in self:
            # Nothing of it has to be given, as long as nothing else is.
            field.flags.required = False

    def posted(self) -> MultiDict[str, str] | None:
        return parts_of(super().posted(), f"{STEP}-")

    @property
    def is_blank(self) -> bool:
        """Whether no step was agreed: neither what exactly nor until when was given, and no kind was chosen."""
        given = (self.what, self.ends_on)
        chosen = self.kind.data is not None
        return not self.too_long and not chosen and not any(t.strip() for f in given for t in f.raw_data or ())

    def agreeing(self, client_id: UUID, contact_id: UUID) -> AgreeStep:
        """Raises Refused about the first field that is missing or no good."""
        self.check()
        return AgreeStep(**self.details(client_id, uuid5(contact_id, STEP)))


class EndStepForm(CommandForm):
    how = CodeField(_("Outcome"), codes=StepEnd, words="step_state", default=StepEnd.DONE)
    ended_on = DayField(_("Day"), [Marked()], default=today)
    reason = StringField(
        _("Reason"),
        description=_("Required where it is not relevant any more."),
        render_kw={"maxlength": LONGEST_REASON, "autocomplete": "off"},
    )
    shown = VersionField()
    back = StringField("", default="")

    def refuse_all(self, refused: Refused) -> None:
        """Show what is wrong, each beside its field."""
        for _part, one in refused.parts if isinstance(refused, RefusedTogether) else [("", refused)]:
            self.refuse(one)

    def ending(self, client_id: UUID, step_id: UUID) -> EndStep:
        self.check()
        if self.how.data is None:
            raise Refused("Choose an outcome.", field="how")
        return EndStep(
            client_id=client_id,
            step_id=step_id,
            how=self.how.data,
            ended_on=self.ended_on.given,
            reason=self.reason.data,
            shown=_shown(self.shown),
        )


def _shown(field: VersionField) -> int:
    # What shows no version at all shows none that there is.
    return -1 if field.data is None else field.data
