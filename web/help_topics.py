"""The help: one topic for each page, as Markdown in both languages, rendered once and searched by its words.

The first paragraph says what one finds on the page: it is the page's tour, too. A link to `#part` leads to that part of
the page, one to `topic.md` to another topic.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from domain.names import folded, has_words

FOLDER = Path(__file__).parent / "help"
_LINK = re.compile(r'<a href="(#|topic:)([a-z0-9-]+)">(.*?)</a>', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Topic:
    """A page of the help. `tour` and `rest` are rendered, with links that `linked` makes whole; `text` is its words."""

    key: str
    title: str
    tour: str
    rest: str
    text: str


def _parser() -> MarkdownIt:
    # Markup within a text is shown as it is written, and never carried out; pictures are not needed.
    return MarkdownIt("commonmark", {"html": False}).enable("table").disable(["image", "html_block", "html_inline"])


@cache
def topics(language: str) -> dict[str, Topic]:
    """Every topic by its key, in one language."""
    return {path.stem: _read(path) for path in sorted((FOLDER / language).glob("*.md"))}


def _read(path: Path) -> Topic:
    source = path.read_text(encoding="utf-8")
    heading, _, body = source.partition("\n")
    parser = _parser()
    tokens = parser.parse(body)
    end = next(nth for nth, token in enumerate(tokens) if token.type == "paragraph_close") + 1
    words = [heading.removeprefix("# ")]
    for token in tokens:
        _prepare(token, words)

    def rendered(part: list[Token]) -> str:
        return str(parser.renderer.render(part, parser.options, {}))

    return Topic(path.stem, words[0], rendered(tokens[:end]), rendered(tokens[end:]), " ".join(words))


def _prepare(token: Token, words: list[str]) -> None:
    """Collect the words of a part of the text, and let its links lead to where `linked` finds them."""
    for child in token.children or ():
        if child.type in ("text", "code_inline"):
            words.append(child.content)
        elif child.type == "link_open":
            href = str(child.attrGet("href"))
            if href.endswith(".md"):
                child.attrSet("href", f"topic:{href.removesuffix('.md')}")


def linked(html: str, to_topic: Callable[[str], str], page: str | None) -> Markup:
    """The text with its links: `page` is the address of the page that it is about, empty on that page itself, and None
    for somebody who may not open it, who reads the words alone."""

    def link(found: re.Match[str]) -> str:
        kind, where, text = found.groups()
        if kind == "topic:":
            return f'<a href="{to_topic(where)}">{text}</a>'
        return text if page is None else f'<a href="{page}#{where}">{text}</a>'

    # Safe: the texts are our own, and the parser lets no markup through.
    return Markup(_LINK.sub(link, html))  # noqa: S704 - rendered from our own files without raw HTML


def search(language: str, words: str) -> list[tuple[Topic, str]]:
    """The topics that have all of these words, with a line around the first; those called so come first."""
    found = [topic for topic in topics(language).values() if has_words(topic.text, words)]
    found.sort(key=lambda topic: (not has_words(topic.title, words), topic.title))
    return [(topic, _around(topic.text, words)) for topic in found]


def _around(text: str, words: str) -> str:
    """The sentence in which the first of the words stands."""
    first = folded(words).split()[0]
    sentences = re.split(r"(?<=[.?!])\s+", text)
    return next((sentence for sentence in sentences if first in folded(sentence)), sentences[0])
