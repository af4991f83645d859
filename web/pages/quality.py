"""The quality officer's page: how complete the registrations are, what is misread, and files to look at together."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta
from uuid import UUID

from flask import Blueprint, abort, render_template, request
from werkzeug.wrappers import Response

from application import rights
from domain.calendar import Week
from domain.catalogue import State
from domain.client import ChosenBy, ReviewFile, ReviewOutcome
from domain.refusal import Refused
from projections import caseload, caseload_figures, data_gaps, proposals, weekly_figures
from projections.caseload import Scope
from web import plots
from web.context import (
    colleagues,
    command_id,
    definitions,
    display_names,
    moment,
    readable_client,
    services,
    today,
    viewer,
)
from web.forms import blank_to_none
from web.freshness import recorded
from web.language import language
from web.legend import marks
from web.pages.team import asked_monday
from web.permissions import access
from web.words import word

page = Blueprint("quality", __name__)

WEEKS = timedelta(weeks=26)
MISREAD_IN = timedelta(weeks=12)
MULTIPLES = 8  # small lines of the fields that are on most lists
FILES = 5  # of each way of choosing, a week
AGAIN_AFTER = timedelta(days=90)


@page.get("/quality")
@access(rights.REVIEW)
def quality() -> str:
    me, as_of, week = viewer(), today(), asked_monday()
    team_id = me.team_id or abort(404)
    scope = Scope(team_id=team_id)
    with services().database.read() as connection:
        states = caseload_figures.field_states(connection, as_of, scope)
        contradictions = data_gaps.contradictions(connection, team_id)
        contradicted = Counter(field for _, field in contradictions)
        monday = weekly_figures.built_upto(connection)
        mondays = weekly_figures.mondays(connection)
        then = weekly_figures.of_week(connection, week, team_id) if week else None
        listed = weekly_figures.of_week(connection, monday, team_id).get("listed", {}) if monday else {}
        everybody = caseload.count(connection, scope)
        trend = weekly_figures.series(connection, ("listed", "stale", "contradictory"), as_of - WEEKS, team_id)
        by_field = weekly_figures.by_detail(connection, "listed", as_of - WEEKS, team_id)
        corrected = weekly_figures.by_detail(connection, "corrected", as_of - MISREAD_IN, team_id)
        reviewed = proposals.reviews(connection, scope)
        everyone = [client_id for client_id, _, _ in caseload.sealed_names(connection, scope)]
        recent = {r["client_id"] for r in reviewed if r["reviewed_on"] > as_of - AGAIN_AFTER}
        by_rule = caseload.these(connection, scope, _first(contradictions, recent))
        chosen = _at_random([c for c in everyone if c not in recent], team_id, as_of)
        by_chance = caseload.these(connection, scope, chosen)
    most = sorted(by_field, key=lambda key: -by_field[key][-1][1])[:MULTIPLES]
    fields = [f for f in definitions().catalogue if sum(states[f.key][s] for s in _RECORDED)]
    misread = {f.key: sum(n for _, n in corrected.get(f.key, [])) for f in definitions().catalogue}
    return render_template(
        "quality.html", as_of=as_of, fields=fields, states=states, contradicted=contradicted, listed=listed,
        monday=monday,
        everybody=everybody, State=State, names=display_names([*by_rule, *by_chance, *reviewed]),
        trend=plots.lines(
            [(word("measure", name), points) for name, points in trend.items() if points], marks(fields=True)
        ),
        sparks={key: plots.spark([n for _, n in points]) for key, points in by_field.items()},
        multiples=[
            (definitions().catalogue[key].label.in_(language()), path, by_field[key][-1][1])
            for key in most
            if key in definitions().catalogue and (path := plots.spark([n for _, n in by_field[key]]))
        ],
        then=then, week=week, mondays=mondays,
        misread=sorted(
            ((key, n, contradicted.get(key, 0)) for key, n in misread.items() if n or contradicted.get(key)),
            key=lambda item: (-item[1] - item[2], item[0]),
        )[:8],
        by_rule=by_rule, by_chance=by_chance, reviewed=reviewed[:20], colleagues=colleagues(), language=language,
        outcomes=list(ReviewOutcome),
    )  # fmt: skip


_RECORDED = (State.KNOWN, State.STALE, State.NOT_RELEVANT, State.DECLINED)


def _first(contradictions: list[tuple[UUID, str]], recent: set[UUID]) -> list[UUID]:
    """The first few clients of these, without those looked at lately."""
    return list(dict.fromkeys(client_id for client_id, _ in contradictions if client_id not in recent))[:FILES]


def _at_random(client_ids: list[UUID], team_id: UUID, as_of: date) -> list[UUID]:
    """The same few all week, and nobody's choice: drawn by team and week."""
    drawn = random.Random(f"{team_id} {Week.of(as_of)}")  # noqa: S311 - a sample, not a secret
    return drawn.sample(sorted(client_ids), min(FILES, len(client_ids)))


@page.post("/clients/<uuid:client_id>/review")
@access(rights.REVIEW)
def review(client_id: UUID) -> Response:
    """Note what came of looking at a file together."""
    client = readable_client(client_id)
    if not viewer().may_review(client["team_id"]):
        abort(403)
    form = request.form
    if form.get("outcome") not in set(ReviewOutcome) or form.get("chosen_by") not in set(ChosenBy):
        raise Refused("Choose what came of it.", field="outcome")
    command = ReviewFile(
        client_id=client_id, chosen_by=ChosenBy(form["chosen_by"]), outcome=ReviewOutcome(form["outcome"]),
        note=blank_to_none(form.get("note")),
    )  # fmt: skip
    answer = services().clients.handle(command, moment(), command_id())
    return recorded(answer.position, "quality.quality")
