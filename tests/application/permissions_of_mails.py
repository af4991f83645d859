"""Short e-mails from a caseload: who may do what with a client of the coach in the team north."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

from application import coach_mails
from application.looks import Look
from domain.client.mails import MailAbout
from domain.roles import Viewer
from tests.application.asking import COACHES, REFUSED, rights
from tests.web.conftest import Town

TABLE: dict[str, dict[str, str]] = {
    "coach_mails.preview_mails": rights("coach", roles=()) | dict.fromkeys(COACHES[1:], REFUSED),
    # Without a mail server nobody is reached, the coach's own client neither.
    "coach_mails.send_mails": rights(roles=()) | dict.fromkeys(COACHES, REFUSED),
}
PARTS = {"composing_mails.written_mail", "selected_people.chosen_of_own"}

Calls = dict[str, Callable[[Viewer], object]]


def calls(town: Town) -> Calls:
    services, client_id = town.services, town.new_client("coach", "Fien Fictief")
    mail = coach_mails.MailRequest([client_id], MailAbout.CALL, services.today, "14 010")

    def look(viewer: Viewer) -> Look:
        return Look(services, viewer, "test")

    return {
        "coach_mails.preview_mails": lambda v: coach_mails.preview_mails(services, look(v), mail),
        "coach_mails.send_mails": lambda v: coach_mails.send_mails(services, look(v), mail, uuid4()),
    }
