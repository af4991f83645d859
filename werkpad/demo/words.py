"""Invented sentences for the demonstration, each in Dutch and in English: who writes has one of the two as language."""

from __future__ import annotations

from domain.client import Topic

Both = tuple[str, str]

# What a coach notes, by what was spoken of.
NOTES: dict[Topic, tuple[Both, ...]] = {
    Topic.WORK: (
        (
            "Gesproken over de vacature bij het distributiecentrum.",
            "Talked about the vacancy at the distribution centre.",
        ),
        ("Twee sollicitaties verstuurd, nog geen antwoord.", "Sent two applications, no answer yet."),
        ("Mag een dag meelopen bij de kwekerij.", "May come along for a day at the nursery."),
    ),
    Topic.TRAINING: (
        (
            "Twijfelt over de opleiding; we kijken er samen nog eens naar.",
            "In two minds about the course; we look at it together again.",
        ),
        ("Heeft zich ingeschreven voor de open dag.", "Signed up for the open day."),
    ),
    Topic.LANGUAGE: (
        ("De cursus Nederlands gaat goed, wil verder.", "The Dutch course goes well, wants to go on."),
        ("Oefent met een taalmaatje in de bibliotheek.", "Practises with a language buddy at the library."),
    ),
    Topic.HEALTH: (
        ("Vraagt de bedrijfsarts wat er kan.", "Will ask the company doctor what is possible."),
        ("Het gaat beter; rustig opbouwen.", "Feels better; to be built up slowly."),
    ),
    Topic.MONEY: (
        ("Bracht de papieren mee; die staan in het dossier.", "Brought the papers; they are in the file."),
        ("Afspraak bij schuldhulp staat voor volgende maand.", "There is an appointment with debt relief next month."),
    ),
    Topic.FAMILY: (
        ("Zorgt deze maand voor een zieke ouder.", "Takes care of an ill parent this month."),
        ("Thuis is het rustiger dan de vorige keer.", "Things at home are calmer than last time."),
    ),
    Topic.HOUSING: (
        ("Reageert op woningen; er is een wachttijd.", "Applies for homes; there is a waiting time."),
        ("De huur is geregeld met de verhuurder.", "The rent was settled with the landlord."),
    ),
    Topic.PLAN: (
        ("Het plan klopt nog; we houden dit tempo.", "The plan still fits; we keep this pace."),
        ("Is gestart met vrijwilligerswerk in het buurthuis.", "Began voluntary work at the community centre."),
    ),
    Topic.BENEFIT: (
        ("De brief over de uitkering uitgelegd.", "Explained the letter about the benefit."),
        ("Inkomsten van vorige maand doorgegeven.", "Passed on the earnings of last month."),
    ),
}
OWN_WORDS: dict[Topic, tuple[Both, ...]] = {
    Topic.WORK: (
        ("Ik wil weer collega's om me heen.", "I want colleagues around me again."),
        ("Solliciteren voelt als een muur.", "Applying feels like a wall."),
        ("Ik kan meer dan je denkt.", "I can do more than you think."),
    ),
    Topic.TRAINING: (("Ik ben trots dat ik weer leer.", "I am proud that I learn again."),),
    Topic.LANGUAGE: (("Aan de balie durf ik nu Nederlands te praten.", "At the desk I dare to speak Dutch now."),),
    Topic.HEALTH: (
        ("Ik word er moe van om steeds hetzelfde te vertellen.", "It tires me to tell the same thing over and over."),
    ),
    Topic.MONEY: (
        (
            "Ik schaam me voor mijn schulden, daar slaap ik slecht van.",
            "I am ashamed of my debts; I sleep badly because of them.",
        ),
    ),
    Topic.FAMILY: (("Ik wil dat het thuis rustig blijft.", "I want it to stay calm at home."),),
    Topic.HOUSING: (
        ("Zonder eigen plek kan ik nergens aan beginnen.", "Without my own place I can't begin anything."),
    ),
    Topic.PLAN: (("Eindelijk iemand die terugbelt.", "At last somebody who calls back."),),
    Topic.BENEFIT: (("Die brieven zijn zo ingewikkeld.", "Those letters are so complicated."),),
}
# What was agreed, in words that go with what was spoken of.
AGREED: dict[Topic, tuple[Both, ...]] = {
    Topic.WORK: (("Stuurt het cv op.", "Sends the CV."), ("Belt de werkgever.", "Calls the employer.")),
    Topic.TRAINING: (("Komt naar de workshop.", "Comes to the workshop."),),
    Topic.LANGUAGE: (("Doet de taaltoets.", "Takes the language test."),),
    Topic.HEALTH: (("Maakt een afspraak met de arts.", "Makes an appointment with the doctor."),),
    Topic.MONEY: (("Neemt de brieven van de schuldeisers mee.", "Brings the creditors' letters."),),
    Topic.FAMILY: (("Coach vraagt na wie er kan helpen.", "The coach asks who can help."),),
    Topic.HOUSING: (("Schrijft zich in bij de woningsite.", "Registers with the housing site."),),
    Topic.PLAN: (("Leest het plan thuis nog eens door.", "Reads the plan once more at home."),),
    Topic.BENEFIT: (("Levert het formulier in.", "Hands in the form."),),
}
TRIED: Both = ("Voicemail ingesproken.", "Left a voice mail.")
PLANS: dict[str, tuple[Both, ...]] = {
    "orientation": (
        (
            "Samen uitzoeken wat past: drie gesprekken en een beroepentest.",
            "Find out what fits: three talks and a test.",
        ),
    ),
    "care_first": (
        (
            "Eerst schulden en gezondheid met de hulpverlening, daarna oriënteren op werk.",
            "Debts and health first, with those who help; then finding out about work.",
        ),
    ),
    "participation": (
        (
            "Vrijwilligerswerk opbouwen naar drie dagdelen, daarna kijken naar betaald werk.",
            "Build up voluntary work to three half days, then look at paid work.",
        ),
    ),
    "development": (
        (
            "Nederlands een niveau hoger, daarna een opleiding; elke maand een gesprek.",
            "Dutch a level higher, then a course; a talk every month.",
        ),
        ("Certificaat halen, daarna werken via het uitzendbureau.", "A certificate, then work through the agency."),
    ),
    "job_ready": (
        (
            "Solliciteren op twee vacatures per week, met hulp bij het cv.",
            "Apply for two vacancies a week, with help for the CV.",
        ),
    ),
    "exempt": (("Tot het besluit afloopt alleen contact houden.", "Until the decision ends only stay in touch."),),
}
WRONG_CLIENT: Both = ("Verkeerde klant aangeklikt.", "Clicked the wrong client.")
DID_NOT_COME: Both = ("Stond als gesproken, maar kwam niet.", "Stood as spoken, but did not come.")
MINUTES_WRONG: Both = ("Typefout in de minuten.", "Mistyped the minutes.")
MISTAKES: tuple[Both, ...] = (
    ("Misverstaan in het gesprek.", "Misheard in the conversation."),
    ("Typefout.", "A typing error."),
)
NOT_RELEVANT: tuple[Both, ...] = (
    ("Gaat eerst naar school.", "Goes to school first."),
    ("Speelt geen rol zolang zorg voorgaat.", "Does not matter while care comes first."),
    ("Niet nodig voor dit plan.", "Not needed for this plan."),
)
DOES_NOT_APPLY: dict[str, Both] = {
    "children_ages": ("Er wonen geen kinderen thuis.", "There are no children at home."),
    "childcare_arranged": ("Er wonen geen jonge kinderen thuis.", "There are no young children at home."),
}
DECLINED: tuple[Both, ...] = (
    ("Vertelt het liever later.", "Would rather tell later."),
    ("Wil dit niet delen.", "Does not want to share this."),
)
BACK: tuple[Both, ...] = (
    ("Contract is niet verlengd.", "The contract was not renewed."),
    ("Proeftijd niet doorgekomen.", "Did not pass the trial period."),
)
SKILLS: tuple[Both, ...] = (
    ("goed met mensen", "good with people"),
    ("handig", "handy"),
    ("nauwkeurig", "careful"),
    ("rustig onder druk", "calm under pressure"),
    ("organiseren", "organising"),
)
# By sector: what one worked as, what one learned for it, and the certificate that goes with it.
OCCUPATIONS: dict[str, tuple[Both, ...]] = {
    "agriculture": (("hovenier", "gardener"), ("kasmedewerker", "greenhouse worker")),
    "construction": (("metselaar", "bricklayer"), ("schilder", "painter")),
    "industry": (("lasser", "welder"), ("productiemedewerker", "production worker")),
    "transport": (("magazijnmedewerker", "warehouse worker"), ("postbezorger", "postal worker")),
    "retail": (("verkoper", "shop assistant"), ("vakkenvuller", "shelf stacker")),
    "hospitality": (("kok", "cook"), ("receptionist", "receptionist")),
    "cleaning": (("schoonmaker", "cleaner"), ("huishoudelijke hulp", "domestic help")),
    "care": (("verzorgende", "carer"), ("begeleider", "support worker")),
    "education": (("onderwijsassistent", "teaching assistant"), ("docent", "teacher")),
    "office": (("administratief medewerker", "administrative assistant"), ("boekhouder", "bookkeeper")),
    "technology": (("systeembeheerder", "system administrator"), ("webontwikkelaar", "web developer")),
    "security": (("beveiliger", "security guard"), ("toezichthouder", "warden")),
}
EDUCATION: dict[str, Both] = {
    "agriculture": ("groen", "horticulture"),
    "construction": ("bouw", "building"),
    "industry": ("techniek", "engineering"),
    "transport": ("logistiek", "logistics"),
    "retail": ("handel", "retail"),
    "hospitality": ("horeca", "catering"),
    "cleaning": ("facilitaire dienst", "facility services"),
    "care": ("zorg en welzijn", "care and welfare"),
    "education": ("onderwijs", "teaching"),
    "office": ("administratie", "administration"),
    "technology": ("ICT", "computer science"),
    "security": ("veiligheid", "security"),
}
CERTIFICATES: dict[str, Both] = {
    "construction": ("VCA", "VCA (safety at work)"),
    "industry": ("VCA", "VCA (safety at work)"),
    "transport": ("heftruck", "forklift"),
    "hospitality": ("sociale hygiëne", "social hygiene"),
    "care": ("BHV", "first aid at work"),
    "security": ("beveiliger 2", "security guard 2"),
}
GOALS: tuple[Both, ...] = (
    ("Van de uitkering af.", "No longer to need the benefit."),
    ("Mijn vak weer oppakken.", "To take up my trade again."),
    ("Een eigen plek en een vast ritme.", "A place of my own and a steady rhythm."),
    ("Weer onder de mensen zijn.", "To be among people again."),
)
GOALS_OF_PARENTS: tuple[Both, ...] = (
    ("Voor mijn kinderen kunnen zorgen.", "To be able to provide for my children."),
    ("Werken onder schooltijd.", "To work during school hours."),
)
LICENCES_WITH_CAR = (["B"],) * 9 + (["AM", "B"], ["A", "B"], ["B", "C"], ["B", "E"])

TASKS: tuple[Both, ...] = (
    ("de taalschool vragen naar de avondcursus", "ask the language school about the evening course"),
    ("het formulier voor reiskosten sturen", "send the form for travel costs"),
    ("de werkgever terugbellen", "call the employer back"),
    ("het gesprek over het plan voorbereiden", "prepare the conversation about the plan"),
)
CALLS: tuple[Both, ...] = (
    ("belde over de brief van vorige week", "called about the letter from last week"),
    ("vroeg of de afspraak verzet kan worden", "asked whether the appointment can be moved"),
    ("belde: heeft iets gevonden en wil erover praten", "called: has found something and wants to talk about it"),
    ("vroeg om na drieën teruggebeld te worden", "asked to be called back after three"),
)
