"""Where people see numbers of clients who are not theirs, by the route; and what each of these pages tells.

An unknown is a figure of a day (None: today) and a team. A page that is added is found missing here by
`tests/web/test_figure_surfaces.py`; its reader makes it part of the attack of `test_differences.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date
from uuid import UUID

from application import explanations, offers, operations, paths, rights, signals, team_figures, what_ifs, year_plan
from application.looks import Look
from application.path_counts import count
from application.refusals import NotThereError
from domain.roles import Viewer
from domain.suppression import SMALLEST_GROUP
from projections import paths as read_model
from projections import what_if
from tests.application.attack import Attack, Unknown
from tests.web.conftest import Town

Days = Sequence[date | None]
Reader = Callable[[Town, Viewer, Attack, Days], None]
# The figures of a rebuild, as they are called elsewhere.
REBUILT = {
    "open_clients": "open",
    "without_plan": "no_plan",
    "not_seen": "not_seen",
    "contact_overdue": "overdue",
    "gaps_on_list": "gaps",
}


def of_teams(town: Town, *name: object) -> list[Unknown]:
    return [(*name, team.team_id) for team in town.teams.values()]


def city(town: Town, me: Viewer, attack: Attack, days: Days) -> None:
    for day in days:
        seen = team_figures.city_figures(town.services, me, day)
        for name, number in seen.totals.items():
            attack.told(of_teams(town, name, day), number)
        for name, number in (seen.today or {}).items():
            attack.told(of_teams(town, name, None), number)
        for monday, number in [point for point in seen.line if point[0] in days]:
            attack.told(of_teams(town, "open", monday), number)
        for field, number in seen.listed.items():
            attack.told(of_teams(town, f"listed {field}", day or seen.mondays[0]), number)
        for month in seen.months:
            attack.told(of_teams(town, "intakes", month.first), month.intakes)
            attack.told(of_teams(town, "closed", month.first), month.closed)
        for team, figures in seen.teams:
            for name, number in figures.items():
                attack.told([(name, day, team.team_id)], number)


def planned(town: Town, me: Viewer, attack: Attack, days: Days) -> None:
    """As if each figure had a target that begins on each of the days."""
    for day in days:
        for (figure, team_id), number in year_plan.figures_on(town.services, me, day).items():
            attack.told(of_teams(town, figure, day) if team_id is None else [(figure, day, team_id)], number)


# Each asks the page of the team or city for its number: one stands for all.
EXPLAINED = ("not_seen",)


def explained(town: Town, me: Viewer, attack: Attack, days: Days) -> None:
    """What a figure says of itself beyond the pages of the team and of the city: nothing, but to who leads the team."""
    if not rights.SEE_FIGURES.held_by(me):
        return
    for day in days:
        for name in EXPLAINED:
            for team_id in (None, *(team.team_id for team in town.teams.values())):
                with suppress(NotThereError):
                    of = explanations.CITY if team_id is None else None
                    seen = explanations.explanation(
                        town.services, Look(town.services, me, "test"), name, of=of, team_id=team_id, monday=day
                    )
                    _explained(town, attack, seen, day)


def _explained(town: Town, attack: Attack, seen: explanations.Explanation, day: date | None) -> None:
    if seen.team is None:
        attack.told(of_teams(town, seen.name, day), seen.number)
        assert seen.excluded is None
        return
    unknown: Unknown = (seen.name, day, seen.team.team_id)
    if seen.number is not None and seen.exact:
        attack.exactly({unknown: 1}, seen.number)
    elif not seen.exact:
        attack.told([unknown], seen.number)
        assert (seen.excluded, seen.counted, seen.events, seen.difference) == (None, None, None, None)


def of_page(page: team_figures.TeamFigures, day: date | None) -> dict[Unknown, int | None]:
    """The numbers of a team's page."""
    team = page.team.team_id
    found: dict[Unknown, int | None] = {(name, day, team): number for name, number in page.figures.items()}
    found |= {(name, None, team): number for name, number in page.now.items()}
    found |= {(f"listed {field}", day, team): number for field, number in page.gaps.items()}
    for month in page.months:
        found |= {("intakes", month.first, team): month.intakes, ("closed", month.first, team): month.closed}
    found |= {(f"track {track}", day, team): number for track, number in page.tracks.items()}
    return found | {(f"closed {reason}", day, team): number for reason, number in page.outflow.items()}


def team(town: Town, me: Viewer, attack: Attack, days: Days) -> None:
    for day in days:
        for each in town.teams.values():
            with suppress(NotThereError):
                page = team_figures.team_figures(town.services, Look(town.services, me, "test"), each.team_id, day)
                _team(attack, page, day)


def _team(attack: Attack, page: team_figures.TeamFigures, day: date | None) -> None:
    team_id = page.team.team_id
    for name, number in of_page(page, day).items():
        if page.own and number is not None:
            attack.exactly({name: 1}, number)
        elif not page.own:
            attack.told([name], number)
    whole: Unknown = ("open", day, team_id)
    attack.exactly({whole: -1, **{(f"track {track}", day, team_id): 1 for track in page.tracks}}, 0)
    if page.plan_weeks and not page.own:
        attack.told([("planned", day, team_id)], page.plan_weeks[1])
    elif None not in (page.figures["open"], page.figures["no_plan"]):
        attack.between({("planned", day, team_id): 1}, 0, 4 if not page.plan_weeks else 1_000)


def asked(town: Town, me: Viewer, attack: Attack, days: Days) -> None:
    with town.services.database.read() as connection:
        questions = what_if.of_subject(connection, "not_seen")
    for question in questions:
        for figure in what_ifs.one_what_if(town.services, me, question.what_if_id).figures:
            name = f"listed {figure.field}" if figure.field else figure.measure
            for side, called in (("now", name), ("then", f"then {name}")):
                attack.told(of_teams(town, called, None), getattr(figure.city, side))
                for each, numbers in figure.teams:
                    attack.told([(called, None, each.team_id)], getattr(numbers, side))


def heard(town: Town, me: Viewer, attack: Attack, days: Days) -> None:
    """Everybody can count the signals of the board, and in the team knows who logged."""
    found = signals.who_is_heard(town.services, me)
    whole = {
        step for nth, step in enumerate(found.steps) if all(g.numbers[nth] is None for g in found.groups["team_id"])
    }
    for group in found.groups["team_id"]:
        for step, number in zip(found.steps, group.numbers, strict=True):
            name = (step, None, UUID(group.group))
            if step not in whole:
                attack.told([name], number)
        for step, days_taken in (("triaged", group.triage_days), ("answered", group.answer_days)):
            if days_taken is not None:
                team_id = UUID(group.group)
                attack.between({(step, None, team_id): 1}, SMALLEST_GROUP, 1_000)


def machinery(town: Town, me: Viewer, attack: Attack, days: Days) -> None:
    if not rights.SEE_OPERATIONS.held_by(me):
        return
    for _, figures in operations.machinery(town.services, me).past:
        for name, (_before, after) in figures.items():
            if after is not None:
                attack.told(of_teams(town, REBUILT[name], None), after)


def all_offers(town: Town, me: Viewer, attack: Attack, days: Days) -> None:
    if not rights.OFFER_WORK.held_by(me):
        return
    seen = offers.all_offers(town.services, me)
    for offer in seen.rows:
        own, others = seen.proposed.get(offer.offer_id, (0, 0))
        attack.exactly({("of offer", offer.offer_id, me.team_id): 1}, own)
        attack.told([u for u in of_teams(town, "of offer", offer.offer_id) if u[-1] != me.team_id], others)  # type: ignore[index]  # a tuple


def one_offer(town: Town, me: Viewer, attack: Attack, days: Days) -> None:
    if not rights.OFFER_WORK.held_by(me):
        return
    for offer in offers.all_offers(town.services, me).rows:
        taken = offers.offer_shown(town.services, Look(town.services, me, "test"), offer.offer_id).taken
        for step, (own, others) in taken.items():
            attack.exactly({(step, offer.offer_id, me.team_id): 1}, own)
            attack.told([u for u in of_teams(town, step, offer.offer_id) if u[-1] != me.team_id], others)  # type: ignore[index]  # a tuple
        for each in town.teams.values():
            steps = {(step, offer.offer_id, each.team_id): 1 for step in taken}
            attack.exactly({("of offer", offer.offer_id, each.team_id): -1, **steps}, 0)


def all_paths(town: Town, me: Viewer, attack: Attack, days: Days) -> None:
    if not rights.SEE_PATHS.held_by(me):
        return
    for team_id in (None, *(team.team_id for team in town.teams.values())):
        seen = paths.paths(town.services, Look(town.services, me, "test"), team_id, None, date.min)
        numbers: dict[str, int | None] = {"begun": seen.clients}
        numbers |= {f"took {' '.join(v.steps)}": v.clients for v in seen.variants}
        numbers |= {f"reached {step}": number for step, number in seen.reached.items()}
        numbers |= {f"from {row.before} to {row.at}": row.clients for row in seen.between}
        numbers |= {f"at {row.at}": row.clients for row in seen.staying}
        for name, number in numbers.items():
            if team_id is None:
                attack.told(of_teams(town, name, None), number)
            elif not seen.own:
                attack.told([(name, None, team_id)], number)
            elif number is not None:
                attack.exactly({(name, None, team_id): 1}, number)
    for team in town.teams.values():
        # Everybody takes one way, and who has not left is at one step.
        for part, whole in (("took ", "begun"), ("at ", "open")):
            parts = [
                unknown for unknown in true_paths(town) if unknown[0].startswith(part) and unknown[2] == team.team_id
            ]
            attack.exactly({**dict.fromkeys(parts, 1), (whole, None, team.team_id): -1}, 0)


def true_paths(town: Town) -> dict[tuple[str, None, UUID], int]:
    """Every number of the paths, before anything is hidden."""
    with town.services.database.read() as connection:
        counted = count(read_model.of_team(connection), date.min, town.services.today)
    found: dict[tuple[str, None, UUID], int] = {}
    for team_id, counts in counted.items():
        if team_id is None:
            continue
        named: dict[str, int] = {"begun": counts.clients}
        named |= {f"took {' '.join(steps)}": n for steps, n in counts.variants.items()}
        named |= {f"reached {step}": n for step, n in counts.reached.items()}
        named |= {f"from {before} to {at}": len(days) for (before, at), days in counts.waits.items()}
        named |= {f"at {step}": len(days) for step, days in counts.staying.items()}
        found |= {(name, None, team_id): number for name, number in named.items()}
    return found


SURFACES: dict[str, Reader] = {
    "team.city": city,
    "team.one": team,
    "explain.one": explained,
    "paths.paths": all_paths,
    "year_plan.year_plan": planned,
    "what_if.one": asked,
    "signals.whose_voice": heard,
    "operations.operations": machinery,
    "offers.offers": all_offers,
    "offers.one": one_offer,
}

# Pages that ask for such numbers and tell none of them.
NONE_TOLD = {
    "applications.queue": "how many people applied, to those who take the intakes and see each of them",
    "intake.intake": "how many people applied, to those who take the intakes and see each of them",
    "definitions.definitions": "of how many clients of the city a field is not relevant, from ten on and rounded",
    "definitions.one": "which what-ifs were asked, when and by whom; the numbers stand on the page of each",
    "representation.representation": "reports alone, in which tests/domain/test_representation_report.py attacks each",
    "people.close": "how many clients an account still has, to an administrator, who has to know before it is closed",
    "retention.past_term": "how many files are past their term, to the privacy officer, who is to see each of them",
}
