"""What people read for what happens to accounts."""

from __future__ import annotations

from typing import Any

from web.language import _

WORDS: dict[str, dict[str, Any]] = {
    "account_entry": {
        "logged_in": _("logged in"),
        "log_in_failed": _("log-in refused"),
        "log_in_held_back": _("had to wait after too many attempts"),
        "logged_out": _("logged out"),
        "account_added": _("account added"),
        "account_closed": _("account closed"),
        "account_opened": _("account opened"),
        "logged_out_everywhere": _("logged out everywhere"),
        "mail_changed": _("e-mail address changed"),
        "histories_exported": _("histories exported under pseudonyms"),
        "password_changed": _("password changed"),
        "password_change_refused": _("change of password refused"),
        "one_time_password_given": _("one-time password given"),
    },
}
