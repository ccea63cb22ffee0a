"""Pages: network groups, from pool and board to meetings and hand-over."""

from web.groups import commands, tasks
from web.groups.routes import calendar, drafts, family, meetings, pools, staff
from web.groups.routes.blueprint import bp

__all__ = ["bp", "calendar", "commands", "drafts", "family", "meetings", "pools", "staff", "tasks"]
