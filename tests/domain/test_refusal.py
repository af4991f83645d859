"""One thing wrong is said as it is, several together; a colleague's change is a conflict, alone or among others."""

from __future__ import annotations

import pytest

from domain.refusal import Checks, Conflict, Refused, RefusedTogether


def no(message: str, field: str) -> None:
    raise Refused(message, field=field, least=1)


def test_nothing_wrong_is_nothing_said() -> None:
    checks = Checks()
    assert checks(max, 2, 3) == 3
    checks.require()


def test_one_thing_wrong_is_said_as_it_is() -> None:
    checks = Checks()
    assert checks(no, "Give at least %(least)d.", "hours") is None
    with pytest.raises(Refused) as refused:
        checks.require()
    assert type(refused.value) is Refused
    assert (str(refused.value), refused.value.field) == ("Give at least 1.", "hours")


def test_several_are_said_together_and_the_first_to_whoever_asks_no_further() -> None:
    checks = Checks()
    checks(no, "Give at least %(least)d.", "hours")
    checks(no, "Not so.", "day")
    with pytest.raises(RefusedTogether) as refused:
        checks.require()
    told = refused.value
    assert [(about, str(each)) for about, each in told.parts] == [("hours", "Give at least 1."), ("day", "Not so.")]
    assert (str(told), told.field, told.values) == ("Give at least 1.", "hours", {"least": 1})
    assert (told.outcome, told.conflicts) == ("refused", frozenset())


def test_a_conflict_among_them_makes_it_one() -> None:
    parts = [("cv", Refused("Not so.", field="cv")), ("goal", Conflict("Changed meanwhile.", field="goal"))]
    together = RefusedTogether(parts)
    assert (together.outcome, together.conflicts) == ("conflict", frozenset({"goal"}))
    assert Conflict("x").outcome == "conflict"
    assert Refused("x").outcome == "refused"
