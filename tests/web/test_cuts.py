"""No list is cut without a word: where a page shows a part, it says so and leads to the rest.

The table is written by hand; a sweep over the code finds every place that takes the first few of something.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest

import application.operations
import application.quality
import application.today
from application import signal_logging
from domain.client import PlanTask, TaskKind
from eventlog.commands import CommandContext
from feedback import board
from feedback.signal import Kind, LogSignal
from records import account_log, outbox, read_log
from tests.web.conftest import Town

ROOT = Path(__file__).parents[2]
ROOMS = ("application", "feedback", "records", "projections", "domain", "web")

# What is cut, and what is said of it; or why it is no list that somebody reads.
CUTS = {
    "web/help_topics.py::_read": "a topic in two: its tour, and the rest",
    "application/quality.py::_first": "files of this week; all contradictions are behind the numbers by field",
    "application/quality.py::_misread": "those misread most, as the heading says; all stand by field",
    "application/quality.py::quality": "files looked at: and so many more, show all",
    "application/paths.py::_longest": "those longest at a step, as the heading says; the caseload has everybody",
    "application/paths.py::variants": "paths taken most: and so many more, show all",
    "web/path_graph.py::graph": "so many lines are not drawn, the table has all",
    "application/signals.py::board": "the list: the first 100 are shown, narrow it",
    "application/calendars.py::agreed_of": "what became of them, and whom to tell: and so many more, show all",
    "application/exemptions.py::of_coach": "returned drafts, exemptions that end: and so many more, show all",
    "application/helpers.py::to_ask_again": "consent to ask again: and so many more, show all",
    "application/steps.py::unanswered": "steps that ended: and so many more, show all",
    "application/workshops.py::close_session": "those who have a place; the list of the session shows everybody",
    "application/my_tasks.py::_part": "groups of tasks: and so many more, show all; pages of one",
    "application/today.py::today": "each part of the day: and so many more, show all",
    "feedback/board.py::board": "whoever calls it says how many",
    "feedback/board.py::by_state": "columns of the board: all so many",
    "feedback/board.py::search": "the first so many with these words; exported in full",
    "feedback/board.py::similar": "suggestions, while one writes",
    "feedback/meetings.py::agenda": "the agenda: so many more wait",
    "application/history.py::_most": "how far down the first page goes: and what came before",
    "application/finding.py::find_clients": "the first clients found: and so many in all",
    "feedback/search.py::_beginnings": "a word by its beginning, not what is found",
    "feedback/search.py::_mark": "so much of a mark, not of what is found",
    "feedback/search.py::_asked": "words of a question, not of an answer",
    "feedback/search.py::having": "how a question is asked, not what is found",
    "application/asking.py::worth_asking": "a few questions of a conversation; all that is missing stands in the file",
    "application/one_time_links.py::secrets_of": "bytes of a code",
    "application/invitations.py::unanswered": "on Today the first few, and the heading leads to all of them",
    "application/suggestions.py::suggested": "the options that come nearest; all can be chosen",
    "domain/introducing.py::key_of": "a key, of a label that stands beside it",
    "domain/catalogue/introduced.py::_option": "options before and after the one that is added",
    "domain/representation.py::most_hidden": "the most hidden groups, as the heading says; all stand by characteristic",
    "web/pages/representation.py::_over_time": "lines of the largest groups, as the plot says; all stand in the tables",
    "records/representation.py::last_made": "the last report alone",
    "projections/caseload_groups.py::counted": "columns of a row",
    "domain/same_person.py::parts": "words of a name",
    "domain/same_person.py::is_probably": "a birth date",
    "projections/caseload_closed.py::closed_by": "files past their term: page so many of so many",
    "projections/caseload_closed.py::exits": "closed files: page so many of so many",
    "records/retention.py::years": "the term in force",
    "projections/applications.py::waiting": "the queue: page so many of so many",
    "application/history.py::history": "a part, with what came before",
    "projections/known_people.py::alike": "those with most in common; a hundred of one sound tell nothing",
    "projections/invitations.py::latest": "the latest one",
    "projections/questionnaires.py::latest": "the latest one",
    "projections/questionnaires.py::latest_returned": "the latest one",
    "records/follow_ups.py::never_sent": "a batch of facts",
    "projections/caseload_queries.py::clients": "the caseload: shown so many to so many, further clients",
    "projections/contacts.py::last": "the last one",
    "projections/conversations.py::cases_chosen": "two columns, and no more are chosen",
    "projections/timeline.py::of_client": "whoever calls it says how many",
    "projections/what_if.py::count_next": "one at a time",
    "records/account_log.py::part": "a part, with what came before",
    "records/appointment_mail.py::owed": "a batch of mail",
    "records/appointment_mail.py::untold": "a batch of facts",
    "application/today.py::_standing_in": "of each colleague: so many more are said beside what is shown",
    "application/own_notes.py::due": "own notes for today: and so many more, show all",
    "records/leave.py::stood_in_lately": "whether there is one",
    "records/leave.py::is_away": "whether there is one",
    "records/follow_ups.py::_reminded": "whether there is one",
    "records/outbox.py::due": "a batch of mail",
    "records/outbox.py::failures": "mail that failed: and so many more, show all",
    "records/outbox.py::unrecorded": "a batch of facts",
    "records/read_log.py::part": "a part, with what came before",
    "records/weekly_lists.py::of_coach": "the latest one",
    "web/pages/quality.py::_page": "small lines: those on most lists, all stand in the table",
    # Texts and numbers, no lists.
    "application/changelog.py::deliver_change": "a text",
    "application/tables/source.py::decoded": "bytes of a file",
    "domain/names.py::_parted_at_prefix": "a name",
    "application/conversations.py::conversation_sheet": "the conversations before; all are on the page of them",
    "domain/names.py::_without_prefix": "a name",
    "projections/caseload_table.py::clients_found": "columns",
    "web/asked.py::leave_out": "a text",
    "web/caseload_query.py::_leaving_out": "a text",
    "web/caseload_query.py::chosen": "a text",
}


def cuts() -> Iterator[str]:
    """Every function that limits a query, or takes the first so many of something, by a name."""
    for path in (path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))):
        name = path.relative_to(ROOT).as_posix()
        if "/engine/" in name or "/migrations/" in name:
            continue
        for function in ast.walk(ast.parse(path.read_text())):
            if isinstance(function, ast.FunctionDef) and any(map(_cuts, ast.walk(function))):
                yield f"{name}::{function.name}"


def _cuts(node: ast.AST) -> bool:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr == "limit"
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
        return node.slice.lower is None and isinstance(node.slice.upper, ast.Name | ast.Attribute)
    return False


def test_every_place_that_cuts_is_in_the_table() -> None:
    assert set(cuts()) == CUTS.keys()


def test_templates_cut_nothing_without_the_number_that_is_left() -> None:
    for path in sorted((ROOT / "web/templates").rglob("*.html")):
        text = path.read_text()
        for name, most in re.findall(r"(\w+)\[:(\d+)\]", text):
            assert f"{name}|length > {most}" in text, (path.name, name)


def linked(page: str, text: str) -> str:
    """Where a link of this text leads."""
    found = re.search(rf'<a href="([^"]+)">{text}</a>', page)
    assert found, text
    return found[1].replace("&amp;", "&")


def test_the_read_log_and_the_log_of_accounts_go_on(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = [town.new_client("coach", f"Client {nth}") for nth in range(5)]
    coach = town.visit("coach")
    for client_id in ids:
        coach.get(f"/clients/{client_id}")
    town.visit("admin")
    privacy = town.visit("privacy")
    for module, path in ((read_log, "/privacy"), (account_log, "/account-log")):
        whole = privacy.get(path).count("<tr>")
        monkeypatch.setattr(module, "AT_ONCE", 2)
        page, seen, times = privacy.get(path), 0, 0
        assert "The latest 2 lines are shown; there are more." in page
        empty = page.count("<tr>") - 2
        while True:
            seen, times = seen + page.count("<tr>") - empty, times + 1
            if ">What came before</a>" not in page:
                break
            page = privacy.get(linked(page, "What came before"))
            assert "of an earlier part" in page
        assert (seen, times > 1) == (whole - empty, True)
        assert privacy.get(f"{path}?before=x").count("<tr>") == 2 + empty


def test_a_look_at_many_goes_on_where_the_part_ends(town: Town) -> None:
    with town.services.database.write() as connection:
        for nth in (1, 2):
            seen = {UUID(int=nth * 10 + client): "listed" for client in range(4)}
            account_id, now = town.accounts["coach"].account_id, town.services.clock()
            read_log.note(connection, account_id, seen, page="caseload.caseload", look_id=uuid4(), now=now)
    with town.services.database.read() as connection:
        before, found = None, []
        while True:
            looks, before = read_log.part(connection, before=before, rows=3)
            found += [client_id for look in looks for client_id in look.clients]
            if before is None:
                break
    assert sorted(found) == sorted(UUID(int=nth * 10 + client) for nth in (1, 2) for client in range(4))


def test_the_day_says_how_much_more_there_is_and_shows_all(town: Town) -> None:
    client_id, coach = town.new_client("coach", "Anna de Vries"), town.accounts["coach"]
    context = CommandContext(town.services.clock(), coach.account_id)
    for kind, many in ((TaskKind.CALL_BACK, 6), (TaskKind.OWN, 7)):
        for nth in range(many):
            task = PlanTask(
                client_id=client_id, task_id=uuid4(), what=f"{kind} {nth}", due_on=town.services.today, kind=kind
            )
            town.services.clients.handle(task, context, uuid4())
    town.services.engine.catch_up()
    visitor = town.visit("coach")
    page = visitor.get("/today")
    assert page.count("and 2 more") == 1 and page.count("and 3 more") == 1, "clients who called, and tasks"
    assert "Missed calls <b>6</b>" in page and "Tasks and commitments <b>7</b>" in page
    everything = visitor.get(linked(page, "Show all"))
    assert all(f"own {nth}" in everything for nth in range(7)) and " more" not in everything


def test_what_was_searched_for_is_exported_in_full(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(board, "MOST_FOUND", 2)
    coach = town.accounts["coach"].viewer
    for nth in range(4):
        log = LogSignal(
            signal_id=uuid4(), viewer=coach, kind=Kind.IDEA, page="caseload.caseload", seen=f"A darker screen {nth}"
        )
        signal_logging.log_signal(town.services, coach, log, None, uuid4())
    town.services.engine.catch_up()
    visitor = town.visit("coach")
    found = visitor.post("/signals/search", form="/signals", words="darker").get_data(as_text=True)
    assert "The first 2 signals with these words" in found
    sheet = visitor.post("/signals/export", form="/signals", words="darker", format="csv").get_data(as_text=True)
    assert sheet.count("A darker screen") == 4


def test_operations_say_what_they_leave_out(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(application.operations, "FAILURES", 1)
    with town.services.database.write() as connection:
        for _ in range(3):
            message_id = uuid4()
            outbox.put(connection, message_id, "news", uuid4(), town.services.clock(), language="nl")
            connection.execute(outbox.outbox.update().values(state=outbox.FAILED, error="no_address"))
    visitor = town.visit("admin")
    page = visitor.get("/operations")
    assert "and 2 more" in page
    assert " more: <a" not in visitor.get(linked(page, "Show all"))
