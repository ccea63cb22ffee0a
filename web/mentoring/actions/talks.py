"""Talks of a mentorship, noted by either family: when, how and how long, and a line without names.

One a day is kept, so that what both note is not counted twice. The hours are the same for both.
"""

from dataclasses import dataclass
from datetime import date

from data.clock import COPENHAGEN, now, today
from data.db import after_commit, db, new_ref
from data.errors import Conflict, Invalid
from data.i18n import _
from data.models import Account, Mentorship, MentorTalk, TalkForm
from data.queries import mentor_life as life
from data.queries.access import not_found
from data.sealed import Sealed, store
from web.mentoring.actions.contact import note_contact
from web.mentoring.actions.living import hold, hold_running
from web.mentoring.guarded import check_words

MAX_NOTE_CHARS = 300
SHORTEST, LONGEST = 5, 12 * 60  # minutes


@dataclass(frozen=True, kw_only=True)
class Talk:
    """What is noted: never what was said about a child."""

    held_on: date
    form: TalkForm
    minutes: int
    counts: bool
    note: str = ""


def note_talk(ref: str, talk: Talk, *, by: Account) -> MentorTalk:
    """Note a talk; the first one is a first contact too."""
    mentorship = hold_running(ref, by=by)
    _check(talk, mentorship)
    if life.talk_on(mentorship, talk.held_on) is not None:
        raise Conflict(_("A talk on that day is noted already, by you or the other family."))
    talk_ref = new_ref()
    row = MentorTalk(
        ref=talk_ref,
        mentorship_id=mentorship.id,
        held_on=talk.held_on,
        form=talk.form,
        minutes=talk.minutes,
        counts=talk.counts,
        note=Sealed(note, scope=f"talk:{talk_ref}") if (note := talk.note.strip()) else None,
        noted_by_family_id=by.family_id,
    )
    db.session.add(row)
    note_contact(mentorship)
    db.session.flush()
    return row


def remove_talk(ref: str, talk_ref: str, *, by: Account) -> None:
    """Take back what one's own family noted; the words go with their key."""
    mentorship = hold(ref, by=by)
    row = life.talk_by_ref(mentorship, talk_ref)
    if row is None or row.noted_by_family_id != by.family_id:
        raise not_found()
    if row.note is not None:
        scope = row.note.scope
        after_commit(lambda: store().forget([scope]))
    db.session.delete(row)
    db.session.flush()


def _check(talk: Talk, mentorship: Mentorship) -> None:
    begun = (mentorship.started_at or now()).astimezone(COPENHAGEN).date()
    if not begun <= talk.held_on <= today():
        raise Invalid(_("Choose a day from when you began until today."), field="held_on")
    if not SHORTEST <= talk.minutes <= LONGEST:
        raise Invalid(_("Write minutes between 5 and 720."), field="minutes")
    if len(talk.note) > MAX_NOTE_CHARS:
        raise Invalid(_("Write at most %(count)s characters.", count=MAX_NOTE_CHARS), field="note")
    check_words(talk.note, field="note")
