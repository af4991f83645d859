"""A coach's walk in a real browser, and every page checked with axe, light and dark, wide and narrow."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from playwright.sync_api import Browser, expect

from domain.calendar import Week
from domain.client import Delivery, PlanTask, ProposeOffer, ProposeTransfer, TaskKind
from domain.conversation import PlanConversation
from domain.definition import ReviseDefinition
from domain.in_force import declared, parameters_of, texts_of
from domain.matching import parse_requirement
from domain.offer import OfferKind, OpenOffer
from eventlog.commands import Moment
from feedback.meeting import ConfirmDecisions, Decided, Decision, PlanMeeting, RecordDecisions
from feedback.norm import SetNorm
from feedback.signal import CommentOnSignal, Kind, LogSignal, MoveSignal, SignalCommand
from projections import weekly_figures, what_if
from records import replies, routing, weekly_lists
from tests.web.conftest import PASSWORD, Town, log_in
from tests.web.looking import LOOKS, problems


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_coach_records_what_the_day_brought(town: Town, address: str, browser: Browser, scripts: bool) -> None:
    town.new_client("coach", "Anna de Vries")
    with browser.new_context(java_script_enabled=scripts, locale="en-GB") as context:
        page = context.new_page()
        log_in(page, address, "coach")
        page.get_by_role("link", name="Caseload", exact=True).click()
        page.get_by_role("link", name="Not seen for 3 months 1").click()
        # two steps from the caseload to a contact that is stored
        page.get_by_role("link", name="Contact Anna de Vries").click()
        page.get_by_label("In the client’s own words", exact=False).or_(page.locator("#own_words")).first.fill(
            "Finally."
        )
        page.get_by_role("button", name="Record the contact").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Anna de Vries")
        expect(page.locator("blockquote")).to_have_text("Finally.")
        page.get_by_role("link", name="Driving licence").first.click()
        expect(page.get_by_text("valid in the Netherlands now")).to_be_visible()
        page.get_by_label("B (car)").check()
        page.get_by_role("button", name="Register", exact=True).click()
        expect(page.get_by_role("row", name="Driving licence").first).to_contain_text("B (car)")
        page.get_by_role("link", name="Caseload").first.click()
        expect(page.get_by_role("link", name="Not seen for 3 months 0")).to_be_visible()


def test_a_mistake_leads_to_its_field(town: Town, address: str, browser: Browser) -> None:
    client_id = town.new_client("coach", "Anna de Vries")
    with browser.new_context(locale="en-GB") as context:
        page = context.new_page()
        log_in(page, address, "coach")
        page.goto(f"{address}/clients/{client_id}/contact")
        page.locator("#held_on").fill("2031-01-01")
        page.get_by_role("button", name="Record the contact").click()
        expect(page.get_by_role("alert")).to_contain_text("can't be in the future")
        described = page.locator("#held_on").get_attribute("aria-describedby")
        expect(page.locator(f"#{described}")).to_contain_text("can't be in the future")
        expect(page.locator("#held_on")).to_have_attribute("aria-invalid", "true")


def test_the_skip_link_is_the_first_stop_of_the_keyboard(town: Town, address: str, browser: Browser) -> None:
    with browser.new_context(locale="en-GB") as context:
        page = context.new_page()
        log_in(page, address, "coach")
        page.keyboard.press("Tab")
        expect(page.locator(":focus")).to_have_text("Skip to the content")
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"


def test_a_signal_is_logged_by_keyboard_in_two_steps(town: Town, address: str, browser: Browser) -> None:
    with browser.new_context(locale="en-GB") as context:
        page = context.new_page()
        log_in(page, address, "coach")
        page.goto(f"{address}/caseload?show=no_plan")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        expect(page.locator(":focus")).to_have_text("Log a signal about this page")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Log a signal")
        expect(page.get_by_text("show=no_plan")).to_be_visible()
        page.get_by_label("fault", exact=True).focus()
        page.keyboard.press("Space")
        page.keyboard.press("Tab")
        page.keyboard.type("The button is gone")
        expect(page.get_by_label("What do you see")).to_have_value("The button is gone")
        page.get_by_role("button", name="Log the signal").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("My signals")
        expect(page.get_by_text("The button is gone")).to_be_visible()


def busy(town: Town, client_id: UUID) -> tuple[UUID, UUID, UUID]:
    """Something on every page: an offer proposed, a conversation planned, tasks, a transfer, figures of weeks."""
    services, coach, manager = town.services, town.accounts["coach"], town.accounts["manager"]
    offer_id, proposal_id, conversation_id = uuid4(), uuid4(), uuid4()
    moment = Moment(services.clock(), coach.account_id)
    asked = [parse_requirement("driving_licence includes B"), parse_requirement("hours_available at_least 24")]
    services.offers.handle(
        OpenOffer(offer_id=offer_id, kind=OfferKind.VACANCY, title="Driver", requirements=asked), moment, uuid4()
    )
    assert coach.team_id is not None
    for command in (
        PlanTask(client_id=client_id, task_id=uuid4(), what="call", due_on=services.today, kind=TaskKind.CALL_BACK),
        ProposeOffer(
            client_id=client_id,
            proposal_id=proposal_id,
            offer_id=offer_id,
            offer_kind=OfferKind.VACANCY,
            delivery=Delivery.LETTER,
        ),
        ProposeTransfer(
            client_id=client_id, team=coach.team_id, coach=town.accounts["colleague"].account_id, reason="too many"
        ),
    ):
        services.clients.handle(command, moment, uuid4())
    plan = PlanConversation(
        conversation_id=conversation_id,
        coach=coach.account_id,
        team=coach.team_id,
        held_on=services.today,
        figures={"open": 1},
    )
    services.conversations.handle(plan, Moment(services.clock(), manager.account_id), uuid4())
    services.engine.catch_up()
    weekly_figures.build(services.engine, Week.of(services.today).next)
    return offer_id, proposal_id, conversation_id


def voices(town: Town) -> tuple[UUID, UUID, UUID, UUID, UUID]:
    """Signals in several states; meetings held, ahead and to be confirmed; a norm, a reply, a definition revised."""
    services, me, process = town.services, town.accounts["improver"], town.accounts["process"]
    now = services.clock()
    ids = [uuid4() for _ in range(3)]
    held, ahead, waiting = uuid4(), uuid4(), uuid4()

    def do(command: SignalCommand) -> None:
        services.desk.handle(command, Moment(now, command.viewer.account_id), uuid4())

    for nth, signal_id in enumerate(ids):
        reporter = town.accounts["coach"]
        log = LogSignal(
            signal_id=signal_id,
            viewer=reporter.viewer,
            kind=Kind.DEFINITION,
            page="caseload.caseload",
            field="driving_licence",
            seen=f"Mopeds are not counted {nth}",
        )
        services.signals.handle(log, Moment(now, reporter.account_id), uuid4())
        do(MoveSignal(signal_id=signal_id, viewer=me.viewer, transition="triage"))
    do(CommentOnSignal(signal_id=ids[0], viewer=me.viewer, text="We look at it"))
    for step in ("discuss", "accept"):
        do(MoveSignal(signal_id=ids[1], viewer=process.viewer, transition=step))
    for meeting_id, day in (
        (held, services.today),
        (ahead, services.today + timedelta(days=7)),
        (waiting, services.today),
    ):
        plan = PlanMeeting(meeting_id=meeting_id, viewer=me.viewer, team=me.team_id, held_on=day)
        services.meetings.handle(plan, Moment(now, me.account_id), uuid4())
    for meeting_id in (held, waiting):
        decided = RecordDecisions(
            meeting_id=meeting_id,
            viewer=me.viewer,
            decisions=[Decided(ids[1], Decision.ACCEPT)],
            present=[me.account_id, process.account_id],
        )
        services.meetings.handle(decided, Moment(now, me.account_id), uuid4())
    confirmed = ConfirmDecisions(meeting_id=held, viewer=process.viewer, recorded=2)
    services.meetings.handle(confirmed, Moment(now, process.account_id), uuid4())
    norm = SetNorm(
        norm_id=uuid4(),
        viewer=process.viewer,
        en="Call first.",
        nl="Bel eerst.",
        reason="It is kinder.",
        pages=["caseload.caseload"],
        review_on=services.today + timedelta(days=90),
    )
    services.norms.handle(norm, Moment(now, process.account_id), uuid4())
    texts = texts_of("driving_licence", declared()) | {"definition": ("Mopeds count.", "Brommers tellen mee.")}
    revise = ReviseDefinition(
        subject="driving_licence",
        viewer=process.viewer,
        valid_from=services.today,
        texts=texts,
        parameters=parameters_of("driving_licence", declared()),
        reason="asked",
        signal=ids[1],
    )
    services.definitions.handle(revise, Moment(now, process.account_id), uuid4())
    with services.database.write() as connection:
        replies.save(connection, None, kind=None, step=None, name="Thanks", en="Thank you.", nl="Dank je.")
        routing.add(connection, "fault", None, None, None, None)
    for step in ("plan", "deliver"):
        do(
            MoveSignal(
                signal_id=ids[1], viewer=process.viewer, transition=step, reason="It is there", on=services.today
            )
        )
    do(MoveSignal(signal_id=ids[2], viewer=me.viewer, transition="mark_duplicate", of=ids[0]))
    services.engine.catch_up()
    return ids[0], ids[1], held, ahead, waiting


def what_ifs(town: Town) -> list[UUID]:
    """One that is counted, and one that is not yet."""
    services, ids = town.services, [uuid4(), uuid4()]
    for what_if_id in ids:
        with services.database.write() as connection:
            what_if.ask(
                connection,
                what_if_id,
                "not_seen",
                declared(),
                declared().revised("not_seen", {"months": 1}),
                form={"parameters": {"months": 1}},
                as_of=services.today,
                asked_at=services.clock(),
                asked_by=town.accounts["process"].account_id,
            )
        if what_if_id == ids[0]:
            assert what_if.count_next(services.engine)
    return ids


@pytest.mark.parametrize(("locale", "scheme", "width"), LOOKS)
def test_axe_finds_nothing_and_no_page_is_wider_than_the_screen(
    town: Town, address: str, browser: Browser, locale: str, scheme: str, width: int
) -> None:
    client_id = town.new_client("coach", "Anna de Vries")
    offer_id, proposal_id, conversation_id = busy(town, client_id)
    weekly_lists.build(town.services.engine, Week.of(town.services.today), town.services.clock())
    signal_id, delivered, held, ahead, waiting = voices(town)
    counted, uncounted = what_ifs(town)
    pages = {
        "coach": [
            "/caseload",
            "/caseload?show=no_plan&field=cv&is=unknown",
            f"/clients/{client_id}",
            f"/clients/{client_id}/contact",
            f"/clients/{client_id}/plan",
            f"/clients/{client_id}/close",
            f"/clients/{client_id}/fields/driving_licence",
            f"/clients/{client_id}/fields/birth_date",
            f"/clients/{client_id}/fields/debts",
            "/intake",
            "/weekly-list",
            "/signals/new",
            "/signals/mine",
            "/signals",
            "/signals/voices",
            "/definitions",
            "/city",
            "/clients/none",
            "/today",
            "/caseload?field=language_level&scope=team",
            "/caseload?field=last_seen&f=cv:unknown",
            f"/clients/{client_id}/shown-to-client",
            "/contacts/group",
            f"/clients/{client_id}/transfer",
            "/offers",
            "/offers/new",
            "/offers/import",
            "/caseload/then",
            f"/offers/{offer_id}",
            f"/offers/{offer_id}/match",
            f"/clients/{client_id}/proposals/{proposal_id}/letter",
            "/conversations",
            f"/conversations/{conversation_id}",
            f"/signals/{delivered}",
            f"/signals/{signal_id}",
        ],
        "manager": [
            "/team",
            "/caseload",
            f"/clients/{client_id}/assign",
            "/team/leave",
            "/team/reassign",
            "/conversations",
            f"/caseload/then?day=2026-06-02&coach={town.accounts['coach'].account_id}",
        ],
        "quality": ["/quality"],
        "process": [
            "/city",
            "/definitions/driving_licence",
            "/definitions/seen",
            "/norms",
            "/norms/new",
            "/whats-new",
            "/whats-new/new",
            "/signals?view=list",
            f"/signals/{signal_id}",
            "/definitions/not_seen",
            f"/definitions/what-if/{counted}",
            f"/definitions/what-if/{uncounted}",
            "/signals/settings/deadlines",
            "/signals?view=list&all=1",
        ],
        "improver": [
            "/signals",
            f"/signals/{signal_id}",
            "/signals/settings/replies",
            "/signals/settings/routing",
            "/signals/import",
            "/meetings",
            f"/meetings/{ahead}",
            f"/meetings/{held}",
            f"/meetings/{waiting}",
            "/news",
            "/signals/mine",
        ],
        "privacy": ["/privacy"],
        "admin": ["/people", "/operations"],
    }
    found: list[str] = []
    for username, paths in pages.items():
        with browser.new_context(
            locale=locale,
            color_scheme=scheme,
            viewport={"width": width, "height": 900},  # type: ignore[arg-type]
        ) as context:
            page = context.new_page()
            page.goto(f"{address}/log-in")
            found += problems(page)
            page.locator("#username").fill(username)
            page.locator("#password").fill(PASSWORD)
            page.locator("main button").click()
            for path in paths:
                page.goto(address + path)
                found += problems(page)
    assert found == []


@pytest.mark.parametrize(("locale", "scheme", "width"), LOOKS)
def test_axe_finds_nothing_on_what_pages_answer(
    town: Town, address: str, browser: Browser, locale: str, scheme: str, width: int
) -> None:
    signal_id, *_ = voices(town)
    found: list[str] = []
    with browser.new_context(
        locale=locale,
        color_scheme=scheme,
        viewport={"width": width, "height": 900},  # type: ignore[arg-type]
    ) as context:
        page = context.new_page()
        page.goto(f"{address}/log-in")
        page.locator("#username").fill("process")
        page.locator("#password").fill(PASSWORD)
        page.locator("main button").click()

        def look() -> None:
            found.extend(problems(page))

        for view in ("", "?view=list"):
            page.goto(f"{address}/signals{view}")
            page.locator("#words").fill("mopeds")
            page.locator("[role=search] button").click()
            expect(page.locator("[role=status]")).to_contain_text("3")
            look()
        page.goto(f"{address}/signals/{signal_id}")
        page.locator("#text").fill("Ask anna@example.org")
        page.locator("button[value=comment]").click()
        expect(page.locator("code", has_text="anna@example.org")).to_be_visible()
        look()
        page.goto(f"{address}/signals/{signal_id}")
        page.locator("button[value=mark_duplicate]").click()
        expect(page.get_by_role("alert")).to_be_visible()
        look()
        page.goto(f"{address}/signals/new?page=caseload.caseload&field=cv")
        page.locator("[name=kind]").first.check()
        page.locator("#seen").fill("Mopeds of 06-12345678 are not counted")
        page.locator("form.narrow button").first.click()
        expect(page.get_by_role("alert")).to_be_visible()
        look()
        page.goto(f"{address}/signals/settings/deadlines")
        page.locator("[name=fault-triage]").fill("never")
        page.locator("main button").click()
        expect(page.locator("[name=fault-triage]")).to_have_attribute("aria-invalid", "true")
        look()
    assert found == []
