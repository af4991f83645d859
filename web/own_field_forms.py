"""The forms by which something is introduced into the catalogue, or retired: each with its parts in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flask_babel import lazy_gettext
from wtforms import SelectField

from domain.catalogue import (
    Catalogue,
    Field,
    Kind,
    Option,
    making,
)
from domain.introducing import (
    LEANT_ON,
    AddOption,
    IntroduceField,
    IntroduceGroup,
    RequireField,
    RetireField,
    WithdrawIntroduction,
)
from domain.refusal import Refused
from web.changing_forms import KINDS, LANGUAGES, SUPPLIERS, ChangingForm, Requiring, both, several
from web.context import viewer
from web.fields import NumberField, SentIdField, TickField, offered
from web.language import local
from web.public_texts import PublicForm, PublicLineField

OPTIONS = 8
LONGEST_SHORT_TEXT, NO_LIMIT = 200, 1_000_000
NOT_YET_REASONED = "Nobody has given a reason yet why it may select for a vacancy."


class _FieldForm(Requiring):
    group = SelectField(lazy_gettext("Group"), choices=[], validate_choice=False)
    kind = SelectField(lazy_gettext("Kind of answer"), choices=lambda: offered(KINDS.items()), validate_choice=False)
    ordered = TickField(lazy_gettext("The options are in order, each more than the one before"))
    least = NumberField(lazy_gettext("Lowest number"), default=0, render_kw={"inputmode": "numeric"})
    most = NumberField(lazy_gettext("Highest number"), default=100, render_kw={"inputmode": "numeric"})
    longest = NumberField(
        lazy_gettext("Characters at most"), default=LONGEST_SHORT_TEXT, render_kw={"inputmode": "numeric"}
    )
    partial = TickField(lazy_gettext("The month or the year alone will do"))
    future = TickField(lazy_gettext("The day may lie ahead"))
    supplied_by = several(lazy_gettext("Who supplies it"), lambda: offered(SUPPLIERS.items()))
    stale_after_months = NumberField(lazy_gettext("Out of date after (months)"), render_kw={"inputmode": "numeric"})
    sensitive = TickField(lazy_gettext("Special category of personal data: sensitive"))
    specialised_only = TickField(lazy_gettext("Specialised teams only"))
    selects = PublicLineField(lazy_gettext("Why it may be used to select for a vacancy"), render_kw={"maxlength": 1000})

    def offer(self, catalogue: Catalogue) -> None:
        super().offer(catalogue)
        self.group.choices = offered((key, local(label)) for key, label in catalogue.groups.items())

    def field(self) -> Field:
        """The field that the form describes, whose key is not made yet."""
        if set(self.supplied_by.data) - set(SUPPLIERS):
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
                return making.yes_or_no()
            case "choice":
                return making.one_of_some(self._options(), ordered=self.ordered.data)
            case "choices":
                return making.several_of_some(self._options())
            case "number":
                return making.whole_number(self._number("least"), self._number("most"), self.text("unit"))
            case "date":
                return making.a_day(partial=self.partial.data, future=self.future.data)
            case "short_text":
                return making.a_few_words(self._number("longest", 1, 4000))
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
        **both("label", lazy_gettext("Name")),
        **both("definition", lazy_gettext("Definition"), long=True),
        **both("question", lazy_gettext("Question to the client"), long=True),
        **both("unit", lazy_gettext("What it counts")),
        **{
            name: field
            for nth in range(1, OPTIONS + 1)
            for name, field in (
                both(f"option{nth}.label", lazy_gettext("Option %(number)d", number=nth))
                | both(f"option{nth}.meaning", lazy_gettext("What option %(number)d means", number=nth))
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
            (lazy_gettext("When it is required"), (*Requiring.REQUIRING, "stale_after_months")),
            (lazy_gettext("What it may be used for"), ("sensitive", "selects")),
        ),
    },
)


class _OptionForm(ChangingForm):
    field = SelectField(lazy_gettext("Field"), choices=[], validate_choice=False)

    def offer(self, catalogue: Catalogue) -> None:
        with_options = (f for f in catalogue if making.has_options(f) and f.key != "service_track")
        self.field.choices = offered((f.key, local(f.label)) for f in with_options)

    def command(self) -> AddOption:
        option = Option("", self.text("option1.label"), self.text("option1.meaning"))
        return AddOption(**self.about(), field=self.field.data or "", option=option)


OptionForm: type[_OptionForm] = type(
    "OptionForm",
    (_OptionForm,),
    {
        **both("option1.label", lazy_gettext("Option")),
        **both("option1.meaning", lazy_gettext("What it means"), long=True),
        "parts": ((lazy_gettext("The option"), ("field", *_named(["option1.label", "option1.meaning"]))),),
    },
)


class _GroupForm(ChangingForm):
    def command(self) -> IntroduceGroup:
        return IntroduceGroup(**self.about(), label=self.text("label"))


GroupForm: type[_GroupForm] = type(
    "GroupForm",
    (_GroupForm,),
    {**both("label", lazy_gettext("Name")), "parts": ((lazy_gettext("The group"), _named(["label"])),)},
)


class RequiredForm(Requiring):
    parts = ((lazy_gettext("When it is required"), ("field", *Requiring.REQUIRING)),)

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
