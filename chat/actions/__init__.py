"""What people and other capabilities can do with conversations: no sockets, no HTTP.

Other capabilities open rooms and say who is in them, inside their own transaction;
listeners are told after the commit.
"""

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
    "add_family",
    "add_person",
    "close_room",
    "join_family_rooms",
    "leave_all_rooms",
    "open_room",
    "post_notice",
    "remove_family",
    "remove_person",
]
