"""Facts that last: people, sessions, lists that were handed out, who looked at what. No rebuild touches them."""

# Imported here, so that whoever makes the tables knows all of them.
from records import people, read_log, sessions, weekly_lists

__all__ = ["people", "read_log", "sessions", "weekly_lists"]
