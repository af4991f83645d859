"""The definitions in force on a day: the catalogue and the terms as they were declared, with what was revised since."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Any

import msgspec

from domain.catalogue import Catalogue, Choice, Choices, Contradiction, Field, Text, as_declared, load
from domain.catalogue.contradictions import CONTRADICTIONS, contradictions
from domain.catalogue.introduced import extended
from domain.client.contacts import Channel
from domain.refusal import Refused
from domain.terms import CASELOAD as CASELOAD
from domain.terms import CONTACT_DUE as CONTACT_DUE
from domain.terms import CONTRADICTORY as CONTRADICTORY
from domain.terms import NOT_SEEN as NOT_SEEN
from domain.terms import RULES_OFF as RULES_OFF
from domain.terms import SEEN as SEEN
from domain.terms import TERMS as TERMS
from domain.terms import Term as Term
from domain.working_days import WorkingDays

# For each subject that is revised, its parameters or texts by name.
Values = Mapping[str, Mapping[str, Any]]

# Beside the subjects: the days on which the city is closed.
CLOSING_DAYS = "closing_days"
# Beside the subjects: what was introduced into the catalogue, and retired, in the order of the days.
INTRODUCED, CHANGES = "introduced", "changes"
# The parameters or texts of a log in which nothing was revised.
AS_DECLARED = "{}"
_MOST = {"days_allowed": 365, "stale_after_months": 120, "months": 24, "do_able": 500, "usual": 500}
_MOST |= {"full_hours": 40, "seldom_weeks": 26, "long_travel": 180}


@dataclass(frozen=True, slots=True)
class Rules:
    """What read models take of the definitions: the catalogue with its days and months, the channels that count as
    seen, and after how many months one is not seen; and the working days."""

    parameters: str
    catalogue: Catalogue
    seen: frozenset[Channel]
    not_seen_months: int
    working_days: WorkingDays


@lru_cache(maxsize=32)
def rules_under(parameters: str) -> Rules:
    """The rules under revised parameters, as JSON: subject, name and value of each that is not as declared."""
    values: Values = msgspec.json.decode(parameters)

    def value(term: str, name: str) -> Any:
        return values.get(term, {}).get(name, TERMS[term].parameters[name])

    seen = frozenset(map(Channel, value(SEEN, "channels")))
    closed = frozenset(map(date.fromisoformat, values.get(CLOSING_DAYS, {}).get("days", ())))
    catalogue = _catalogue(of_definitions(parameters), AS_DECLARED)
    return Rules(parameters, catalogue, seen, value(NOT_SEEN, "months"), WorkingDays(closed))


def with_closing_days(parameters: str, closed: Iterable[date]) -> str:
    """The parameters, and the days on which the city is closed."""
    days = [day.isoformat() for day in sorted(closed)]
    values: Values = msgspec.json.decode(parameters)
    return _dump({**values, CLOSING_DAYS: {"days": days} if days else {}})


@lru_cache(maxsize=64)
def of_definitions(parameters: str) -> str:
    """That part of the parameters which definitions have."""
    values: Values = msgspec.json.decode(parameters)
    return _dump({subject: of for subject, of in values.items() if subject != CLOSING_DAYS})


@lru_cache(maxsize=64)
def of_closing_days(parameters: str) -> str:
    """That part of the parameters which clocks go by."""
    values: Values = msgspec.json.decode(parameters)
    return _dump({subject: of for subject, of in values.items() if subject == CLOSING_DAYS})


@lru_cache(maxsize=32)
def _catalogue(parameters: str, texts: str) -> Catalogue:
    own: Values = msgspec.json.decode(parameters)
    said: Values = msgspec.json.decode(texts)
    first = _first(introduced_of(own))
    if not said and not own.keys() - {INTRODUCED}:
        return first
    return Catalogue(
        [_revised(field, own.get(field.key, {}), said.get(field.key, {})) for field in first],
        _rules_in_force(first.contradictions, own.get(CONTRADICTORY, {})),
        first.groups,
        [_revised(field, own.get(field.key, {}), said.get(field.key, {})) for field in first.retired.values()],
        first.introduced,
    )


def introduced_of(own: Values) -> str:
    """That part of the parameters which the catalogue has beside what is declared in code."""
    return _dump({INTRODUCED: own.get(INTRODUCED, {})})


@lru_cache(maxsize=32)
def _first(introduced: str) -> Catalogue:
    """The catalogue in the words and with the parameters in which each field was declared or introduced."""
    if introduced == AS_DECLARED:
        return as_declared()
    return extended(msgspec.json.decode(introduced)[INTRODUCED][CHANGES], introduced)


def _rules_in_force(first: tuple[Contradiction, ...], parameters: Mapping[str, Any]) -> tuple[Contradiction, ...]:
    """The rules under revised parameters, with those that were introduced, without those that were retired."""
    if not parameters:
        return first
    off, kept, coded = parameters.get(RULES_OFF, ()), {rule.key for rule in first}, {c.key for c in CONTRADICTIONS}
    tuned = [rule for rule in contradictions(off, parameters) if rule.key in kept]
    return (*tuned, *(rule for rule in first if rule.key not in coded and rule.key not in off))


def _revised(field: Field, parameters: Mapping[str, Any], texts: Mapping[str, Any]) -> Field:
    if not parameters and not texts:
        return field
    required = field.required
    if required is not None and "days_allowed" in parameters:
        required = dataclasses.replace(required, within_days=parameters["days_allowed"])
    kind = field.kind
    if isinstance(kind, Choice | Choices):
        options = [
            dataclasses.replace(o, definition=Text(*texts[f"option:{o.code}"])) if f"option:{o.code}" in texts else o
            for o in kind.options
        ]
        kind = dataclasses.replace(kind, options=tuple(options))
    return dataclasses.replace(
        field,
        kind=kind,
        required=required,
        label=Text(*texts["label"]) if "label" in texts else field.label,
        definition=Text(*texts["definition"]) if "definition" in texts else field.definition,
        question=Text(*texts["question"]) if "question" in texts else field.question,
        stale_after_months=parameters.get("stale_after_months", field.stale_after_months),
    )


@dataclass(frozen=True)
class Definitions:
    """All definitions in force on a day."""

    parameters: str
    texts: str

    @property
    def catalogue(self) -> Catalogue:
        return _catalogue(self.parameters, self.texts)

    @property
    def first_declared(self) -> Catalogue:
        """The catalogue without what was revised in it: what revisions start from."""
        return _first(introduced_of(msgspec.json.decode(self.parameters)))

    @property
    def rules(self) -> Rules:
        return rules_under(projected(self.parameters))

    def term(self, key: str) -> Term:
        """A term, with its texts and parameters of now."""
        texts = msgspec.json.decode(self.texts).get(key, {})
        parameters = msgspec.json.decode(self.parameters).get(key, {})
        term = TERMS[key]
        return Term(
            key,
            Text(*texts["label"]) if "label" in texts else term.label,
            Text(*texts["definition"]) if "definition" in texts else term.definition,
            {**term.parameters, **parameters},
        )

    @property
    def terms(self) -> list[Term]:
        return [self.term(key) for key in TERMS]

    def revised(self, subject: str, parameters: Mapping[str, Any]) -> Definitions:
        """These, but for one subject's parameters: those that are not as declared."""
        values: Values = msgspec.json.decode(self.parameters)
        return Definitions(_dump({**values, subject: parameters}), self.texts)

    @property
    def limits(self) -> tuple[int, int]:
        """How many clients are do-able for a coach, and how many are usual."""
        parameters = self.term(CASELOAD).parameters
        return parameters["do_able"], parameters["usual"]


def _dump(values: Values) -> str:
    kept = {subject: dict(sorted(of.items())) for subject, of in sorted(values.items()) if of}
    return msgspec.json.encode(kept).decode()


@cache
def projected(parameters: str) -> str:
    """Those of the parameters that read models take; the others are asked when a page is made."""
    values: Values = msgspec.json.decode(parameters)
    return _dump({subject: of for subject, of in values.items() if subject != CASELOAD})


# what can be revised of a subject, and to what


def subjects() -> list[str]:
    """Everything that has a definition: the fields of the catalogue, also those asked no more, and the terms."""
    return [*load().fields, *load().retired, *TERMS]


def text_names(subject: str) -> list[str]:
    """The texts of a subject: label, definition, the question to the client, and the definition of each option."""
    field = load().ever(subject)
    options = getattr(field.kind, "options", ()) if field else ()
    question = ["question"] if field and field.question else []
    return ["label", "definition", *question, *(f"option:{option.code}" for option in options)]


def parameter_names(subject: str) -> list[str]:
    """The plain parameters of a subject."""
    field = load().ever(subject)
    if field is None:
        return list(TERMS[subject].parameters)
    return [*(["days_allowed"] if field.required else []), *(["stale_after_months"] if _can_be_stale(field) else [])]


def _can_be_stale(field: Field) -> bool:
    return field.stale_after_months is not None or field.recorded_by == "registration"


def texts_of(subject: str, in_force: Definitions) -> dict[str, tuple[str, str]]:
    """The texts of a subject as they are, in English and Dutch."""
    field = in_force.catalogue.ever(subject)
    about: Any = field or in_force.term(subject)
    found = {"label": about.label, "definition": about.definition}
    if field is not None:
        found |= {"question": field.question} if field.question else {}
        found |= {f"option:{option.code}": option.definition for option in getattr(field.kind, "options", ())}
    return {name: (text.en, text.nl) for name, text in found.items()}


def parameters_of(subject: str, in_force: Definitions) -> dict[str, Any]:
    """The parameters of a subject as they are."""
    field = in_force.catalogue.ever(subject)
    if field is None:
        return dict(in_force.term(subject).parameters)
    values = {
        "days_allowed": field.required.within_days if field.required else None,
        "stale_after_months": field.stale_after_months,
    }
    return {name: values[name] for name in parameter_names(subject)}


def checked_parameter(name: str, value: Any) -> Any:
    """The value of a parameter. Raises Refused, about it, when it can't be that."""
    if name == "channels":
        if not value or not set(value) <= set(Channel):
            raise Refused("Choose at least one channel.", field=name)
        return [channel.value for channel in Channel if channel in set(value)]
    if name == RULES_OFF:
        known = [rule.key for rule in load().contradictions]
        if not set(value or ()) <= set(known):
            raise Refused("Choose among the rules.", field=name)
        return [key for key in known if key in set(value or ())]
    if name == "stale_after_months" and value is None:
        return None
    most = _MOST[name]
    if not isinstance(value, int) or not 1 <= value <= most:
        raise Refused("Enter a whole number from 1 to %(most)d.", field=name, most=most)
    return value


def differing(given: Mapping[str, Any], declared: Mapping[str, Any]) -> dict[str, Any]:
    """What of a subject is not as it was declared."""
    return {name: value for name, value in given.items() if value != declared[name]}


def declared() -> Definitions:
    """The definitions as each was first declared here, in code or by introducing it."""
    return Definitions(load().introduced, AS_DECLARED)


def merged(
    revisions: Iterable[tuple[str, Mapping[str, Any], Mapping[str, Any]]], changes: Sequence[Mapping[str, Any]] = ()
) -> Definitions:
    """The definitions under the given revisions, of each subject its parameters and texts that differ, and under the
    changes of the catalogue."""
    parameters: dict[str, Mapping[str, Any]] = {INTRODUCED: {CHANGES: list(changes)} if changes else {}}
    texts = {}
    for subject, own, said in revisions:
        parameters[subject], texts[subject] = own, said
    return Definitions(_dump(parameters), _dump(texts))
