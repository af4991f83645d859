"""One e-mail address, at every place where somebody gives one."""

from __future__ import annotations

from uuid import UUID

import pytest

from domain.client import TakeIntake
from domain.mail_address import optional_address
from domain.refusal import Refused
from eventlog.commands import CommandContext
from tests.conftest import NOW

NONE = (
    "jan@x.example,piet@y.example",
    "jan@x.example;piet@y.example",
    "jan@x.example piet@y.example",
    "Jan <jan@x.example>",
    "jan@x.example\nBcc: piet@y.example",
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


@pytest.mark.parametrize("text", [" jan@x.example ", "jan.de-vries+werk@x.example", "jan@m\u00fcller.example"])
def test_one_address_is_taken(text: str) -> None:
    assert optional_address(text, field="email") == text.strip()


def test_no_address_is_none() -> None:
    assert optional_address(None, field="email") is None and optional_address("  ", field="email") is None
