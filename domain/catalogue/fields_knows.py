"""Knows: education, language and experience."""

from __future__ import annotations

from domain.catalogue.declaring import FOR_EVERYBODY, QUESTIONNAIRE, TOWARDS_WORK, option
from domain.catalogue.kinds import Choice, Choices, Number, ShortText, Text
from domain.catalogue.model import Field

SECTORS = (
    option(
        "agriculture",
        "agriculture and green",
        "agrarisch en groen",
        "Growing, gardening, animals.",
        "Telen, tuinieren, dieren.",
    ),
    option("construction", "construction", "bouw", "Building and installing.", "Bouwen en installeren."),
    option("industry", "industry", "industrie", "Making things in a factory.", "Dingen maken in een fabriek."),
    option(
        "transport",
        "transport and logistics",
        "vervoer en logistiek",
        "Driving, warehouses, post.",
        "Rijden, magazijnen, post.",
    ),
    option("retail", "shops", "winkels", "Selling in a shop or a web shop.", "Verkopen in een winkel of webwinkel."),
    option(
        "hospitality",
        "hotels and restaurants",
        "horeca",
        "Cooking, serving, hotel work.",
        "Koken, bedienen, hotelwerk.",
    ),
    option("cleaning", "cleaning", "schoonmaak", "Cleaning buildings and streets.", "Gebouwen en straten schoonmaken."),
    option(
        "care",
        "care and welfare",
        "zorg en welzijn",
        "Nursing, home care, child care, social work.",
        "Verpleging, thuiszorg, kinderopvang, sociaal werk.",
    ),
    option("education", "education", "onderwijs", "Schools and training.", "Scholen en opleidingen."),
    option(
        "office",
        "office and administration",
        "kantoor en administratie",
        "Desk, administration, customer service.",
        "Balie, administratie, klantenservice.",
    ),
    option(
        "technology",
        "information technology",
        "ICT",
        "Software, computers, networks.",
        "Software, computers, netwerken.",
    ),
    option("security", "security", "beveiliging", "Guarding people and buildings.", "Mensen en gebouwen bewaken."),
    option("other", "another sector", "een andere sector", "None of these.", "Geen van deze."),
)

KNOWS = (
    Field(
        "education_level",
        "knows",
        Choice(
            (
                option(
                    "none",
                    "no school completed",
                    "geen school afgemaakt",
                    "Primary school was not completed.",
                    "De basisschool is niet afgemaakt.",
                ),
                option(
                    "primary",
                    "primary school",
                    "basisonderwijs",
                    "Primary school completed, and no level after it; years without a certificate don't count.",
                    "De basisschool afgemaakt, en daarna geen niveau meer; jaren zonder diploma tellen niet mee.",
                ),
                option(
                    "lower_secondary",
                    "lower secondary (vmbo, mbo 1)",
                    "vmbo, mbo 1",
                    "A vmbo or mbo 1 certificate, or the first three years of havo or vwo passed.",
                    "Diploma vmbo of mbo 1 (entree), of de eerste drie jaar van havo of vwo gehaald.",
                ),
                option(
                    "upper_secondary",
                    "upper secondary (havo, vwo, mbo 2-4)",
                    "havo, vwo, mbo 2-4",
                    "A havo, vwo or mbo 2, 3 or 4 certificate: the basic qualification.",
                    "Diploma havo, vwo of mbo 2, 3 of 4: de startkwalificatie.",
                ),
                option(
                    "bachelor",
                    "bachelor (hbo, wo)",
                    "bachelor (hbo, wo)",
                    "A bachelor's degree of a hogeschool or university.",
                    "Een bachelordiploma van een hogeschool of universiteit.",
                ),
                option(
                    "master",
                    "master or higher",
                    "master of hoger",
                    "A master's degree or a doctorate.",
                    "Een masterdiploma of een doctoraat.",
                ),
            ),
            ordered=True,
        ),
        Text("Education level", "Opleidingsniveau"),
        Text(
            "The highest level completed, in the Netherlands or abroad. A level that was begun and not completed does not count. From abroad: the Dutch level that comes closest.",
            "Het hoogste niveau dat is afgerond, in Nederland of daarbuiten. Begonnen en niet afgemaakt telt niet mee. Buitenlands: het Nederlandse niveau dat er het dichtst bij komt.",
        ),
        QUESTIONNAIRE,
        question=Text(
            "What is the highest school or course that you finished, here or in another country?",
            "Wat is de hoogste opleiding die u heeft afgemaakt, hier of in een ander land?",
        ),
        required=FOR_EVERYBODY,
        selects="A qualification that the work asks for.",
    ),
    Field(
        "field_of_education",
        "knows",
        ShortText(),
        Text("Field of education", "Opleidingsrichting"),
        Text(
            "The subject of the highest completed education, such as bricklaying or nursing.",
            "Het vak van de hoogste afgeronde opleiding, zoals metselen of verpleging.",
        ),
        QUESTIONNAIRE,
        question=Text(
            "What did you learn for there? For example: bricklayer or nurse.",
            "Waar heeft u voor geleerd? Bijvoorbeeld: metselaar of verpleegkundige.",
        ),
        selects="A qualification that the work asks for.",
    ),
    Field(
        "language_level",
        "knows",
        Choice(
            (
                option("below_a1", "below A1", "onder A1", "Single words.", "Losse woorden."),
                option("a1", "A1", "A1", "Simple phrases about oneself.", "Eenvoudige zinnen over zichzelf."),
                option("a2", "A2", "A2", "Everyday matters, in short.", "Alledaagse zaken, in het kort."),
                option(
                    "b1",
                    "B1",
                    "B1",
                    "Can talk about work and daily life with colleagues.",
                    "Kan met collega's over werk en dagelijks leven praten.",
                ),
                option(
                    "b2",
                    "B2",
                    "B2",
                    "Follows a meeting and gives an opinion with ease.",
                    "Volgt een vergadering en geeft vlot een mening.",
                ),
                option("c1", "C1", "C1", "Writes and speaks at length.", "Schrijft en spreekt uitgebreid."),
                option(
                    "c2",
                    "C2",
                    "C2",
                    "Understands and says everything without effort.",
                    "Begrijpt en zegt alles moeiteloos.",
                ),
            ),
            ordered=True,
        ),
        Text("Language level (Dutch)", "Taalniveau (Nederlands)"),
        Text(
            "Dutch by the European framework (CEFR), speaking and understanding: from a test, or else as estimated in the conversation.",
            "Nederlands volgens het Europees referentiekader (ERK), spreken en verstaan: uit een toets, of anders geschat in het gesprek.",
        ),
        QUESTIONNAIRE,
        question=Text("How well do you speak and understand Dutch?", "Hoe goed spreekt en begrijpt u Nederlands?"),
        required=FOR_EVERYBODY,
        selects="What has to be understood and said at work. Goes with origin, so ask for no more than the work needs.",
    ),
    Field(
        "driving_licence",
        "knows",
        Choices(
            (
                # Not `alone`: forms and files say both, and a contradiction that coaches see is better than a refusal.
                option("none", "no licence", "geen rijbewijs", "No valid licence.", "Geen geldig rijbewijs."),
                option("AM", "AM (moped)", "AM (bromfiets)", "Moped or light vehicle.", "Bromfiets of licht voertuig."),
                option("A", "A (motorcycle)", "A (motor)", "Motorcycle.", "Motor."),
                option("B", "B (car)", "B (auto)", "Car.", "Auto."),
                option("C", "C (lorry)", "C (vrachtauto)", "Lorry.", "Vrachtauto."),
                option("D", "D (bus)", "D (bus)", "Bus.", "Bus."),
                option("E", "E (trailer)", "E (aanhanger)", "With a heavy trailer.", "Met zware aanhanger."),
            )
        ),
        Text("Driving licence", "Rijbewijs"),
        Text(
            "The categories of a licence that is valid in the Netherlands now. A licence that has run out, was taken away, or is not valid here counts as no licence.",
            "De categorieën van een rijbewijs dat nu in Nederland geldig is. Verlopen, ingenomen of hier niet geldig telt als geen rijbewijs.",
        ),
        QUESTIONNAIRE,
        question=Text(
            "Which driving licences do you have that are valid in the Netherlands now?",
            "Welke rijbewijzen heeft u die nu in Nederland geldig zijn?",
        ),
        required=FOR_EVERYBODY,
        selects="A qualification that the work asks for.",
    ),
    Field(
        "certificates",
        "knows",
        ShortText(),
        Text("Certificates", "Certificaten"),
        Text(
            "Certificates that employers ask for, such as forklift or first aid.",
            "Certificaten waar werkgevers om vragen, zoals heftruck of BHV.",
        ),
        QUESTIONNAIRE,
        question=Text(
            "Which certificates do you have that employers ask for? For example: forklift or first aid.",
            "Welke certificaten heeft u waar werkgevers om vragen? Bijvoorbeeld: heftruck of EHBO.",
        ),
        selects="A qualification that the work asks for.",
    ),
    Field(
        "digital_skills",
        "knows",
        Choice(
            (
                option(
                    "none",
                    "none",
                    "geen",
                    "Does not use a computer or smartphone.",
                    "Gebruikt geen computer of smartphone.",
                ),
                option(
                    "phone",
                    "smartphone only",
                    "alleen smartphone",
                    "Messages and apps on a phone.",
                    "Berichten en apps op een telefoon.",
                ),
                option(
                    "basic",
                    "basic",
                    "basis",
                    "Mail, forms and text on a computer.",
                    "Mail, formulieren en tekst op een computer.",
                ),
                option(
                    "advanced",
                    "advanced",
                    "gevorderd",
                    "Works with office or trade software.",
                    "Werkt met kantoor- of vaksoftware.",
                ),
            ),
            ordered=True,
        ),
        Text("Digital skills", "Digitale vaardigheden"),
        Text(
            "What the client does alone on a computer or telephone.",
            "Wat de klant zelfstandig doet op een computer of telefoon.",
        ),
        QUESTIONNAIRE,
        question=Text(
            "What can you do on a computer or phone without help?",
            "Wat kunt u op een computer of telefoon zonder hulp?",
        ),
        selects="A skill that the work asks for. Goes with age, so ask for no more than the work needs.",
    ),
    Field(
        "work_sector",
        "knows",
        Choice(
            (
                *SECTORS,
                option(
                    "none",
                    "never worked",
                    "nooit gewerkt",
                    "No paid or voluntary work so far.",
                    "Nog geen betaald of vrijwillig werk.",
                ),
            )
        ),
        Text("Work experience: sector", "Werkervaring: sector"),
        Text(
            "The sector in which the client worked longest, paid or as a volunteer, here or abroad.",
            "De sector waarin de klant het langst werkte, betaald of vrijwillig, in Nederland of daarbuiten.",
        ),
        QUESTIONNAIRE,
        question=Text(
            "In which kind of work were you longest, paid or as a volunteer, here or in another country?",
            "In welk soort werk was u het langst, betaald of als vrijwilliger, hier of in een ander land?",
        ),
        required=TOWARDS_WORK,
        selects="Experience that the work asks for.",
    ),
    Field(
        "work_occupation",
        "knows",
        ShortText(),
        Text("Work experience: occupation", "Werkervaring: beroep"),
        Text(
            "The occupation that the client worked in longest.", "Het beroep dat de klant het langst heeft uitgeoefend."
        ),
        QUESTIONNAIRE,
        question=Text("Which job did you have longest?", "Welk beroep had u het langst?"),
        required=TOWARDS_WORK,
        selects="Experience that the work asks for.",
    ),
    Field(
        "work_years",
        "knows",
        Number(0, 60, Text("years", "jaar")),
        Text("Work experience: years", "Werkervaring: jaren"),
        Text(
            "All years of work together, paid or as a volunteer, here or abroad, rounded up to whole years. Never worked: fill in 0.",
            "Alle jaren werk samen, betaald of vrijwillig, in Nederland of daarbuiten, naar boven afgerond op hele jaren. Nooit gewerkt: vul 0 in.",
        ),
        QUESTIONNAIRE,
        question=Text(
            "How many years did you work in all, paid or as a volunteer? Never worked: fill in 0.",
            "Hoeveel jaar heeft u in totaal gewerkt, betaald of als vrijwilliger? Nooit gewerkt: vul 0 in.",
        ),
        required=TOWARDS_WORK,
        selects="Experience that the work asks for. Goes with age: at least so many, never at most.",
    ),
    Field(
        "skills",
        "knows",
        ShortText(300),
        Text("Skills", "Vaardigheden"),
        Text(
            "What the client is good at, in the words of the client.",
            "Waar de klant goed in is, in de woorden van de klant.",
        ),
        QUESTIONNAIRE,
        question=Text("What are you good at?", "Waar bent u goed in?"),
        selects="Skills that the work asks for.",
    ),
)
