"""What the worker does for groups at fixed times."""

from flask import current_app
from huey import crontab

from data.db import transaction
from web.groups.actions import life
from web.shared import jobs


@jobs.every(crontab(minute="17"), name="let_groups_move_on")
def let_groups_move_on() -> None:
    """Open groups whose answers are due, and hand over those where silence has lasted."""
    for group_id in life.due_groups():
        with transaction():
            life.let_time_pass(group_id, base_url=str(current_app.config["BASE_URL"]))
