"""Headers that keep pages to themselves: nothing from elsewhere, nothing inline, nothing kept in caches."""

from __future__ import annotations

from flask import Flask, abort, request
from werkzeug.wrappers import Response

from web.lengths import ADDRESS, ADDRESS_PART, ADDRESS_PARTS, FORM, FORM_PARTS

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)


# What is the same for everybody, and says itself how long it may be kept.
KEPT = frozenset({"static", "home.style", "home.theme"})


def harden(app: Flask, *, secure: bool) -> None:
    @app.before_request
    def refuse_what_no_page_sends() -> None:
        # Taking a form apart takes longest by its parts.
        if request.mimetype == "application/x-www-form-urlencoded":
            whole = request.get_data()
            if len(whole) > FORM or whole.count(b"&") > FORM_PARTS:
                abort(413)
        # A null character is in no text, and PostgreSQL takes none.
        sent = (*request.args.lists(), *request.form.lists())
        if "\0" in request.path or any("\0" in text for name, texts in sent for text in (name, *texts)):
            abort(400)
        if len(request.query_string) > ADDRESS:
            abort(414)
        parts = [(name, text) for name, texts in request.args.lists() for text in texts]
        if len(parts) > ADDRESS_PARTS or any(len(name) + len(text) > ADDRESS_PART for name, text in parts):
            abort(414)

    @app.after_request
    def add_headers(response: Response) -> Response:
        headers = response.headers
        headers["Content-Security-Policy"] = POLICY
        headers["X-Content-Type-Options"] = "nosniff"
        headers["X-Frame-Options"] = "DENY"
        headers.setdefault("Referrer-Policy", "same-origin")
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
        if secure:
            headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        if request.endpoint not in KEPT:
            headers["Cache-Control"] = "no-store"
        return response
