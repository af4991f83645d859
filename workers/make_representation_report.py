"""Make the month's report on representation, or one anew where other characteristics were chosen."""

from __future__ import annotations

from collections.abc import Callable

from application import representation_reports
from application.services import Services

NAME = "make_representation_report"


def bind(services: Callable[[], Services]) -> Callable[[], int]:
    def make_representation_report() -> int:
        """Whether one was made."""
        return representation_reports.make_due_report(services())

    return make_representation_report
