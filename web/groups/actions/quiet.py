"""A group that has gone quiet is asked how it is: first the next host, then all, then staff know.

Counted are days without a word in the room and without a meeting held or planned. Who wrote and who
did not is never looked at, so it cannot be told. A resting group is left alone; so is one whose
families are deciding about the hand-over, for there the clock already asks (decision 0009).
"""

from datetime import datetime, timedelta

from chat import actions as chat
from data.audit import record
from data.clock import now
from data.db import db
from data.errors import Conflict
from data.i18n import _
from data.models import Account, GroupLife, Municipality, NetworkGroup, RoleName
from data.queries.access import require_role
from data.queries.group_life import (
    WATCHED,
    groups_that_should_live,
    life_of,
    signs_of_life,
)
from data.queries.groups import group_by_id, members_of, staff_group_by_ref
from web.groups import letters, life_letters
from web.groups.actions.hosting import next_host
from web.groups.actions.rests import close_down

BETWEEN = timedelta(days=7)


def quiet_groups() -> list[int]:
    """Return the groups that are quiet, or have shown a sign of life since they were asked."""
    found = groups_that_should_live()
    signs = signs_of_life([group.id for group, _life in found])
    return [
        group.id
        for group, life in found
        if _quiet(group, life, signs.get(group.id)) or (life and life.host_asked_at)
    ]


def ask_if_quiet(group_id: int, *, base_url: str) -> None:
    """Take the next step for one group, if its time has come; however often the clock comes by."""
    group = group_by_id(group_id, for_change=True)
    if group.phase not in WATCHED:
        return
    life = life_of(group, make=True)
    sign = signs_of_life([group.id]).get(group.id)
    asked = life.host_asked_at
    if asked is not None and sign is not None and sign > asked:
        life.host_asked_at = life.group_asked_at = life.coordinator_told_at = None
    if not _quiet(group, life, sign):
        db.session.flush()
        return
    if life.host_asked_at is None:
        life.host_asked_at = now()
        _ask_who_calls_the_meetings(group, base_url=base_url)
    elif life.group_asked_at is None and now() >= life.host_asked_at + BETWEEN:
        life.group_asked_at = now()
        if group.room is not None:
            chat.post_notice(group.room, code="group_asked_how")
        life_letters.ask_everyone(members_of(group), base_url=base_url)
    elif (
        life.group_asked_at is not None
        and life.coordinator_told_at is None
        and now() >= life.group_asked_at + BETWEEN
    ):
        life.coordinator_told_at = now()
        life_letters.tell_coordinators(
            group,
            subject=_("A group has been quiet for a while"),
            text=_("The group has been asked and is still quiet. Perhaps it needs a hand, a rest "
                   "or a good end. We cannot see who has written, and do not say it."),
            base_url=base_url,
        )  # fmt: skip
    db.session.flush()


def nobody_answers(group: NetworkGroup) -> bool:
    """Answer whether all have been asked, the coordinator was told, and it is quiet still."""
    life = life_of(group)
    return (
        group.phase in WATCHED
        and life.coordinator_told_at is not None
        and _quiet(group, life, signs_of_life([group.id]).get(group.id))
    )


def end_silent_group(ref: str, *, by: Account, base_url: str) -> NetworkGroup:
    """The coordinator ends a group in which nobody answers; any sign of life stops it."""
    require_role(by, RoleName.COORDINATOR)
    group = staff_group_by_ref(ref, by=by, for_change=True)
    if not nobody_answers(group):
        raise Conflict(_("The group has shown a sign of life, or has not been asked yet."))
    families, led = members_of(group), group.handed_over_at is None
    close_down(group)
    record("group_ended_in_silence", by=by, subject="group", subject_id=group.id)
    life_letters.tell_ended(families, in_silence=True, base_url=base_url)
    if led:
        letters.tell_facilitator(
            group,
            subject=_("A group that you led has ended"),
            sentence=_("Nobody had answered for a long time, and the coordinator has ended it. "
                       "Thank you for what you did."),
            base_url=base_url,
        )  # fmt: skip
    return group


def _ask_who_calls_the_meetings(group: NetworkGroup, *, base_url: str) -> None:
    """The facilitator where there is one, else the family whose turn as host is next."""
    if group.handed_over_at is None and group.facilitator is not None:
        letters.tell_facilitator(
            group,
            subject=_("The group is quiet"),
            sentence=_("No word and no meeting for a while. Would you plan the next one?"),
            base_url=base_url,
        )
        return
    host = next_host(group)
    if host is not None:
        life_letters.ask_the_host(host, base_url=base_url)


def _quiet(group: NetworkGroup, life: GroupLife | None, sign: datetime | None) -> bool:
    began = [m for m in (group.opened_at, group.handed_over_at, sign) if m is not None]
    if life is not None and life.woke_at is not None:
        began.append(life.woke_at)
    return bool(began) and now() >= max(began) + timedelta(days=_quiet_days(group))


def _quiet_days(group: NetworkGroup) -> int:
    municipality = db.session.get_one(Municipality, group.municipality_id)
    return int(municipality.setting("quiet_days"))
