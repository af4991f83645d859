"""One-time links to invitations, from which a client chooses a time."""

from __future__ import annotations

from records.one_time_links import OneTimeLinks

LINKS = OneTimeLinks("invitation")
