"""The pages, one module each, with a template of the same name."""

from flask import Flask

from web.pages import (
    assign,
    caseload,
    client,
    contact,
    definitions,
    health,
    home,
    intake,
    log_in,
    operations,
    people,
    plan,
    privacy,
    registration,
    signals,
    team,
    weekly_list,
)


def register(app: Flask) -> None:
    for module in (
        home, log_in, health, caseload, client, intake, contact, registration, plan, assign,
        weekly_list, team, signals, definitions, privacy, people,
        operations,
    ):  # fmt: skip
        app.register_blueprint(module.page)
