"""A form that is sent while the database takes nothing is told so, nothing of it is stored, and it is done once when it
is sent again: of each topic that coaches and managers record."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import pytest

from application.services import Services
from tests.web.conftest import build_town
from tests.web.test_lengths import SentForm, forms_of, pages_of

# By who sends it: where the forms of each topic go.
TOPICS = {
    "coach": {
        "steps": r"/steps\b",
        "tasks": r"/tasks\b",
        "own notes and marks": r"/own-note|/marks?\b|/own\b",
        "invitations": r"invit",
        "sessions": r"sessions?\b|workshops?\b",
        "helpers": r"helpers?\b",
        "e-mails": r"mails?\b",
        "exemptions": r"exempt",
    },
    "manager": {"take-overs": r"take-?over", "exemptions": r"exempt"},
}


@contextmanager
def locked(services: Services) -> Iterator[None]:
    with closing(sqlite3.connect(services.settings.sqlite_path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


@pytest.mark.parametrize("who", TOPICS)
def test_a_form_of_each_topic_says_so_and_is_done_once_later(
    who: str, make_services: Callable[..., Services], fresh_sqlite: str
) -> None:
    services = make_services(fresh_sqlite, WERKPAD_LOCK_TIMEOUT="1")
    town = build_town(services)
    visitor = town.visit(who)
    forms: dict[str, list[SentForm]] = {topic: [] for topic in TOPICS[who]}
    for form in forms_of(visitor, pages_of(town), set()):
        for topic, pattern in TOPICS[who].items():
            if form.post and re.search(pattern, form.action):
                forms[topic].append(form)
    before, told = services.log.head(), []
    with locked(services):
        for topic, sent in forms.items():
            for form in sent:
                answer = visitor.client.post(form.action, data=form.values)
                # What is refused for what was typed is refused as always.
                assert answer.status_code in (303, 400, 403, 404, 409, 503), (form.action, answer.status_code)
                if answer.status_code == 503:
                    page = answer.get_data(as_text=True)
                    assert answer.headers["Retry-After"] and "Traceback" not in page, form.action
                    assert "Nothing was saved" in page, form.action
                    told.append((topic, form))
    assert services.log.head() == before
    assert {topic for topic, _ in told} == TOPICS[who].keys()
    for _, form in told:
        first = visitor.client.post(form.action, data=form.values)
        assert first.status_code < 500, form.action
        after = services.log.head()
        if first.status_code == 303:
            assert visitor.client.post(form.action, data=form.values).status_code < 500
            assert services.log.head() == after, f"{form.action} was done twice"
    assert services.log.head() > before
