"""The states of all fields of a client as one text, a letter each: they are counted here in a fraction of the time that
a database takes to add up each state of each field."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Dialect, and_, case, literal_column

from domain.catalogue import Field, State
from projections.caseload_table import state_column, until_column

LETTERS = {
    "k": State.KNOWN,
    "u": State.UNKNOWN,
    "s": State.STALE,
    "n": State.NOT_RELEVANT,
    "d": State.DECLINED,
}
_OF: dict[State, ColumnElement[Any]] = {state: literal_column(f"'{letter}'") for letter, state in LETTERS.items()}


def written(connection: Connection, make: Callable[..., ColumnElement[Any]], *of: Hashable) -> ColumnElement[Any]:
    """What `make` makes of these, as text with its values in it, made once a day: of all fields of a client it takes
    longer to put together, and to compile, than the database takes for a team. Nobody types what is in it."""
    return _written(connection.dialect, make, *of)


@lru_cache(maxsize=64)
def _written(dialect: Dialect, make: Callable[..., ColumnElement[Any]], *of: Hashable) -> ColumnElement[Any]:
    compiled = make(*of).compile(dialect=dialect, compile_kwargs={"literal_binds": True})
    return literal_column(str(compiled))


def letters(fields: Sequence[Field], as_of: date) -> list[ColumnElement[Any]]:
    """Of each field the letter of its state on a day, as `caseload_table.state_is` tells it."""
    return [_letter(field, as_of) for field in fields]


def _letter(field: Field, as_of: date) -> ColumnElement[Any]:
    at, until = state_column(field), until_column(field)
    return case(
        (at.is_(None), _OF[State.UNKNOWN]),
        (and_(at == State.KNOWN, until <= as_of), _OF[State.STALE]),
        (at == State.KNOWN, _OF[State.KNOWN]),
        (until <= as_of, _OF[State.UNKNOWN]),
        (at == State.NOT_RELEVANT, _OF[State.NOT_RELEVANT]),
        else_=_OF[State.DECLINED],
    )


def joined(texts: Sequence[ColumnElement[Any]], between: str = "") -> ColumnElement[Any]:
    """Texts after each other, none of which is null."""
    first, *others = texts
    whole: ColumnElement[Any] = first
    for text in others:
        whole = whole.concat(literal_column(f"'{between}'")).concat(text) if between else whole.concat(text)
    return whole


def counted(fields: Sequence[object], rows: Iterable[str]) -> list[Counter[State]]:
    """Of each field how many of these texts have each state."""
    counts = [Counter(each) for each in zip(*rows, strict=True)] or [Counter() for _ in fields]
    return [Counter({LETTERS[letter]: number for letter, number in count.items()}) for count in counts]
