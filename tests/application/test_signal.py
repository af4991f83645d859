"""What is told of a signal: each thing that happened, with what was said, and notes for those who triage alone."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

from application import signal
from application.definitions import in_force
from application.services import Services
from domain.roles import Role, Viewer
from eventlog.commands import CommandContext
from feedback.signal import AddNote, CommentOnSignal, Help, JudgeHelp, Kind, LogSignal, MoveSignal, SignalCommand
from tests.stories import TEAM

ID = UUID(int=7)
REPORTER = Viewer(UUID(int=1), Role.WORK_COACH, TEAM)
CITY = Viewer(UUID(int=3), Role.PROCESS_MANAGER, None)


def test_all_that_was_said_stands_in_its_history(sqlite_services: Services) -> None:
    def do(command: SignalCommand) -> None:
        context = CommandContext(sqlite_services.clock(), command.viewer.account_id)
        sqlite_services.signal_handler.handle(command, context, uuid4())

    of = {"signal_id": ID}
    do(LogSignal(**of, viewer=REPORTER, kind=Kind.IDEA, page="", seen="It is slow", expected="Quick"))
    do(CommentOnSignal(**of, viewer=REPORTER, text="Every day"))
    do(AddNote(**of, viewer=CITY, text="For us"))
    for step in ("triage", "discuss", "accept"):
        do(MoveSignal(**of, viewer=CITY, transition=step, reason=f"why {step}"))
    do(MoveSignal(**of, viewer=CITY, transition="plan", on=date(2027, 3, 1), reason="why plan"))
    do(MoveSignal(**of, viewer=CITY, transition="deliver", reason="It is quick"))
    do(JudgeHelp(**of, viewer=REPORTER, help=Help.PARTLY, words="A little"))
    sqlite_services.engine.catch_up()

    def told(viewer: Viewer) -> list[tuple[str, list[str]]]:
        found = signal.one_signal(sqlite_services, viewer, ID, in_force(sqlite_services))
        return [(each.event, list(each.words)) for each in found.history]

    # What was logged stands above the history.
    wanted = [
        ("HelpJudged", ["A little"]),
        ("SignalDelivered", ["It is quick"]),
        ("SignalPlanned", ["why plan"]),
        ("SignalAccepted", ["why accept"]),
        ("SignalDiscussed", ["why discuss"]),
        ("SignalTriaged", ["why triage"]),
        ("NoteAdded", ["For us"]),
        ("SignalCommented", ["Every day"]),
        ("SignalLogged", []),
    ]
    assert sorted(told(CITY)) == sorted(wanted)
    assert sorted(told(REPORTER)) == sorted(each for each in wanted if each[0] != "NoteAdded")
