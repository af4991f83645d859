"""Signals: who may do what with one that the coach in the team north logged."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

from application import closing_days, often_set_aside, signal, signal_logging, signal_settings, signal_steps, signals
from domain.in_force import declared
from domain.roles import Viewer
from eventlog.commands import CommandContext
from feedback.choice import Choice
from feedback.signal import AssignSignal, Help, JudgeHelp, Kind, LogSignal, MoveSignal, Within
from tests.application.asking import COACHES, REFUSED, rights
from tests.web.conftest import Town

LOGGING = (*COACHES, "quality", "manager", "manager-south", "process")
TRIAGING = ("quality", "process")

EVERYBODY = rights(*LOGGING, roles=())
# The right to log signals opens these, and the signal itself says no to others.
BY_TRIAGERS = rights(*TRIAGING, roles=()) | dict.fromkeys(set(LOGGING) - {*TRIAGING}, REFUSED)
BY_OTHERS = EVERYBODY | {"coach": REFUSED}
TRIAGE = rights(*TRIAGING, roles=())
DECIDE = rights("process", roles=())

TABLE: dict[str, dict[str, str]] = {
    "signal.one_signal": EVERYBODY,
    "signal.signal_with_steps": EVERYBODY,
    "signal.open_steps": EVERYBODY,
    "signal_steps.move_signal": BY_TRIAGERS,
    "signal_steps.assign_signal": BY_TRIAGERS,
    "signal_steps.classify_signal": BY_TRIAGERS,
    "signal_steps.add_note": BY_TRIAGERS,
    "signal_steps.comment_on_signal": EVERYBODY,
    "signal_steps.support_signal": BY_OTHERS,
    "signal_steps.follow_signal": BY_OTHERS,
    # Asked of those who reported, support or follow it.
    "signal_steps.judge_help": EVERYBODY | dict.fromkeys(set(LOGGING) - {"coach"}, REFUSED),
    "signal_steps.redact_passage": BY_TRIAGERS | {"coach": "yes"},
    "signals.board": EVERYBODY,
    "signals.part_of_board": EVERYBODY,
    "signals.exported": EVERYBODY,
    "signals.teams": EVERYBODY,
    "signals.save_view": EVERYBODY,
    "signals.remove_view": EVERYBODY,
    "signals.own_signals": EVERYBODY,
    "signals.who_is_heard": EVERYBODY,
    "signals.take_step_with_many": TRIAGE,
    "signal_logging.log_signal": EVERYBODY,
    "signal_logging.alike": EVERYBODY,
    "signal_logging.longest_triage": EVERYBODY,
    "signal_logging.colleagues": EVERYBODY,
    "signal_logging.import_signals": TRIAGE,
    "signal_settings.standard_replies": TRIAGE,
    "signal_settings.save_reply": TRIAGE,
    "signal_settings.remove_reply": TRIAGE,
    "signal_settings.routing_rules": DECIDE,
    "signal_settings.add_rule": DECIDE,
    "signal_settings.remove_rule": DECIDE,
    "signal_settings.how_soon": DECIDE,
    "signal_settings.set_how_soon": DECIDE,
    "closing_days.every_closing_day": DECIDE,
    "closing_days.set_closing_days": DECIDE,
    "closing_days.take_back_closing_days": DECIDE,
    "often_set_aside.often_not_relevant": DECIDE,
}
PARTS = {
    "signal_logging.is_filter",
    "signal_steps.existing",
    "signals.chosen_rows",
    "signals.opened",
    "signals.require_team",
    "signals.require_triager",
    "signals.triages",
}


def calls(town: Town) -> dict[str, Callable[[Viewer], object]]:
    """Each operation, on signals of the coach's: each that changes one has its own."""
    services, coach, process = town.services, town.accounts["coach"].viewer, town.accounts["process"].viewer
    in_force, everything = declared(), Choice()

    def wanted(viewer: Viewer) -> LogSignal:
        return LogSignal(signal_id=uuid4(), viewer=viewer, kind=Kind.FAULT, page="caseload.caseload", seen="It fails")

    def logged() -> UUID:
        command = wanted(coach)
        services.signals.handle(command, CommandContext(services.clock(), coach.account_id), uuid4())
        return command.signal_id

    def brought_on(signal_id: UUID, *steps: str) -> UUID:
        for step in steps:
            command = MoveSignal(
                signal_id=signal_id, viewer=process, transition=step, reason="It is there", on=services.today
            )
            services.signal_handler.handle(command, CommandContext(services.clock(), process.account_id), uuid4())
        return signal_id

    one, moved, assigned, classified, spoken_of, noted, backed, followed, redacted, many = (logged() for _ in range(10))
    delivered = brought_on(logged(), "triage", "discuss", "accept", "plan", "deliver")
    services.engine.catch_up()
    wish = signal_logging.Wish(Kind.IDEA, "", None, "", "A darker screen", "")
    texts = {"name": "Thanks", "en": "Thank you.", "nl": "Dank je."}
    north = town.teams["north"].team_id
    tomorrow, closed = services.today + timedelta(days=1), uuid4()
    closing_days.set_closing_days(services, process, "Bridge day", tomorrow, None, closed)
    return {
        "signal.one_signal": lambda v: signal.one_signal(services, v, one, in_force),
        "signal.signal_with_steps": lambda v: signal.signal_with_steps(services, v, one),
        "signal.open_steps": lambda v: signal.open_steps(services, v, one),
        "signal_steps.move_signal": lambda v: signal_steps.move_signal(
            services, v, MoveSignal(signal_id=moved, viewer=process, transition="triage"), uuid4()
        ),
        "signal_steps.assign_signal": lambda v: signal_steps.assign_signal(
            services, v, AssignSignal(signal_id=assigned, viewer=process, team=None), uuid4()
        ),
        "signal_steps.classify_signal": lambda v: signal_steps.classify_signal(
            services, v, classified, Kind.IDEA, None, uuid4()
        ),
        "signal_steps.add_note": lambda v: signal_steps.add_note(services, v, noted, "Ask Ann", uuid4()),
        "signal_steps.comment_on_signal": lambda v: signal_steps.comment_on_signal(
            services, v, spoken_of, "So it does", uuid4()
        ),
        "signal_steps.support_signal": lambda v: signal_steps.support_signal(services, v, backed, uuid4(), back=False),
        "signal_steps.follow_signal": lambda v: signal_steps.follow_signal(services, v, followed, uuid4(), back=False),
        "signal_steps.judge_help": lambda v: signal_steps.judge_help(
            services, v, JudgeHelp(signal_id=delivered, viewer=coach, help=Help.PARTLY), uuid4()
        ),
        "signal_steps.redact_passage": lambda v: signal_steps.redact_passage(services, v, redacted, "fails", uuid4()),
        "signals.board": lambda v: signals.board(services, v, everything, "", as_list=True),
        "signals.part_of_board": lambda v: signals.part_of_board(services, v, everything, offset=0, limit=9),
        "signals.exported": lambda v: signals.exported(services, v, everything, ""),
        "signals.teams": lambda v: signals.teams(services, v),
        "signals.save_view": lambda v: signals.save_view(services, v, "Faults", "kind=fault", shared=False),
        "signals.remove_view": lambda v: signals.remove_view(services, v, uuid4()),
        "signals.own_signals": lambda v: signals.own_signals(services, v),
        "signals.who_is_heard": lambda v: signals.who_is_heard(services, v),
        "signals.take_step_with_many": lambda v: signals.take_step_with_many(
            services, v, "triage", [many], None, uuid4()
        ),
        "signal_logging.log_signal": lambda v: signal_logging.log_signal(services, v, wanted(process), None, uuid4()),
        "signal_logging.alike": lambda v: signal_logging.alike(services, v, "It fails"),
        "signal_logging.longest_triage": lambda v: signal_logging.longest_triage(services, v),
        "signal_logging.colleagues": lambda v: signal_logging.colleagues(services, v),
        "signal_logging.import_signals": lambda v: signal_logging.import_signals(
            services, v, [(2, wish)], definition_version="1"
        ),
        "signal_settings.standard_replies": lambda v: signal_settings.standard_replies(services, v, None),
        "signal_settings.save_reply": lambda v: signal_settings.save_reply(
            services, v, None, kind=None, step=None, **texts
        ),
        "signal_settings.remove_reply": lambda v: signal_settings.remove_reply(services, v, uuid4()),
        "signal_settings.routing_rules": lambda v: signal_settings.routing_rules(services, v),
        "signal_settings.add_rule": lambda v: signal_settings.add_rule(
            services, v, kind="idea", page=None, field=None, team=north, person=None
        ),
        "signal_settings.remove_rule": lambda v: signal_settings.remove_rule(services, v, uuid4()),
        "often_set_aside.often_not_relevant": lambda v: often_set_aside.often_not_relevant(services, v),
        "signal_settings.how_soon": lambda v: signal_settings.how_soon(services, v),
        "signal_settings.set_how_soon": lambda v: signal_settings.set_how_soon(
            services, v, {kind: (Within().triage, Within().answer) for kind in Kind}
        ),
        "closing_days.every_closing_day": lambda v: closing_days.every_closing_day(services, v),
        "closing_days.set_closing_days": lambda v: closing_days.set_closing_days(
            services, v, "Bridge day", tomorrow, None, uuid4()
        ),
        "closing_days.take_back_closing_days": lambda v: closing_days.take_back_closing_days(
            services, v, closed, uuid4()
        ),
    }
