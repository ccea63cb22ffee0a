"""What of a family is kept inside other things: rounds, drafts of groups and read tables."""

from sqlalchemy import select, update

from data.db import db
from data.models import DraftSeat, Family, GroupDraft, Job, MentorRound
from data.sealed import Sealed
from web.shared.kept import without


def take_out(family: Family) -> None:
    """Take a family out of every proposal, and forget what tables of families said."""
    rounds = select(MentorRound).where(MentorRound.municipality_id == family.municipality_id)
    for round_ in db.session.scalars(rounds):
        round_.proposal = _cleaned(round_.proposal, family.id)
        for name in ("pins", "bans", "approved"):
            setattr(round_, name, [pair for pair in getattr(round_, name) if family.id not in pair])
    drafts = select(GroupDraft).join(DraftSeat).where(DraftSeat.family_id == family.id)
    for draft in db.session.scalars(drafts):
        draft.outcome = _cleaned(draft.outcome, family.id)
    read = (Job.municipality_id == family.municipality_id, Job.kind.like("families.%"))
    db.session.execute(update(Job).where(*read).values(result=None))
    db.session.flush()


def _cleaned(kept: Sealed | None, family_id: int) -> Sealed | None:
    if kept is None or kept.text is None:
        return None
    return Sealed.of(without(kept.value, family_id), scope=kept.scope)
