"""What is sensitive is registered by the client's own coach alone, whoever else may correct the file."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from application import registrations
from application.looks import Look
from application.refusals import NotAllowedError, NotThereError
from application.services import Services
from domain.catalogue import load
from domain.catalogue.reasons import SaidReason
from domain.client import RecordDeclined
from tests.web.conftest import Town, build_town


@pytest.fixture
def town(sqlite_services: Services) -> Town:
    return build_town(sqlite_services)


def test_a_sensitive_field_is_for_the_own_coach_also_to_write(town: Town) -> None:
    services, client_id = town.services, town.new_client("coach", "Anna de Vries")
    field = next(f for f in load() if f.sensitive and not f.specialised_only)
    later = services.today + timedelta(days=90)
    declined = RecordDeclined(client_id=client_id, field=field.key, reason="rather not", review_on=later)
    before = services.log.head()
    officer = Look(services, town.accounts["quality"].viewer, "registration")
    with pytest.raises(NotAllowedError):
        registrations.register(services, officer, declined, uuid4())
    with pytest.raises(NotAllowedError):
        registrations.field_to_register(services, officer, client_id, field)
    assert services.log.head() == before
    coach = Look(services, town.accounts["coach"].viewer, "registration")
    registrations.register(services, coach, declined, uuid4())
    assert registrations.field_to_register(services, coach, client_id, field).known.reason == SaidReason(
        None, "rather not"
    )


def test_a_field_that_there_is_not_is_not_there(town: Town) -> None:
    services, client_id = town.services, town.new_client("coach", "Anna de Vries")
    coach = Look(services, town.accounts["coach"].viewer, "registration")
    declined = RecordDeclined(client_id=client_id, field="shoe_size", reason="x", review_on=services.today)
    with pytest.raises(NotThereError):
        registrations.register(services, coach, declined, uuid4())
