"""What forms that change the catalogue share: from when on and why, texts in both languages, and when a field is
required."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from flask_babel import gettext, lazy_gettext
from wtforms import HiddenField, SelectField, SelectMultipleField
from wtforms.widgets import CheckboxInput

from domain.catalogue import (
    All,
    Always,
    Catalogue,
    Condition,
    HasAny,
    Includes,
    KnownAs,
    Required,
    Text,
    Track,
    TrackIn,
    making,
)
from domain.introducing import (
    CatalogueCommand,
)
from domain.refusal import Refused
from web.context import today, viewer
from web.decision_form import DecidingForm
from web.fields import DayField, NumberField, TickField, offered
from web.language import local
from web.public_texts import PublicLineField, PublicTextField
from web.words import word

LANGUAGES = (("en", lazy_gettext("English")), ("nl", lazy_gettext("Dutch")))
KINDS = {
    "yes_no": lazy_gettext("yes or no"),
    "choice": lazy_gettext("one of some options"),
    "choices": lazy_gettext("several of some options"),
    "number": lazy_gettext("a whole number"),
    "date": lazy_gettext("a day"),
    "short_text": lazy_gettext("a few words"),
}
SUPPLIERS = {
    "coach": lazy_gettext("the work coach"),
    "questionnaire": lazy_gettext("the client, in the questionnaire"),
    "intake_form": lazy_gettext("the intake form"),
}
_SINCE = {
    "assignment": lazy_gettext("the assignment to a coach"),
    "track": lazy_gettext("the choice of the track"),
    "plan": lazy_gettext("the plan of action"),
}


def several(label: Any, given: Any) -> SelectMultipleField:
    return SelectMultipleField(label, choices=given, validate_choice=False, option_widget=CheckboxInput())


def _tracks() -> list[Any]:
    return offered((track.value, word("track", track.value)) for track in Track)


def both(name: str, label: Any, *, long: bool = False) -> dict[str, Any]:
    """A text in both languages."""
    kind = PublicTextField if long else PublicLineField
    size = {"maxlength": 1000, "rows": 2} if long else {"maxlength": 80}
    return {
        f"{name}.{code}": kind(
            lazy_gettext("%(what)s, in %(language)s", what=label, language=language),
            id=f"{name}-{code}",
            render_kw={**size, "lang": code},
        )
        for code, language in LANGUAGES
    }


class ChangingForm(DecidingForm):
    """What every change of the catalogue has: from when on, why, and by what decision. `parts` are its other fields, by
    what stands above them."""

    parts: ClassVar[tuple[tuple[Any, tuple[str, ...]], ...]] = ()
    # Those that most have no need of, by their place.
    folded: ClassVar[frozenset[int]] = frozenset()

    what = HiddenField()
    valid_from = DayField(lazy_gettext("In force from"), default=today)
    reason = PublicTextField(lazy_gettext("Reason"), render_kw={"rows": 2, "maxlength": 2000})

    @property
    def compares(self) -> bool:
        return bool(self.what.data == "compare")

    def offer(self, catalogue: Catalogue) -> None:
        """Let it offer what there is in the catalogue."""

    def text(self, name: str) -> Text:
        return Text(self[f"{name}.en"].data or "", self[f"{name}.nl"].data or "")

    def about(self) -> dict[str, Any]:
        return {
            "viewer": viewer(),
            "valid_from": self.valid_from.data,
            "reason": self.reason.data,
            "signal": self.signal.data,
            "meeting": self.meeting.data,
        }

    def command(self) -> CatalogueCommand:
        """What the form asks for."""
        raise NotImplementedError

    def refuse(self, refused: Refused) -> None:
        """What is wrong with the options stands beside the first of them."""
        at = refused.field or ""
        if at.startswith("options"):
            at = f"option1.label{at.removeprefix('options') or '.en'}"
        super().refuse(Refused(refused.message, field=at, **refused.values))


class Requiring(ChangingForm):
    """When a field is required: of whom, and how many days after what."""

    REQUIRING: ClassVar[tuple[str, ...]] = ("required", "tracks", "where", "since", "within_days")

    required = TickField(lazy_gettext("Put it on the weekly list when it is missing"))
    tracks = several(lazy_gettext("Only on these tracks (none: on all)"), _tracks)
    where = SelectField(lazy_gettext("Only if"), choices=[], validate_choice=False)
    since = SelectField(
        lazy_gettext("Counted from"),
        choices=lambda: offered(_SINCE.items()),
        validate_choice=False,
        default="assignment",
    )
    within_days = NumberField(lazy_gettext("Days allowed"), default=28, render_kw={"inputmode": "numeric"})

    def offer(self, catalogue: Catalogue) -> None:
        self.where.choices = offered([("", gettext("always")), *_answers(catalogue)])

    def required_when(self) -> Required | None:
        if not self.required.data:
            return None
        days = self.within_days.data
        if days is None or not 0 <= days <= 365:
            raise Refused("Enter a whole number from 0 to %(most)d.", field="within_days", most=365)
        since: Any = self.since.data
        if since not in _SINCE:
            raise Refused("Choose what the days are counted from.", field="since")
        if set(self.tracks.data) - set(Track):
            raise Refused("There is no such choice here.", field="tracks")
        on_track = [TrackIn(*map(Track, self.tracks.data))] if self.tracks.data else []
        where = [_condition(self.where.data)] if self.where.data else []
        parts: list[Condition] = [*on_track, *where]
        if len(parts) > 1:
            return Required(All(*parts), since, days)
        return Required(parts[0] if parts else Always(), since, days)


def _answers(catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """What a condition can ask of the fields that are not sensitive: whether one is known, and one answer to it."""
    for field in catalogue:
        if field.sensitive:
            continue
        yield f"{field.key}:has_any", gettext("%(field)s is known", field=local(field.label))
        of = "includes" if making.takes_several(field) else "known_as"
        for option in field.kind.answers:
            yield f"{field.key}:{of}:{option.code}", f"{local(field.label)}: {local(option.label)}"


def _condition(text: str) -> Condition:
    key, of, code = [*text.split(":", 2), "", ""][:3]
    match of:
        case "has_any":
            return HasAny(key)
        case "includes":
            return Includes(key, code)
        case "known_as":
            return KnownAs(key, {"yes": True, "no": False}.get(code, code))
    raise Refused("There is no such choice here.", field="where")
