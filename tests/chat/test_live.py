import pytest

from chat import actions, live
from chat.live import NAMESPACE, socketio
from data.clock import now
from data.db import db, transaction
from data.models import Message, ReportReason, SignIn
from tests.chat.conftest import csrf_of

EVENTS = {
    "message:send": {"cid": "c1", "body": "Hej"},
    "room:catchup": {"since_rev": 0},
    "room:read": {"seq": 1},
}


def test_a_member_hears_what_a_member_says_after_it_is_stored(room, cast, browser):
    anne, bo = browser(cast.new_parent), browser(cast.mentor_parent)
    ack = anne.send(room, "  Hej med jer  ", cid="abc-1")
    stored = db.session.query(Message).one()
    assert ack == {
        "ok": True,
        "id": 1,
        "seq": 1,
        "rev": 1,
        "ts": stored.sent_at.isoformat(),
    }
    [heard] = bo.hears("message:new")
    assert heard["body"] == "Hej med jer"
    assert (heard["room"], heard["seq"], heard["rev"], heard["cid"]) == (room.ref, 1, 1, "abc-1")
    assert (heard["reply_to"], heard["files"]) == (None, [])
    assert heard["sender"]["name"] == "Skov"
    assert heard["sender"]["id"] == cast.new_parent.ref


def test_the_facilitator_is_named_with_what_they_are(room, cast, browser):
    anne, facilitator = browser(cast.new_parent), browser(cast.facilitator)
    facilitator.send(room, "Velkommen")
    [heard] = anne.hears("message:new")
    assert (heard["sender"]["name"], heard["sender"]["role"]) == ("Jonas Friis", "facilitator")


def test_no_database_key_travels_over_the_wire(room, cast, browser):
    anne = browser(cast.new_parent)
    anne.send(room, "Hej")
    [heard] = anne.hears("message:new")
    assert heard["id"] == heard["seq"]
    assert set(heard["sender"]) == {"id", "name", "person", "family", "role"}


def test_hello_says_where_each_room_stands(room, cast, app, as_, browser):
    browser(cast.new_parent).send(room, "Hej")
    client = as_(cast.mentor_parent)
    socket = socketio.test_client(
        app,
        namespace=NAMESPACE,
        flask_test_client=client,
        auth={"v": 1, "csrf": csrf_of(app, client)},
    )
    [hello] = [e["args"][0] for e in socket.get_received(NAMESPACE) if e["name"] == "hello"]
    assert hello["me"]["name"] == "Lindholm"
    [line] = hello["rooms"]
    assert line == {
        "room": room.ref,
        "head_rev": 1,
        "head_seq": 1,
        "last_read_seq": 0,
        "unread": 1,
        "muted": False,
        "can": "write",
    }


@pytest.mark.parametrize("who", ["outsider", "stranger", "coordinator", "other_coordinator"])
def test_a_room_does_not_exist_for_whoever_is_not_in_it(who, room, cast, browser):
    anne = browser(cast.new_parent)
    anne.send(room, "Kun for os")
    anne.hears()
    intruder = browser(getattr(cast, who))
    for event, content in EVENTS.items():
        answer = intruder.ask(event, room=room.ref, **content)
        assert answer["ok"] is False
        assert answer["error"]["code"] == "forbidden"
        assert answer == intruder.ask(event, room="nosuchroom12", **content)
    assert anne.hears() == []
    assert intruder.hears() == []
    assert intruder.ask("room:head") == {"ok": True, "heads": {}}


def test_what_our_page_would_never_send_is_refused(room, cast, browser):
    anne = browser(cast.new_parent)
    good = {"room": room.ref, "cid": "c", "body": "x"}
    for wrong in [
        {"room": 1}, {"room": None}, {"room": "x" * 13}, {"cid": "../x"}, {"cid": "c" * 37},
        {"cid": None}, {"body": ["x"]}, {"body": "x" * 20_001}, {"confirmed": "cpr"},
        {"confirmed": [1]}, {"files": ["f1"]}, {"files": "f1"},
        {"reply_to": True}, {"reply_to": -1}, {"reply_to": 2**40},
    ]:  # fmt: skip
        answer = anne.ask("message:send", **{**good, **wrong})
        assert answer["error"]["code"] == "malformed", wrong
    assert db.session.query(Message).count() == 0


def test_an_event_without_content_gets_an_answer_too(room, cast, browser):
    tab = browser(cast.new_parent)
    for event in (*EVENTS, "room:head"):
        for content in (None, [], "x", 7):
            answer = tab.socket.emit(event, content, namespace=NAMESPACE, callback=True)
            assert answer["ok"] is (event == "room:head")


def test_a_message_sent_twice_is_stored_and_heard_once(room, cast, browser):
    anne, bo = browser(cast.new_parent), browser(cast.mentor_parent)
    first, second = anne.send(room, "Hej", cid="same"), anne.send(room, "Hej", cid="same")
    assert second == {**first, "dup": True}
    assert len(bo.hears("message:new")) == 1
    assert db.session.query(Message).count() == 1


def test_the_same_cid_in_another_room_is_refused(room, cast, browser):
    with transaction():
        other = actions.open_room(
            kind=room.kind, municipality_id=room.municipality_id, title="En anden"
        )
        actions.add_family(other, family=cast.new_family)
    anne = browser(cast.new_parent)
    anne.send(room, "Hej", cid="same")
    assert anne.send(other, "Hej", cid="same")["error"]["code"] == "conflict"


def test_two_people_may_use_the_same_cid(room, cast, browser):
    assert browser(cast.new_parent).send(room, "Hej", cid="same")["ok"]
    assert browser(cast.mentor_parent).send(room, "Hej", cid="same")["seq"] == 2


def test_too_long_and_empty_messages_are_refused(room, cast, browser):
    anne = browser(cast.new_parent)
    assert anne.send(room, "x" * 4001)["error"]["code"] == "too_long"
    assert anne.send(room, "   ")["error"]["code"] == "invalid"
    assert anne.send(room, "x" * 4000)["ok"]


def test_nobody_writes_in_a_closed_room_but_a_resend_gets_its_first_answer(room, cast, browser):
    anne, bo = browser(cast.new_parent), browser(cast.mentor_parent)
    anne.send(room, "Hej", cid="early")
    with transaction():
        actions.close_room(room)
    assert bo.hears("room:closed") == [{"room": room.ref}]
    assert bo.send(room, "For sent")["error"]["code"] == "closed"
    assert anne.send(room, "Hej", cid="early")["dup"] is True
    assert anne.ask("room:catchup", room=room.ref, since_rev=0)["ok"]


def test_a_cpr_number_never_passes_and_nothing_is_kept_of_it(room, cast, browser, capfd):
    anne, bo = browser(cast.new_parent), browser(cast.mentor_parent)
    answer = anne.send(room, "Mødet om 010118-0000 gik godt", confirmed=["cpr", "phone"])
    assert answer["error"]["code"] == "sensitive"
    assert answer["error"]["spans"] == [[9, 20, "cpr"]]
    assert bo.hears() == []
    assert db.session.query(Message).count() == 0
    assert "010118" not in "".join(capfd.readouterr())
    db.session.rollback()
    db.session.refresh(room)
    assert (room.last_rev, room.last_seq) == (0, 0)


def test_a_phone_number_passes_once_the_writer_says_it_is_meant(room, cast, browser):
    anne = browser(cast.new_parent)
    assert anne.send(room, "Ring på 20304050")["error"]["spans"] == [[8, 16, "phone"]]
    assert anne.send(room, "Ring på 20304050", confirmed=["phone"])["ok"]


def test_a_new_member_sees_nothing_from_before_they_came(room, cast, browser):
    anne = browser(cast.new_parent)
    anne.send(room, "Før")
    with transaction():
        actions.add_person(room, account=cast.outsider)
    late = browser(cast.outsider)
    anne.send(room, "Efter")
    assert [m["body"] for m in late.hears("message:new")] == ["Efter"]
    page = late.ask("room:catchup", room=room.ref, since_rev=0)
    assert [m["body"] for m in page["changes"]] == ["Efter"]
    assert page["head_rev"] == 2


def test_catching_up_goes_in_pages_and_holds_every_change_once(room, cast, browser):
    anne = browser(cast.new_parent)
    for n in range(7):
        anne.send(room, f"Besked {n}")
    seen, rev, more = [], 0, True
    while more:
        page = anne.ask("room:catchup", room=room.ref, since_rev=rev, limit=3)
        seen += [m["body"] for m in page["changes"]]
        rev, more = page["changes"][-1]["rev"], page["more"]
    assert seen == [f"Besked {n}" for n in range(7)]
    assert page["head_rev"] == 7


def test_a_page_of_long_messages_stays_small(room, cast, browser):
    anne = browser(cast.new_parent)
    for _ in range(10):
        anne.send(room, "x" * 4000)
    page = anne.ask("room:catchup", room=room.ref, since_rev=0)
    assert page["more"] is True
    assert sum(len(m["body"]) for m in page["changes"]) <= 24_000


def test_a_removed_member_is_out_at_once(room, cast, browser):
    anne, bo = browser(cast.new_parent), browser(cast.mentor_parent)
    anne.send(room, "Hej")
    bo.hears()
    with transaction():
        actions.remove_family(room, family=cast.mentor_family)
    assert bo.hears() == [{"reason": "removed", "room": room.ref}]
    anne.send(room, "Uden jer")
    assert bo.hears() == []
    assert bo.ask("room:catchup", room=room.ref, since_rev=0)["error"]["code"] == "forbidden"
    assert bo.send(room, "Hej")["error"]["code"] == "forbidden"


def test_whoever_comes_back_starts_from_there(room, cast, browser):
    anne = browser(cast.new_parent)
    anne.send(room, "Første")
    with transaction():
        actions.remove_family(room, family=cast.mentor_family)
    anne.send(room, "Mens de var væk")
    with transaction():
        actions.add_family(room, family=cast.mentor_family)
    bo = browser(cast.mentor_parent)
    assert bo.ask("room:catchup", room=room.ref, since_rev=0)["changes"] == []


def test_signing_out_ends_that_browser_and_no_other(room, cast, as_, browser, app):
    phone, laptop = as_(cast.new_parent), as_(cast.new_parent)
    on_phone = browser(cast.new_parent, client=phone)
    on_laptop = browser(cast.new_parent, client=laptop)
    with phone.session_transaction() as cookie:
        from web.shared.sessions import hash_of

        sid_hash = hash_of(cookie["sid"])
    with transaction():
        db.session.query(SignIn).filter_by(sid_hash=sid_hash).one().ended_at = now()
    live.drop_sign_in(sid_hash)
    assert not on_phone.connected
    assert on_laptop.send(room, "Jeg er her endnu")["ok"]


def test_a_browser_whose_sign_in_ended_hears_and_says_nothing_more(room, cast, browser):
    anne, bo = browser(cast.new_parent), browser(cast.mentor_parent)
    with transaction():
        for sign_in in db.session.query(SignIn).filter_by(account_id=cast.mentor_parent.id):
            sign_in.ended_at = now()
    anne.send(room, "Hej")  # nobody has told the socket yet
    assert bo.hears() == []
    assert bo.send(room, "Hej")["error"]["code"] == "login"
    live.beat_once()
    assert not bo.connected


def test_a_locked_person_is_out_at_once(room, cast, browser):
    anne, bo = browser(cast.new_parent), browser(cast.mentor_parent)
    with transaction():
        cast.mentor_parent.active = False
    anne.send(room, "Hej")
    assert bo.hears() == []
    assert bo.send(room, "Hej")["error"]["code"] == "login"
    live.drop_account(cast.mentor_parent.id)
    assert not bo.connected


def test_read_marks_only_move_forward_and_reach_the_other_tabs(room, cast, browser):
    anne, bo, bo_too = (
        browser(cast.new_parent),
        browser(cast.mentor_parent),
        browser(cast.mentor_parent),
    )
    for n in range(3):
        anne.send(room, f"Besked {n}")
    bo_too.hears()
    assert bo.ask("room:read", room=room.ref, seq=2)["unread"] == 1
    assert bo_too.hears("room:read") == [{"room": room.ref, "seq": 2, "unread": 1}]
    assert bo.ask("room:read", room=room.ref, seq=1)["seq"] == 2
    assert bo.ask("room:read", room=room.ref, seq=99)["seq"] == 3
    assert anne.hears("room:read") == []  # nobody sees what others have read


def test_one_s_own_words_are_not_unread(room, cast, browser):
    anne = browser(cast.new_parent)
    anne.send(room, "Hej")
    assert anne.ask("room:read", room=room.ref, seq=0)["unread"] == 0


def test_the_beat_tells_only_what_changed(room, cast, browser):
    anne = browser(cast.new_parent)
    live.beat_once()
    anne.hears()
    live.beat_once()
    assert anne.hears() == []
    with transaction():
        actions.post_notice(room, code="family_joined", name="Toft")
    anne.hears()
    live.beat_once()
    assert anne.hears("room:head") == [{"heads": {room.ref: 1}}]
    assert anne.ask("room:head") == {"ok": True, "heads": {room.ref: 1}}


def test_a_message_the_coordinator_removes_goes_from_open_pages_at_once(room, cast, browser):
    anne, bo = browser(cast.new_parent), browser(cast.mentor_parent)
    anne.send(room, "Det her røber noget")
    with transaction():
        report = actions.report_message(
            room.ref, 1, by=cast.mentor_parent, reason=ReportReason.CHILD_IDENTIFIED
        )
        ref = report.ref
    bo.hears()
    with transaction():
        actions.decide_report(ref, by=cast.coordinator, remove=True)
    [told] = bo.hears("message:changed")
    assert (told["op"], told["body"], told["id"], told["rev"]) == ("delete", None, 1, 2)
    assert bo.ask("room:catchup", room=room.ref, since_rev=1)["changes"] == [told]


def test_a_notice_is_read_in_each_reader_s_language(room, cast, browser):
    anne = browser(cast.new_parent)
    with transaction():
        actions.post_notice(room, code="facilitator_left", name="Jonas Friis")
    [heard] = anne.hears("message:new")
    assert heard["notice"]["en"] == "Jonas Friis no longer reads along."
    assert heard["notice"]["da"] == "Jonas Friis læser ikke længere med."
    assert heard["sender"] is None
    [caught] = anne.ask("room:catchup", room=room.ref, since_rev=0)["changes"]
    assert caught == heard


def test_a_socket_is_refused_with_a_code(cast, app, as_):
    for auth, code in [
        ({"v": 2}, "version"), ({}, "version"), (None, "version"),
        ({"v": 1}, "csrf"), ({"v": 1, "csrf": "made up"}, "csrf"),
    ]:  # fmt: skip
        client = as_(cast.new_parent)
        socket = socketio.test_client(app, namespace=NAMESPACE, flask_test_client=client, auth=auth)
        assert not socket.is_connected(NAMESPACE)
        assert refusal_code(app, client, auth) == code


def test_nobody_connects_without_signing_in(cast, app, as_):
    client = as_(None)
    assert refusal_code(app, client, {"v": 1, "csrf": csrf_of(app, client)}) == "login"


def refusal_code(app, client, auth):
    """What the browser is told: the test client keeps only whether it is connected."""
    from flask_socketio import ConnectionRefusedError as Refused

    with client.session_transaction() as cookie:
        content = dict(cookie)
    with app.test_request_context():
        from flask import request, session

        session.update(content)
        request.sid = "s"
        with pytest.raises(Refused) as refused:
            live.socketio.server.namespace_handlers[NAMESPACE].on_connect(auth)
    return refused.value.error_args["data"]["code"]


def test_too_much_at_once_is_asked_to_wait(room, cast, browser, app):
    app.config["RATELIMIT_ENABLED"] = True
    anne = browser(cast.new_parent)
    answers = [anne.send(room, f"Besked {n}") for n in range(40)]
    refused = [a["error"] for a in answers if not a["ok"]]
    assert refused
    assert {error["code"] for error in refused} == {"rate"}
    assert all(0 < error["retry_after"] <= 1 for error in refused)
    assert db.session.query(Message).count() == 40 - len(refused)


def test_a_fault_is_an_answer_and_its_log_holds_no_words(room, cast, browser, capfd):
    anne = browser(cast.new_parent)
    db.session.execute(db.text("ALTER TABLE messages RENAME COLUMN body TO gone"))
    db.session.commit()
    answer = anne.send(room, "Noget meget privat")
    assert answer["error"]["code"] in {"fault", "busy"}
    assert "privat" not in answer["error"]["message"]
    assert "privat" not in "".join(capfd.readouterr())


def test_staff_who_write_are_not_idle(room, cast, browser):
    from datetime import timedelta

    tab = browser(cast.facilitator)
    with transaction():
        [sign_in] = db.session.query(SignIn).filter_by(account_id=cast.facilitator.id)
        sign_in.seen_at = now() - timedelta(minutes=20)
    tab.send(room, "Jeg er her")
    db.session.expire_all()
    assert now() - sign_in.seen_at < timedelta(minutes=1)
