"""What follows from signals: news, the changelog, definitions, norms, what-ifs; and how the machinery does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from application import (
    changelog,
    city_letters,
    definitions,
    introductions,
    meeting_pack,
    news,
    norms,
    operations,
    roadmap,
    what_ifs,
)
from domain.catalogue import as_declared
from domain.definition import ReviseDefinition, WithdrawRevision
from domain.in_force import declared, parameters_of, texts_of
from domain.introducing import RetireField, WithdrawIntroduction
from domain.roles import Viewer
from eventlog.commands import CommandContext
from feedback.change import RecordChange
from feedback.norm import SetNorm, WithdrawNorm
from tests.application.asking import COACHES, REFUSED, WHO, rights
from tests.web.conftest import Town

LOGGING = (*COACHES, "quality", "manager", "manager-south", "process")

EVERYBODY = rights(*LOGGING, roles=())
DECIDE = rights("process", roles=())
# Others propose it by a signal, and are told so.
DECIDED_OR_PROPOSED = DECIDE | dict.fromkeys(set(LOGGING) - {"process"}, REFUSED)

TABLE: dict[str, dict[str, str]] = {
    "news.unheard": EVERYBODY,
    "news.unheard_ids": EVERYBODY,
    "news.hear_all": EVERYBODY,
    "changelog.whats_new": EVERYBODY,
    "city_letters.letters": rights(*WHO, roles=()),
    "city_letters.draft": rights("improver", "process", roles=()),
    "city_letters.write_letter": rights("improver", "process", roles=()),
    # Public within the city: whoever is logged in.
    "roadmap.roadmap": rights(*WHO, roles=()),
    "meeting_pack.meeting_pack": rights("quality", "manager", "manager-south", "process", roles=()),
    "changelog.waiting_for_delivery": DECIDE,
    "changelog.deliver_change": DECIDE,
    "definitions.legend": rights(*WHO, roles=()),
    "definitions.one_definition": EVERYBODY,
    "definitions.revise_definition": DECIDED_OR_PROPOSED,
    "definitions.withdraw_revision": DECIDED_OR_PROPOSED,
    "introductions.own_catalogue": rights(*WHO, roles=()),
    "introductions.change_catalogue": DECIDED_OR_PROPOSED,
    "introductions.withdraw_introduction": DECIDED_OR_PROPOSED,
    "introductions.cost_of_asking": DECIDE,
    "what_ifs.ask_what_if": DECIDE,
    "what_ifs.one_what_if": EVERYBODY,
    "norms.every_norm": EVERYBODY,
    "norms.norms_on_page": EVERYBODY,
    "norms.one_norm": DECIDE,
    "norms.meetings_to_set_in": DECIDE,
    "norms.set_norm": DECIDE,
    "norms.withdraw_norm": DECIDE,
    "operations.machinery": rights("manager", "manager-south", "process", "admin", roles=()),
    "operations.send_mail_again": rights("process", "admin", roles=()),
}
PARTS = {
    # part of changelog.whats_new and of roadmap.roadmap, which ask a right
    "changelog.entries_of",
    "decisions.meetings_to_decide_in",
    "decisions.require_decided",
    "definitions.subject_of",
    "definitions.changes_of",
    "changelog.same_in_both",
    "registration_costs.minutes_of_kind",
}


def calls(town: Town) -> dict[str, Callable[[Viewer], object]]:
    """Each operation, on a definition that was revised, a norm that holds and a what-if that was asked."""
    services, process = town.services, town.accounts["process"].viewer
    context = CommandContext(services.clock(), process.account_id)
    tomorrow, later = services.today + timedelta(days=1), services.today + timedelta(days=30)
    parameters = parameters_of("cv", declared()) | {"stale_after_months": 9}

    def revised(subject: str, **changed: Any) -> ReviseDefinition:
        return ReviseDefinition(
            subject=subject,
            viewer=process,
            valid_from=tomorrow,
            texts=texts_of(subject, declared()),
            parameters=parameters_of(subject, declared()) | changed,
            reason="So it is read",
        )

    def wanted(norm_id: UUID) -> SetNorm:
        return SetNorm(
            norm_id=norm_id,
            viewer=process,
            en="Call",
            nl="Bel",
            reason="x",
            pages=["caseload.caseload"],
            review_on=later,
        )

    def asked(viewer: Viewer) -> UUID:
        return what_ifs.ask_what_if(services, viewer, "cv", parameters, {"parameters": parameters}, uuid4())

    def retire(field: str) -> RetireField:
        return RetireField(viewer=process, valid_from=tomorrow, reason="Nobody uses it", field=field)

    services.catalogue.handle(retire("certificates"), context, uuid4())
    norm_id, ended = uuid4(), uuid4()
    for each in (norm_id, ended):
        services.norms.handle(wanted(each), context, uuid4())
    services.definitions.handle(revised("cv", stale_after_months=9), context, uuid4())
    services.engine.catch_up()
    texts = {"title_en": "Mopeds", "title_nl": "Brommers", "text_en": "They count.", "text_nl": "Ze tellen mee."}
    what_if_id = asked(process)
    withdraw = WithdrawRevision(subject="cv", viewer=process, number=2, reason="too soon")
    return {
        "news.unheard": lambda v: news.unheard(services, v),
        "news.unheard_ids": lambda v: news.unheard_ids(services, v),
        "news.hear_all": lambda v: news.hear_all(services, v),
        "roadmap.roadmap": lambda v: roadmap.roadmap(services, v),
        "city_letters.letters": lambda v: city_letters.letters(services, v, None),
        "city_letters.draft": lambda v: city_letters.draft(services, v, None),
        "city_letters.write_letter": lambda v: city_letters.write_letter(
            services, v, services.today.replace(day=1), {"en": "News", "nl": "Nieuws"}, 0, send=False
        ),
        "changelog.whats_new": lambda v: changelog.whats_new(services, v),
        "meeting_pack.meeting_pack": lambda v: meeting_pack.meeting_pack(services, v, None),
        "changelog.waiting_for_delivery": lambda v: changelog.waiting_for_delivery(services, v),
        "changelog.deliver_change": lambda v: changelog.deliver_change(
            services, v, RecordChange(change_id=uuid4(), viewer=process, signals=[], **texts), "", uuid4()
        ),
        "definitions.legend": lambda v: definitions.legend(services, v),
        "definitions.one_definition": lambda v: definitions.one_definition(services, v, "cv", None),
        "definitions.revise_definition": lambda v: definitions.revise_definition(
            services, v, revised("education_level", days_allowed=9), uuid4()
        ),
        "definitions.withdraw_revision": lambda v: definitions.withdraw_revision(services, v, withdraw, uuid4()),
        "introductions.own_catalogue": lambda v: introductions.own_catalogue(services, v),
        "introductions.change_catalogue": lambda v: introductions.change_catalogue(
            services, v, retire("skills"), uuid4()
        ),
        "introductions.withdraw_introduction": lambda v: introductions.withdraw_introduction(
            services, v, WithdrawIntroduction(viewer=process, number=1, reason="too soon"), uuid4()
        ),
        "introductions.cost_of_asking": lambda v: introductions.cost_of_asking(
            services, v, as_declared()["education_level"]
        ),
        "what_ifs.ask_what_if": asked,
        "what_ifs.one_what_if": lambda v: what_ifs.one_what_if(services, v, what_if_id),
        "norms.every_norm": lambda v: norms.every_norm(services, v),
        "norms.norms_on_page": lambda v: norms.norms_on_page(services, v, "caseload.caseload"),
        "norms.one_norm": lambda v: norms.one_norm(services, v, norm_id),
        "norms.meetings_to_set_in": lambda v: norms.meetings_to_set_in(services, v),
        "norms.set_norm": lambda v: norms.set_norm(services, v, wanted(uuid4()), uuid4()),
        "norms.withdraw_norm": lambda v: norms.withdraw_norm(
            services, v, WithdrawNorm(norm_id=ended, viewer=process, reason="done"), uuid4()
        ),
        "operations.machinery": lambda v: operations.machinery(services, v),
        "operations.send_mail_again": lambda v: operations.send_mail_again(services, v, None),
    }
