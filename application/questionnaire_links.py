"""The secrets of a questionnaire: its link, its short code, and the keyed marks by which they are found.

Both follow from the questionnaire's id and the secret of this Werkpad, so they are made when a mail or letter is, and
stand nowhere.
"""

from __future__ import annotations

import base64
import hmac
import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

from application import tries
from application.services import Services
from domain.calendar import AMSTERDAM
from projections.questionnaires import Questionnaire
from records import questionnaires

# Without letters that are taken for a digit; 10 of them are 50 bits.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE, TOKEN = 10, 32
_TAKEN_FOR = str.maketrans("OILU", "011V")


@dataclass(frozen=True, slots=True)
class Secrets:
    """What opens a questionnaire, with the birth date."""

    token: str
    code: str


def secrets_of(services: Services, questionnaire_id: UUID) -> Secrets:
    key = services.settings.secret_key.encode()
    link = hmac.digest(key, b"questionnaire link " + questionnaire_id.bytes, "sha256")
    short = hmac.digest(key, b"questionnaire code " + questionnaire_id.bytes, "sha256")
    code = "".join(ALPHABET[byte % len(ALPHABET)] for byte in short[:CODE])
    return Secrets(base64.urlsafe_b64encode(link).decode()[:TOKEN], code)


def marks_of(services: Services, typed: str) -> tuple[str, str]:
    """The marks that a link and a code would have, whichever of the two was typed."""
    code = re.sub(r"[^0-9A-Z]", "", typed.upper()).translate(_TAKEN_FOR)
    return (
        tries.mark(services, f"questionnaire link {typed.strip()}"),
        tries.mark(services, f"questionnaire code {code}"),
    )


def let_work(services: Services, row: Questionnaire) -> Secrets:
    """Let a questionnaire that was sent be opened, wherever that was not done yet; what opens it."""
    secrets = secrets_of(services, row.questionnaire_id)
    marks = marks_of(services, secrets.token)[0], marks_of(services, secrets.code)[1]
    with services.database.write() as connection:
        questionnaires.add(connection, row.questionnaire_id, row.client_id, marks, _end_of(row))
    return secrets


def _end_of(row: Questionnaire) -> datetime:
    return datetime.combine(row.until + timedelta(days=1), time(), AMSTERDAM)


def spaced(code: str) -> str:
    """A code as people read it."""
    return f"{code[:5]}-{code[5:]}"
