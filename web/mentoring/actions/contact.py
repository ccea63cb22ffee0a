"""The first contact within a week: both are reminded, then the coordinator is told that none was.

Whether the two were in touch is one of them saying so, or both having written in their room. What
was written is never read, and which of the two has been silent is told to nobody.
"""

from datetime import timedelta

from data.clock import now
from data.db import db
from data.models import Account, Mentorship, MentorshipState
from data.queries import mentor_life as life
from data.queries import mentoring as queries
from web.mentoring import notices
from web.mentoring.actions.living import hold_running

REMIND_AFTER = timedelta(days=5)
TELL_AFTER = timedelta(days=7)
REMIND_UNTIL = timedelta(days=14)  # one that is older was begun before anyone was asked
TIME_TO_ANSWER = timedelta(days=2)  # from the reminder until the coordinator is told


def say_in_touch(ref: str, *, by: Account) -> None:
    """Note that the two have been in touch; said twice it changes nothing."""
    note_contact(hold_running(ref, by=by))


def note_contact(mentorship: Mentorship) -> None:
    """Remember the first contact of a mentorship that is held."""
    memory = life.life_of(mentorship, make=True)
    if memory.in_touch_at is None:
        memory.in_touch_at = now()
        db.session.flush()


def to_remind() -> list[int]:
    """Return the mentorships that may need a reminder; whether they do is asked again."""
    found = life.not_in_touch(began_before=now() - REMIND_AFTER, not_before=now() - REMIND_UNTIL)
    return [one.id for one in found]


def to_tell() -> list[int]:
    """Return the mentorships in which the week has passed and a reminder has not helped."""
    found = life.not_in_touch(
        began_before=now() - TELL_AFTER, reminded_before=now() - TIME_TO_ANSWER
    )
    return [one.id for one in found]


def remind(mentorship_id: int) -> bool:
    """Remind both families once; answers whether there was a reason to."""
    mentorship = _silent(mentorship_id)
    memory = life.life_of(mentorship, make=True) if mentorship else None
    if mentorship is None or memory is None or memory.reminded_at is not None:
        return False
    memory.reminded_at = now()
    notices.tell_both(mentorship, "mentor_first_contact")
    return True


def tell_coordinator(mentorship_id: int) -> bool:
    """Tell the coordinators once that two families have not been in touch."""
    mentorship = _silent(mentorship_id)
    memory = life.life_of(mentorship, make=True) if mentorship else None
    if mentorship is None or memory is None or memory.coordinator_told_at is not None:
        return False
    memory.coordinator_told_at = now()
    notices.tell_coordinators(mentorship.municipality_id, "mentor_without_contact")
    return True


def _silent(mentorship_id: int) -> Mentorship | None:
    """Return the mentorship as it is now, held, unless they have been in touch meanwhile."""
    found = db.session.get_one(Mentorship, mentorship_id)
    queries.lock_family(found.mentor_id)
    db.session.refresh(found)
    if found.state is not MentorshipState.ACTIVE or life.in_touch(found):
        return None
    return found
