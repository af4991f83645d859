"""Who: what is registered about the person and the household."""

from __future__ import annotations

from domain.catalogue.declaring import BOTH_FORMS, INTAKE_FORM, QUESTIONNAIRE, option
from domain.catalogue.kinds import Choice, Choices, DateKind, Number, Text
from domain.catalogue.model import Field

WHO = (
    Field(
        "birth_date",
        "who",
        DateKind(partial=True),
        Text("Birth date", "Geboortedatum"),
        Text(
            "The date of birth in the civil registry (BRP). Where the registry has only the month or the year, give only that.",
            "De geboortedatum in de Basisregistratie Personen (BRP). Staat daar alleen de maand of het jaar, vul dan alleen dat in.",
        ),
        INTAKE_FORM,
        protected="Age is nothing that work asks; where a law sets a minimum, the employer sees to it.",
    ),
    Field(
        "gender",
        "who",
        Choice(
            (
                option("woman", "woman", "vrouw", "The client says: woman.", "De klant zegt: vrouw."),
                option("man", "man", "man", "The client says: man.", "De klant zegt: man."),
                option(
                    "x",
                    "X",
                    "X",
                    "The client says: neither, or has an X in the passport.",
                    "De klant zegt: geen van beide, of heeft een X in het paspoort.",
                ),
            )
        ),
        Text("Gender", "Geslacht"),
        Text(
            "What the client says, whatever the papers say. It is there to address people rightly and to see which groups we serve badly; never to select.",
            "Wat de klant zelf zegt, wat er ook in de papieren staat. Bedoeld om mensen goed aan te spreken en te zien welke groepen we slecht bereiken; nooit om te selecteren.",
        ),
        INTAKE_FORM,
        protected="Who somebody is, and nothing that work asks.",
    ),
    Field(
        "marital_status",
        "who",
        Choice(
            (
                option(
                    "single",
                    "single",
                    "ongehuwd",
                    "Never married, and never in a registered partnership.",
                    "Nooit gehuwd geweest en nooit een geregistreerd partnerschap gehad.",
                ),
                option(
                    "married",
                    "married",
                    "gehuwd",
                    "Married, or in a registered partnership.",
                    "Gehuwd, of met een geregistreerd partnerschap.",
                ),
                option(
                    "divorced",
                    "divorced",
                    "gescheiden",
                    "The marriage or partnership was ended.",
                    "Het huwelijk of partnerschap is beëindigd.",
                ),
                option("widowed", "widowed", "verweduwd", "The partner has died.", "De partner is overleden."),
            )
        ),
        Text("Marital status", "Burgerlijke staat"),
        Text(
            "The status in the civil registry (BRP). Who lives with the client is another question: see living situation.",
            "De burgerlijke staat in de Basisregistratie Personen (BRP). Met wie de klant woont is een andere vraag: zie woonsituatie.",
        ),
        BOTH_FORMS,
        question=Text(
            "What is your marital status? Answer as you are registered with the city.",
            "Wat is uw burgerlijke staat? Antwoord zoals u bij de gemeente staat ingeschreven.",
        ),
        protected="Family, and nothing that work asks.",
    ),
    Field(
        "children_at_home",
        "who",
        Number(0, 15, Text("children", "kinderen")),
        Text("Children at home", "Thuiswonende kinderen"),
        Text(
            "How many children under 18 live with the client for at least half of the week. No children: fill in 0, don't leave it blank.",
            "Hoeveel kinderen jonger dan 18 minstens de helft van de week bij de klant wonen. Geen kinderen: vul 0 in, laat het niet leeg.",
        ),
        BOTH_FORMS,
        question=Text(
            "How many children under 18 live with you for at least half of the week? No children: fill in 0.",
            "Hoeveel kinderen jonger dan 18 jaar wonen minstens de helft van de week bij u? Geen kinderen: vul 0 in.",
        ),
        protected="Family; hours available say when somebody can work.",
    ),
    Field(
        "children_ages",
        "who",
        Choices(
            (
                option(
                    "0_3",
                    "0 to 3",
                    "0 tot en met 3",
                    "At least one child of 3 or younger.",
                    "Minstens één kind van 3 jaar of jonger.",
                ),
                option(
                    "4_11",
                    "4 to 11",
                    "4 tot en met 11",
                    "At least one child from 4 to 11.",
                    "Minstens één kind van 4 tot en met 11 jaar.",
                ),
                option(
                    "12_17",
                    "12 to 17",
                    "12 tot en met 17",
                    "At least one child from 12 to 17.",
                    "Minstens één kind van 12 tot en met 17 jaar.",
                ),
            )
        ),
        Text("Ages of the children", "Leeftijd van de kinderen"),
        Text(
            "The age groups of the children at home; they decide which childcare is needed.",
            "De leeftijdsgroepen van de thuiswonende kinderen; die bepalen welke opvang nodig is.",
        ),
        BOTH_FORMS,
        question=Text("How old are the children who live with you?", "Hoe oud zijn de kinderen die bij u wonen?"),
        protected="Family; hours available say when somebody can work.",
    ),
    Field(
        "living_situation",
        "who",
        Choice(
            (
                option(
                    "alone",
                    "alone",
                    "alleen",
                    "Nobody else lives at the address.",
                    "Niemand anders woont op het adres.",
                ),
                option(
                    "with_partner",
                    "with a partner",
                    "met partner",
                    "With a partner, with or without children.",
                    "Met een partner, met of zonder kinderen.",
                ),
                option(
                    "with_children",
                    "with children, no partner",
                    "met kinderen, zonder partner",
                    "A single parent with at least one child at home.",
                    "Een alleenstaande ouder met minstens één kind thuis.",
                ),
                option(
                    "with_family",
                    "with parents or family",
                    "bij ouders of familie",
                    "With parents or other relatives.",
                    "Bij ouders of andere familie.",
                ),
                option(
                    "shared",
                    "shared housing",
                    "gedeelde woning",
                    "With others who are no relatives.",
                    "Met anderen die geen familie zijn.",
                ),
                option(
                    "supported",
                    "supported housing",
                    "begeleid wonen",
                    "In supported housing, or in a shelter.",
                    "In een woning met begeleiding, of in de opvang.",
                ),
                option(
                    "no_fixed_address",
                    "no fixed address",
                    "geen vast adres",
                    "No place of one's own to sleep: on the street, or with one person and another.",
                    "Geen eigen slaapplek: op straat of steeds bij anderen.",
                ),
            )
        ),
        Text("Living situation", "Woonsituatie"),
        Text(
            "With whom the client lives now, whatever the civil status says.",
            "Met wie de klant nu woont, wat de burgerlijke staat ook zegt.",
        ),
        QUESTIONNAIRE,
        question=Text("Who do you live with now?", "Met wie woont u nu?"),
        protected="Stands for family and sex: requiring alone drops everybody with children.",
    ),
)
