"""Two at one draft over the socket: who may listen, who looks where, what is told of a change."""

import json
from datetime import timedelta

import pytest

from chat import beat, limits
from chat.live import socketio
from data.clock import today
from data.db import db, transaction
from data.models import DraftChange, RoleName
from tests.chat.conftest import csrf_of
from tests.factories import make_account
from tests.web.forms import post
from tests.web.groups.building import BASE, drafted
from tests.web.groups.test_board import move, seat_in
from web.groups.actions import board, drafts, helping, history, pools, publishing
from web.groups.board_news import NAMESPACE
from web.shared.page import hue


@pytest.fixture
def draft(cast):
    return drafted(cast)


@pytest.fixture
def at_board(app, as_):
    """`at_board(account)` gives that person's socket at the boards."""
    opened = []

    def connect(account, **auth):
        client = as_(account)
        auth = {"v": 1, "csrf": csrf_of(app, client), **auth}
        socket = socketio.test_client(app, namespace=NAMESPACE, flask_test_client=client, auth=auth)
        opened.append(socket)
        return socket

    yield connect
    for socket in opened:
        if socket.is_connected(NAMESPACE):
            socket.disconnect(namespace=NAMESPACE)


def look(socket, draft, group=None):
    return socket.emit(
        "draft:look", {"draft": draft.ref, "group": group}, namespace=NAMESPACE, callback=True
    )


def heard(socket, event):
    return [e["args"][0] for e in socket.get_received(NAMESPACE) if e["name"] == event]


def test_two_see_where_the_other_looks(draft, cast, at_board):
    jonas, mette = at_board(cast.facilitator), at_board(cast.coordinator)
    assert look(jonas, draft)["ok"]
    assert look(mette, draft, 1) == {"ok": True, "version": draft.version}
    [seen] = heard(jonas, "draft:seen")
    assert (seen["name"], seen["initials"], seen["letter"]) == ("Mette Holm", "MH", "B")
    assert seen["disc"] == hue(cast.coordinator.ref)  # the colour she has everywhere
    assert heard(mette, "draft:seen") == []  # nobody hears of oneself


def test_who_leaves_is_gone(draft, cast, at_board):
    jonas, mette = at_board(cast.facilitator), at_board(cast.coordinator)
    look(jonas, draft)
    look(mette, draft)
    [seen] = heard(jonas, "draft:seen")
    mette.disconnect(namespace=NAMESPACE)
    assert heard(jonas, "draft:left") == [{"seat": seen["seat"]}]


def test_a_change_is_told_after_it_is_stored_and_says_nothing_of_families(draft, cast, at_board):
    jonas = at_board(cast.facilitator)
    look(jonas, draft)
    move(draft, seat_in(draft, 0), None, by=cast.coordinator)
    [news] = heard(jonas, "draft:changed")
    assert news == {"draft": draft.ref, "version": draft.version}


def test_who_is_only_at_a_board_is_not_reckoned_news_of_conversations(cast, at_board, monkeypatch):
    asked = []
    monkeypatch.setattr(beat.queries, "heads_of", lambda here: asked.append(set(here)) or {})
    at_board(cast.facilitator)
    beat.news()
    assert asked == [set()]


def test_what_was_refused_is_not_told(draft, cast, at_board):
    jonas = at_board(cast.facilitator)
    look(jonas, draft)
    with pytest.raises(Exception, match="6"):
        move(draft, seat_in(draft, 0), 1, by=cast.coordinator)
    assert heard(jonas, "draft:changed") == []


@pytest.mark.parametrize("who", ["consultant", "outsider", "stranger", "other_coordinator"])
def test_outsiders_and_another_municipality_neither_look_nor_hear(who, draft, cast, at_board):
    intruder, jonas = at_board(getattr(cast, who)), at_board(cast.facilitator)
    look(jonas, draft)
    answer = look(intruder, draft, 0)
    assert (answer["ok"], answer["error"]["code"]) == (False, "forbidden")
    assert heard(jonas, "draft:seen") == []
    move(draft, seat_in(draft, 0), None, by=cast.facilitator)
    assert heard(intruder, "draft:changed") == []


def test_whose_help_has_ended_hears_nothing_more_from_the_next_look_on(draft, cast, at_board):
    ref = draft.pool.ref
    with transaction():
        helping.ask_helper(ref, helper_ref=cast.consultant.ref, by=cast.facilitator)
    karin = at_board(cast.consultant)
    assert look(karin, draft)["ok"]
    with transaction():
        helping.end_help(ref, helper_ref=cast.consultant.ref, by=cast.facilitator)
    assert not look(karin, draft)["ok"]
    move(draft, seat_in(draft, 0), None, by=cast.facilitator)
    assert heard(karin, "draft:changed") == []


def test_a_closed_pool_shows_its_facilitator_nothing_more(draft, cast, at_board):
    jonas = at_board(cast.facilitator)
    look(jonas, draft)
    with transaction():
        pools.close_pool(draft.pool.ref, by=cast.coordinator)
    assert not look(jonas, draft)["ok"]


def test_nobody_who_is_signed_out_or_brings_no_token_comes_in(app, cast, at_board):
    assert not at_board(None).is_connected(NAMESPACE)
    app.config["WTF_CSRF_ENABLED"] = True
    assert not at_board(cast.facilitator, csrf="forged").is_connected(NAMESPACE)


@pytest.mark.parametrize(
    "content",
    [None, {}, {"draft": 7}, {"draft": "x" * 60}, {"draft": "x", "group": "0"},
     {"draft": "x", "group": -1}, {"draft": "x", "group": True}],
)  # fmt: skip
def test_what_the_protocol_does_not_know_is_answered(content, cast, at_board):
    jonas = at_board(cast.facilitator)
    answer = jonas.emit("draft:look", content, namespace=NAMESPACE, callback=True)
    assert not answer["ok"]


def test_an_event_of_the_conversation_is_unknown_here(cast, at_board):
    jonas = at_board(cast.facilitator)
    answer = jonas.emit("message:send", {"body": "Hej"}, namespace=NAMESPACE, callback=True)
    assert answer["error"]["code"] == "malformed"


def test_too_many_looks_are_refused(app, draft, cast, at_board):
    app.config["RATELIMIT_ENABLED"] = True
    limits._left.clear()
    jonas = at_board(cast.facilitator)
    answers = [look(jonas, draft) for _ in range(120)]
    assert answers[0]["ok"]
    assert answers[-1]["error"]["code"] == "rate"


# The parts that a browser asks for


def parts(client, draft, *, seen, at=None, **query):
    headers = {"X-Board": str(seen)} | ({"X-Board-At": str(at)} if at is not None else {})
    return client.get(f"/staff/drafts/{draft.ref}/board", query_string=query, headers=headers)


def test_only_the_columns_that_were_touched_come_anew(draft, cast, as_):
    client, seen = as_(cast.facilitator), draft.version
    assert b'id="column-' not in parts(client, draft, seen=seen).data
    with transaction():
        board.lock_group(draft.ref, number=1, locked=True, by=cast.coordinator)
    page = parts(client, draft, seen=seen).get_data(as_text=True)
    assert 'id="column-1"' in page
    assert 'id="column-0"' not in page
    assert 'id="tray"' not in page
    assert f'data-version="{draft.version}"' in page


def test_an_overlap_is_told_with_a_way_back_and_elsewhere_it_merges_silently(draft, cast, as_):
    client, seen = as_(cast.facilitator), draft.version
    seat = seat_in(draft, 0)
    move(draft, seat, None, by=cast.coordinator)
    there = parts(client, draft, seen=seen, at=0).get_data(as_text=True)
    assert f"Mette flyttede {seat.family.name} fra A til uden gruppe, mens I så på A" in there
    assert f"Flyt {seat.family.name} tilbage" in there
    elsewhere = parts(client, draft, seen=seen, at=1).get_data(as_text=True)
    assert "data-overlap" not in elsewhere
    own = parts(as_(cast.coordinator), draft, seen=seen, at=0).get_data(as_text=True)
    assert "data-overlap" not in own


def test_two_changes_apart_are_both_kept_in_the_order_of_the_server(draft, cast, as_):
    seen = draft.version
    one, other = seat_in(draft, 0), seat_in(draft, 1)
    answers = [
        post(
            as_(person),
            f"/staff/drafts/{draft.ref}/board/move",
            data={"family": seat.family.ref, "from": seat.group_number, "to": "tray"},
            headers={"X-Board": str(seen)},
        )
        for person, seat in ((cast.facilitator, one), (cast.coordinator, other))
    ]
    assert [answer.status_code for answer in answers] == [200, 200]
    log = db.session.query(DraftChange).filter_by(draft_id=draft.id).all()
    assert [(c.version, c.made_by_id) for c in log] == [
        (seen + 1, cast.facilitator.id),
        (seen + 2, cast.coordinator.id),
    ]


def test_the_button_says_when_a_colleague_has_built_on_ones_step(draft, cast, as_):
    seat = seat_in(draft, 0)
    move(draft, seat, None, by=cast.facilitator)
    move(draft, seat, 0, by=cast.coordinator)
    page = parts(as_(cast.facilitator), draft, seen=draft.version).get_data(as_text=True)
    assert f"Mette har bygget videre: {seat.family.name}: uden gruppe → A" in page


def test_approval_shows_first_what_one_has_not_seen(draft, cast, as_):
    client, seen = as_(cast.facilitator), draft.version
    address = f"/staff/drafts/{draft.ref}/publish"
    assert b"Siden I s" not in client.get(address, query_string={"seen": seen}).data
    seat = seat_in(draft, 0)
    move(draft, seat, None, by=cast.coordinator)
    page = client.get(address, query_string={"seen": seen}).get_data(as_text=True)
    assert f"Mette: {seat.family.name}: A → uden gruppe" in page
    late = post(client, address, data={"version": seen, "answer_by": "2031-01-01"})
    assert late.status_code == 409


def test_the_log_tells_every_kind_of_operation(draft, cast):
    seat = seat_in(draft, 0)
    seen = draft.version
    move(draft, seat, None, by=cast.facilitator)
    with transaction():
        board.undo(draft.ref, by=cast.facilitator)
        board.redo(draft.ref, by=cast.facilitator)
    with transaction():
        board.lock_family(draft.ref, family_ref=seat.family.ref, locked=True, by=cast.coordinator)
        board.lock_group(draft.ref, number=1, locked=True, by=cast.coordinator)
    name = seat.family.name
    assert history.told_changes(draft, since=seen) == [
        f"Jonas: {name}: A → uden gruppe",
        f"Jonas: tog tilbage {name}: A → uden gruppe",
        f"Jonas: gentog {name}: A → uden gruppe",
        f"Mette: {name} låst",
        "Mette: Gruppe B låst",
    ]


def test_what_each_column_would_mean_is_answered_before_anything_moves(draft, cast, as_):
    seat, before = seat_in(draft, 0), draft.version
    address = f"/staff/drafts/{draft.ref}/board/targets?f={seat.family.ref}"
    answer = json.loads(as_(cast.facilitator).get(address).data)
    targets = {target["value"]: target for target in answer["targets"]}
    assert set(targets) == {"1", "tray"}
    assert "højst 6" in targets["1"]["refusal"]
    assert targets["tray"]["refusal"] is None
    assert draft.version == before
    other = make_account(cast.municipality, RoleName.FACILITATOR)
    for person in (other, cast.consultant, cast.other_coordinator):
        assert as_(person).get(address).status_code == 404


# When the work there ends


def ended(draft, how, cast):
    with transaction():
        if how == "discarded":
            drafts.discard_draft(draft.ref, by=cast.coordinator)
        else:
            publishing.submit(
                draft.ref,
                version=draft.version,
                names={},
                answer_by=today() + timedelta(days=7),
                by=cast.coordinator if how == "published" else cast.facilitator,
                base_url=BASE,
            )


@pytest.mark.parametrize("how", ["discarded", "published", "submitted"])
def test_who_is_at_the_board_hears_that_its_work_is_over(how, draft, cast, at_board):
    with transaction():
        cast.municipality.settings = {"coordinator_approves_groups": True}
    jonas = at_board(cast.facilitator)
    look(jonas, draft)
    ended(draft, how, cast)
    assert heard(jonas, "draft:changed")[-1] == {"draft": draft.ref, "version": draft.version}
    if how == "submitted":
        with transaction():
            publishing.send_back(draft.ref, by=cast.coordinator)
        assert heard(jonas, "draft:changed")[-1]["version"] == draft.version


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("discarded", "Kladden er smidt væk"),
        ("published", "Grupperne er allerede godkendt"),
        ("submitted", "venter på koordinatorens godkendelse"),
    ],
)
def test_a_move_after_that_is_answered_with_a_page_that_says_so(how, said, draft, cast, as_):
    with transaction():
        cast.municipality.settings = {"coordinator_approves_groups": True}
    seat, seen = seat_in(draft, 0), draft.version
    form = {"family": seat.family.ref, "from": "0", "to": "tray"}
    ended(draft, how, cast)
    client = as_(cast.facilitator)
    address = f"/staff/drafts/{draft.ref}/board/move"
    # The board's script goes to its own page then, which leads on and says why, once.
    assert post(client, address, form, headers={"X-Board": str(seen)}).status_code == 302
    page = client.get(f"/staff/drafts/{draft.ref}/board", follow_redirects=True)
    assert page.get_data(as_text=True).count(said) == 1
