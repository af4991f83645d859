"""Facts that seem to contradict each other and both hold: said once, with a reason and a day to look again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from domain.calendar import local_day, within_reach
from domain.catalogue import State, load
from domain.client.aggregate import Client, ClientCommand, ClientEvent, open_file, unchanged
from domain.refusal import Checks, Refused
from domain.text import required_text
from eventlog.commands import CommandContext
from eventlog.events import Personal


class ContradictionAccepted(ClientEvent, frozen=True):
    """Both facts hold, until the review day or until one of them is recorded anew. Which rule it is, says what they
    are."""

    rule: Personal[str]
    reason: Personal[str]
    review_on: date


class AcceptContradiction(ClientCommand, frozen=True):
    """Say that both facts hold. `shown` are the versions of the facts that were shown, by field."""

    rule: str
    reason: str
    review_on: date
    shown: Mapping[str, int]

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        client = open_file(client)
        rule = next((rule for rule in load().contradictions if rule.key == self.rule), None)
        if rule is None or not rule.both_may_hold:
            raise Refused("These can't both hold. Correct one of them.", field="rule")
        for field in rule.fields:
            mark = client.fields.get(field)
            if mark is None or mark.state is not State.KNOWN:
                raise Refused("One of the two is no longer known, so there is no contradiction.", field="rule")
            unchanged(mark.version, self.shown.get(field, -1), "rule")
        today, checked = local_day(context.at), Checks()
        reason = checked(required_text, self.reason, field="reason", longest=500)
        checked(_ahead, self.review_on, today)
        checked.require()
        return [ContradictionAccepted(rule=self.rule, reason=reason, review_on=self.review_on)]


def _ahead(review_on: date, today: date) -> date:
    if review_on <= today:
        raise Refused("The review day must be in the future.", field="review_on")
    return within_reach(review_on, today, field="review_on")
