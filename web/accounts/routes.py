"""Pages: Signing in, invitations, people and their roles."""

from web.accounts import (
    commands,
    family_pages,
    invitation_pages,
    my_pages,
    people_pages,
    sign_in_pages,
    tasks,
)
from web.accounts.blueprint import bp

__all__ = [
    "bp",
    "commands",
    "family_pages",
    "invitation_pages",
    "my_pages",
    "people_pages",
    "sign_in_pages",
    "tasks",
]
