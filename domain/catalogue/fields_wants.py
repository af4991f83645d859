"""Wants: what a client is looking for."""

from __future__ import annotations

from domain.catalogue.declaring import QUESTIONNAIRE, TOWARDS_WORK, option
from domain.catalogue.fields_knows import SECTORS
from domain.catalogue.kinds import Choices, Number, ShortText, Text
from domain.catalogue.model import Field

WANTS = (
    Field(
        "preferred_sectors",
        "wants",
        Choices(SECTORS),
        Text("Preferred sectors", "Voorkeurssectoren"),
        Text(
            "Sectors that the client wants to work in, whether or not the coach agrees.",
            "Sectoren waarin de klant wil werken, ook als de coach er anders over denkt.",
        ),
        QUESTIONNAIRE,
        question=Text("In which kinds of work would you like to work?", "In welke soorten werk wilt u graag werken?"),
        required=TOWARDS_WORK,
        selects="What the client wants.",
    ),
    Field(
        "preferred_occupations",
        "wants",
        ShortText(),
        Text("Preferred occupations", "Voorkeursberoepen"),
        Text(
            "Occupations that the client would like to have, most wanted first.",
            "Beroepen die de klant graag zou hebben, het liefste eerst.",
        ),
        QUESTIONNAIRE,
        question=Text(
            "Which jobs would you like to have? Begin with what you want most.",
            "Welke beroepen wilt u graag hebben? Begin met wat u het liefst wilt.",
        ),
        selects="What the client wants.",
    ),
    Field(
        "travel_time",
        "wants",
        Number(0, 180, Text("minutes", "minuten")),
        Text("Travel time", "Reistijd"),
        Text(
            "How many minutes the client can travel to work at most, one way, from door to door.",
            "Hoeveel minuten de klant hoogstens naar het werk kan reizen, enkele reis, van deur tot deur.",
        ),
        QUESTIONNAIRE,
        question=Text(
            "How many minutes can you travel to work at most, from your door to the door of your work?",
            "Hoeveel minuten kunt u hoogstens reizen naar uw werk, van uw deur tot de deur van uw werk?",
        ),
        protected="Stands for where somebody lives, for care and the hours of a school; says nothing of one workplace.",
    ),
    Field(
        "own_transport",
        "wants",
        Choices(
            (
                option(
                    "none",
                    "none",
                    "geen",
                    "Depends on public transport or on others.",
                    "Is aangewezen op openbaar vervoer of anderen.",
                    alone=True,
                ),
                option(
                    "bicycle", "bicycle", "fiets", "Has a bicycle and rides it.", "Heeft een fiets en gebruikt die."
                ),
                option("moped", "moped", "bromfiets", "Has a moped.", "Heeft een bromfiets."),
                option("car", "car", "auto", "Can use a car every day.", "Kan elke dag over een auto beschikken."),
            )
        ),
        Text("Own transport", "Eigen vervoer"),
        Text(
            "What the client can use every day to get to work.",
            "Wat de klant elke dag kan gebruiken om naar het werk te gaan.",
        ),
        QUESTIONNAIRE,
        question=Text("How can you get to work every day?", "Hoe kunt u elke dag naar uw werk komen?"),
        selects="The work may begin where or when no train or bus goes.",
    ),
    Field(
        "own_goal",
        "wants",
        ShortText(400),
        Text("The client's own goal", "Eigen doel van de klant"),
        Text(
            "What the client wants to reach, in the words of the client.",
            "Wat de klant wil bereiken, in de woorden van de klant.",
        ),
        QUESTIONNAIRE,
        question=Text(
            "What would you like to reach? Say it in your own words.",
            "Wat wilt u graag bereiken? Zeg het in uw eigen woorden.",
        ),
        protected="The client's own words, which may tell of health, family or faith.",
    ),
)
