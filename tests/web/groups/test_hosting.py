"""Taking turns as host: the order, swapping, the place, the short list, and when it is over."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from data.answers import set_answers
from data.clock import now
from data.db import db, transaction
from data.errors import Conflict, Invalid, NotFound
from data.models import HostSwap, HostTurn, SwapState
from data.queries.groups import meeting_of
from data.queries.meetings import open_swaps_of, ticks_of
from data.sealed import store
from tests.web.forms import post
from tests.web.groups.building import BASE, back_in_time, invited, opened, planned
from web.groups.actions import hosting, life, meetings
from web.groups.actions.hosting import Place, PlaceKind


def names(circle):
    return [family.name for family in hosting.order_of(circle.group)]


def hosted(circle, n=0, *, days=7):
    """A meeting that the n-th family of the circle hosts."""
    starts = now() + timedelta(days=days)
    return planned(
        circle,
        host_ref=circle.families[n].ref,
        starts_at=starts,
        ends_at=starts + timedelta(hours=2),
    )


def ask(circle, *, by=0, to=1):
    with transaction():
        return hosting.ask_to_swap(
            to_ref=None if to is None else circle.families[to].ref,
            by=circle.parents[by],
            base_url=BASE,
        )


def answer(circle, swap, *, by, yes=True):
    with transaction():
        hosting.answer_swap(swap.ref, yes=yes, by=circle.parents[by], base_url=BASE)


def place(circle, meeting, *, by=0, **facts):
    with transaction():
        return hosting.choose_place(
            meeting.ref, Place(**facts), by=circle.parents[by], base_url=BASE
        )


# The order


def test_everyone_has_a_turn_and_the_first_who_is_not_busy_is_next(cast):
    circle = opened(cast)
    assert names(circle) == sorted(family.name for family in circle.families)
    assert hosting.next_host(circle.group) == circle.families[0]
    hosted(circle, 0)
    assert hosting.next_host(circle.group) == circle.families[1]


def test_the_turn_ends_by_itself_with_the_evening_and_only_once(cast):
    circle = opened(cast)
    meeting = hosted(circle, 0)
    assert hosting.let_turns_end() == []
    with transaction():
        back_in_time(meeting, by=timedelta(days=8))
    for _again in range(2):
        for meeting_id in hosting.let_turns_end():
            with transaction():
                hosting.end_turn(meeting_id)
        assert names(circle)[-1] == circle.families[0].name
    assert names(circle)[0] == circle.families[1].name
    assert not hosting.hosted_by(circle.families[0].id, meeting)


def test_a_cancelled_meeting_ends_no_turn(cast):
    circle = opened(cast)
    meeting = hosted(circle, 0)
    with transaction():
        meetings.cancel_meeting(circle.group, meeting.ref, by=cast.facilitator, base_url=BASE)
        back_in_time(meeting, by=timedelta(days=8))
    assert hosting.let_turns_end() == []
    assert names(circle)[0] == circle.families[0].name


def test_who_leaves_is_out_of_the_order_and_its_question_is_gone(cast):
    circle = opened(cast)
    ask(circle, by=0, to=1)
    with transaction():
        life.leave_group(words=life.Words.ERASED, by=circle.parents[0], base_url=BASE)
    assert circle.families[0].name not in names(circle)
    assert open_swaps_of(circle.group) == []


def test_nobody_is_led_to_the_home_of_a_family_that_has_left(cast, as_):
    circle = opened(cast)
    meeting = hosted(circle, 0)
    place(circle, meeting, kind=PlaceKind.HOME, directions="Skovvej 3")
    with transaction():
        life.leave_group(words=life.Words.ERASED, by=circle.parents[0], base_url=BASE)
    found = meeting_of(circle.group, meeting.ref)
    assert (found.host, found.place, found.directions) == (None, "Kulturhuset", None)
    page = as_(circle.parents[1]).get(f"/group/meetings/{meeting.ref}").text
    assert "Skovvej" not in page


# Swapping


def test_two_families_change_places_when_the_other_says_yes(cast, mails):
    circle = opened(cast)
    meeting = hosted(circle, 0)
    with transaction():
        meeting.place = "Hos familien A"
    mails.clear()
    swap = ask(circle, by=0, to=3)
    assert {to for mail in mails for to in mail.to} == {circle.parents[3].email}
    assert names(circle)[0] == circle.families[0].name
    answer(circle, swap, by=3)
    assert names(circle)[0] == circle.families[3].name
    assert names(circle)[3] == circle.families[0].name
    found = meeting_of(circle.group, meeting.ref)
    assert found.host == circle.families[3]
    assert found.place == "Kulturhuset", "the earlier host's home is no longer the place"
    assert mails[-1].to == [circle.parents[0].email]


def test_no_thanks_changes_nothing_and_gives_no_reason(cast, mails):
    circle = opened(cast)
    before = names(circle)
    swap = ask(circle, by=0, to=1)
    answer(circle, swap, by=1, yes=False)
    assert names(circle) == before
    assert circle.families[1].name not in mails[-1].body
    assert db.session.scalar(select(HostSwap.state)) is SwapState.DECLINED


def test_a_turn_offered_to_everyone_goes_to_the_first_who_takes_it(cast):
    circle = opened(cast)
    swap = ask(circle, by=0, to=None)
    answer(circle, swap, by=2)
    assert names(circle)[0] == circle.families[2].name
    with pytest.raises(Conflict):
        answer(circle, swap, by=3)


def test_only_who_was_asked_answers_and_only_who_asked_takes_it_back(cast):
    circle, other = opened(cast), opened(cast, name="Anden")
    swap = ask(circle, by=0, to=1)
    for person in (circle.parents[0], circle.parents[2], other.parents[0], cast.facilitator,
                   cast.outsider, cast.stranger):  # fmt: skip
        with pytest.raises(NotFound), transaction():
            hosting.answer_swap(swap.ref, yes=True, by=person, base_url=BASE)
    for person in (circle.parents[1], other.parents[0], cast.outsider, cast.stranger):
        with pytest.raises(NotFound), transaction():
            hosting.take_swap_back(swap.ref, by=person)
    with pytest.raises(Conflict):
        ask(circle, by=0, to=2)
    with transaction():
        hosting.take_swap_back(swap.ref, by=circle.parents[0])
    with pytest.raises(Conflict):
        answer(circle, swap, by=1)


def test_nobody_asks_across_groups_or_before_the_group_is_open(cast):
    circle, other = opened(cast), opened(cast, name="Anden")
    with pytest.raises(NotFound), transaction():
        hosting.ask_to_swap(to_ref=other.families[0].ref, by=circle.parents[0], base_url=BASE)
    waiting = invited(cast, name="Venter")
    with pytest.raises(NotFound), transaction():
        hosting.ask_to_swap(to_ref=None, by=waiting.parents[0], base_url=BASE)


# Place and list


def test_the_host_says_where_and_the_way_is_for_the_group_alone(cast, as_, mails):
    circle = opened(cast)
    meeting = hosted(circle, 0)
    mails.clear()
    place(circle, meeting, kind=PlaceKind.HOME, directions="Skovvej 3, bagom laden")
    assert meeting.place == f"Hos familien {circle.families[0].name}"
    address = f"/group/meetings/{meeting.ref}"
    assert "Skovvej 3" in as_(circle.parents[2]).get(address).text
    assert as_(cast.outsider).get(address).status_code == 404
    assert "Skovvej 3" in as_(cast.facilitator).get(f"/staff/groups/{circle.group.ref}").text
    assert "Skovvej" not in as_(cast.coordinator).get(f"/staff/groups/{circle.group.ref}").text
    assert mails
    assert all("Skovvej" not in mail.body for mail in mails)
    assert "Skovvej" not in as_(circle.parents[2]).get(f"{address}.ics").text


def test_the_way_is_not_shown_when_the_evening_is_over(cast, as_):
    circle = opened(cast)
    meeting = hosted(circle, 0)
    place(circle, meeting, kind=PlaceKind.HOME, directions="Skovvej 3")
    with transaction():
        back_in_time(meeting, by=timedelta(days=8))
    page = as_(circle.parents[2]).get(f"/group/meetings/{meeting.ref}").text
    assert "Skovvej" not in page


@pytest.mark.parametrize("why", ["no home", "protected"])
def test_a_family_that_has_nobody_at_home_is_never_offered_it(cast, as_, why):
    circle = opened(cast)
    with transaction():
        if why == "no home":
            set_answers(circle.families[0], {"place_limits": ["no_home"]})
        else:
            circle.families[0].protected_address = True
    meeting = hosted(circle, 0)
    page = as_(circle.parents[0]).get("/group/hosts").text
    assert "Hjemme hos os" not in page
    assert "Et andet sted" in page
    with pytest.raises(Invalid) as refusal:
        place(circle, meeting, kind=PlaceKind.HOME)
    assert refusal.value.field == "kind"
    assert "Hjemme hos os" not in as_(circle.parents[1]).get("/group/hosts").text


@pytest.mark.parametrize("field", ["name", "directions"])
def test_a_cpr_number_is_no_way_to_find_anyone(cast, as_, field):
    circle = opened(cast)
    meeting = hosted(circle, 0)
    form = {"kind": "elsewhere", "name": "Skolen", "directions": "", field: "010118-0000"}
    refused = post(as_(circle.parents[0]), f"/group/meetings/{meeting.ref}/place", form)
    assert refused.status_code == 422
    assert "CPR" in refused.text
    assert meeting_of(circle.group, meeting.ref).place == "Kulturhuset"
    assert meeting_of(circle.group, meeting.ref).directions is None


def test_a_place_elsewhere_has_a_name(cast):
    circle = opened(cast)
    with pytest.raises(Invalid):
        place(circle, hosted(circle, 0), kind=PlaceKind.ELSEWHERE, name=" ")


def test_only_the_host_says_where_and_ticks_and_only_until_the_evening_is_over(cast):
    circle, other = opened(cast), opened(cast, name="Anden")
    meeting = hosted(circle, 0)
    for person in (circle.parents[1], other.parents[0], cast.facilitator, cast.outsider,
                   cast.stranger):  # fmt: skip
        with pytest.raises(NotFound), transaction():
            hosting.choose_place(
                meeting.ref, Place(kind=PlaceKind.ONLINE), by=person, base_url=BASE
            )
        with pytest.raises(NotFound), transaction():
            hosting.tick(meeting.ref, {"coffee"}, by=person)
    with transaction():
        back_in_time(meeting, by=timedelta(days=8))
    with pytest.raises(Conflict):
        place(circle, meeting, kind=PlaceKind.ONLINE)


def test_the_list_is_ticked_and_unticked_with_and_without_script(cast, as_):
    circle = opened(cast)
    meeting = hosted(circle, 0)
    client, address = as_(circle.parents[0]), f"/group/meetings/{meeting.ref}/checklist"
    assert post(client, address, {"tick": ["coffee", "way", "nonsense"]}).status_code == 302
    assert ticks_of(meeting) == {"coffee", "way"}
    quick = post(client, address, {"tick": ["way"]}, headers={"HX-Request": "true"})
    assert "<html" not in quick.text
    assert "1 af 6 er klaret" in quick.text
    assert ticks_of(meeting) == {"way"}


@pytest.mark.parametrize("change", [{"host": 1}, {"place": "Skolen"}, {}])
def test_the_way_goes_when_host_or_place_does_and_stays_otherwise(cast, change):
    circle = opened(cast)
    meeting = hosted(circle, 0)
    place(circle, meeting, kind=PlaceKind.HOME, directions="Skovvej 3")
    plan = meetings.Plan(
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        place=change.get("place", meeting.place),
        title="Nyt",
        theme=None,
        agenda=(),
        host_ref=circle.families[change.get("host", 0)].ref,
    )
    with transaction():
        meetings.change_meeting(
            circle.group, meeting.ref, plan, version=meeting.version, by=cast.facilitator,
            base_url=BASE,
        )  # fmt: skip
    assert (meeting_of(circle.group, meeting.ref).directions is None) is bool(change)


def test_the_pages_show_the_order_to_members_and_to_nobody_else(cast, as_):
    circle = opened(cast)
    hosted(circle, 1)
    page = as_(circle.parents[0]).get("/group/hosts").text
    assert all(family.name in page for family in circle.families)
    for person in (cast.outsider, cast.stranger, cast.facilitator, cast.coordinator):
        assert as_(person).get("/group/hosts").status_code == 404


def test_two_swaps_at_once_leave_everyone_one_turn(cast):
    circle = opened(cast, 6)
    first, second = ask(circle, by=0, to=3), ask(circle, by=3, to=5)
    answer(circle, first, by=3)
    answer(circle, second, by=5)
    positions = db.session.scalars(select(HostTurn.position)).all()
    assert sorted(positions) == list(range(6))
    assert sorted(names(circle)) == sorted(family.name for family in circle.families)


def test_words_about_a_home_that_are_replaced_or_taken_away_lose_their_key(cast):
    circle = opened(cast)
    meeting = hosted(circle, 0)
    place(circle, meeting, kind=PlaceKind.HOME, directions="Skovvej 3")
    first = meeting.directions.scope
    place(circle, meeting, kind=PlaceKind.HOME, directions="Skovvej 3")
    assert meeting.directions.scope == first, "the same words keep their key"
    place(circle, meeting, kind=PlaceKind.HOME, directions="Skovvej 5")
    second = meeting.directions.scope
    assert store()._cipher(first) is None
    assert meeting.directions.text == "Skovvej 5"
    with transaction():
        hosting.tick(meeting.ref, {"coffee"}, by=circle.parents[0])
    answer(circle, ask(circle, by=0, to=3), by=3)
    assert store()._cipher(second) is None
    assert ticks_of(meeting) == set()


def test_a_new_host_begins_with_an_empty_list(cast):
    circle = opened(cast)
    meeting = hosted(circle, 0)
    place(circle, meeting, kind=PlaceKind.HOME, directions="Skovvej 3")
    scope = meeting.directions.scope
    with transaction():
        hosting.tick(meeting.ref, {"coffee"}, by=circle.parents[0])
    plan = meetings.Plan(
        starts_at=meeting.starts_at, ends_at=meeting.ends_at, place=meeting.place, title="",
        theme=None, agenda=(), host_ref=circle.families[1].ref,
    )  # fmt: skip
    with transaction():
        meetings.change_meeting(
            circle.group, meeting.ref, plan, version=meeting.version, by=cast.facilitator,
            base_url=BASE,
        )  # fmt: skip
    assert ticks_of(meeting) == set()
    assert store()._cipher(scope) is None


def evening(circle, n, *, days):
    """An evening of the past that the n-th family hosted."""
    meeting = hosted(circle, n)
    with transaction():
        back_in_time(meeting, by=timedelta(days=7 + days))
    return meeting


def test_the_order_is_only_written_down_when_someone_swaps(cast):
    circle = opened(cast)
    meeting = evening(circle, 0, days=2)
    with transaction():
        hosting.end_turn(meeting.id)
    assert db.session.query(HostTurn).count() == 0
    assert names(circle)[-1] == circle.families[0].name


def test_correcting_an_old_evening_does_not_move_a_host_again(cast):
    circle = opened(cast)
    first = evening(circle, 0, days=100)
    evening(circle, 1, days=80)
    for n in (2, 3, 4):
        evening(circle, n, days=70 - n)
    answer(circle, ask(circle, by=3, to=4), by=4)  # the order is written down now
    before = names(circle)
    with transaction():
        hosting.end_turn(first.id)
    assert names(circle) == before
