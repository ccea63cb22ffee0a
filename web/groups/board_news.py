"""Tell those at a board that something changed, once it is stored; the socket edge says how."""

from collections.abc import Callable

from data.db import after_commit

Teller = Callable[[str, int], None]
_tellers: list[Teller] = []


def listen(teller: Teller) -> None:
    """Hear of every change from now on: the draft's reference, and its version after it."""
    _tellers.append(teller)


def tell_changed(ref: str, version: int) -> None:
    """Tell after the commit, and never if it is undone. Only that: who may see what, asks."""

    def _now() -> None:
        for teller in _tellers:
            teller(ref, version)

    after_commit(_now)
