"""Pages: network groups, from pool and board to meetings and hand-over."""

from web.groups import commands, forming, tasks
from web.groups.blueprint import bp
from web.groups.routes import board, calendar, drafts, family, meetings, pools, staff

__all__ = [
    "board",
    "bp",
    "calendar",
    "commands",
    "drafts",
    "family",
    "forming",
    "meetings",
    "pools",
    "staff",
    "tasks",
]
