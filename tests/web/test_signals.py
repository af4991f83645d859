"""Signals as people meet them: logging, supporting, talking, the board, settings, news and wishes from a file."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from html import unescape
from urllib.parse import unquote
from uuid import UUID, uuid4

import pytest

from feedback import board
from tests.web.conftest import Town, Visitor


def log(visitor: Visitor, seen: str = "Mopeds are not counted", kind: str = "definition", **more: str) -> None:
    sent = visitor.post("/signals/new", kind=kind, seen=seen, signal_id=str(uuid4()), send="anyway", **more)
    assert sent.status_code == 303, sent.get_data(as_text=True)


def last(town: Town) -> UUID:
    town.services.engine.catch_up()
    with town.services.database.read() as connection:
        found = board.board(connection, latest=True)[0].signal_id
    assert isinstance(found, UUID)
    town.services.clock.now += timedelta(seconds=1)  # type: ignore[attr-defined]  # the test looks inside
    return found


def step(visitor: Visitor, signal_id: UUID, name: str, status: int = 303, **more: str) -> str:
    sent = visitor.post(f"/signals/{signal_id}", step=name, **more)
    assert sent.status_code == status, (name, sent.get_data(as_text=True)[:3000])
    return sent.get_data(as_text=True)


def test_a_figure_goes_along_with_a_signal_and_the_page_can_be_opened_again(town: Town) -> None:
    town.new_client("coach", "Anna de Vries")
    visitor = town.visit("coach")
    page = visitor.get("/caseload?show=not_seen&coach=Anna")
    link = re.search(r'href="(/signals/new\?[^"]*figure=not_seen[^"]*)"', page)
    assert link is not None
    form = visitor.get(link[1].replace("&amp;", "&")).partition("<main")[2]
    assert "figure not seen for 3 months" in " ".join(form.split()) and "show=not_seen" in form and "Anna" not in form
    hidden = dict(re.findall(r'<input id="(page|figure|filter)"[^>]*value="([^"]*)"', form))
    log(visitor, **hidden)
    shown = town.visit("process").get(f"/signals/{last(town)}")
    assert "not seen for 3 months" in shown and 'href="/caseload?show=not_seen"' in shown
    assert "version 1 of the definition when logged" in shown and 'href="/definitions/not_seen"' in shown


@pytest.mark.parametrize(
    ("path", "reopened"),
    [
        ("/teams/TEAM?coach=Anna", "/teams/TEAM"),
        ("/definitions/seen", "/definitions/seen"),
        ("/signals?week=2026-W46&day=2026-11-02&from=20", "/signals?week=2026-W46&day=2026-11-02&from=20"),
        ("/signals?week=06-12345678&day=06-12345678&show=06-12345678", "/signals"),
        ("/signals?kind=fault&view=list&team=TEAM", "/signals?kind=fault&view=list&team=TEAM"),
        ("/clients/CLIENT?show=contacts", None),
        ("/caseload?f=cv:unknown&f=driving_licence:is:B", "/caseload?f=cv:unknown&f=driving_licence:is:B"),
    ],
)
def test_a_page_is_opened_as_it_was_without_pointing_at_a_person(town: Town, path: str, reopened: str | None) -> None:
    client_id, team_id = town.new_client("coach", "Anna de Vries"), town.teams["north"].team_id

    def real(text: str) -> str:
        return text.replace("TEAM", str(team_id)).replace("CLIENT", str(client_id))

    visitor = town.visit("coach")
    page = unescape(visitor.get(real(path)))
    link = re.findall(r'href="(/signals/new\?page=[^"]*)"', page)[-1]
    assert str(client_id) not in link
    form = visitor.get(link).partition("<main")[2]
    log(visitor, **{n: unescape(v) for n, v in re.findall(r'<input id="(page|filter)"[^>]*value="([^"]*)"', form)})
    shown = unescape(visitor.get(f"/signals/{last(town)}"))
    found = re.search(r'href="([^"]*)">Open the page as it was chosen', shown)
    assert (found and unquote(found[1])) == (reopened and real(reopened))
    assert "Anna" not in shown.partition("<main")[2] and str(client_id) not in shown


def test_what_is_alike_is_shown_and_can_be_supported_instead(town: Town) -> None:
    log(town.visit("coach"))
    signal_id = last(town)
    visitor = town.visit("colleague")
    fields = {"seen": "My client has a moped that is not counted", "csrf_token": visitor.token("/signals/new")}
    part = visitor.client.post("/signals/alike", data=fields).get_data(as_text=True)
    assert "Mopeds are not counted" in part and f"/signals/{signal_id}" in part and "<html" not in part
    shown = visitor.post("/signals/new", seen=fields["seen"], send="look")
    assert shown.status_code == 200 and "support it instead" in shown.get_data(as_text=True)
    step(visitor, signal_id, "support")
    assert "1 supporter" in visitor.get(f"/signals/{signal_id}")
    step(visitor, signal_id, "no_support")
    assert "supporter" not in visitor.get("/signals?view=list").partition("<table")[2].partition("</thead>")[2]


def test_a_signal_for_a_colleague_is_the_colleagues_own(town: Town) -> None:
    colleague = town.accounts["colleague"]
    log(town.visit("coach"), colleague=str(colleague.account_id))
    signal_id = last(town)
    assert "Mopeds" in town.visit("colleague").get("/signals/mine")
    page = town.visit("coach").get(f"/signals/{signal_id}")
    assert "by Coach Invented for a colleague" in page and "Stop following" in page
    stranger = town.accounts["stranger"]
    refused = town.visit("coach").post(
        "/signals/new", kind="idea", seen="x", signal_id=str(uuid4()), colleague=str(stranger.account_id)
    )
    assert refused.status_code == 400 and "colleague of your team" in refused.get_data(as_text=True)


def test_a_signal_without_a_name_shows_none_and_is_found_by_its_reporter_alone(town: Town) -> None:
    reporter, other = town.visit("coach"), town.visit("improver")
    log(reporter, without_name="y", filter="show=not_seen", page="caseload.caseload")
    signal_id = last(town)
    page = other.get(f"/signals/{signal_id}")
    assert "without a name" in page and "Coach Invented" not in page and "show=not_seen" not in page
    assert not re.search(r"18 Nov 2026 \d\d:", page.partition('id="history"')[2].partition("Comment")[0])
    assert "Mopeds" in reporter.get("/signals/mine") and "Mopeds" not in other.get("/signals/mine")
    step(other, signal_id, "ask", reason="Which page?")
    assert "Mopeds" in reporter.get("/news")
    step(reporter, signal_id, "answer", reason="The second one")
    page = other.get(f"/signals/{signal_id}")
    assert "The second one" in page and "Coach Invented" not in page


def test_notes_stay_with_those_who_triage_and_mentions_reach_those_named(town: Town) -> None:
    log(town.visit("coach"))
    signal_id, improver = last(town), town.visit("improver")
    assert "is called @coach." in step(improver, signal_id, "note", 400, note="ask @quality and @coach first")
    step(improver, signal_id, "note", note="ask @quality first, and then the coach")
    step(improver, signal_id, "comment", text="We ask @Colleague.Invented")
    reporter = town.visit("coach")
    assert "first" not in reporter.get(f"/signals/{signal_id}")
    assert "We ask" in reporter.get(f"/signals/{signal_id}")
    for who, told in {"quality": True, "colleague": True, "manager": False, "stranger": False}.items():
        assert ("Mopeds" in town.visit(who).get("/news")) is told, who
    step(town.visit("coach"), signal_id, "note", 400, note="mine")
    head = town.services.log.head()
    page = step(improver, signal_id, "comment", 400, text="Does @Colleague know, or @nobody? See @quality")
    assert "is called @nobody." in page
    assert "is called @manager." in step(improver, signal_id, "note", 400, note="@manager does not read notes")
    assert town.services.log.head() == head
    assert "first" in town.visit("quality").get(f"/signals/{signal_id}")


@pytest.mark.parametrize("send", ["without", "anyway"])
def test_what_points_at_a_person_in_a_comment_is_pointed_out_before_it_is_stored(town: Town, send: str) -> None:
    log(town.visit("coach"))
    signal_id, colleague = last(town), town.visit("colleague")
    head = town.services.log.head()
    page = step(colleague, signal_id, "comment", 400, text="Ask anna@example.org, or @improver & more")
    assert town.services.log.head() == head
    assert "<code>anna@example.org</code>" in page
    form = page.partition('role="alert"')[0].rpartition("<form")[2]
    brought = {n: unescape(v) for n, v in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form)}
    sent = colleague.client.post(f"/signals/{signal_id}", data=brought | {"send": send})
    assert sent.status_code == 303, sent.get_data(as_text=True)
    shown = unescape(town.visit("manager").get(f"/signals/{signal_id}"))
    said = "Ask …, or @improver & more" if send == "without" else "Ask anna@example.org, or @improver & more"
    assert said in shown and "→ Improver Invented" in shown


def test_news_comes_up_until_it_was_seen(town: Town) -> None:
    log(town.visit("coach"))
    signal_id, reporter, improver = last(town), town.visit("coach"), town.visit("improver")
    step(town.visit("colleague"), signal_id, "follow")
    assert "not seen yet" not in reporter.get("/today")
    step(improver, signal_id, "triage")
    for who in (reporter, town.visit("colleague")):
        assert "not seen yet" in who.get("/today") and "triaged" in who.get("/news")
    assert "not seen yet" not in improver.get("/today"), "one's own step is no news"
    reporter.get(f"/signals/{signal_id}")
    assert "not seen yet" not in reporter.get("/today")
    other = town.visit("colleague")
    assert other.post("/news/heard", form="/news").status_code == 303
    assert "not seen yet" not in other.get("/today")


def test_a_duplicate_is_chosen_among_those_alike(town: Town) -> None:
    log(town.visit("coach"))
    original = last(town)
    log(town.visit("colleague"), "Why are mopeds not counted?")
    duplicate, improver = last(town), town.visit("improver")
    step(improver, duplicate, "triage")
    assert f'name="of" value="{original}"' in improver.get(f"/signals/{duplicate}")
    step(improver, duplicate, "mark_duplicate", of=str(original))
    assert "1 supporter" in improver.get(f"/signals/{original}")
    assert "Why are mopeds" in improver.get(f"/signals/{original}")
    step(improver, duplicate, "undo_duplicate", reason="another question")
    assert "supporter" not in improver.get(f"/signals/{original}").partition('id="history"')[0]
    assert "no such signal" in step(improver, duplicate, "mark_duplicate", 400, of_address=str(uuid4()))


def test_a_standard_reply_reaches_the_reporter_in_their_language(town: Town) -> None:
    log(town.visit("coach"))
    signal_id, improver = last(town), town.visit("improver")
    settings = "/signals/settings/replies"
    texts = {"name": "Thanks", "kind": "definition", "step": "ask", "en": "Thank you.", "nl": "Dank je wel."}
    assert improver.post(settings, **texts).status_code == 303
    assert improver.post(settings, **(texts | {"nl": ""})).status_code == 400
    found = re.search(r'<option value="([0-9a-f-]{36})">Thanks', improver.get(f"/signals/{signal_id}"))
    assert found is not None
    town.visit("coach").post("/language", form="/today", language="nl", here="/today")
    step(improver, signal_id, "ask", reply=found[1], reason="Which page?")
    assert "Dank je wel.\n\nWhich page?" in town.visit("coach").get(f"/signals/{signal_id}")
    changed = texts | {"en": "Thanks a lot.", "kind": "", "step": ""}
    assert improver.post(f"{settings}?reply={found[1]}", **changed).status_code == 303
    assert "Thanks a lot." in improver.get(settings) and improver.get(settings).count("<tr>") == 2
    assert improver.post(f"{settings}/{found[1]}/remove", form=settings).status_code == 303
    assert "There are no standard replies" in improver.get(settings)
    assert town.visit("coach").post(settings, form="/signals/new", **texts).status_code == 403


def test_a_rule_sends_a_signal_to_its_team_and_person(town: Town) -> None:
    visitor, south = town.visit("process"), town.teams["south"]
    rules = "/signals/settings/routing"
    quality = str(town.accounts["quality"].account_id)
    sent = visitor.post(rules, kind="fault", page="", field="", team=str(south.team_id), person=quality)
    assert sent.status_code == 303
    assert visitor.post(rules, kind="", page="", field="", team="city").status_code == 400
    assert visitor.post(rules, kind="idea", team="nowhere").status_code == 400
    log(town.visit("coach"), "It is slow", "fault")
    page = visitor.get(f"/signals/{last(town)}")
    assert "Team south" in page and "by a rule" in page
    assert "It is slow" in town.visit("quality").get("/signals?mine=given")
    log(town.visit("coach"), "It could be nicer", "idea")
    assert "Team north" in visitor.get(f"/signals/{last(town)}")
    improver = town.visit("improver")
    step(improver, last(town), "assign", team="city", why="for everybody")
    assert "the city" in visitor.get(f"/signals/{last(town)}") and "for everybody" in visitor.get(
        f"/signals/{last(town)}"
    )
    step(improver, last(town), "assign", 400, team="nowhere")
    step(town.visit("coach"), last(town), "assign", 400, team="city")


def test_it_is_asked_whether_it_helped(town: Town) -> None:
    log(town.visit("coach"))
    signal_id, process, reporter = last(town), town.visit("process"), town.visit("coach")
    for name in ("triage", "discuss", "accept"):
        step(process, signal_id, name)
    assert "Enter a day" in step(process, signal_id, "plan", 400, on="soon")
    step(process, signal_id, "plan", on="2026-12-01")
    step(process, signal_id, "deliver", reason="It is there")
    assert "Did this help?" in reporter.get("/news") and "Did this help?" in reporter.get(f"/signals/{signal_id}")
    assert "Did this help?" not in town.visit("colleague").get(f"/signals/{signal_id}").partition("<dl")[0]
    step(reporter, signal_id, "judge", 400, help="")
    step(reporter, signal_id, "judge", help="no", words="It still says the same")
    page = reporter.get(f"/signals/{signal_id}")
    offered = page.partition('id="reopen"')[2].partition("</form>")[0]
    assert "It still says the same</textarea>" in offered and page.count('value="reopen"') == 1
    assert 'id="reopen"' not in process.get(f"/signals/{signal_id}")
    step(reporter, signal_id, "reopen", reason="It still says the same")
    page = reporter.get(f"/signals/{signal_id}")
    assert "reopened" in page and 'id="reopen"' not in page
    for name, more in (
        ("triage", {}),
        ("discuss", {}),
        ("accept", {}),
        ("plan", {"on": "2026-12-01"}),
        ("deliver", {"reason": "Now it is"}),
    ):
        step(process, signal_id, name, **more)
    page = reporter.get(f"/signals/{signal_id}")
    assert 'id="reopen"' not in page and "Did this help?" in page, "what was said of the first time is over"


def test_a_passage_is_taken_out_from_the_page(town: Town) -> None:
    log(town.visit("coach"), "Mr Nobody has no plan")
    signal_id = last(town)
    assert "Redact a passage" not in town.visit("colleague").get(f"/signals/{signal_id}")
    step(town.visit("colleague"), signal_id, "redact", 400, passage="Nobody")
    step(town.visit("improver"), signal_id, "redact", passage="Nobody")
    page = town.visit("coach").get(f"/signals/{signal_id}")
    assert "Mr ▒▒▒ has no plan" in page and "Nobody" not in page and "A passage was redacted" in page


def test_the_improvement_team_does_not_decide_alone(town: Town) -> None:
    log(town.visit("coach"))
    signal_id, improver = last(town), town.visit("improver")
    for name in ("triage", "discuss"):
        step(improver, signal_id, name)
    page = improver.get(f"/signals/{signal_id}")
    assert 'value="accept"' not in page and "in a review meeting" in page
    assert "review meeting" in step(improver, signal_id, "accept", 400)


def send(visitor: Visitor, content: bytes) -> tuple[int, str]:
    data = {"file": (io.BytesIO(content), "wishes.csv")}
    answer = visitor.post("/signals/import", **data)  # type: ignore[arg-type]  # the test gives what fits
    return answer.status_code, answer.get_data(as_text=True)


def test_wishes_are_read_from_a_file_once_or_not_at_all(town: Town) -> None:
    visitor = town.visit("improver")
    good = 'seen;kind;expected;team\nToo many clicks;usability;Fewer;north\n"Dark; at night";;;\n'.encode("utf-8-sig")
    assert send(visitor, good)[0] == 303
    assert send(visitor, good)[0] == 303, "twice changes nothing"
    page = visitor.get("/signals?view=list")
    assert "2 signals" in page and "Dark; at night" in page
    assert "from a list of wishes" in visitor.get(f"/signals/{last(town)}")
    bad = b"seen,kind,field\nfine,idea,\n,idea,\nodd,wish,\nodd,idea,shoe_size\ncall 06-12345678,idea,\n"
    status, page = send(visitor, bad)
    assert status == 400 and all(f"Line {n}:" in page for n in (3, 4, 5, 6)) and "Line 2:" not in page
    status, page = send(visitor, b"seen,kind\nIt is slow, and ugly,idea\nfine,idea\n")
    assert status == 400 and "Line 2: The row has 3 cells, the header 2" in page and "Line 3:" not in page
    assert "12345678" not in page
    for content in (b"", b"kind\nidea\n", b"\xff\xfe", b"seen\n", b"seen\n\0\n"):
        assert send(visitor, content)[0] == 400
    assert "2 signals" in visitor.get("/signals?view=list")
    assert town.visit("coach").client.get("/signals/import").status_code == 403


def test_what_a_signal_is_about_is_put_right(town: Town) -> None:
    log(town.visit("coach"), "It is slow", "idea")
    signal_id, improver = last(town), town.visit("improver")
    step(improver, signal_id, "classify", kind="fault", field="cv")
    page = improver.get(f"/signals/{signal_id}")
    assert "Signal: fault" in page and "Changed the subject" in page and "CV (date)" in page
    for wrong in ({"kind": "odd"}, {"kind": "idea", "field": "shoe_size"}):
        step(improver, signal_id, "classify", 400, **wrong)
    coach = town.visit("coach")
    assert "Change the subject" not in coach.get(f"/signals/{signal_id}")
    step(coach, signal_id, "classify", 400, kind="idea")


def test_how_soon_signals_are_answered_is_set_by_kind(town: Town) -> None:
    process, address = town.visit("process"), "/signals/settings/deadlines"
    page = process.get(address)
    given = dict(re.findall(r'<input [^>]*name="([a-z_]+-[a-z]+)"[^>]*value="([0-9]+)"', page))
    assert set(given.values()) == {"5", "20"} and len(given) == 14
    for wrong in ({"fault-triage": ""}, {"fault-triage": "two"}, {"fault-answer": "0"}, {"fault-triage": "30"}):
        assert process.post(address, **given | wrong).status_code == 400, wrong
    assert process.post(address, **given | {"fault-triage": "2", "fault-answer": "10"}).status_code == 303
    assert "Fault: within 2 and 10." in process.get("/signals")
    log(town.visit("coach"), "It is slow", "fault")
    assert "triage by 20 Nov 2026" in town.visit("coach").get(f"/signals/{last(town)}")
    assert send(process, b"seen,kind\nIt is ugly,fault\n")[0] == 303
    assert "triage by 20 Nov 2026" in process.get(f"/signals/{last(town)}")
    assert town.visit("improver").client.get(address).status_code == 403


def test_a_signal_is_titled_by_its_text(town: Town) -> None:
    log(town.visit("coach"), "Mopeds are not counted", field="driving_licence")
    page = town.visit("improver").get(f"/signals/{last(town)}")
    assert re.findall(r"<h1[^>]*>([^<]*)</h1>", page) == ["Mopeds are not counted"]
