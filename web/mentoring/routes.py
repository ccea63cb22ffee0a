"""Pages: Mentors: suggestions, requests, yes and no, mentorships, the coordinator's round."""

from web.mentoring import (
    checkin_pages,
    commands,
    comparing,
    ending_pages,
    family_pages,
    life_pages,
    life_staff_pages,
    mentor_pages,
    staff_pages,
    tasks,
    undo_pages,
)
from web.mentoring.blueprint import bp

__all__ = [
    "bp",
    "checkin_pages",
    "commands",
    "comparing",
    "ending_pages",
    "family_pages",
    "life_pages",
    "life_staff_pages",
    "mentor_pages",
    "staff_pages",
    "tasks",
    "undo_pages",
]
