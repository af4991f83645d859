"""A client's file: who, plan, what is known and where from, what is missing, contacts and the timeline."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template

from application import appointments, exemptions, helpers, invitations, own_notes, steps, workshops
from application import client_file as views
from application.client_file import ClientFile
from application.refusals import NotAllowedError
from domain.retention import archived_on
from web.asked import asked, one_of
from web.client_forms import StepForm, TaskForm, WaitForm
from web.context import colleagues, definitions, look, services, today, viewer
from web.language import in_language
from web.pages.client_answers import SendForm
from web.permissions import access, may

page = Blueprint("client", __name__, url_prefix="/clients")


TIMELINE = {
    "contacts": (
        "ContactRecorded",
        "ContactCorrected",
        "ContactStruckOut",
        "PromiseSettled",
        "PromiseWaits",
        "CallAnswered",
    ),
    "registrations": (
        "FieldRegistered",
        "FieldCorrected",
        "FieldWithdrawn",
        "FieldDeclaredNotRelevant",
        "FieldDeclined",
        "ContradictionAccepted",
    ),
    "plan": (
        "PlanOfActionAgreed",
        "ServiceTrackChosen",
        "ContactFrequencyAgreed",
        "StepAgreed",
        "StepChanged",
        "StepEnded",
        "HelperAdded",
        "HelperChanged",
        "HelperConsentRenewed",
        "HelperRemoved",
        "ExemptionDrafted",
        "ExemptionReturned",
        "ExemptionWithdrawn",
        "ExemptionApproved",
    ),
    "offers": (
        "OfferProposed",
        "ProposalDelivered",
        "ProposalUndelivered",
        "ProposalReminded",
        "ProposalReminderUndelivered",
        "ProposalAnswered",
        "ProposalConcluded",
        "WorkshopEnrolled",
        "WorkshopLeft",
        "WorkshopAttended",
    ),
    "questionnaire": (
        "QuestionnaireSent",
        "QuestionnaireEnded",
        "QuestionnaireReturned",
        "AnswerOffered",
        "AnswerSettled",
        "AnswersLookedAt",
    ),
    "appointments": (
        "AppointmentMade",
        "AppointmentMoved",
        "AppointmentCancelled",
        "AppointmentConcluded",
        "AppointmentNoticeDelivered",
        "AppointmentNoticeUndelivered",
        "ClientInvited",
        "InvitationEnded",
        "InvitationAnswered",
        "MailWritten",
        "MailDelivered",
        "MailUndelivered",
    ),
    "path": (
        "ApplicationReceived",
        "IntakeMeetingPlanned",
        "ApplicationEnded",
        "IntakeTaken",
        "ContactDetailsChanged",
        "ClientAssigned",
        "TransferProposed",
        "TransferAccepted",
        "TransferRefused",
        "TransferWithdrawn",
        "TakenOverForTime",
        "GivenBack",
        "ClientClosed",
        "ClientReopened",
        "FilesMerged",
        "MergedInto",
        "MergeUndone",
    ),
}


@page.get("/<uuid:client_id>")
@access(views.client_file)
def client(client_id: UUID) -> str:
    return file_page(client_id)


def file_page(
    client_id: UUID,
    *,
    task_form: TaskForm | None = None,
    step_form: StepForm | None = None,
    step_of: UUID | None = None,
    wait_form: WaitForm | None = None,
    waits: UUID | None = None,
) -> str:
    """A client's file; with a form that was sent from it and refused, what was sent stands in it. `step_of` is the
    proposal that a step was about, `waits` the task or promise that waits for somebody."""
    me, only = viewer(), one_of("only", TIMELINE)
    before = asked("before", _version)
    file = views.client_file(services(), look(), client_id, TIMELINE.get(only or ""), before=before)
    row, matters = file.client, file.open
    own, is_open = me.coaches_client_of(row.coach_id), row.closed_on is None
    may_record = me.may_record(row.team_id, row.coach_id)
    if (task_form or step_form or wait_form) and not may_record:
        raise NotAllowedError
    return render_template(
        "client.html",
        **_shown(file),
        appointments=appointments.of_client(services(), look(), client_id),
        steps=steps.of_client(services(), look(), client_id),
        around=helpers.of_client(services(), look(), client_id),
        exemption=exemptions.of_client(services(), look(), client_id),
        may_decide=may("exemptions.read") and is_open,
        invitation=invitations.of_client(services(), look(), client_id),
        workshops=workshops.of_client(services(), look(), client_id),
        now=services().clock(),
        only=only,
        before=before,
        kinds=list(TIMELINE),
        todo=matters.todo,
        questionnaire=matters.questionnaire,
        waiting=matters.waiting,
        send_form=SendForm.empty(),
        transfer=matters.transfer,
        proposals=matters.proposals,
        titles=matters.titles,
        task_form=task_form or TaskForm.empty(),
        step_form=StepForm.empty(),
        sent_step=step_form,
        step_of=step_of,
        own_note=own_notes.of_file(services(), me, row),
        marks=own_notes.names_of_marks(services(), me),
        wait_form=WaitForm.empty(),
        sent_wait=wait_form,
        waits=waits,
        sentences=[text for form in (task_form, step_form, wait_form) if form for text in form.sentences],
        may_record=may_record and is_open,
        may_keep=own and is_open,
        may_correct=me.may_correct(row.team_id, row.coach_id) and is_open,
        may_assign=me.may_assign(row.team_id) and is_open,
        may_close=own,
        may_merge=me.may_merge(row.team_id, row.coach_id),
        merged=file.merged,
    )


@page.get("/<uuid:client_id>/shown-to-client")
@access(views.file_for_client)
def shown_to_client(client_id: UUID) -> str:
    """What the client would see of this file: everything held, in full, with where it comes from and who looked."""
    file, looks, chosen_for = views.file_for_client(services(), look(), client_id)
    # It is printed and handed over: in the language that the client reads, whoever prints it.
    with in_language(file.language):
        return render_template(
            "shown_to_client.html",
            looks=looks,
            chosen_for=chosen_for,
            appointments=appointments.of_client(services(), look(), client_id),
            steps=steps.of_client(services(), look(), client_id),
            around=helpers.of_client(services(), look(), client_id),
            exemption=exemptions.of_client(services(), look(), client_id),
            invitation=invitations.of_client(services(), look(), client_id),
            workshops=workshops.of_client(services(), look(), client_id),
            now=services().clock(),
            **_shown(file),
        )


def _version(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[1-9]\d{0,8}", text, re.ASCII) else None


def _shown(file: ClientFile) -> dict[str, Any]:
    catalogue = definitions().catalogue
    return {
        "client": file.client,
        "name": file.name,
        "reachable": file.reachable,
        "spoken": file.language,
        "facts": file.facts,
        "retired": file.retired,
        "missing": file.missing,
        "contacts": file.contacts,
        "entries": file.entries,
        "earlier": file.earlier,
        "groups": catalogue.groups,
        "catalogue": catalogue,
        "names": colleagues(),
        "as_of": today(),
        "archived_on": archived_on(file.client.closed_on) if file.client.closed_on else None,
    }
