"""Pages: network groups, from pool and board to meetings and hand-over."""

from web.groups import commands, forming, live, tasks
from web.groups.blueprint import bp
from web.groups.routes import (
    agreement,
    board,
    calendar,
    drafts,
    exports,
    family,
    hosts,
    living,
    meetings,
    polls,
    pools,
    proposals,
    recording,
    staff,
    staff_life,
    topping_up,
    training,
)

__all__ = [
    "agreement",
    "board",
    "bp",
    "calendar",
    "commands",
    "drafts",
    "exports",
    "family",
    "forming",
    "hosts",
    "live",
    "living",
    "meetings",
    "polls",
    "pools",
    "proposals",
    "recording",
    "staff",
    "staff_life",
    "tasks",
    "topping_up",
    "training",
]
