"""Families that were in a group together: the wish on the set-up page, its effect, its remark."""

import re
from dataclasses import replace

import pytest

from data.db import db, transaction
from data.matching import families_by_id
from data.models import GroupMembership, PoolFamily
from data.queries.groups import seats_of
from tests.web.groups.building import drafted, invited, opened, pooled, settings
from tests.web.groups.test_views import swap
from web.groups.actions import drafts
from web.groups.actions.board import outcome_kept
from web.groups.draft_settings import DraftSettings
from web.groups.forms.drafts import read_form
from web.groups.topping import fitting_families


def old_friends(cast):
    """A pool of twelve, four of whom have left a group that they were in together."""
    pool = pooled(cast, 12)
    circle = opened(cast, 5)
    rows = db.session.query(PoolFamily).filter_by(pool_id=pool.id).order_by(PoolFamily.family_id)
    friends = [row.family_id for row in rows][:4]
    with transaction():
        joined = circle.group.opened_at
        for family_id in friends:
            db.session.add(
                GroupMembership(
                    group_id=circle.group.id,
                    family_id=family_id,
                    joined_at=joined,
                    left_at=joined.replace(year=joined.year + 1),
                )
            )
    return pool, {str(f) for f in friends}


def draft_with(cast, pool, wish):
    with transaction():
        draft = drafts.start_draft(
            pool.ref, name="Kladde", settings=settings(met_before=wish), by=cast.facilitator
        )
    return outcome_kept(draft)


def test_what_is_compared_and_who_is_asked_in_is_measured_with_who_has_met(cast, as_):
    pool, friends = old_friends(cast)
    wish = settings(met_before="together")
    with transaction():
        draft = drafts.start_draft(pool.ref, name="Kladde", settings=wish, by=cast.facilitator)
    before = outcome_kept(draft).score
    swap(draft, by=cast.facilitator)
    page = as_(cast.facilitator).get(f"/staff/drafts/{draft.ref}/compare").get_data(as_text=True)
    now = outcome_kept(draft).score
    cells = re.findall(r'<th scope="row">Samlet, 0–100</th>.*?>(\d+)</td>.*?>(\d+)</td>', page)
    assert cells == [(str(now), str(before))]
    group = invited(cast, 4, name="Tynd").group
    own, *others = families_by_id(int(f) for f in friends)
    strangers = [seat.family_id for seat in seats_of(draft) if str(seat.family_id) not in friends]
    members = [others[0].id, *strangers[:3]]
    told = [
        [(c.card.id, c.before, c.after) for c in fitting_families(group, members, [own], s).best]
        for s in (wish, replace(wish, met_before="ignore"))
    ]
    assert told[0] != told[1]


def test_a_wish_to_part_or_join_them_is_followed(cast):
    pool, friends = old_friends(cast)
    most = {
        wish: max(
            len(friends & set(group.members)) for group in draft_with(cast, pool, wish).groups
        )
        for wish in ("apart", "together")
    }
    assert most["apart"] == 2  # four in two groups or more
    assert most["together"] > 2


@pytest.mark.parametrize(
    ("posted", "kept"), [("apart", "apart"), ("together", "together"), ("x", "ignore")]
)
def test_the_form_reads_the_wish(cast, posted, kept):
    from werkzeug.datastructures import MultiDict

    form = read_form(MultiDict({"name": "K", "met_before": posted}), institutions=[], code="630")
    assert form.settings.met_before == kept
    assert DraftSettings.from_json(form.settings.as_json()).met_before == kept


def test_an_older_draft_without_the_wish_is_read_as_no_matter(cast):
    draft = drafted(cast)
    older = {name: value for name, value in draft.settings.items() if name != "met_before"}
    assert DraftSettings.from_json(older).met_before == "ignore"


def test_the_setup_page_asks_in_three_words(cast, as_):
    pool = pooled(cast, 12)
    page = as_(cast.facilitator).get(f"/staff/drafts/new?pool={pool.ref}").get_data(as_text=True)
    for text in ("Familier, der har været i gruppe sammen", "hold adskilt", "gerne sammen"):
        assert text in page
