"""The views of a draft: what they show, to whom, and what they must never show."""

import re
from dataclasses import replace

import pytest

from data.answers import set_answers
from data.db import db, transaction
from data.matching import families_by_id
from data.models import AuditEntry, ChangeKind, DraftState, Family, GroupDraft, RoleName
from data.queries.draft_views import drafts_beside
from data.queries.groups import seats_of
from data.sealed import Sealed
from matcher.geography import places
from matcher.grouping.facts import Broken
from matcher.grouping.result import LeftOut
from tests.factories import make_account
from tests.web.forms import post
from tests.web.groups.building import drafted, settings
from web.groups.actions import board, drafts, pools
from web.groups.actions.board import outcome_kept
from web.groups.outcomes import letter
from web.groups.views import graphs, maps, scene

VIEWS = ("map", "graph", "compare")


@pytest.fixture
def draft(cast):
    return drafted(cast)


def at(draft, view, query=""):
    return f"/staff/drafts/{draft.ref}/{view}{query}"


def text(answer, status=200):
    assert answer.status_code == status
    return answer.get_data(as_text=True)


def move(draft, seat, to, *, by):
    with transaction():
        board.move_family(
            draft.ref, family_ref=seat.family.ref, seen_in=seat.group_number, to=to, by=by
        )


def swap(draft, *, by):
    """Let the first of group A and the first of group B change places; return both."""
    one, other = (next(s for s in seats_of(draft) if s.group_number == n) for n in (0, 1))
    with transaction():
        board.swap_families(
            draft.ref, family_ref=one.family.ref, seen_in=0, other_ref=other.family.ref, by=by
        )
    return one, other


# Who may look


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize(
    "who",
    ["outsider", "stranger", "new_parent", "administrator", "consultant", "other_coordinator"],
)
def test_to_others_a_view_does_not_exist(cast, as_, draft, view, who):
    client = as_(getattr(cast, who))
    assert client.get(at(draft, view)).status_code == 404
    for what in ("undo", "redo"):
        assert post(client, at(draft, f"{view}/{what}")).status_code == 404


@pytest.mark.parametrize("view", VIEWS)
def test_to_a_facilitator_of_another_pool_a_view_does_not_exist(cast, as_, draft, view):
    with transaction():
        other = make_account(db.session.merge(cast.municipality), RoleName.FACILITATOR)
    assert as_(other).get(at(draft, view)).status_code == 404
    assert as_(other).get(at(draft, view, "?part=family")).status_code == 404


@pytest.mark.parametrize("view", VIEWS)
def test_once_published_a_facilitators_look_ends_and_the_coordinators_does_not(
    cast, as_, draft, view
):
    with transaction():
        db.session.get(GroupDraft, draft.id).state = DraftState.PUBLISHED
    for query in ("", "?part=family"):
        answer = as_(cast.facilitator).get(at(draft, view, query))
        assert answer.location == "/staff/groups"
    page = text(as_(cast.coordinator).get(at(draft, view)))
    assert "Fortryd" not in page


@pytest.mark.parametrize("view", VIEWS)
def test_a_closed_pool_and_a_discarded_draft_have_no_views(cast, as_, draft, view):
    with transaction():
        pools.close_pool(draft.pool.ref, by=cast.coordinator)
    assert as_(cast.facilitator).get(at(draft, view)).status_code == 404
    with transaction():
        drafts.discard_draft(draft.ref, by=cast.coordinator)
    answer = as_(cast.coordinator).get(at(draft, view), follow_redirects=True)
    assert answer.request.path == "/staff/groups"
    assert "Kladden er smidt væk." in text(answer)


@pytest.mark.parametrize("view", VIEWS)
def test_while_groups_are_formed_one_waits_elsewhere(cast, as_, draft, view):
    with transaction():
        db.session.get(GroupDraft, draft.id).state = DraftState.WORKING
    assert as_(cast.facilitator).get(at(draft, view)).location == f"/staff/drafts/{draft.ref}"


@pytest.mark.parametrize("view", VIEWS)
def test_each_look_is_in_the_trail_once(cast, as_, draft, view):
    client = as_(cast.facilitator)
    for _ in range(2):
        text(client.get(at(draft, view)))
    looks = db.session.query(AuditEntry).filter_by(event="pool_viewed").all()
    assert [(e.actor_id, e.details["page"]) for e in looks] == [(cast.facilitator.id, view)]
    assert len(looks[0].details["families"]) == 12


def test_another_pools_draft_is_not_to_be_compared_with(cast, as_, draft):
    elsewhere = drafted(cast, 8)
    client = as_(cast.facilitator)
    assert client.get(at(draft, "compare", f"?with={elsewhere.ref}")).status_code == 404
    assert client.get(at(draft, "compare", "?with=before-7")).status_code == 404
    assert client.get(at(draft, "compare", "?with=proposal")).status_code == 404  # nothing moved


# What they show


def test_every_view_leads_to_the_others_and_takes_the_chosen_family_along(cast, as_, draft):
    ref = seats_of(draft)[0].family.ref
    client = as_(cast.facilitator)
    for view in ("board", *VIEWS):
        tabs = text(client.get(at(draft, view, f"?f={ref}")))
        tabs = tabs[tabs.index("data-draft-tabs") :].partition("</nav>")[0]
        found = re.findall(r'<a href="([^"]*)"( aria-current="page")?', tabs)
        assert [path for path, _ in found] == [
            at(draft, other, f"?f={ref}") for other in ("board", *VIEWS)
        ]
        assert [path for path, here in found if here] == [at(draft, view, f"?f={ref}")]


def test_the_map_and_its_table_hold_every_family_that_may_be_drawn(cast, as_, draft):
    page = text(as_(cast.facilitator).get(at(draft, "map")))
    seats = seats_of(draft)
    assert page.count('class="fd ') == page.count('scope="row"') == len(seats) == 12
    table = page[page.index("<tbody>") :].partition("</tbody>")[0]
    for seat in seats:
        row = table[table.index(seat.family.name) :].partition("</tr>")[0]
        assert f">{letter(seat.group_number)}</td>" in row
        assert "Kulturhuset" in row
    assert page.count('class="pl ') == 2


def test_a_family_is_drawn_at_the_same_place_after_a_move_and_in_its_new_group(cast, as_, draft):
    client, place = (
        as_(cast.facilitator),
        re.compile(r'class="fd (g\d+|gx) [^>]*translate\(([^)]*)'),
    )
    before = place.findall(text(client.get(at(draft, "map"))))
    assert place.findall(text(client.get(at(draft, "map")))) == before
    one, _other = swap(draft, by=cast.facilitator)
    after = dict(zip(*_by_family(text(client.get(at(draft, "map")))), strict=True))
    assert after[one.family.ref][0] == "g1"
    assert sorted(p for _, p in after.values()) == sorted(p for _, p in before)


def _by_family(page):
    found = re.findall(r'class="fd (g\d+|gx) [^>]*data-family="(\w+)"[^>]*translate\(([^)]*)', page)
    return [ref for _, ref, _ in found], [(hue, place) for hue, _, place in found]


def test_only_one_group_without_script(cast, as_, draft):
    page = text(as_(cast.facilitator).get(at(draft, "map", "?g=1")))
    discs = re.findall(r'class="fd g(\d+) (dim)?', page)
    assert {number for number, dim in discs if not dim} == {"1"}
    assert {number for number, dim in discs if dim} == {"0"}
    assert 'aria-current="true">Kun B' in page
    everything = text(as_(cast.facilitator).get(at(draft, "map", "?g=77")))
    assert not re.search(r'class="fd g\d+ dim', everything)


@pytest.mark.parametrize("view", ["map", "graph"])
def test_the_chosen_family_alone_is_answered_to_the_pages_script(cast, as_, draft, view):
    seat = seats_of(draft)[0]
    part = text(as_(cast.facilitator).get(at(draft, view, f"?f={seat.family.ref}&part=family")))
    assert f"Familien {seat.family.name}" in part
    assert "<svg" not in part
    assert "Vælg en familie" in text(as_(cast.facilitator).get(at(draft, view, "?part=family")))


@pytest.mark.parametrize(("view", "most"), [("map", 1), ("graph", 5)])
def test_for_one_family_only_it_and_its_best_are_read(cast, as_, draft, monkeypatch, view, most):
    read = []

    def counted(ids):
        ids = list(ids)
        read.extend(ids)
        return families_by_id(ids)

    monkeypatch.setattr(scene, "families_by_id", counted)
    ref = seats_of(draft)[0].family.ref
    text(as_(cast.facilitator).get(at(draft, view, f"?f={ref}&part=family")))
    assert len(read) == most


def test_the_graph_says_who_was_split(cast, as_, draft):
    client = as_(cast.facilitator)
    page = text(client.get(at(draft, "graph")))
    assert page.count('class="fd ') == page.count('scope="row"') == len(seats_of(draft)) == 12
    seat = seats_of(draft)[0]
    part = text(client.get(at(draft, "graph", f"?f={seat.family.ref}&part=family")))
    best = re.findall(r"<b>(\w+)</b>", part)
    assert len(best) == 4
    for name in (s.family.name for s in seats_of(draft) if s.group_number is not None):
        assert name in page
    # Out of its group, a family is split from all its best partners, and the page says so.
    move(draft, seat, None, by=cast.facilitator)
    split = text(client.get(at(draft, "graph")))
    split = split[split.index('id="split"') :].partition("</section>")[0]
    assert seat.family.name in split
    again = text(client.get(at(draft, "graph", f"?f={seat.family.ref}&part=family")))
    assert re.findall(r"<b>(\w+)</b>", again) == best
    assert "sidder i samme gruppe" not in again


def test_lines_to_those_who_sit_apart_are_dashed(cast, as_, draft):
    page = text(as_(cast.facilitator).get(at(draft, "graph")))
    where = {s.family.ref: s.group_number for s in seats_of(draft)}
    lines = re.findall(r'<line class="edge [^>]*>', page)
    assert lines
    for line in lines:
        one, other = re.search(r'data-a="(\w+)" data-b="(\w+)"', line).groups()
        assert ("stroke-dasharray" in line) == (where[one] != where[other])


# Undo goes along


@pytest.mark.parametrize("view", VIEWS)
def test_undo_and_redo_come_back_to_the_view_with_what_was_chosen(cast, as_, draft, view):
    one, _other = swap(draft, by=cast.facilitator)
    client = as_(cast.facilitator)
    assert f"<small>{one.family.name}: A → B" in text(client.get(at(draft, view)))
    form = {"f": one.family.ref, "g": "1"}
    for what, number in (("undo", 0), ("redo", 1)):
        answer = post(client, at(draft, f"{view}/{what}"), form)
        assert answer.location == at(draft, view, f"?f={one.family.ref}&g=1")
        now = {s.family_id: s.group_number for s in seats_of(draft)}
        assert now[one.family_id] == number
    post(client, at(draft, f"{view}/redo"))
    assert "Der er ikke noget at gentage." in text(client.get(at(draft, view)))


# Compare


def test_without_another_state_the_page_says_how_to_get_one(cast, as_, draft):
    assert "Der er ikke noget at sammenligne med endnu" in text(
        as_(cast.facilitator).get(at(draft, "compare"))
    )


def test_the_untouched_proposal_is_measured_as_it_was(cast, as_, draft):
    before = outcome_kept(draft)
    one, other = swap(draft, by=cast.facilitator)
    now = outcome_kept(draft)
    page = text(as_(cast.facilitator).get(at(draft, "compare")))
    cells = re.findall(r'<th scope="row">Samlet, 0–100</th>.*?>(\d+)</td>.*?>(\d+)</td>', page)
    assert cells == [(str(now.score), str(before.score))]
    assert "2 af 12 familier sidder et andet sted" in page
    rows = page[page.index("vz-moved") :].partition("</ul>")[0].split("<li")[1:]
    for seat, come, gone in ((one, 0, 1), (other, 1, 0)):
        row = next(row for row in rows if f"f={seat.family.ref}" in row)
        assert f"Fra {letter(come)} til {letter(gone)}:" in row
        key = str(seat.family_id)
        old, new = before.group(come).fit[key], now.group(gone).fit[key]
        assert re.search(rf"passer {old} .*?</span> {new}<", row)


def test_another_draft_of_the_pool_gets_this_drafts_letters(cast, as_, draft):
    with transaction():
        other = drafts.start_draft(
            draft.pool.ref, name="En anden", settings=settings(), by=cast.facilitator
        )
    assert drafts_beside(draft) == [other]
    # The same groups under other numbers: nobody sits elsewhere.
    here, kept = {s.family_id: s.group_number for s in seats_of(draft)}, outcome_kept(draft)
    turned = replace(kept, groups=tuple(replace(g, label=1 - g.label) for g in kept.groups))
    with transaction():
        for seat in seats_of(other):
            seat.group_number = 1 - here[seat.family_id]
        other.outcome = Sealed.of(turned.as_json(), scope=f"draft:{other.ref}")
    page = text(as_(cast.facilitator).get(at(draft, "compare", f"?with={other.ref}")))
    assert "0 af 12 familier sidder et andet sted" in page
    assert page.count("6 af 6") == 2


def test_another_draft_is_measured_by_the_lots_of_this_one(cast, as_, draft):
    with transaction():
        other = drafts.start_draft(
            draft.pool.ref, name="En anden", settings=settings(), by=cast.facilitator
        )
    here, kept = {s.family_id: s.group_number for s in seats_of(draft)}, outcome_kept(draft)
    with transaction():
        for seat in seats_of(other):
            seat.group_number = here[seat.family_id]
        told = replace(kept, lottery=kept.lottery - 1, score=1, proven=True)
        other.outcome = Sealed.of(told.as_json(), scope=f"draft:{other.ref}")
    page = text(as_(cast.facilitator).get(at(draft, "compare", f"?with={other.ref}")))
    cells = re.findall(r'<th scope="row">Samlet, 0–100</th>.*?>(\d+)</td>.*?>(\d+)</td>', page)
    assert cells == [(str(kept.score), str(kept.score))]
    assert "Bevist bedst" in page


def test_a_draft_with_other_wishes_is_held_up_against_this_ones(cast, as_, draft):
    other_wishes = replace(
        settings(), steps={code: 3 if code == "foster_since" else 0 for code in settings().steps}
    )
    with transaction():
        other = drafts.start_draft(
            draft.pool.ref, name="Erfaring", settings=other_wishes, by=cast.facilitator
        )
    here = {s.family_id: s.group_number for s in seats_of(draft)}
    with transaction():
        for seat in seats_of(other):
            seat.group_number = here[seat.family_id]
    page = text(as_(cast.facilitator).get(at(draft, "compare", f"?with={other.ref}")))
    cells = re.findall(r'<th scope="row">Samlet, 0–100</th>.*?>(\d+)</td>.*?>(\d+)</td>', page)
    assert cells[0][0] == cells[0][1] == str(outcome_kept(draft).score)


def test_a_state_before_a_recalculation_can_be_compared_with(cast, as_, draft):
    swap(draft, by=cast.facilitator)
    seats = seats_of(draft)
    moves = [(s.family_id, 0, 1) for s in seats if s.group_number == 0][:2]
    moves += [(s.family_id, 1, 0) for s in seats if s.group_number == 1][:2]
    went = {family_id: to for family_id, _, to in moves}
    with transaction():
        board.note_step(
            db.session.get(GroupDraft, draft.id),
            moves,
            by_id=cast.facilitator.id,
            kind=ChangeKind.ADOPTED,
        )
        for seat in seats:
            seat.group_number = went.get(seat.family_id, seat.group_number)
    page = text(as_(cast.facilitator).get(at(draft, "compare", "?with=before-2")))
    assert "Før omregningen, der flyttede 4 familier" in page
    assert "4 af 12 familier sidder et andet sted" in page
    whole = text(as_(cast.facilitator).get(at(draft, "compare", "?with=proposal")))
    assert "4 af 12" not in whole
    assert as_(cast.facilitator).get(at(draft, "compare", "?with=before-1")).status_code == 404


@pytest.mark.parametrize(("view", "module"), [("map", maps), ("graph", graphs)])
def test_with_too_many_families_for_a_picture_the_table_says_it_all(
    cast, as_, draft, monkeypatch, view, module
):
    monkeypatch.setattr(module, "MOST_DISCS", 11)
    page = text(as_(cast.facilitator).get(at(draft, view)))
    assert "Alt står i tabellen." in page
    assert 'id="picture"' not in page
    assert re.search(r"<details [^>]*open", page)
    assert page.count('scope="row"') == 12


# What they must never show


@pytest.fixture
def protected(cast, draft):
    """A family of the draft on an island of its own, whose address is then protected."""
    with transaction():
        family = db.session.get(Family, seats_of(draft)[4].family_id)
        set_answers(family, {"postcode": "9940", "home_municipality": "0825"})
        family.protected_address = True
    return family


def test_nothing_of_a_protected_address_is_in_any_view(cast, as_, draft, protected):
    client = as_(cast.facilitator)
    swap(draft, by=cast.facilitator)
    pages = {
        path: text(client.get(path))
        for view in VIEWS
        for query in ("", f"?f={protected.ref}", f"?f={protected.ref}&part=family")
        for path in [at(draft, view, query)]
    }
    lat, lon, _codes = places()["9940"]
    for path, page in pages.items():
        for word in ("9940", "Læsø", "0825", f"{lat:.2f}", f"{lon:.2f}"):
            assert not re.search(rf"(?<![\w.]){re.escape(word)}(?!\w)", page), (path, word)
    page = pages[at(draft, "map")]
    assert protected.ref not in page
    assert protected.name not in page
    assert page.count('class="fd ') == 11
    assert "1 familie vises ikke, fordi dens adresse er beskyttet." in page
    part = pages[at(draft, "map", f"?f={protected.ref}&part=family")]
    assert "Nærmest" not in part
    assert "min." not in part.replace("min. kørsel", "")


def test_a_drive_kept_from_before_an_address_was_protected_is_not_told(cast, as_, draft):
    """What the matcher said stays with the draft; the views ask who is protected today."""
    group = outcome_kept(draft).groups[0]
    far = max(group.minutes, key=lambda key: group.minutes[key])
    kept = outcome_kept(draft)
    told = replace(group, minutes={key: 95 if key == far else 20 for key in group.minutes})
    with transaction():
        mine = db.session.get(GroupDraft, draft.id)
        groups = tuple(told if g.label == group.label else g for g in kept.groups)
        mine.outcome = Sealed.of(replace(kept, groups=groups).as_json(), scope=f"draft:{draft.ref}")
    client = as_(cast.facilitator)
    assert "op til 95 min." in text(client.get(at(draft, "map")))
    with transaction():
        db.session.get(Family, int(far)).protected_address = True
    page = text(client.get(at(draft, "map")))
    assert "95" not in re.sub(r"[\d.]+ [\d.]+[LMZ\"]", "", page[page.index("legend-title") :])
    assert "i snit 20 min., op til 20 min." in page
    swap(draft, by=cast.facilitator)
    assert "95 min." not in text(client.get(at(draft, "compare")))


def kept_anew(draft, outcome):
    with transaction():
        mine = db.session.get(GroupDraft, draft.id)
        mine.outcome = Sealed.of(outcome.as_json(), scope=f"draft:{draft.ref}")


def test_the_board_tells_drives_in_fives_and_none_of_a_protected_address(cast, as_, draft):
    """Several exact minutes together come near a postcode: neither means nor rules tell them."""
    kept, seat = outcome_kept(draft), seats_of(draft)[0]
    group = kept.group(seat.group_number)
    far = Broken("travel", (str(seat.family_id),), {"minutes": 63, "limit": 60})
    drives = {m: 63 if m == str(seat.family_id) else 31 for m in group.members}
    told = replace(group, minutes=drives, mean_minutes=36.3, broken=(far,))
    others = tuple(g for g in kept.groups if g.label != group.label)
    out = next(s for s in seats_of(draft) if s.group_number not in {None, seat.group_number})
    values = {"limit": 60, "minutes": 72}
    left = LeftOut("travel", "left.travel", values, remedy_values={"minutes": 72})
    move(draft, out, None, by=cast.facilitator)
    kept_anew(draft, replace(kept, groups=(told, *others), unplaced={str(out.family_id): left}))
    client = as_(cast.facilitator)
    page = text(client.get(at(draft, "board")))
    assert "· ca. 40 min." in page
    assert f"{seat.family.name}: ca. 65 min. til mødested, deres grænse er 60" in page
    assert "Nærmeste mødested for en gruppe er ca. 75 min. væk. Det kan løse det: 75 min." in page
    assert not {"31", "36", "63", "72"} & set(re.findall(r"(\d+) min\.", page))
    with transaction():
        for one in (seat, out):
            db.session.get(Family, one.family_id).protected_address = True
    page = text(client.get(at(draft, "board")))
    column = page[page.index(f'id="column-{group.label}"') :].partition("</section>")[0]
    assert "· ca. 35 min." in column  # the mean of the others
    tray = page[page.index('id="tray"') :].partition("</section>")[0]
    for part in (column.replace("ca. 35 min.", ""), tray):
        assert "min." not in part


def test_a_short_drive_does_not_tell_that_one_lives_where_the_group_meets(cast, as_, draft):
    page = text(as_(cast.facilitator).get(at(draft, "map")))
    assert outcome_kept(draft).groups[0].minutes  # all live in 7100, where the place is: 5 min.
    told = set(re.findall(r"(\d+) min\.", page))
    assert "5" not in told
    assert "10" in told


def test_the_picture_is_the_same_wherever_a_protected_family_lives(cast, as_, draft, protected):
    """Neither the sheet's edges nor the places of others may follow from where it lives."""
    client = as_(cast.facilitator)
    picture = _picture(text(client.get(at(draft, "map"))))
    for postcode, code in (("3770", "0400"), ("7100", "0630")):
        with transaction():
            set_answers(
                db.session.merge(protected), {"postcode": postcode, "home_municipality": code}
            )
        assert _picture(text(client.get(at(draft, "map")))) == picture


def test_the_map_is_the_same_for_every_postcode_of_an_area(cast, as_, draft):
    from web.groups.views.geography import area_of

    seat, client = seats_of(draft)[2], as_(cast.facilitator)
    area = area_of("0630", "7100")
    assert len(area.postcodes) >= 3
    pictures = set()
    for postcode in area.postcodes:
        with transaction():
            family = db.session.get(Family, seat.family_id)
            set_answers(family, {"postcode": postcode, "home_municipality": "0630"})
        pictures.add(_picture(text(client.get(at(draft, "map")))))
    assert len(pictures) == 1


def _picture(page):
    """Return the drawing without what the matcher said before the answers changed."""
    return page[page.index('id="picture"') :].partition("</svg>")[0]


def test_a_family_that_has_not_said_where_it_lives_is_counted(cast, as_, draft):
    with transaction():
        family = db.session.get(Family, seats_of(draft)[0].family_id)
        set_answers(family, {"postcode": None, "home_municipality": None})
    page = text(as_(cast.facilitator).get(at(draft, "map")))
    assert page.count('class="fd ') == 11
    assert "1 familie vises ikke, fordi den ikke har svaret på, hvor den bor." in page
