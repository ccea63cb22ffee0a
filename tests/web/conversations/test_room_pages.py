import re
from datetime import time

import pytest

from chat import actions
from data.db import db, transaction
from data.models import AcuteNumber, Message, NetworkGroup, Phase, RoomMember
from tests.web.conversations.conftest import say
from tests.web.forms import post


def page(client, url):
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.text


def test_the_list_shows_each_room_with_its_last_words_and_what_is_unread(room, pair, cast, as_):
    say(room, cast.mentor_parent, "Hvordan går det?")
    say(room, cast.mentor_parent, "Vi har kage med.")
    say(pair, cast.new_parent, "Skal vi sige tirsdag?")
    text = page(as_(cast.new_parent), "/messages")
    assert "Grejsdal" in text
    assert "Lindholm: Vi har kage med." in text
    assert "Dig: Skal vi sige tirsdag?" in text
    assert re.search(r'mk-count">2<', text)


def test_an_empty_list_says_how_conversations_begin(cast, as_):
    text = page(as_(cast.outsider), "/messages")
    assert "Ingen samtaler endnu" in text
    assert "Find en mentor" in text


def test_a_mentorship_is_called_by_the_other_family(pair, cast, as_):
    assert "<h1>Lindholm</h1>" in page(as_(cast.new_parent), f"/messages/{pair.ref}")
    text = page(as_(cast.mentor_parent), f"/messages/{pair.ref}")
    assert "<h1>Skov</h1>" in text
    assert "Kun jeres to familier kan læse med" in text


def test_the_header_names_who_from_the_municipality_reads_and_until_when(room, cast, as_):
    text = page(as_(cast.new_parent), f"/messages/{room.ref}")
    assert "2 familier · Jonas Friis, facilitator, læser med til møde 4" in text
    with transaction():
        db.session.query(NetworkGroup).one().phase = Phase.SELF_RUNNING
        actions.remove_person(room, account=cast.facilitator)
    text = page(as_(cast.new_parent), f"/messages/{room.ref}")
    assert "2 familier · Ingen fra kommunen læser med" in text
    assert "Jonas Friis" not in text


def test_the_acute_line_and_no_names_of_children_are_always_in_view(room, cast, as_):
    text = page(as_(cast.new_parent), f"/messages/{room.ref}")
    assert "Chatten er ikke til akutte situationer." in text
    assert 'href="/acute"' in text  # no number is set: never a dead end
    assert "Skriv uden navne på børn." in text
    with transaction():
        for day in range(7):
            db.session.add(
                AcuteNumber(
                    municipality_id=cast.municipality.id,
                    weekday=day,
                    label="Vagten",
                    from_time=time(0),
                    to_time=time(0),
                    phone="70 00 00 00",
                )
            )
    assert 'href="tel:+4570000000"' in page(as_(cast.new_parent), f"/messages/{room.ref}")


def test_a_message_is_sent_without_a_script_and_only_once(room, cast, as_):
    client = as_(cast.new_parent)
    text = page(client, f"/messages/{room.ref}")
    cid = re.search(r'name="cid" value="([^"]+)"', text)[1]
    for _ in range(2):
        answer = post(client, f"/messages/{room.ref}", {"cid": cid, "body": "Hej\r\nalle"})
        assert answer.status_code == 302
        assert answer.location.endswith(f"/messages/{room.ref}#newest")
    [stored] = db.session.query(Message).all()
    assert (stored.cid, stored.body.text) == (cid, "Hej\nalle")


def test_new_words_in_a_form_that_was_already_sent_are_not_lost(room, cast, as_):
    client = as_(cast.new_parent)
    said = {"cid": "c-back", "body": "Det første"}
    assert post(client, f"/messages/{room.ref}", said).status_code == 302
    again = post(client, f"/messages/{room.ref}", {**said, "body": "Noget andet"})
    assert again.status_code == 409
    assert "I har allerede sendt den her besked én gang" in again.text
    assert re.search(r"<textarea[^>]*>\s*Noget andet</textarea>", again.text)
    cid = re.search(r'name="cid" value="([^"]+)"', again.text)[1]
    answer = post(client, f"/messages/{room.ref}", {"cid": cid, "body": "Noget andet"})
    assert answer.status_code == 302
    stored = db.session.query(Message).order_by(Message.seq)
    assert [message.body.text for message in stored] == ["Det første", "Noget andet"]


def test_words_from_others_are_text_and_never_markup(room, cast, as_):
    say(room, cast.mentor_parent, "<script>alert(1)</script><b>hej</b>")
    text = page(as_(cast.new_parent), f"/messages/{room.ref}")
    assert "<script>alert" not in text
    assert "&lt;b&gt;hej" in text


def test_a_cpr_number_is_stopped_and_can_be_replaced(room, cast, as_):
    client = as_(cast.new_parent)
    said = {"cid": "c-1", "body": "Mødet om 010118-0000 gik godt"}
    answer = post(client, f"/messages/{room.ref}", said)
    assert answer.status_code == 422
    assert "Vent lidt. Beskeden kan røbe, hvem barnet er" in answer.text
    assert "Mødet om [fjernet] gik godt" in answer.text
    assert "Send alligevel" not in answer.text
    assert db.session.query(Message).count() == 0
    assert post(client, f"/messages/{room.ref}", {**said, "choice": "send"}).status_code == 422

    answer = post(client, f"/messages/{room.ref}", {**said, "choice": "edit"})
    assert answer.status_code == 200
    assert "010118-0000</textarea>" not in answer.text.split("</form>")[0]
    assert "Mødet om 010118-0000 gik godt</textarea>" in answer.text
    assert db.session.query(Message).count() == 0

    post(client, f"/messages/{room.ref}", {**said, "choice": "replace"})
    assert db.session.query(Message).one().body.text == "Mødet om [fjernet] gik godt"


def test_a_phone_number_can_be_sent_when_it_is_meant(pair, cast, as_):
    client = as_(cast.new_parent)
    said = {"cid": "c-1", "body": "Ring på 20304050"}
    assert "Send alligevel" in post(client, f"/messages/{pair.ref}", said).text
    post(client, f"/messages/{pair.ref}", {**said, "choice": "send"})
    assert db.session.query(Message).one().body.text == "Ring på 20304050"


def test_what_cannot_be_sent_is_still_in_the_box(room, cast, as_):
    client = as_(cast.new_parent)
    with transaction():
        actions.close_room(room)
    answer = post(client, f"/messages/{room.ref}", {"cid": "c", "body": "For sent"})
    assert answer.status_code == 409
    assert "Samtalen er lukket" in answer.text
    with transaction():
        room.closed_at = None
    answer = post(client, f"/messages/{room.ref}", {"cid": "c", "body": "x" * 4001})
    assert answer.status_code == 409
    assert "højst have 4000 tegn" in answer.text
    assert "x" * 4001 + "</textarea>" in answer.text


def test_earlier_messages_come_page_by_page(room, cast, as_):
    for n in range(1, 121):
        say(room, cast.mentor_parent, f"Besked nr. {n}.")
    client = as_(cast.new_parent)
    seen = []
    url = f"/messages/{room.ref}"
    while url:
        text = page(client, url)
        seen = [int(n) for n in re.findall(r"<p>Besked nr\. (\d+)\.", text)] + seen
        earlier = re.search(r'href="([^"]+before=\d+)"', text)
        url = earlier[1] if earlier else None
    assert seen == list(range(1, 121))


def test_the_unread_line_stands_before_the_first_new_message_and_is_gone_next_time(room, cast, as_):
    client = as_(cast.new_parent)
    say(room, cast.mentor_parent, "Gammel")
    page(client, f"/messages/{room.ref}")
    say(room, cast.new_parent, "Min egen")
    say(room, cast.mentor_parent, "Ny")
    text = page(client, f"/messages/{room.ref}")
    assert "1 ny besked" in text
    assert text.index("Min egen</p>") < text.index("1 ny besked") < text.index("Ny</p>")
    text = page(client, f"/messages/{room.ref}")
    assert "1 ny besked" not in text
    assert 'mk-count">' not in text


def test_loading_ahead_or_asking_for_the_head_reads_nothing(room, cast, as_):
    client = as_(cast.new_parent)
    say(room, cast.mentor_parent, "Ny")
    client.get(f"/messages/{room.ref}", headers={"Sec-Purpose": "prefetch"})
    client.head(f"/messages/{room.ref}")
    member = db.session.query(RoomMember).filter_by(account_id=cast.new_parent.id).one()
    assert member.last_read_seq == 0


def test_messages_stand_under_their_day_in_a_log(room, cast, as_):
    say(room, cast.mentor_parent, "Hej")
    text = page(as_(cast.new_parent), f"/messages/{room.ref}")
    assert re.search(r'role="log" aria-label="Beskeder i Grejsdal" aria-live="polite"', text)
    assert re.search(r'<h2 class="mk-day"[^>]*>I dag</h2>', text)


def test_a_reply_quotes_what_it_answers(room, cast, as_):
    seq = say(room, cast.mentor_parent, "Hvem tager kage med?")
    say(room, cast.new_parent, "Det gør vi", reply_to=seq)
    text = page(as_(cast.facilitator), f"/messages/{room.ref}")
    assert f'href="#m{seq}"><b>Lindholm:</b> Hvem tager kage med?' in text


def test_a_facilitator_s_rooms_are_in_the_staff_s_layout(room, cast, as_):
    client = as_(cast.facilitator)
    assert "Grejsdal" in page(client, "/messages")
    assert re.search(r'<body class="mk-chatpage s-body', page(client, f"/messages/{room.ref}"))


@pytest.mark.parametrize("who", ["outsider", "stranger", "coordinator", "other_coordinator"])
def test_whoever_is_not_in_a_room_finds_no_room(who, room, cast, as_):
    seq = say(room, cast.new_parent, "Kun for os")
    client = as_(getattr(cast, who))
    for url in (f"/messages/{room.ref}", f"/messages/{room.ref}/report/{seq}"):
        assert client.get(url).status_code == 404
        assert post(client, url, {"cid": "c", "body": "x", "reason": "other"}).status_code == 404
    assert "Grejsdal" not in client.get("/messages").text
    assert db.session.query(Message).count() == 1


def test_a_stranger_is_sent_to_the_sign_in(room, as_):
    client = as_(None)
    for url in ("/messages", f"/messages/{room.ref}", "/staff/reports"):
        answer = client.get(url)
        assert answer.status_code == 302
        assert "/sign-in" in answer.location


def test_a_removed_member_finds_no_room(room, cast, as_):
    client = as_(cast.mentor_parent)
    page(client, f"/messages/{room.ref}")
    with transaction():
        actions.remove_family(room, family=cast.mentor_family)
    assert client.get(f"/messages/{room.ref}").status_code == 404


def test_a_later_member_sees_nothing_from_before(room, cast, as_):
    say(room, cast.new_parent, "Fra før")
    with transaction():
        actions.add_person(room, account=cast.outsider)
    say(room, cast.new_parent, "Fra nu")
    client = as_(cast.outsider)
    assert "Fra nu" in page(client, "/messages")
    text = page(client, f"/messages/{room.ref}")
    assert "Fra nu" in text
    assert "Fra før" not in text
    assert "Fra før" not in page(client, f"/messages/{room.ref}?before=1000")


def test_a_form_without_its_token_sends_nothing(room, cast, as_):
    answer = as_(cast.new_parent).post(f"/messages/{room.ref}", data={"cid": "c", "body": "Hej"})
    assert answer.status_code == 400
    assert db.session.query(Message).count() == 0
