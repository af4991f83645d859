"""What a release changes for whoever works here, by role: data files with both languages, read once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import msgspec

from domain.catalogue import Text
from domain.roles import Viewer
from web.lessons import roles_of

FOLDER = Path(__file__).parent / "releases"


class Note(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing that changed, with the page where it is and the topic of the help that tells more."""

    text: Text
    page: str
    help: str


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    on: date
    notes: dict[str, list[Note]]


@dataclass(frozen=True, slots=True)
class Release:
    """A release by its key, which is the name of its file; what it changes, by role."""

    key: str
    on: date
    notes: dict[str, list[Note]]

    def for_viewer(self, viewer: Viewer) -> list[Note]:
        """What it changes for the viewer; of one who improves, too, for both."""
        return [note for role in roles_of(viewer) for note in self.notes.get(role, ())]


@cache
def releases() -> dict[str, Release]:
    """Every release by its key, the latest first."""
    read = {path.stem: msgspec.toml.decode(path.read_bytes(), type=_File) for path in FOLDER.glob("*.toml")}
    found = [Release(key, each.on, each.notes) for key, each in read.items()]
    return {each.key: each for each in sorted(found, key=lambda each: each.on, reverse=True)}


def latest_for(viewer: Viewer) -> Release | None:
    """The latest that changes something for the viewer."""
    return next((each for each in releases().values() if each.for_viewer(viewer)), None)
