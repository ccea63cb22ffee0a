"""A thin group asks one more family that waits: the rules hold, and nobody is asked twice."""

from dataclasses import replace

import pytest

from data.db import db, transaction
from data.errors import Conflict, NotFound
from data.matching import families_by_id
from data.models import (
    Account,
    Answer,
    AuditEntry,
    Exclusion,
    GroupMembership,
    OutgoingMail,
    RoleName,
)
from data.queries.groups import membership_of, memberships_of
from tests import factories
from tests.factories import make_account, make_family
from tests.web.forms import post
from tests.web.groups.building import BASE, answered, drafted, hold, invited, opened
from tests.web.groups.test_last_yes import all_at_once
from web.groups import letters, topping
from web.groups.actions import invitations, pools, topping_up
from web.groups.draft_settings import DraftSettings
from web.groups.topping import may_join, settings_of
from web.groups.waiting import PoolWish

EVENING = {"availability": ["thu_evening"], "max_travel_minutes": 60}


@pytest.fixture
def thin(cast):
    """A group of five asked, of whom one has said no thanks."""
    return answered(invited(cast, 5, min_families=5), True, True, False)


def waiting(cast, name="Ventende", **answers):
    with transaction():
        return make_family(
            cast.municipality, name=name, answers={"participation": ["group"], **EVENING, **answers}
        )


def names(cast, group, *, by):
    return [c.card.name for c in topping_up.who_fits(group.ref, by=by)[1].best]


def ask(group, family, *, by):
    with transaction():
        return topping_up.invite_one_more(group.ref, family_ref=family.ref, by=by, base_url=BASE)


def test_a_no_shows_who_fits_with_points_and_a_reason(thin, cast):
    family = waiting(cast)
    _group, found = topping_up.who_fits(thin.group.ref, by=cast.coordinator)
    need = topping_up.need_of(thin.group, memberships_of(thin.group))
    assert (need.n_now, need.n_no, need.thin) == (4, 1, True)
    one = next(c for c in found.best if c.card.id == family.id)
    assert 0 <= one.fit <= 100
    assert any("torsdag aften" in why for why in one.why)


def test_one_button_asks_and_a_yes_opens_the_group(thin, cast):
    family = waiting(cast)
    ask(thin.group, family, by=cast.coordinator)
    row = membership_of(family.id)
    assert (row.group_id, row.answer) == (thin.group.id, Answer.WAITING)
    to = db.session.query(OutgoingMail.to_email).filter_by(kind="group_invitation").all()
    assert family.carers[0].email in [email for (email,) in to]
    for parent in (*thin.parents[3:], family.carers[0]):
        with transaction():
            invitations.answer_invitation(yes=True, by=parent, base_url=BASE)
    assert thin.group.opened_at is not None
    assert membership_of(family.id).joined_at is not None


def test_hard_rules_keep_families_out_and_the_page_says_which(thin, cast):
    waiting(cast, "Langtvaek", postcode="9990", max_travel_minutes=10)
    waiting(cast, "Loerdag", availability=["sat_morning"])
    apart = waiting(cast, "Adskilt")
    low, high = sorted([apart.id, thin.families[3].id])
    with transaction():
        db.session.add(Exclusion(family_id=low, other_id=high))
    found = topping_up.who_fits(thin.group.ref, by=cast.coordinator)[1]
    shown = {c.card.name for c in found.best}
    assert not shown & {"Langtvaek", "Loerdag", "Adskilt"}
    rules = dict(found.kept_out)
    assert rules["kan ikke mødes torsdag aften"] >= 1
    assert not any("sættes sammen" in rule for rule in rules)  # exclusions are the coordinator's
    for name in ("Langtvaek", "Loerdag", "Adskilt"):
        family = db.session.query(factories.Family).filter_by(name=name).one()
        with pytest.raises(Conflict):
            ask(thin.group, family, by=cast.coordinator)
        assert membership_of(family.id) is None


def test_who_said_no_to_this_group_or_is_asked_elsewhere_is_not_asked(thin, cast):
    elsewhere = invited(cast, 3, name="Andet")
    shown = names(cast, thin.group, by=cast.coordinator)
    assert thin.families[2].name not in shown
    assert not set(shown) & {family.name for family in elsewhere.families}
    for family in (thin.families[2], elsewhere.families[0], thin.families[0]):
        with pytest.raises(Conflict):
            ask(thin.group, family, by=cast.coordinator)


def test_a_facilitator_sees_the_families_of_the_own_pools_only(thin, cast):
    family = waiting(cast, "Udenfor pulje")
    assert "Udenfor pulje" not in names(cast, thin.group, by=cast.facilitator)
    with pytest.raises(Conflict):
        ask(thin.group, family, by=cast.facilitator)
    for i in range(3):
        waiting(cast, f"Pulje{i}", support_level="severe")
    with transaction():
        pools.release_pool(
            name="Til Jonas",
            wish=PoolWish(support_levels=("severe",), others_too=False),
            facilitator_ref=cast.facilitator.ref,
            by=cast.coordinator,
        )
    assert set(names(cast, thin.group, by=cast.facilitator)) == {"Pulje0", "Pulje1", "Pulje2"}
    # Another group's facilitator works with them: the coordinator leaves them there.
    assert not set(names(cast, thin.group, by=cast.coordinator)) & {"Pulje0", "Pulje1", "Pulje2"}


def test_the_look_is_in_the_trail(thin, cast, as_):
    family = waiting(cast)
    as_(cast.coordinator).get(f"/staff/groups/{thin.group.ref}/top-up")
    entry = db.session.query(AuditEntry).filter_by(event="top_up_viewed").one()
    assert family.id in entry.details["families"]
    assert entry.actor_id == cast.coordinator.id


def test_a_family_joins_after_the_first_meeting_and_not_after_the_second(cast):
    circle = opened(cast, 5)
    hold(circle, 1)
    family, late = waiting(cast, "Foer"), waiting(cast, "Efter")
    ask(circle.group, family, by=cast.coordinator)
    with transaction():
        invitations.answer_invitation(yes=True, by=family.carers[0], base_url=BASE)
    assert membership_of(family.id).joined_at is not None
    hold(circle, 1)
    with pytest.raises(Conflict):
        ask(circle.group, late, by=cast.coordinator)
    assert topping_up.need_of(circle.group, memberships_of(circle.group)) is None


def test_outsiders_find_no_group(thin, cast, as_):
    family = waiting(cast)
    other = make_account(cast.municipality, RoleName.FACILITATOR)
    for person in (other, cast.consultant, cast.other_coordinator, cast.outsider):
        with pytest.raises(NotFound):
            topping_up.who_fits(thin.group.ref, by=person)
        with pytest.raises(NotFound):
            ask(thin.group, family, by=person)
        address = f"/staff/groups/{thin.group.ref}/top-up"
        assert as_(person).get(address).status_code == 404
        assert post(as_(person), address, data={"family": family.ref}).status_code == 404


@pytest.mark.server
def test_a_family_asked_by_two_groups_at_once_is_asked_by_exactly_one(either_app, monkeypatch):
    monkeypatch.setattr(letters, "queue_mail", lambda **_mail: None)
    monkeypatch.setattr(letters, "mail_families", lambda *_families, **_mail: None)
    cast = factories.make_cast()
    family_ref = waiting(cast).ref
    family_id = db.session.query(factories.Family.id).filter_by(ref=family_ref).scalar()
    circles = [invited(cast, 4, name=f"G{i}") for i in range(2)]
    refs = iter([circle.group.ref for circle in circles])
    with transaction():
        second = make_account(cast.municipality, RoleName.COORDINATOR)
    both = {cast.coordinator.id: next(refs), second.id: next(refs)}

    def invite(by: Account):
        topping_up.invite_one_more(both[by.id], family_ref=family_ref, by=by, base_url=BASE)

    faults = all_at_once(either_app, list(both), invite)
    asked = db.session.query(GroupMembership).filter_by(family_id=family_id).count()
    assert (asked, len(faults)) == (1, 1), faults
    assert "kan ikke længere spørges" in faults[0] or "lige blevet spurgt" in faults[0], faults


def test_a_group_from_a_draft_takes_only_who_reaches_its_own_place(cast):
    places = (("Kulturhuset", "7100"), ("Kongernes Jelling", "7300"))
    draft, circle = drafted(cast, places=places), invited(cast, 4)
    there = waiting(cast, "I Jelling", postcode="7300", max_travel_minutes=10)
    members, whole = [f.id for f in circle.families], DraftSettings.from_json(draft.settings)
    assert may_join(circle.group, members, there, whole)  # near the other place of the draft
    own = settings_of(circle.group, draft.settings, code="0630")
    assert own == replace(whole, places=places[:1])
    assert not may_join(circle.group, members, there, own)
    with transaction():
        circle.group.draft_id = draft.id
    with pytest.raises(Conflict):
        ask(circle.group, there, by=cast.coordinator)
    assert len(settings_of(circle.group, None, code="0630").places) > 1


def test_the_families_are_read_once_however_many_fit(cast, monkeypatch):
    circle, read = invited(cast, 3), []

    def counted(ids):
        read.append(ids)
        return families_by_id(ids)

    monkeypatch.setattr(topping, "families_by_id", counted)
    for i in range(4):
        waiting(cast, f"V{i}")
    assert len(names(cast, circle.group, by=cast.coordinator)) >= 4
    assert len(read) == 1
