"""What coach and manager, privacy officer and improvement team do together, by keys alone, at a desk, on a tablet and
on a phone, with a script and without; each page of it is checked with axe on a phone, in both languages."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID, uuid4

from playwright.sync_api import Browser, Locator, Page, expect

from domain.client import RegisterField, TakeIntake
from eventlog.commands import CommandContext
from tests.web.at_work import appointment_of, busy
from tests.web.conftest import Town
from tests.web.looking import problems
from tests.web.test_meetings import plan_meeting, two_triaged
from tests.web.walking import PLACES, press, visiting, write

TONGUES = [("en-GB", "light"), ("nl-NL", "dark")]


def looked_at(town: Town, browser: Browser, address: str, paths: dict[str, list[str]]) -> list[str]:
    """What axe finds on these pages on a phone, by who looks at them, with everything that folds unfolded."""
    found = []
    for locale, scheme in TONGUES:
        for who, asked in paths.items():
            with visiting(town, browser, address, who, width=360, locale=locale, scheme=scheme) as page:
                for path in asked:
                    answer = page.goto(address + path)
                    assert answer is not None and answer.status == 200, path
                    page.evaluate("document.querySelectorAll('main details').forEach(each => { each.open = true; })")
                    found += problems(page)
    return found


def button(page: Page, name: str) -> Locator:
    return page.locator("main").get_by_role("button", name=name, exact=True)


def choose(at: Locator, label: str) -> None:
    """By keys: the options are gone through until the one that is meant is chosen."""
    at.focus()
    for _ in range(at.locator("option").count() + 1):
        if at.locator("option:checked").inner_text().startswith(label):
            return
        at.page.keyboard.press("ArrowDown")
    raise AssertionError(f"{label} can't be reached by keys")


@PLACES
def test_a_conversation_is_prepared_by_the_coach_and_held_with_the_manager(
    town: Town, address: str, browser: Browser, width: int, scripts: bool
) -> None:
    for name in ("Anna de Vries", "Bram Bakker"):
        town.new_client("coach", name)
    day = town.services.today + timedelta(days=1)
    with visiting(town, browser, address, "manager", width=width, scripts=scripts) as page:
        page.goto(f"{address}/conversations")
        choose(page.locator("#coach"), "Coach")
        page.locator("#held_on").fill(day.isoformat())
        press(button(page, "Plan a conversation"))
        press(page.locator("main tbody a"))
        expect(page.locator("main")).to_contain_text("The coach sees this sheet first.")
        sheet = page.url
        expect(page.locator("#cases")).to_have_count(0)
    with visiting(town, browser, address, "coach", width=width, scripts=scripts) as page:
        page.goto(sheet)
        press(page.get_by_role("link", name="Choose clients"))
        choose(page.locator("#first"), "Bram")
        choose(page.locator("#second"), "Anna")
        press(button(page, "Save"))
        expect(page.locator("section:has(#cases) li")).to_have_text(["Bram Bakker", "Anna de Vries"])
        write(page.locator("#remark"), "Two hard weeks.")
        press(button(page, "I have seen this"))
        expect(page.locator("main")).to_contain_text("Two hard weeks.")
    with visiting(town, browser, address, "manager", width=width, scripts=scripts) as page:
        page.goto(sheet)
        expect(page.locator("section:has(#cases) li")).to_have_text(["Bram Bakker", "Anna de Vries"])
        write(page.locator("#promise"), "Ask for a second screen.")
        page.locator("#due_on").fill((day + timedelta(days=9)).isoformat())
        press(button(page, "Save promise"))
        expect(page.locator("section:has(#promised)")).to_contain_text("Ask for a second screen.")
        write(page.locator("#text"), "Less of the other team.")
        press(page.locator("button[value=note]"))
        expect(page.locator("section:has(#agreed)")).to_contain_text("The other has not confirmed it yet.")
    with visiting(town, browser, address, "coach", width=width, scripts=scripts) as page:
        page.goto(sheet)
        press(button(page, "Yes, this is what we agreed"))
        expect(page.locator("section:has(#agreed)")).to_contain_text("Confirmed by both on")
        press(page.locator("button[value=done]"))
        expect(page.locator("section:has(#promised)")).to_contain_text("Done on")
    if width == 360:
        path = sheet.removeprefix(address)
        pages = {"coach": ["/conversations", path, f"{path}/cases"], "manager": ["/conversations", path]}
        assert looked_at(town, browser, address, pages) == []


@PLACES
def test_clients_are_taken_over_for_a_time_and_given_back_in_one_step(
    town: Town, address: str, browser: Browser, width: int, scripts: bool
) -> None:
    for name in ("Anna de Vries", "Bram Bakker"):
        town.new_client("coach", name)
    with visiting(town, browser, address, "manager", width=width, scripts=scripts) as page:
        page.goto(f"{address}/team/take-overs")
        choose(page.locator("#coach"), "Coach")
        press(page.get_by_label("Colleague Invented", exact=False), "Space")
        press(button(page, "Preview"))
        expect(page.locator("#preview")).to_be_visible()
        preview = page.url.removeprefix(address)
        page.locator("#back_on").fill((town.services.today + timedelta(days=60)).isoformat())
        press(page.get_by_label("Bram Bakker", exact=False), "Space")
        press(button(page, "Hand over until that day"))
        row = page.locator("main tbody tr")
        expect(row).to_have_count(1)
        expect(row).to_contain_text("Colleague Invented")
        with visiting(town, browser, address, "colleague", width=width, scripts=scripts) as other:
            other.goto(f"{address}/caseload")
            expect(other.locator(".clients tbody tr")).to_have_count(1)
            expect(other.locator(".clients tbody")).to_contain_text("Anna de Vries")
        press(row.get_by_role("link", name="Give back"))
        expect(page.locator("section:has(#back)")).to_contain_text("Anna de Vries")
        given = page.url.removeprefix(address)
        assert (
            width != 360 or looked_at(town, browser, address, {"manager": ["/team/take-overs", preview, given]}) == []
        )
        press(button(page, "Give 1 client back"))
        expect(page.locator("main")).to_contain_text("1 client was given back.")
        expect(page.locator("main")).to_contain_text("Nobody is left to give back.")
    with visiting(town, browser, address, "coach", width=width, scripts=scripts) as page:
        page.goto(f"{address}/caseload")
        expect(page.locator(".clients tbody tr")).to_have_count(2)


@PLACES
def test_letters_are_written_to_those_whom_a_filter_leaves_and_each_is_a_page_in_print(
    town: Town, address: str, browser: Browser, width: int, scripts: bool
) -> None:
    for name, licence in (("Anna de Vries", ["B"]), ("Bram Bakker", ["AM"]), ("Carla Claes", None)):
        client_id = town.new_client("coach", name)
        if licence:
            known(town, client_id, "driving_licence", licence)
    with visiting(town, browser, address, "coach", width=width, scripts=scripts) as page:
        page.goto(f"{address}/caseload?f=driving_licence:known")
        ways = page.locator("a[href*='/caseload/people']").first
        if not ways.is_visible():
            press(page.locator("details:has(a[href*='/caseload/people']) > summary").first)
        press(ways)
        write(page.locator("#subject_nl"), "Open dag")
        write(page.locator("#text_nl"), "Komt u ook?")
        write(page.locator("#phone"), "14 010")
        press(page.locator("details:has(input[id^='p-']) > summary"))
        expect(page.locator("input[id^='p-']")).to_have_count(2)
        filtered = page.url.removeprefix(address)
        press(button(page, "Show the letters"))
        letters = page.locator("article.letter")
        expect(letters).to_have_count(2)
        assert looked_at_print(page) == []
        if width == 360:
            # The letters are the answer to a form: nobody comes to them by an address.
            assert looked_at(town, browser, address, {"coach": [filtered]}) == []
            assert not scripts or problems(page) == []


def looked_at_print(page: Page) -> list[str]:
    """What of the letters is not as it should be on paper: each alone on its page, and nothing of the screen."""
    page.emulate_media(media="print")
    found = [
        f"letter {nth}: {text}"
        for nth, letter in enumerate(page.locator("article.letter").all())
        for text in ("Komt u ook?", "14 010", "Coach Invented")
        if text not in letter.inner_text()
    ]
    breaks = page.locator("article.letter").evaluate_all(
        "all => all.slice(1).map((each, nth) =>"
        " getComputedStyle(each).breakBefore + getComputedStyle(all[nth]).breakAfter)"
    )
    found += [f"no page of its own: {each}" for each in breaks if "page" not in each]
    found += of_the_screen(page, "h1")
    page.emulate_media(media="screen")
    return found


def of_the_screen(page: Page, *more: str) -> list[str]:
    """What would be printed beside a letter, though it belongs to the screen."""
    page.emulate_media(media="print")
    kinds = ("header", "nav", "button", "footer", "main a", "p.tools", "[role=status]", *more)
    shown = page.locator(", ".join(f"{kind}:visible" for kind in kinds))
    return [f"printed: {text}" for text in shown.all_inner_texts()]


def test_nothing_of_the_screen_is_printed_beside_a_letter(town: Town, address: str, browser: Browser) -> None:
    client_id = town.new_client("coach", "Anna de Vries")
    _, proposal_id, _ = busy(town, client_id)
    appointment_id = appointment_of(town, client_id)
    letters = (f"proposals/{proposal_id}/letter", f"appointments/{appointment_id}/letter")
    with visiting(town, browser, address, "coach") as page:
        for path in letters:
            page.goto(f"{address}/clients/{client_id}/{path}")
            expect(page.locator(".letter")).to_be_visible()
            assert of_the_screen(page) == [], path


def known(town: Town, client_id: UUID, field: str, value: object) -> None:
    command = RegisterField(client_id=client_id, field=field, value=value, known_on=town.services.today)
    context = CommandContext(town.services.clock(), town.accounts["coach"].account_id)
    town.services.clients.handle(command, context, uuid4())
    town.services.engine.catch_up()


@PLACES
def test_a_person_is_found_by_number_confirmed_and_erased(
    town: Town, address: str, browser: Browser, width: int, scripts: bool
) -> None:
    team, client_id = town.accounts["coach"].team_id, uuid4()
    assert team is not None
    intake = TakeIntake(
        client_id=client_id, held_on=town.services.today, team=team, name="Grietje Heuvel", client_number="W-4711"
    )
    context = CommandContext(town.services.clock(), town.accounts["coach"].account_id)
    town.services.clients.handle(intake, context, uuid4())
    known(town, client_id, "birth_date", "1980-05-17")
    with visiting(town, browser, address, "privacy", width=width, scripts=scripts) as page:
        page.goto(f"{address}/privacy")
        write(page.locator("#words"), "W-4711")
        page.keyboard.press("Enter")
        expect(page.locator("main tbody th")).to_have_text("Grietje Heuvel")
        assert "4711" not in page.url
        assert width != 360 or not scripts or problems(page) == []
        press(page.get_by_role("link", name="Erase Grietje Heuvel"))
        facts = page.locator("dl.facts")
        for fact in ("Grietje Heuvel", "W-4711", "17-05-1980"):
            expect(facts).to_contain_text(fact)
        confirming = page.url.removeprefix(address)
        assert width != 360 or looked_at(town, browser, address, {"privacy": ["/privacy", confirming]}) == []
        press(page.locator("#sure"), "Space")
        press(button(page, "Erase"))
        expect(page.locator("section:has(#erasures) tbody")).to_contain_text(str(client_id))
        assert [each.stream_id for each in town.services.log.erasures()] == [client_id]
        expect(page.locator("main")).not_to_contain_text("Grietje")


@PLACES
def test_a_meeting_is_walked_one_item_at_a_time_and_confirmed_by_a_second(
    town: Town, address: str, browser: Browser, width: int, scripts: bool
) -> None:
    two_triaged(town)
    meeting = plan_meeting(town, town.visit("improver"))
    path = f"/meetings/{meeting}"
    with visiting(town, browser, address, "improver", width=width, scripts=scripts) as page:
        page.goto(address + path)
        assert width != 360 or looked_at(town, browser, address, {"improver": ["/meetings", path]}) == []
        press(page.get_by_label("Coach Invented", exact=False), "Space")
        items = page.locator("details.walked")
        expect(page.locator("details.walked[open]")).to_have_count(1)
        first = items.first
        press(first.get_by_label("accept", exact=True), "Space")
        press(items.nth(1).locator("summary"))
        expect(page.locator("details.walked[open]")).to_have_count(1)
        expect(first.locator("fieldset")).to_be_hidden()
        second = items.nth(1)
        press(second.get_by_label("duplicate", exact=False), "Space")
        picker = second.locator("select[name^='of-']")
        original = picker.locator("option").nth(1).inner_text()
        choose(picker, original[:20])
        press(button(page, "Record the decisions"))
        expect(page.locator("main")).to_contain_text("It takes effect when somebody else who was there confirms it")
        expect(button(page, "Confirm: this was decided")).to_have_count(0)
    with visiting(town, browser, address, "coach", width=width, scripts=scripts) as page:
        page.goto(address + path)
        assert width != 360 or looked_at(town, browser, address, {"coach": [path]}) == []
        tags = page.locator("ol.timeline .tag")
        assert re.findall("accept|duplicate", " ".join(tags.all_inner_texts())) == ["accept", "duplicate"]
        press(button(page, "Confirm: this was decided"))
        expect(page.locator("main")).to_contain_text("confirmed by somebody else who was there")
    assert width != 360 or looked_at(town, browser, address, {"coach": [path], "improver": [path, "/meetings"]}) == []
    states = {town.services.signals.state(s).state.value for s in signals_of(town)}  # type: ignore[union-attr]  # there is one
    assert states == {"accepted", "duplicate"}


def signals_of(town: Town) -> list[UUID]:
    found = re.findall(r'href="/signals/([0-9a-f-]{36})', town.visit("improver").get("/signals?view=list&all=1"))
    return [UUID(each) for each in dict.fromkeys(found)]
