"""The forms about one signal: a step of the table, a comment, a note, and whatever else one does with it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext
from wtforms import HiddenField, RadioField, SelectField

from feedback.signal import AssignSignal, Help, JudgeHelp, Kind, MoveSignal
from web.context import definitions, viewer
from web.fields import ChosenIdField, DayField, TextField, offered
from web.forms import blank_to_none
from web.language import local
from web.public_texts import PublicForm, PublicLineField, PublicTextField
from web.signal_fields import TeamField, signal_at
from web.words import choices

ONE_OF_THESE = lazy_gettext("Choose one of these.")
TWO_ROWS = {"rows": 2, "maxlength": 2000}


class StepForm(PublicForm):
    """What is done is said by the button."""

    step = HiddenField()


class MoveForm(StepForm):
    """A step of the table. A page has one for each step, so its name stands in the ids."""

    class Meta(StepForm.Meta):
        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Any:
            return super().bind_field(form, unbound_field, options | {"id": f"{options['name']}-{form.transition}"})

    reply = ChosenIdField(lazy_gettext("Standard reply"))
    reason = PublicTextField(lazy_gettext("What should people know?"), render_kw={"maxlength": 2000})
    of = TextField(lazy_gettext("The original signal"))
    of_address = TextField(lazy_gettext("Another one"))
    on = DayField(lazy_gettext("Planned for"))

    def __init__(self, transition: str, **more: Any) -> None:
        self.transition = transition
        super().__init__(**more)

    def command(self, signal_id: UUID) -> MoveSignal:
        return MoveSignal(
            signal_id=signal_id,
            viewer=viewer(),
            transition=self.transition,
            reason=blank_to_none(self.reason.data),
            of=signal_at(self.of.data or self.of_address.data),
            on=self.on.data,
        )


class CommentForm(StepForm):
    text = PublicTextField(
        lazy_gettext("Comment"),
        description=lazy_gettext("Everyone can read it. Mention a colleague with @username or @First.Last."),
        render_kw=TWO_ROWS,
    )


class NoteForm(StepForm):
    note = PublicTextField(
        lazy_gettext("Note for those who triage"),
        description=lazy_gettext("The reporter does not read it."),
        render_kw=TWO_ROWS,
    )


class AssignForm(StepForm):
    team = TeamField(lazy_gettext("Assigned to"))
    person = ChosenIdField(lazy_gettext("Person"))
    why = PublicLineField(lazy_gettext("Reason"), render_kw={"maxlength": 500})

    def command(self, signal_id: UUID) -> AssignSignal:
        return AssignSignal(
            signal_id=signal_id,
            viewer=viewer(),
            team=self.team.data,
            person=self.person.data,
            reason=blank_to_none(self.why.data),
        )


class ClassifyForm(StepForm):
    kind = SelectField(
        lazy_gettext("Kind"),
        choices=lambda: offered(choices("signal_kind")),
        invalid_choice_message=ONE_OF_THESE,
    )
    field = SelectField(
        lazy_gettext("Field"),
        choices=lambda: offered([("", "–"), *((f.key, local(f.label)) for f in definitions().catalogue)]),
        validate_choice=False,
    )

    def about(self) -> tuple[Kind, str | None]:
        return Kind(self.kind.data), self.field.data or None


class JudgeForm(StepForm):
    help = RadioField(
        lazy_gettext("Did this help?"), choices=lambda: offered(choices("help")), invalid_choice_message=ONE_OF_THESE
    )
    words = PublicTextField(lazy_gettext("In your words"), render_kw=TWO_ROWS)

    def command(self, signal_id: UUID) -> JudgeHelp:
        return JudgeHelp(
            signal_id=signal_id,
            viewer=viewer(),
            help=Help(self.help.data),
            words=blank_to_none(self.words.data),
        )


class RedactForm(StepForm):
    passage = TextField(
        lazy_gettext("The passage, exactly as it appears in the signal"),
        description=lazy_gettext(
            "It is taken out of every text of this signal, for good: nobody can read it afterwards."
        ),
        render_kw={"autocomplete": "off"},
    )
