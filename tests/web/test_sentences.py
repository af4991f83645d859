"""No sentence of the product is longer than is read in one go, on pages, in help and definitions, at the terminal."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from domain.in_force import declared
from tests.web.test_translations import dutch, wanted
from werkpad.cli import main as terminal

WEB = Path(__file__).parents[2] / "web"
# Words from one full stop, colon or semicolon to the next: people rest there.
MOST_WORDS = 25
RESTS = re.compile(r"(?<=[.!?:;])[)*”’'\"]*\s+|\n")


def told() -> Iterator[tuple[str, str]]:
    """Each text of the product, with where it stands."""
    inside = wanted()
    for english, meaning in dutch().items():
        if english in inside:
            yield from (("nl", text) for text in (meaning if isinstance(meaning, tuple) else (meaning,)))
    for message in inside:
        yield from (("en", text) for text in (message if isinstance(message, tuple) else (message,)))
    for path in sorted((WEB / "help").rglob("*.md")):
        for paragraph in re.split(r"\n\s*\n|\n(?=[-*#] )", path.read_text(encoding="utf-8")):
            yield f"{path.parent.name}/{path.name}", " ".join(paragraph.split())
    for folder in ("lessons", "releases"):
        for path in sorted((WEB / folder).glob("*.toml")):
            yield from ((path.name, text) for text in strings(tomllib.loads(path.read_text(encoding="utf-8"))))
    in_force = declared()
    for subject in (*in_force.catalogue, *in_force.terms):
        for text in (subject.label, subject.definition):
            yield from (("definition", text.en), ("definition", text.nl))
    yield from helps(terminal)


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from strings(each)


def helps(command: click.Command, name: str = "werkpad") -> Iterator[tuple[str, str]]:
    """What the terminal says of a command, its options and the commands within."""
    for paragraph in (command.help or "").split("\n\n"):
        yield name, " ".join(paragraph.split())
    yield from ((name, option.help) for option in command.params if isinstance(option, click.Option) and option.help)
    if isinstance(command, click.Group):
        context = click.Context(command)
        for each in command.list_commands(context):
            within = command.get_command(context, each)
            assert within is not None
            yield from helps(within, f"{name} {each}")


def test_no_sentence_is_longer_than_is_read_in_one_go() -> None:
    texts = list(told())
    assert len(texts) > 3000 and {where for where, _ in texts} >= {
        "en",
        "nl",
        "definition",
        "nl/news.md",
        "werkpad",
        "werkpad status",
    }
    long = sorted(
        f"{where}: {sentence}"
        for where, text in texts
        for sentence in RESTS.split(text)
        if len(sentence.split()) > MOST_WORDS
    )
    assert not long, "\n".join(long)


def test_the_terminal_says_in_a_whole_sentence_what_each_command_is_for() -> None:
    context = click.Context(terminal, terminal_width=80)
    listed = terminal.get_help(context).partition("Commands:")[2].strip().splitlines()
    assert len(listed) == len(terminal.list_commands(context)), "one line each"
    assert [line for line in listed if not line.endswith(".") or line.endswith("...")] == []
