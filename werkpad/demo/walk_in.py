"""The way of one person through the demonstration: applies, is taken in, answers by a link, and is found by it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from html import unescape

from werkpad.demo.check import NotRightError, Visitor

NAME = "Wies Wandelaar"
BORN = {"day": "27", "month": "3", "year": "1988"}
NEED = "I came by to see whether this works."
CLIENT = re.compile(r"/clients/([0-9a-f-]{36})")
CODE = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}\b")
HIDDEN = re.compile(r"<input[^>]*>")
PAGES = 4

Step = tuple[str, bool]


def walk_in(base: str, say: Callable[[str], None]) -> int:
    """Take each step, a line for each; the number of those that were not right."""
    wrong = 0
    began = time.monotonic()
    try:
        for what, right in _steps(base):
            took, began = 1000 * (time.monotonic() - began), time.monotonic()
            wrong += not right
            say(f"{'ok ' if right else 'BAD'} walk-in      {took:5.0f} ms  {what}")
    except NotRightError as error:
        wrong += 1
        say(f"BAD walk-in  {error}")
    return wrong


def _steps(base: str) -> Iterator[Step]:
    person, coach = Visitor(base), Visitor(base)
    coach.log_in("coach")
    said = {"name": NAME, **BORN, "phone": "06-00009998", "language": "en", "need": NEED}
    yield "applies on the public page", "What happens next" in _send(person, "/apply", said)
    applied = re.findall(rf'href="(/applications/[0-9a-f-]{{36}})">{NAME}<', _page(coach, "/applications"))
    if not applied:
        raise NotRightError("/applications: the application is not in the queue")
    yield "stands in the queue, in the own words", NEED in _page(coach, applied[-1])
    intake = f"/intake?application={applied[-1].rpartition('/')[2]}"
    known = {name: value for name, value in _fields(_page(coach, intake)).items() if name in INTAKE}
    file = _send(coach, intake, {**known, "coach": _coach(_page(coach, intake)), "somebody_else": "y"}, to="/intake")
    yield "is taken in, and nothing is typed again", NEED in file and NAME in file
    found = CLIENT.search(file)
    if found is None:
        raise NotRightError("/intake: there is no file")
    client = f"/clients/{found[1]}"
    code = CODE.search(_send(coach, client, {"how": "letter"}, to=f"{client}/questionnaire"))
    if code is None:
        raise NotRightError("the letter has no code")
    yield "gets a letter with a code", True
    yield "opens the questions by it", "Page 1 of" in _send(person, "/questionnaire", {"code": code[0], **BORN})
    for number in range(1, PAGES + 1):
        page = f"/questionnaire/questions/{number}"
        answered = {"v-driving_licence": "B"} if 'name="v-driving_licence"' in _page(person, page) else {}
        _send(person, page, {**answered, "go": "next"})
    yield "answers and sends them", "were sent" in _send(person, "/questionnaire/check", {})
    yield "is in the file by it", "the client" in _page(coach, client)
    yield "is in the caseload by it", NAME in _page(coach, "/caseload?f=driving_licence:is:B&sort=name")
    offers = re.findall(r'href="(/offers/[0-9a-f-]{36})"', _page(coach, "/offers"))
    yield "is matched by it", any(NAME in _page(coach, f"{offer}/match") for offer in offers[:3])


INTAKE = ("client_id", "held_on", "name", "birth_date", "email", "phone", "language")


def _page(visitor: Visitor, path: str) -> str:
    status, text = visitor.get(path)
    if status != 200:
        raise NotRightError(f"{path}: {status}")
    return text


def _send(visitor: Visitor, path: str, said: dict[str, str], to: str = "") -> str:
    """Fill the form of a page, and send it; the page that follows."""
    hidden = {name: value for name, value in _fields(_page(visitor, path)).items() if name in HIDDEN_NAMES}
    status, text = visitor.get(to or path, {**hidden, **said})
    if status != 200:
        raise NotRightError(f"{to or path}: {status}")
    return text


HIDDEN_NAMES = ("csrf_token", "command_id", "client_id")


def _fields(page: str) -> dict[str, str]:
    """The fields of the forms of a page with their values, each the first of its name."""
    found: dict[str, str] = {}
    for field in HIDDEN.findall(page):
        name, value = re.search(r'name="([^"]*)"', field), re.search(r'value="([^"]*)"', field)
        if name and value:
            found.setdefault(name[1], unescape(value[1]))
    return found


def _coach(page: str) -> str:
    """The first coach that the intake offers."""
    choice = re.search(r'<select[^>]*name="coach"[^>]*>.*?<option[^>]*value="([0-9a-f-]{36})"', page, re.DOTALL)
    if choice is None:
        raise NotRightError("/intake: there is no coach to choose")
    return choice[1]
