"""Exemptions on the pages: drafted by the coach, read by another person, and never set by a door alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from domain.catalogue import Track
from domain.client import ChooseServiceTrack, ServiceTrackChosen
from domain.client.exemptions import ApproveExemption
from eventlog.commands import CommandContext
from tests.conftest import Clock
from tests.web.at_work import draft_of
from tests.web.conftest import Town
from tests.web.test_appointments import send

BASIS = "The doctor writes that it takes half a year"
FORM = {"basis": BASIS, "until": "2027-05-16", "shown": "0"}


@pytest.fixture
def town(town: Town, clock: Clock) -> Town:
    clock.now = datetime(2026, 11, 16, 8, tzinfo=UTC)  # a Monday, nine o'clock in Amsterdam
    return town


@pytest.fixture
def client_id(town: Town) -> UUID:
    return town.new_client("coach", "Anna de Vries")


def track_of(town: Town, client_id: UUID) -> Track | None:
    state = town.services.clients.state(client_id)
    assert state is not None
    return state.track


def shown(town: Town, client_id: UUID) -> str:
    state = town.services.clients.state(client_id)
    assert state is not None and state.exemption is not None
    return str(state.exemption.version)


def test_a_draft_waits_is_returned_written_anew_and_approved_and_only_then_the_track_is_exempt(
    town: Town, client_id: UUID
) -> None:
    coach, quality = town.visit("coach"), town.visit("quality")
    path = f"/clients/{client_id}/exemption"
    assert path in coach.get(f"/clients/{client_id}") and path in coach.get(f"/clients/{client_id}/plan")
    assert send(coach, path, command_id=str(uuid4()), **FORM).status_code == 303
    assert "waits for a reader" in coach.get(f"/clients/{client_id}") and BASIS not in coach.get(
        f"/clients/{client_id}"
    )
    assert "1 draft of an exemption waits" in coach.get("/today")
    assert track_of(town, client_id) is None
    assert f"{path}/read" in quality.get("/exemptions") and f"{path}/read" in town.visit("manager").get("/exemptions")
    assert BASIS in quality.get(f"{path}/read")
    state = town.services.clients.state(client_id)
    assert state is not None and state.exemption is not None
    about = f"{path}/{state.exemption.exemption_id}"
    words = {"words": "Add the letter", "shown": shown(town, client_id), "command_id": str(uuid4())}
    assert quality.post(f"{about}/return", form=f"{path}/read", **words).status_code == 303
    assert "Exemptions returned to you" in coach.get("/today") and "Add the letter" in coach.get(path)
    again = FORM | {"basis": "With the letter", "shown": shown(town, client_id), "command_id": str(uuid4())}
    assert send(coach, path, **again).status_code == 303
    approve = {"shown": shown(town, client_id), "command_id": str(uuid4())}
    assert quality.post(f"{about}/approve", form=f"{path}/read", **approve).status_code == 303
    assert track_of(town, client_id) is Track.EXEMPT
    for who in (coach, quality):
        assert "ends on 16 May 2027" in who.get(f"/clients/{client_id}")
    assert "No draft waits" in quality.get("/exemptions")


def test_a_draft_that_was_changed_while_it_was_read_is_shown_anew(town: Town, client_id: UUID) -> None:
    exemption_id, quality = draft_of(town, client_id), town.visit("quality")
    path, before = f"/clients/{client_id}/exemption", shown(town, client_id)
    send(town.visit("coach"), path, **FORM | {"basis": "Something else", "shown": before, "command_id": str(uuid4())})
    sent = {"shown": before, "command_id": str(uuid4())}
    answer = quality.post(f"{path}/{exemption_id}/approve", form=f"{path}/read", **sent)
    assert answer.status_code == 409 and "Something else" in answer.text
    assert track_of(town, client_id) is None


DOORS = {
    "plan": ("plan", {"track": "{track}", "track_shown": "0", "agreed_on": "2026-11-16"}),
    "conversation": (
        "contact",
        {
            "service_track-value": "{track}",
            "service_track-shown": "0",
            "contact_id": "00000000-0000-0000-0000-000000000007",
            "held_on": "2026-11-16",
            "channel": "phone",
            "outcome": "spoken",
            "started_by": "coach",
        },
    ),
    # From a cell of the caseload leads a way to each field's own form, and by hand to that of the track.
    "in place": ("fields/service_track?back=all%3D1", {"value": "{track}", "shown": "0", "known_on": "2026-11-16"}),
    "group": ("groups/plan", {"service_track-value": "{track}", "service_track-shown": "0", "known_on": "2026-11-16"}),
}
OPEN = ("plan", "conversation")


@pytest.mark.parametrize("track", [Track.DEVELOPMENT, Track.EXEMPT])
@pytest.mark.parametrize("door", list(DOORS))
def test_no_form_sets_the_track_exempt(town: Town, client_id: UUID, door: str, track: Track) -> None:
    path, form = DOORS[door]
    sent = {name: value.format(track=track.value) for name, value in form.items()}
    about = {"command_id": str(uuid4()), "source": "conversation"}
    answer = town.visit("coach").post(
        f"/clients/{client_id}/{path}", form=f"/clients/{client_id}/plan", **about, **sent
    )
    if track is Track.EXEMPT:
        assert track_of(town, client_id) is None
        assert door not in OPEN or (answer.status_code == 400 and "decided by two people" in answer.text)
    else:
        # The right value says that this is how the form is sent.
        assert (track_of(town, client_id) is track) == (door in OPEN)


@pytest.mark.parametrize(
    ("days", "says"),
    [(100, ""), (42, "ends on"), (1, "ends on"), (-1, "ended on"), (None, "no last day on record")],
    ids=["later", "in six weeks", "tomorrow", "ended", "none on record"],
)
def test_an_exemption_comes_up_before_it_ends_and_afterwards(
    town: Town, client_id: UUID, clock: Clock, days: int | None, says: str
) -> None:
    services, coach = town.services, town.accounts["coach"].account_id
    if days is None:
        context = CommandContext(services.clock(), coach)

        class Before(ApproveExemption, frozen=True):
            def decide(self, client: object, context: CommandContext) -> list[ServiceTrackChosen]:
                return [ServiceTrackChosen(track=Track.EXEMPT, chosen_on=services.today)]

        services.clients.handle(Before(client_id=client_id, exemption_id=uuid4()), context, uuid4())
    else:
        exemption_id = draft_of(town, client_id, days=200)
        context = CommandContext(services.clock(), town.accounts["quality"].account_id)
        services.clients.handle(ApproveExemption(client_id=client_id, exemption_id=exemption_id), context, uuid4())
        clock.now += timedelta(days=200 - days)
    services.engine.catch_up()
    page = town.visit("coach").get("/today")
    part = page.split('id="exempt"')[1].split("</section>")[0] if 'id="exempt"' in page else ""
    assert (says in part) and bool(says) == bool(part)
    listed = town.visit("coach").get("/caseload?show=exemption_ends")
    assert ("Anna de Vries" in listed) == bool(says)
    # The filter brings its column: what it found stands in the list.
    table = listed.split('<table class="clients')[1].split("</table>")[0] if says else ""
    assert ("Last day of the exemption" in table) == bool(says)
    assert bool(says) == any(text in table for text in ("2027", "no last day on record"))


def test_the_last_day_of_an_exemption_filters_sorts_and_stands_in_the_file_of_the_caseload(
    town: Town, client_id: UUID
) -> None:
    exemption_id, other, coach = draft_of(town, client_id), town.new_client("coach", "Bob Bakker"), town.visit("coach")
    context = CommandContext(town.services.clock(), town.accounts["quality"].account_id)
    town.services.clients.handle(ApproveExemption(client_id=client_id, exemption_id=exemption_id), context, uuid4())
    town.services.engine.catch_up()
    for words, found in (("between:2027-06-04,2027-06-04", client_id), ("unknown", other), ("known", client_id)):
        page = coach.get(f"/caseload?f=exempt_until:{words}&sort=exempt_until")
        assert {each for each in (client_id, other) if f"/clients/{each}" in page} == {found}, words
    file = coach.post("/caseload/export?show=exemption_ends", form="/caseload", format="csv").get_data(as_text=True)
    assert "Last day of the exemption" in file
    back = ChooseServiceTrack(client_id=client_id, track=Track.DEVELOPMENT, chosen_on=town.services.today)
    town.services.clients.handle(back, CommandContext(town.services.clock(), context.actor), uuid4())
    town.services.engine.catch_up()
    assert f"/clients/{client_id}" not in coach.get("/caseload?f=exempt_until:known")


@pytest.mark.parametrize(("who", "path"), [("quality", "/quality"), ("manager", "/team")])
def test_who_may_read_drafts_sees_on_the_own_page_how_many_wait(
    town: Town, client_id: UUID, who: str, path: str
) -> None:
    visitor = town.visit(who)
    assert "exemptions-to-read" not in visitor.get(path)
    draft_of(town, client_id)
    part = visitor.get(path).split('id="exemptions-to-read"')[1].split("</section>")[0]
    assert 'href="/exemptions"><b>1</b>' in part and "Anna" not in part
    assert "exemptions-to-read" not in town.visit("coach").get("/team")


def test_the_coach_reads_on_today_that_a_draft_was_approved(town: Town, client_id: UUID) -> None:
    exemption_id, coach = draft_of(town, client_id), town.visit("coach")
    assert "Exemptions approved" not in coach.get("/today")
    context = CommandContext(town.services.clock(), town.accounts["quality"].account_id)
    town.services.clients.handle(ApproveExemption(client_id=client_id, exemption_id=exemption_id), context, uuid4())
    town.services.engine.catch_up()
    part = coach.get("/today").split('id="approved"')[1].split("</section>")[0]
    assert "Anna de Vries" in part and "approved on 16 Nov 2026" in part
