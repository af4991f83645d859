"""The columns of the caseload's table and of its file: what stands in them, and choosing them."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext
from wtforms import StringField

from application.caseload import ClientList
from application.clients import CaseloadClient
from application.registrations import PLAN
from domain.age import age_on
from domain.catalogue import Field
from domain.columns import GROUPS, OF_QUICK, choosable, group_of, with_filtered
from web import exports
from web.caseload_query import Chosen, label
from web.caseload_return import SearchedForm
from web.context import definitions, today

# The order that sorts by each day.
_SORTED_BY = {"last_seen": "seen", "plan": "plan", "intake": "intake", "exempt_until": "exempt_until"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column beside the overview: a field of the catalogue, or a day of the file."""

    key: str
    field: Field | None

    @property
    def title(self) -> str:
        return gettext("Age") if self.key == "birth_date" else label(self.key)

    @property
    def group(self) -> str:
        return group_of(self.key)

    @property
    def order(self) -> str | None:
        """What sorts by it; None where the list can't be sorted by that."""
        if self.field is None:
            return _SORTED_BY[self.key]
        return None if self.field.sensitive or self.field.kind.several else self.key

    @property
    def opens(self) -> str | None:
        """The field whose form its cells open: one choice that is registered on its own, or a part of the plan."""
        if self.key == "plan":
            return "plan_of_action"
        if self.field is None:
            return None
        one_choice = self.field.kind.widget == "options" and not self.field.kind.several
        is_alone = one_choice and self.field.recorded_by == "registration"
        return self.key if is_alone or self.key in PLAN else None

    def day(self, client: CaseloadClient) -> date | None:
        """The day that stands in it, of one that is no field."""
        days = {
            "last_seen": client.last_seen_on,
            "plan": client.plan_on,
            "intake": client.intake_on,
            "exempt_until": client.exempt_until,
        }
        return days[self.key]

    def written(self, listed: ClientList, client: CaseloadClient) -> Any:
        """What a file has in this column."""
        if self.field is None:
            return self.day(client)
        state, value = listed.cell(client, self.field)
        if self.key == "birth_date" and value is not None:
            return age(value)
        return exports.cell(self.field, state, value)


def age(born: str) -> str:
    """How old somebody is today, as people read it."""
    least, most = age_on(born, today())
    return str(least) if least == most else f"{least}–{most}"


def columns(preferred: Sequence[str], chosen: Chosen, folded: Set[str] = frozenset()) -> list[Column]:
    """The columns of a list, by groups: those preferred and what is filtered by, which no folding hides."""
    fields = definitions().catalogue.fields
    quick = OF_QUICK.get(chosen.show or "")
    filtered = [f.key for f in chosen.filters] + ([quick] if quick else [])
    found = [Column(key, fields.get(key)) for key in with_filtered(preferred, filtered)]
    shown = [column for column in found if column.group not in folded or column.key in filtered]
    return sorted(shown, key=lambda column: GROUPS.index(column.group))


def opened_by(columns: Sequence[Column]) -> dict[str, int]:
    """The fields whose forms cells open, the track first, each with the number by which its cells say so."""
    return {
        key: nth for nth, key in enumerate(dict.fromkeys(["service_track", *(c.opens for c in columns if c.opens)]))
    }


class ColumnsForm(SearchedForm):
    """One step at a time: a column added, removed, or moved; or the usual ones again."""

    add = StringField("", default="")
    step = StringField("", default="")

    def choose(self, chosen: Sequence[str]) -> list[str] | None:
        """What the columns are then; None for the usual ones. What the form does not say leaves them as they are."""
        step, _colon, key = self.step.data.partition(":")
        if step == "usual":
            return None
        wanted = list(chosen)
        if step == "add":
            return [*wanted, self.add.data]
        if key not in wanted:
            return wanted
        place = wanted.index(key)
        wanted.remove(key)
        to = {"up": max(place - 1, 0), "down": place + 1}.get(step)
        if to is not None:
            wanted.insert(to, key)
        return wanted


def to_choose(chosen: Sequence[str]) -> list[tuple[str, str]]:
    """The columns that could be added, by what people call them."""
    titles = [(key, Column(key, definitions().catalogue.fields.get(key)).title) for key in choosable()]
    return sorted((each for each in titles if each[0] not in chosen), key=lambda each: each[1].casefold())
