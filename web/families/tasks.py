"""What the worker does for families by the clock."""

import structlog
from huey import crontab

from data.db import transaction
from data.exchange import uploads
from web.families.actions.taking_part import end_breaks
from web.shared.jobs import every

log = structlog.get_logger()


@every(crontab(hour="3", minute="50"), name="forget_old_uploads")
def forget_uploads() -> None:
    """Remove the files that nobody came back to within a week."""
    with transaction():
        forgotten = uploads.forget_old()
    log.info("uploads_forgotten", files=forgotten)


@every(crontab(hour="4", minute="10"), name="end_breaks")
def breaks_that_run_out() -> None:
    """Let families take part again whose break is over."""
    with transaction():
        resumed = end_breaks()
    for family_id in resumed:
        log.info("family_resumed", family=family_id)
