"""The rules that read models are folded under: the parameters of the definitions in force, and the working days."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from domain.calendar import local_day
from domain.in_force import AS_DECLARED, Rules, rules_under, with_closing_days
from projections import closing_days, definitions


class _InForce:
    """The rulebook of the engine."""

    as_declared = AS_DECLARED
    read_models = (definitions.projection.name, closing_days.projection.name)

    def under(self, parameters: str) -> Rules:
        return rules_under(parameters)

    def in_force(self, connection: Connection, at: datetime) -> str:
        defined = definitions.on(connection, local_day(at)).rules.parameters
        return with_closing_days(defined, closing_days.working_days(connection).closed)


RULEBOOK = _InForce()
