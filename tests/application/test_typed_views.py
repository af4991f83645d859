"""What operations and views hand out is typed, and nothing in it is sealed: no dictionaries of columns, no raw rows."""

from __future__ import annotations

import dataclasses
import inspect
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Any, ClassVar, get_args, get_origin, get_type_hints

import msgspec

import application
from application.services import Services
from feedback.board import SignalRow
from feedback.meetings import MeetingRow
from projections.agenda import NamedTransfer, OpenItem
from projections.caseload import CaseloadRow
from projections.conversations import ConversationRow
from projections.data_gaps import DueField, RecordedField
from projections.matches import Matched
from projections.proposals import FileReview, NamedProposal

# What is what it is by the kind of an event, by the subject of a definition, or by what a form held. Only ever shorter.
OF_ANY_KIND = {
    "Entry.details",
    "Entry.opened",
    "Told.said",
    "OneDefinition.versions",
    "OneDefinition.first",
    "OneWhatIf.before",
    "OneWhatIf.after",
    "Revision.texts",
    "Revision.parameters",
    "Defined.said",
    "WhatIf.form",
}
SEALED: tuple[type, ...] = (
    CaseloadRow,
    ConversationRow,
    DueField,
    FileReview,
    Matched,
    MeetingRow,
    NamedProposal,
    NamedTransfer,
    OpenItem,
    RecordedField,
    SignalRow,
)


def public_functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    for module_info in pkgutil.iter_modules(application.__path__):
        module = import_module(f"application.{module_info.name}")
        for name, function in vars(module).items():
            if inspect.isfunction(function) and not name.startswith("_") and function.__module__ == module.__name__:
                yield f"{module_info.name}.{name}", function


def parts(where: str, kind: Any, seen: set[type]) -> Iterator[tuple[str, Any]]:
    """A type and all that it is made of, with the function or field that has it."""
    yield where, kind
    for argument in get_args(kind):
        yield from parts(where, argument, seen)
    made = isinstance(kind, type) and (dataclasses.is_dataclass(kind) or issubclass(kind, msgspec.Struct))
    # Services, such as those of an open practice, are no view.
    if made and kind not in seen and kind is not Services:
        seen.add(kind)
        for name, of_field in get_type_hints(kind).items():
            if get_origin(of_field) is not ClassVar:
                yield from parts(f"{kind.__name__}.{name}", of_field, seen)


def handed_out(function: Callable[..., Any]) -> Iterator[tuple[str, Any]]:
    yield from parts(function.__name__, get_type_hints(inspect.unwrap(function))["return"], set())


def is_untyped(kind: Any) -> bool:
    mapping = isinstance(origin := get_origin(kind), type) and issubclass(origin, Mapping)
    return mapping and get_args(kind)[1:] == (Any,)


def test_what_is_handed_out_is_typed() -> None:
    functions = list(public_functions())
    assert len(functions) > 100
    untyped = {where for _, function in functions for where, kind in handed_out(function) if is_untyped(kind)}
    assert untyped - OF_ANY_KIND == set()
    assert OF_ANY_KIND - untyped == set(), "what is typed by now is no exception any more"


def test_nothing_sealed_is_handed_out() -> None:
    views = [(name, function) for name, function in public_functions() if hasattr(function, "right")]
    assert len(views) > 80
    assert [(name, kind) for name, function in views for _, kind in handed_out(function) if kind in SEALED] == []
