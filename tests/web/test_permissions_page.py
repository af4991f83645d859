"""The page of who may do what is that of the code as it is."""

from __future__ import annotations

from pathlib import Path

from web import permissions_page

PAGE = Path(__file__).parents[2] / "docs" / "permissions.md"


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text() == permissions_page.page(), "write it anew by ./dev permissions"


def test_every_right_is_needed_by_something() -> None:
    needed = {right for _, right, _ in permissions_page.operations()}
    named = " ".join(permissions_page.routes())
    assert [right.name for right in permissions_page.ALL if right not in needed and right.name not in named] == []
