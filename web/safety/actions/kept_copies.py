"""What of a family is kept inside other things: rounds, drafts of groups and read tables."""

from typing import Any

from sqlalchemy import select, update

from data.db import db
from data.models import DraftSeat, Family, GroupDraft, Job, MentorRound
from data.sealed import Sealed


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
    return Sealed.of(_without(kept.value, family_id), scope=kept.scope)


def _without(value: Any, family_id: int) -> Any:
    """Leave out every key, entry and pair that names the family: "12", "12-7", [12, 7, 0.8]."""
    key = str(family_id)
    if isinstance(value, dict):
        return {k: _without(v, family_id) for k, v in value.items() if key not in k.split("-")}
    if isinstance(value, list):
        return [_without(one, family_id) for one in value if not _is_about(one, family_id)]
    return value


def _is_about(entry: Any, family_id: int) -> bool:
    if isinstance(entry, dict):  # a remark or a broken rule about some families
        return str(family_id) in entry.get("families", ())
    if isinstance(entry, list):
        return family_id in entry[:2]
    return bool(entry == str(family_id))
