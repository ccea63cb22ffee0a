"""Setting up a draft and waiting for it: what is told before, while and instead of a proposal."""

import pytest

from data.clock import now
from data.db import db, transaction
from data.errors import Conflict, NotFound
from data.models import DraftState, Exclusion, GroupDraft, Job, JobState, RoleName
from data.queries.groups import seats_of
from tests.factories import make_account
from tests.web.forms import post
from tests.web.groups.building import drafted, pooled, settings
from web.groups.actions import drafts
from web.shared import jobs


@pytest.fixture
def pool(cast):
    return pooled(cast)


def page_of(client, draft):
    return client.get(f"/staff/drafts/{draft.ref}").get_data(as_text=True)


def waiting(pool, cast, state, **facts):
    """A draft whose job is in this state; nobody works on it."""
    with transaction():
        job = Job(kind="groups.form", owner_id=cast.facilitator.id, request={}, **facts)
        db.session.add(job)
        db.session.flush()
        job.state, job.request = state, {}
        draft = GroupDraft(
            pool_id=pool.id, name="Kladde", settings=settings().as_json(), job_id=job.id
        )
        db.session.add(draft)
    return draft


def test_what_cannot_go_up_is_named_before_the_run_with_a_remedy(cast, pool, as_):
    page = as_(cast.facilitator).get(f"/staff/drafts/new?pool={pool.ref}").get_data(as_text=True)
    assert "Det ser vi allerede" in page
    four = [row.family for row in pool.families[:4]]
    with transaction():
        for i, one in enumerate(four):
            for other in four[i + 1 :]:
                low, high = sorted([one.id, other.id])
                db.session.add(Exclusion(family_id=low, other_id=high))
    form = {"pool": pool.ref, "name": "X", "min_size": 4, "target_size": 4, "max_size": 4,
            "do": "check", "towns": "on"}  # fmt: skip
    seen = post(as_(cast.facilitator), "/staff/drafts/new", form).get_data(as_text=True)
    assert "udelukker hinanden" in seen
    for family in four:
        assert family.name in seen


def test_queued_running_and_stopped_are_told(cast, pool, as_):
    client = as_(cast.facilitator)
    assert "Venter på at komme til" in page_of(client, waiting(pool, cast, JobState.QUEUED))
    running = waiting(pool, cast, JobState.RUNNING, started_at=now())
    assert "Stop og se forslaget" in page_of(client, running)
    post(client, f"/staff/drafts/{running.ref}/stop")
    assert "Stopper" in page_of(client, running)


def test_a_failed_run_says_so_and_is_taken_up_again(cast, pool, as_):
    draft = waiting(pool, cast, JobState.FAILED, problem=jobs.interrupted())
    client = as_(cast.facilitator)
    page = page_of(client, draft)
    assert "Arbejdet blev afbrudt" in page
    assert "Det, I valgte, er gemt" in page
    post(client, f"/staff/drafts/{draft.ref}/form-again")
    db.session.expire_all()
    assert draft.state is DraftState.READY
    assert seats_of(draft)
    with pytest.raises(Conflict, match="allerede dannet"), transaction():
        drafts.form_again(draft.ref, by=cast.facilitator)


def test_what_is_being_worked_on_is_not_begun_twice(cast, pool, as_):
    draft = waiting(pool, cast, JobState.RUNNING, started_at=now())
    with pytest.raises(Conflict), transaction():
        drafts.form_again(draft.ref, by=cast.facilitator)


def test_no_group_names_the_rule_and_whom_it_hits(cast, as_):
    pool = pooled(cast, 8, answers={"meeting_form": "physical", "max_travel_minutes": 20})
    with transaction():
        draft = drafts.start_draft(
            pool.ref,
            name="For langt",
            settings=settings(places=(("Skagen", "9990"),)),
            by=cast.facilitator,
        )
    client = as_(cast.facilitator)
    assert client.get(f"/staff/drafts/{draft.ref}/board").location.endswith(draft.ref)
    page = page_of(client, draft)
    assert "Ingen gruppe kan overholde alle faste regler" in page
    assert "Pulje00" in page
    assert "kan ikke dannes en eneste gruppe" in page


def test_a_new_draft_can_begin_like_an_earlier_one(cast, as_):
    draft = drafted(cast, min_size=4, max_size=7, target_size=6, slot_80=True)
    address = f"/staff/drafts/new?pool={draft.pool.ref}&like={draft.ref}"
    page = as_(cast.facilitator).get(address).get_data(as_text=True)
    assert 'name="max_size" value="7"' in page
    assert 'value="Kulturhuset"' in page
    assert 'id="slot_80" name="slot_80" checked' in page


def test_outsiders_cannot_take_up_a_run(cast, pool, as_):
    draft = waiting(pool, cast, JobState.FAILED)
    other = make_account(cast.municipality, RoleName.FACILITATOR)
    for person in (other, cast.consultant, cast.outsider, cast.other_coordinator):
        with pytest.raises(NotFound), transaction():
            drafts.form_again(draft.ref, by=person)
