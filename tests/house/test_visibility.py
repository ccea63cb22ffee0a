"""Who may see which answer, at every door: pages, sockets, exports, mails and logs.

Each field of the schema gets an answer that is found nowhere else (a canary). Where the schema says
that a viewer may not see it, the canary must not be found on any page that viewer can reach.
"""

import io
import json
import logging
import re
from uuid import uuid4

import pytest
import structlog

from chat.actions import catch_up, hello, send_message
from data.answers import seen_by, set_answers, whole_profile
from data.clock import today
from data.db import db, transaction
from data.exchange import read_families
from data.models import Account, Exclusion, Family, GroupMembership, OutgoingMail, RoomMember
from data.sealed import Sealed
from matcher.schema import SCHEMA
from tests import factories
from tests.web.groups import building
from tests.web.mentoring import pairs
from web.families.preview import after, before

YEARS = today().year - 1987
# The answer, and the words that give it away on a page. `*` before a word: only the starred value.
CANARIES = {
    "family_type": ("respite", ["Aflastningsfamilie", "Respite family"]),
    "support_level": ("severe", ["Svært", "Severe"]),
    "foster_since": (1987, ["1987", f"{YEARS} år"]),
    "placements_total": ("7_plus", ["7 eller flere", "7_plus"]),
    "children_age_bands": (["18_22"], ["18–22 år", "18_22"]),
    "themes_now": (
        {"digital_life": 3, "fasd": 2},
        ["digitalt liv", "digital_life", "*FASD", "*fasd"],
    ),
    "themes_experience": (["aftercare", "substance_crime"], ["voksenliv", "*Rusmidler",
                                                             "*rusmidler", "*substance_crime"]),
    "postcode": ("9940", ["9940"]),
    "home_municipality": ("0825", ["Læsø", "0825"]),
    "placing_municipalities": (["0760"], ["Ringkøbing", "0760"]),
    "max_travel_minutes": (87, ["87 min", "87"]),
    "availability": (["sun_morning", "tue_evening"], ["Søndag formiddag", "søndag formiddag",
                                                      "sun_morning"]),
    "meeting_frequency": ("quarterly", ["Hvert kvartal", "quarterly"]),
    "purposes": (["practical"], ["Praktisk hjælp", "practical"]),
    "languages": (["da", "dts"], ["tegnsprog", "dts"]),
    "household_form": ("extended", ["Flere generationer", "extended"]),
    "own_children_bands": (["16_17"], ["16–17 år", "16_17"]),
    "work_pattern": ("full_time", ["Fuldtid", "full_time"]),
    "carer_background": (["health"], ["Sundhedsfaglig", "health"]),
    "interests": (["crafts"], ["åndarbejde", "crafts"]),
    "place_limits": (["wheelchair"], ["kørestol", "wheelchair"]),
    "about_us": ("Kanariefuglen synger i stuen", ["Kanariefuglen"]),
}  # fmt: skip
# Numbers and dates too short to be found by their text; `seen_by` is asked about these alone.
NO_WORDS = {
    "participation", "status", "current_placement_phase", "children_count", "children_gender",
    "meeting_form", "mentor_capacity", "mentor_approved", "contact_modes", "protected_address",
    "exclusions", "consents",
}  # fmt: skip
ANSWERS = {code: answer for code, (answer, _words) in CANARIES.items()}
APART, WHY = "Udelukkelsen", "Nabostriden"


def test_every_field_has_a_canary_or_is_asked_about_by_code():
    assert set(CANARIES) | NO_WORDS == set(SCHEMA.fields)
    assert not set(CANARIES) & NO_WORDS


def forbidden(viewer: str | None, *, protected: bool = False) -> list[str]:
    """Return the words that this viewer must never meet; None is someone with no relation."""
    words = [APART, WHY] if viewer != "coordinator" else []
    for code, (_answer, canaries) in CANARIES.items():
        field = SCHEMA.fields[code]
        starred = next((v.code for v in field.values.values() if v.starred), None)
        for word in canaries:
            value = starred if word.startswith("*") else None
            if viewer is None or not SCHEMA.may_see(viewer, code, value, protected=protected):
                words.append(word.lstrip("*"))
    return words


def reachable(client, *starts: str, avoid: str = "^$", most: int = 120) -> dict[str, str]:
    """Return every page that links lead to from here, without its lists to choose from."""
    waiting, pages = list(starts), {}
    while waiting and len(pages) < most:
        url = waiting.pop(0).split("#")[0]
        if url in pages or re.match(rf"/(static|styleguide|sign-out)(/|$)|{avoid}", url):
            continue
        answer = client.get(url)
        page = answer.get_data().decode(errors="replace")
        answer.close()
        pages[url] = re.sub(r"(?s)<(select|fieldset|template)\b.*?</\1>", "", page)
        waiting += re.findall(r'(?:href|hx-get)="(/[^"]*)"', page.replace("&amp;", "&"))
    return pages


def assert_absent(words: list[str], texts: dict[str, str]) -> None:
    # The page of how a group is has an address that is one of the canaries' words; it is no answer.
    texts = {w: re.sub(r"/staff/groups/\w+/health\b", "", t) for w, t in texts.items()}
    found = {(where, w) for where, text in texts.items() for w in words
             if re.search(rf"(?<![\w-]){re.escape(w)}(?!\w)", text)}  # fmt: skip
    assert found == set()


@pytest.fixture(params=[False, True], ids=["open address", "protected address"])
def protected(request) -> bool:
    return request.param


@pytest.fixture
def bird(cast, protected):
    """A family with a canary in every answer, kept apart from another."""

    def make(maker=factories.make_family, **more):
        with transaction():
            here = db.session.merge(cast.municipality)
            family = maker(here, name="Kanarie", **more)
            set_answers(family, ANSWERS)
            family.protected_address = protected
            other = factories.make_family(here, name=APART)
            first, second = sorted((family.id, other.id))
            exclusion = Exclusion(family_id=first, other_id=second)
            exclusion.reason = Sealed(WHY, scope="exclusion:1")
            db.session.add(exclusion)
        return family

    return make


def seeker(cast) -> Family:
    with transaction():
        here = db.session.merge(cast.municipality)
        return pairs.make_waiting(here, name="Soeger", themes_now={"digital_life": 2})


def knower(cast) -> Family:
    """A mentor family that knows something the canary family is in."""
    with transaction():
        here = db.session.merge(cast.municipality)
        return pairs.make_mentor(here, name="Kender", themes_experience=["digital_life"])


def pages_of(as_, account, *starts: str) -> dict[str, str]:
    """What a family's adult can reach; the own profile is the own family's business."""
    return reachable(as_(account), *starts, avoid="^/(profile|me)(/|$)")


@pytest.mark.parametrize("viewer", SCHEMA.viewers)
def test_the_one_door_gives_each_viewer_what_the_schema_allows(bird, protected, viewer):
    family = bird()
    shown, everything = seen_by(viewer, family), whole_profile(family)
    for code in SCHEMA.fields:
        allowed = SCHEMA.may_see(viewer, code, protected=protected)
        assert (code in shown) == (allowed and code in everything), code
    for code in ("themes_now", "themes_experience"):
        for theme in shown.get(code, ()):
            assert SCHEMA.may_see(viewer, code, theme), theme


def test_a_family_that_is_suggested_a_mentor_sees_no_more_than_the_schema_says(
    as_, cast, bird, protected
):
    mentor, family = bird(pairs.make_mentor), seeker(cast)
    rows = pairs.look(family)
    row = next(r for r in rows if r.mentor_id == mentor.id)
    starts = ("/home", "/mentor/suggestions", "/mentor/suggestions?compare=1")
    pages = pages_of(as_, family.carers[0], *starts, f"/mentor/suggestions/{row.ref}/ask")
    assert "/mentor/suggestions" in pages
    assert_absent([*forbidden("peer_before", protected=protected), "Kanarie"], pages)
    if protected:
        card = pages[f"/mentor/suggestions/{row.ref}/ask"]
        assert not re.search(r"\d+ min", re.sub(r"<[^>]+>", "", card))


def test_a_mentor_who_is_asked_sees_no_more_than_the_schema_says(as_, cast, bird, protected):
    family = bird(pairs.make_waiting)
    mentor = knower(cast)
    request = pairs.ask(family, mentor=mentor)
    pages = pages_of(as_, mentor.carers[0], "/home", "/mentor/requests",
                     f"/mentor/requests/{request.ref}/decline")  # fmt: skip
    assert any("/mentor/requests" in url for url in pages)
    assert_absent([*forbidden("peer_before", protected=protected), "Kanarie"], pages)


@pytest.mark.parametrize("as_mentor", [True, False], ids=["the mentor", "the new family"])
def test_when_both_have_said_yes_the_other_sees_no_more_than_the_schema_says(
    as_, cast, bird, protected, as_mentor
):
    if as_mentor:
        family, viewer = bird(pairs.make_mentor), seeker(cast)
        mentorship = pairs.say_yes(pairs.ask(viewer, mentor=family))
    else:
        family, viewer = bird(pairs.make_waiting), knower(cast)
        mentorship = pairs.say_yes(pairs.ask(family, mentor=viewer))
    person = db.session.get(Family, viewer.id).carers[0]
    pages = pages_of(as_, person, "/home", f"/mentor/{mentorship.ref}", "/messages")
    words = forbidden("peer_after", protected=protected)
    assert_absent(words, pages)
    assert "Kanarie" in "".join(pages.values())  # by now they know each other's names
    assert_absent(words, sockets_of(person, mentorship.room, by=family))


def sockets_of(account, room, *, by: Family) -> dict[str, str]:
    """What a browser of this person is told when it connects and catches up."""
    with transaction():
        writer = db.session.get(Family, by.id).carers[0]
        send_message(room.ref, by=writer, cid=str(uuid4()), body="Hej", max_chars=500)
    reader = db.session.get(Account, account.id)
    told = {"hello": hello(by=reader), "catchup": catch_up(room.ref, by=reader, since_rev=0)}
    return {name: json.dumps(said, default=str, ensure_ascii=False) for name, said in told.items()}


def test_a_group_and_its_facilitator_see_no_more_than_the_schema_says(as_, cast, bird, protected):
    family = bird()
    circle = building.invited(cast, 5)
    with transaction():
        db.session.add(GroupMembership(group_id=circle.group.id, family_id=family.id))
    circle.parents.append(db.session.get(Family, family.id).carers[0])
    building.answered(circle, *[True] * 6)
    building.planned(circle)
    member, facilitator = circle.parents[0], circle.facilitator
    pages = pages_of(as_, member, "/home", "/group", "/group/meetings", "/messages")
    assert "Kanarie" in pages["/group"]
    assert_absent(forbidden("group_member", protected=protected), pages)
    assert_absent(forbidden("group_member", protected=protected),
                  sockets_of(member, circle.group.room, by=family))  # fmt: skip
    staff = reachable(as_(facilitator), "/staff", "/staff/groups", "/messages",
                      f"/staff/groups/{circle.group.ref}")  # fmt: skip
    assert "Kanarie" in "".join(staff.values())
    assert_absent(forbidden("facilitator", protected=protected), staff)


def test_a_facilitator_who_forms_groups_sees_no_more_than_the_schema_says(
    as_, cast, bird, protected
):
    bird()
    draft = building.drafted(cast)
    pages = reachable(as_(cast.facilitator), "/staff", "/staff/pools",
                      f"/staff/drafts/{draft.ref}/board")  # fmt: skip
    assert_absent(forbidden("facilitator", protected=protected), pages)


def test_others_in_the_municipality_and_outside_it_see_nothing(as_, cast, bird, protected):
    bird(consultant_id=cast.consultant.id)
    for person in (cast.outsider, cast.stranger):
        assert_absent([*forbidden(None), "Kanarie"], pages_of(as_, person, "/home", "/mentor"))
    for person in (cast.administrator, cast.other_coordinator):
        pages = reachable(
            as_(person), "/staff", "/staff/families", "/staff/people", "/staff/audit",
            avoid="/staff/families/[^/]+/edit",  # where every possible answer stands to choose from
        )  # fmt: skip
        assert_absent(forbidden(None), pages)
        if person is cast.other_coordinator:  # whom a consultant looks after, people pages say
            assert_absent(["Kanarie"], pages)
    assert_absent(forbidden("facilitator"), reachable(as_(cast.facilitator), "/staff"))


def test_what_may_be_seen_is_seen(as_, cast, bird, protected):
    """The other side of the rule: who may see an answer finds it."""
    family = bird(consultant_id=cast.consultant.id)
    parent = db.session.get(Family, family.id).carers[0]
    staff_page = f"/staff/families/{family.ref}"
    for viewer, account, url in (
        ("self", parent, "/profile"), ("self", parent, "/profile/edit/review"),
        ("coordinator", cast.coordinator, staff_page), ("consultant", cast.consultant, staff_page),
    ):  # fmt: skip
        page = as_(account).get(url).get_data(as_text=True)
        for code, (_answer, words) in CANARIES.items():
            if SCHEMA.fields[code].step and SCHEMA.may_see(viewer, code):
                assert words[0].lstrip("*") in page, (viewer, url, code)
        assert (WHY in page) == (viewer == "coordinator")
    for viewer, card in (("peer_before", before(family)), ("peer_after", after(family))):
        said = " ".join([card.title, card.line, *card.themes, *map(" ".join, card.lines)])
        assert_absent(forbidden(viewer, protected=protected), {viewer: said})
        for code in ("family_type", "interests", "about_us", "household_form"):
            seen = SCHEMA.may_see(viewer, code, protected=protected)
            assert (CANARIES[code][1][0] in said) == seen, (viewer, code)


def test_the_export_holds_everything_for_the_coordinator_alone(as_, cast, bird):
    family = bird()
    answer = as_(cast.coordinator).get("/staff/families/export.csv")
    records = read_families(answer.get_data(), "f.csv").records
    record = next(r for r in records if r["id"] == family.external_id)
    for code, answered in ANSWERS.items():
        assert record[code] == answered, code
    assert record["exclusions"]
    assert WHY not in answer.text
    for person in (cast.consultant, cast.facilitator, cast.administrator, cast.new_parent):
        assert as_(person).get("/staff/families/export.csv").status_code == 404
    other = as_(cast.other_coordinator).get("/staff/families/export.csv")
    assert_absent([*forbidden(None), "Kanarie"], {"export": other.get_data(as_text=True)})


def test_no_mail_and_no_log_line_holds_an_answer(as_, cast, bird, monkeypatch):
    lines = io.StringIO()
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG),
        logger_factory=structlog.PrintLoggerFactory(file=lines),
    )
    handler, root = logging.StreamHandler(lines), logging.getLogger()
    monkeypatch.setattr(root, "handlers", [*root.handlers, handler])
    family = bird(pairs.make_mentor)
    viewer = seeker(cast)
    pairs.say_yes(pairs.ask(viewer, mentor=family))
    parent = db.session.get(Family, family.id).carers[0]
    for account in (parent, cast.coordinator):
        reachable(as_(account), "/home", "/profile", "/staff/families", most=20)
    mails = db.session.query(OutgoingMail).all()
    said = [str(m.content.value) for m in mails if m.content and m.content.value]
    words = [w for w in forbidden(None) if not w.isdigit()]
    assert_absent(words, {"log": lines.getvalue(), "mails": " ".join(said)})


def test_nobody_from_the_municipality_reads_a_mentorships_room(cast, bird):
    family, viewer = bird(pairs.make_mentor), seeker(cast)
    mentorship = pairs.say_yes(pairs.ask(viewer, mentor=family))
    members = db.session.query(RoomMember).filter_by(room_id=mentorship.room_id).all()
    assert {m.family_id for m in members} == {family.id, viewer.id}
