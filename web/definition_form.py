"""The form that revises a definition: its texts in both languages, its parameters, and asking what would change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, ClassVar

from flask_babel import lazy_gettext
from wtforms import HiddenField, SelectMultipleField, StringField
from wtforms.widgets import CheckboxInput

from domain.catalogue import load
from domain.definition import ReviseDefinition, WithdrawRevision
from domain.in_force import RULES_OFF, parameter_names, text_names
from domain.refusal import Refused
from web.context import as_uuid, today, viewer
from web.decision_form import DecidingForm
from web.fields import DayField, NumberField, SentIdField, offered
from web.language import local
from web.public_texts import PublicForm, PublicLineField, PublicTextField
from web.words import WORDS, choices

LANGUAGES = (("en", lazy_gettext("English")), ("nl", lazy_gettext("Dutch")))


class ParameterField(StringField):  # type: ignore[misc]  # the library has no types
    """A whole number where one was sent, None where nothing was; what is neither is left to be refused."""

    def process_formdata(self, valuelist: list[str]) -> None:
        text = valuelist[0].strip() if valuelist else ""
        self.data = int(text) if text.isdecimal() and len(text) < 6 else text or None

    def _value(self) -> str:
        return "" if self.data is None else str(self.data)


class RevisionForm(DecidingForm):
    """What every definition's form has; `revision_form` adds the texts and parameters of one."""

    subject: ClassVar[str] = ""

    what = HiddenField()
    valid_from = DayField(lazy_gettext("In force from"), default=today)
    reason = PublicTextField(lazy_gettext("Reason"), render_kw={"rows": 2, "maxlength": 2000})

    def validate(self, extra_validators: Any = None) -> bool:
        # From when on and why are not needed to see what would change.
        return not self.held_back() if self.compares else super().validate(extra_validators)

    def refuse(self, refused: Refused) -> None:
        # What is said of the definition as a whole stands beside the first of its texts.
        whole = refused.field == "definition"
        super().refuse(Refused(refused.message, field="definition.en", **refused.values) if whole else refused)

    @property
    def compares(self) -> bool:
        return bool(self.what.data == "compare")

    @property
    def texts(self) -> list[tuple[str, list[Any]]]:
        """The fields of each text, by its name."""
        return [(name, [self[f"{name}.{code}"] for code, _ in LANGUAGES]) for name in text_names(self.subject)]

    @property
    def parameters(self) -> list[Any]:
        return [self[name] for name in parameter_names(self.subject)]

    def given_texts(self) -> dict[str, tuple[str, str]]:
        return {name: (english.data, dutch.data) for name, (english, dutch) in self.texts}

    def given_parameters(self) -> dict[str, Any]:
        return {field.name: field.data for field in self.parameters}

    def kept(self) -> dict[str, Any]:
        """What is kept of the form, to go on with it later; `begun_with` reads it."""
        about = {field.name: field._value().strip() for field in (self.valid_from, self.signal)}
        about |= {"meeting": str(self.meeting.data or ""), "reason": self.reason.data}
        return {"texts": self.given_texts(), "parameters": self.given_parameters(), **about}

    def command(self) -> ReviseDefinition:
        return ReviseDefinition(
            subject=self.subject,
            viewer=viewer(),
            meeting=self.meeting.data,
            valid_from=self.valid_from.data,
            texts=self.given_texts(),
            parameters=self.given_parameters(),
            reason=self.reason.data,
            signal=self.signal.data,
        )


def _rules() -> list[Any]:
    return offered((rule.key, local(rule.message)) for rule in load().contradictions)


# Of the parameters that are several of a list: of which.
_CHOICES: dict[str, Callable[[], list[Any]]] = {
    "channels": lambda: offered(choices("channel")),
    RULES_OFF: _rules,
}


def revision_form(subject: str) -> type[RevisionForm]:
    """The form of one definition."""
    return _revision_form(subject, load().version)


@cache
def _revision_form(subject: str, _catalogue_version: str) -> type[RevisionForm]:
    fields: dict[str, Any] = {"subject": subject}
    for name in text_names(subject):
        kind: type[PublicLineField] = PublicLineField if name == "label" else PublicTextField
        size = {"maxlength": 80} if name == "label" else {"maxlength": 1000, "rows": 3 if name == "definition" else 2}
        for code, label in LANGUAGES:
            id_ = f"{name.replace(':', '-')}-{code}"
            fields[f"{name}.{code}"] = kind(label, id=id_, render_kw={**size, "lang": code})
    for name in parameter_names(subject):
        label = WORDS["parameter"][name]
        fields[name] = (
            SelectMultipleField(
                label,
                choices=_CHOICES[name],
                validate_choice=False,
                option_widget=CheckboxInput(),
            )
            if name in _CHOICES
            else ParameterField(label, render_kw={"inputmode": "numeric"})
        )
    return type("RevisionFormOfOne", (RevisionForm,), fields)


def begun_with(form: Mapping[str, Any]) -> dict[str, Any]:
    """What a form begins with, as its fields take it: texts, parameters, and what was kept of an earlier one."""
    texts = {
        f"{name}.{code}": text
        for name, both in form["texts"].items()
        for code, text in zip(("en", "nl"), both, strict=True)
    }
    about = {name: form[name] for name in ("valid_from", "reason", "signal") if form.get(name)}
    return {**texts, **form["parameters"], **about, "meeting": as_uuid(form.get("meeting"))}


class WithdrawalForm(PublicForm):
    """Takes a revision back before its first day."""

    what = HiddenField()
    number = NumberField()
    withdrawn_because = PublicLineField(lazy_gettext("Reason"), render_kw={"maxlength": 2000})
    meeting = SentIdField()

    @property
    def withdraws(self) -> bool:
        return bool(self.what.data == "withdraw")

    def command(self, subject: str) -> WithdrawRevision | None:
        """None where the form names no revision."""
        if not self.number.data:
            return None
        return WithdrawRevision(
            subject=subject,
            viewer=viewer(),
            number=self.number.data,
            reason=self.withdrawn_because.data,
            meeting=self.meeting.data,
        )
