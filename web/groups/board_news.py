"""Tell those at a board that something changed, once it is stored."""

from chat.telling import tell

NAMESPACE = "/board"


def room_of(ref: str) -> str:
    """Return the name under which everyone at a draft listens."""
    return f"draft:{ref}"


def tell_changed(ref: str, version: int) -> None:
    """Tell the draft's version after the change. Only that: who may see what, asks."""
    content = {"draft": ref, "version": version}
    tell("draft:changed", content, to=[room_of(ref)], at=NAMESPACE)
