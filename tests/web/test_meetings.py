"""Review meetings: an agenda that fills itself, decisions in one go or not at all, minutes for everybody."""

from __future__ import annotations

import re
from uuid import UUID, uuid4

import pytest
from werkzeug.test import TestResponse

from records import people
from tests.conftest import NOW
from tests.web.conftest import Town, Visitor
from tests.web.test_signals import last, log, step

TODAY = NOW.date().isoformat()


def plan_meeting(town: Town, visitor: Visitor, held_on: str = TODAY, team: str | None = None) -> str:
    meeting_id = str(uuid4())
    north = str(town.teams["north"].team_id)
    sent = visitor.post("/meetings", meeting_id=meeting_id, team=team or north, held_on=held_on, begins="14:00")
    assert sent.status_code == 303, sent.get_data(as_text=True)
    return meeting_id


def recorded_version(page: str) -> str:
    shown = re.search(r'name="recorded" value="(\d+)"', page)
    assert shown, page
    return shown[1]


def confirm(town: Town, meeting: str, who: str = "coach") -> TestResponse:
    """Somebody else who was there confirms what was recorded of a meeting, as the page shows it."""
    visitor = town.visit(who)
    version = recorded_version(visitor.get(f"/meetings/{meeting}"))
    return visitor.post(f"/meetings/{meeting}/confirmation", form=f"/meetings/{meeting}", recorded=version)


def two_triaged(town: Town) -> tuple[UUID, UUID]:
    found = []
    for seen in ("Mopeds are not counted", "It takes too long"):
        log(town.visit("coach"), seen, field="driving_licence")
        found.append(last(town))
        step(town.visit("improver"), found[-1], "triage")
    return found[0], found[1]


def test_a_meeting_decides_in_one_go_or_not_at_all(town: Town) -> None:
    first, second = two_triaged(town)
    improver, me = town.visit("improver"), str(town.accounts["improver"].account_id)
    step(town.visit("colleague"), second, "support")
    meeting = plan_meeting(town, improver)
    page = improver.get(f"/meetings/{meeting}")
    assert page.index("It takes too long") < page.index("Mopeds"), "by support"
    improver.post(f"/meetings/{meeting}/agenda", form=f"/meetings/{meeting}", up=str(first))
    page = improver.get(f"/meetings/{meeting}")
    assert page.index("Mopeds") < page.index("It takes too long"), "as arranged"
    improver.post(f"/meetings/{meeting}/agenda", form=f"/meetings/{meeting}", first=str(second))
    page = improver.get(f"/meetings/{meeting}")
    assert page.index("It takes too long") < page.index("Mopeds"), "put first"
    items = {"item": [str(first), str(second)], f"decision-{first}": "plan", f"decision-{second}": "decline"}
    form, decide = f"/meetings/{meeting}", f"/meetings/{meeting}/decisions"
    both = [me, str(town.accounts["coach"].account_id)]
    head = town.services.log.head()
    for present, more in (([me], {}), (both[1:], {}), (both, {}), (both, {f"on-{first}": "2026-12-01"})):
        refused = improver.post(decide, form=form, present=present, **items, **more)  # type: ignore[arg-type]  # the test gives what fits
        assert refused.status_code == 400, (present, more)
    assert "Please fill this in" in refused.get_data(as_text=True), "the second needs a reason"
    assert town.services.log.head() == head, "nothing is half done"
    named = improver.post(decide, form=form, present=both, **items, remarks="see a.de.vries@example.org")  # type: ignore[arg-type]  # the test gives what fits
    assert named.status_code == 400 and "may identify a person" in named.get_data(as_text=True)
    assert town.services.log.head() == head
    good = items | {f"on-{first}": "2026-12-01", f"reason-{second}": "It is fast enough", "remarks": "short"}
    command_id = str(uuid4())
    for _ in range(2):
        sent = improver.post(decide, form="/meetings", present=both, command_id=command_id, **good)  # type: ignore[arg-type]  # the test gives what fits
        assert sent.status_code == 303, sent.get_data(as_text=True)
    states = [town.services.signals.state(s).state.value for s in (first, second)]  # type: ignore[union-attr]  # there is one
    assert states == ["triaged", "triaged"], "nothing takes effect before somebody else confirms it"
    coach = town.visit("coach")
    waiting = coach.get(form)
    for text in ("Improver Invented recorded this", "accept and plan", "1 Dec 2026", "It is fast enough", "short"):
        assert text in waiting, text
    assert "waits for you" in coach.get("/meetings")
    for who in ("stranger", "improver"):
        assert "waits for you" not in town.visit(who).get("/meetings") and "Confirm:" not in town.visit(who).get(form)
    confirmed = {"recorded": recorded_version(waiting), "command_id": str(uuid4())}
    for _ in range(2):
        sent = coach.post(f"{form}/confirmation", form="/meetings", **confirmed)
        assert sent.status_code == 303, sent.get_data(as_text=True)
    minutes = town.visit("stranger").get(form)
    for text in ("Improver Invented", "Coach Invented", "accept and plan", "1 Dec 2026", "It is fast enough", "short"):
        assert text in minutes, text
    text = town.visit("manager").get(f"{form}/minutes.txt")
    assert "1. definition: Mopeds are not counted" in text and "It is fast enough" in text
    states = [town.services.signals.state(s).state.value for s in (first, second)]  # type: ignore[union-attr]  # there is one
    assert states == ["planned", "declined"]
    assert "It is fast enough" in town.visit("coach").get("/news")


def test_only_those_who_were_invited_count_as_present(town: Town) -> None:
    first, _ = two_triaged(town)
    improver = town.visit("improver")
    meeting = plan_meeting(town, improver)
    form, decide = f"/meetings/{meeting}", f"/meetings/{meeting}/decisions"
    me, coach = (str(town.accounts[name].account_id) for name in ("improver", "coach"))
    items = {"item": [str(first)], f"decision-{first}": "accept"}
    head = town.services.log.head()
    others = [str(uuid4()), *(str(town.accounts[who].account_id) for who in ("stranger", "admin", "manager-south"))]
    for other in others:
        refused = improver.post(decide, form=form, present=[me, other], **items)  # type: ignore[arg-type]  # the test gives what fits
        assert refused.status_code == 400 and "was not invited" in refused.get_data(as_text=True)
    assert improver.post(decide, form=form, present=[me, me], **items).status_code == 400  # type: ignore[arg-type]  # the test gives what fits
    with town.services.database.write() as connection:
        people.set_active(connection, town.accounts["coach"].account_id, active=False)
    left = improver.post(decide, form=form, present=[me, coach], **items)  # type: ignore[arg-type]  # the test gives what fits
    assert left.status_code == 400, "one whose account is closed was not there"
    assert town.services.log.head() == head
    process = str(town.accounts["process"].account_id)
    sent = {"present": [me, process], "command_id": str(uuid4())} | items
    assert improver.post(decide, form=form, **sent).status_code == 303  # type: ignore[arg-type]  # the test gives what fits
    assert improver.post(decide, form="/meetings", **sent).status_code == 303  # type: ignore[arg-type]  # the test gives what fits
    again = improver.post(decide, form="/meetings", **sent | {"remarks": "another"})  # type: ignore[arg-type]  # the test gives what fits
    assert again.status_code == 409 and "sent before with something else" in again.get_data(as_text=True)


def test_what_one_recorded_another_who_was_there_confirms_as_it_was_read(town: Town) -> None:
    first, _ = two_triaged(town)
    improver = town.visit("improver")
    meeting = plan_meeting(town, improver)
    form = f"/meetings/{meeting}"
    decide, confirmation = f"{form}/decisions", f"{form}/confirmation"
    early = town.visit("coach").post(confirmation, form="/meetings", recorded="1")
    assert early.status_code == 400 and "Nothing was recorded" in early.get_data(as_text=True)
    present = [str(town.accounts[name].account_id) for name in ("improver", "coach", "process")]
    items = {"item": [str(first)], f"decision-{first}": "accept"}
    assert improver.post(decide, form=form, present=present, **items).status_code == 303  # type: ignore[arg-type]  # the test gives what fits
    version = recorded_version(town.visit("coach").get(form))
    head = town.services.log.head()
    for who, told in (("improver", "Somebody else who was there"), ("colleague", "Only somebody who attended")):
        refused = town.visit(who).post(confirmation, form="/meetings", recorded=version)
        assert refused.status_code == 400 and told in refused.get_data(as_text=True)
    assert town.visit("privacy").post(confirmation, form="/definitions", recorded=version).status_code == 403
    for action in ("agenda", "move"):
        more = {"team": "city", "held_on": TODAY} if action == "move" else {"up": str(first)}
        refused = improver.post(f"{form}/{action}", form="/meetings", **more)
        assert refused.status_code == 400 and "Somebody else who attended" in refused.get_data(as_text=True)
    assert town.services.log.head() == head
    # Recorded once more between reading and confirming: what was read is not what would take effect.
    anew = improver.get(f"{form}?anew=1")
    assert "Record what was decided" in anew and "Move the meeting" not in anew
    once_more = items | {f"decision-{first}": "decline", f"reason-{first}": "No"}
    assert improver.post(decide, form=f"{form}?anew=1", present=present, **once_more).status_code == 303  # type: ignore[arg-type]  # the test gives what fits
    late = town.visit("coach").post(confirmation, form="/meetings", recorded=version)
    assert late.status_code == 400 and "recorded again in the meantime" in late.get_data(as_text=True)
    # Moved on between recording and confirming: nothing of it takes effect.
    step(town.visit("process"), first, "discuss")
    step(town.visit("process"), first, "accept")
    moved_on = confirm(town, meeting)
    assert moved_on.status_code == 400 and "in this state" in moved_on.get_data(as_text=True)
    assert town.services.signals.state(first).state.value == "accepted"  # type: ignore[union-attr]  # there is one
    assert improver.post(decide, form=f"{form}?anew=1", present=present, item=[], remarks="x").status_code == 303
    with town.services.database.write() as connection:
        people.set_active(connection, town.accounts["improver"].account_id, active=False)
    left = confirm(town, meeting)
    assert left.status_code == 400, "one who recorded it and left decides nothing any more"
    with town.services.database.write() as connection:
        people.set_active(connection, town.accounts["improver"].account_id, active=True)
    assert confirm(town, meeting, "process").status_code == 303
    assert "Recorded by Improver Invented, and confirmed" in town.visit("stranger").get(form)
    again = town.visit("coach").post(confirmation, form="/meetings", recorded=version)
    assert again.status_code == 400 and "has been held" in again.get_data(as_text=True)


def test_a_meeting_accepts_a_signal_and_marks_others_as_its_duplicates_at_once(town: Town) -> None:
    original, first = two_triaged(town)
    log(town.visit("colleague"), "Brommers tellen niet mee", field="driving_licence")
    second = last(town)
    step(town.visit("improver"), second, "triage")
    improver = town.visit("improver")
    meeting = plan_meeting(town, improver)
    present = [str(town.accounts[name].account_id) for name in ("improver", "coach")]
    items = {
        "item": [str(first), str(original), str(second)],
        f"decision-{original}": "accept",
        f"decision-{first}": "mark_duplicate",
        f"of-{first}": str(original),
        f"decision-{second}": "mark_duplicate",
        f"of-{second}": f"http://localhost/signals/{original}",
    }
    sent = improver.post(f"/meetings/{meeting}/decisions", form=f"/meetings/{meeting}", present=present, **items)  # type: ignore[arg-type]  # the test gives what fits
    assert sent.status_code == 303, sent.get_data(as_text=True)
    assert confirm(town, meeting).status_code == 303
    states = [town.services.signals.state(s).state.value for s in (original, first, second)]  # type: ignore[union-attr]  # there is one
    assert states == ["accepted", "duplicate", "duplicate"]
    carried = town.services.signals.state(original).carried  # type: ignore[union-attr]  # there is one
    assert set(carried) == {first, second}
    minutes, text = improver.get(f"/meetings/{meeting}"), improver.get(f"/meetings/{meeting}/minutes.txt")
    assert minutes.count(f'→ <a href="/signals/{original}"') == 2
    assert text.count("duplicate → Mopeds are not counted") == 2


def test_an_agenda_says_how_many_more_wait(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    first, _ = two_triaged(town)
    step(town.visit("colleague"), first, "support")
    improver = town.visit("improver")
    meeting = plan_meeting(town, improver)
    monkeypatch.setattr("feedback.meetings.LONGEST_AGENDA", 1)
    # Below it, where decisions are recorded, every signal can be chosen as the original of another.
    page = improver.get(f"/meetings/{meeting}").partition('id="decide"')[0]
    assert "Mopeds" in page and "It takes too long" not in page and "1 more waits" in page
    improver.post(f"/meetings/{meeting}/agenda", form=f"/meetings/{meeting}", out=str(first))
    page = improver.get(f"/meetings/{meeting}").partition('id="decide"')[0]
    assert "It takes too long" in page and "Mopeds" not in page and "more waits" not in page


def test_a_meeting_is_the_teams_own_and_takes_place_once(town: Town) -> None:
    improver = town.visit("improver")
    south, north = (str(town.teams[name].team_id) for name in ("south", "north"))
    refused = improver.post("/meetings", meeting_id=str(uuid4()), team=south, held_on=TODAY)
    assert refused.status_code == 400 and "of that team" in refused.get_data(as_text=True)
    for day in ("", "2026-11-01", "soon"):
        assert improver.post("/meetings", meeting_id=str(uuid4()), team="city", held_on=day).status_code == 400
    ahead = plan_meeting(town, improver, "2026-12-01")
    both = [str(town.accounts[name].account_id) for name in ("improver", "coach")]
    refused = improver.post(f"/meetings/{ahead}/decisions", form=f"/meetings/{ahead}", present=both)
    assert refused.status_code == 400 and "is still to come" in refused.get_data(as_text=True)
    page = improver.get(f"/meetings/{ahead}")
    assert "from the day of the meeting on" in page and 'name="present"' not in page
    moved = {"team": north, "held_on": "2026-12-08", "begins": "10:00", "place": "Room 3"}
    for held_on, status in (("2026-11-01", 400), ("", 400), ("2026-12-08", 303)):
        sent = improver.post(f"/meetings/{ahead}/move", form=f"/meetings/{ahead}", **moved | {"held_on": held_on})
        assert sent.status_code == status, held_on
    page = improver.get(f"/meetings/{ahead}")
    assert "8 Dec 2026" in page and "Room 3" in page
    assert improver.post(f"/meetings/{ahead}/cancel", form=f"/meetings/{ahead}").status_code == 303
    assert "cancelled" in improver.get(f"/meetings/{ahead}")
    assert improver.post(f"/meetings/{ahead}/cancel", form="/meetings").status_code == 400
    coach = town.visit("coach")
    assert coach.client.post(f"/meetings/{ahead}/cancel").status_code in (400, 403)
    improver.get(f"/meetings/{uuid4()}", 404)
    improver.get(f"/meetings/{ahead}/minutes.txt", 404)


def test_items_are_gone_through_one_at_a_time_and_signals_are_chosen_by_their_text(town: Town) -> None:
    first, second = two_triaged(town)
    improver = town.visit("improver")
    form = f"/meetings/{plan_meeting(town, improver)}"
    page = improver.get(form)
    walked = re.findall(r'<details class="walked step" id="item-([0-9a-f-]+)" name="item-of-meeting"( open)?>', page)
    assert {signal_id for signal_id, _ in walked} == {str(first), str(second)}
    assert [bool(is_open) for _, is_open in walked] == [True, False], "one item stands open"
    for one, other in ((first, second), (second, first)):
        select = page.partition(f'name="of-{one}"')[2].partition("</select>")[0]
        assert f'value="{other}"' in select and f'value="{one}"' not in select, "not a duplicate of itself"
    me, coach = (str(town.accounts[name].account_id) for name in ("improver", "coach"))
    items = {"item": [str(first), str(second)], f"decision-{second}": "decline"}
    refused = improver.post(f"{form}/decisions", form=form, present=[me, coach], **items)  # type: ignore[arg-type]  # the test gives what fits
    opened = re.findall(
        r'<details class="walked step" id="item-([0-9a-f-]+)"[^>]* open>', refused.get_data(as_text=True)
    )
    assert opened == [str(second)], "what can't be carried out stands open"


PAGES = {"norm": "/norms/new", "definition": "/definitions/driving_licence", "signal": "SIGNAL"}


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_a_signal_is_never_asked_for_by_its_address(town: Town, path: str) -> None:
    first, second = two_triaged(town)
    who = town.visit("process") if path != "SIGNAL" else town.visit("improver")
    page = who.get(path.replace("SIGNAL", f"/signals/{first}"))
    picker = re.search(r'<select id="[^"]*" name="(signal|of_address)".*?</select>', page, re.DOTALL)
    assert picker and f'value="{second}"' in picker[0] and "It takes too long" in picker[0]
    assert "by its address" not in page
