"""Pages: network groups, from pool and board to meetings and hand-over."""

from web.groups import commands, forming, live, tasks
from web.groups.blueprint import bp
from web.groups.routes import (
    board,
    calendar,
    drafts,
    exports,
    family,
    meetings,
    pools,
    proposals,
    staff,
    topping_up,
)

__all__ = [
    "board",
    "bp",
    "calendar",
    "commands",
    "drafts",
    "exports",
    "family",
    "forming",
    "live",
    "meetings",
    "pools",
    "proposals",
    "staff",
    "tasks",
    "topping_up",
]
