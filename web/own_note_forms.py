"""The forms of own notes and marks: on one client, on several, and what one calls the marks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import gettext
from wtforms import SelectField, StringField

from domain.client.own_notes import LONGEST_MARK_NAME, LONGEST_OWN_NOTE, OwnMark, SetOwnMark, WriteOwnNote
from domain.refusal import Refused
from web.fields import DayField, IdsField
from web.forms import CommandForm
from web.language import _
from web.words import word

SEEN = _("The client may ask for this note and read it. Write what you would say yourself.")
NONE, AS_IT_IS = "none", ""


def called(mark: str, names: Mapping[str, str]) -> str:
    """A mark as its coach calls it, or its shape and colour."""
    return names.get(mark) or word("own_mark", mark)


def _chosen(text: str | None) -> OwnMark | None:
    if text == NONE:
        return None
    if text not in set(OwnMark):
        raise Refused("Choose one of the marks.", field="mark")
    return OwnMark(text)


class NoteForm(CommandForm):
    what = StringField(
        _("Own note"), description=SEEN, render_kw={"maxlength": LONGEST_OWN_NOTE, "autocomplete": "off"}
    )
    look_on = DayField(_("Reminder on"), description=_("Leave it blank if you need no reminder."))

    def command(self, client_id: UUID) -> WriteOwnNote:
        self.check()
        return WriteOwnNote(client_id=client_id, what=self.what.data, look_on=self.look_on.data)


class _WithMarks(CommandForm):
    mark = SelectField(_("Mark"), validate_choice=False)

    def __init__(self, names: Mapping[str, str] | None = None, **given: Any) -> None:
        super().__init__(**given)
        shown = {each.value: called(each, names or {}) for each in OwnMark}
        self.mark.choices = self.first() | {NONE: gettext("no mark")} | shown

    def first(self) -> dict[str, str]:
        return {}


class MarkForm(_WithMarks):
    @classmethod
    def of(cls, mark: str | None, names: Mapping[str, str]) -> MarkForm:
        """The form with the mark as it stands."""
        return cls(names, formdata=None, data={"mark": mark or NONE})

    def command(self, client_id: UUID) -> SetOwnMark:
        self.check()
        return SetOwnMark(client_id=client_id, mark=_chosen(self.mark.data))


class ManyForm(_WithMarks):
    """What is left blank stays with each as it is."""

    what = StringField(
        _("Own note"), description=SEEN, render_kw={"maxlength": LONGEST_OWN_NOTE, "autocomplete": "off"}
    )
    look_on = DayField(_("Reminder on"), description=_("Leave it blank if you need no reminder."))
    chosen = IdsField("")

    def first(self) -> dict[str, str]:
        return {AS_IT_IS: gettext("as it is")}

    @classmethod
    def blank(cls, names: Mapping[str, str]) -> ManyForm:
        return cls(names, formdata=None)

    @property
    def note(self) -> tuple[str, date | None] | None:
        text = (self.what.data or "").strip()
        return (text, self.look_on.data) if text or self.look_on.data else None

    @property
    def marked(self) -> tuple[OwnMark | None] | None:
        """The mark in a tuple, None where each keeps its own. Raises Refused for what is no mark."""
        return (_chosen(self.mark.data),) if self.mark.data else None


def _name(mark: OwnMark) -> StringField:
    return StringField(
        _("Name of this mark"),
        default="",
        render_kw={"maxlength": LONGEST_MARK_NAME, "autocomplete": "off"},
        id=f"name-{mark}",
    )


class NamesForm(CommandForm):
    circle = _name(OwnMark.CIRCLE)
    square = _name(OwnMark.SQUARE)
    triangle = _name(OwnMark.TRIANGLE)
    star = _name(OwnMark.STAR)
    diamond = _name(OwnMark.DIAMOND)
    cross = _name(OwnMark.CROSS)
