"""Every door tried by everybody: which route lets whom in, about a client of the coach in the team north.

The table is written by hand, from the description of the domain, and knows nothing of what routes declare. Who is let
in gets an answer of the page, be it that something is missing in the form; others may not, or there is no such thing.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from domain.client import Channel, RecordContact
from eventlog.commands import CommandContext
from feedback.norms import norms
from records import leave
from tests.web.at_work import (
    appointment_of,
    busy,
    draft_of,
    helper_of,
    invitation_of,
    session_of,
    step_of,
    taken_over,
    voices,
)
from tests.web.conftest import Town, Visitor
from tests.web.filling_in import ask

COACHES = "coach colleague stranger improver stand-in"
OF_TEAMS = f"{COACHES} quality manager manager-south"
COLLEAGUES = f"{OF_TEAMS} process"
EVERYBODY = f"{COLLEAGUES} privacy admin"
OTHER_COACHES = "colleague stranger improver"

# Who is let in, for whom there is no such thing, and where; all others may not.
DOORS = (
    (
        EVERYBODY,
        "",
        "api_session.session GET, account.account GET, account.account POST,"
        " notifications.notifications GET, notifications.notifications POST,"
        " definitions.definitions GET, own_fields.own_fields GET, health.live GET, health.ready GET, home.home GET,"
        " find.find GET, find.found POST, help.index GET, help.found POST, help.one GET, help.close_tour POST,"
        " help.open_tour POST, help.close_release POST, whats_new.whats_new GET, roadmap.roadmap GET,"
        " city_letters.letters GET, lessons.index GET, lessons.one GET, lessons.answer POST,"
        " home.language POST, metrics.metrics GET, openapi.spec GET, apply.apply GET, apply.apply POST,"
        " apply.received GET, invitation.choose POST, invitation.chosen GET,"
        " invitation.enter GET, invitation.follow GET, invitation.times GET, invitation.unlock POST,"
        " questionnaire.check GET, questionnaire.enter GET,"
        " questionnaire.follow GET, questionnaire.language POST, questionnaire.questions GET,"
        " questionnaire.questions POST, questionnaire.send POST, questionnaire.stopped GET, questionnaire.thanks GET,"
        " questionnaire.unlock POST",
    ),
    (
        COLLEAGUES,
        "",
        "api_signals.signal GET, api_signals.signals GET, api_signals.steps GET, api_signals.take_step POST,"
        " definitions.one GET, definitions.one POST, own_fields.withdraw POST, meetings.confirm POST,"
        " meetings.meetings GET, meetings.one GET, meetings.minutes_text GET,"
        " news.mark POST, news.news GET, norms.norms GET, signal.one GET, signal.one POST,"
        " signal_new.alike POST, signal_new.new GET, signal_new.new POST, signals.board GET,"
        " signals.export POST, signals.mine GET, signals.remove_view POST, signals.save_view POST, signals.search POST,"
        " signals.whose_voice GET, explain.one GET, team.city GET, team.one GET, weekly_list.wrong_flag POST,"
        " what_we_ask.of_team GET, what_we_ask.what_we_ask GET, year_plan.year_plan GET",
    ),
    ("coach colleague stranger improver stand-in", "", "practice.start GET, practice.begin POST"),
    # Of the demonstration alone.
    ("", "", "design.design GET"),
    # No such form.
    ("", "improver process", "own_fields.one GET, own_fields.one POST"),
    # A what-if that nobody asked.
    ("", COLLEAGUES, "what_if.one GET"),
    (
        OF_TEAMS,
        "",
        "caseload.caseload GET, caseload.choose_columns POST, caseload.density POST, caseload.export POST,"
        " caseload.fold POST, caseload.move_view POST, caseload.remove_view POST, caseload.save_view POST,"
        " caseload.search POST, caseload_then.then GET, closed_files.closed_files GET, offers.import_offers GET,"
        " offers.import_offers POST, offers.new GET, offers.new POST, offers.offers GET, offers.one GET, team.team GET,"
        " workshops.sheet GET",
    ),
    (
        "improver process",
        "",
        "meetings.arrange POST, meetings.cancel POST, meetings.decide POST, meetings.meetings POST, meetings.move POST,"
        " norms.new GET, norms.new POST, norms.one GET, norms.one POST, signal_settings.remove_rule POST,"
        " signal_settings.rules GET, signal_settings.rules POST, whats_new.new GET, whats_new.new POST,"
        " city_letters.write GET, city_letters.write POST",
    ),
    (
        "quality improver process",
        "",
        "signal_import.import_signals GET, signal_import.import_signals POST, signal_settings.remove_reply POST,"
        " signal_settings.standard_replies GET, signal_settings.standard_replies POST, signals.bulk POST",
    ),
    (
        "quality manager manager-south improver process",
        "",
        "team_meeting.pack GET, representation.representation GET, paths.paths GET",
    ),
    ("improver process", "", "representation.choose GET, representation.choose POST"),
    (
        "process",
        "",
        "closing_days.closing_days GET, closing_days.closing_days POST, closing_days.take_back POST,"
        " signal_settings.how_soon GET, signal_settings.how_soon POST, year_plan.set_target POST",
    ),
    (
        "coach",
        OTHER_COACHES,
        "assign.close GET, assign.close POST, client.shown_to_client GET, client_answers.answers GET,"
        " client_answers.answers POST, client_answers.end POST, client_answers.letter GET, client_answers.send POST,"
        " workshops.of_client GET, workshops.of_client POST, workshops.withdraw POST,"
        " invitations.invite GET, invitations.invite POST, invitations.letter GET, invitations.withdraw POST,"
        " exemptions.draft GET, exemptions.draft POST, exemptions.withdraw POST,"
        " helpers.add GET, helpers.add POST, helpers.change GET, helpers.change POST,"
        " helpers.renew POST, helpers.remove POST,"
        " own_notes.write GET, own_notes.write POST, own_notes.mark POST",
    ),
    (
        "coach stand-in",
        OTHER_COACHES,
        "contact.forget_draft POST,"
        " contact.keep_draft POST, contact.record GET, contact.record POST, contact_details.change GET,"
        " contact_details.change POST, match.letter GET, match.step POST,"
        " appointments.make GET, appointments.make POST, appointments.move GET, appointments.move POST,"
        " appointments.cancel POST, appointments.outcome POST, appointments.letter GET, appointments.posted POST,"
        " steps.agree GET, steps.agree POST, steps.change GET, steps.change POST, steps.end POST,"
        " tasks.waiting POST, plan.plan GET, plan.plan POST, today.finish POST, today.plan_task POST,"
        " weekly_list.line POST",
    ),
    (
        "coach stand-in quality",
        OTHER_COACHES,
        "contact.correct GET, contact.correct POST, contact.strike_out POST,"
        " contradictions.contradictions GET, contradictions.contradictions POST, field_group.register GET,"
        " field_group.register POST, registration.register GET, registration.register POST",
    ),
    # Which cell it is from, the address says.
    (f"{COACHES} quality", "", "caseload.edit POST"),
    ("coach quality manager stand-in", f"{OTHER_COACHES} manager-south", "client.client GET"),
    ("coach manager", f"{OTHER_COACHES} manager-south stand-in", "conversations.one GET, conversations.one POST"),
    ("coach", f"{OTHER_COACHES} manager manager-south stand-in", "conversations.cases GET, conversations.cases POST"),
    ("coach manager", f"{OTHER_COACHES} manager-south", "transfer.propose GET, transfer.propose POST"),
    # Of which two files, the address and the form say.
    (
        f"{COACHES} quality manager manager-south privacy",
        "",
        "merge.files GET, merge.files POST, merge.undo POST",
    ),
    # It was proposed to the colleague.
    ("colleague stand-in", "coach stranger improver", "transfer.answer GET, transfer.answer POST"),
    (
        COACHES,
        "",
        "tasks.mine GET, own_notes.many GET, own_notes.many POST, own_notes.names POST,"
        " appointments.calendar GET, workshops.enrol POST, caseload_people.letters POST, caseload_people.people GET,"
        " caseload_people.mails POST,"
        " invitations.several GET, invitations.several POST, invitations.waiting GET,"
        " group_contact.record GET, group_contact.record POST, match.match GET,"
        " match.propose POST, today.today_page GET, weekly_list.line GET, weekly_list.weekly_list GET",
    ),
    (
        f"{COACHES} manager manager-south",
        "",
        "conversations.conversations GET, intake.intake GET, intake.intake POST, applications.queue GET,"
        " applications.one GET, applications.plan_meeting POST, applications.end POST",
    ),
    (
        "coach colleague stand-in improver quality manager",
        "",
        "offers.change GET, offers.change POST, offers.close POST, workshops.plan GET, workshops.plan POST,"
        " workshops.cancel POST, workshops.close POST",
    ),
    (
        "manager manager-south",
        "",
        "conversations.conversations POST, leave.end POST, leave.leave GET, leave.leave POST, reassign.reassign GET,"
        " nobodys_clients.nobody GET,"
        " reassign.reassign POST, take_overs.take_overs GET, take_overs.take_overs POST",
    ),
    ("manager", "manager-south", "take_overs.one GET, take_overs.one POST"),
    ("manager", "manager-south", "assign.assign GET, assign.assign POST"),
    ("quality manager manager-south", "", "exemptions.to_read GET"),
    (
        "quality manager",
        "manager-south",
        "exemptions.read GET, exemptions.approve POST, exemptions.give_back POST",
    ),
    ("quality", "", "quality.quality GET, quality.review POST"),
    ("manager manager-south process admin", "", "operations.operations GET"),
    ("process admin", "", "operations.send_again POST"),
    (
        "admin",
        "",
        "people.change POST, people.close GET, people.password GET, people.password POST, people.people GET,"
        " people.people POST, people.search POST",
    ),
    ("privacy admin", "", "account_log.account_log GET"),
    (
        "privacy",
        "",
        "privacy.found POST, privacy.person GET, privacy.privacy GET, privacy.privacy POST, retention.erase POST,"
        " retention.past_term GET, retention.set_term POST",
    ),
)
# Doors of no use here: stylesheets, and those by which one comes and goes.
LEFT_OUT = {"static", "home.style", "home.theme", "log_in.log_in", "log_in.log_out"}


def expected() -> dict[str, dict[str, int]]:
    """By door and who asks: 0 where they are let in, else the status."""
    table: dict[str, dict[str, int]] = {}
    for inside, not_there, doors in DOORS:
        for door in doors.split(", "):
            assert door not in table, door
            table[door] = dict.fromkeys(EVERYBODY.split(), 403) | dict.fromkeys(not_there.split(), 404)
            table[door] |= dict.fromkeys(inside.split(), 0)
    return table


def doors(town: Town) -> dict[str, str]:
    """Every door with an address, of things that are there."""
    client_id = town.new_client("coach", "Anna de Vries")
    offer_id, proposal_id, conversation_id = busy(town, client_id)
    signal_id, _, held, ahead, _ = voices(town)
    applied = town.new_application("Fien Fransen")
    contact_id, coach = uuid4(), town.accounts["coach"]
    over, questionnaire_id = ask(town, client_id), ask(town, client_id)
    contact = RecordContact(
        client_id=client_id, contact_id=contact_id, held_on=town.services.today, channel=Channel.PHONE
    )
    town.services.clients.handle(contact, CommandContext(town.services.clock(), coach.account_id), uuid4())
    town.services.engine.catch_up()
    with town.services.database.read() as connection:
        norm_id = connection.scalar(select(norms.c.norm_id))
    values = {
        "client_id": client_id,
        "offer_id": offer_id,
        "proposal_id": proposal_id,
        "conversation_id": conversation_id,
        "questionnaire_id": questionnaire_id,
        "contact_id": contact_id,
        "appointment_id": appointment_of(town, client_id),
        "step_id": step_of(town, client_id),
        "helper_id": helper_of(town, client_id),
        "exemption_id": draft_of(town, client_id),
        "take_over_id": taken_over(town),
        "invitation_id": invitation_of(town, client_id),
        "session_id": session_of(town, client_id),
        "signal_id": signal_id,
        "meeting_id": ahead,
        "norm_id": norm_id,
        "team_id": town.teams["north"].team_id,
        "account_id": town.accounts["stranger"].account_id,
        "field_key": "driving_licence",
        "group": "knows",
        "topic": "today",
        "key": "coach-today",
        "subject": "seen",
        "figure": "open",
        "step": "triage",
        "action": "revoke",
    }
    found, urls = {}, town.app.url_map.bind("localhost")
    for rule in town.app.url_map.iter_rules():
        if rule.endpoint in LEFT_OUT:
            continue
        given = {name: values.get(name, UUID(int=1)) for name in rule.arguments}
        if rule.endpoint == "meetings.minutes_text":
            given["meeting_id"] = held
        elif rule.endpoint.startswith("applications.") and rule.arguments:
            given["client_id"] = applied
        elif rule.endpoint == "client_answers.end":
            # Not the one whose letter is to be printed.
            given["questionnaire_id"] = over
        for method in {"GET", "POST"} & (rule.methods or set()):
            found[f"{rule.endpoint} {method}"] = urls.build(rule.endpoint, given)
    return found


def forms(town: Town) -> dict[str, dict[str, str]]:
    """What is filled in where an empty form would be refused before it matters whose it is."""
    today = town.services.today
    answered = {"known_on": today.isoformat(), "source": "conversation", "driving_licence-shown": "0"}
    return {
        "assign.close POST": {"step": "close", "reason": "job", "day": today.isoformat()},
        "plan.plan POST": {"part": "plan_of_action"},
        "field_group.register POST": answered,
        "weekly_list.line POST": answered,
        "client_answers.send POST": {"how": "mail"},
        "appointments.outcome POST": {"outcome": "no_show"},
        "own_notes.mark POST": {"mark": "star"},
        "exemptions.draft POST": {"basis": "a letter", "until": "2027-12-01"},
        "exemptions.give_back POST": {"words": "until when?"},
        "helpers.renew POST": {"consent_on": str(town.services.today), "ask_again_on": "2027-12-01"},
        "helpers.remove POST": {"why": "mistake"},
        "help.close_tour POST": {"topic": "today", "here": "/"},
        "help.open_tour POST": {"topic": "today", "here": "/"},
        "help.close_release POST": {"release": "2026-11", "here": "/"},
        "steps.end POST": {"how": "done", "ended_on": str(town.services.today)},
        "meetings.meetings POST": {
            "meeting_id": str(uuid4()),
            "team": "city",
            "held_on": (today + timedelta(days=1)).isoformat(),
        },
    }


def token(visitor: Visitor) -> str:
    for path in ("/definitions", "/people", "/privacy"):
        if visitor.client.get(path).status_code == 200:
            return visitor.token(path)
    raise AssertionError


def answers(town: Town, who: str, addresses: dict[str, str]) -> dict[str, int]:
    """What each door says to somebody: 0 where it lets them in."""
    visitor, filled = town.visit(who), forms(town)
    sent = token(visitor)
    found = {}
    for door, address in addresses.items():
        if door.endswith("GET"):
            status = visitor.client.get(address).status_code
        else:
            form = {"csrf_token": sent, "command_id": str(uuid4()), **filled.get(door, {})}
            status = visitor.client.post(address, data=form).status_code
        assert status < 500, (door, who)
        found[door] = status if status in (403, 404) else 0
    return found


def test_every_door_is_in_the_table(town: Town) -> None:
    assert doors(town).keys() == expected().keys()


@pytest.mark.parametrize("who", EVERYBODY.split())
def test_each_is_let_in_where_the_table_says_and_nowhere_else(town: Town, who: str) -> None:
    addresses = doors(town)
    if who == "stand-in":
        today = town.services.today
        coach, colleague = (town.accounts[name].account_id for name in ("coach", "colleague"))
        with town.services.database.write() as connection:
            leave.arrange(connection, coach, colleague, town.teams["north"].team_id, today, today, today)
    name = "colleague" if who == "stand-in" else who
    assert answers(town, name, addresses) == {door: said[who] for door, said in expected().items()}
