"""The links of questionnaires: what opens one, and that it works."""

from __future__ import annotations

from uuid import UUID

from application import one_time_links
from application.one_time_links import Secrets
from application.services import Services
from projections.questionnaires import Questionnaire
from records.questionnaires import LINKS


def secrets_of(services: Services, questionnaire_id: UUID) -> Secrets:
    return one_time_links.secrets_of(services, LINKS, questionnaire_id)


def let_work(services: Services, row: Questionnaire) -> Secrets:
    """Let a questionnaire that was sent be opened, wherever that was not done yet; what opens it."""
    return one_time_links.let_work(services, LINKS, row.questionnaire_id, row.client_id, row.until)
