"""Taking one's data along, and being erased: nothing left, nothing readable, no way back in."""

import io
import json
from datetime import timedelta
from uuid import uuid4

import openpyxl
import pytest
from sqlalchemy import text

from chat.actions import add_family, open_room, post_notice, report_message, send_message
from data import sealed
from data.answers import set_answers
from data.clock import now, today
from data.db import Base, db, transaction
from data.models import (
    Account,
    Answer,
    AuditEntry,
    DraftSeat,
    Family,
    FamilyStatus,
    GroupDraft,
    GroupMembership,
    Job,
    MentorRequest,
    MentorRound,
    Mentorship,
    MentorshipState,
    Message,
    NetworkGroup,
    Pool,
    ReportReason,
    RoleName,
    Room,
    RoomKind,
)
from data.sealed import Sealed
from tests.factories import make_account
from tests.web.forms import post
from web.families.actions import add_exclusion

SECRET = "Silkeborgsommerfugl"


@pytest.fixture
def lived(app, cast):
    """The new family has answered, asked, met and written; others have too."""
    with transaction():
        family, mentor = db.session.merge(cast.new_family), db.session.merge(cast.mentor_family)
        parent, other = db.session.merge(cast.new_parent), db.session.merge(cast.mentor_parent)
        family.name, parent.name = SECRET, f"Anna {SECRET}"
        parent.email = f"anna@{SECRET.lower()}.dk"
        set_answers(family, {"about_us": f"Vi er {SECRET}"})
        room = open_room(kind=RoomKind.GROUP, municipality_id=family.municipality_id, title="G")
        group = NetworkGroup(municipality_id=family.municipality_id, name="Torsdag",
                             room_id=room.id, answer_by=now())  # fmt: skip
        db.session.add(group)
        db.session.flush()
        pair_room = open_room(
            kind=RoomKind.MENTORSHIP, municipality_id=family.municipality_id, title=None
        )
        for one in (family, mentor):
            add_family(room, family=one)
            add_family(pair_room, family=one)
            db.session.add(GroupMembership(group_id=group.id, family_id=one.id,
                                           answer=Answer.YES, joined_at=now()))  # fmt: skip
        request = MentorRequest(
            family_id=family.id, mentor_id=mentor.id, expires_at=now() + timedelta(days=7),
            words=Sealed(f"Kære, {SECRET}", family.key_scope),
        )  # fmt: skip
        db.session.add(request)
        db.session.add(Mentorship(
            municipality_id=family.municipality_id, family_id=family.id, mentor_id=mentor.id,
            state=MentorshipState.ACTIVE, room_id=pair_room.id,
        ))  # fmt: skip
        post_notice(room, code="family_joined", name=SECRET)
        send_message(room.ref, by=parent, cid=str(uuid4()), body=f"Jeg: {SECRET}", max_chars=500)
        send_message(room.ref, by=other, cid=str(uuid4()), body="Ordene er mine", max_chars=500)
        report_message(room.ref, 2, by=other, reason=ReportReason.OTHER, note=f"om {SECRET}")
    return family


def take(client, kind):
    return post(client, "/profile/data/download", {"kind": kind})


def test_everything_comes_along_as_json(cast, as_, lived):
    answer = take(as_(cast.new_parent), "json")
    assert "attachment" in answer.headers["Content-Disposition"]
    about = json.loads(answer.text)
    assert about["family"]["name"] == SECRET
    assert [m["text"] for m in about["messages"]] == [f"Jeg: {SECRET}"]
    assert about["requests"][0]["words"] == f"Kære, {SECRET}"
    assert "Ordene er mine" not in answer.text


def test_everything_comes_along_as_a_page_and_a_workbook(cast, as_, lived):
    client = as_(cast.new_parent)
    page = take(client, "html").text
    assert f"Jeg: {SECRET}" in page
    assert "Beskeder, I har skrevet" in page
    book = openpyxl.load_workbook(io.BytesIO(take(client, "xlsx").data))
    assert "Svar" in book.sheetnames


def test_staff_who_fetch_the_file_do_not_read_what_was_written_in_confidence(cast, as_, lived):
    path = f"/staff/families/{lived.ref}/data/download"
    for who in (cast.consultant, cast.coordinator):
        answer = post(as_(who), path, {"kind": "json"})
        assert answer.status_code == 200
        assert f"Jeg: {SECRET}" not in answer.text
        assert "Kære" not in answer.text


def test_an_adult_takes_along_their_own_messages_and_not_the_other_adults(cast, as_, lived):
    with transaction():
        later = make_account(
            cast.municipality, RoleName.FAMILY, family_id=lived.id, name="Kom senere"
        )
    assert json.loads(take(as_(later), "json").text)["messages"] == []


@pytest.mark.parametrize("who", ["new_parent", "consultant"])
def test_the_file_does_not_tell_whom_the_family_is_kept_apart_from(cast, as_, lived, who):
    with transaction():
        by, other = db.session.merge(cast.coordinator), cast.mentor_family.ref
        add_exclusion(lived.ref, other_ref=other, reason="", by=by)
    person = getattr(cast, who)
    path = "/profile/data" if person.family_id else f"/staff/families/{lived.ref}/data"
    about = json.loads(post(as_(person), f"{path}/download", {"kind": "json"}).text)
    assert [look["event"] for look in about["looks"]] == ["family_data_downloaded"]


def test_a_formula_in_an_answer_stays_text(app, cast, as_):
    with transaction():
        set_answers(db.session.merge(cast.new_family), {"about_us": "=HYPERLINK(1)"})
    book = openpyxl.load_workbook(io.BytesIO(take(as_(cast.new_parent), "xlsx").data))
    cells = [str(cell.value) for row in book["Svar"].iter_rows() for cell in row]
    assert "'=HYPERLINK(1)" in cells


def test_taking_along_is_noted(cast, as_, lived):
    take(as_(cast.consultant), "json")
    post(as_(cast.consultant), f"/staff/families/{lived.ref}/data/download", {"kind": "json"})
    entry = db.session.query(AuditEntry).filter_by(event="family_data_downloaded").one()
    assert entry.actor_id == cast.consultant.id


def test_the_wrong_name_erases_nothing(cast, as_, lived):
    answer = post(as_(cast.new_parent), "/profile/data/erase", {"name": "Skov"})
    assert answer.status_code == 409
    assert db.session.get(Family, lived.id).name == SECRET


def test_after_erasure_nothing_of_the_family_is_left_in_any_table(cast, as_, lived):
    family_id, parent_id, email = lived.id, cast.new_parent.id, f"anna@{SECRET.lower()}.dk"
    client = as_(cast.new_parent)
    scopes = {m.body.scope for m in db.session.query(Message).filter_by(sender_id=parent_id)}
    answer = post(client, "/profile/data/erase", {"name": SECRET.upper()})
    assert "Alt er slettet" in answer.text
    everything = _every_text_in_the_database()
    assert SECRET.lower() not in everything.lower()
    family = db.session.get(Family, family_id)
    assert (family.status, family.open_answers) == (FamilyStatus.LEFT, {})
    for table in ("placements", "consents", "suggestions", "mentor_requests", "sign_ins"):
        column = "account_id" if table == "sign_ins" else "family_id"
        value = parent_id if table == "sign_ins" else family_id
        count = db.session.execute(
            text(f"SELECT count(*) FROM {table} WHERE {column} = {value}")
        ).scalar()
        assert count == 0, table
    assert client.get("/me").status_code == 302
    assert not db.session.get(Account, parent_id).active
    assert db.session.query(Account).filter_by(email=email).count() == 0
    _keys_are_gone(scopes | {f"family:{family.ref}"})


def _every_text_in_the_database() -> str:
    """Return all rows, sealed columns opened, as one text."""
    db.session.expire_all()
    lines = []
    for mapper in Base.registry.mappers:
        for row in db.session.query(mapper.class_):
            for column in mapper.columns:
                value = getattr(row, mapper.get_property_by_column(column).key)
                lines.append(str(value.text if isinstance(value, Sealed) else value))
    return "\n".join(lines)


def _keys_are_gone(scopes: set[str]) -> None:
    store = sealed.store()
    for scope in scopes:
        assert store._cipher(scope) is None, scope


def test_nothing_of_an_erased_family_is_left_inside_rounds_drafts_and_read_tables(cast, as_):
    family_id, mentor_id = cast.new_family.id, cast.mentor_family.id
    with transaction():
        here = cast.municipality.id
        proposal = {
            "goals": {"fairest": {"pairs": [[family_id, mentor_id, 0.8], [9001, 9002, 0.7]]}},
            "why_not": {"fairest": {str(family_id): {"da": [SECRET, ""]}}},
            "reasons": {f"{family_id}-{mentor_id}": {"da": {"reasons": [SECRET]}}, "9001-9002": {}},
            "waited": {str(family_id): 4, "9001": 5},
        }
        db.session.add(MentorRound(
            municipality_id=here, pins=[[family_id, mentor_id]],
            proposal=Sealed.of(proposal, scope="round:x"),
        ))  # fmt: skip
        pool = Pool(municipality_id=here, name="P")
        db.session.add(pool)
        db.session.flush()
        outcome = {
            "groups": [{"members": [str(family_id), "9001"], "fit": {str(family_id): 50},
                        "remarks": [{"code": SECRET, "families": [str(family_id)]}]}],
            "unplaced": {str(family_id): {"rule": SECRET}},
        }  # fmt: skip
        draft = GroupDraft(pool_id=pool.id, name="K", outcome=Sealed.of(outcome, scope="draft:x"))
        db.session.add(draft)
        db.session.flush()
        db.session.add(DraftSeat(draft_id=draft.id, family_id=family_id, group_number=0))
        db.session.add(Job(
            municipality_id=here, kind="families.import_check",
            result=Sealed.of({"changes": [{"name": SECRET}]}, scope="job:x"),
        ))  # fmt: skip
    post(as_(cast.new_parent), "/profile/data/erase", {"name": "Skov"})
    assert SECRET not in _every_text_in_the_database()
    kept = db.session.query(MentorRound).one()
    assert kept.proposed["goals"]["fairest"]["pairs"] == [[9001, 9002, 0.7]]
    assert kept.proposed["waited"] == {"9001": 5}
    assert kept.pins == []
    assert db.session.query(GroupDraft).one().outcome.value["groups"][0]["members"] == ["9001"]


def test_an_old_backup_of_the_database_cannot_be_read_for_the_family(cast, as_, lived):
    columns = "SELECT sealed_answers FROM families WHERE id = :id"
    backup = bytes(db.session.execute(text(columns), {"id": lived.id}).scalar())
    post(as_(cast.new_parent), "/profile/data/erase", {"name": SECRET})
    restored = text("UPDATE families SET sealed_answers = :old WHERE id = :id")
    with transaction():
        db.session.execute(restored, {"old": backup, "id": lived.id})
    db.session.expire_all()
    assert db.session.get(Family, lived.id).sealed_answers.text is None


def test_what_others_wrote_and_the_others_place_stay(cast, as_, lived):
    post(as_(cast.new_parent), "/profile/data/erase", {"name": SECRET})
    texts = [m.body.text for m in db.session.query(Message) if m.body and m.kind.value == "text"]
    assert texts == ["Ordene er mine"]
    left = {m.family_id: m.left_at for m in db.session.query(GroupMembership)}
    assert left[cast.new_family.id] is not None
    assert left[cast.mentor_family.id] is None
    mentorship = db.session.query(Mentorship).one()
    assert mentorship.state is MentorshipState.ENDED
    assert db.session.get(Room, mentorship.room_id).closed_at is not None


def test_the_trail_keeps_ids_only(cast, as_, lived):
    post(as_(cast.new_parent), "/profile/data/erase", {"name": SECRET})
    entry = db.session.query(AuditEntry).filter_by(event="family_erased").one()
    assert entry.subject_id == cast.new_family.id
    assert entry.details == {"actor": cast.new_parent.id, "adults": [cast.new_parent.id]}
    assert entry.at.date() <= today() + timedelta(days=1)


def test_the_consultant_erases_for_a_family_that_asked(cast, as_, lived):
    path = f"/staff/families/{lived.ref}/data/erase"
    assert post(as_(cast.consultant), path, {"name": SECRET}).status_code == 302
    assert db.session.get(Family, lived.id).name == "Slettet"


@pytest.mark.parametrize(
    "who", ["outsider", "mentor_parent", "facilitator", "administrator", "stranger",
            "other_coordinator"]
)  # fmt: skip
def test_nobody_else_takes_or_erases_a_family(cast, as_, lived, who):
    client = as_(getattr(cast, who))
    for path in ("data", "data/download", "data/erase"):
        url = f"/staff/families/{lived.ref}/{path}"
        answer = client.get(url) if path == "data" else post(client, url, {"name": SECRET})
        assert answer.status_code == 404
    assert db.session.get(Family, lived.id).name == SECRET


def test_the_files_of_the_database_hold_nothing_of_an_erased_family(cast, as_, lived, tmp_path):
    files = [tmp_path / "test.db", tmp_path / "test.db-wal"]
    traces = [SECRET.encode(), SECRET.lower().encode()]
    assert any(trace in file.read_bytes() for file in files for trace in traces)
    client = as_(cast.new_parent)
    assert post(client, "/profile/data/erase", {"name": SECRET}).status_code == 200
    left = [(file.name, trace) for file in files for trace in traces if trace in file.read_bytes()]
    assert left == []
