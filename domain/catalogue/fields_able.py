"""Able: what a client can do, and what stands in the way."""

from __future__ import annotations

from domain.catalogue.declaring import COACH, QUESTIONNAIRE, option
from domain.catalogue.kinds import Choice, Choices, Number, Text, YesNo
from domain.catalogue.model import Field

ABLE = (
    Field(
        "physical_limitations",
        "able",
        Choices(
            (
                option("none", "none", "geen", "Nothing that limits work.", "Niets dat het werk beperkt.", alone=True),
                option(
                    "lifting",
                    "lifting and carrying",
                    "tillen en dragen",
                    "Can't lift or carry much.",
                    "Kan niet veel tillen of dragen.",
                ),
                option(
                    "standing",
                    "standing and walking",
                    "staan en lopen",
                    "Can't stand or walk for long.",
                    "Kan niet lang staan of lopen.",
                ),
                option("sitting", "sitting", "zitten", "Can't sit for long.", "Kan niet lang zitten."),
                option(
                    "hands",
                    "hands",
                    "handen",
                    "Limited in the use of the hands.",
                    "Beperkt in het gebruik van de handen.",
                ),
                option(
                    "senses",
                    "seeing or hearing",
                    "zien of horen",
                    "Limited in seeing or hearing.",
                    "Beperkt in zien of horen.",
                ),
                option("energy", "energy", "energie", "Gets tired sooner than others.", "Is sneller moe dan anderen."),
            )
        ),
        Text("Physical limitations", "Lichamelijke beperkingen"),
        Text(
            "What work must take into account. Don't write down the illness or its cause.",
            "Waar werk rekening mee moet houden. Noteer niet welke ziekte het is of hoe die is ontstaan.",
        ),
        QUESTIONNAIRE,
        question=Text(
            "Is there work that your body can’t do well? You don’t have to say why.",
            "Is er werk dat uw lichaam niet goed kan? U hoeft niet te zeggen waarom.",
        ),
        stale_after_months=24,
        sensitive=True,
        protected="Health. The coach and the client talk about what work can be done.",
    ),
    Field(
        "mental_limitations",
        "able",
        Choices(
            (
                option("none", "none", "geen", "Nothing that limits work.", "Niets dat het werk beperkt.", alone=True),
                option(
                    "pressure",
                    "pressure",
                    "werkdruk",
                    "Hurry and deadlines soon become too much.",
                    "Haast en deadlines worden snel te veel.",
                ),
                option(
                    "concentration",
                    "concentration",
                    "concentratie",
                    "Can't keep at a task for long.",
                    "Kan niet lang bij een taak blijven.",
                ),
                option(
                    "contact",
                    "contact with people",
                    "contact met mensen",
                    "Working with many people is hard.",
                    "Werken met veel mensen is moeilijk.",
                ),
                option(
                    "structure",
                    "structure",
                    "structuur",
                    "Needs a fixed structure in the day.",
                    "Heeft vaste structuur in de dag nodig.",
                ),
            )
        ),
        Text("Mental limitations", "Psychische beperkingen"),
        Text(
            "What work must take into account. Don't write down the illness or its cause.",
            "Waar werk rekening mee moet houden. Noteer niet welke ziekte het is of hoe die is ontstaan.",
        ),
        QUESTIONNAIRE,
        question=Text(
            "Is there something that is hard for you at work, such as noise, hurry or many people? You don’t have to say why.",
            "Is er iets wat op het werk moeilijk is voor u, zoals drukte, haast of veel mensen? U hoeft niet te zeggen waarom.",
        ),
        stale_after_months=24,
        sensitive=True,
        protected="Health. The coach and the client talk about what work can be done.",
    ),
    Field(
        "hours_available",
        "able",
        Number(0, 40, Text("hours a week", "uur per week")),
        Text("Hours available", "Beschikbare uren"),
        Text(
            "How many hours a week the client can work now, as agreed with the coach. What a vacancy asks for does not matter here.",
            "Hoeveel uur per week de klant nu kan werken, zoals met de coach is afgesproken. Wat een vacature vraagt doet er hier niet toe.",
        ),
        QUESTIONNAIRE,
        question=Text("How many hours a week can you work now?", "Hoeveel uur per week kunt u nu werken?"),
        selects="The hours of the work. Goes with care for others, so ask for no more than the work has.",
    ),
    Field(
        "outside_office_hours",
        "able",
        Choices(
            (
                option(
                    "none",
                    "office hours only",
                    "alleen kantooruren",
                    "Only between 8 and 18 on weekdays.",
                    "Alleen doordeweeks tussen 8 en 18 uur.",
                    alone=True,
                ),
                option(
                    "early", "early mornings", "vroege ochtend", "Before 8 in the morning.", "Voor 8 uur 's ochtends."
                ),
                option("evenings", "evenings", "avond", "After 18 in the evening.", "Na 18 uur 's avonds."),
                option("nights", "nights", "nacht", "Night shifts.", "Nachtdiensten."),
                option("weekends", "weekends", "weekend", "Saturdays or Sundays.", "Zaterdag of zondag."),
            )
        ),
        Text("Outside office hours", "Buiten kantooruren"),
        Text(
            "At which times the client can work other than on weekdays between 8 and 18.",
            "Op welke tijden de klant ook kan werken, buiten doordeweeks tussen 8 en 18 uur.",
        ),
        QUESTIONNAIRE,
        question=Text(
            "When can you also work, besides Monday to Friday between 8 and 18 hours?",
            "Wanneer kunt u ook werken, behalve van maandag tot en met vrijdag tussen 8 en 18 uur?",
        ),
        selects="The times of the work. Goes with care for others, so ask for no more than the work has.",
    ),
    Field(
        "childcare_arranged",
        "able",
        YesNo(),
        Text("Childcare arranged", "Kinderopvang geregeld"),
        Text(
            "Whether there is care for the children during the hours that the client would work.",
            "Of er opvang is voor de kinderen in de uren dat de klant zou werken.",
        ),
        QUESTIONNAIRE,
        question=Text(
            "Is there somebody who looks after your children while you work?",
            "Is er opvang voor uw kinderen als u werkt?",
        ),
        protected="Stands for having children; hours available say when somebody can work.",
    ),
    Field(
        "debts",
        "able",
        Choice(
            (
                option(
                    "none",
                    "no debts in the way",
                    "geen belemmerende schulden",
                    "No debts, or none that stand in the way of work.",
                    "Geen schulden, of geen die werk in de weg staan.",
                ),
                option(
                    "manageable",
                    "debts under control",
                    "schulden onder controle",
                    "There is an arrangement, and it is kept.",
                    "Er is een regeling, en die wordt nagekomen.",
                ),
                option(
                    "problematic",
                    "problematic debts",
                    "problematische schulden",
                    "No arrangement, or it is not kept.",
                    "Geen regeling, of die wordt niet nagekomen.",
                ),
            )
        ),
        Text("Debts", "Schulden"),
        Text(
            "Whether debts stand in the way of work. Don't write down amounts or creditors.",
            "Of schulden werk in de weg staan. Noteer geen bedragen en geen schuldeisers.",
        ),
        QUESTIONNAIRE,
        question=Text(
            "Do you have debts that make it harder to work? You don’t have to say how much, or to whom.",
            "Heeft u schulden die werken moeilijker maken? U hoeft niet te zeggen hoeveel, of aan wie.",
        ),
        sensitive=True,
        protected="Stands for health, family and housing, and does not say what somebody can do.",
    ),
    Field(
        "criminal_record_restricts",
        "able",
        YesNo(),
        Text("Criminal record restricts jobs", "Strafblad beperkt werkmogelijkheden"),
        Text(
            "Whether a certificate of conduct (VOG) would be refused for some jobs. Don't write down what happened.",
            "Of een verklaring omtrent het gedrag (VOG) voor bepaald werk geweigerd zou worden. Noteer niet wat er is gebeurd.",
        ),
        COACH,
        sensitive=True,
        specialised_only=True,
        protected="A special category; where a certificate of conduct is asked for, the client applies for it.",
    ),
)
