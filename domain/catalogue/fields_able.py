"""Able: what a client can do, and what stands in the way."""

from __future__ import annotations

from domain.catalogue.declaring import COACH, QUESTIONNAIRE, option
from domain.catalogue.kinds import Choice, Choices, Number, Text, YesNo
from domain.catalogue.model import Field

ABLE = (
    Field(
        "physical_limitations", "able",
        Choices((
            option("none", "none", "geen", "Nothing that limits work.", "Niets dat het werk beperkt.", alone=True),
            option("lifting", "lifting and carrying", "tillen en dragen", "Can't lift or carry much.", "Kan niet veel tillen of dragen."),
            option("standing", "standing and walking", "staan en lopen", "Can't stand or walk for long.", "Kan niet lang staan of lopen."),
            option("sitting", "sitting", "zitten", "Can't sit for long.", "Kan niet lang zitten."),
            option("hands", "hands", "handen", "Limited in the use of the hands.", "Beperkt in het gebruik van de handen."),
            option("senses", "seeing or hearing", "zien of horen", "Limited in seeing or hearing.", "Beperkt in zien of horen."),
            option("energy", "energy", "energie", "Gets tired early.", "Is snel moe."),
        )),
        Text("Physical limitations", "Lichamelijke beperkingen"),
        Text(
            "What work must take into account. Which illness it is does not belong here.",
            "Waar werk rekening mee moet houden. Welke ziekte het is hoort hier niet.",
        ),
        QUESTIONNAIRE, stale_after_months=24, protected=True, sensitive=True,
    ),
    Field(
        "mental_limitations", "able",
        Choices((
            option("none", "none", "geen", "Nothing that limits work.", "Niets dat het werk beperkt.", alone=True),
            option("pressure", "pressure", "werkdruk", "Can't stand deadlines or hurry.", "Kan niet goed tegen haast of deadlines."),
            option("concentration", "concentration", "concentratie", "Can't keep at a task for long.", "Kan niet lang bij een taak blijven."),
            option("contact", "contact with people", "contact met mensen", "Working with many people is hard.", "Werken met veel mensen is moeilijk."),
            option("structure", "structure", "structuur", "Needs a fixed structure in the day.", "Heeft vaste structuur in de dag nodig."),
        )),
        Text("Mental limitations", "Psychische beperkingen"),
        Text(
            "What work must take into account. Which illness it is does not belong here.",
            "Waar werk rekening mee moet houden. Welke ziekte het is hoort hier niet.",
        ),
        QUESTIONNAIRE, stale_after_months=24, protected=True, sensitive=True,
    ),
    Field(
        "hours_available", "able", Number(0, 40, Text("hours a week", "uur per week")),
        Text("Hours available", "Beschikbare uren"),
        Text(
            "How many hours a week the client can work now, by what was agreed, not by what a vacancy asks.",
            "Hoeveel uur per week de klant nu kan werken, volgens wat is afgesproken, niet volgens wat een vacature vraagt.",
        ),
        QUESTIONNAIRE,
    ),
    Field(
        "outside_office_hours", "able",
        Choices((
            option("none", "office hours only", "alleen kantooruren", "Only between 8 and 18 on weekdays.", "Alleen doordeweeks tussen 8 en 18 uur.", alone=True),
            option("early", "early mornings", "vroege ochtend", "Before 8 in the morning.", "Voor 8 uur 's ochtends."),
            option("evenings", "evenings", "avond", "After 18 in the evening.", "Na 18 uur 's avonds."),
            option("nights", "nights", "nacht", "Night shifts.", "Nachtdiensten."),
            option("weekends", "weekends", "weekend", "Saturdays or Sundays.", "Zaterdag of zondag."),
        )),
        Text("Outside office hours", "Buiten kantooruren"),
        Text(
            "When the client can work beside weekdays between 8 and 18.",
            "Wanneer de klant kan werken naast doordeweeks tussen 8 en 18 uur.",
        ),
        QUESTIONNAIRE,
    ),
    Field(
        "childcare_arranged", "able", YesNo(),
        Text("Childcare arranged", "Kinderopvang geregeld"),
        Text(
            "Whether there is care for the children during the hours that the client would work.",
            "Of er opvang is voor de kinderen in de uren dat de klant zou werken.",
        ),
        QUESTIONNAIRE, protected=True,
    ),
    Field(
        "debts", "able",
        Choice((
            option("none", "no debts", "geen schulden", "No debts that weigh.", "Geen schulden die drukken."),
            option("manageable", "debts under control", "schulden onder controle", "There is an arrangement, and it is kept.", "Er is een regeling, en die wordt nagekomen."),
            option("problematic", "problematic debts", "problematische schulden", "No arrangement, or it is not kept.", "Geen regeling, of die wordt niet nagekomen."),
        )),
        Text("Debts", "Schulden"),
        Text(
            "Whether debts stand in the way of work; amounts don't belong here.",
            "Of schulden in de weg staan van werk; bedragen horen hier niet.",
        ),
        QUESTIONNAIRE, sensitive=True,
    ),
    Field(
        "criminal_record_restricts", "able", YesNo(),
        Text("Criminal record restricts jobs", "Strafblad beperkt werk"),
        Text(
            "Whether a certificate of conduct would be refused for some jobs; what happened does not belong here.",
            "Of een verklaring omtrent gedrag voor sommig werk geweigerd zou worden; wat er gebeurd is hoort hier niet.",
        ),
        COACH, protected=True, sensitive=True, specialised_only=True,
    ),
)  # fmt: skip
