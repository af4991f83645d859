"""One e-mail address, at every place where somebody gives one, and where a mail leaves."""

from __future__ import annotations

import re
from pathlib import Path
from uuid import UUID

import pytest

from application import composing
from application.undelivered import RefusedForGoodError
from domain.client import TakeIntake
from domain.mail_address import optional_address
from domain.refusal import Refused
from eventlog.commands import CommandContext
from tests.conftest import NOW, environment
from werkpad.settings import Settings, SettingsError

NONE = (
    "jan@x.example,piet@y.example",
    "jan@x.example;piet@y.example",
    "jan@x.example piet@y.example",
    "Jan <jan@x.example>",
    "jan@x.example\nBcc: piet@y.example",
    "jan@x.example, ",
    "jan@x.example\r\nRCPT TO:<piet@y.example>",
    "jan:piet@y.example;",
    "jan@x.example@y.example",
    "jan@x.example.",
    "jan @x.example",
    "jan@x_y.example",
    "jan@-x.example",
    "jan\x00@x.example",
    "jan\u202e@x.example",
    "jan",
    "jan@example",
    "@x.example",
    ".jan@x.example",
    "jan@x..example",
    "jan@[192.0.2.1]",
    '"a,b"@x.example',
    "x" * 65 + "@x.example",
    "x" * 300 + "@x.example",
)


@pytest.mark.parametrize("text", NONE)
def test_what_is_not_one_address_is_refused_beside_its_field(text: str) -> None:
    command = TakeIntake(client_id=UUID(int=1), held_on=NOW.date(), team=UUID(int=2), name="Jan", email=text)
    for give in (
        lambda: optional_address(text, field="email"),
        lambda: command.decide(None, CommandContext(NOW)),
    ):
        with pytest.raises(Refused) as refused:
            give()
        assert refused.value.field == "email"


@pytest.mark.parametrize("text", [*NONE, "", " "])
def test_what_is_not_one_address_neither_leaves_nor_sends(text: str) -> None:
    """One judge for all: what was stored before it judged is not sent to, and no settings send from it."""
    with pytest.raises(RefusedForGoodError, match="address_refused"):
        composing._one_address(text)
    from_here = {"WERKPAD_SMTP_URL": "smtp://127.0.0.1:25", "WERKPAD_MAIL_FROM": text}
    with pytest.raises(SettingsError, match="WERKPAD_MAIL_FROM is the address that mail comes from") as mistakes:
        Settings.from_environment(environment("sqlite://", **from_here))
    assert not text.strip() or text.strip() not in str(mistakes.value)


@pytest.mark.parametrize("text", [" jan@x.example ", "jan.de-vries+werk@x.example", "jan@m\u00fcller.example"])
def test_one_address_is_taken(text: str) -> None:
    assert optional_address(text, field="email") == text.strip()
    assert composing._one_address(text).addr_spec.isascii()


def test_no_address_is_none() -> None:
    assert optional_address(None, field="email") is None and optional_address("  ", field="email") is None


def test_nobody_judges_an_address_for_himself() -> None:
    """Who looks for an `@` or parses an address beside `domain/mail_address.py` decides otherwise one day."""
    judges = re.compile(r"parseaddr|getaddresses|validate_email|[\"']@[\"'] (not )?in |@\[\^|\[\^[^\]]*@[^\]]*\]\{1,")
    rooms = ("application", "domain", "feedback", "records", "projections", "web", "workers", "werkpad", "eventlog")
    found = {
        str(path)
        for room in rooms
        for path in Path(room).rglob("*.py")
        if judges.search(path.read_text(encoding="utf-8"))
    }
    assert found == {"werkpad/mail_address.py"}
