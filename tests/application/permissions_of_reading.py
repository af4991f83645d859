"""A coach's day and list, caseloads, figures and the read log: who may do what with those of the team north."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import uuid4

from application import (
    caseload,
    caseload_then,
    closed_files,
    explanations,
    finding,
    histories,
    learning,
    log_ins,
    notifications,
    own_account,
    paths,
    people,
    practice,
    privacy,
    quality,
    registration_costs,
    representation,
    representation_offers,
    retention,
    tasks,
    team_figures,
    today,
    weekly_list,
    year_plan,
)
from application.looks import Look
from application.own_account import PasswordChange
from domain.client import ChosenBy, CloseClient, ClosingReason, ErasureReason, ReviewOutcome, TaskKind
from domain.roles import Role, Viewer
from eventlog.commands import CommandContext
from tests.application.asking import COACHES, RECORDING, REFUSED, WHO, rights
from tests.web.conftest import PASSWORD, Town

READING = (*COACHES, "quality", "manager", "manager-south")
FIGURES = (*READING, "process")

TABLE: dict[str, dict[str, str]] = {
    # The list of the coach in the team north.
    "weekly_list.weekly_list": rights("coach", "stand-in", roles=COACHES),
    # One's own caseload, or one's team's; nobody else's comes of it, whatever is asked for.
    "caseload.caseload": rights(*READING, roles=READING),
    "caseload.export": rights(*READING, roles=READING),
    "caseload.choose_columns": rights(*READING, roles=READING),
    "caseload.preferred_columns": rights(*READING, roles=READING),
    "caseload.choose_density": rights(*READING, roles=READING),
    "caseload.fold_columns": rights(*READING, roles=READING),
    "caseload.count_views": rights(*READING, roles=READING),
    "finding.find_clients": rights(*READING, roles=READING),
    "caseload.move_view": rights(*READING, roles=READING),
    "caseload.save_view": rights(*READING, roles=READING),
    "caseload.remove_view": rights(*READING, roles=READING),
    "caseload_then.caseload_then": rights(*READING, roles=READING),
    "closed_files.closed_files": rights(*READING, roles=READING),
    "today.today": rights(*COACHES, roles=COACHES),
    "tasks.plan_task": RECORDING,
    "tasks.finish_item": RECORDING,
    "quality.quality": rights("quality", roles=()),
    "quality.review_file": rights("quality", roles=()),
    "team_figures.team_figures": rights(*FIGURES, roles=FIGURES),
    "team_figures.city_figures": rights(*FIGURES, roles=FIGURES),
    "explanations.explanation": rights(*FIGURES, roles=FIGURES),
    "year_plan.year_plan": rights(*FIGURES, roles=FIGURES),
    "year_plan.set_target": rights("process", roles=()),
    "paths.paths": rights("quality", "manager", "manager-south", "improver", "process", roles=()),
    "registration_costs.form_costs": rights(*FIGURES, roles=FIGURES),
    "registration_costs.what_we_ask": rights(*FIGURES, roles=FIGURES),
    # In the town no improver is asked; one sees what a manager of the team sees.
    "representation.representation": rights(
        "quality", "manager", "process", roles=("quality", "manager", "manager-south", "process")
    ),
    "representation_offers.left_out": rights(
        "quality", "manager", "process", roles=("quality", "manager", "manager-south", "process")
    ),
    # Whoever writes a vacancy is told whom it leaves out.
    "representation_offers.far_more_left_out": rights(*READING, roles=READING),
    "representation.choosing": rights("process", roles=()),
    "representation.choose_characteristics": rights("process", roles=()),
    "histories.histories": rights("privacy", "process", roles=()),
    "privacy.looks_and_erasures": rights("privacy", roles=()),
    "privacy.find_person": rights("privacy", roles=()),
    "privacy.person": rights("privacy", roles=()),
    "privacy.erase_client": rights("privacy", roles=()),
    "retention.past_term": rights("privacy", roles=()),
    "retention.set_term": rights("privacy", roles=()),
    "retention.erase_past_term": rights("privacy", roles=()),
    "people.all_people": rights("admin", roles=()),
    "people.add_account": rights("admin", roles=()),
    "people.log_out_everywhere": rights("admin", roles=()),
    "people.account_to_close": rights("admin", roles=()),
    "people.account_shown": rights("admin", roles=()),
    "people.give_password": rights("admin", roles=()),
    # Who does not say their current password.
    "own_account.change_password": rights(*WHO, roles=()) | dict.fromkeys(WHO, REFUSED),
    "people.close_account": rights("admin", roles=()),
    "people.open_account": rights("admin", roles=()),
    "people.choose_language": rights(*WHO, roles=()),
    "learning.seen": rights(*WHO, roles=()),
    "learning.close_tour": rights(*WHO, roles=()),
    "learning.open_tour": rights(*WHO, roles=()),
    "learning.close_release": rights(*WHO, roles=()),
    "practice.is_begun": rights(*COACHES, roles=()),
    "practice.begin": rights(*COACHES, roles=()),
    "practice.enter": rights(*COACHES, roles=()),
    "learning.take_lesson": rights(*WHO, roles=()),
    "notifications.notifications": rights(*WHO, roles=()),
    "notifications.choose": rights(*WHO, roles=()),
    "log_ins.entries": rights("privacy", "admin", roles=()),
}
# Parts of others, and how somebody who is nobody yet says who they are.
PARTS = {
    "representation.visible_teams",
    "registration_costs.note_costs",
    "registration_costs.fields_recorded",
    # part of what_ifs.one_what_if, which asks the right
    "registration_costs.minutes_of",
    "caseload.scope_of",
    # who asks at a terminal, and what histories.histories is made of
    "histories.viewer_called",
    "histories.without_rare",
    # what is done with what histories.histories and paths.paths give
    "history_formats.ocel",
    "history_formats.xes",
    "history_formats.write",
    "path_counts.count",
    "path_counts.share_at_most",
    "caseload.selected_rows",
    "rebuilt_figures.told",
    "team_figures.by_team",
    "team_figures.targets_on",
    "team_figures.totals_of",
    "year_plan.figures_on",
    "team_figures.median_weeks",
    # part of explanations.explanation, which asks the right; and of no client
    "differences.difference",
    "explanations.subjects_of",
    "explanations.explains",
    "intakes_and_exits.months_of",
    "intakes_and_exits.months_of_city",
    # parts of people.add_account, people.close_account and practice.begin
    "learning.begin",
    "learning.begin_practice",
    "practice.forget",
    "practice.client_of",
    "log_ins.log_in",
    "log_ins.belongs",
    "log_ins.forgive",
    "log_ins.take_back",
    "log_ins.log_out",
    "people.recognise",
    "people.colleagues",
    "definitions.in_force",
    "definitions.changes_of_counting",
}


def calls(town: Town) -> dict[str, Callable[[Viewer], object]]:
    """Each operation, on the coach of the team north and this coach's clients."""
    services = town.services
    coach_id = town.accounts["coach"].account_id
    client_id = town.new_client("coach", "Anna Bakker")
    to_erase = town.new_client("coach", "Bram Boer")
    long_gone = town.new_client("coach", "Lotte Lang", date(2010, 1, 4))
    closing = CloseClient(client_id=long_gone, reason=ClosingReason.JOB, closed_on=date(2012, 1, 2))
    services.clients.handle(closing, CommandContext(services.clock(), coach_id), uuid4())
    north_id = town.teams["north"].team_id
    leaver = town.accounts["process"].account_id
    everybody = caseload.Selection()
    task_id = uuid4()

    def look(viewer: Viewer) -> Look:
        return Look(services, viewer, "test")

    tasks.plan_task(
        services, look(town.accounts["coach"].viewer), client_id, "call the school", None, TaskKind.OWN, task_id
    )
    services.engine.catch_up()
    return {
        "weekly_list.weekly_list": lambda v: weekly_list.weekly_list(services, look(v), coach_id, None),
        "caseload.caseload": lambda v: caseload.caseload(services, look(v), everybody, {}, limit=9),
        "caseload.export": lambda v: caseload.export(services, look(v), everybody),
        "caseload.choose_columns": lambda v: caseload.choose_columns(services, v, ["cv"]),
        "caseload.preferred_columns": lambda v: caseload.preferred_columns(services, v),
        "caseload.choose_density": lambda v: caseload.choose_density(services, v, "compact"),
        "caseload.fold_columns": lambda v: caseload.fold_columns(services, v, "legend"),
        "finding.find_clients": lambda v: finding.find_clients(services, look(v), "anna", most=9),
        "caseload.count_views": lambda v: caseload.count_views(services, v, {uuid4(): everybody}),
        "caseload.move_view": lambda v: caseload.move_view(services, v, uuid4(), up=True),
        "caseload.save_view": lambda v: caseload.save_view(services, v, "Drivers", "f=cv:unknown", shared=False),
        "caseload.remove_view": lambda v: caseload.remove_view(services, v, uuid4()),
        "caseload_then.caseload_then": lambda v: caseload_then.caseload_then(
            services, look(v), coach_id, services.today
        ),
        "explanations.explanation": lambda v: explanations.explanation(services, look(v), "open", team_id=north_id),
        "closed_files.closed_files": lambda v: closed_files.closed_files(services, look(v), None),
        "today.today": lambda v: today.today(services, look(v)),
        "tasks.plan_task": lambda v: tasks.plan_task(
            services, look(v), client_id, "call back", None, TaskKind.CALL_BACK, uuid4()
        ),
        "tasks.finish_item": lambda v: tasks.finish_item(
            services, look(v), client_id, task_id, TaskKind.OWN, kept=True, command_id=uuid4()
        ),
        "quality.quality": lambda v: quality.quality(services, look(v), None),
        "quality.review_file": lambda v: quality.review_file(
            services, look(v), client_id, ChosenBy.RANDOM, ReviewOutcome.IN_ORDER, None, uuid4()
        ),
        "team_figures.team_figures": lambda v: team_figures.team_figures(services, look(v), north_id, None),
        "team_figures.city_figures": lambda v: team_figures.city_figures(services, v, None),
        "year_plan.year_plan": lambda v: year_plan.year_plan(services, v, None),
        "year_plan.set_target": lambda v: year_plan.set_target(
            services, v, "open", None, 100, services.today, "As agreed.", uuid4()
        ),
        "paths.paths": lambda v: paths.paths(services, look(v), north_id),
        "registration_costs.form_costs": lambda v: registration_costs.form_costs(services, v, north_id),
        "registration_costs.what_we_ask": lambda v: registration_costs.what_we_ask(services, v),
        "representation.representation": lambda v: representation.representation(services, v, north_id, [], None),
        "representation_offers.left_out": lambda v: representation_offers.left_out(services, v, north_id),
        "representation_offers.far_more_left_out": lambda v: representation_offers.far_more_left_out(services, v, []),
        "representation.choosing": lambda v: representation.choosing(services, v),
        "representation.choose_characteristics": lambda v: representation.choose_characteristics(
            services, v, ["birth_date", "gender"], "A signal said so.", uuid4()
        ),
        "histories.histories": lambda v: histories.histories(services, v, bytes(32)),
        "privacy.looks_and_erasures": lambda v: privacy.looks_and_erasures(services, v, None),
        "privacy.find_person": lambda v: privacy.find_person(services, look(v), "Nobody"),
        "privacy.person": lambda v: privacy.person(services, look(v), client_id),
        "privacy.erase_client": lambda v: privacy.erase_client(
            services, v, to_erase, ErasureReason.CLIENT_REQUEST, uuid4()
        ),
        "retention.past_term": lambda v: retention.past_term(services, look(v), 1),
        "retention.set_term": lambda v: retention.set_term(services, v, 10),
        "retention.erase_past_term": lambda v: retention.erase_past_term(services, v, [long_gone], uuid4()),
        "people.all_people": lambda v: people.all_people(services, v),
        "people.add_account": lambda v: people.add_account(
            services, v, people.NewAccount(uuid4(), "new", "Newcomer", Role.WORK_COACH, north_id, False, PASSWORD)
        ),
        "people.log_out_everywhere": lambda v: people.log_out_everywhere(services, v, leaver),
        "people.account_to_close": lambda v: people.account_to_close(services, v, leaver),
        "people.account_shown": lambda v: people.account_shown(services, v, leaver),
        "people.give_password": lambda v: people.give_password(services, v, leaver),
        "own_account.change_password": lambda v: own_account.change_password(
            services, v, PasswordChange("", "another one", "another one", "192.0.2.1"), "token"
        ),
        "people.close_account": lambda v: people.close_account(services, v, leaver),
        "people.open_account": lambda v: people.open_account(services, v, leaver),
        "people.choose_language": lambda v: people.choose_language(services, v, "nl"),
        "learning.seen": lambda v: learning.seen(services, v),
        "learning.close_tour": lambda v: learning.close_tour(services, v, "today"),
        "learning.open_tour": lambda v: learning.open_tour(services, v, "today"),
        "practice.is_begun": lambda v: practice.is_begun(services, v),
        "practice.begin": lambda v: practice.begin(services, v, "Noor Example", "call"),
        "practice.enter": lambda v: (
            practice.begin(services, v, "Noor Example", "call"),
            practice.enter(services, v).close(),
        ),
        "learning.close_release": lambda v: learning.close_release(services, v, "2026-11"),
        "learning.take_lesson": lambda v: learning.take_lesson(services, v, "coach-today"),
        "notifications.notifications": lambda v: notifications.notifications(services, v),
        "notifications.choose": lambda v: notifications.choose(services, v, {}, None),
        "log_ins.entries": lambda v: log_ins.entries(services, v),
    }
