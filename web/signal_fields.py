"""What forms about signals say: which signal, and to whom one is given."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask_babel import gettext
from wtforms import SelectField, StringField

from application import signals
from application.signals import SignalShown
from feedback.choice import Choice
from web.context import as_uuid, services, viewer
from web.fields import offered

CITY = "city"
# So many can be chosen from; whoever means an older one finds it on the board and goes on from there.
MOST_TO_CHOOSE = 200


class SignalField(StringField):  # type: ignore[misc]  # the library has no types
    """A signal by its address or its id, None where nothing was sent. What is neither is refused."""

    def process_formdata(self, valuelist: list[str]) -> None:
        text = valuelist[0].strip() if valuelist else ""
        self.data = signal_at(text)
        if text and self.data is None:
            raise ValueError(gettext("There is no such signal."))

    def _value(self) -> str:
        return self.raw_data[0] if self.raw_data else str(self.data or "")


class TeamField(SelectField):  # type: ignore[misc]  # the library has no types
    """A team by its id, None for the city. What is neither is refused; the operation looks up whether there is one."""

    def __init__(self, label: Any = None, **more: Any) -> None:
        super().__init__(label, coerce=_team, validate_choice=False, **more)

    def process_formdata(self, valuelist: list[str]) -> None:
        text = valuelist[0] if valuelist else ""
        self.data = _team(text)
        if self.data is None and text != CITY:
            raise ValueError(gettext("Choose a team, or the city."))

    def offer(self, teams: Iterable[Any], *, city_first: bool = True) -> None:
        city, others = [(CITY, gettext("the city"))], [(team.team_id, team.name) for team in teams]
        self.choices = offered(city + others if city_first else others + city)


def _team(value: object) -> UUID | None:
    return value if isinstance(value, UUID) else as_uuid(str(value))


def signals_to_choose(but: UUID | None = None) -> list[SignalShown]:
    """The signals that can be chosen by their text, those with most support first, without the one asked about."""
    part = signals.part_of_board(services(), viewer(), Choice(), offset=0, limit=MOST_TO_CHOOSE)
    return [each for each in part.rows if each.signal_id != but and each.seen]


def signal_at(address: str | None) -> UUID | None:
    """The signal that stands at the end of an address, or is named by its id; None where there is neither."""
    return as_uuid((address or "").strip().rstrip("/").rpartition("/")[2])
