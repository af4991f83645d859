"""What the machinery does by itself, by the clock or from the command line: nobody asks, so no right is needed."""

from __future__ import annotations

from collections.abc import Callable

from domain.roles import Viewer
from tests.web.conftest import Town

TABLE: dict[str, dict[str, str]] = {}
# No page and no route of the API calls one of these.
PARTS = {
    "applications.erase_old_applications",
    "client_import.destination",
    "client_import.take_newcomers",
    "composing.mail",
    # the client's own door: whoever has code and birth date, or the session begun with them
    "filling_in.filling",
    "filling_in.keep_answers",
    "filling_in.open_questionnaire",
    "filling_in.questions",
    "filling_in.send_answers",
    "filling_in.stop_for_now",
    "choosing.choice",
    "choosing.choose",
    "choosing.leave",
    "choosing.open_invitation",
    "composing_links.linked_mail",
    "one_time_links.let_work",
    "one_time_links.marks_of",
    "one_time_links.open_link",
    "one_time_links.secrets_of",
    "one_time_links.spaced",
    "questionnaire_links.let_work",
    "questionnaire_links.secrets_of",
    "suggestions.suggested",
    "tries.mark",
    "tries.network",
    "mail.count_mail",
    "mail.send_again",
    "privacy.erase_for_operator",
    "setting_up.has_administrator",
    "setting_up.one_time_password",
    "setting_up.set_up",
    "read_models.bring_up_to_date",
    "read_models.differences",
    "read_models.rebuild_due",
    "read_models.rebuild_read_models",
    "read_models.rebuild_together",
    # `werkpad explain`, for whoever runs the system
    "recounts.recount",
    "recounts.moment_of",
    "weekly_building.build_due_lists",
    "leftovers.finish_erasures",
    "leftovers.throw_away_drafts",
    "mail_delivery.deliver_due",
    "news_mail.put_digests",
    "owed_mail.put_owed_mail",
    "owed_mail.record_never_sent",
    "owed_mail.record_outcome",
    "owed_mail.record_outcomes",
    "read_models.follow_definitions",
    "read_models.project",
    "read_models.take_part_in_rebuild",
    "representation_reports.asked_lately",
    "representation_reports.filtered",
    "representation_reports.make_due_report",
    "representation_reports.make_report_of",
    "task_runs.note_runs",
    "weekly_building.build_weekly_figures",
    "weekly_building.build_weekly_lists",
    "what_ifs.count_next_what_if",
}


def calls(_town: Town) -> dict[str, Callable[[Viewer], object]]:
    """None: there is nobody to try them as."""
    return {}
