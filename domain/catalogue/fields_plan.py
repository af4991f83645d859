"""Plan: what was agreed, and the milestones on the way to work."""

from __future__ import annotations

from domain.catalogue.conditions import Always
from domain.catalogue.declaring import COACH, FOR_EVERYBODY, INTAKE_FORM, TOWARDS_WORK, option
from domain.catalogue.kinds import Choice, DateKind, Number, ShortText, Text
from domain.catalogue.model import Field, Required

PLAN = (
    Field(
        "plan_of_action",
        "plan",
        ShortText(4000),
        Text("Plan of action", "Plan van aanpak"),
        Text(
            "What client and coach have agreed to do, in writing or aloud. As long as the client has not agreed, there is no plan.",
            "Wat klant en coach hebben afgesproken te doen, op papier of mondeling. Zolang de klant niet akkoord is, is er geen plan.",
        ),
        COACH,
        required=FOR_EVERYBODY,
        recorded_by="plan_of_action",
        protected="Words that may tell of health, family or debts.",
    ),
    Field(
        "service_track",
        "plan",
        Choice(
            (
                option(
                    "orientation",
                    "orientation",
                    "oriëntatie",
                    "Client and coach are finding out what is possible.",
                    "Klant en coach zoeken uit wat mogelijk is.",
                ),
                option(
                    "care_first",
                    "care first",
                    "zorg eerst",
                    "Health, debts or housing come before work.",
                    "Gezondheid, schulden of wonen gaan voor werk.",
                ),
                option(
                    "participation",
                    "participation",
                    "participatie",
                    "Taking part in activities or voluntary work; paid work is not yet the aim.",
                    "Meedoen aan activiteiten of vrijwilligerswerk; betaald werk is nog niet het doel.",
                ),
                option(
                    "development",
                    "development",
                    "ontwikkeling",
                    "Learning what is needed for paid work.",
                    "Leren wat nodig is voor betaald werk.",
                ),
                option("job_ready", "job ready", "bemiddelbaar", "Can start at work now.", "Kan nu aan het werk."),
                option(
                    "exempt",
                    "temporarily exempt",
                    "tijdelijk vrijgesteld",
                    "Exempt until a set day from the duty to look for work, by a decision.",
                    "Tot een bepaalde dag vrijgesteld van de sollicitatieplicht, volgens een besluit.",
                ),
            )
        ),
        Text("Service track", "Dienstverleningstraject"),
        Text("The kind of service that the client gets now.", "Het soort dienstverlening dat de klant nu krijgt."),
        COACH,
        recorded_by="service_track",
        selects="How far towards work, as agreed with the client.",
    ),
    Field(
        "contact_frequency",
        "plan",
        Number(1, 26, Text("weeks", "weken")),
        Text("Contact frequency", "Contactfrequentie"),
        Text(
            "After how many weeks at most coach and client are in touch again, as agreed between them.",
            "Na hoeveel weken coach en klant elkaar uiterlijk weer spreken, zoals samen afgesproken.",
        ),
        COACH,
        required=Required(Always(), since="plan", within_days=0),
        recorded_by="contact_frequency",
        protected="How much help somebody gets goes with health and care, and says nothing of work.",
    ),
    # The CV and its date are one field: the day of the CV is known as soon as there is one, and without a day
    # nobody could say that it is out of date.
    Field(
        "cv",
        "plan",
        DateKind(),
        Text("CV (date)", "Cv (datum)"),
        Text(
            "The day on which the CV in the file was last brought up to date.",
            "De dag waarop het cv in het dossier voor het laatst is bijgewerkt.",
        ),
        COACH,
        required=TOWARDS_WORK,
        stale_after_months=12,
        selects="What an employer asks to see.",
    ),
    Field(
        "job_ready_since",
        "plan",
        DateKind(),
        Text("Job ready since", "Bemiddelbaar sinds"),
        Text(
            "The day from which coach and client agree that the client can start at work.",
            "De dag vanaf wanneer coach en klant vinden dat de klant aan het werk kan.",
        ),
        COACH,
        selects="How far towards work, as agreed with the client.",
    ),
    Field(
        "benefit_start_date",
        "plan",
        DateKind(future=True),
        Text("Benefit start date", "Ingangsdatum uitkering"),
        Text(
            "The first day for which the benefit is paid. It may lie ahead, when the benefit was granted and has not begun.",
            "De eerste dag waarover de uitkering wordt betaald. Die kan nog komen, als de uitkering is toegekend maar nog niet is ingegaan.",
        ),
        INTAKE_FORM,
        protected="Stands for age, health and the year of arrival, and says nothing of what somebody can do.",
    ),
)
