"""Plan: what was agreed, and the milestones on the way to work."""

from __future__ import annotations

from domain.catalogue.conditions import Always
from domain.catalogue.declaring import COACH, FOR_EVERYBODY, INTAKE_FORM, TOWARDS_WORK, option
from domain.catalogue.kinds import Choice, DateKind, Number, ShortText, Text
from domain.catalogue.model import Field, Required

PLAN = (
    Field(
        "plan_of_action", "plan", ShortText(4000),
        Text("Plan of action", "Plan van aanpak"),
        Text("What client and coach agreed to do, signed or said; without an agreement there is no plan.", "Wat klant en coach hebben afgesproken te doen, getekend of gezegd; zonder afspraak is er geen plan."),
        COACH, required=FOR_EVERYBODY, recorded_by="plan_of_action",
    ),
    Field(
        "service_track", "plan",
        Choice((
            option("orientation", "orientation", "oriëntatie", "Finding out what is possible.", "Uitzoeken wat mogelijk is."),
            option("care_first", "care first", "zorg eerst", "Health, debts or housing come before work.", "Gezondheid, schulden of wonen gaan voor werk."),
            option("participation", "participation", "participatie", "Taking part; paid work is not yet the aim.", "Meedoen; betaald werk is nog niet het doel."),
            option("development", "development", "ontwikkeling", "Learning what work asks for.", "Leren wat werk vraagt."),
            option("job_ready", "job ready", "klaar voor werk", "Can start at work now.", "Kan nu aan het werk."),
            option("exempt", "temporarily exempt", "tijdelijk vrijgesteld", "Exempt for now from the duty to look for work.", "Voorlopig vrijgesteld van de plicht om werk te zoeken."),
        )),
        Text("Service track", "Dienstverleningstraject"),
        Text("The kind of service that the client gets now.", "Het soort dienstverlening dat de klant nu krijgt."),
        COACH, recorded_by="service_track",
    ),
    Field(
        "contact_frequency", "plan", Number(1, 26, Text("weeks", "weken")),
        Text("Contact frequency", "Contactfrequentie"),
        Text("After how many weeks at most coach and client are in touch again, as agreed between them.", "Na hoeveel weken coach en klant elkaar uiterlijk weer spreken, zoals samen afgesproken."),
        COACH, required=Required(Always(), since="plan", within_days=0), recorded_by="contact_frequency",
    ),
    # The CV and its date are one field: the day of the CV is known as soon as there is one, and without a day
    # nobody could say that it is out of date.
    Field(
        "cv", "plan", DateKind(),
        Text("CV (date)", "Cv (datum)"),
        Text("The day on which the CV in the file was last brought up to date.", "De dag waarop het cv in het dossier voor het laatst is bijgewerkt."),
        COACH, required=TOWARDS_WORK, stale_after_months=12,
    ),
    Field(
        "job_ready_since", "plan", DateKind(),
        Text("Job ready since", "Klaar voor werk sinds"),
        Text("The day from which coach and client agree that the client can start at work.", "De dag vanaf wanneer coach en klant vinden dat de klant aan het werk kan."),
        COACH,
    ),
    Field(
        "benefit_start_date", "plan", DateKind(),
        Text("Benefit start date", "Ingangsdatum uitkering"),
        Text("The first day of the current benefit.", "De eerste dag van de huidige uitkering."),
        INTAKE_FORM,
    ),
)  # fmt: skip
