"""Two real browsers at a real server: talk, lost net, reload, and what must not be written."""

import re

import pytest
from playwright.sync_api import Page, expect

from chat import actions
from data.db import db, transaction
from data.models import Message, Room, RoomMember
from tests.chat.real import Site, site

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def talk(tmp_path_factory):
    with site(tmp_path_factory.mktemp("browser")) as made:
        yield made


@pytest.fixture
def open_room(talk, new_page):
    """`open_room("family0")` is that family's browser with the room open and live."""

    def of(who: str, *, width: int = 1280, path: str | None = None, **options: object) -> Page:
        page = new_page(width=width, **options)
        page.context.add_cookies(
            [{"name": "session", "value": talk.people[who].cookie, "url": talk.server.address}]
        )
        page.on("websocket", lambda _: setattr(page, "lines", getattr(page, "lines", 0) + 1))
        page.goto(talk.server.address + (path or f"/messages/{talk.room}"))
        if path is None:
            expect(page.locator("[data-reload]")).to_be_hidden()  # the script has begun
        return page

    return of


def write(page: Page, text: str) -> None:
    page.locator("#msg").fill(text)
    page.locator("#msg").press("Enter")


def bubble(page: Page, text: str):
    return page.locator(".mk-msg", has=page.locator(".mk-bubble > p", has_text=text))


def stored(made: Site, text: str) -> int:
    db.session.rollback()
    room = db.session.query(Room).filter_by(ref=made.room).one()
    found = db.session.query(Message).filter_by(room_id=room.id).all()
    return sum(1 for m in found if m.body and m.body.text == text)


def test_two_browsers_talk_and_a_reload_changes_nothing(talk, open_room):
    anne, bo = open_room("family0"), open_room("family1", width=390)
    write(anne, "Hvordan gik samværet?")
    expect(bubble(anne, "Hvordan gik samværet?")).to_contain_text("Sendt")
    expect(bubble(bo, "Hvordan gik samværet?")).to_contain_text("Familie 0")
    bo.locator("#msg").fill("Fint,\ntak")
    bo.get_by_role("button", name="Send beskeden").click()
    expect(bubble(anne, "Fint,")).to_contain_text("Familie 1")
    for page in (anne, bo):
        before = page.locator(".mk-bubble").all_inner_texts()
        page.reload()
        assert page.locator(".mk-bubble").all_inner_texts() == before
    assert stored(talk, "Fint,\ntak") == 1


def test_markup_from_others_is_only_text(talk, open_room):
    anne, bo = open_room("family0"), open_room("family1")
    write(anne, "<img src=x onerror=alert(1)><b>fed</b>")
    expect(bubble(bo, "<b>fed</b>")).to_be_visible()
    assert bo.locator(".mk-bubble b, .mk-bubble img").count() == 0


def test_shift_enter_and_a_composition_do_not_send(talk, open_room):
    anne = open_room("family0")
    box = anne.locator("#msg")
    box.fill("linje 1")
    box.press("Shift+Enter")
    box.dispatch_event("keydown", {"key": "Enter", "isComposing": True})
    assert box.input_value() == "linje 1\n"
    assert anne.locator("[data-pending]").count() == 0


def test_what_is_written_without_net_waits_survives_a_reload_and_is_sent_once(talk, open_room):
    anne, bo = open_room("family0"), open_room("family1")
    write(anne, "Mens der er net")
    expect(bubble(anne, "Mens der er net")).to_contain_text("Sendt")
    talk.server.kill_web()
    write(anne, "Uden net, første")
    write(anne, "Uden net, anden")
    expect(bubble(anne, "Uden net, anden")).to_contain_text("Venter på forbindelse")
    expect(anne.locator("[data-conn]")).to_contain_text("Forbinder igen")
    talk.server.start_web()
    anne.goto(f"{talk.server.address}/messages")  # the outbox is on the device
    anne.goto(f"{talk.server.address}/messages/{talk.room}")
    expect(bubble(anne, "Uden net, anden")).to_contain_text("Sendt")
    expect(anne.locator("[data-pending]")).to_have_count(0)
    expect(bubble(bo, "Uden net, anden")).to_be_visible(timeout=40_000)
    texts = [t for t in bo.locator(".mk-bubble > p").all_inner_texts() if "Uden net" in t]
    assert texts == ["Uden net, første", "Uden net, anden"]
    assert stored(talk, "Uden net, første") == 1


def test_the_bar_says_that_nothing_is_lost_while_the_net_is_away(talk, open_room):
    anne = open_room("family0")
    anne.context.set_offline(True)
    expect(anne.locator("[data-conn]")).to_contain_text("I er uden net. I kan skrive videre")
    write(anne, "Skrevet i en tunnel")
    anne.context.set_offline(False)
    expect(bubble(anne, "Skrevet i en tunnel")).to_contain_text("Sendt", timeout=60_000)


def test_a_cpr_number_stops_before_it_leaves_the_device(talk, open_room):
    anne = open_room("family0")
    sent: list[str] = []
    anne.on("websocket", lambda line: line.on("framesent", lambda frame: sent.append(str(frame))))
    anne.reload()
    expect(anne.locator("[data-reload]")).to_be_hidden()
    write(anne, "Mødet om ０１０１１８-0000 gik godt")
    dialog = anne.get_by_role("dialog")
    expect(dialog).to_contain_text("Vent lidt. Beskeden kan røbe, hvem barnet er")
    expect(dialog).to_contain_text("Ligner et CPR-nummer. Det kan aldrig sendes.")
    expect(dialog.get_by_role("button", name="Erstat og send")).to_be_focused()
    expect(dialog.get_by_role("button", name="Send alligevel")).to_be_hidden()
    anne.keyboard.press("Escape")
    expect(anne.locator("#msg")).to_be_focused()
    assert anne.locator("#msg").input_value() == "Mødet om ０１０１１８-0000 gik godt"
    anne.locator("#msg").press("Enter")
    anne.keyboard.press("Enter")
    expect(bubble(anne, "Mødet om [fjernet] gik godt")).to_contain_text("Sendt")
    assert not any("0000" in frame for frame in sent)


def test_a_name_from_the_family_s_own_list_is_known_on_the_device_alone(talk, open_room):
    anne = open_room("family0")
    anne.get_by_role("link", name="Navne, der ikke må sendes").click()
    anne.locator("#names-list").fill("Emil Holst Berg\nIda")
    anne.get_by_role("button", name="Gem på denne enhed").click()
    anne.reload()
    expect(anne.locator("[data-reload]")).to_be_hidden()
    write(anne, "Idas bror Emil Holst Berg er glad")
    expect(anne.get_by_role("dialog")).to_contain_text("I.s bror E.H.B. er glad")
    anne.get_by_role("button", name="Erstat og send").click()
    expect(bubble(anne, "I.s bror E.H.B. er glad")).to_contain_text("Sendt")
    assert stored(talk, "Idas bror Emil Holst Berg er glad") == 0


def test_a_phone_number_may_be_sent_on_purpose(talk, open_room):
    anne = open_room("family0")
    write(anne, "Vi har nr. 20304050")
    anne.get_by_role("button", name="Send alligevel").click()
    expect(bubble(anne, "Vi har nr. 20304050")).to_contain_text("Sendt")


def test_a_reply_quotes_on_both_sides(talk, open_room):
    anne, bo = open_room("family0"), open_room("family1")
    write(anne, "Hvem tager kage med?")
    bubble(bo, "Hvem tager kage med?").get_by_role("button", name="Svar").click()
    expect(bo.locator(".mk-replying")).to_contain_text("Familie 0: Hvem tager kage med?")
    write(bo, "Det gør vi")
    expect(bubble(anne, "Det gør vi").locator(".mk-quote")).to_contain_text("Hvem tager kage med?")
    expect(bo.locator(".mk-replying")).to_be_hidden()


def test_new_messages_do_not_move_someone_who_reads_further_up(talk, open_room):
    room = db.session.query(Room).filter_by(ref=talk.room).one()
    db.session.rollback()
    writer = db.session.query(RoomMember).filter_by(room_id=room.id).first().account
    with transaction():
        for n in range(40):
            actions.send_message(
                talk.room, by=writer, cid=f"far-{n}", body=f"Gammel {n}", max_chars=99
            )
    anne, bo = open_room("family1"), open_room("family2")
    anne.locator("[data-log]").evaluate("log => { log.scrollTop = 100; }")
    anne.wait_for_timeout(300)
    before = anne.locator("[data-log]").evaluate("log => log.scrollTop")
    write(bo, "Nyt 1")
    write(bo, "Nyt 2")
    button = anne.get_by_role("button", name=re.compile("2 nye"))
    expect(button).to_be_visible()
    assert anne.locator("[data-log]").evaluate("log => log.scrollTop") == before
    button.click()
    expect(button).to_be_hidden()
    expect(bubble(anne, "Nyt 2")).to_be_in_viewport()


def test_earlier_messages_are_put_above_without_being_read_aloud(talk, open_room):
    anne = open_room("family2")
    first = anne.locator("[data-seq]").first.get_attribute("data-seq")
    anne.get_by_role("link", name="Tidligere beskeder").click()
    expect(anne.locator(f'[data-seq="{int(first) - 1}"]')).to_be_attached()
    assert f"/messages/{talk.room}" in anne.url
    assert "before" not in anne.url
    numbers = [int(e.get_attribute("data-seq")) for e in anne.locator("[data-seq]").all()]
    assert numbers == sorted(numbers)


def test_unread_numbers_follow_along_on_other_pages(talk, open_room):
    bo = open_room("family3")
    home = open_room("family2", path="/help")
    badge = home.locator(".mainmenu a[href='/messages'] .mk-count")
    expect(badge).to_have_count(0)
    write(bo, "Er I der?")
    expect(badge).to_contain_text("1")
    room = open_room("family2")
    expect(bubble(room, "Er I der?")).to_be_visible()
    expect(badge).to_have_count(0)  # read in one tab, known in the other


def test_a_removed_message_disappears_from_open_pages(talk, open_room):
    anne, bo = open_room("family0"), open_room("family1")
    write(anne, "Det her skulle jeg ikke have skrevet")
    expect(bubble(bo, "ikke have skrevet")).to_be_visible()
    from chat.actions import reports

    db.session.rollback()
    message = db.session.query(Message).order_by(Message.id.desc()).first()
    with transaction():
        reports._take_away(message)
    bo.reload()  # this process has no line to the server's; the next hint or beat tells it as well
    expect(bo.locator(".mk-msg--gone")).to_contain_text("Beskeden er fjernet.")
    expect(bubble(bo, "ikke have skrevet")).to_have_count(0)
    expect(anne.locator(".mk-msg--gone")).to_contain_text("Beskeden er fjernet.", timeout=40_000)


def test_signing_out_ends_the_talk_in_all_tabs_and_empties_the_outbox(talk, open_room):
    anne = open_room("facilitator")
    other = anne.context.new_page()
    other.goto(f"{talk.server.address}/messages")
    talk_box = anne.locator("#msg")
    talk_box.fill("Ikke sendt endnu")
    other.evaluate("() => document.querySelector('form[action$=\"/sign-out\"]').requestSubmit()")
    other.wait_for_url(re.compile("/sign-in"))
    expect(anne.locator("[data-conn]")).to_contain_text("Du er logget af.")
    expect(anne.locator("[data-compose]")).to_have_count(0)
    names = other.evaluate("async () => (await indexedDB.databases()).map((d) => d.name)")
    assert "makkerskab-outbox" not in names


def test_a_room_works_without_a_script(talk, open_room):
    page = open_room("family3", path=f"/messages/{talk.room}", java_script_enabled=False)
    page.locator("#msg").fill("Sendt uden script")
    page.get_by_role("button", name="Send beskeden").click()
    expect(bubble(page, "Sendt uden script")).to_be_visible()
    page.locator("#msg").fill("Det er 010118-0000")
    page.get_by_role("button", name="Send beskeden").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Vent lidt")
    page.get_by_role("button", name="Erstat og send").click()
    expect(bubble(page, "Det er [fjernet]")).to_be_visible()
