"""Whatever is sent to a page, of whatever kind the ids in its address are: it is answered, and never by a failure."""

from __future__ import annotations

import io
import random
import re
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from werkzeug.routing import Rule

import web
from records import people, replies, routing
from tests.web.at_work import busy, voices
from tests.web.conftest import Town, Visitor

ODD = (
    "",
    " ",
    "x",
    "0",
    "-1",
    "9" * 30,
    "2026-11-18",
    "2026-13-45",
    "9999-12-31",
    "0001-01-01",
    "é" * 3000,
    "<script>",
    "%s%n",
    "{}",
    "null",
    "1e9",
    "'\";--",
    "\u202e",
    "²",
    "١٢",
    "a@b.nl",
    "@nobody",
    "city",
    "csv",
    "json",
    "list",
    "accept",
    "plan",
    "mark_duplicate",
    "withdraw",
    "revise",
    "compare",
    "set",
    "fault",
    "yes",
    "no",
    "cv",
    "seen",
    "caseload.caseload",
    "unknown",
    "is",
    "between",
    "spoken",
    "office",
    "value",
    "declined",
)
STEPS = (
    "triage",
    "ask",
    "answer",
    "comment",
    "note",
    "assign",
    "classify",
    "judge",
    "redact",
    "mark_duplicate",
    "reopen",
    "plan",
    "deliver",
    "support",
    "follow",
)
REQUESTS = 250
WEB = Path(web.__file__).parent


@pytest.mark.parametrize("who", ["coach", "quality", "manager", "improver", "process", "privacy", "admin"])
def test_whatever_is_sent_is_answered(town: Town, who: str) -> None:
    rng = random.Random(who)  # noqa: S311 - odd requests, the same each time
    ids = ids_of_every_kind(town)
    names = sorted(field_names())
    visitor = town.visit(who)
    token = visitor.token("/definitions")
    rules = [rule for rule in town.app.url_map.iter_rules() if rule.endpoint not in ("static", "log_in.log_out")]
    failed = []
    for _ in range(REQUESTS):
        rule = rng.choice(rules)
        path, pool = address(rule, rng, ids), [*ODD, *ids]
        query = {rng.choice(names): rng.choice(pool) for _ in range(rng.randint(0, 3))}
        method = rng.choice(sorted((rule.methods or set()) & {"GET", "POST"}))
        form = {name: rng.choice(pool) for name in rng.sample(names, rng.randint(0, 14))}
        form |= {"step": rng.choice(STEPS)} if rng.random() < 0.5 else {}
        form |= {"csrf_token": token, "command_id": str(uuid4())}
        status = ask(visitor, method, path, query, form, token)
        if status >= 500:
            failed.append((method, re.sub("é+", "é", path), query, form, status))
    assert failed == []


def ask(visitor: Visitor, method: str, path: str, query: dict[str, str], form: dict[str, str], token: str) -> int:
    if method == "GET":
        return visitor.client.get(path, query_string=query).status_code
    if path.startswith("/api"):
        headers = {"X-CSRFToken": token, "Idempotency-Key": str(uuid4())}
        body = {name: form[name] for name in ("reason", "of", "on") if name in form}
        return visitor.client.post(path, json=body, headers=headers).status_code
    return visitor.client.post(path, query_string=query, data=form).status_code


def address(rule: Rule, rng: random.Random, ids: list[str]) -> str:
    """An address of a route, its ids those of anything."""
    words = ("driving_licence", "cv", "debts", "seen", "triage", "nothing")

    def filled(found: re.Match[str]) -> str:
        return rng.choice(ids) if found[0].startswith("<uuid:") else rng.choice(words)

    return re.sub(r"<[^>]+>", filled, rule.rule)


def ids_of_every_kind(town: Town) -> list[str]:
    client_id = town.new_client("coach", "Anna de Vries", date(2026, 6, 1))
    found = [client_id, *busy(town, client_id), *voices(town), uuid4()]
    found += [account.account_id for account in town.accounts.values()]
    with town.services.database.read() as connection:
        found += [team.team_id for team in people.all_teams(connection)]
        found += [reply.reply_id for reply in replies.everything(connection)]
        found += [rule.rule_id for rule in routing.rules(connection)]
    return [str(each) for each in found]


def field_names() -> set[str]:
    """The names of everything that a template's form or a page's address may have."""
    texts = [path.read_text() for kind in ("*.py", "*.html") for path in sorted(WEB.rglob(kind))]
    found = {name for text in texts for name in re.findall(r'name="([\w.-]+)"', text)}
    found |= {name for text in texts for name in re.findall(r'(?:form|args)\.get(?:list)?\("([\w.-]+)"', text)}
    return found | {name for text in texts for name in re.findall(r"^    (\w+) = \w+Field\(", text, re.MULTILINE)}


# Pages whose forms read their own fields and nothing else.
TYPED = (
    "signal",
    "signal_new",
    "signal_settings",
    "signals",
    "meetings",
    "plan",
    "whats_new",
    "news",
    "notifications",
    "definitions",
    "norms",
)
NO_TEXT = ("é" * 100_000, "9" * 5000, ["x", "y"], b"\xff\xfe", None)


@pytest.mark.parametrize("who", ["improver", "process"])
def test_what_is_no_text_or_far_too_long_is_answered(town: Town, who: str) -> None:
    """A file or JSON in the place of a text, letters and digits without end, all twice, bytes that are no text."""
    ids, visitor = ids_of_every_kind(town), town.visit(who)
    token, names = visitor.token("/definitions"), sorted(field_names())
    rng = random.Random(who)  # noqa: S311 - odd requests, the same each time
    rules = [rule for rule in town.app.url_map.iter_rules() if rule.endpoint.partition(".")[0] in TYPED]
    failed = []
    for rule in (rule for rule in rules if "POST" in (rule.methods or set())):
        path = address(rule, rng, ids)
        for value in NO_TEXT:
            step = rng.choice((*STEPS, "withdraw", "compare", "look", "without"))
            form: dict[str, object] = {
                name: (io.BytesIO(b"x"), "x.txt") if value is None else value for name in rng.sample(names, 8)
            }
            form |= {"step": step, "what": step, "send": step, "part": "plan_of_action", "item": ids[0]}
            form |= {"csrf_token": token, "command_id": str(uuid4())}
            status = visitor.client.post(path, data=form).status_code
            failed += [(path, step, type(value), sorted(form))] if status >= 500 else []
        for body in ({"seen": {"a": 1}, "step": ["x"]}, ["x"]):
            status = visitor.client.post(path, json=body, headers={"X-CSRFToken": token}).status_code
            failed += [(path, "", type(body), [])] if status >= 500 else []
    assert failed == []
