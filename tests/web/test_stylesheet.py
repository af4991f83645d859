"""The stylesheet: colours stand in tokens alone, can be read in both schemes, and a city's theme takes their place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.web.conftest import Town
from web.stylesheet import HERE, SECTIONS, stylesheet

TOKENS = (HERE / "tokens.css").read_text()
LIGHT, DARK = TOKENS.split("@media (prefers-color-scheme: dark)")
COLOUR = re.compile(r"#[0-9a-f]{3,8}\b|\brgba?\(|\bhsla?\(", re.IGNORECASE)
BODY_TEXT = 4.5  # WCAG 2.2, 1.4.3
EDGE = 3.0  # 1.4.11: what tells a field or the focus from what is around it

# What is written on what.
WRITTEN = [
    *(
        (f"color-default-color-{ink}", f"color-default-bg-{paper}")
        for ink in ("document", "default", "subtle")
        for paper in ("document", "subtle", "default")
    ),
    ("color-default-color-document", "color-default-bg-hover"),
    *(
        (f"color-action-1-color-{ink}", paper)
        for ink in ("default", "hover")
        for paper in (
            "color-default-bg-document",
            "color-default-bg-subtle",
            "color-action-1-bg-default",
            "color-action-1-bg-hover",
            "color-action-1-bg-active",
        )
    ),
    *(
        ("color-action-1-inverse-color-default", f"color-action-1-inverse-bg-{state}")
        for state in ("default", "hover", "active")
    ),
    *(("color-negative-inverse-color-default", f"color-negative-inverse-bg-{state}") for state in ("default", "hover")),
    *(
        (f"color-{said}-color-default", paper)
        for said in ("info", "warning", "negative", "positive", "selected")
        for paper in (f"color-{said}-bg-default", "color-default-bg-document")
    ),
    ("color-disabled-color-default", "color-disabled-bg-default"),
]
EDGES = [
    ("color-default-border-default", "color-default-bg-document"),
    ("color-negative-border-default", "color-default-bg-document"),
    ("focus-outline-color", "color-default-bg-document"),
    ("focus-outline-color", "color-default-bg-subtle"),
    ("color-selected-border-default", "color-default-bg-document"),
]


def colours(sheet: str) -> dict[str, str]:
    return dict(re.findall(r"--basis-([\w-]+): (#[0-9a-f]+);", sheet))


def luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = "".join(2 * each for each in digits) if len(digits) == 3 else digits
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    least, most = sorted((luminance(one), luminance(other)))
    return (most + 0.05) / (least + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everything_that_is_written_can_be_read(scheme: str) -> None:
    given = colours(LIGHT) | (colours(DARK) if scheme == "dark" else {})
    pairs = [(pair, BODY_TEXT) for pair in WRITTEN] + [(pair, EDGE) for pair in EDGES]
    faint = [
        f"{one} on {other}: {contrast(given[one], given[other]):.2f}"
        for (one, other), least in pairs
        if contrast(given[one], given[other]) < least
    ]
    assert faint == []


def test_both_schemes_have_the_same_colours() -> None:
    assert set(colours(DARK)) - set(colours(LIGHT)) == set()
    assert set(colours(LIGHT)) - set(colours(DARK)) == set()


def test_every_section_is_part_of_the_sheet() -> None:
    assert {path.stem for path in HERE.glob("*.css")} == set(SECTIONS)


@pytest.mark.parametrize("section", SECTIONS)
def test_a_section_says_what_it_styles_and_names_tokens_alone(section: str) -> None:
    text = (HERE / f"{section}.css").read_text()
    assert text.startswith("/* "), "the first line says what the section is for"
    assert len(text.splitlines()) <= 350
    rules = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    if section != "tokens":
        assert not COLOUR.findall(rules), "a colour is a token, or a city's theme can't change it"
    named = set(re.findall(r"var\((--[\w-]+)", rules)) | set(re.findall(r"^\s*(--[\w-]+):", rules, re.MULTILINE))
    # What a section sets for itself alone begins with an underscore.
    own = set(re.findall(r"(--_[\w-]+):", rules))
    unknown = {name for name in named - own if not re.search(rf"^\s*{name}: ", LIGHT, re.MULTILINE)}
    assert unknown == set(), "tokens.css declares each token, under the names of NL Design System"


def test_what_tokens_are_called_is_what_a_city_s_theme_sets() -> None:
    assert {name.split("-")[2] for name in re.findall(r"^\s*(--[\w-]+):", TOKENS, re.MULTILINE)} == {"basis"}


def test_the_sheet_is_kept_by_browsers_until_it_changes(town: Town) -> None:
    browser = town.app.test_client()
    address = re.search(r'href="(/werkpad\.css\?v=\w+)"', browser.get("/log-in").get_data(as_text=True))
    assert address
    answer = browser.get(address[1])
    assert (answer.status_code, answer.mimetype) == (200, "text/css")
    assert "immutable" in answer.headers["Cache-Control"]
    older = browser.get("/werkpad.css?v=of-before")
    assert older.headers["Cache-Control"] == "no-cache"
    assert browser.get("/werkpad.css", headers={"If-None-Match": older.headers["ETag"]}).status_code == 304


def test_the_sheet_is_a_small_part_of_what_a_page_may_weigh() -> None:
    assert len(stylesheet().content) < 60_000


def test_every_class_of_a_template_that_is_styled_is_styled_in_one_section_or_on_purpose_in_several() -> None:
    """A component is changed in one place: two sections that both say how it looks is how a design comes apart."""
    where: dict[str, set[str]] = {}
    for section in SECTIONS:
        text = re.sub(r"/\*.*?\*/", "", (HERE / f"{section}.css").read_text(), flags=re.DOTALL)
        for selectors in re.findall(r"([^{}]+)\{", text):
            for selector in selectors.split(","):
                first = re.match(r"\s*(?:[a-z]+)?\.([a-z][\w-]*)", selector)
                if first and section != "print":
                    where.setdefault(first[1], set()).add(section)
    assert {name: sorted(found) for name, found in where.items() if len(found) > 1} == {}


def test_styles_are_of_the_sheet_alone() -> None:
    templates = Path(HERE).parent / "templates"
    inline = [path.name for path in templates.rglob("*.html") if re.search(r"<style|\sstyle=", path.read_text())]
    assert inline == []
