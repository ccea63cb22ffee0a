"""What the worker forgets by itself each night."""

import structlog
from huey import crontab

from chat import live
from data.db import empty_the_log, transaction
from web.safety.actions import evenings, group_memory, mentor_memory, retention
from web.shared import jobs

log = structlog.get_logger()


@jobs.every(crontab(hour="3", minute="40"), name="keep_retention_promises")
def keep_retention_promises() -> None:
    """Let each class of data go when its time is up, each in a transaction of its own."""
    with transaction():
        scopes = retention.forget_old_messages()
    with transaction():
        retention.forget_declined()
    with transaction():
        retention.forget_done_work()
    with transaction():
        evenings.forget_evenings()
    with transaction():
        retention.forget_old_trail()
    with transaction():
        group_memory.forget_group_memory()
    with transaction():
        mentor_memory.forget_mentor_memory()
    left = retention.families_to_erase()
    for family_id in left:
        with transaction():
            adults = retention.erase_left_family(family_id)
        for account_id in adults:
            live.drop_account(account_id)
    empty_the_log()
    log.info("retention_kept", key_scopes=scopes, families=left)
