"""What a group agrees on: written together, said yes to by each family, renewed each half year."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy.exc import IntegrityError

from chat import actions as chat
from data.clock import now
from data.db import db
from data.errors import Conflict, Invalid
from data.i18n import _
from data.models import ALIVE, Account, AgreementSignature, GroupAgreement
from data.queries.access import not_found
from data.queries.groups import members_of, other_members, own_group_of
from data.queries.meetings import agreement_of, agreements_to_look_at_again
from data.sealed import Sealed
from web.groups import letters
from web.groups.actions.points import check_points

HALF_A_YEAR = timedelta(days=182)


def template() -> list[str]:
    """Return what a group may begin from: confidence, no names, turns, and how to say stop."""
    return [
        _("What we hear here stays here."),
        _("We say “the youngest” and never use names."),
        _("We do not share pictures of children."),
        _("Everyone has the word in the round, and may pass."),
        _("We take turns being host."),
        _("We say stop when something becomes too much, and that is respected."),
        _("We say so the day before at the latest when we cannot come."),
    ]


def points_of(agreement: GroupAgreement | None) -> list[str]:
    """Return the sentences; none once they are forgotten."""
    value = agreement.points.value if agreement and agreement.points else None
    return [str(point) for point in value or []]


def signed_by(agreement: GroupAgreement | None) -> set[int]:
    """Return the ids of the families that have said yes to this version."""
    return {s.family_id for s in agreement.signatures} if agreement else set()


def is_old(agreement: GroupAgreement) -> bool:
    """Answer whether it is time to look at the agreement again."""
    return now() >= agreement.made_at + HALF_A_YEAR


def write(
    points: Sequence[str], *, seen_version: int, by: Account, base_url: str
) -> GroupAgreement:
    """Write a new version, or keep the words for another half year; everyone is asked again."""
    group = own_group_of(by, among=ALIVE)
    kept = [" ".join(point.split()) for point in points if point.strip()]
    if not kept:
        raise Invalid(_("Write at least one thing that you agree on."), field="points")
    check_points(kept, field="points")
    current = agreement_of(group)
    version = current.version if current else 0
    if version != seen_version:
        raise _changed()
    agreement = GroupAgreement(
        group_id=group.id,
        version=version + 1,
        points=Sealed.of(kept, scope=f"group:{group.ref}"),
    )
    try:
        with db.session.begin_nested():
            db.session.add(agreement)
    except IntegrityError as clash:  # another family saved in the same moment
        raise _changed() from clash
    _sign(agreement, by)
    if group.room is not None:
        chat.post_notice(group.room, code="agreement_changed")
    letters.ask_to_sign(other_members(group, by), base_url=base_url)
    return agreement


def _changed() -> Conflict:
    return Conflict(_("Someone else has changed the agreement meanwhile. Look at it again."))


def sign(*, seen_version: int, by: Account) -> GroupAgreement:
    """Say yes for one's family to the version one has read."""
    group = own_group_of(by, among=ALIVE)
    agreement = agreement_of(group)
    if agreement is None:
        raise not_found()
    if agreement.version != seen_version:
        raise _changed()
    _sign(agreement, by)
    return agreement


def _sign(agreement: GroupAgreement, by: Account) -> None:
    if db.session.get(AgreementSignature, (agreement.id, by.family_id)) is None:
        try:
            with db.session.begin_nested():
                db.session.add(
                    AgreementSignature(agreement_id=agreement.id, family_id=by.family_id)
                )
        except IntegrityError:  # the family's other adult did in the same moment
            pass
    db.session.flush()
    db.session.refresh(agreement, ["signatures"])


def due_for_a_look() -> list[int]:
    """Return the agreements that are half a year old, and whose groups were not told."""
    return agreements_to_look_at_again(now() - HALF_A_YEAR)


def remind(agreement_id: int, *, base_url: str) -> None:
    """Ask a group to look at its agreement again."""
    agreement = db.session.get_one(
        GroupAgreement, agreement_id, with_for_update=True, populate_existing=True
    )
    if agreement.reminded_at is not None:
        return
    agreement.reminded_at = now()
    letters.ask_to_renew(members_of(agreement.group), base_url=base_url)
    db.session.flush()
