"""Pages: The acute line, the audit trail, a family's own data, privacy and help."""

from web.safety import (
    audit_pages,
    commands,
    help_pages,
    helpline_pages,
    moving_pages,
    own_data_pages,
    tasks,
)
from web.safety.blueprint import bp

__all__ = [
    "audit_pages",
    "bp",
    "commands",
    "help_pages",
    "helpline_pages",
    "moving_pages",
    "own_data_pages",
    "tasks",
]
