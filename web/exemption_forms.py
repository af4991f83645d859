"""The forms of an exemption: the draft, its withdrawal, and what a second reader decides."""

from __future__ import annotations

from uuid import UUID, uuid5

from wtforms import StringField
from wtforms.widgets import TextArea

from application.exemptions import ExemptionDraft
from domain.client.exemptions import (
    LONGEST_BASIS,
    LONGEST_WORDS,
    ApproveExemption,
    DraftExemption,
    ReturnExemption,
    WithdrawExemption,
)
from domain.refusal import Refused, RefusedTogether
from web.fields import DayField, Marked, VersionField
from web.forms import CommandForm
from web.language import _


class ExemptionForm(CommandForm):
    """A form about the draft as it was shown."""

    shown = VersionField()

    def refuse_all(self, refused: Refused) -> None:
        """Show what is wrong, each beside its field."""
        for _part, one in refused.parts if isinstance(refused, RefusedTogether) else [("", refused)]:
            self.refuse(one)

    @property
    def version(self) -> int:
        # What shows no version at all shows none that there is.
        return -1 if self.shown.data is None else self.shown.data

    def show(self, found: ExemptionDraft) -> None:
        """Judge it by what is recorded now if it is sent again."""
        self.shown.data, self.shown.raw_data = (found.now.version or 0) if found.now else 0, None


class DraftForm(ExemptionForm):
    basis = StringField(
        _("What the exemption is based on"),
        [Marked()],
        widget=TextArea(),
        description=_("You, the person of your team who reads it, and the client can read this."),
        render_kw={"rows": 8, "maxlength": LONGEST_BASIS},
    )
    until = DayField(_("Last day of the exemption"), [Marked()])

    def drafting(self, client_id: UUID, exemption_id: UUID | None) -> DraftExemption:
        self.check()
        return DraftExemption(
            client_id=client_id,
            exemption_id=exemption_id or uuid5(self.once, "exemption"),
            basis=(self.basis.data or "").replace("\r\n", "\n"),
            until=self.until.given,
            shown=self.version,
        )


class WithdrawForm(ExemptionForm):
    def withdrawing(self, client_id: UUID, exemption_id: UUID) -> WithdrawExemption:
        self.check()
        return WithdrawExemption(client_id=client_id, exemption_id=exemption_id, shown=self.version)


class ApproveForm(ExemptionForm):
    def approving(self, client_id: UUID, exemption_id: UUID) -> ApproveExemption:
        self.check()
        return ApproveExemption(client_id=client_id, exemption_id=exemption_id, shown=self.version)


class ReturnForm(ExemptionForm):
    words = StringField(
        _("What has to be different"),
        [Marked()],
        widget=TextArea(),
        render_kw={"rows": 4, "maxlength": LONGEST_WORDS},
    )

    def returning(self, client_id: UUID, exemption_id: UUID) -> ReturnExemption:
        self.check()
        return ReturnExemption(
            client_id=client_id,
            exemption_id=exemption_id,
            words=(self.words.data or "").replace("\r\n", "\n"),
            shown=self.version,
        )
