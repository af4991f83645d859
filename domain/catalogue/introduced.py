"""The declared catalogue with what was introduced since: fields, options, groups, rules, and what was retired."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from domain.catalogue.catalogue import NOTHING_INTRODUCED, Catalogue
from domain.catalogue.contradictions import CONTRADICTIONS
from domain.catalogue.fields import FIELDS, GROUPS
from domain.catalogue.kinds import Text
from domain.catalogue.model import Contradiction, Field
from domain.catalogue.stored import contradiction_of, field_of, option_of, required_of

# A change of the catalogue as it is stored; `does` says which of those below it is.
Change = Mapping[str, Any]
FIELD, OPTION, GROUP, RULE, REQUIRED = "field", "option", "group", "rule", "required"
RETIRED, RULE_RETIRED = "retired", "rule_retired"


@dataclasses.dataclass
class _Made:
    """A catalogue that is being put together."""

    fields: dict[str, Field] = dataclasses.field(default_factory=lambda: {field.key: field for field in FIELDS})
    retired: dict[str, Field] = dataclasses.field(default_factory=dict)
    groups: dict[str, Text] = dataclasses.field(default_factory=lambda: dict(GROUPS))
    rules: dict[str, Contradiction] = dataclasses.field(default_factory=lambda: {c.key: c for c in CONTRADICTIONS})


def _field(made: _Made, change: Change) -> None:
    field = field_of(change["field"])
    made.fields[field.key] = field


def _option(made: _Made, change: Change) -> None:
    field = made.fields.get(change["key"])
    if field is None:
        return
    kind: Any = field.kind
    at = kind.codes.index(change["before"]) if change.get("before") in kind.codes else len(kind.options)
    options = (*kind.options[:at], option_of(change["option"]), *kind.options[at:])
    made.fields[field.key] = dataclasses.replace(field, kind=dataclasses.replace(kind, options=options))


def _group(made: _Made, change: Change) -> None:
    made.groups[change["key"]] = Text(*change["label"])


def _rule(made: _Made, change: Change) -> None:
    rule = contradiction_of(change["rule"])
    made.rules[rule.key] = rule


def _required(made: _Made, change: Change) -> None:
    if field := made.fields.get(change["key"]):
        made.fields[field.key] = dataclasses.replace(field, required=required_of(change["required"]))


def _retired(made: _Made, change: Change) -> None:
    """A field is asked no more, and the rules that read it hold of nobody."""
    key = change["key"]
    if key in made.fields:
        made.retired[key] = made.fields.pop(key)
    for rule in list(made.rules.values()):
        if key in rule.fields:
            del made.rules[rule.key]
    for field in list(made.fields.values()):
        if field.required and key in field.required.when.reads():
            made.fields[field.key] = dataclasses.replace(field, required=None)


def _rule_retired(made: _Made, change: Change) -> None:
    made.rules.pop(change["key"], None)


_DOES: Mapping[str, Callable[[_Made, Change], None]] = {
    FIELD: _field,
    OPTION: _option,
    GROUP: _group,
    RULE: _rule,
    REQUIRED: _required,
    RETIRED: _retired,
    RULE_RETIRED: _rule_retired,
}


def extended(changes: Iterable[Change], stored: str = NOTHING_INTRODUCED) -> Catalogue:
    """The declared catalogue with these changes, in their order. Raises CatalogueError where it is not sound."""
    made = _Made()
    for change in changes:
        _DOES[change["does"]](made, change)
    return Catalogue(
        tuple(made.fields.values()),
        tuple(made.rules.values()),
        made.groups,
        tuple(made.retired.values()),
        stored,
    )
