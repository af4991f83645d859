"""What people read for codes about mail: its state, its kind, and why it did not arrive."""

from __future__ import annotations

from typing import Any

from web.language import _

WORDS: dict[str, dict[str, Any]] = {
    "mail_state": {
        "waiting": _("waiting"),
        "sent": _("sent"),
        "dropped": _("dropped"),
        "failed": _("could not be delivered"),
        "settled": _("dealt with (digests)"),
    },
    "mail_kind": {
        "proposal": _("proposal to a client"),
        "reminder": _("reminder to a client"),
        "questionnaire": _("questionnaire to a client"),
        "invitation": _("invitation to a client"),
        "written": _("short e-mail of a coach"),
        "appointment": _("appointment of a client"),
        "monthly_letter": _("monthly letter"),
        "appointment_off": _("cancelled appointment of a client"),
        "appointment_soon": _("reminder of an appointment"),
        "digest": _("news of signals"),
        "clocks": _("signals due soon"),
        "weekly_list": _("weekly list"),
        "stand_in": _("weekly list for who stands in"),
        "meeting": _("intake meetings that others planned"),
        "undelivered": _("what did not reach clients"),
        "exemption_to_read": _("drafts of exemptions to read"),
        "exemption_answered": _("answers to drafts of exemptions"),
        "exemption_ends": _("exemptions that end"),
        "to_give_back": _("clients to give back"),
        "taken_over": _("clients taken over for a time"),
    },
    "mail_about": {
        "call": _("Ask to call you"),
        "meet": _("Ask to call you to make an appointment"),
        "post": _("Say that a letter is on its way"),
    },
    "mail_reason": {
        "address_refused": _("the address does not exist, or is not an address"),
        "mail_refused": _("the mail server refused the message"),
        "not_composed": _("the message could not be made"),
        "not_taken": _("the mail server asked to try again later"),
        "not_sent": _("no message was sent in time"),
        "no_mail_server": _("no mail server is set up"),
        "never_arrived": _("what it reminds of did not reach the client"),
        "no_public_address": _("the address of Werkpad is not set (WERKPAD_PUBLIC_URL)"),
        "not_recorded": _("the subject was not recorded"),
        "read_model_stopped": _("figures are no longer updated"),
        "unreachable": _("the mail server can’t be reached"),
        "unanswered": _("the mail server does not answer in time"),
        "log_in_refused": _("the mail server refuses our name and password"),
        "sender_refused": _("the mail server refuses our address as the sender"),
        "passed": _("its moment has passed"),
        "nothing_to_say": _("there was nothing new to say any more"),
        "no_address": _("there is no address any more"),
        "closed": _("the file or the account was closed"),
        "answered": _("the client had already answered"),
        "erased": _("the client was erased"),
        "overtaken": _("the appointment was changed again, which has a message of its own"),
    },
}
