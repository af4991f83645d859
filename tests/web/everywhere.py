"""Every page of a town at work, by who looks at it: for those who look at all of them."""

from __future__ import annotations

from uuid import uuid4

from domain.calendar import Week
from domain.client import RegisterField
from eventlog.commands import CommandContext
from records import weekly_lists
from tests.web.at_work import busy, voices, what_ifs
from tests.web.conftest import Town


def everywhere(town: Town) -> dict[str, list[str]]:
    client_id = town.new_client("coach", "Anna de Vries")
    offer_id, proposal_id, conversation_id = busy(town, client_id)
    for field, value in (("marital_status", "single"), ("living_situation", "with_partner")):
        single = RegisterField(client_id=client_id, field=field, value=value, known_on=town.services.today)
        town.services.clients.handle(single, CommandContext(town.services.clock(), None), uuid4())
    town.services.engine.catch_up()
    weekly_lists.build(town.services.engine, Week.of(town.services.today), town.services.clock())
    signal_id, delivered, held, ahead, waiting = voices(town)
    counted, uncounted = what_ifs(town)
    return {
        "coach": [
            "/account",
            "/notifications",
            "/calendar",
            "/tasks",
            "/help/today",
            "/lessons",
            "/caseload",
            "/caseload/people",
            "/caseload/own-notes",
            f"/clients/{client_id}/appointments/new",
            f"/clients/{client_id}/invitations/new",
            "/caseload?show=no_plan&field=cv&is=unknown",
            f"/clients/{client_id}",
            f"/clients/{client_id}/contact",
            f"/clients/{client_id}/plan",
            f"/clients/{client_id}/close",
            f"/clients/{client_id}/fields/driving_licence",
            f"/clients/{client_id}/fields/birth_date",
            f"/clients/{client_id}/fields/debts",
            "/intake",
            "/weekly-list",
            "/weekly-list?by=field",
            f"/clients/{client_id}/groups/knows",
            f"/clients/{client_id}/groups/able",
            f"/clients/{client_id}/contradictions",
            "/signals/new",
            "/signals/mine",
            "/signals",
            "/signals/voices",
            "/definitions",
            "/city",
            "/clients/none",
            "/today",
            "/caseload?field=language_level&scope=team",
            "/caseload?field=last_seen&f=cv:unknown",
            f"/clients/{client_id}/shown-to-client",
            f"/clients/{client_id}/answers",
            "/contacts/group",
            f"/clients/{client_id}/transfer",
            "/offers",
            "/offers/new",
            "/offers/import",
            "/caseload/then",
            f"/offers/{offer_id}",
            f"/offers/{offer_id}/match",
            f"/clients/{client_id}/proposals/{proposal_id}/letter",
            "/conversations",
            f"/conversations/{conversation_id}",
            f"/signals/{delivered}",
            f"/signals/{signal_id}",
        ],
        "manager": [
            "/team",
            "/caseload",
            f"/clients/{client_id}/assign",
            "/team/leave",
            "/team/nobody",
            "/team/take-overs",
            "/exemptions",
            "/applications",
            "/what-we-ask",
            "/team/reassign",
            "/conversations",
            f"/caseload/then?day=2026-06-02&coach={town.accounts['coach'].account_id}",
        ],
        "quality": ["/quality"],
        "process": [
            "/city",
            "/definitions/driving_licence",
            "/definitions/seen",
            "/norms",
            "/norms/new",
            "/whats-new",
            "/whats-new/new",
            "/signals?view=list",
            f"/signals/{signal_id}",
            "/definitions/not_seen",
            f"/definitions/what-if/{counted}",
            f"/definitions/what-if/{uncounted}",
            "/signals/settings/deadlines",
            "/signals?view=list&all=1",
        ],
        "improver": [
            "/signals",
            f"/signals/{signal_id}",
            "/signals/settings/replies",
            "/signals/settings/routing",
            "/signals/import",
            "/meetings",
            f"/meetings/{ahead}",
            f"/meetings/{held}",
            f"/meetings/{waiting}",
            "/news",
            "/signals/mine",
        ],
        "privacy": ["/privacy"],
        "admin": ["/people", f"/people/{town.accounts['coach'].account_id}/password", "/operations"],
    }
