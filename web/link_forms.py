"""How a client opens a one-time link: the form for code and birth date, and what is said after too many tries."""

from __future__ import annotations

from datetime import timedelta
from math import ceil

from flask import make_response, render_template, request
from flask_babel import format_timedelta, gettext
from werkzeug.wrappers import Response

from application.one_time_links import Opening
from web.fields import NumberField, TextField
from web.forms import Form
from web.language import _


class OpenForm(Form):
    code = TextField(_("The code in your letter or e-mail"), render_kw={"maxlength": 100, "autocomplete": "off"})
    day = NumberField(_("Day"), render_kw={"inputmode": "numeric", "autocomplete": "bday-day", "size": "4"})
    month = NumberField(_("Month"), render_kw={"inputmode": "numeric", "autocomplete": "bday-month", "size": "4"})
    year = NumberField(_("Year"), render_kw={"inputmode": "numeric", "autocomplete": "bday-year", "size": "4"})

    @property
    def opening(self) -> Opening:
        born = (self.year.data, self.month.data, self.day.data)
        known = [part if part is not None and 0 <= part <= 9999 else None for part in born]
        return Opening(self.code.data or "", (known[0], known[1], known[2]), request.remote_addr or "")


def keep_to_itself(response: Response) -> Response:
    """Tell where one came from by the host alone, which the check of forms wants: addresses have codes in them."""
    response.headers["Referrer-Policy"] = "strict-origin"
    return response


def held_back(form: OpenForm, wait: timedelta, template: str) -> Response:
    """The page with the form again, which says how long to wait."""
    seconds = ceil(wait.total_seconds())
    form.form_errors.append(
        gettext(
            "There were too many failed attempts. Wait %(wait)s and try again.",
            wait=format_timedelta(timedelta(seconds=seconds), granularity="second", threshold=1.5),
        )
    )
    answer = make_response(render_template(template, form=form, over=False), 429)
    answer.headers["Retry-After"] = str(seconds)
    return answer
