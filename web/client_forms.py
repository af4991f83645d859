"""The small forms that stand on a client's file, and are shown there again where they are refused."""

from __future__ import annotations

from wtforms import SelectField, StringField

from application import proposal_steps
from application.proposal_steps import Happened
from domain.client import ClientAnswer, ProposalOutcome, TaskKind
from domain.client.tasks import WaitingFor
from domain.refusal import Refused
from web.context import today
from web.fields import CodeField, DayField
from web.forms import CommandForm, blank_to_none
from web.language import _
from web.words import word


class TaskForm(CommandForm):
    kind = SelectField(
        _("Kind"),
        choices=lambda: {kind.value: word("task_kind", kind) for kind in TaskKind},
        default=TaskKind.OWN,
        validate_choice=False,
    )
    what = StringField(_("What"), default="", render_kw={"maxlength": 500, "required": True})
    due_on = DayField(_("By"), default=today)


class WaitForm(CommandForm):
    whom = CodeField(_("Waits for"), codes=WaitingFor, words="waiting_for")
    since = DayField(_("Since"), default=today)

    @property
    def chosen(self) -> WaitingFor | None:
        """For whom it waits, None for nobody any more. Raises Refused for what is neither."""
        chosen: WaitingFor | None = self.whom.data
        sent = "".join(self.whom.raw_data or ()).strip()
        if chosen is None and sent:
            raise Refused("Choose who you are waiting for.", field="whom")
        return chosen if sent else None

    kind = StringField("", default="")
    back = StringField("", default="")


class StepForm(CommandForm):
    step = CodeField("", codes=Happened)
    answer = CodeField(_("The client answered"), codes=ClientAnswer, words="answer")
    own_words = StringField(_("In the client’s own words"), render_kw={"maxlength": 1000})
    outcome = CodeField(_("Result"), codes=ProposalOutcome, words="outcome_of_proposal")

    def taken(self) -> proposal_steps.StepTaken:
        return proposal_steps.StepTaken(
            self.step.data,
            answer=self.answer.data,
            own_words=blank_to_none(self.own_words.data),
            outcome=self.outcome.data,
        )
