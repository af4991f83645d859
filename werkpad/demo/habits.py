"""What is usual at the department in the demonstration: what is asked, how often one is in touch, and how."""

from __future__ import annotations

from domain.catalogue import Track
from domain.client import Channel, Outcome

# Fields that coaches ask nearly everybody, and the chance that they did.
ASKED = {
    "education_level": 0.9,
    "language_level": 0.85,
    "driving_licence": 0.85,
    "living_situation": 0.8,
    "children_at_home": 0.8,
    "marital_status": 0.75,
    "gender": 0.95,
    "hours_available": 0.75,
    "digital_skills": 0.6,
    "own_transport": 0.6,
    "travel_time": 0.5,
    "physical_limitations": 0.65,
    "mental_limitations": 0.55,
    "preferred_sectors": 0.65,
    "work_sector": 0.7,
    "work_occupation": 0.55,
    "work_years": 0.6,
    "cv": 0.6,
    "outside_office_hours": 0.4,
    "childcare_arranged": 0.3,
    "debts": 0.35,
    "own_goal": 0.6,
    "skills": 0.4,
    "benefit_start_date": 0.7,
    "criminal_record_restricts": 0.4,
    "preferred_occupations": 0.3,
    "certificates": 0.2,
    "field_of_education": 0.3,
    "children_ages": 0.25,
}
# What one may rather keep to oneself.
PRIVATE = {"debts", "marital_status", "living_situation", "mental_limitations", "physical_limitations", "gender"}
# Which track one may come to from which; who was job ready is not sent back to care.
NEXT = {
    Track.ORIENTATION: (Track.CARE_FIRST, Track.PARTICIPATION, Track.DEVELOPMENT, Track.DEVELOPMENT),
    Track.CARE_FIRST: (Track.PARTICIPATION, Track.ORIENTATION),
    Track.PARTICIPATION: (Track.DEVELOPMENT,),
    Track.DEVELOPMENT: (Track.JOB_READY,),
    Track.JOB_READY: (Track.DEVELOPMENT,),
    Track.EXEMPT: (Track.ORIENTATION, Track.PARTICIPATION),
}
# Every how many weeks one is in touch.
WEEKS = {
    Track.ORIENTATION: (3, 4, 4, 6),
    Track.CARE_FIRST: (6, 6, 8),
    Track.PARTICIPATION: (6, 8, 8),
    Track.DEVELOPMENT: (4, 4, 6),
    Track.JOB_READY: (2, 3, 4, 4),
    Track.EXEMPT: (10, 12),
}
SPOKEN_BY = {
    Channel.OFFICE: 40,
    Channel.PHONE: 42,
    Channel.VIDEO: 6,
    Channel.HOME_VISIT: 6,
    Channel.WALKING_ALONG: 6,
}
TRIED_BY = {
    Outcome.NO_ANSWER: (Channel.PHONE, Channel.PHONE, Channel.EMAIL, Channel.LETTER),
    Outcome.NO_SHOW: (Channel.OFFICE, Channel.OFFICE, Channel.VIDEO),
    Outcome.CANCELLED: (Channel.OFFICE, Channel.PHONE),
}
MINUTES = {Channel.PHONE: (5, 10, 15, 20), Channel.VIDEO: (15, 20, 30)}
AT_LENGTH = (20, 30, 30, 45, 60)
