"""Pages: the rooms one is in, a room, and sending a message without JavaScript."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from chat import actions, guard, limits
from chat.refusals import Sensitive
from data.db import transaction
from data.errors import Conflict, NotFound
from data.models import RoomMember
from data.private_numbers import finds
from data.queries import messages as queries
from web.conversations import views
from web.conversations.blueprint import bp
from web.shared.access import for_members, me
from web.shared.addresses import asked_number


@bp.get("/messages")
@for_members
def rooms() -> ResponseReturnValue:
    """Show the rooms one is in."""
    return render_template(
        "conversations/rooms.html", lines=views.room_lines(me()), layout=_layout()
    )


@bp.get("/messages/<ref>")
@for_members
def room(ref: str) -> ResponseReturnValue:
    """Show the latest page of a room, or the one before a message."""
    return _show(ref, before=asked_number("before", 0) or None)


@bp.post("/messages/<ref>")
@for_members
def send(ref: str) -> ResponseReturnValue:
    """Send one message, once however often the form arrives; ask first if it may reveal someone."""
    body, choice = _body(), request.form.get("choice")
    if choice == "edit":
        return _show(ref, body=body)
    if choice == "replace":
        body = guard.replaced(body, finds(body), by=_("[removed]"))
    try:
        _send(ref, body, meant=choice == "send")
    except Sensitive as stopped:
        return _ask_first(ref, body, stopped), 422
    except Conflict as refusal:
        return _show(ref, body=body, problem=str(refusal)), 409
    return redirect(url_for(".room", ref=ref, _anchor="newest"))


def _send(ref: str, body: str, *, meant: bool) -> None:
    if current_app.config["RATELIMIT_ENABLED"]:
        limits.take(me().id, "message:send")
    with transaction():
        posted = actions.send_message(
            ref,
            by=me(),
            cid=request.form.get("cid", "")[:36] or str(uuid4()),
            body=body,
            confirmed=guard.MAY_CONFIRM if meant else (),
            reply_to=request.form.get("reply_to", type=int),
            max_chars=current_app.config["MESSAGE_MAX_CHARS"],
        )
        stored = posted.message.body.text if posted.message.body else None
    if posted.again and stored is not None and stored != body.replace("\x00", "").strip():
        # Someone went back to the page, changed the words and sent again: those are not lost.
        raise Conflict(_("You have already sent this once, in other words. Send again to add it."))


def _ask_first(ref: str, body: str, stopped: Sensitive) -> str:
    """Show what was found and what can be done; the text is in the form and kept nowhere."""
    found = finds(body)
    return render_template(
        "conversations/guard.html",
        layout=_layout(),
        ref=ref,
        body=body,
        cid=request.form.get("cid", ""),
        reply_to=request.form.get("reply_to", ""),
        finds=[(body[f.start : f.end], f.kind) for f in found],
        preview=guard.replaced(body, found, by=_("[removed]")),
        may_send=all(find.kind in guard.MAY_CONFIRM for find in stopped.finds),
    )


def _show(
    ref: str, *, before: int | None = None, body: str = "", problem: str | None = None
) -> str:
    member = actions.member_of(ref, by=me())
    shown = queries.page_of(member, before=before)
    people = queries.present_members(member.room_id)
    title, disc = views.title_of(member.room, people, seen_by=member)
    content: dict[str, Any] = {
        "room": member.room,
        "member": member,
        "title": title,
        "disc": disc,
        "readers": views.readers_of(member.room, people),
        "families": {(m.family.name, m.family.ref) for m in people if m.family},
        "pinned": views.pinned_of(member.room),
        "poll": views.poll_of(member),
        "days": views.days_of(shown, member=member),
        "unread_seq": views.first_unread(shown, member=member),
        "unread": queries.unread_in(member),
        "earlier": shown[0].seq if shown and shown[0].seq > member.first_seq else None,
        "is_latest": before is None,
        "head_rev": member.room.last_rev,
    }
    if before is None and request.method == "GET":
        _mark_read(member)
    return render_template(
        "conversations/room.html",
        layout=_layout(),
        lines=views.room_lines(me()),
        body=body,
        problem=problem,
        cid=str(uuid4()),
        max_chars=current_app.config["MESSAGE_MAX_CHARS"],
        **content,
    )


def _mark_read(member: RoomMember) -> None:
    """What is shown is read. Browsers that load pages ahead of time have shown nothing."""
    room = member.room
    ahead = "prefetch" in request.headers.get("Sec-Purpose", "")
    if ahead or member.last_read_seq >= room.last_seq:
        return
    ref, seq = room.ref, room.last_seq
    try:
        with transaction():
            actions.mark_read(ref, by=me(), seq=seq)
    except NotFound:  # removed a moment ago; the page still shows what was asked for in time
        return


def _body() -> str:
    return request.form.get("body", "").replace("\r\n", "\n")


def _layout() -> str:
    return "staff.html" if current_user.is_staff else "base.html"
