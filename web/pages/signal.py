"""One signal: its whole history, what is said about it, and the steps that the viewer can take."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any, TypeVar
from urllib.parse import parse_qsl
from uuid import UUID

from flask import Blueprint, abort, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.routing import BuildError
from werkzeug.wrappers import Response

from application import signal_steps
from application.signal import OneSignal, one_signal
from application.signals import SignalShown
from domain.refusal import Refused
from feedback.signal import TRANSITIONS
from web.context import colleagues, definitions, services, viewer
from web.freshness import recorded
from web.language import language
from web.permissions import access
from web.signal_step_forms import (
    AssignForm,
    ClassifyForm,
    CommentForm,
    JudgeForm,
    MoveForm,
    NoteForm,
    RedactForm,
    StepForm,
)

page = Blueprint("signal", __name__, url_prefix="/signals")

Form = TypeVar("Form", bound=StepForm)


@page.route("/<uuid:signal_id>", methods=["GET", "POST"])
@access(one_signal)
def one(signal_id: UUID) -> str | Response | tuple[str, int]:
    sent = _sent() if request.method == "POST" else None
    if sent is not None and sent.validate():
        try:
            return recorded(_taken(signal_id, sent), "signal.one", signal_id=signal_id)
        except Refused as refused:
            sent.refuse(refused)
    found = one_signal(services(), viewer(), signal_id, definitions())
    html = render_template(
        "signal.html",
        **{f.name: getattr(found, f.name) for f in fields(OneSignal)},
        **_forms(found, sent),
        sent=sent,
        reopen=_reopen(found.signal),
        team_names={t.team_id: t.name for t in found.teams},
        names=colleagues(),
    )
    return (html, 400) if sent is not None else html


def _sent() -> StepForm:
    """The form that was sent, of the kind that its step has."""
    step = StepForm().step.data or ""
    if step in TRANSITIONS:
        return MoveForm(step)
    if step not in _STEPS:
        abort(400)
    return _STEPS[step][0]()


def _forms(found: OneSignal, sent: StepForm | None) -> dict[str, StepForm | dict[str, MoveForm]]:
    """Each form of the page: the one that was sent as it was sent, the others as they begin."""

    def shown(kind: type[Form], /, **begun: Any) -> Form:
        return sent if isinstance(sent, kind) else kind.empty(**begun)

    assigning = shown(AssignForm, team=found.signal.handled_by, person=found.signal.person)
    assigning.team.offer(found.teams)
    assigning.person.offer([("", "–"), *((a.account_id, a.full_name) for a in found.triagers)])
    return {
        "moves": {name: _move(found, name, sent) for name in ("reopen", *(step.name for step in found.steps))},
        "commenting": shown(CommentForm),
        "noting": shown(NoteForm),
        "judging": shown(JudgeForm),
        "redacting": shown(RedactForm),
        "assigning": assigning,
        "classifying": shown(ClassifyForm, kind=found.signal.kind, field=found.signal.field),
    }


def _move(found: OneSignal, step: str, sent: StepForm | None) -> MoveForm:
    begun = {"reason": found.offers_reopening} if step == "reopen" else {}
    form = sent if isinstance(sent, MoveForm) and sent.transition == step else None
    form = form or MoveForm(step, formdata=None, data=begun)
    fitting = [reply for reply in found.replies if reply.step in (None, step)] if step != "triage" else []
    form.reply.offer([("", "–"), *((reply.reply_id, reply.name) for reply in fitting)] if fitting else [])
    return form


def _taken(signal_id: UUID, sent: StepForm) -> int:
    """Do what the form asks for; the position to wait for."""
    return _moved(signal_id, sent) if isinstance(sent, MoveForm) else _STEPS[sent.step.data][1](signal_id, sent)


def _moved(signal_id: UUID, form: MoveForm) -> int:
    # What points at a person was held back already, whatever field it was in.
    return signal_steps.move_signal(
        services(),
        viewer(),
        form.command(signal_id),
        form.once,
        reply_id=form.reply.data,
        language=language(),
        points_at_nobody=True,
    ).position


def _commented(signal_id: UUID, form: CommentForm) -> int:
    return signal_steps.comment_on_signal(services(), viewer(), signal_id, form.text.data, form.once).position


def _noted(signal_id: UUID, form: NoteForm) -> int:
    return signal_steps.add_note(services(), viewer(), signal_id, form.note.data, form.once).position


def _assigned(signal_id: UUID, form: AssignForm) -> int:
    return signal_steps.assign_signal(services(), viewer(), form.command(signal_id), form.once).position


def _classified(signal_id: UUID, form: ClassifyForm) -> int:
    return signal_steps.classify_signal(services(), viewer(), signal_id, *form.about(), form.once).position


def _judged(signal_id: UUID, form: JudgeForm) -> int:
    return signal_steps.judge_help(services(), viewer(), form.command(signal_id), form.once).position


def _supported(signal_id: UUID, form: StepForm) -> int:
    back = form.step.data == "no_support"
    return signal_steps.support_signal(services(), viewer(), signal_id, form.once, back=back).position


def _followed(signal_id: UUID, form: StepForm) -> int:
    back = form.step.data == "unfollow"
    return signal_steps.follow_signal(services(), viewer(), signal_id, form.once, back=back).position


def _redacted(signal_id: UUID, form: RedactForm) -> int:
    return signal_steps.redact_passage(services(), viewer(), signal_id, form.passage.data, form.once).position


# What is done with a signal beside the steps of the table: with which form, and how.
_STEPS: dict[str, tuple[type[StepForm], Callable[[UUID, Any], int]]] = {
    "support": (StepForm, _supported),
    "no_support": (StepForm, _supported),
    "follow": (StepForm, _followed),
    "unfollow": (StepForm, _followed),
    "comment": (CommentForm, _commented),
    "note": (NoteForm, _noted),
    "assign": (AssignForm, _assigned),
    "classify": (ClassifyForm, _classified),
    "judge": (JudgeForm, _judged),
    "redact": (RedactForm, _redacted),
}


def _reopen(signal: SignalShown) -> str | None:
    """The page as the reporter had it, where its address needs no person's id; who may see it is asked there."""
    chosen: dict[str, Any] = MultiDict(parse_qsl(signal.filter or "")).to_dict(flat=False)
    try:
        return url_for(signal.page, **{name: v if len(v) > 1 else v[0] for name, v in chosen.items()})
    except BuildError:
        return None
