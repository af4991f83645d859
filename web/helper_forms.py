"""The forms of a helper around a client: who it is, the client's consent, asking again, and taking off the file."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid5

from application.helpers import HelperShown
from domain.calendar import add_months
from domain.client.helpers import (
    LONGEST_NAME,
    LONGEST_ORGANISATION,
    LONGEST_PHONE,
    LONGEST_ROLE,
    AddHelper,
    ChangeHelper,
    HelperRemoval,
    HelperRole,
    RemoveHelper,
    RenewHelperConsent,
)
from domain.refusal import Refused, RefusedTogether
from web.context import today
from web.fields import CodeField, DayField, Marked, TextField, VersionField
from web.forms import CommandForm
from web.language import _

# After so many months a client is asked again, unless another day is chosen.
ASKED_AGAIN_AFTER = 12


def in_a_year() -> date:
    return add_months(today(), ASKED_AGAIN_AFTER)


class HelpersForm(CommandForm):
    """A form in which several things may be wrong."""

    def refuse_all(self, refused: Refused) -> None:
        """Show what is wrong, each beside its field."""
        for _part, one in refused.parts if isinstance(refused, RefusedTogether) else [("", refused)]:
            self.refuse(one)


class HelperFields(HelpersForm):
    """Who somebody is to the client."""

    role = CodeField(_("Role"), codes=HelperRole, words="helper_role")
    role_words = TextField(
        _("Role in your own words"),
        description=_("Required for “another role”."),
        render_kw={"maxlength": LONGEST_ROLE, "autocomplete": "off"},
    )
    name = TextField(_("Name"), [Marked()], render_kw={"maxlength": LONGEST_NAME, "autocomplete": "off"})
    organisation = TextField(
        _("Organisation"),
        description=_("May stay blank for a relative or friend."),
        render_kw={"maxlength": LONGEST_ORGANISATION, "autocomplete": "off"},
    )
    phone = TextField(
        _("Phone number"),
        [Marked()],
        render_kw={"maxlength": LONGEST_PHONE, "autocomplete": "off", "inputmode": "tel"},
    )
    email = TextField(_("E-mail address"), render_kw={"autocomplete": "off", "inputmode": "email"})

    def details(self, client_id: UUID, helper_id: UUID) -> dict[str, Any]:
        """What a command takes of it. Raises Refused, about the field, where no role was chosen."""
        self.check()
        if self.role.data is None:
            raise Refused("Choose what the helper is to the client.", field="role")
        return {
            "client_id": client_id,
            "helper_id": helper_id,
            "role": self.role.given,
            "role_words": self.role_words.data,
            "name": self.name.data or "",
            "organisation": self.organisation.data,
            "phone": self.phone.data or "",
            "email": self.email.data,
        }


class AddForm(HelperFields):
    consent_on = DayField(
        _("The client consented on"),
        [Marked()],
        default=today,
        description=_("You asked the client yourself. Without consent, record no helper."),
    )
    ask_again_on = DayField(_("Ask again on"), [Marked()], default=in_a_year)

    def adding(self, client_id: UUID) -> AddHelper:
        details = self.details(client_id, uuid5(self.once, "helper"))
        return AddHelper(**details, consent_on=self.consent_on.given, ask_again_on=self.ask_again_on.given)


class ChangeForm(HelperFields):
    shown = VersionField()

    @classmethod
    def of(cls, helper: HelperShown) -> ChangeForm:
        """The form with a helper as recorded."""
        names = ("role_words", "name", "organisation", "phone", "email")
        return cls.empty(  # type: ignore[no-any-return]  # one of these
            role=HelperRole(helper.helper_role) if helper.helper_role else None,
            shown=helper.version,
            **{name: getattr(helper, name) for name in names},
        )

    def changing(self, client_id: UUID, helper_id: UUID) -> ChangeHelper:
        return ChangeHelper(**self.details(client_id, helper_id), shown=_shown(self.shown))


class RenewForm(HelpersForm):
    consent_on = DayField(_("The client consented on"), [Marked()], default=today)
    ask_again_on = DayField(_("Ask again on"), [Marked()], default=in_a_year)
    shown = VersionField()

    def renewing(self, client_id: UUID, helper_id: UUID) -> RenewHelperConsent:
        self.check()
        return RenewHelperConsent(
            client_id=client_id,
            helper_id=helper_id,
            consent_on=self.consent_on.given,
            ask_again_on=self.ask_again_on.given,
            shown=_shown(self.shown),
        )


class RemoveForm(HelpersForm):
    why = CodeField(_("Reason"), codes=HelperRemoval, words="helper_removal")

    def removing(self, client_id: UUID, helper_id: UUID) -> RemoveHelper:
        self.check()
        if self.why.data is None:
            raise Refused("Choose why the helper is removed.", field="why")
        return RemoveHelper(client_id=client_id, helper_id=helper_id, why=self.why.given)


def _shown(field: VersionField) -> int:
    # What shows no version at all shows none that there is.
    return -1 if field.data is None else field.data
