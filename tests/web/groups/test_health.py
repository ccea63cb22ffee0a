"""The health page: counts in kind words, for those who lead, and gone at the hand-over."""

from datetime import timedelta

import pytest

from data.db import db, transaction
from data.models import Attendance, Coming, MeetingReply
from data.queries.group_counts import attendance_of, ties_of, weeks_of
from data.queries.groups import meetings_of
from tests.web.groups.building import BASE, hold, opened, planned
from tests.web.groups.lives import write
from web.groups.actions import handover, meetings, recording


def met(circle, *came: int) -> None:
    """One meeting is held, and these families were there."""
    meeting = planned(circle)
    with transaction():
        for number in came:
            db.session.add(
                MeetingReply(
                    meeting_id=meeting.id,
                    family_id=circle.families[number].id,
                    coming=Coming.YES,
                )
            )
        meeting.starts_at -= timedelta(days=8)
        meeting.ends_at -= timedelta(days=8)
        db.session.flush()
        meetings.mark_held(circle.group, meeting.ref, by=circle.facilitator)


def page(as_, account, circle, status=200) -> str:
    answer = as_(account).get(f"/staff/groups/{circle.group.ref}/health")
    assert answer.status_code == status
    return answer.text


def talked(circle, *pairs: tuple[int, int]) -> None:
    """The second of each pair answers the first; a day goes by between the pairs."""
    for number, (one, other) in enumerate(pairs):
        days = len(pairs) - number
        first = write(circle, by=one, days_ago=days)
        write(circle, by=other, reply_to=first.seq, days_ago=days)


def test_a_family_with_few_ties_and_few_meetings_may_need_a_hand(cast, as_):
    """As in the design: to two of four meetings, and in touch with one."""
    circle = opened(cast, 6)
    for came in ((0, 1, 2, 3, 4, 5), (0, 1, 2, 3, 4, 5), (0, 1, 2, 3, 4), (0, 1, 2, 3, 4)):
        met(circle, *came)
    talked(circle, (0, 1), (1, 2), (2, 3), (3, 4), (4, 0), (0, 5))
    text = page(as_, cast.facilitator, circle)
    juhl, skov = circle.families[5].name, circle.families[0].name
    assert f"{juhl} kan have brug for en hånd." in text
    hint = f"De har været med 2 gange. De er mest i kontakt med {skov}. Ring gerne og hør, "
    assert hint + "om tidspunktet passer." in text
    assert text.count("kan have brug for en hånd") == 1
    assert "22 af 24 pladser brugt." in text
    for word in ("isoleret", "ensom", "inaktiv", "passiv"):
        assert word not in text.lower()


def test_who_was_noted_as_present_counts_before_who_said_yes(cast):
    circle = opened(cast)
    met(circle, 0, 1, 2)
    met(circle, 0, 1)
    [first, second] = meetings_of(circle.group)
    with transaction():
        first.all_spoke = True  # the evening has been noted
        for number in (0, 3):
            family_id = circle.families[number].id
            db.session.add(Attendance(meeting_id=first.id, family_id=family_id))
    came = attendance_of(circle.group).came
    assert came[first.id] == {circle.families[n].id for n in (0, 3)}
    assert came[second.id] == {circle.families[n].id for n in (0, 1)}


def test_two_ties_or_more_than_half_of_the_meetings_is_no_hint(cast, as_):
    tied = opened(cast, 6)
    met(tied, 0, 1, 2, 3, 4, 5)
    met(tied, 0, 1, 2, 3, 4)
    talked(tied, (0, 1), (1, 2), (2, 3), (3, 4), (5, 0), (5, 1))
    assert "kan have brug for en hånd" not in page(as_, cast.facilitator, tied)
    present = opened(cast, 6)
    for _ in range(2):
        met(present, 0, 1, 2, 3, 4, 5)
    assert "kan have brug for en hånd" not in page(as_, cast.facilitator, present)


def test_nothing_is_said_of_anyone_after_one_meeting(cast, as_):
    circle = opened(cast, 6)
    met(circle, 0, 1, 2, 3, 4)
    assert "kan have brug for en hånd" not in page(as_, cast.facilitator, circle)


def test_counts_are_by_week_and_never_words(cast, as_):
    circle = opened(cast)
    for by, days in ((0, 0), (1, 0), (0, 7), (2, 70)):
        write(circle, by=by, text="Noget fortroligt", days_ago=days)
    weeks = weeks_of(circle.group, families=5)
    assert [(w.messages, w.families) for w in weeks[-2:]] == [(1, 1), (2, 2)]
    assert sum(w.messages for w in weeks) == 3, "eight weeks back"
    text = page(as_, cast.coordinator, circle)
    assert "fortroligt" not in text
    assert "Vis som tabel" in text


def test_weeks_are_not_shown_for_fewer_than_five_families(cast, as_):
    circle = opened(cast, 4, min_families=4)
    write(circle)
    assert weeks_of(circle.group, families=4) is None
    text = page(as_, cast.facilitator, circle)
    assert "Vises ikke for grupper under fem familier." in text
    assert 'class="hl-bars"' not in text


def test_a_tie_takes_a_meeting_together_and_an_answer(cast):
    circle = opened(cast, 4, min_families=4)
    met(circle, 0, 1, 2)
    met(circle, 0, 1)
    talked(circle, (0, 1), (3, 0))  # the fourth has answered, and not been there
    write(circle, by=2, days_ago=0)  # long after the last word, and to nobody
    a, b = (circle.families[n].id for n in (0, 1))
    ties = ties_of(circle.group, attendance_of(circle.group))
    assert ties == {(min(a, b), max(a, b)): 3}


def test_the_next_to_write_has_answered_if_it_is_soon(cast):
    circle = opened(cast, 4, min_families=4)
    met(circle, 0, 1, 2)
    write(circle, by=0, days_ago=3)
    write(circle, by=1, days_ago=2.9)
    write(circle, by=1, days_ago=2.8)  # oneself is nobody's answer
    write(circle, by=2, days_ago=1)
    a, b = (circle.families[n].id for n in (0, 1))
    assert set(ties_of(circle.group, attendance_of(circle.group))) == {(min(a, b), max(a, b))}


def test_it_is_gone_at_the_hand_over_for_the_coordinator_too(cast, as_):
    circle = opened(cast)
    page(as_, cast.coordinator, circle)
    assert "Gruppens trivsel" in as_(cast.facilitator).get(f"/staff/groups/{circle.group.ref}").text
    with transaction():
        handover.leave_early(circle.group.ref, reason="Nyt", by=cast.facilitator, base_url=BASE)
    page(as_, cast.coordinator, circle, 404)
    page(as_, cast.facilitator, circle, 404)
    assert (
        "Gruppens trivsel"
        not in as_(cast.coordinator).get(f"/staff/groups/{circle.group.ref}").text
    )


@pytest.mark.parametrize(
    "who", ["new_parent", "outsider", "stranger", "consultant", "administrator",
            "other_coordinator"],
)  # fmt: skip
def test_families_and_outsiders_never_see_it(cast, as_, who):
    circle = opened(cast)
    page(as_, getattr(cast, who), circle, 404)
    page(as_, circle.parents[0], circle, 404)


def test_the_page_asks_the_database_no_more_for_twelve_families(cast, as_):
    from sqlalchemy import event

    def asked(circle) -> int:
        client, n = as_(cast.facilitator), 0

        def count(*_args) -> None:
            nonlocal n
            n += 1

        event.listen(db.engine, "before_cursor_execute", count)
        try:
            client.get(f"/staff/groups/{circle.group.ref}/health")
        finally:
            event.remove(db.engine, "before_cursor_execute", count)
        return n

    few, many = opened(cast, 5), opened(cast, 12)
    for circle in (few, many):
        hold(circle, 2)
        write(circle, days_ago=1)
    asked(few)
    assert asked(many) <= asked(few) + 1


def test_an_evening_noted_with_nobody_there_counts_nobody(cast):
    circle = opened(cast)
    met(circle, 0, 1, 2)
    [meeting] = meetings_of(circle.group)
    with transaction():
        recording.record_evening(
            circle.group, meeting.ref,
            recording.Evening(present=frozenset(), all_spoke=False, agreed=()),
            by=cast.facilitator,
        )  # fmt: skip
    assert attendance_of(circle.group).came == {meeting.id: frozenset()}
