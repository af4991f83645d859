"""The parts of a contact's form about what was agreed next: an appointment, and a step of the plan."""

from __future__ import annotations

from uuid import UUID

from werkzeug.datastructures import MultiDict

from application.appointments import UnconfirmedError
from application.contacts import AGREED, STEP_PART
from domain.client import MakeAppointment
from domain.client.steps import AgreeStep
from domain.refusal import Refused, RefusedTogether
from web.appointment_forms import NEXT, NextAppointment
from web.step_forms import STEP, NextStep

PREFIXES = frozenset({NEXT, STEP})


class AgreedNext:
    """The two parts as they were sent, as a draft has them, or blank."""

    def __init__(self, appointment: NextAppointment, step: NextStep) -> None:
        self.appointment, self.step = appointment, step

    @classmethod
    def sent(cls) -> AgreedNext:
        return cls(NextAppointment(), NextStep())

    @classmethod
    def blank(cls) -> AgreedNext:
        return cls(NextAppointment(formdata=None), NextStep(formdata=None))

    @classmethod
    def drafted(cls, kept: MultiDict[str, str]) -> AgreedNext:
        """As a draft has them."""

        def of(prefix: str) -> MultiDict[str, str] | None:
            return kept if any(name.startswith(f"{prefix}-") for name in kept) else None

        return cls(NextAppointment(formdata=of(NEXT)), NextStep(formdata=of(STEP)))

    @property
    def parts(self) -> tuple[NextAppointment, NextStep]:
        return self.appointment, self.step

    @property
    def too_long(self) -> bool:
        return any(part.too_long for part in self.parts)

    def refuse_too_long(self) -> None:
        """Raises Refused about the first field that more was sent for than it takes."""
        for part in self.parts:
            part.refuse_too_long()

    def read(
        self, client_id: UUID, contact_id: UUID
    ) -> tuple[MakeAppointment | None, AgreeStep | None, list[tuple[str, Refused]]]:
        """The appointment and the step that were agreed, if any, and what can't be read with its part."""
        wrong: list[tuple[str, Refused]] = []
        made: MakeAppointment | None = None
        agreed: AgreeStep | None = None
        try:
            made = None if self.appointment.is_blank else self.appointment.making(client_id, contact_id)
        except Refused as refused:
            wrong.append((AGREED, refused))
        try:
            agreed = None if self.step.is_blank else self.step.agreeing(client_id, contact_id)
        except Refused as refused:
            wrong.append((STEP_PART, refused))
        return made, agreed, wrong

    def refuse(self, refused: Refused) -> Refused:
        """Show what is wrong with one of the two beside its own fields; what is left of the refusal."""
        if isinstance(refused, UnconfirmedError):
            self.appointment.refuse_all(refused)
            return refused
        if not isinstance(refused, RefusedTogether):
            return refused
        own = {AGREED: self.appointment, STEP_PART: self.step}
        for part, each in refused.parts:
            if part in own:
                own[part].refuse(each)
        left = [(part, each) for part, each in refused.parts if part not in own]
        return RefusedTogether(left or [("", Refused("Check the fields marked below."))])
