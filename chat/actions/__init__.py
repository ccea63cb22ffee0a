"""What people and other capabilities can do with conversations: no sockets, no HTTP.

Other capabilities open rooms and say who is in them, inside their own transaction;
listeners are told after the commit.
"""

from chat.actions.ageing import forget_messages_before
from chat.actions.erasing import erase_from_notices, erase_messages_of
from chat.actions.leaving import forget_room, take_name_off, take_words_back
from chat.actions.messages import (
    Posted,
    catch_up,
    checked_text,
    heads,
    hello,
    mark_read,
    member_of,
    send_message,
)
from chat.actions.reports import (
    decide_report,
    look_at_report,
    report_for,
    report_message,
    reportable,
)
from chat.actions.rooms import (
    add_family,
    add_person,
    close_room,
    join_family_rooms,
    leave_all_rooms,
    open_room,
    post_notice,
    remove_family,
    remove_person,
)

__all__ = [
    "Posted",
    "add_family",
    "add_person",
    "catch_up",
    "checked_text",
    "close_room",
    "decide_report",
    "erase_from_notices",
    "erase_messages_of",
    "forget_messages_before",
    "forget_room",
    "heads",
    "hello",
    "join_family_rooms",
    "leave_all_rooms",
    "look_at_report",
    "mark_read",
    "member_of",
    "open_room",
    "post_notice",
    "remove_family",
    "remove_person",
    "report_for",
    "report_message",
    "reportable",
    "send_message",
    "take_name_off",
    "take_words_back",
]
