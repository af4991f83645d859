"""The table of roles, by hand: who may do what with whose client, with a signal, with an offer."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from uuid import UUID

import pytest

from domain.roles import Role, Viewer

ME, AWAY, OTHER, NORTH, SOUTH = (UUID(int=n) for n in range(1, 6))
ROLES = dict(zip("CQTPVA", Role, strict=True))  # in the order of the roles
IN_A_TEAM = "CQT"
# Whose client it is; those who are asked are of the north, and stand in for who is away.
OF = {
    "own": (NORTH, ME),
    "stood in for": (NORTH, AWAY),
    "of the team": (NORTH, OTHER),
    "of nobody in the team": (NORTH, None),
    "elsewhere": (SOUTH, OTHER),
    "of nobody": (None, None),
    "nobody's, of a colleague": (None, OTHER),
}
BY_CLIENT = {
    "may_read": {"own": "CQT", "stood in for": "CQT", "of the team": "QT", "of nobody in the team": "QT"},
    "may_record": {"own": "C", "stood in for": "C"},
    "may_correct": {"own": "CQ", "stood in for": "CQ", "of the team": "Q", "of nobody in the team": "Q"},
    "may_merge": {
        "own": "CQTV",
        "stood in for": "QTV",
        "of the team": "QTV",
        "of nobody in the team": "QTV",
        "elsewhere": "V",
        "of nobody": "V",
        "nobody's, of a colleague": "V",
    },
}
BY_TEAM = {
    "may_review": {NORTH: "Q", SOUTH: "", None: ""},
    "may_assign": {NORTH: "T", SOUTH: "", None: ""},
    "may_see_application": {NORTH: "CT", SOUTH: "", None: "CT"},
}
BY_COACH = {
    "coaches_client_of": {ME: "C", AWAY: "", OTHER: "", None: ""},
    "stands_in": {ME: "", AWAY: "C", OTHER: "", None: ""},
    "sees_sensitive": {ME: "C", AWAY: "", OTHER: "", None: ""},
}
OFFERS = {(ME, SOUTH): "CQT", (OTHER, NORTH): "CQT", (ME, None): "CQT", (OTHER, SOUTH): "", (None, None): ""}
# What needs nobody to ask about; the second for who is in the improvement team.
ALWAYS = {
    "reads_files": ("CQT", "CQT"),
    "coaches": ("C", "C"),
    "offers_work": ("CQT", "CQT"),
    "reads_exemptions": ("QT", "QT"),
    "takes_intakes": ("CT", "CT"),
    "logs_signals": ("CQTP", "CQTP"),
    "triages_signals": ("QP", "CQTPVA"),
    "decides_signals": ("P", "CQTPVA"),
    "decides_alone": ("P", "P"),
    "sees_representation": ("QTP", "CQTP"),
}


def who(letter: str, *, improves: bool = False) -> Viewer:
    team = NORTH if letter in IN_A_TEAM else None
    return Viewer(ME, ROLES[letter], team, improves, frozenset({AWAY}))


def questions() -> Iterator[tuple[str, tuple[UUID | None, ...], str]]:
    for name, by_client in BY_CLIENT.items():
        yield from ((name, given, by_client.get(of, "")) for of, given in OF.items())
    for table in (BY_TEAM, BY_COACH):
        for name, by_id in table.items():
            yield from ((name, (given,), letters) for given, letters in by_id.items())
    yield from (("may_change_offer", given, letters) for given, letters in OFFERS.items())


@pytest.mark.parametrize(
    ("name", "given", "letters"),
    list(questions()),
    ids=[f"{name}-{nth}" for nth, (name, *_) in enumerate(questions())],
)
def test_who_may(name: str, given: tuple[UUID | None, ...], letters: str) -> None:
    assert "".join(letter for letter in ROLES if getattr(who(letter), name)(*given)) == letters


@pytest.mark.parametrize("name", ALWAYS)
@pytest.mark.parametrize("improves", [False, True], ids=["plain", "improves"])
def test_who_is_what(name: str, improves: bool) -> None:
    found = "".join(letter for letter in ROLES if getattr(who(letter, improves=improves), name))
    assert found == ALWAYS[name][improves]


@pytest.mark.parametrize("role", Role)
def test_who_has_no_team_has_none_of_those_without_one(role: Role) -> None:
    viewer = Viewer(ME, role, None)
    assert not viewer.may_read(None, OTHER) and not viewer.may_correct(None, OTHER)
    assert not viewer.may_review(None) and not viewer.may_assign(None)
    assert not viewer.may_change_offer(OTHER, None)


def test_every_question_is_in_the_table() -> None:
    asked = {name for name, _ in inspect.getmembers(Viewer) if not name.startswith("_")}
    fields = {*inspect.signature(Viewer).parameters}
    assert asked - fields == {*BY_CLIENT, *BY_TEAM, *BY_COACH, *ALWAYS, "may_change_offer"}
