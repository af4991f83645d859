"""The legend: every field of the catalogue with its definition, options and rules."""

from __future__ import annotations

from flask import Blueprint, render_template

from domain.catalogue import load
from web.permissions import access, logged_in

page = Blueprint("definitions", __name__)


@page.get("/definitions")
@access(logged_in)
def definitions() -> str:
    return render_template("definitions.html", catalogue=load())
