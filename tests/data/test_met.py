"""Who has met whom: only members of one group at the same time."""

from datetime import timedelta

from data.clock import now
from data.db import db, transaction
from data.models import GroupMembership
from data.queries.met import pairs_met_in_groups
from tests.web.groups.building import invited, opened


def ids(circle):
    return [family.id for family in circle.families]


def test_members_of_one_group_have_met_each_other_once(cast):
    circle = opened(cast)
    met = pairs_met_in_groups(ids(circle))
    assert len(met) == len(set(met)) == 10
    assert all(one < other for one, other in met)
    assert len(pairs_met_in_groups(ids(circle)[:2])) == 1


def test_whoever_was_only_asked_has_met_nobody(cast):
    assert pairs_met_in_groups(ids(invited(cast))) == []


def test_whoever_left_before_the_other_came_has_not_met_them(cast):
    circle = opened(cast)
    first, second, *_rest = ids(circle)
    with transaction():
        for row in db.session.query(GroupMembership).filter_by(group_id=circle.group.id):
            if row.family_id == first:
                row.joined_at, row.left_at = now() - timedelta(90), now() - timedelta(30)
            if row.family_id == second:
                row.joined_at = now() - timedelta(10)
    met = pairs_met_in_groups(ids(circle))
    assert (first, second) not in met
    assert len(met) == 6  # the other three, and the one who came later, with each other
