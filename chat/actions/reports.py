"""Ask the coordinator to look at a message, and what the coordinator decides."""

from chat import payloads, telling
from chat.actions.erasing import erase_reports, forget_writer
from chat.actions.messages import checked_text, member_of
from chat.guard import MAY_CONFIRM
from chat.numbering import next_numbers
from data import audit
from data.clock import now
from data.db import after_commit, db, new_ref
from data.errors import Conflict
from data.i18n import _
from data.models import (
    Account,
    Message,
    MessageKind,
    Report,
    ReportReason,
    ReportState,
    RoleName,
)
from data.queries import messages as queries
from data.queries.access import not_found, require_role
from data.sealed import Sealed, store

NOTE_MAX_CHARS = 1000


def reportable(room_ref: str, seq: int, *, by: Account) -> Message:
    """Return a message that the person sees and may report: someone's words, not their own."""
    member = member_of(room_ref, by=by)
    message = queries.message_for(member, seq)
    if message is None or message.kind is not MessageKind.TEXT or message.deleted_at:
        raise not_found()
    if message.sender_id == by.id:
        raise Conflict(_("This is your own message."))
    return message


def report_message(
    room_ref: str, seq: int, *, by: Account, reason: ReportReason, note: str = ""
) -> Report:
    """Put one message before the coordinator, as it reads now; asking twice is asking once."""
    message = reportable(room_ref, seq, by=by)
    earlier = queries.report_by(message.id, by.id)
    if earlier is not None:
        return earlier
    note = note.strip() and checked_text(
        note, max_chars=NOTE_MAX_CHARS, confirmed=("phone", "email")
    )
    ref = new_ref()
    scope = f"report:{ref}"
    writer = payloads.sender(message.sender, message.family)["name"] if message.sender else None
    seen = {
        "text": message.body.text if message.body else None,
        "writer": writer,
        "sent_at": message.sent_at.isoformat(),
    }
    report = Report(
        ref=ref,
        municipality_id=message.room.municipality_id,
        room_id=message.room_id,
        message_id=message.id,
        reporter_id=by.id,
        reason=reason,
        note=Sealed(note, scope) if note else None,
        snapshot=Sealed.of(seen, scope=scope),
    )
    db.session.add(report)
    db.session.flush()
    audit.record(
        "message_reported", by=by, subject="report", subject_id=report.id, reason=reason.value
    )
    return report


def report_for(ref: str, *, by: Account) -> Report:
    """Return a report for the coordinator who decides on it."""
    require_role(by, RoleName.COORDINATOR)
    report = queries.report_by_ref(ref, municipality_id=by.municipality_id)
    if report is None:
        raise not_found()
    return report


def look_at_report(ref: str, *, by: Account) -> Report:
    """Return a report and note in the trail that the coordinator read it."""
    report = report_for(ref, by=by)
    audit.record("report_viewed", by=by, subject="report", subject_id=report.id)
    return report


def decide_report(ref: str, *, by: Account, remove: bool, note: str = "") -> Report:
    """Keep the message or take it away for everyone; other reports of it are answered too."""
    report = report_for(ref, by=by)
    if report.state is not ReportState.OPEN:
        raise Conflict(_("Someone has already decided on this report."))
    state = ReportState.REMOVED if remove else ReportState.KEPT
    message, taken_back = report.message, report.message.body is None
    if remove:
        _take_away(message)
    for same in queries.open_reports_of(report.message_id):
        same.state, same.decided_by_id, same.decided_at = state, by.id, now()
    db.session.flush()
    if taken_back:  # the writer has left and taken the words along: now the copy goes too
        scopes = erase_reports(message)
        after_commit(lambda: store().forget(scopes))
    elif message.sender_id is None:
        forget_writer(message)
    if note := _checked_note(note):
        report.decision_note = Sealed(note, scope=f"report:{report.ref}:decision")
    db.session.flush()
    audit.record(
        "report_decided", by=by, subject="report", subject_id=report.id, decision=state.value
    )
    return report


def _checked_note(note: str) -> str:
    if not note.strip():
        return ""
    return checked_text(note, max_chars=NOTE_MAX_CHARS, confirmed=MAY_CONFIRM)


def _take_away(message: Message) -> None:
    if message.deleted_at:
        return
    room = message.room
    message.rev, _seq = next_numbers(room, message=False)
    message.deleted_at = now()
    message.body = None
    db.session.flush()
    browsers = [telling.browser(n) for n in queries.listening(room.id, seq=message.seq)]
    telling.tell("message:changed", payloads.change(message, room=room), to=browsers)
