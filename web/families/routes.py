"""Pages: profiles, the staff's families, and tables of families in and out."""

from web.families import import_pages, import_work, profile_pages, staff_pages, tasks, wizard_pages
from web.families.blueprint import bp

__all__ = [
    "bp",
    "import_pages",
    "import_work",
    "profile_pages",
    "staff_pages",
    "tasks",
    "wizard_pages",
]
