"""Colleagues who are brought in by a mention: the one who is meant, and nobody else."""

from __future__ import annotations

from dataclasses import replace
from html import unescape
from uuid import uuid4

from records import people
from tests.web.conftest import HASH, Town
from tests.web.test_signals import last, log, step


def test_a_mention_reaches_the_one_who_is_meant_or_asks_which(town: Town) -> None:
    def new(username: str, full_name: str) -> None:
        with town.services.database.write() as connection:
            account = replace(
                town.accounts["colleague"], account_id=uuid4(), username=username, full_name=full_name, email=None
            )
            people.add_account(connection, account, "", password_hash=HASH)

    for username, full_name in (("jj1", "Jan Jansen"), ("jj2", "Jan Jansen"), ("obrien", "Jan O'Brien")):
        new(username, full_name)
    new("piet.bos", "Somebody Else")
    new("pb", "Piet Bos")
    log(town.visit("coach"))
    signal_id, improver = last(town), town.visit("improver")
    head = town.services.log.head()
    page = unescape(step(improver, signal_id, "comment", 400, text="Ask @Jan.Jansen."))
    assert "Several colleagues are called @Jan.Jansen. Write the @username of the one you mean." in page
    assert town.services.log.head() == head
    step(improver, signal_id, "comment", text="Ask @JJ2, @Jan.O'Brien, and @Piet.Bos.")
    told = {who: "Mopeds" in town.visit(who).get("/news") for who in ("jj1", "jj2", "obrien", "piet.bos", "pb")}
    assert told == {"jj1": False, "jj2": True, "obrien": True, "piet.bos": True, "pb": False}
