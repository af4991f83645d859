"""The file of a caseload: the same clients, columns and filters as on the screen, with what is about them."""

from __future__ import annotations

from flask_babel import gettext

from application.caseload import ClientList, preferred_columns
from domain.filters import OWN
from web import caseload_columns, caseload_query, exports
from web.context import definitions, services, viewer
from web.language import local
from web.words import word


def name(listed: ClientList) -> str:
    return f"werkpad-caseload-{listed.as_of.isoformat()}"


def sheet(chosen: caseload_query.Chosen, searched: str, listed: ClientList) -> exports.Sheet:
    """What is shown as a table, without what is sensitive."""
    as_of, job_ready = listed.as_of, definitions().catalogue["job_ready_since"]
    preferred = preferred_columns(services(), viewer())
    columns = [
        column
        for column in caseload_columns.columns(preferred, chosen)
        if column.key != "last_seen" and not (column.field and column.field.sensitive)
    ]
    return exports.Sheet(
        title=gettext("Caseload"),
        about=[
            (gettext("Made on"), as_of),
            (gettext("Filters"), "; ".join(described_all(chosen, searched)) or gettext("none")),
            (gettext("Definitions, version"), definitions().catalogue.version),
            (gettext("Clients"), len(listed.clients)),
        ],
        heads=[
            gettext("Client"),
            gettext("Service track"),
            local(job_ready.label),
            gettext("Last seen"),
            gettext("Next contact due"),
            *(column.title for column in columns),
        ],
        rows=[
            [
                listed.names[row.client_id],
                exports.track(row.track),
                exports.cell(job_ready, *listed.cell(row, job_ready)),
                row.last_seen_on,
                row.contact_due_on,
                *(column.written(listed, row) for column in columns),
            ]
            for row in listed.clients
        ],
    )


def described_all(chosen: caseload_query.Chosen, searched: str) -> list[str]:
    """Every filter as people read it, the quick one included, and that a name was searched for."""
    shown = [caseload_query.described(f) for f in chosen.filters]
    if chosen.show:
        # What a coach calls a mark, and that one is due, stands in no file.
        shown.insert(0, gettext("own order of work") if chosen.show in OWN else word("quick", chosen.show))
    return [*shown, gettext("name or number: %(words)s", words=searched)] if searched else shown
