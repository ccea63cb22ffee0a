"""What one's group waits for comes after the meeting's answer, one thing at a time."""

from data.clock import now
from data.db import transaction
from data.models import Coming, Phase
from tests.web.groups.building import BASE, opened, planned
from web.groups.actions import agreement, hosting, meetings, polls


def asked(circle):
    with transaction():
        days = tuple((d.starts_at, d.ends_at) for d in polls.proposal(circle.group))
        return polls.ask(
            circle.group, polls.Question(days=days), by=circle.parents[1], base_url=BASE
        )


def test_first_the_meeting_then_the_day_then_the_swap_then_the_agreement(cast, as_):
    circle = opened(cast)
    meeting, poll = planned(circle), asked(circle)
    with transaction():
        hosting.ask_to_swap(to_ref=circle.families[0].ref, by=circle.parents[1], base_url=BASE)
        agreement.write(["Vi skiftes."], seen_version=0, by=circle.parents[1], base_url=BASE)
    client = as_(circle.parents[0])

    def step():
        page = client.get("/home").text
        assert page.count("mk-next-dot") == 1
        return page

    assert "Svar på, om I kommer" in step()
    with transaction():
        meetings.reply(meeting.ref, Coming.YES, by=circle.parents[0])
    assert f'href="/group/polls/{poll.ref}"' in step()
    with transaction():
        polls.answer(poll.ref, {poll.dates[0].ref: Coming.YES}, by=circle.parents[0], base_url=BASE)
    assert f"Kan I tage turen for {circle.families[1].name}?" in step()
    with transaction():
        swap = hosting.open_swaps_of(circle.group)[0]
        hosting.answer_swap(swap.ref, yes=False, by=circle.parents[0], base_url=BASE)
    assert "Læs jeres gruppes aftale" in step()
    with transaction():
        agreement.sign(seen_version=1, by=circle.parents[0])
    assert "Læs jeres gruppes aftale" not in client.get("/home").text


def test_a_resting_group_and_another_group_ask_nothing_of_a_family(cast, as_):
    circle = opened(cast)
    asked(circle)
    for person in (cast.outsider, cast.stranger):
        assert "Hvilken dag passer jer?" not in as_(person).get("/home").text
    with transaction():
        circle.group.phase, circle.group.handed_over_at = Phase.RESTING, now()
    assert "Hvilken dag passer jer?" not in as_(circle.parents[0]).get("/home").text
