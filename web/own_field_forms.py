"""The forms by which something is introduced into the catalogue, or retired: each with its parts in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from flask_babel import gettext, lazy_gettext
from wtforms import HiddenField, SelectField, SelectMultipleField
from wtforms.widgets import CheckboxInput

from domain.catalogue import (
    All,
    Always,
    Catalogue,
    Choice,
    Choices,
    Condition,
    DateKind,
    Field,
    HasAny,
    Includes,
    Kind,
    KnownAs,
    Number,
    Option,
    Required,
    ShortText,
    Text,
    Track,
    TrackIn,
    YesNo,
)
from domain.introducing import (
    LEANT_ON,
    AddOption,
    CatalogueCommand,
    IntroduceField,
    IntroduceGroup,
    RequireField,
    RetireField,
    WithdrawIntroduction,
)
from domain.refusal import Refused
from web.context import today, viewer
from web.decision_form import DecidingForm
from web.fields import DayField, NumberField, SentIdField, TickField, offered
from web.language import local
from web.public_texts import PublicForm, PublicLineField, PublicTextField
from web.words import word

OPTIONS = 8
LONGEST_SHORT_TEXT, NO_LIMIT = 200, 1_000_000
LANGUAGES = (("en", lazy_gettext("English")), ("nl", lazy_gettext("Dutch")))
NOT_YET_REASONED = "Nobody has given a reason yet why it may select for a vacancy."
_KINDS = {
    "yes_no": lazy_gettext("yes or no"),
    "choice": lazy_gettext("one of some options"),
    "choices": lazy_gettext("several of some options"),
    "number": lazy_gettext("a whole number"),
    "date": lazy_gettext("a day"),
    "short_text": lazy_gettext("a few words"),
}
_SUPPLIERS = {
    "coach": lazy_gettext("the work coach"),
    "questionnaire": lazy_gettext("the client, in the questionnaire"),
    "intake_form": lazy_gettext("the intake form"),
}
_SINCE = {
    "assignment": lazy_gettext("the assignment to a coach"),
    "track": lazy_gettext("the choice of the track"),
    "plan": lazy_gettext("the plan of action"),
}


def _several(label: Any, given: Any) -> SelectMultipleField:
    return SelectMultipleField(label, choices=given, validate_choice=False, option_widget=CheckboxInput())


def _tracks() -> list[Any]:
    return offered((track.value, word("track", track.value)) for track in Track)


def _both(name: str, label: Any, *, long: bool = False) -> dict[str, Any]:
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


class _Requiring(ChangingForm):
    """When a field is required: of whom, and how many days after what."""

    REQUIRING: ClassVar[tuple[str, ...]] = ("required", "tracks", "where", "since", "within_days")

    required = TickField(lazy_gettext("Put it on the weekly list when it is missing"))
    tracks = _several(lazy_gettext("Only on these tracks (none: on all)"), _tracks)
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
        of = "includes" if isinstance(field.kind, Choices) else "known_as"
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


class _FieldForm(_Requiring):
    group = SelectField(lazy_gettext("Group"), choices=[], validate_choice=False)
    kind = SelectField(lazy_gettext("Kind of answer"), choices=lambda: offered(_KINDS.items()), validate_choice=False)
    ordered = TickField(lazy_gettext("The options are in order, each more than the one before"))
    least = NumberField(lazy_gettext("Lowest number"), default=0, render_kw={"inputmode": "numeric"})
    most = NumberField(lazy_gettext("Highest number"), default=100, render_kw={"inputmode": "numeric"})
    longest = NumberField(
        lazy_gettext("Characters at most"), default=LONGEST_SHORT_TEXT, render_kw={"inputmode": "numeric"}
    )
    partial = TickField(lazy_gettext("The month or the year alone will do"))
    future = TickField(lazy_gettext("The day may lie ahead"))
    supplied_by = _several(lazy_gettext("Who supplies it"), lambda: offered(_SUPPLIERS.items()))
    stale_after_months = NumberField(lazy_gettext("Out of date after (months)"), render_kw={"inputmode": "numeric"})
    sensitive = TickField(lazy_gettext("Special category of personal data: sensitive"))
    specialised_only = TickField(lazy_gettext("Specialised teams only"))
    selects = PublicLineField(lazy_gettext("Why it may be used to select for a vacancy"), render_kw={"maxlength": 1000})

    def offer(self, catalogue: Catalogue) -> None:
        super().offer(catalogue)
        self.group.choices = offered((key, local(label)) for key, label in catalogue.groups.items())

    def field(self) -> Field:
        """The field that the form describes, whose key is not made yet."""
        if set(self.supplied_by.data) - set(_SUPPLIERS):
            raise Refused("Choose who supplies it.", field="supplied_by")
        months = self.stale_after_months.data
        if months is not None and not 1 <= months <= 120:
            raise Refused("Enter a whole number from 1 to %(most)d.", field="stale_after_months", most=120)
        selects = (self.selects.data or "").strip()
        return Field(
            "",
            self.group.data or "",
            self._kind(),
            self.text("label"),
            self.text("definition"),
            frozenset(self.supplied_by.data),
            required=self.required_when(),
            stale_after_months=months,
            selects=selects,
            protected="" if selects else NOT_YET_REASONED,
            sensitive=self.sensitive.data,
            specialised_only=self.specialised_only.data,
            question=self.text("question"),
        )

    def _kind(self) -> Kind:
        match self.kind.data:
            case "yes_no":
                return YesNo()
            case "choice":
                return Choice(tuple(self._options()), ordered=self.ordered.data)
            case "choices":
                return Choices(tuple(self._options()))
            case "number":
                unit = self.text("unit")
                return Number(self._number("least"), self._number("most"), unit if unit.en or unit.nl else None)
            case "date":
                return DateKind(partial=self.partial.data, future=self.future.data)
            case "short_text":
                return ShortText(self._number("longest", 1, 4000))
        raise Refused("Choose the kind of answer.", field="kind")

    def _number(self, name: str, least: int = -NO_LIMIT, most: int = NO_LIMIT) -> int:
        number: int | None = self[name].data
        if number is None or not least <= number <= most:
            raise Refused("Enter a number from %(least)d to %(most)d.", field=name, least=least, most=most)
        return number

    def _options(self) -> Iterator[Option]:
        for nth in range(1, OPTIONS + 1):
            label, meaning = self.text(f"option{nth}.label"), self.text(f"option{nth}.meaning")
            if any((label.en, label.nl, meaning.en, meaning.nl)):
                yield Option("", label, meaning)

    def command(self) -> IntroduceField:
        return IntroduceField(**self.about(), field=self.field())


def _named(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"{name}.{code}" for name in names for code, _ in LANGUAGES)


# The texts of the first three.
SHOWN = 6
_OPTIONS = tuple(f"option{nth}.{part}" for nth in range(1, OPTIONS + 1) for part in ("label", "meaning"))
FieldForm: type[_FieldForm] = type(
    "FieldForm",
    (_FieldForm,),
    {
        **_both("label", lazy_gettext("Name")),
        **_both("definition", lazy_gettext("Definition"), long=True),
        **_both("question", lazy_gettext("Question to the client"), long=True),
        **_both("unit", lazy_gettext("What it counts")),
        **{
            name: field
            for nth in range(1, OPTIONS + 1)
            for name, field in (
                _both(f"option{nth}.label", lazy_gettext("Option %(number)d", number=nth))
                | _both(f"option{nth}.meaning", lazy_gettext("What option %(number)d means", number=nth))
            ).items()
        },
        "folded": frozenset({3, 4}),
        "parts": (
            (lazy_gettext("What is recorded"), (*_named(["label", "definition"]), "group", "kind")),
            (lazy_gettext("Options"), (*_named(_OPTIONS[:SHOWN]), "ordered")),
            (lazy_gettext("More options"), _named(_OPTIONS[SHOWN:])),
            (
                lazy_gettext("Numbers, days and words"),
                ("least", "most", *_named(["unit"]), "partial", "future", "longest"),
            ),
            (lazy_gettext("Who supplies it"), ("supplied_by", *_named(["question"]), "specialised_only")),
            (lazy_gettext("When it is required"), (*_Requiring.REQUIRING, "stale_after_months")),
            (lazy_gettext("What it may be used for"), ("sensitive", "selects")),
        ),
    },
)


class _OptionForm(ChangingForm):
    field = SelectField(lazy_gettext("Field"), choices=[], validate_choice=False)

    def offer(self, catalogue: Catalogue) -> None:
        with_options = (f for f in catalogue if isinstance(f.kind, Choice | Choices) and f.key != "service_track")
        self.field.choices = offered((f.key, local(f.label)) for f in with_options)

    def command(self) -> AddOption:
        option = Option("", self.text("option1.label"), self.text("option1.meaning"))
        return AddOption(**self.about(), field=self.field.data or "", option=option)


OptionForm: type[_OptionForm] = type(
    "OptionForm",
    (_OptionForm,),
    {
        **_both("option1.label", lazy_gettext("Option")),
        **_both("option1.meaning", lazy_gettext("What it means"), long=True),
        "parts": ((lazy_gettext("The option"), ("field", *_named(["option1.label", "option1.meaning"]))),),
    },
)


class _GroupForm(ChangingForm):
    def command(self) -> IntroduceGroup:
        return IntroduceGroup(**self.about(), label=self.text("label"))


GroupForm: type[_GroupForm] = type(
    "GroupForm",
    (_GroupForm,),
    {**_both("label", lazy_gettext("Name")), "parts": ((lazy_gettext("The group"), _named(["label"])),)},
)


class RequiredForm(_Requiring):
    parts = ((lazy_gettext("When it is required"), ("field", *_Requiring.REQUIRING)),)

    field = SelectField(lazy_gettext("Field"), choices=[], validate_choice=False)

    def offer(self, catalogue: Catalogue) -> None:
        super().offer(catalogue)
        self.field.choices = offered((f.key, local(f.label)) for f in catalogue)

    def command(self) -> RequireField:
        return RequireField(**self.about(), field=self.field.data or "", required=self.required_when())


class RetireForm(ChangingForm):
    parts = ((lazy_gettext("The field"), ("field",)),)

    field = SelectField(lazy_gettext("Field"), choices=[], validate_choice=False)

    def offer(self, catalogue: Catalogue) -> None:
        self.field.choices = offered((f.key, local(f.label)) for f in catalogue if f.key not in LEANT_ON)

    def command(self) -> RetireField:
        return RetireField(**self.about(), field=self.field.data or "")


class WithdrawForm(PublicForm):
    """Takes a change back before its first day."""

    number = NumberField()
    withdrawn_because = PublicLineField(lazy_gettext("Reason"), render_kw={"maxlength": 2000})
    meeting = SentIdField()

    def command(self) -> WithdrawIntroduction:
        return WithdrawIntroduction(
            viewer=viewer(),
            number=self.number.data or 0,
            reason=self.withdrawn_because.data,
            meeting=self.meeting.data,
        )


FORMS: dict[str, type[ChangingForm]] = {
    "field": FieldForm,
    "option": OptionForm,
    "group": GroupForm,
    "required": RequiredForm,
    "retire": RetireForm,
}
