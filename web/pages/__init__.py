"""The pages, one module each, with a template of the same name."""

from flask import Flask

from web.pages import (
    assign,
    caseload,
    caseload_then,
    client,
    contact,
    conversations,
    definitions,
    group_contact,
    health,
    home,
    intake,
    leave,
    log_in,
    match,
    meetings,
    metrics,
    news,
    norms,
    offers,
    operations,
    people,
    plan,
    privacy,
    quality,
    reassign,
    registration,
    signal,
    signal_import,
    signal_new,
    signal_settings,
    signals,
    team,
    today,
    transfer,
    weekly_list,
    what_if,
    whats_new,
)


def register(app: Flask) -> None:
    for module in (
        home, log_in, health, metrics, caseload, client, intake, contact, registration, plan, assign,
        weekly_list, team, signals, definitions, privacy, people,
        operations, today, offers, match, group_contact, transfer, quality, leave, reassign, conversations,
        caseload_then, signal, signal_import, signal_new, signal_settings, news, meetings, norms, whats_new,
        what_if,
    ):  # fmt: skip
        app.register_blueprint(module.page)
